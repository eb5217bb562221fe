"""count.py RESULTS - prints "PASSED FAILED SKIPPED" for the JUnit file of a ctest run.

For a Check executable, the script counts every check. Every other ctest test counts as one. A ctest
test that failed counts as at least one failure, even if it printed that all its checks passed. A
test counts as skipped only if its exit code reports that the system does not let it run; the script
prints the reason on standard error. If RESULTS does not exist, no test was run.
"""
import re
import sys
import xml.etree.ElementTree as xml

CLOSING_LINE = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)\r?$", re.MULTILINE)
REASON = re.compile(r"^.*\bskipped: .*$", re.MULTILINE)


def is_skipped(case):
    skipped = case.find("skipped")
    return skipped is not None and skipped.get("message", "").startswith("SKIP_")


def count(case):
    output = case.findtext("system-out") or ""
    if is_skipped(case):
        reason = REASON.search(output)
        print(f"dev: {case.get('name')} was skipped" +
              (f": {reason.group().strip()}" if reason else ""), file=sys.stderr)
        return 0, 0, 1
    line = CLOSING_LINE.search(output)
    checks, failures, errors = (int(group) for group in line.groups()) if line else (0, 0, 0)
    bad = failures + errors
    if case.get("status") != "run":
        return checks - bad, max(bad, 1), 0
    return (checks - bad, bad, 0) if line else (1, 0, 0)


def main(path):
    try:
        cases = xml.parse(path).getroot().iter("testcase")
    except FileNotFoundError:
        cases = []
    print(*map(sum, zip((0, 0, 0), *map(count, cases))))


main(sys.argv[1])
