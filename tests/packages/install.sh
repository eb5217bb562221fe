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

# x86 is refused on 64-bit Windows, which Wine is here. What else its MSI does shows when the
# condition is taken out of a copy.
without_condition() { # MSI
    local copy=$prefix/${1//[\/:]/_}
    exits 67 msi /i "$1"
    check "x86 is refused on 64-bit Windows" test ! -e "$installed"
    cp "${1#Z:}" "$copy"
    msibuild "$copy" -q "DELETE FROM \`LaunchCondition\` \
        WHERE \`Condition\` = 'Installed OR NOT VersionNT64'"
    echo "Z:$copy"
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

a_folder_elsewhere() { # MSI NEWER
    mkdir "$c/taken"
    exits 67 msi /i "$1" 'INSTALLDIR=C:\taken'
    check "a folder that somebody made before is not taken" test -z "$(ls "$c/taken")"
    rmdir "$c/taken"
    exits 0 msi /i "$1" 'INSTALLDIR=C:\mp'
    check "a new one is" test -s "$c/mp/maxport.exe"
    check "and not on the PATH" not says_path 'C:\mp'
    exits 67 msi /i "$2" 'INSTALLDIR=C:\' # nor is the folder above it
    exits 0 msi /i "$2" 'INSTALLDIR=C:\mp'
    check "an upgrade may stay there" test -s "$c/mp/maxport.exe"
    # Windows Installer knows where it is; Wine's has to be reminded.
    exits 0 msi /x "$(product_code "$2")" 'INSTALLDIR=C:\mp'
    check "it is gone" test ! -e "$c/mp"
}

says_path() {
    machine_path | grep -qiF -- "$1"
}

life_of_msi() {
    local old_msi=Z:$old/maxport-$old_version-$architecture.msi
    local rebuilt_msi=Z:$rebuilt/maxport-$old_version-$architecture.msi
    local new_msi=Z:$new/maxport-$new_version-$architecture.msi
    # A fresh prefix has none of its own in the 32-bit view.
    wine_ reg add 'HKLM\Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall' /f >/dev/null
    snapshot before
    if [[ $architecture == x86 ]]; then
        old_msi=$(without_condition "$old_msi")
        rebuilt_msi=$(without_condition "$rebuilt_msi")
        new_msi=$(without_condition "$new_msi")
    fi
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
    a_folder_elsewhere "$old_msi" "$new_msi"
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
