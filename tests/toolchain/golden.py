#!/usr/bin/env python3
"""golden.py CHECKED - prints the names of the files in tests/golden that no test checks.

CHECKED contains the names of the files that a complete run of maxport-tests has checked, one on
each line.
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
