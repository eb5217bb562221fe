#!/usr/bin/env bash
# held.sh HOLDER - upgrades and removes the MSI while another program has maxport-events.dll open,
# as the Event Viewer does
set -euo pipefail

holder=$1
me=held.sh
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

texts=$installed/maxport-events.dll
held=

start_holder() { # WAY
    # The holder prints "held" into a separate file. The command wine runs the holder in its own
    # process, so $! is the process ID of the holder.
    : >"$prefix/held"
    wine "$holder" "$1" 'C:\Program Files\maxport\maxport-events.dll' \
        </dev/null >"$prefix/held" 2>&1 &
    held=$!
    local patience=100
    until grep -q '^held' "$prefix/held" || ((patience-- == 0)); do
        sleep 0.1
    done
    check "another program has the file open: $1" grep -q '^held' "$prefix/held"
}

stop_holder() {
    check "the other program still runs" kill "$held"
    wait "$held" || true
}

# Simulates a restart of Windows, which completes pending deletions.
restart() {
    wine_stop
    wine_start 60
}

# Programs that open the DLL only for its texts are not tested, because Wine's installer deletes
# such a file while it is open, writes no new file and reports success. For more differences of
# Wine's installer, see docs/measurements.md.
package=Z:$old/maxport-$old_version-x64.msi newer=Z:$new/maxport-$new_version-x64.msi
arp="$programs\\$(product_code "$newer")"
exits 0 msi /i "$package"
start_holder alone
exits 194 msi /i "$newer" # 3010 modulo 256: a restart is needed
is_installed "$new_version"
stop_holder
restart
is_installed "$new_version"
file_count=$((6 + $(find "$tree/installer/share" | wc -l)))
check "no file of the older version is left" test "$(find "$installed" | wc -l)" = "$file_count"
cmp "$texts" "$tree/build/win64/maxport-events.dll"

start_holder image
exits 0 msi /x "$(product_code "$newer")"
check "the product is no longer listed" test -z "$(value "$arp" DisplayName)"
check "the folder is no longer on the PATH" not on_path
check "the shortcut is deleted" test ! -e "$start_menu"
check "the event source is deleted" test -z "$(value "$event_source" EventMessageFile)"
# The installer of Wine leaves a file that it could not delete. The installer of Windows makes
# Windows delete such a file at the next restart.
check "only the open file is left" test "$(ls "$installed")" = maxport-events.dll
stop_holder
echo "$me: $checks checks passed"
