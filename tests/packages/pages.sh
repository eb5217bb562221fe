#!/usr/bin/env bash
# pages.sh WALK - the setup's and the uninstaller's pages, walked from the first to the last on a
# screen that nobody sees. What each says is held to; pictures of them are in
# build/package-tests/pages for somebody to look at. To be run by with-screen.
set -euo pipefail

walk=$1
kind=setup me=pages.sh
# shellcheck source=witness.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/witness.sh"

pages=$tree/build/package-tests/pages
rm -rf "$pages"
mkdir -p "$pages/setup" "$pages/uninstall"
start_menu=$start_menu arp=$setup_arp

# said PAGE WORDS - PAGE says WORDS, wherever its lines break
said() {
    local text
    text=$(tr -d '\r' <"$prefix/out" | awk -v page="$1" '/^---- / { on = $0 == "---- page " page } on' |
        tr -s ' \n' ' ')
    check "page $1 says: $2" grep -qF -- "$2" <<<"$text"
}

snapshot before
exits 0 wine_ "$walk" 'maxport Setup' "Z:$pages/setup" "$old/maxport-$old_version-setup.exe"
said 1 'Installing changes no network setting.'
said 2 'MIT License'
said 2 'I &Agree'
said 3 'Choose Components'
said 4 'C:\Program Files\maxport'
said 4 '&Install'
said 5 'Open maxport'
said 5 'Read the manual'
said 5 '&Finish'
is_installed "$old_version"
exits 0 wine_ "$walk" 'maxport Uninstall' "Z:$pages/uninstall" "$installed/uninstall.exe"
said 1 'are the way back'
said 1 'maxport store remove'
said 2 'Completed'
snapshot after
compare "walked through both, nothing is left"
check "there is a picture of each page" test "$(find "$pages" -name '*.png' -size +1k | wc -l)" = 7
echo "$me: $checks checks passed"
