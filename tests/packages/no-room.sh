#!/usr/bin/env bash
# no-room.sh - tests two installations that must fail and change nothing: one on a read-only disk,
# and one where a file has the name of the folder to install to. The exit code must report the
# failure, and files and registry must be unchanged. Run this script with own-mounts.
set -euo pipefail

me=no-room.sh
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

# refused CODE WHAT COMMAND… - checks that COMMAND fails with CODE and changes nothing
refused() {
    local code=$1 what=$2
    shift 2
    last=$what
    snapshot before
    exits "$code" "$@"
    snapshot after
    compare "$what changes nothing"
}

package=Z:$old/maxport-$old_version-x64.msi
# 67 is the exit code 1603 modulo 256. A full disk is not tested, because Wine reports success
# there; see docs/measurements.md.
mount -t tmpfs -o size=8m,ro maxport-test "$disk"
ln -s "$disk" "$c/Program Files/disk" # the MSI refuses a folder outside Program Files
there='C:\Program Files\disk\maxport'
refused 67 "a read-only disk" msi /i "$package" "INSTALLDIR=$there"
mount -o remount,rw "$disk"
exits 0 msi /i "$package" "INSTALLDIR=$there" # proves that only the read-only disk was the reason
exits 0 msi /x "$package" "INSTALLDIR=$there"
: >"$installed"
refused 67 "a file with the name of the folder" msi /i "$package"
rm "$installed"
exits 69 msi /x "$(product_code "$package")" # 1605 modulo 256: the product is not installed
exits 0 msi /i "$package" # proves that only the file was the reason
echo "$me: $checks checks passed"
