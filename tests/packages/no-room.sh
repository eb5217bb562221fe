#!/usr/bin/env bash
# no-room.sh - where there is no place to install the MSI to: a disk that may only be read, a file
# in the way. Each time the exit code says so, and files and registry are as before. To be run by
# own-mounts.
set -euo pipefail

me=no-room.sh
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

# refused CODE WHAT COMMAND… - and not a trace of the attempt
refused() {
    local code=$1 what=$2
    shift 2
    last=$what
    snapshot before
    exits "$code" "$@"
    snapshot after
    compare "$what leaves all as it was"
}

package=Z:$old/maxport-$old_version-x64.msi
# 67 is what a Unix sees of 1603. That Wine calls a full disk a success is in tests/README.md.
mount -t tmpfs -o size=8m,ro maxport-test "$disk"
ln -s "$disk" "$c/Program Files/disk" # the MSI refuses every other place
there='C:\Program Files\disk\maxport'
refused 67 "a disk that may only be read" msi /i "$package" "INSTALLDIR=$there"
mount -o remount,rw "$disk"
exits 0 msi /i "$package" "INSTALLDIR=$there" # it was the disk alone
exits 0 msi /x "$package" "INSTALLDIR=$there"
: >"$installed"
refused 67 "a file in the folder's place" msi /i "$package"
rm "$installed"
exits 69 msi /x "$(product_code "$package")" # 1605: there is nothing to remove
exits 0 msi /i "$package" # it was the place alone
echo "$me: $checks checks passed"
