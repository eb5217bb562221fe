"""resources.py PROGRAM VERSION - checks the icon in all its sizes, the version and the manifest of
the finished .exe.
"""
import pathlib
import struct
import sys

ICON, GROUP_ICON, VERSION, MANIFEST = 3, 14, 16, 24
data = pathlib.Path(sys.argv[1]).read_bytes()
pe = struct.unpack_from("<I", data, 60)[0]
sections, optional = struct.unpack_from("<H12xH", data, pe + 6)
for i in range(sections):
    name, size, address, _, start = struct.unpack_from("<8sIIII", data, pe + 24 + optional + 40 * i)
    if name.rstrip(b"\0") == b".rsrc":
        base, moved = start, address


def leaves(offset):
    named, numbered = struct.unpack_from("<HH", data, base + offset + 12)
    for i in range(named + numbered):
        number, at = struct.unpack_from("<II", data, base + offset + 16 + 8 * i)
        if at & 0x80000000:
            for path, bytes_ in leaves(at & 0x7fffffff):
                yield (number,) + path, bytes_
        else:
            where, length = struct.unpack_from("<II", data, base + at)
            yield (number,), data[base + where - moved:base + where - moved + length]


found = list(leaves(0))
only = {kind: [bytes_ for path, bytes_ in found if path[0] == kind] for kind in (3, 14, 16, 24)}
group, = only[GROUP_ICON]
sizes = [group[6 + 14 * i] or 256 for i in range(struct.unpack_from("<H", group, 4)[0])]
assert sizes == [16, 20, 24, 32, 40, 48, 64, 256], sizes
assert len(only[ICON]) == len(sizes)
version, = only[VERSION]
for text in ("the maxport authors", "LegalCopyright", pathlib.Path(sys.argv[1]).name, sys.argv[2]):
    assert text.encode("utf-16-le") in version, text
numbers = [int(part) for part in sys.argv[2].split(".")] + [0]
assert struct.unpack_from("<4H", version, version.index(b"\xbd\x04\xef\xfe") + 8) == (
    numbers[1], numbers[0], numbers[3], numbers[2])
manifest, = only[MANIFEST]
promised = ["asInvoker", "longPathAware",
            "8e0f7a12", "1f676c76", "4a2f28e3", "35138b9a", "e2011457"]
if sys.argv[1].endswith("-gui.exe"):
    promised += ["PerMonitorV2", "Microsoft.Windows.Common-Controls"]
for text in promised:
    assert text.encode() in manifest, text
# An activeCodePage in the manifest would change the code page with which maxport decodes the output
# of netsh.
assert b"activeCodePage" not in manifest
print(f"resources.py: {len(sizes)} icons, version {sys.argv[2]}, manifest")
