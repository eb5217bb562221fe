#!/usr/bin/env bash
# install.sh KIND [x86] - tests the life cycle of a package in a fresh prefix; KIND is msi or zip
#
# The script installs the package, runs status, set and undo, upgrades and uninstalls it. Then it
# compares all files and registry values with those before: only the store may remain. It also
# checks that no installer changes the Tcpip key, and tests the failures of this kind of package.
set -euo pipefail

kind=$1
architecture=${2:-x64}
me="install.sh $*"
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

# Runs maxport without a path, as a user types it at a prompt, so that Windows finds maxport only
# through PATH.
by_path() {
    wine_ cmd /c "maxport $*"
}

use_maxport() {
    exits 0 by_path status
    check "status prints MaxUserPort" says MaxUserPort
    exits 0 by_path set 60000 --yes
    check "set writes the value" test "$(value "$tcpip" MaxUserPort)" = 0xea60
    exits 0 by_path undo --yes
    check "undo deletes the value" test -z "$(value "$tcpip" MaxUserPort)"
}

# Checks that the product of MSI is listed and that the products of the other MSIs are not.
is_only_product() { # MSI OTHER…
    local other
    arp="$programs\\$(product_code "$1")"
    check "the product is listed: $1" test "$(value "$arp" DisplayName)" = maxport
    for other in "${@:2}"; do
        check "the product is no longer listed: $other" test -z "$(value "$programs\\$(product_code "$other")" DisplayName)"
    done
}

