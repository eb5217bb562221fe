#!/usr/bin/env bash
# commands.sh - runs the command lines of the shipped files with Windows' quoting, from the folder of
# the MSI, and compares what they print with the form that the reader of the file expects. These
# readers are not in Debian: NSClient++, Checkmk, Telegraf, node-problem-detector, Task Scheduler.
# For the sources of the forms, see docs/monitoring.md.
set -euo pipefail
source tests/peers/common.sh
source tests/peers/machine.sh
peer_begin commands
shipped=installer/share/monitoring
# shellcheck disable=SC2154 # tests/peers/all exports it
programs="$prefix/drive_c/Program Files"
text_file="$programs/windows_exporter/textfile_inputs/maxport.prom"

# matches FILE - succeeds if the output has the form for the reader of FILE
matches() {
    case $1 in
    nsclient.ini | checkmk-mrpe.yml)
        [[ $(head -1 "$peer/out") =~ ^PORTS\ OK\ -\ [^|]+\ \|\ [^|]+$ ]]
        ;;
    checkmk-local.bat)
        [[ $(cat "$peer/out") =~ ^[0-3P]\ (\"[^\"\']+\"|[^\ ]+)\ [a-z_]+=[0-9.]+(;[0-9.]*)*(\|[a-z_]+=[0-9.]+(;[0-9.]*)*)*\ [^\|]+$ ]]
        ;;
    telegraf*)
        ! grep -qvE '^maxport(,[a-z]+=[^ ,=]+)* [a-z0-9_]+=[0-9]+i [0-9]{19}$' "$peer/out" &&
            (($(wc -l <"$peer/out") > 50))
        ;;
    node-problem-detector.json) (($(wc -c <"$peer/out") <= 82 && $(wc -l <"$peer/out") == 1)) ;; # with CR LF
    windows-task.xml) [[ ! -s $peer/out && $(tail -1 "$text_file") == maxport_build_info* ]] ;;
    *) fail "peers: the form for $1 is unknown" ;;
    esac
}

mkdir "$programs/maxport"
cp build/win64/maxport.exe "$programs/maxport"
mkdir -p "${text_file%/*}"
count=0
while IFS=$'\t' read -r file line; do
    # "@" keeps cmd from printing the line.
    printf '@%s\r\n' "$line" >"$peer/line.bat"
    expected=0 status=0
    if [[ $line == *blocks64* ]]; then
        expected=1 # this small range has room for 4 blocks only
    fi
    "$dir/in-machine" cmd /c "Z:$peer/line.bat" </dev/null >"$peer/out.crlf" || status=$?
    tr -d '\r' <"$peer/out.crlf" >"$peer/out"
    if ((status != expected)) || ! matches "$file"; then
        fail "peers: $file: $line: exit code $status: $(cat "$peer/out")"
    fi
    count=$((count + 1))
done < <(/usr/bin/python3 tests/peers/commands.py "$shipped")
((count >= 9)) || fail "peers: only $count command lines were found"
proven "shipped commands" "-" "$count command lines run as written, and print the form of their reader"
