"""guarded.py NM ARCHIVE... - fails unless the code of every archive uses the stack protector and
the code of at least one archive uses FORTIFY.

The programs are linked from these archives. The programs themselves cannot be checked, because they
are stripped.
"""
import re
import subprocess
import sys


def wanted_symbols(nm, archive):
    """Returns the names that the objects of an archive need from elsewhere."""
    done = subprocess.run([nm, "--undefined-only", archive], check=True, capture_output=True,
                          text=True)
    return re.findall(r" U _*([A-Za-z]\w*)$", done.stdout, re.MULTILINE)


def main():
    fortified, bad = 0, len(sys.argv) < 3
    for archive in sys.argv[2:]:
        symbols = wanted_symbols(sys.argv[1], archive)
        protected = symbols.count("stack_chk_fail")
        checked = sum(symbol.endswith("_chk") for symbol in symbols)
        fortified += checked
        bad = bad or not protected
        print(f"{archive}: {protected} objects with the stack protector, {checked} checked calls")
    if not fortified:
        print("no call is checked: FORTIFY is off")
    return 1 if bad or not fortified else 0


sys.exit(main())
