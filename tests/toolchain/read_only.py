"""read_only.py SRC MAP - fails if the linker's map of the window contains code that changes the
machine.

The window never changes settings, and the program must contain no code that could do it. So the
code that writes the registry, the ranges, the journal and the store must not be linked. The window
writes only the files that the user saves (win32/files.c) and its own preferences
(win32/preferences.c).
"""
import pathlib
import re
import sys

# The functions of each source that must not be linked; None means all functions of the source.
WRITERS = {
    "core/change/change.c": None,
    "core/journal/regfile_writer.c": None,
    "core/journal/place_access.c": "place_access_of write_registry write_range flush_registry",
    "core/journal/journal.c": "journal_write_started journal_write_ended journal_mend",
    "win32/audit.c": None,
    "win32/console.c": None,
    "win32/restore_point.c": None,
    "win32/ranges.c": "ranges_open write",
    "win32/ranges_netsh.c": "ranges_netsh_set",
    "win32/registry.c": "registry_under registry_write registry_flush",
    "win32/store.c": "store_open",
    "win32/store_file.c": "store_create store_replace store_append store_file_open_or_make",
    "win32/store_folder.c": "store_folder_make store_folder_make_file",
    "win32/store_lock.c": None,
    "win32/store_prepare.c": None,
    "win32/store_public.c": "store_publish",
    "win32/store_record.c": "store_record_prepare store_record_write store_record_remove",
    "win32/store_remove.c": "store_remove",
}

# Matches .text$NAME with its address, size and file, which are on the same line or on the next one.
SECTION = re.compile(r"^ \.text\$(\S+)\s+0x\w+\s+0x(\w+)\s+\S*\blibmaxport_(\w+)\.a\((\S+?)\.obj\)",
                     re.MULTILINE)


def functions(part):
    """Returns the linked functions of each source, {source: functions}, in a part of the map."""
    found = {}
    for name, size, layer, source in SECTION.findall(part):
        if int(size, 16):
            # A name such as registry_write.isra.0 is a part of the function registry_write.
            found.setdefault(f"{layer}/{source}", set()).add(name.partition(".")[0])
    return found


def complaints(src, text):
    left_out, _, linked = text.partition("\nLinker script and memory map\n")
    linked, left_out = functions(linked), functions(left_out)
    for source, words in WRITERS.items():
        if not (src / source).is_file():
            yield f"{source} is no more: say in this list what writes now"
        # The map names a member of a library without its folder.
        layer, name = source.split("/")[0], source.split("/")[-1]
        member = f"{layer}/{name}"
        if len(list((src / layer).rglob(name))) > 1:
            yield f"{source}: the map cannot tell it from another {name} in {layer}"
        present = linked.get(member, set())
        wanted = present if words is None else set(words.split())
        for name in sorted(wanted & present):
            yield f"{source}: {name} is in the window"
        for name in sorted(wanted - present - left_out.get(member, set())):
            yield f"{source} has no {name} any more: say in this list what writes now"
    if "window_run" not in linked.get("gui/window.c", ()):
        yield "that is no map of the window"


def main():
    found = list(complaints(pathlib.Path(sys.argv[1]),
                            pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")))
    print(*found, sep="\n")
    print(f"{sys.argv[2]}: {len(found)} complaints")
    return 1 if found else 0


sys.exit(main())
