#!/usr/bin/env bash
# restart.sh MAXPORT.EXE - a change, a restart of Windows, and what maxport says then
#
# What counts as a restart under Wine is a new wineserver: the registry has been
# saved and read again, and the kernel session is another one. No program inside
# of Wine outlives that, so this test runs outside.
set -euo pipefail

maxport=$1
# shellcheck source=../prefix.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../prefix.sh"

prefix_make
wine_start 30

restart() {
    wine_stop
    wine_start 30
}

run() {
    timeout --kill-after=5 30 wine "$maxport" "$@" </dev/null
}

# says WHAT PYTHON ARGUMENT… - maxport ARGUMENT… --json prints a document d of which PYTHON is true
checks=0
says() {
    local what=$1 expression=$2 document
    shift 2
    document=$(run "$@" --json || true)
    checks=$((checks + 1))
    if ! python3 -c 'import json, sys; d = json.loads(sys.argv[1]); sys.exit(not eval(sys.argv[2]))' \
        "$document" "$expression"; then
        echo "restart.sh: not so: $what"
        echo "restart.sh: maxport $* --json: $expression"
        echo "$document"
        exit 1
    fi
}

run set 60000 --yes >/dev/null
says "before the restart verify waits" 'd["answer"] == "pending"' verify
says "no restart since" 'not d["changes"][0]["restarted_since"]' history
says "a restart is pending" 'd["is_restart_pending"]' status

restart
says "the value outlived the restart" 'd["settings"]["MaxUserPort"]["stored"] == 60000' status
says "no restart is pending any more" 'not d["is_restart_pending"]' status
says "history knows of the restart" 'd["changes"][0]["restarted_since"]' history
# Wine's ranges are only known by the rule, which proves nothing; and for Windows 7,
# which Wine plays, nobody has published one.
says "verify sees the restart and invents no answer" 'd["answer"] == "unknown"' verify
says "verify still shows the change" 'd["change"]["id"] == 1 and d["change"]["restarted_since"]' verify

run undo --yes >/dev/null
says "undo after a restart" 'd["settings"]["MaxUserPort"]["stored"] is None' status
says "and that wants a restart again" 'd["is_restart_pending"]' status
says "what was undone is no longer verified" 'd["change"] is None or d["change"]["id"] != 1' verify

# The machine goes down in the middle of a change: the journal's last line says "started".
run set 50000 --yes >/dev/null
while read -r journal; do # the private one and its public copy
    head -n -1 "$journal" >"$journal.cut"
    cat "$journal.cut" >"$journal"
    rm "$journal.cut"
done < <(find "$prefix/drive_c" -name 'journal*.jsonl')
restart
says "the open change is reported" 'd["open_change"] == 3' status
run set 51000 --yes >/dev/null 2>&1
says "it was settled as done" \
    '[c["state"] for c in d["changes"]] == ["done"] * 4 and d["changes"][1]["was_settled"]' history
says "nothing is open" 'd["open_change"] is None' status

echo "restart.sh: $checks checks passed"
