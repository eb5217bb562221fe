#!/usr/bin/env python3
"""long_journal.py JOURNAL CHANGES - extends a journal of two changes to many changes.

The first two changes were 20000 and 20001. The new changes alternate between these values, ten in
each Windows session, and end with 20001, the value in the registry.
"""
import json
import sys

path, count = sys.argv[1], int(sys.argv[2])
with open(path) as journal:
    lines = journal.read().splitlines()
assert len(lines) == 4 and count % 2 == 0
second = [json.loads(line) for line in lines[2:]]


def dump(line):
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False)


with open(path, "w") as journal:
    ours = second[0]["boot"]
    for number in range(1, count + 1):
        started, ended = second
        started["id"] = ended["id"] = number
        started["backup"] = started["backup_sha256"] = started["undo_file"] = ""
        step = started["steps"][0]
        step["before"], step["after"] = ("20000", "20001") if number % 2 == 0 else ("20001", "20000")
        if number == 1:
            step["before"] = "absent"
        # Each Windows session has ten changes; the last ten belong to the present session.
        days = (count - number) // 10
        started["boot"] = {
            "start_ms": ours["start_ms"] - days * 86400000,
            "session_ms": ours["session_ms"] - days * 86400000 if ours["session_ms"] else 0,
            "count": 0,
        }
        journal.write(dump(started) + "\n" + dump(ended) + "\n")