# Prints the path of a copy of MSI that was edited with QUERY.
edited() { # MSI QUERY
    local copy=$prefix/${1//[\/:]/_}
    cp "${1#Z:}" "$copy"
    msibuild "$copy" -q "$2"
    echo "Z:$copy"
}

# Checks that the x86 MSI refuses 64-bit Windows, which Wine simulates here. Prints the path of a
# copy of the MSI that accepts 64-bit Windows; the other tests use this copy.
for_64_bit_windows() { # MSI
    exits 67 msi /i "$1"
    check "x86 is refused on 64-bit Windows" test ! -e "$installed"
    edited "$1" "DELETE FROM \`LaunchCondition\`
        WHERE \`Condition\` = 'Installed OR NOT VersionNT64'"
}

x64_replaces_x86() {
    local x64=Z:$old/maxport-$old_version-x64.msi
    exits 0 msi /i "$x64"
    check "the x86 product is no longer listed" test -z "$(value "$arp" DisplayName)"
    check "the folder of the x86 product is deleted" test ! -e "$installed"
    check "the x64 product is installed" test -s "$c/Program Files/maxport/maxport.exe"
    exits 0 msi /x "$(product_code "$x64")"
}

another_build_replaces_the_same_version() { # INSTALLED ANOTHER
    check "another build is another product" test "$(product_code "$1")" != "$(product_code "$2")"
    exits 0 msi /i "$2"
    is_only_product "$2" "$1"
    is_installed "$old_version"
    rm "$installed/manual.html"
    exits 0 msi /i "$2"
    is_installed "$old_version" # installing the same package again repairs it
}

removal_keeps_foreign_files_and_values() { # MSI
    : >"$installed/notes.txt"
    wine_ reg add "$event_source" /v CategoryCount /t REG_DWORD /d 1 /f >/dev/null
    wine_ reg add 'HKLM\Software\maxport' /v Note /d kept /f >/dev/null
    exits 0 msi /x "$(product_code "$1")"
    check "the store is kept" test -s "$store/journal.jsonl"
    check "the record of the store is kept" test "$(value 'HKLM\Software\maxport' Note)" = kept
    check "a foreign file is kept" test "$(ls "$installed")" = notes.txt
    check "a foreign value is kept" test "$(value "$event_source" CategoryCount)" = 0x1
    rm -r "$installed"
    wine_ reg delete "$event_source" /f >/dev/null
}

an_earlier_setup_program_blocks_the_msi() { # MSI
    local view key
    for view in 'HKLM\Software' 'HKLM\Software\Wow6432Node'; do
        key=$view\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\maxport
        wine_ reg add "$key" /v UninstallString /d 'C:\uninstall.exe' /f >/dev/null
        exits 67 msi /i "$1"
        check "refused beside a setup program of $view" test ! -e "$installed"
        wine_ reg delete "$key" /f >/dev/null
    done
}

a_folder_outside_program_files_is_refused() { # MSI
    local program_files=${folder%\\*} outside
    for outside in 'C:\tools\maxport' "${program_files}X\\maxport" "$program_files" \
        "$program_files\\..\\tools\\maxport" "$program_files\\other\\..\\..\\tools"; do
        exits 67 msi /i "$1" "INSTALLDIR=$outside"
    done
    # For MSIINSTALLPERUSER=1, Windows empties ALLUSERS, but Wine does not, so this line empties
    # ALLUSERS itself.
    exits 67 msi /i "$1" ALLUSERS=
    snapshot after
    compare "refusals leave files and registry unchanged"
}

another_folder_below_program_files() { # MSI NEWER
    local folder=${folder%\\*}\\other\\maxport installed=${installed%/*}/other/maxport
    exits 0 msi /i "$1" "INSTALLDIR=$folder"
    is_only_product "$1"
    is_installed "$old_version"
    exits 0 msi /i "$2" "INSTALLDIR=$folder"
    is_only_product "$2" "$1"
    is_installed "$new_version"
    # Windows Installer records the folder and finds it again. Wine's installer does not, so
    # INSTALLDIR is passed.
    exits 0 msi /x "$(product_code "$2")" "INSTALLDIR=$folder"
    check "the folder is deleted" test ! -e "$installed"
    rmdir "${installed%/*}"
}

# Older versions could be installed outside of Program Files. A copy of the MSI without conditions
# simulates such a version.
outside_program_files_only_repair_and_removal_work() { # MSI NEWER
    local folder='C:\tools\maxport' installed=$c/tools/maxport copy
    copy=$(edited "$1" "DROP TABLE \`LaunchCondition\`")
    exits 0 msi /i "$copy" "INSTALLDIR=$folder"
    # Wine repairs and removes the product with the copy of the MSI that it has stored, so that copy
    # must have the conditions.
    cp "${1#Z:}" "$c"/windows/Installer/*.msi
    is_only_product "$1"
    is_installed "$old_version"
    exits 67 msi /i "$2" "INSTALLDIR=$folder"
    is_only_product "$1" "$2"
    is_installed "$old_version"
    rm "$installed/manual.html"
    exits 0 msi /i "$1" "INSTALLDIR=$folder"
    is_installed "$old_version"
    exits 0 msi /x "$1" "INSTALLDIR=$folder"
    check "the product is no longer listed" test -z "$(value "$arp" DisplayName)"
    check "the folder is deleted" test ! -e "$installed"
    rmdir "${installed%/*}"
}

life_of_msi() {
    local old_msi=Z:$old/maxport-$old_version-$architecture.msi
    local rebuilt_msi=Z:$rebuilt/maxport-$old_version-$architecture.msi
    local new_msi=Z:$new/maxport-$new_version-$architecture.msi
    # A fresh prefix lacks this key in the 32-bit view. If the tests below created the key, the
    # comparison would report it.
    wine_ reg add 'HKLM\Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall' /f >/dev/null
    snapshot before
    if [[ $architecture == x86 ]]; then
        old_msi=$(for_64_bit_windows "$old_msi")
        rebuilt_msi=$(for_64_bit_windows "$rebuilt_msi")
        new_msi=$(for_64_bit_windows "$new_msi")
    fi
    a_folder_outside_program_files_is_refused "$old_msi"
    exits 0 msi /i "$old_msi"
    is_only_product "$old_msi"
    is_installed "$old_version"
    use_maxport
    another_build_replaces_the_same_version "$old_msi" "$rebuilt_msi"
    exits 0 msi /i "$new_msi"
    is_only_product "$new_msi" "$old_msi" "$rebuilt_msi"
    is_installed "$new_version"
    exits 67 msi /i "$old_msi" # 1603 modulo 256: a downgrade is refused
    is_installed "$new_version"
    removal_keeps_foreign_files_and_values "$new_msi"
    exits 69 msi /x "$(product_code "$new_msi")" # 1605 modulo 256: the product is not installed
    if [[ $architecture == x86 ]]; then
        exits 0 msi /i "$old_msi"
        is_only_product "$old_msi"
        x64_replaces_x86
    fi
    an_earlier_setup_program_blocks_the_msi "$old_msi"
    another_folder_below_program_files "$old_msi" "$new_msi"
    outside_program_files_only_repair_and_removal_work "$old_msi" "$new_msi"
    snapshot after
    compare "only the store is left"
}

life_of_zip() {
    local unpacked="$c/tools" link=
    snapshot before
    mkdir "$unpacked"
    python3 -m zipfile -e "$new/maxport-$new_version-$architecture.zip" "$unpacked"
    check "the zip contains the manual" test -s "$unpacked/maxport/manual.html"
    check "the zip contains the schemas and the files for monitoring" diff -r "$tree/installer/share" "$unpacked/maxport/share"
    for link in $(grep -oP 'href="\Kshare/[^"]*' "$unpacked/maxport/manual.html"); do
        check "the manual links to an existing file: $link" test -s "$unpacked/maxport/$link"
    done
    check "the manual links to schemas" test -n "$link"
    exits 0 wine_ "$unpacked/maxport/maxport.exe" status
    check "status prints MaxUserPort" says MaxUserPort
    exits 0 wine_ "$unpacked/maxport/maxport.exe" set 60000 --yes
    check "set writes the value" test "$(value "$tcpip" MaxUserPort)" = 0xea60
    exits 0 wine_ "$unpacked/maxport/maxport.exe" verify --json
    check "verify reports the change as pending" says '"answer": "pending"'
    exits 1 wine_ "$unpacked/maxport/maxport.exe" store remove --yes
    exits 0 wine_ "$unpacked/maxport/maxport.exe" undo --yes
    check "undo deletes the value" test -z "$(value "$tcpip" MaxUserPort)"
    exits 0 wine_ "$unpacked/maxport/maxport.exe" store remove --yes
    check "the store is deleted" test ! -e "$store"
    rm -r "$unpacked"
    snapshot after
    compare "only the store is left"
}

shopt -s extglob
"life_of_$kind"
echo "$me: $checks checks passed"
