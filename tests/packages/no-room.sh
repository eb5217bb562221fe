#!/usr/bin/env bash
# no-room.sh - installs the MSI where that is impossible: on a read-only disk, and where a file has
# the name of the folder. Each time the exit code reports a failure, and files and registry are as
# before. Run this script with own-mounts.
set -euo pipefail

me=no-room.sh
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

# refused CODE WHAT COMMAND… - COMMAND must fail with CODE and change nothing
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
# Unix keeps eight bits of 1603, which gives 67. Wine reports success on a full disk; see
# docs/measurements.md.
mount -t tmpfs -o size=8m,ro maxport-test "$disk"
ln -s "$disk" "$c/Program Files/disk" # the MSI refuses a folder outside Program Files
there='C:\Program Files\disk\maxport'
refused 67 "a read-only disk" msi /i "$package" "INSTALLDIR=$there"
mount -o remount,rw "$disk"
exits 0 msi /i "$package" "INSTALLDIR=$there" # only the disk prevented the installation
exits 0 msi /x "$package" "INSTALLDIR=$there"
: >"$installed"
refused 67 "a file with the name of the folder" msi /i "$package"
rm "$installed"
exits 69 msi /x "$(product_code "$package")" # 1605: the product is not installed
exits 0 msi /i "$package" # only the file prevented the installation
echo "$me: $checks checks passed"
