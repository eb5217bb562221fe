"""commands.py FOLDER - prints the command lines of the files in installer/share/monitoring, each
after the name of its file and a tab, as cmd takes them.
"""
import configparser
import json
import pathlib
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as xml

import yaml

TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def commands(folder):
    ini = configparser.ConfigParser(delimiters="=", interpolation=None)
    ini.read(folder / "nsclient.ini")
    for line in ini["/settings/external scripts/scripts"].values():
        yield "nsclient.ini", line
    for row in yaml.safe_load((folder / "checkmk-mrpe.yml").read_text())["mrpe"]["config"]:
        yield "checkmk-mrpe.yml", row.split("'")[1]
    yield "checkmk-local.bat", (folder / "checkmk-local.bat").read_text().strip().lstrip("@")
    for name in "telegraf.conf", "telegraf-before-1.39.conf":
        for source in tomllib.loads((folder / name).read_text())["inputs"]["exec"]:
            for line in source["commands"]:
                yield name, line if isinstance(line, str) else subprocess.list2cmdline(line)
    for rule in json.loads((folder / "node-problem-detector.json").read_text())["rules"]:
        yield "node-problem-detector.json", subprocess.list2cmdline([rule["path"], *rule["args"]])
    action = xml.parse(folder / "windows-task.xml").find(f"{TASK}Actions/{TASK}Exec")
    yield "windows-task.xml", (f'"{action.findtext(f"{TASK}Command")}" '
                               + action.findtext(f"{TASK}Arguments"))


for name, line in commands(pathlib.Path(sys.argv[1])):
    print(name, line, sep="\t")
