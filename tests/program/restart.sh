#!/usr/bin/env bash
# restart.sh MAXPORT.EXE - changes a setting, restarts Windows and checks the output of maxport
#
# Under Wine, a new wineserver counts as a restart: the registry has been saved and read again, and
# the kernel session is new. No program under Wine survives the end of its wineserver, so this test
# is a script outside Wine.
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

# says WHAT PYTHON ARGUMENT… - maxport ARGUMENT… --json must print a document d for which PYTHON is
# true
checks=0
says() {
    local what=$1 expression=$2 document
    shift 2
    document=$(run "$@" --json || true)
    checks=$((checks + 1))
    if ! python3 -c 'import json, sys; d = json.loads(sys.argv[1]); sys.exit(not eval(sys.argv[2]))' \
        "$document" "$expression"; then
        echo "restart.sh: check failed: $what"
        echo "restart.sh: maxport $* --json: $expression"
        echo "$document"
        exit 1
    fi
}

run set 60000 --yes >/dev/null
says "before the restart verify reports pending" 'd["answer"] == "pending"' verify
says "history shows no restart since the change" 'not d["changes"][0]["restarted_since"]' history
says "a restart is pending" 'd["is_restart_pending"]' status

restart
says "the value is stored after the restart" 'd["settings"]["MaxUserPort"]["stored"] == 60000' status
says "no restart is pending" 'not d["is_restart_pending"]' status
says "history shows the restart" 'd["changes"][0]["restarted_since"]' history
# Under Wine, maxport calculates the running ranges from the rule, so they cannot confirm a
# prediction. For Windows 7, which Wine 8 simulates, not even a rule is published.
says "verify reports an unknown result" 'd["answer"] == "unknown"' verify
says "verify still shows the change" 'd["change"]["id"] == 1 and d["change"]["restarted_since"]' verify

run undo --yes >/dev/null
says "undo works after a restart" 'd["settings"]["MaxUserPort"]["stored"] is None' status
says "undo needs another restart" 'd["is_restart_pending"]' status
says "verify ignores the undone change" 'd["change"] is None or d["change"]["id"] != 1' verify

# Simulates a power failure during a change: the last line of the journal is "started".
run set 50000 --yes >/dev/null
while read -r journal; do # the private journal and its public copy
    head -n -1 "$journal" >"$journal.cut"
    cat "$journal.cut" >"$journal"
    rm "$journal.cut"
done < <(find "$prefix/drive_c" -name 'journal*.jsonl')
restart
says "the interrupted change is reported" 'd["open_change"] == 3' status
run set 51000 --yes >/dev/null 2>&1
says "the change was resolved as done" \
    '[c["state"] for c in d["changes"]] == ["done"] * 4 and d["changes"][1]["was_settled"]' history
says "no change is unresolved" 'd["open_change"] is None' status

echo "restart.sh: $checks checks passed"
