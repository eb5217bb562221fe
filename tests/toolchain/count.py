"""count.py RESULTS - prints "PASSED FAILED" for a ctest run's JUnit file.

Counts what a person calls a test: every check of a Check executable, and every
other ctest test as one. A ctest test that failed counts as one failure at least,
whatever it printed before that. No file means that no test was run.
"""
import re
import sys
import xml.etree.ElementTree as xml

CLOSING_LINE = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)\r?$", re.MULTILINE)


def count(case):
    line = CLOSING_LINE.search(case.findtext("system-out") or "")
    checks, failures, errors = (int(group) for group in line.groups()) if line else (0, 0, 0)
    bad = failures + errors
    if case.get("status") != "run":
        return checks - bad, max(bad, 1)
    return (checks - bad, bad) if line else (1, 0)


def main(path):
    try:
        cases = xml.parse(path).getroot().iter("testcase")
    except FileNotFoundError:
        cases = []
    counts = [count(case) for case in cases]
    print(sum(passed for passed, _ in counts), sum(failed for _, failed in counts))


main(sys.argv[1])
