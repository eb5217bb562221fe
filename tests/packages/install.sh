#!/usr/bin/env bash
# install.sh KIND [x86] - a package's whole life in a fresh prefix: KIND is msi, setup or zip
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

life_of_msi() {
    local old_msi new_msi
    old_msi=Z:$old/maxport-$old_version-$architecture.msi
    new_msi=Z:$new/maxport-$new_version-$architecture.msi
    start_menu=$users_start_menu
    snapshot before
    exits 0 msi /i "$old_msi"
    arp="$programs\\$(product_code "$old_msi")" is_installed "$old_version"
    use_it
    exits 2 wine_ "$new/maxport-$new_version-setup.exe" /S # not beside the MSI
    exits 0 msi /i "$new_msi"
    arp="$programs\\$(product_code "$new_msi")" is_installed "$new_version"
    check "the old one is no longer listed" \
        test -z "$(value "$programs\\$(product_code "$old_msi")" DisplayName)"
    exits 67 msi /i "$old_msi" # 1603, of which a Unix sees eight bits: no downgrade
    arp="$programs\\$(product_code "$new_msi")" is_installed "$new_version"
    exits 0 msi /x "$(product_code "$new_msi")"
    check "the store is still there" test -s "$store/journal.jsonl"
    exits 69 msi /x "$(product_code "$new_msi")" # 1605: it is not there
    snapshot after
    compare "nothing is left but the store"
    wine_ reg add "$programs\\maxport" \
        /v UninstallString /d x /f >/dev/null
    exits 67 msi /i "$new_msi"
    check "refused beside the setup's" test ! -e "$installed"
}

life_of_setup() {
    local setup=$old/maxport-$old_version-setup.exe newer=$new/maxport-$new_version-setup.exe
    arp=$setup_arp
    snapshot before
    exits 0 wine_ "$setup" /S
    is_installed "$old_version"
    use_it
    exits 0 wine_ "$newer" /S
    is_installed "$new_version"
    exits 2 wine_ "$setup" /S # no downgrade
    is_installed "$new_version"
    exits 0 wine_ "$newer" /S # the same once more
    is_installed "$new_version"
    # While it runs it is not replaced, and not removed.
    timeout --kill-after=5 90 wine "$installed/maxport.exe" ports --watch 1 </dev/null >/dev/null 2>&1 &
    local running=$!
    sleep 3
    check "it runs" kill -0 "$running"
    exits 2 wine_ "$newer" /S
    is_installed "$new_version"
    wine_ "$installed/uninstall.exe" /S || true # says 2, where it waits for its copy
    sleep 1
    is_installed "$new_version"
    kill "$running"
    wait "$running" || true
    uninstall "$installed"
    check "the store is still there" test -s "$store/journal.jsonl"
    snapshot after
    compare "nothing is left but the store"

    last="another folder and nothing else"
    exits 0 wine_ "$setup" /S /NOPATH /NOSHORTCUTS '/D=C:\Other\maxport'
    check "it is where it was wanted" test -s "$c/Other/maxport/maxport.exe"
    check "not on the PATH" not on_path
    check "not in the Start menu" test ! -e "$start_menu"
    uninstall "$c/Other/maxport"
    rmdir "$c/Other"

    # A PATH longer than what NSIS holds in a string survives to the last character.
    local long=C:\\windows\\system32 i
    for i in {1..60}; do
        long+=";C:\\Program Files\\Some Other Program $i\\bin"
    done
    wine_ reg add 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' \
        /v PATH /t REG_EXPAND_SZ /d "$long" /f >/dev/null
    exits 0 wine_ "$setup" /S
    check "a long PATH is whole" test "$(machine_path)" = "$long;C:\\Program Files\\maxport"
    uninstall "$installed"
    check "and whole again" test "$(machine_path)" = "$long"
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
