# A Windows machine under Wine, in a network of its own with 300 ephemeral ports. The scripts in
# this folder source this file.
#
# Wine's netsh prints nothing, so a substitute prints the range, as in tests/program/fakes.c.
# Everything else is real: sockets, tables and maxport.exe.

first_port=50000
port_count=300

# Creates the prefix and starts the network and Wine. $dir/maxport then runs maxport.exe, and
# $dir/machine is the PID that holds the network.
machine_start() {
    local wine=/usr/lib/wine/wine64 turns=50
    if [[ ! -x $wine ]]; then
        wine=wine
    fi
    prefix_make
    start network tests/program/own-network "$first_port" "$((first_port + port_count - 1))" \
        sleep infinity
    machine=${pids[-1]}
    until [[ $(cat "/proc/$machine/comm") == sleep ]]; do
        if ((turns-- == 0)) || ! kill -0 "$machine"; then
            fail "peers: the network of the machine did not start: $(cat "$dir/network.log")"
        fi
        sleep 0.1
    done
    install -m 644 build/win64/tests/fake_netsh.exe "$prefix/drive_c/windows/system32/netsh.exe"
    mkdir "$prefix/drive_c/fake"
    netsh_does answer
    cat >"$dir/in-machine" <<end
#!/bin/sh
# Runs a Windows program of the machine, and keeps what it prints on stderr.
WINEPREFIX=$prefix HOME=$prefix/home XDG_RUNTIME_DIR=$prefix/home WINEDEBUG=-all LANG=C.UTF-8 LC_ALL=C.UTF-8
WINEDLLOVERRIDES='$WINEDLLOVERRIDES'
export WINEPREFIX HOME XDG_RUNTIME_DIR WINEDEBUG LANG LC_ALL WINEDLLOVERRIDES
exec nsenter --target $machine --net $wine "\$@" 2>>$dir/stderr
end
    cat >"$dir/maxport" <<end
#!/bin/sh
exec $dir/in-machine $tree/build/win64/maxport.exe "\$@"
end
    chmod 755 "$dir/in-machine" "$dir/maxport"
    # All processes of Wine belong to the network of the machine, also those that read the tables.
    nsenter --target "$machine" --net bash -c "source src/cmake/wine; wine_start 600"
    "$dir/in-machine" reg add 'HKCU\Software\Wine\DllOverrides' /v netsh.exe /d native,builtin /f \
        >/dev/null </dev/null
    : >"$dir/stderr"
}

# netsh_does answer|hang - makes netsh print the range, or never end
netsh_does() {
    local file=$prefix/drive_c/fake/netsh.txt protocol family
    {
        if [[ $1 == hang ]]; then
            echo "mode|hang"
        fi
        echo "language|english"
        for protocol in tcp udp; do
            for family in ipv4 ipv6; do
                echo "range|$protocol|$family|$first_port|$port_count"
            done
        done
    } >"$file.new"
    mv "$file.new" "$file"
}

# use_ports COUNT [NAME] - makes a program of the machine use COUNT more ports
holders=()
use_ports() {
    local count=$1 name=${2:-sockets.exe} out
    out=$dir/holder.$((${#holders[@]} + 1))
    cp build/win64/tests/peer-sockets.exe "$prefix/drive_c/$name"
    setpriv --pdeathsig KILL "$dir/in-machine" "$prefix/drive_c/$name" \
        $((20000 + ${#holders[@]})) "$count" </dev/null >"$out" &
    holders+=($!)
    wait_for 60 "$name uses $count ports" grep -q ready "$out"
}

# Ends the programs of use_ports.
release_ports() {
    local pid
    for pid in "${holders[@]}"; do
        stop "$pid" KILL
    done
    holders=()
}
