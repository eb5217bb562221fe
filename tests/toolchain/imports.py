"""imports.py PROGRAM... - fails unless each program can load on Windows XP SP2 and is hardened.

XP does not start a program that imports a missing function, so every imported function must be in
xp-imports.txt. Before any code of the program runs, Windows searches the folder of the program
for every imported DLL that is not a KnownDLL. So such DLLs must not be imported at all.
"""
import pathlib
import struct
import sys

MACHINES = {0x014C: "x86", 0x8664: "x64"}
SUBSYSTEM_VERSIONS = {"x86": (5, 1), "x64": (5, 2)}  # XP, XP x64 and Server 2003
FLAGS = {"dynamic base": 0x0040, "NX": 0x0100, "terminal server aware": 0x8000}
FLAGS_X64 = {"high entropy": 0x0020}
IMPORT_DIRECTORY, RELOCATION_DIRECTORY, DELAY_IMPORT_DIRECTORY = 1, 5, 13


class Image:
    """Reads the few fields of a PE file that are needed here."""

    def __init__(self, data):
        self.data = data
        header = self.number("<I", 0x3C)
        if data[header:header + 4] != b"PE\0\0":
            raise ValueError("not a PE file")
        self.machine = MACHINES[self.number("<H", header + 4)]
        section_count = self.number("<H", header + 6)
        optional = header + 24
        self.is_64_bit = self.number("<H", optional) == 0x20B
        self.subsystem_version = struct.unpack_from("<HH", data, optional + 48)
        self.flags = self.number("<H", optional + 70)
        self.directories = optional + (112 if self.is_64_bit else 96)
        table = optional + self.number("<H", header + 20)
        self.sections = [struct.unpack_from("<IIII", data, table + 40 * i + 8)
                         for i in range(section_count)]

    def number(self, form, offset):
        return struct.unpack_from(form, self.data, offset)[0]

    def directory(self, index):
        return struct.unpack_from("<II", self.data, self.directories + 8 * index)

    def offset(self, address):
        for _, start, size, raw in self.sections:
            if start <= address < start + size:
                return raw + address - start
        raise ValueError(f"address {address:#x} is in no section")

    def text(self, address):
        offset = self.offset(address)
        return self.data[offset:self.data.index(b"\0", offset)].decode("ascii")

    def imports(self):
        """Yields (dll, function); an import by number has the function "#number"."""
        form, size = ("<Q", 8) if self.is_64_bit else ("<I", 4)
        by_number = 1 << (8 * size - 1)
        descriptor = self.offset(self.directory(IMPORT_DIRECTORY)[0])
        while True:
            names, _, _, dll, addresses = struct.unpack_from("<IIIII", self.data, descriptor)
            if not dll:
                return
            entry = self.offset(names or addresses)
            while value := self.number(form, entry):
                function = f"#{value & 0xFFFF}" if value & by_number else self.text(value + 2)
                yield self.text(dll).lower().removesuffix(".dll"), function
                entry += size
            descriptor += 20


def allowed_imports(path):
    """Reads xp-imports.txt: "[dll]", then its functions; # starts a comment."""
    allowed, dll = set(), None
    for line in path.read_text(encoding="utf-8").splitlines():
        for word in line.partition("#")[0].split():
            if word.startswith("["):
                dll = word.strip("[]")
            else:
                allowed.add((dll, word))
    return allowed


def complaints(image, allowed):
    for dll, function in image.imports():
        if (dll, function) not in allowed:
            yield f"imports {function} from {dll}, which is not in xp-imports.txt"
    if image.directory(DELAY_IMPORT_DIRECTORY)[0]:
        yield "has delayed imports; look functions up with the full path of their DLL instead"
    wanted = FLAGS | (FLAGS_X64 if image.machine == "x64" else {})
    for name, bit in wanted.items():
        if not image.flags & bit:
            yield f"lacks the flag {name}"
    if not image.directory(RELOCATION_DIRECTORY)[1]:
        yield "has no relocations, so dynamic base would do nothing"
    if image.subsystem_version != SUBSYSTEM_VERSIONS[image.machine]:
        yield f"wants Windows {image.subsystem_version}"


def main():
    allowed = allowed_imports(pathlib.Path(__file__).with_name("xp-imports.txt"))
    bad = False
    for name in sys.argv[1:]:
        image = Image(pathlib.Path(name).read_bytes())
        found = list(complaints(image, allowed))
        print(*(f"{name} ({image.machine}) {complaint}" for complaint in found), sep="\n")
        print(f"{name}: {sum(1 for _ in image.imports())} imports, {len(found)} complaints")
        bad = bad or bool(found)
    return 1 if bad or len(sys.argv) < 2 else 0


sys.exit(main())
