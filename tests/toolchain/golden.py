#!/usr/bin/env python3
"""golden.py CHECKED - names the files of tests/golden that no test checks.

CHECKED contains the names that a whole run of maxport-tests checked, one for each line.
"""
import pathlib
import sys

folder = pathlib.Path(__file__).resolve().parent.parent / "golden"
checked = set(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").split("\n"))
files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
stale = [file for file in files if file.relative_to(folder).as_posix() not in checked]
for file in stale:
    print(f"tests/golden/{file.relative_to(folder).as_posix()}: no test checks it; delete it")
print(f"{len(files)} golden texts, {len(stale)} stale")
sys.exit(1 if stale or not files else 0)
