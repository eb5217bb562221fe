#!/usr/bin/env bash
# make.sh - the packages that the tests install: of the version at hand, of another build of that
# version, and of a later version. Packaging twice gives the same bytes.
set -euo pipefail

tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
out=$tree/build/package-tests
export SOURCE_DATE_EPOCH=1700000000
rm -rf "$out"
mkdir -p "$out"
"$tree/installer/package" --output "$out/old"
sleep 1.1 # the clock's second must not show
"$tree/installer/package" --output "$out/again" >/dev/null
diff -r "$out/old" "$out/again"
rm -r "$out/again"
"$tree/installer/package" --output "$out/new" --version 9.8.7 >/dev/null
MAXPORT_HOME_URL=https://another.example "$tree/installer/package" --output "$out/rebuilt" >/dev/null
python3 "$tree/tests/packages/manifests.py" "$out/old"
python3 "$tree/tests/packages/tables.py" "$out"/*/*.msi
(cd "$out/old" && sha256sum --quiet -c SHA256SUMS)
echo "make.sh: the same twice"
