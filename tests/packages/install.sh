#!/usr/bin/env bash
# install.sh KIND [x86] - a package's whole life in a fresh prefix: KIND is msi or zip
#
# Install, status from PATH, set, undo, upgrade, uninstall. Files and registry before and
# after are compared whole: nothing may be left but the store, and the Tcpip key may never
# have been touched by an installer. Then the bad cases of that kind.
set -euo pipefail

kind=$1
architecture=${2:-x64}
me="install.sh $*"
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

# As typed at a prompt: found by PATH alone.
by_path() {
    wine_ cmd /c "maxport $*"
}

use_it() {
    exits 0 by_path status
    check "status speaks" says MaxUserPort
    exits 0 by_path set 60000 --yes
    check "set sets" test "$(value "$tcpip" MaxUserPort)" = 0xea60
    exits 0 by_path undo --yes
    check "undo undoes" test -z "$(value "$tcpip" MaxUserPort)"
}

# The product that MSI installs is listed, and none of the other ones.
is_alone() { # MSI OTHER…
    local other
    arp="$programs\\$(product_code "$1")"
    check "it is listed: $1" test "$(value "$arp" DisplayName)" = maxport
    for other in "${@:2}"; do
        check "replaced: $other" test -z "$(value "$programs\\$(product_code "$other")" DisplayName)"
    done
}

