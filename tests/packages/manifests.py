"""manifests.py FOLDER - checks that the manifests describe the packages in FOLDER. Every hash and
product code in a manifest must belong to a package, and every package must be named.
"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

folder = pathlib.Path(sys.argv[1])
hashes = {}
for path in folder.glob("maxport-*"):
    hashes[hashlib.sha256(path.read_bytes()).hexdigest().upper()] = path.name
codes = {}
for path in folder.glob("*.msi"):
    table = subprocess.run(["msiinfo", "export", path, "Property"], check=True,
                           capture_output=True, text=True).stdout
    codes[re.search(r"^ProductCode\t(\{[0-9A-F-]{36}\})", table, re.M).group(1)] = path.name
assert len(codes) == 2, "the MSIs share a product code"
seen_hashes, seen_codes = set(), set()
files = [path for path in (folder / "manifests").rglob("*") if path.is_file()]
for path in files:
    text = path.read_text()
    assert "{{" not in text, f"{path}: not filled"
    for found in re.findall(r"\b[0-9A-F]{64}\b", text):
        assert found in hashes, f"{path}: {found} is no package's hash"
        seen_hashes.add(hashes[found])
    for found in re.findall(r"\{[0-9A-F-]{36}\}", text):
        assert found in codes, f"{path}: {found} is no product's code"
        seen_codes.add(codes[found])
    # Each hash must belong to the package that is named before it.
    for name, found in re.findall(r"(maxport-[0-9.]+-x\d\d\.\w+).{1,60}?\b([0-9A-F]{64})\b", text, re.S):
        assert hashes[found] == name, f"{path}: {found} is not {name}"
    if path.suffix == ".json":
        json.loads(text)
    if path.suffix == ".nuspec":
        xml.etree.ElementTree.fromstring(text)
assert len(files) == 7 and len(seen_codes) == 2
assert seen_hashes == set(hashes.values())
print(f"manifests.py: {len(files)} manifests, {len(seen_hashes)} packages")
