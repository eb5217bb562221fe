"""style.py ROOT FORMATTER - fails if the formatter would change a C file of the tree.

The version of the formatter is pinned, because other versions format differently; .clang-format
contains the rules.
"""
import pathlib
import subprocess
import sys

FOLDERS = ("src", "tests", "installer")


def main():
    root, formatter = pathlib.Path(sys.argv[1]), sys.argv[2]
    paths = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.[ch]"))
    result = subprocess.run([formatter, "--dry-run", "--Werror", *map(str, paths)], cwd=root, text=True,
                            stderr=subprocess.PIPE)
    lines = [line for line in result.stderr.splitlines() if ": error: " in line]
    print(*lines[:40], sep="\n")
    print(f"{len(paths)} files, {len(lines)} deviations; to mend them: {pathlib.Path(formatter).name} -i FILE")
    return 1 if result.returncode != 0 or not paths else 0


sys.exit(main())