# Prints the path of a copy of MSI, edited by QUERY.
edited() { # MSI QUERY
    local copy=$prefix/${1//[\/:]/_}
    cp "${1#Z:}" "$copy"
    msibuild "$copy" -q "$2"
    echo "Z:$copy"
}

# x86 is refused on 64-bit Windows, which Wine simulates here. A copy without that condition shows
# what else the MSI does.
for_64_bit_windows() { # MSI
    exits 67 msi /i "$1"
    check "x86 is refused on 64-bit Windows" test ! -e "$installed"
    edited "$1" "DELETE FROM \`LaunchCondition\`
        WHERE \`Condition\` = 'Installed OR NOT VersionNT64'"
}

x64_replaces_x86() {
    local x64=Z:$old/maxport-$old_version-x64.msi
    exits 0 msi /i "$x64"
    check "the x86 one is no longer listed" test -z "$(value "$arp" DisplayName)"
    check "nor there" test ! -e "$installed"
    check "the x64 one is there" test -s "$c/Program Files/maxport/maxport.exe"
    exits 0 msi /x "$(product_code "$x64")"
}

another_build_of_the_same_version_replaces_it() { # INSTALLED ANOTHER
    check "another build is another product" test "$(product_code "$1")" != "$(product_code "$2")"
    exits 0 msi /i "$2"
    is_alone "$2" "$1"
    is_installed "$old_version"
    rm "$installed/manual.html"
    exits 0 msi /i "$2"
    is_installed "$old_version" # the same package repairs
}

removal_leaves_what_it_did_not_make() { # MSI
    : >"$installed/notes.txt"
    wine_ reg add "$event_source" /v CategoryCount /t REG_DWORD /d 1 /f >/dev/null
    wine_ reg add 'HKLM\Software\maxport' /v Note /d kept /f >/dev/null
    exits 0 msi /x "$(product_code "$1")"
    check "the store is still there" test -s "$store/journal.jsonl"
    check "its record, too" test "$(value 'HKLM\Software\maxport' Note)" = kept
    check "a file of somebody else's" test "$(ls "$installed")" = notes.txt
    check "a value of somebody else's" test "$(value "$event_source" CategoryCount)" = 0x1
    rm -r "$installed"
    wine_ reg delete "$event_source" /f >/dev/null
}

an_earlier_setup_is_in_the_way() { # MSI
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
    exits 67 msi /i "$1" ALLUSERS= # what Windows makes of MSIINSTALLPERUSER=1, and Wine does not
    snapshot after
    compare "refusals leave files and registry unchanged"
}

another_folder_below_program_files() { # MSI NEWER
    local folder=${folder%\\*}\\other\\maxport installed=${installed%/*}/other/maxport
    exits 0 msi /i "$1" "INSTALLDIR=$folder"
    is_alone "$1"
    is_installed "$old_version"
    exits 0 msi /i "$2" "INSTALLDIR=$folder"
    is_alone "$2" "$1"
    is_installed "$new_version"
    # Windows Installer records the folder; Wine's does not.
    exits 0 msi /x "$(product_code "$2")" "INSTALLDIR=$folder"
    check "the folder is deleted" test ! -e "$installed"
    rmdir "${installed%/*}"
}

# Older versions could be installed there, as the copy without conditions can.
outside_program_files_only_repair_and_removal_work() { # MSI NEWER
    local folder='C:\tools\maxport' installed=$c/tools/maxport copy
    copy=$(edited "$1" "DROP TABLE \`LaunchCondition\`")
    exits 0 msi /i "$copy" "INSTALLDIR=$folder"
    cp "${1#Z:}" "$c"/windows/Installer/*.msi # Wine uses this copy to repair and remove it
    is_alone "$1"
    is_installed "$old_version"
    exits 67 msi /i "$2" "INSTALLDIR=$folder"
    is_alone "$1" "$2"
    is_installed "$old_version"
    rm "$installed/manual.html"
    exits 0 msi /i "$1" "INSTALLDIR=$folder"
    is_installed "$old_version"
    exits 0 msi /x "$1" "INSTALLDIR=$folder"
    check "it is no longer listed" test -z "$(value "$arp" DisplayName)"
    check "the folder is deleted" test ! -e "$installed"
    rmdir "${installed%/*}"
}

life_of_msi() {
    local old_msi=Z:$old/maxport-$old_version-$architecture.msi
    local rebuilt_msi=Z:$rebuilt/maxport-$old_version-$architecture.msi
    local new_msi=Z:$new/maxport-$new_version-$architecture.msi
    # A fresh prefix has none of its own in the 32-bit view.
    wine_ reg add 'HKLM\Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall' /f >/dev/null
    snapshot before
    if [[ $architecture == x86 ]]; then
        old_msi=$(for_64_bit_windows "$old_msi")
        rebuilt_msi=$(for_64_bit_windows "$rebuilt_msi")
        new_msi=$(for_64_bit_windows "$new_msi")
    fi
    a_folder_outside_program_files_is_refused "$old_msi"
    exits 0 msi /i "$old_msi"
    is_alone "$old_msi"
    is_installed "$old_version"
    use_it
    another_build_of_the_same_version_replaces_it "$old_msi" "$rebuilt_msi"
    exits 0 msi /i "$new_msi"
    is_alone "$new_msi" "$old_msi" "$rebuilt_msi"
    is_installed "$new_version"
    exits 67 msi /i "$old_msi" # 1603, of which a Unix sees eight bits: no downgrade
    is_installed "$new_version"
    removal_leaves_what_it_did_not_make "$new_msi"
    exits 69 msi /x "$(product_code "$new_msi")" # 1605: it is not there
    if [[ $architecture == x86 ]]; then
        exits 0 msi /i "$old_msi"
        is_alone "$old_msi"
        x64_replaces_x86
    fi
    an_earlier_setup_is_in_the_way "$old_msi"
    another_folder_below_program_files "$old_msi" "$new_msi"
    outside_program_files_only_repair_and_removal_work "$old_msi" "$new_msi"
    snapshot after
    compare "nothing is left but the store"
}

life_of_zip() {
    local unpacked="$c/tools"
    snapshot before
    mkdir "$unpacked"
    python3 -m zipfile -e "$new/maxport-$new_version-$architecture.zip" "$unpacked"
    exits 0 wine_ "$unpacked/maxport/maxport.exe" status
    check "status speaks" says MaxUserPort
    exits 0 wine_ "$unpacked/maxport/maxport.exe" set 60000 --yes
    check "set sets" test "$(value "$tcpip" MaxUserPort)" = 0xea60
    exits 0 wine_ "$unpacked/maxport/maxport.exe" verify --json
    check "verify waits for the restart" says '"answer": "pending"'
    exits 1 wine_ "$unpacked/maxport/maxport.exe" store remove --yes
    exits 0 wine_ "$unpacked/maxport/maxport.exe" undo --yes
    check "undo undoes" test -z "$(value "$tcpip" MaxUserPort)"
    exits 0 wine_ "$unpacked/maxport/maxport.exe" store remove --yes
    check "even the store is gone" test ! -e "$store"
    rm -r "$unpacked"
    snapshot after
    compare "nothing is left but the store"
}

shopt -s extglob
"life_of_$kind"
echo "$me: $checks checks passed"
