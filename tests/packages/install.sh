#!/usr/bin/env bash
# install.sh KIND - a package's whole life in a fresh prefix: KIND is msi, setup or zip
#
# Install, status from PATH, set, undo, upgrade, uninstall. Files and registry before and
# after are compared whole: nothing may be left but the store, and the Tcpip key may never
# have been touched by an installer. Then the bad cases of that kind.
set -euo pipefail

kind=$1
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=../../src/cmake/wine
source "$tree/src/cmake/wine"

old=$tree/build/package-tests/old new=$tree/build/package-tests/new # made by make.sh
prefix=$(mktemp -d "$tree/build/wine/throw-away.XXXXXX")
disk=$prefix/disk
clean_up() {
    local status=$?
    trap '' HUP INT TERM
    if ((status)); then
        echo "install.sh $kind: exit code $status after: ${last:-the start}"
    fi
    wine_stop
    umount "$disk" 2>/dev/null || true
    wine_remove "$prefix"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

echo $$ >"$prefix/owner"
wine_copy "$tree/build/wine/template" "$prefix"
wine_enter "$prefix"
wine_start 60
c=$prefix/drive_c
installed="$c/Program Files/maxport"
store=$c/ProgramData/maxport
# Wine has an Application log without a single source, and takes it away with the last one.
wine reg add 'HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Another' /f \
    </dev/null >/dev/null
last=
checks=0

wine_() {
    timeout --kill-after=5 90 wine "$@" </dev/null
}

# check WHAT COMMAND… - COMMAND succeeds
check() {
    last=$1
    checks=$((checks + 1))
    if ! "${@:2}"; then
        echo "install.sh $kind: not so: $last (${*:2})"
        exit 1
    fi
}

# exits CODE COMMAND…
exits() {
    local wanted=$1 status=0
    shift
    "$@" >"$prefix/out" 2>&1 || status=$?
    if ((status != wanted)); then
        echo "install.sh $kind: exit code $status, not $wanted: $*"
        tail -20 "$prefix/out"
        exit 1
    fi
}

not() {
    ! "$@"
}

says() {
    grep -aqF -- "$1" "$prefix/out"
}

# A new command prompt gets its PATH from the registry.
machine_path() {
    wine_ reg query 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' /v PATH |
        tr -d '\r' | sed -nE 's/^ *PATH +REG_[A-Z_]+ +//Ip'
}

on_path() {
    [[ ";$(machine_path);" == *';C:\Program Files\maxport'?(\\)';'* ]]
}

value() {
    wine_ reg query "$1" /v "$2" 2>/dev/null | tr -d '\r' |
        sed -nE "s/^ *$2 +REG_[A-Z_]+ +//Ip"
}

# What Wine writes by itself: times, fonts and code pages of a console, display drivers; and
# NSIS's own temporary copy, which goes at the next start; and the empty shelves of Wine's
# own installer.
noise='^#time=|^#arch|FON"=|"Codepages"=|"DriverDate|^@="(Display adapters|Monitors)"|'
noise+='"PendingFileRenameOperations"=.*~nsu|^$|'
noise+='^\[Software\\\\(Classes|Microsoft\\\\Windows\\\\CurrentVersion)\\\\Installer(\\\\[^{]*)?\]$'

# Everything that an installer could have touched, as text. Wine notes when a key was
# written; its drivers and its own installer note what no program asked for.
snapshot() {
    wine_stop
    {
        (cd "$c" && find . -path ./windows/Installer -prune -o \
            \( -path './users/*/Temp/*' -o -path './windows/temp/*' \) -prune -o -print | sort)
        cat "$prefix/system.reg" "$prefix/user.reg" | sed -E 's/^(\[.*\]) [0-9]+$/\1/' |
            grep -avE "$noise"
    } >"$prefix/snapshot.$1"
    wine_start 60
}

compare() {
    last="nothing is left but the store"
    checks=$((checks + 1))
    # Wine's installer takes its entry out of the PATH, but not the semicolon.
    sed -i -E '/^"PATH"=/s/;+"$/"/' "$prefix"/snapshot.*
    diff "$prefix/snapshot.before" "$prefix/snapshot.after" | grep '^[<>] *[^ ]' |
        grep -vE '^> \./ProgramData/maxport' >"$prefix/difference" || true
    if [[ -s $prefix/difference ]]; then
        echo "install.sh $kind: left behind, or gone:"
        head -40 "$prefix/difference"
        exit 1
    fi
}

event_source='HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\maxport'
tcpip='HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
start_menu=$c/ProgramData/Microsoft/Windows/Start\ Menu/Programs/maxport.lnk

is_installed() {
    local version=$1 name
    for name in maxport.exe maxport-gui.exe maxport-events.dll manual.html LICENSE.txt; do
        check "$name is installed" test -s "$installed/$name"
    done
    check "it is on the PATH" on_path
    check "once" test "$(machine_path | grep -oiF '\maxport' | wc -l)" = 1
    check "the Start menu has it" test -e "$start_menu"
    check "the event source has its texts" \
        test "$(value "$event_source" EventMessageFile)" = 'C:\Program Files\maxport\maxport-events.dll'
    check "of all three types" test "$(value "$event_source" TypesSupported)" = 0x7
    check "the list of programs names it" test "$(value "$arp" DisplayName)" = maxport
    check "its version" test "$(value "$arp" DisplayVersion)" = "$version"
    check "its folder" test -n "$(value "$arp" InstallLocation)"
    check "its size" test -n "$(value "$arp" EstimatedSize)"
    check "its publisher" test "$(value "$arp" Publisher)" = "the maxport authors"
    if [[ $kind != msi ]]; then # Wine's installer makes nothing of ARPPRODUCTICON
        check "its icon" test -n "$(value "$arp" DisplayIcon)"
    fi
    check "that the store stays" grep -q 'maxport store remove' <<<"$(value "$arp" Comments)"
    check "no MaxUserPort came" test -z "$(value "$tcpip" MaxUserPort)"
}

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

version_of() {
    basename "$1"/*-setup.exe | sed -E 's/maxport-(.*)-setup.exe/\1/'
}
old_version=$(version_of "$old") new_version=$(version_of "$new")

# A small disk of its own as drive X, where this machine allows a mount.
small_disk() {
    mkdir -p "$disk"
    mount -t tmpfs -o size=400k maxport-test "$disk" 2>/dev/null || return 1
    ln -sfn "$disk" "$prefix/dosdevices/x:"
}

life_of_msi() {
    msi() {
        wine_ msiexec "$@" /qn
    }
    local old_msi new_msi
    old_msi=Z:$old/maxport-$old_version-x64.msi new_msi=Z:$new/maxport-$new_version-x64.msi
    code() {
        msiinfo export "${1#Z:}" Property | tr -d '\r' | sed -n 's/^ProductCode\t//p'
    }
    # Wine's installer takes the user's menu where ALLUSERS says everybody's.
    start_menu=$c/users/$(id -un)/AppData/Roaming/Microsoft/Windows/Start\ Menu/Programs/maxport.lnk
    local uninstall='HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall'
    snapshot before
    exits 0 msi /i "$old_msi"
    arp="$uninstall\\$(code "$old_msi")" is_installed "$old_version"
    use_it
    exits 2 wine_ "$new/maxport-$new_version-setup.exe" /S # not beside the MSI
    exits 0 msi /i "$new_msi"
    arp="$uninstall\\$(code "$new_msi")" is_installed "$new_version"
    check "the old one is no longer listed" \
        test -z "$(value "$uninstall\\$(code "$old_msi")" DisplayName)"
    exits 67 msi /i "$old_msi" # 1603, of which a Unix sees eight bits: no downgrade
    arp="$uninstall\\$(code "$new_msi")" is_installed "$new_version"
    exits 0 msi /x "$(code "$new_msi")"
    check "the store is still there" test -s "$store/journal.jsonl"
    exits 69 msi /x "$(code "$new_msi")" # 1605: it is not there
    snapshot after
    compare
    wine_ reg add 'HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\maxport' \
        /v UninstallString /d x /f >/dev/null
    exits 67 msi /i "$new_msi"
    check "refused beside the setup's" test ! -e "$installed"
    # What a full disk means to an MSI is Windows Installer's part; Wine's calls it a success.
}

life_of_setup() {
    local setup=$old/maxport-$old_version-setup.exe newer=$new/maxport-$new_version-setup.exe
    arp='HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\maxport'
    uninstall() { # returns only when it is done
        wine_ "$1/uninstall.exe" /S
        local patience=100
        while [[ -e $1/uninstall.exe ]] && ((patience-- > 0)); do
            sleep 0.1
        done
        wait_for_key_gone
    }
    wait_for_key_gone() {
        local patience=20
        while [[ -n $(value "$arp" DisplayName) ]] && ((patience-- > 0)); do
            sleep 0.2
        done
    }
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
    compare

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

    if small_disk; then
        exits 2 wine_ "$setup" /S '/D=X:\maxport'
        check "a full disk is left empty" test -z "$(ls -A "$disk")"
        check "and nothing is registered" test -z "$(value "$arp" DisplayName)"
    fi
    # A file where the setup makes a folder: nobody can write there, not even root.
    mkdir "$c/Occupied"
    : >"$c/Occupied/new"
    exits 2 wine_ "$setup" /S '/D=C:\Occupied'
    check "nothing was put there" test "$(ls "$c/Occupied")" = new
    check "nothing is registered" test -z "$(value "$arp" DisplayName)"
}

life_of_zip() {
    local folder="$c/tools"
    snapshot before
    mkdir "$folder"
    python3 -m zipfile -e "$new/maxport-$new_version-x64.zip" "$folder"
    exits 0 wine_ "$folder/maxport/maxport.exe" status
    exits 0 wine_ "$folder/maxport/maxport.exe" set 60000 --yes
    exits 1 wine_ "$folder/maxport/maxport.exe" store remove --yes
    exits 0 wine_ "$folder/maxport/maxport.exe" undo --yes
    exits 0 wine_ "$folder/maxport/maxport.exe" store remove --yes
    check "even the store is gone" test ! -e "$store"
    rm -r "$folder"
    snapshot after
    compare
}

shopt -s extglob
"life_of_$kind"
echo "install.sh $kind: $checks checks passed"
