# Functions for the scripts in this folder. The scripts source this file. $dir is a folder for all
# files of the run, with a short path without blanks that every user can enter.
#
# Programs of this run use ports 21000 to 21999 of the loopback of a private network, so they cannot
# meet other programs of the machine.

tree=$PWD
build=$tree/build
# shellcheck source=../../src/cmake/words
source src/cmake/words

# Prints what was proven as a row of the table: proven PEER VERSION WHAT
proven() {
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$dir/proven"
    say "peers: $1: $3"
}

version_of() {
    dpkg-query -W -f '${Version}' "$1" | sed -E 's/^[0-9]+://; s/[-+~].*//'
}

# wait_for SECONDS WHAT COMMAND… - waits until COMMAND succeeds, and fails after SECONDS
wait_for() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= end)); then
            "$@" >&2 || true # shows why it failed at the end
            fail "peers: gave up waiting: $what"
        fi
        sleep 0.2
    done
}

# start LOG COMMAND… - runs COMMAND in the background. stop_all ends it.
pids=()
start() {
    local log=$dir/$1.log
    shift
    setpriv --pdeathsig KILL "$@" </dev/null >"$log" 2>&1 &
    pids+=($!)
}

# stop PID [SIGNAL] - ends a program and waits for it; kills it after 10 seconds
stop() {
    local pid=$1 turns=100
    kill "-${2:-TERM}" "$pid" || return 0
    while kill -0 "$pid"; do
        if ((turns-- == 0)); then
            kill -KILL "$pid"
            break
        fi
        sleep 0.1
    done
    wait "$pid" || true
} 2>/dev/null # bash reports killed programs

# Ends what `start` has started, the newest first.
stop_all() {
    local i
    for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
        stop "${pids[i]}"
    done
    pids=()
}

on_exit() {
    local status=$?
    trap '' HUP INT TERM
    release_ports
    stop_all
    exit "$status"
}

# What each script of a peer begins with: ends its programs and the use of ports whenever it ends.
peer_begin() {
    trap on_exit EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    peer=$dir/$1
    mkdir -p "$peer"
    chmod 755 "$peer"
}
