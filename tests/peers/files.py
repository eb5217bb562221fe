"""files.py TREE - checks the files in installer/share/monitoring without the systems that read them.

Each metric, label, command and option that a file names must exist in maxport, as its golden texts
print them. Each file must be well-formed, be in the MSI, and have a link in the manual. ./dev peers
runs the systems themselves.
"""
import configparser
import json
import pathlib
import re
import sys
import tomllib
import xml.etree.ElementTree as xml

import yaml

TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
SAMPLE = re.compile(r'^(maxport_\w+)(?:\{(.*)\})? ', re.MULTILINE)
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
COMMAND = re.compile(r'maxport\.exe[\'"]*,? ?(.*)')
# Labels that Prometheus adds, or that metrics prints only with an option.
ADDED_LABELS = {"job", "instance"}


class Unique(yaml.SafeLoader):
    """Refuses a key that occurs twice; the last one would win silently."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"a key occurs twice: {node.start_mark}"
        return super().construct_mapping(node, deep)


def load_yaml(text):
    return yaml.load(text, Unique)


class Tree:
    def __init__(self, root):
        self.root = root
        self.folder = root / "installer/share/monitoring"
        golden = root / "tests/golden/cli"
        self.metrics = {}
        for path in (golden / "metrics").glob("*.txt"):
            for name, labels in SAMPLE.findall(path.read_text(errors="replace")):
                known = self.metrics.setdefault(name, {})
                for label, value in LABEL.findall(labels):
                    known.setdefault(label, set()).add(value)
        self.help = {path.stem.removeprefix("help_"): path.read_text()
                     for path in (golden / "help").glob("*.txt")}
        assert len(self.metrics) > 10 and "metrics" in self.help, "the golden texts were not found"

    def read(self, name):
        return (self.folder / name).read_bytes().decode("ascii")


def names(text):
    return set(re.findall(r"\bmaxport_\w+", text))


def expression_is_known(tree, text):
    """A query of Prometheus: metrics and their labels exist, and a compared value can occur."""
    found = names(text)
    assert found, f"no metric: {text}"
    assert found <= tree.metrics.keys(), f"unknown: {found - tree.metrics.keys()} in {text}"
    for name, selector in re.findall(r"(maxport_\w+)\{([^}]*)\}", text):
        for label, operator, value in re.findall(r'(\w+)(=~|!=|=)"([^"]*)"', selector):
            known = tree.metrics[name]
            assert label in known or label in ADDED_LABELS, f"{name} has no label {label}"
            assert operator == "=~" or label in ADDED_LABELS or value in known[label], (
                f"{name} never has {label}=\"{value}\"")


def labels_are_known(tree, expression, words):
    known = set(ADDED_LABELS)
    for name in names(expression):
        known |= tree.metrics[name].keys()
    used = set(re.findall(r"\$labels\.(\w+)", words)) | set(re.findall(r"\{\{(\w+)\}\}", words))
    assert used <= known, f"unknown labels {used - known} beside {expression}"


def alerts(tree):
    rules = [rule for group in load_yaml(tree.read("prometheus-alerts.yml"))["groups"]
             for rule in group["rules"]]
    tests = load_yaml(tree.read("prometheus-alerts.test.yml"))
    firing = {case["alertname"] for test in tests["tests"] for case in test["alert_rule_test"]
              if case["exp_alerts"]}
    for rule in rules:
        expression_is_known(tree, rule["expr"])
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]
        labels_are_known(tree, rule["expr"], str(rule["annotations"]))
        assert rule["alert"] in firing, f"no test lets {rule['alert']} fire"
    assert firing == {rule["alert"] for rule in rules}, "a test names another alert"
    for test in tests["tests"]:
        for series in test["input_series"]:
            assert names(series["series"]) <= tree.metrics.keys(), series["series"]
    return f"{len(rules)} alerts"


def grafana(tree):
    dashboard = json.loads(tree.read("grafana-dashboard.json"))
    cells, ids, queried = set(), set(), set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        assert panel["title"] and panel["description"].endswith("."), panel["title"]
        assert panel["id"] not in ids and at["x"] + at["w"] <= 24
        ids.add(panel["id"])
        covered = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not covered & cells, f"{panel['title']} overlaps another panel"
        cells |= covered
        for target in panel["targets"]:
            expression_is_known(tree, target["expr"])
            labels_are_known(tree, target["expr"], target["legendFormat"])
            assert all(f'{name}{{instance=~"$instance"' in target["expr"]
                       for name in names(target["expr"])), target["expr"]
            queried |= names(target["expr"])
    for variable in dashboard["templating"]["list"]:
        assert names(json.dumps(variable)) <= tree.metrics.keys()
    assert queried == tree.metrics.keys(), f"not shown: {tree.metrics.keys() - queried}"
    return f"{len(ids)} panels"


def walk(node):
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from walk(part)


def zabbix(tree):
    text = tree.read("zabbix-template.yaml")
    export = load_yaml(text)["zabbix_export"]
    assert export["version"] == "6.0", "newer servers import 6.0, but not the other way round"
    template, = export["templates"]
    uuids = [part["uuid"] for part in walk(export) if "uuid" in part]
    assert len(uuids) == len(set(uuids)), "a uuid occurs twice"
    for uuid in uuids:
        assert isinstance(uuid, str), f"without quotes, {uuid} is a number"
        assert re.fullmatch("[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", uuid), f"no v4: {uuid}"
    items = [part for part in walk(template) if "key" in part and "uuid" in part]
    keys = [item["key"] for item in items]
    assert len(keys) == len(set(keys)), "a key occurs twice"
    for item in items:
        if item.get("type") == "DEPENDENT":
            assert item["master_item"]["key"] in keys and item["delay"] == "0", item["key"]
        for step in item.get("preprocessing", []):
            zabbix_path_is_known(tree, step)
    for part in walk(template):
        for key in "expression", "recovery_expression":
            for host, used in re.findall(r"/([^/(]+)/([\w.]+(?:\[[^]]*\])?)", part.get(key, "")):
                assert host == template["name"] and used in keys, f"{key} names {host}/{used}"
    macros = {macro["macro"] for macro in template["macros"]}
    used = set(re.findall(r"\{\$[A-Z0-9._]+\}", text))
    assert used == macros, f"macros without use or definition: {used ^ macros}"
    parameter = re.search(r"^UserParameter=([^,]+),", tree.read("zabbix-userparameter.conf"), re.M)
    assert parameter.group(1) in keys, "the agent has another key"
    return f"{len(items)} items"


def zabbix_path_is_known(tree, step):
    path = step["parameters"][0]
    found = set(re.findall(r"\bmaxport_\w+", path))
    assert found and found <= tree.metrics.keys(), f"unknown metric: {path}"
    for name in found if step["type"] == "JSONPATH" else []:
        assert re.match(r"\$\.samples\[\?\(@\.name==\"", path), path
        for label, value in re.findall(r'labels\.(\w+)(?:=="([^"]*)")?', path):
            known = tree.metrics[name]
            assert label in known, f"{name} has no label {label}"
            assert not value or "#" in value or value in known[label], f"{name}: {label} {value}"


def snippets(tree):
    ini = configparser.ConfigParser(delimiters="=")
    ini.read_string(tree.read("nsclient.ini"))
    assert len(ini["/settings/external scripts/scripts"]) > 1
    new, = tomllib.loads(tree.read("telegraf.conf"))["inputs"]["exec"]
    old, = tomllib.loads(tree.read("telegraf-before-1.39.conf"))["inputs"]["exec"]
    program, *arguments = new.pop("commands")[0]
    assert old.pop("commands") == [f'"{program}" {" ".join(arguments)}'] and old == new
    node = json.loads(tree.read("node-problem-detector.json"))
    conditions = {condition["type"] for condition in node["conditions"]}
    assert {rule["condition"] for rule in node["rules"]} == conditions
    assert node["pluginConfig"]["max_output_length"] == 80
    mrpe = load_yaml(tree.read("checkmk-mrpe.yml"))["mrpe"]["config"]
    assert all(re.fullmatch(r"check = \w+ '.*'", row) for row in mrpe)
    return "snippets"


def task(tree):
    """The order of the elements and the values are those of Microsoft's schema of tasks."""
    text = tree.read("windows-task.xml")
    assert text.startswith('<?xml version="1.0"?>'), "an encoding stops schtasks or PowerShell"
    root = xml.fromstring(text)
    trigger = root.find(f"{TASK}Triggers/{TASK}TimeTrigger")
    assert [part.tag for part in trigger] == [
        TASK + name for name in ("Enabled", "StartBoundary", "Repetition")]
    duration = re.compile(r"PT\d+[SM]")
    assert duration.fullmatch(trigger.findtext(f"{TASK}Repetition/{TASK}Interval"))
    assert duration.fullmatch(root.findtext(f"{TASK}Settings/{TASK}ExecutionTimeLimit"))
    principal = root.find(f"{TASK}Principals/{TASK}Principal")
    assert root.find(f"{TASK}Actions").get("Context") == principal.get("id")
    assert principal.findtext(f"{TASK}UserId") == "S-1-5-18", "not SYSTEM"
    return "task"


