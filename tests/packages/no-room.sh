#!/usr/bin/env bash
# no-room.sh KIND - where there is no place to install to: KIND is msi or setup
#
# A full disk, one that may only be read, a file in the way; and for the setup the same when
# an older maxport is there, which has to stay whole. Each time the exit code says so, and
# files and registry are as before. To be run by own-mounts.
set -euo pipefail

kind=$1
me="no-room.sh $kind"
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

# disk_of SIZE - as drive X:
disk_of() {
    wine_stop
    umount "$disk" 2>/dev/null || true
    mount -t tmpfs -o "size=$1" maxport-test "$disk"
    ln -sfn "$disk" "$prefix/dosdevices/x:"
    wine_start 60
}

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

cases_of_msi() {
    local package=Z:$old/maxport-$old_version-x64.msi
    # 67 is what a Unix sees of 1603. That Wine calls a full disk a success is in tests/README.md.
    disk_of 8m
    mount -o remount,ro "$disk"
    refused 67 "a disk that may only be read" msi /i "$package" 'INSTALLDIR=X:\maxport'
    : >"$installed"
    refused 67 "a file in the folder's place" msi /i "$package"
    rm "$installed"
    exits 69 msi /x "$(product_code "$package")" # 1605: there is nothing to remove
    exits 0 msi /i "$package" # it was the place alone
}

cases_of_setup() {
    local setup=$old/maxport-$old_version-setup.exe newer=$new/maxport-$new_version-setup.exe
    disk_of 400k
    refused 2 "a full disk" wine_ "$setup" /S '/D=X:\maxport'
    mount -o remount,ro "$disk"
    refused 2 "a disk that may only be read" wine_ "$setup" /S '/D=X:\maxport'
    mkdir "$c/Occupied"
    : >"$c/Occupied/new"
    refused 2 "a file where it makes a folder" wine_ "$setup" /S '/D=C:\Occupied'
    : >"$installed"
    refused 2 "a file in the folder's place" wine_ "$setup" /S
    rm "$installed"

    disk_of 8m
    exits 0 wine_ "$setup" /S '/D=X:\maxport'
    head -c 8m /dev/zero >"$disk/filler" 2>/dev/null || true
    refused 2 "a disk too full for an upgrade" wine_ "$newer" /S
    mount -o remount,ro "$disk"
    refused 2 "an upgrade where nothing may be written" wine_ "$newer" /S
    mount -o remount,rw "$disk"
    rm "$disk/filler"
    check "the older one is whole" test "$(value "$setup_arp" DisplayVersion)" = "$old_version"
    exits 0 wine_ "$newer" /S # it was the place alone
    check "the newer one is there" test "$(value "$setup_arp" DisplayVersion)" = "$new_version"
    uninstall "$disk/maxport"
    check "nothing is left" test -z "$(ls -A "$disk")"
}

"cases_of_$kind"
echo "$me: $checks checks passed"
