"""layers.py SRC - fails if a file under SRC includes a file that its layer must not include.

The layers are described in src/README.md: core includes no other layer, cli and gui never include
each other, only win32 and gui include headers of Windows, and only the mains include every layer.
In core, a folder may include only itself and the folders that CORE names for it, always in one
direction. Modules must not include each other in a circle of any length.
"""
import pathlib
import re
import sys

LIBC = set("""
    assert.h ctype.h errno.h float.h inttypes.h limits.h locale.h math.h signal.h stdalign.h stdarg.h
    stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h time.h uchar.h wchar.h wctype.h
""".split())

PORTABLE = LIBC | {"jansson.h"}

# layer: the folders that it may include by "...", the headers that it may include by <...> (None:
# any)
LAYERS = {
    "core": ({"core"}, PORTABLE),
    "cli": ({"cli", "core"}, PORTABLE | {"getopt.h"}),
    "win32": ({"win32", "core"}, None),
    "gui": ({"gui", "core"}, None),
}
CORE = {
    "base": "",
    "system": "base",
    "rules": "base system",
    "use": "base system",
    "journal": "base system rules",
    "state": "base system rules use journal",
    "change": "base system rules journal state",
    "diagnosis": "base system rules use state",
}
MAINS = {"cli/main.c", "gui/main.c"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>|(\S+))')


def core_folder(name):
    parts = name.split("/")
    return parts[1] if parts[0] == "core" and len(parts) == 3 else None


def points_back(name, included):
    """Returns whether a file of core includes a file of a folder that it must not include."""
    own, other = core_folder(name), core_folder(included)
    return own is not None and other != own and other not in CORE.get(own, "").split()


def circles(src, paths):
    """Yields the modules that include each other. A module is a header together with its source."""
    includes = {}
    for path in paths:
        module = path.relative_to(src).with_suffix("").as_posix()
        found = re.findall(r'^#include "([^"]+)\.h"', path.read_text(encoding="utf-8"), re.M)
        includes.setdefault(module, set()).update(set(found) - {module})

    def reached(module):
        seen, left = set(), [module]
        while left:
            for other in includes.get(left.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    left.append(other)
        return seen

    reach = {module: reached(module) for module in includes}
    for module in sorted(includes):
        around = sorted(other for other in reach[module] if module in reach.get(other, ()))
        if around and around[0] == module:
            yield "a circle: " + ", ".join(around)


def complaints(src, path):
    name = path.relative_to(src).as_posix()
    layer = name.split("/")[0]
    if layer not in LAYERS:
        yield f"{name}: no layer of that name"
        return
    folders, headers = LAYERS[layer]
    if layer == "core" and core_folder(name) not in CORE:
        yield f"{name}: core has no folder of that name"
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
        elif ours and points_back(name, ours):
            yield f'{name}:{number}: core/{core_folder(name)} must not include "{ours}"'
        elif system and headers is not None and system not in headers:
            yield f"{name}:{number}: {layer} must not include <{system}>"


def main():
    src = pathlib.Path(sys.argv[1])
    paths = sorted(path for path in src.rglob("*") if path.suffix in {".c", ".h"})
    found = [complaint for path in paths for complaint in complaints(src, path)]
    found += circles(src, paths)
    print(*found, sep="\n")
    print(f"{len(paths)} files, {len(found)} complaints")
    return 1 if found or not paths else 0


sys.exit(main())
