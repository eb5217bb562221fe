"""calls.py SRC - fails if a file under SRC calls what the program must not call.

What is named here either writes without knowing how much room there is, or becomes a
function that Windows XP's msvcrt lacks: FORTIFY makes wcscpy_s of wcscpy, and the
program then does not even start there. imports.py sees the latter, too, but only in
the program as it is built, and does not say where it comes from.
"""
import pathlib
import re
import sys

UNBOUNDED = "gets sprintf vsprintf strcat wcscat wcscpy lstrcpyA lstrcpyW lstrcatA lstrcatW".split()
BANNED = re.compile(r"\b(?:" + "|".join(UNBOUNDED) + r"|\w+_s)\s*\(")

# Comments and literals, to be blanked; newlines stay, so that lines keep their numbers.
ASIDE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def complaints(src, path):
    name = path.relative_to(src).as_posix()
    code = ASIDE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()),
                     path.read_text(encoding="utf-8"))
    for number, line in enumerate(code.splitlines(), 1):
        for match in BANNED.finditer(line):
            yield f"{name}:{number}: {match.group().rstrip('( ')} must not be called"


def main():
    src = pathlib.Path(sys.argv[1])
    paths = sorted(path for path in src.rglob("*") if path.suffix in {".c", ".h"})
    found = [complaint for path in paths for complaint in complaints(src, path)]
    print(*found, sep="\n")
    print(f"{len(paths)} files, {len(found)} complaints")
    return 1 if found or not paths else 0


sys.exit(main())
