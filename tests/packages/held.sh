#!/usr/bin/env bash
# held.sh HOLDER - upgrade and removal by the MSI while another program has the texts of
# maxport's events open, as the Event Viewer does
set -euo pipefail

holder=$1
me=held.sh
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

# "texts" is not tried here: Wine's installer deletes such a file by name while it is
# open, writes none in its place, and says success. tests/README.md has what else it cannot show.
package=Z:$old/maxport-$old_version-x64.msi newer=Z:$new/maxport-$new_version-x64.msi
arp="$programs\\$(product_code "$newer")"
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
echo "$me: $checks checks passed"
