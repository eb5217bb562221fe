#!/usr/bin/env bash
# make.sh - builds the packages that the tests install: the current version, another build of that
# version, and a later version. Building the packages twice must give the same bytes.
set -euo pipefail

tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
out=$tree/build/package-tests
export SOURCE_DATE_EPOCH=1700000000
export MAXPORT_HOME_URL=https://packages.example
rm -rf "$out"
mkdir -p "$out"
"$tree/installer/package" --output "$out/old"
sleep 1.1 # so that the second build is at another time, which must not change the packages
"$tree/installer/package" --output "$out/again" >/dev/null
diff -r "$out/old" "$out/again"
rm -r "$out/again"
"$tree/installer/package" --output "$out/new" --version 9.8.7 >/dev/null
MAXPORT_HOME_URL= "$tree/installer/package" --output "$out/rebuilt" >/dev/null
[[ ! -e $out/rebuilt/manifests ]] # without an address
python3 "$tree/tests/packages/manifests.py" "$out/old"
python3 "$tree/tests/packages/tables.py" "$out"/*/*.msi
(cd "$out/old" && sha256sum --quiet -c SHA256SUMS)
echo "make.sh: both runs gave the same bytes"
