#!/usr/bin/env bash
# disk-full.sh MAXPORT.EXE - the disk of the store becomes full at every step of a change, and the
# disk of a file of metrics before the file is written
#
# ProgramData is on drive X:, a small file system in memory, of which all but 0, 1, 2 … pages are
# filled. Run this script with own-mounts.
set -euo pipefail

maxport=$1
# shellcheck source=../prefix.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../prefix.sh"

at_end() {
    wine_stop
    umount "$prefix/x" 2>/dev/null || true
}
prefix_make
disk=$prefix/x
mkdir -p "$disk"
mount -t tmpfs -o size=256k,mode=755 none "$disk"
mkdir "$disk/ProgramData"
ln -s "$disk" "$prefix/dosdevices/x:"
wine_start 30
wine reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\ProfileList' /v ProgramData \
    /t REG_EXPAND_SZ /d 'X:\ProgramData' /f >/dev/null

run() {
    timeout --kill-after=5 30 wine "$maxport" "$@" </dev/null
}

fail() {
    echo "disk-full.sh: $1"
    exit 1
}

stored() {
    run status --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["settings"]["MaxUserPort"]["stored"])'
}

run set 20000 --yes >/dev/null
refused=0
for ((pages = 0; pages < 40; pages++)); do
    number=$((21000 + pages))
    before=$(stored)
    dd if=/dev/zero of="$disk/filler" bs=4096 2>/dev/null || true
    truncate -s $(($(stat -c %s "$disk/filler") - pages * 4096)) "$disk/filler"
    status=0
    run set $number --yes >"$prefix/out" 2>"$prefix/err" || status=$?
    rm "$disk/filler"
    after=$(stored)
    case $status in
    0) [[ $after == "$number" ]] || fail "set reported success, but the value is $after" ;;
    6)
        refused=$((refused + 1))
        if grep -q 'The change was written and verified' "$prefix/err"; then
            [[ $after == "$number" ]] || fail "set reported a written value, but the value is $after"
        else
            [[ $after == "$before" ]] || fail "exit code 6, but $before became $after"
        fi
        ;;
    *)
        cat "$prefix/out" "$prefix/err"
        fail "exit code $status with $pages pages free"
        ;;
    esac
    # With free space again, set, history and undo must work, and the journal must contain no
    # unresolved change.
    run set 30000 --yes >/dev/null 2>&1 || fail "set fails after a full disk ($pages pages)"
    run history --json | python3 -c 'import json, sys
changes = json.load(sys.stdin)["changes"]
sys.exit(any(c["state"] not in ("done", "rolled_back") for c in changes))' ||
        fail "a change is unresolved ($pages pages)"
    run undo --yes >/dev/null 2>&1 || fail "undo fails after a full disk ($pages pages)"
    [[ $(stored) == "$after" ]] || fail "undo after a full disk restores $(stored), not $after"
    if ((status == 0)); then
        break
    fi
done
((status == 0)) || fail "set never had enough room"
# metrics --file leaves the old file as it was, until there is room for the new one.
echo old >"$disk/m.prom"
kept=0
for ((pages = 0; pages < 10; pages++)); do
    dd if=/dev/zero of="$disk/filler" bs=4096 2>/dev/null || true
    truncate -s $(($(stat -c %s "$disk/filler") - pages * 4096)) "$disk/filler"
    status=0
    run metrics --file 'X:\m.prom' >"$prefix/out" 2>"$prefix/err" || status=$?
    rm "$disk/filler"
    case $status in
    0) tail -n 1 "$disk/m.prom" | grep -q '^maxport_build_info' || fail "metrics wrote an incomplete file" ;;
    1)
        kept=$((kept + 1))
        [[ $(cat "$disk/m.prom") == old ]] || fail "metrics failed, but changed the old file"
        grep -q 'the old file is unchanged' "$prefix/err" || fail "metrics does not report the old file"
        ;;
    *) fail "exit code $status of metrics with $pages pages free" ;;
    esac
    [[ $(ls "$disk") == $'ProgramData\nm.prom' ]] || fail "metrics left a file: $(ls "$disk")"
    if ((status == 0)); then
        break
    fi
done
((status == 0 && kept > 0)) || fail "metrics: refused $kept times, last exit code $status"
((refused > 0)) || fail "the disk was never full"
echo "disk-full.sh: refused $refused times, metrics $kept times"
