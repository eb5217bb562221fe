"""openmetrics.py - reads texts of OpenMetrics, each followed by a NUL, and parses them with the
parser of prometheus_client.

Fails if the parser refuses a text, if two samples are the same, or if a name of a program is not
what maxport writes into JSON: printable characters only.
"""
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families


def complaint(text):
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError as error:
        return str(error)
    samples = [sample for family in families for sample in family.samples]
    keys = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in samples]
    if len(keys) != len(set(keys)):
        return "a sample occurs twice"
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    if len(samples) != len(lines):
        return f"{len(samples)} samples in {len(lines)} lines"
    processes = {sample.labels["process"] for sample in samples if "process" in sample.labels}
    if "other" not in processes:
        return "no process is named other"
    for name in processes:
        if not name or not name.isprintable():
            return f"the process {name!r} is not printable"
    return None


def main():
    texts = sys.stdin.buffer.read().decode("utf-8").split("\0")[:-1]
    found = [complaint(text) for text in texts]
    wrong = [reason for reason in found if reason]
    for reason in wrong[:20]:
        print(reason)
    print(f"{len(texts)} parsed, {len(wrong)} wrong")
    return 1 if wrong or not texts else 0


sys.exit(main())
