"""coverage.py LAYER=GCOV:FOLDER... - prints which lines of src/ the tests ran.

For each LAYER (core, cli, win32), the program GCOV reads the .gcno files below FOLDER and the .gcda
files beside them. Debian's own gcov cannot read the files of mingw, so each layer has its own GCOV.
The script prints a table for each layer, the lines of each file that were never run, and the aim of
the layer. The exit code is 1 if a layer misses its aim.
"""
import json
import pathlib
import subprocess
import sys

AIMS = {"core": 95, "cli": 90, "win32": 80}
NAMED_MAX = 12  # the longest sequences of lines are printed; the others are only counted


def counts_of(gcov, folder, layer):
    """Returns how often each line was run: {"src/core/base/text.c": {line: times}}."""
    found = {}
    for data in sorted(pathlib.Path(folder).rglob("*.gcno")):
        done = subprocess.run([gcov, "--json-format", "--stdout", data.name], cwd=data.parent,
                              check=True, capture_output=True, text=True)
        for document in done.stdout.splitlines():
            for file in json.loads(document)["files"]:
                _, layer_name, name = file["file"].rpartition(f"src/{layer}/")
                if not layer_name or not name.endswith(".c"):
                    continue
                lines = found.setdefault(layer_name + name, {})
                for line in file["lines"]:
                    number = line["line_number"]
                    lines[number] = lines.get(number, 0) + line["count"]
    return found


def missed_runs(lines):
    """Returns the sequences of lines that were never run, as (first, last). Blank lines and
    comments do not separate two sequences.
    """
    runs, is_open = [], False
    for number in sorted(lines):
        if lines[number]:
            is_open = False
        elif is_open:
            runs[-1][1] = number
        else:
            runs.append([number, number])
            is_open = True
    return runs


def named(lines):
    runs = missed_runs(lines)
    longest = sorted(runs, key=lambda run: run[0] - run[1])[:NAMED_MAX]
    words = [f"{a}-{b}" if a != b else f"{a}" for a, b in sorted(longest)]
    rest = len(runs) - len(longest)
    return " ".join(words) + (f" and {rest} more" if rest else "")


def percent(run, all_lines):
    return 100 * run / all_lines if all_lines else 100


def main(arguments):
    is_good = True
    for argument in arguments:
        layer, _, rest = argument.partition("=")
        gcov, _, folder = rest.partition(":")
        files = counts_of(gcov, folder, layer)
        run = sum(1 for lines in files.values() for times in lines.values() if times)
        total = sum(len(lines) for lines in files.values())
        for path in sorted(files):
            lines = files[path]
            ran = sum(1 for times in lines.values() if times)
            print(f"  {percent(ran, len(lines)):5.1f} %  {ran:5} of {len(lines):5}  {path}"
                  + (f"  not: {named(lines)}" if ran < len(lines) else ""))
        is_met = total > 0 and percent(run, total) >= AIMS[layer]
        is_good = is_good and is_met
        print(f"{layer}: {percent(run, total):.1f} % of {total} lines; the aim is {AIMS[layer]} %"
              + ("" if is_met else ", which is MISSED") + "\n")
    return 0 if is_good else 1


sys.exit(main(sys.argv[1:]))
