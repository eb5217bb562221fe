"""layers.py SRC - fails if a file under SRC includes what its layer must not see.

The layers are src/README.md's: core knows nothing of the others, cli and gui never
include each other, only win32 and gui see Windows, only the mains see every layer.
"""
import pathlib
import re
import sys

LIBC = set("""
    assert.h ctype.h errno.h float.h inttypes.h limits.h locale.h math.h signal.h stdalign.h stdarg.h
    stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h time.h uchar.h wchar.h wctype.h
""".split())

PORTABLE = LIBC | {"jansson.h"}

# layer: the folders it may include by "...", the headers it may include by <...> (None: any)
LAYERS = {
    "core": ({"core"}, PORTABLE),
    "cli": ({"cli", "core"}, PORTABLE | {"getopt.h"}),
    "win32": ({"win32", "core"}, None),
    "gui": ({"gui", "core"}, None),
}
MAINS = {"cli/main.c", "gui/main.c"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>|(\S+))')


def complaints(src, path):
    name = path.relative_to(src).as_posix()
    layer = name.split("/")[0]
    if layer not in LAYERS:
        yield f"{name}: no layer of that name"
        return
    folders, headers = LAYERS[layer]
    if name in MAINS:
        folders, headers = set(LAYERS), None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        ours, system, computed = match.groups()
        if computed:
            yield f"{name}:{number}: an include must name its file"
        elif ours and (ours.split("/")[0] not in folders or not (src / ours).is_file()):
            yield f'{name}:{number}: {layer} must not include "{ours}"'
        elif system and headers is not None and system not in headers:
            yield f"{name}:{number}: {layer} must not include <{system}>"


def main():
    src = pathlib.Path(sys.argv[1])
    paths = sorted(path for path in src.rglob("*") if path.suffix in {".c", ".h"})
    found = [complaint for path in paths for complaint in complaints(src, path)]
    print(*found, sep="\n")
    print(f"{len(paths)} files, {len(found)} complaints")
    return 1 if found or not paths else 0


sys.exit(main())
