"""openmetrics.py TEXT JSON - reads the text with Prometheus' own parser for OpenMetrics, and
compares it with the document of `maxport metrics --json` of the same machine.
"""
import json
import pathlib
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

VOLATILE = "maxport_sample_timestamp_seconds"


def key(name, labels):
    return name, tuple(sorted(labels.items()))


def main():
    text = pathlib.Path(sys.argv[1]).read_bytes().decode()
    document = json.loads(pathlib.Path(sys.argv[2]).read_bytes())
    wanted = {key(sample["name"], sample["labels"]): sample["value"]
              for sample in document["samples"]}
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.type in ("gauge", "info"), f"{family.name} has type {family.type}"
        assert family.documentation, f"{family.name} has no HELP"
        for sample in family.samples:
            assert key(sample.name, sample.labels) not in found, f"twice: {sample}"
            assert sample.timestamp is not None, f"no time: {sample}"
            found[key(sample.name, sample.labels)] = sample.value
    assert found.keys() == wanted.keys(), f"different samples: {found.keys() ^ wanted.keys()}"
    for sample, value in wanted.items():
        assert value == found[sample] or sample[0] == VOLATILE, f"{sample}: {found[sample]}, not {value}"
    assert len(found) > 50, f"only {len(found)} samples"


main()