def events(tree):
    """The ids of the queries, of the manual, of the texts and of the program are the same."""
    declared = set(re.findall(r"AUDIT_\w+ = (\d+)",
                              (tree.root / "src/core/system/audit.h").read_text()))
    texts = set(re.findall(r"^MessageId=(\d+)", (tree.root / "res/events.mc").read_text(), re.M))
    manual = (tree.root / "installer/manual_monitoring.c").read_text()
    table = set(re.findall(r'\{(\d+), "(?:Information|Warning|Error)"', manual))
    assert declared == texts == table, f"different ids: {declared} {texts} {table}"
    queries = xml.fromstring(tree.read("event-queries.xml"))
    assert queries.tag == "QueryList" and len(queries) == 3
    page = (tree.root / "docs/windows.md").read_text()
    for query in queries:
        for select in query:
            assert select.get("Path") == query.get("Path")
            for number in re.findall(r"EventID=(\d+)", select.text):
                assert number in declared or f"| {number} |" in page, f"unknown event {number}"
    return f"{len(declared)} events"


def commands(tree):
    """Each command line that a file or page contains has options that the command knows."""
    count = 0
    sources = [(path.name, tree.read(path.name)) for path in sorted(tree.folder.iterdir())]
    sources.append(("README.md", (tree.root / "README.md").read_text()))
    manual = (tree.root / "installer/manual_monitoring.c").read_text()
    sources.append(("manual", re.sub(r'"\s*\n\s*"', "", manual).replace(r"\"", '"').replace(r"\n", "\n")))
    for name, text in sources:
        text = text.replace("</Command>\n      <Arguments>", " ")
        if name == "node-problem-detector.json":
            text = "\n".join("maxport.exe " + " ".join(rule["args"]) for rule in json.loads(text)["rules"])
        for line in COMMAND.findall(text) + re.findall(r"\bmaxport (metrics|check)\b([^\n<`|]*)", text):
            words = re.findall(r"[\w-]+", " ".join(line) if isinstance(line, tuple) else line)
            if not words or words[0] not in ("metrics", "check"):
                continue
            help_text = tree.help[words[0]]
            for option in (word for word in words if re.fullmatch(r"--[a-z-]+|-[wct]", word)):
                assert re.search(rf"(?<![\w-]){option}\b", help_text), f"{name}: {words[0]} has no {option}"
            count += 1
    assert count > 10, f"only {count} command lines were found"
    return f"{count} command lines"


def shape(tree):
    package = (tree.root / "installer/maxport.wxs").read_text()
    manual = (tree.root / "installer/manual_monitoring.c").read_text()
    paths = sorted(tree.folder.iterdir())
    for path in paths:
        text = tree.read(path.name)
        end = "\r\n" if path.suffix == ".bat" else "\n"
        assert text.endswith(end) and ("\r" in text) == (end == "\r\n"), f"{path.name}: line ends"
        assert not re.search(r"[ \t]+\r?$", text, re.M), f"{path.name}: blanks at the end of a line"
        assert f'Source="share/monitoring/{path.name}"' in package, f"{path.name}: not in the MSI"
        assert f'"{path.name}"' in manual, f"{path.name}: not in the manual"
    return f"{len(paths)} files"


def main():
    tree = Tree(pathlib.Path(sys.argv[1]))
    print(*[check(tree) for check in (alerts, grafana, zabbix, snippets, task, events, commands,
                                      shape)], sep=", ")


main()
