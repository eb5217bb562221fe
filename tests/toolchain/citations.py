"""citations.py TREE - fails if code cites something that docs/windows.md does not contain.

Each `docs/windows.md, "Section"` in a comment must name a section of that page, and each source
that the code in src prints or mentions (KB929851, cc938196, RFC 9293, nmap PR #3499) must be on the
page.
"""
import pathlib
import re
import sys

FOLDERS = ("src", "tests", "res", "installer")
SECTIONS = re.compile(r'docs/windows\.md,\s+((?:"[^"]+"(?:,? and |, )?)+)')
SOURCES = re.compile(r"\b(?:KB\d{5,7}|(?:aa|bb|cc)\d{6}|MS\d\d-\d{3}|RFC \d+)\b"
                     r"|(?:PR|issues?|and|[\w.-]+/[\w.-]+) ?(#\d+)\b")
# Joins the lines of a comment or sentence, and adjacent string literals.
JOINS = ((re.compile(r'"\s*\n\s*"'), ""), (re.compile(r"\s*\n\s*(?:\* ?|// ?|# ?)?"), " "))


def complaints(path, name, page, sections):
    text = path.read_text(encoding="utf-8")
    for join, by in JOINS:
        text = join.sub(by, text)
    for cited in SECTIONS.findall(text):
        for section in re.findall(r'"([^"]+)"', cited):
            if section not in sections:
                yield f'{name}: docs/windows.md has no section "{section}"'
    if name.startswith("src/"):
        for match in SOURCES.finditer(text):
            source = match.group(1) or match.group(0)
            if not re.search(re.escape(source) + r"(?!\d)", page):
                yield f"{name}: {match.group(0)} is not on docs/windows.md"


def main():
    tree = pathlib.Path(sys.argv[1])
    page = (tree / "docs" / "windows.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## (.*)$", page, re.MULTILINE))
    paths = sorted(path for folder in FOLDERS for path in (tree / folder).rglob("*")
                   if path.suffix in {".c", ".h", ".rc", ".sh"})
    found = [complaint for path in paths
             for complaint in complaints(path, path.relative_to(tree).as_posix(), page, sections)]
    print(*found, sep="\n")
    print(f"{len(paths)} files, {len(sections)} sections, {len(found)} complaints")
    return 1 if found or not paths or not sections else 0


sys.exit(main())
