"""calls.py SRC - fails if a file under SRC calls a forbidden function.

A forbidden function writes without a limit, or the compiler replaces it with a function that the
msvcrt of Windows XP lacks. For example, FORTIFY turns wcscpy into wcscpy_s, and the program then
does not start on XP. The script imports.py also detects this, but only in the finished program and
without the source line.

A call that opens a path must set a quality of service. Otherwise, if the path is a pipe, the server
of the pipe can act as the administrator who runs maxport.
"""
import pathlib
import re
import sys

UNBOUNDED = "gets sprintf vsprintf strcat wcscat wcscpy lstrcpyA lstrcpyW lstrcatA lstrcatW".split()
BANNED = re.compile(r"\b(?:" + "|".join(UNBOUNDED) + r"|\w+_s)\s*\(")

# Comments and literals. They are replaced with blanks, except newlines, so that line numbers remain
# correct.
ASIDE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)

# Calls that open a path, and the words that their arguments must contain. For native calls, the
# whole function that contains the call must contain the words.
WIN32_OPEN = re.compile(r"\bCreateFile(?:[AW2]|TransactedW|FromAppW)?\s*\(")
NATIVE_OPEN = re.compile(r"\b(?:Nt|Zw)(?:Create|Open)File\b")
WIN32_QUALITY = {"SECURITY_SQOS_PRESENT", "SECURITY_IDENTIFICATION"}
NATIVE_QUALITY = {"SecurityIdentification", "SecurityQualityOfService"}
# These functions also open a path, but have no parameter for the quality of service.
WITHOUT_QUALITY = re.compile(
    r"\b(?:_?w?fopen|_?w?freopen|_w?s?open|_w?creat|OpenFile|_lopen|_lcreat|CallNamedPipe[AW])\s*\(")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def arguments(code, start):
    """Returns the text within the parenthesis that opens just before `start`."""
    depth, at = 1, start
    while depth and at < len(code):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        at += 1
    return code[start:at]


def body_around(code, position):
    """Returns the function that contains `position`: the text between two closing braces at the
    left margin.
    """
    end = code.find("\n}", position)
    return code[code.rfind("\n}", 0, position) + 1:end if end >= 0 else len(code)]


def unqualified_opens(code, with_literals):
    """Yields positions and names of the calls that let a server act as the caller."""
    for match in WIN32_OPEN.finditer(code):
        if not WIN32_QUALITY <= set(re.findall(r"\w+", arguments(code, match.end()))):
            yield match.start(), match.group().rstrip("( ")
    for match in WITHOUT_QUALITY.finditer(code):
        yield match.start(), match.group().rstrip("( ")
    # The name is in a literal, because the function is looked up by its name.
    for match in NATIVE_OPEN.finditer(with_literals):
        if not NATIVE_QUALITY <= set(
                re.findall(r"\w+", body_around(code, match.start()))):
            yield match.start(), match.group()


def complaints(src, path):
    name = path.relative_to(src).as_posix()
    text = path.read_text(encoding="utf-8")
    code = ASIDE.sub(blank, text)
    with_literals = ASIDE.sub(
        lambda match: blank(match) if match.group().startswith("/") else match.group(), text)
    for number, line in enumerate(code.splitlines(), 1):
        for match in BANNED.finditer(line):
            yield f"{name}:{number}: {match.group().rstrip('( ')} must not be called"
    for position, call in unqualified_opens(code, with_literals):
        yield (f"{name}:{code.count(chr(10), 0, position) + 1}: {call} must pass "
               "SECURITY_SQOS_PRESENT and SECURITY_IDENTIFICATION, or the native equivalent")


def main():
    src = pathlib.Path(sys.argv[1])
    paths = sorted(path for path in src.rglob("*") if path.suffix in {".c", ".h"})
    found = [complaint for path in paths for complaint in complaints(src, path)]
    print(*found, sep="\n")
    print(f"{len(paths)} files, {len(found)} complaints")
    return 1 if found or not paths else 0


sys.exit(main())
