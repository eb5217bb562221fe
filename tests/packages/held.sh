#!/usr/bin/env bash
# held.sh KIND HOLDER - upgrade and removal while another program has the texts of maxport's
# events open, as the Event Viewer does: KIND is msi or setup
#
# Where Windows lets the file be moved aside all goes on, and what is left goes at the next
# start; where it does not, nothing is changed at all.
set -euo pipefail

kind=$1 holder=$2
me="held.sh $kind"
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

texts=$installed/maxport-events.dll
held=

hold() { # WAY
    # Its own output, which says when it has it; wine is replaced by the program, so it is its id.
    : >"$prefix/held"
    wine "$holder" "$1" 'C:\Program Files\maxport\maxport-events.dll' \
        </dev/null >"$prefix/held" 2>&1 &
    held=$!
    local patience=100
    until grep -q '^held' "$prefix/held" || ((patience-- == 0)); do
        sleep 0.1
    done
    check "it is held: $1" grep -q '^held' "$prefix/held"
}

let_go() {
    check "it was held all the time" kill "$held"
    wait "$held" || true
}

# What was to go at the next start goes.
restart() {
    wine_stop
    wine_start 60
}

# Without the server's end, which would end the holder, too.
state() {
    (
        cd "$c"
        find . -path './users/*/Temp' -prune -o -path ./windows -prune -o -print | sort
        find 'Program Files/maxport' -type f -print0 | sort -z | xargs -0 sha256sum
        for key in "$programs" "$event_source" \
            'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'; do
            wine_ reg query "$key" /s
        done
    ) >"$prefix/state.$1"
}

unchanged() {
    state after
    check "$1" diff "$prefix/state.before" "$prefix/state.after"
}

only_what_is_installed() {
    check "$1" test "$(find "$installed" | wc -l)" = 7
}

case_of_setup() {
    local setup=$old/maxport-$old_version-setup.exe newer=$new/maxport-$new_version-setup.exe way
    arp=$setup_arp
    snapshot before
    for way in image texts; do
        exits 0 wine_ "$setup" /S
        hold "$way"
        exits 0 wine_ "$newer" /S
        is_installed "$new_version"
        exits 0 wine_ "$newer" /S # and again, while the one before the last is still there
        is_installed "$new_version"
        let_go
        restart
        is_installed "$new_version"
        only_what_is_installed "nothing of the older one is left: $way"

        hold "$way"
        wine_ "$installed/uninstall.exe" /S
        sleep 2
        check "it is no longer listed" test -z "$(value "$arp" DisplayName)"
        check "nor its programs there" test ! -e "$installed/maxport.exe"
        # Installed again before the restart: that must not take the new one away.
        exits 0 wine_ "$newer" /S
        let_go
        restart
        is_installed "$new_version"
        only_what_is_installed "nothing of the removed one is left: $way"

        hold "$way"
        wine_ "$installed/uninstall.exe" /S
        sleep 2
        let_go
        restart
        snapshot after
        compare "after the restart nothing is left: $way"
    done

    exits 0 wine_ "$setup" /S
    hold alone
    state before
    exits 2 wine_ "$newer" /S
    unchanged "an upgrade that cannot be changes nothing"
    wine_ "$installed/uninstall.exe" /S || true # its copy says 2 to nobody
    sleep 3
    unchanged "a removal that cannot be removes nothing"
    let_go
    exits 0 wine_ "$newer" /S
    is_installed "$new_version"
}

# "texts" is not tried here: Wine's installer deletes such a file by name while it is
# open, writes none in its place, and says success. tests/README.md has what else it cannot show.
case_of_msi() {
    local package=Z:$old/maxport-$old_version-x64.msi newer=Z:$new/maxport-$new_version-x64.msi
    arp="$programs\\$(product_code "$newer")"
    start_menu=$users_start_menu
    exits 0 msi /i "$package"
    hold alone
    exits 194 msi /i "$newer" # of 3010 a Unix sees eight bits: done, and Windows is to restart
    is_installed "$new_version"
    let_go
    restart
    is_installed "$new_version"
    check "nothing of the older one is left" test "$(find "$installed" | wc -l)" = 6
    cmp "$texts" "$tree/build/win64/maxport-events.dll"

    hold image
    exits 0 msi /x "$(product_code "$newer")"
    check "it is no longer listed" test -z "$(value "$arp" DisplayName)"
    check "nor on the PATH" not on_path
    check "nor in the Start menu" test ! -e "$start_menu"
    check "nor a source of events" test -z "$(value "$event_source" EventMessageFile)"
    # Wine's installer forgets what it could not delete, where Windows' notes it for the restart.
    check "and but for what is held, nothing is left" test "$(ls "$installed")" = maxport-events.dll
    let_go
}

"case_of_$kind"
echo "$me: $checks checks passed"
