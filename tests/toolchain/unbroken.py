"""unbroken.py GOLDEN - fails if a line of a golden text under GOLDEN ends inside of a command.

A user copies a command from the screen into a prompt; a command with a line break in it fails
there, or does something else. Each line is joined with the next one. A command that starts in the
first line must end with it. The commands are those that the golden help of maxport lists.
"""
import pathlib
import re
import sys

ARGUMENT = r"(?: (?:--by \w+|--[a-z][a-z-]*|\d[\d.]*(?![\d.]* [A-Z])|\w+=\w\S*|[A-Z]\w*[a-z][A-Z]\w+|\S*\\\S+))"


def pattern(golden):
    listed = (golden / "cli/help/maxport.txt").read_text(encoding="utf-8").split("\nCommands\n")[1]
    names = re.findall(r"^  ([a-z-]+(?: [a-z]+)?)  ", listed, re.MULTILINE)
    assert len(names) > 15, names
    names = sorted(set(names) | {name.split()[0] for name in names}, key=len, reverse=True)
    netsh = r"netsh (?:int|interface|http)(?: [a-z0-9|=]+)+"
    return re.compile(rf"(?<![\w\\.-])(?:maxport (?:{'|'.join(names)})(?![\w-]){ARGUMENT}*|{netsh})")


def broken(lines, command):
    for number, (line, after) in enumerate(zip(lines, lines[1:]), 1):
        first, second = line.strip(), after.strip()
        for match in command.finditer(f"{first} {second}"):
            # A first line that is a whole command is broken only if an option begins the next line.
            is_whole = command.fullmatch(first) and not re.match("--[a-z]", second)
            if match.start() < len(first) < match.end() - 1 and not is_whole:
                yield number, match.group()


def main(golden):
    command = pattern(golden)
    files = sorted(path for path in golden.rglob("*.txt"))
    found = 0
    for path in files:
        for number, text in broken(path.read_text(encoding="utf-8").splitlines(), command):
            print(f"{path}:{number}: a line ends inside of: {text}")
            found += 1
    sample = ["To list it, run maxport", "history. Or maxport", "makes: maxport range set", "--udp"]
    assert [number for number, _ in broken(sample, command)] == [1, 3]
    print(f"{len(files)} golden texts, {found} broken commands")
    return found > 0


sys.exit(main(pathlib.Path(sys.argv[1])))
