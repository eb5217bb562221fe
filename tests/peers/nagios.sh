#!/usr/bin/env bash
# nagios.sh - Nagios runs `maxport check` each second while the machine goes through all states, and
# NRPE sends the output of a check over the network, also in the old packets of 1 KB.
set -euo pipefail
source tests/peers/common.sh
source tests/peers/machine.sh
peer_begin nagios
nrpe=21566
# maxport prints a quote in a name as three characters, so these names make the output long.
quotes=$(printf "'%.0s" {1..90})

# Nagios reads no further definition from a line that ends with "{ x".
write_configuration() {
    cat >"$peer/nagios.cfg" <<end
cfg_file=$peer/objects.cfg
log_file=$peer/nagios.log
object_cache_file=$peer/objects.cache
precached_object_file=$peer/objects.precache
status_file=$peer/status.dat
state_retention_file=$peer/retention.dat
lock_file=$peer/nagios.pid
temp_file=$peer/nagios.tmp
temp_path=$peer
check_result_path=$peer/results
command_file=$peer/rw/nagios.cmd
query_socket=$peer/rw/nagios.qh
nagios_user=root
nagios_group=root
use_syslog=0
check_for_updates=0
interval_length=1
status_update_interval=1
service_check_timeout=60
process_performance_data=1
end
    cat >"$peer/objects.cfg" <<end
define timeperiod {
    timeperiod_name always
    alias always
    sunday 00:00-24:00
    monday 00:00-24:00
    tuesday 00:00-24:00
    wednesday 00:00-24:00
    thursday 00:00-24:00
    friday 00:00-24:00
    saturday 00:00-24:00
}
define command {
    command_name check_maxport
    command_line $peer/check -w \$ARG1\$ -c \$ARG2\$
}
define command {
    command_name nothing
    command_line /bin/true
}
define contact {
    contact_name nobody
    host_notification_period always
    service_notification_period always
    host_notification_options n
    service_notification_options n
    host_notification_commands nothing
    service_notification_commands nothing
}
define host {
    host_name web07
    address 127.0.0.1
    max_check_attempts 1
    check_period always
    notifications_enabled 0
}
define service {
    host_name web07
    service_description ports
    check_command check_maxport!80!90
    max_check_attempts 1
    check_interval 1
    retry_interval 1
    check_period always
    process_perf_data 1
    notifications_enabled 0
}
end
}

# wait_at_most SECONDS - sets the option -t of the check
wait_at_most() {
    printf '#!/bin/sh\nexec %s/maxport check "$@" -t %s\n' "$dir" "$1" >"$peer/check.new"
    chmod 755 "$peer/check.new"
    mv "$peer/check.new" "$peer/check"
}

# field NAME - prints a field of the service as Nagios stores it
field() {
    sed -n '/^servicestatus {/,/}/p' "$peer/status.dat" | sed -n "s/^\t$1=//p"
}

has_state() {
    [[ $(field has_been_checked) == 1 && $(field current_state) == "$1" ]]
}

ask_nrpe() {
    /usr/lib/nagios/plugins/check_nrpe -n -H 127.0.0.1 -p "$nrpe" -t 20 "$@"
}

start_nrpe() {
    # NRPE refuses to run as root, and only root may use the prefix of Wine. So it sends a copy of
    # the output.
    local status=0
    "$dir/maxport" check -w 80 -c 90 >"$peer/output" || status=$?
    ((status == 2)) || fail "peers: maxport check ended with $status, not CRITICAL"
    printf '#!/bin/sh\ncat %s/output\nexit %s\n' "$peer" "$status" >"$peer/replay"
    chmod 755 "$peer/replay"
    cat >"$peer/nrpe.cfg" <<end
server_address=127.0.0.1
server_port=$nrpe
nrpe_user=nagios
nrpe_group=nagios
pid_file=$peer/nrpe.pid
allowed_hosts=127.0.0.1
command_timeout=60
command[check_maxport]=$peer/replay
end
    start nrpe nrpe -n -f -c "$peer/nrpe.cfg"
    wait_for 60 "NRPE answers" ask_nrpe
}

# expect_nrpe OPTION… - the answer has the exit code of CRITICAL and begins like the output
expect_nrpe() {
    local status=0
    ask_nrpe "$@" -c check_maxport >"$peer/answer" || status=$?
    ((status == 2)) || fail "peers: check_nrpe $* ended with $status"
    tr -d '\r' <"$peer/answer" >"$peer/answer.plain"
    [[ $(head -1 "$peer/answer.plain") == "$(head -1 "$peer/output" | tr -d '\r')" ]] ||
        fail "peers: check_nrpe $* cut the first line: $(head -1 "$peer/answer.plain")"
}

mkdir "$peer/results" "$peer/rw"
write_configuration
wait_at_most 30
nagios4 -v "$peer/nagios.cfg" >"$peer/nagios-v.log" || fail "peers: $(cat "$peer/nagios-v.log")"
use_ports 60 "$quotes 0.exe"
start nagios nagios4 "$peer/nagios.cfg"
version=$(version_of nagios4-core)
wait_for 60 "Nagios sees OK" has_state 0
[[ $(field plugin_output) == "PORTS OK - "* && $(field performance_data) == *"=20%;80;90"* ]] ||
    fail "peers: Nagios stored: $(field plugin_output) | $(field performance_data)"
use_ports 190 "$quotes 1.exe"
wait_for 60 "Nagios sees WARNING" has_state 1
use_ports 35 "$quotes 2.exe"
wait_for 60 "Nagios sees CRITICAL" has_state 2
[[ $(field plugin_output) == "PORTS CRITICAL - "* && $(field long_plugin_output) == *%27%27%27* ]] ||
    fail "peers: Nagios stored: $(field plugin_output), $(field long_plugin_output)"
start_nrpe
wait_at_most 3
netsh_does hang
wait_for 60 "Nagios sees UNKNOWN" has_state 3
[[ $(field plugin_output) == "PORTS UNKNOWN - "* ]] ||
    fail "peers: Nagios stored: $(field plugin_output)"
netsh_does answer
wait_at_most 30
release_ports
wait_for 60 "Nagios sees OK again" has_state 0
proven Nagios "$version" "OK, WARNING at 250, CRITICAL at 285 of 300 ports, UNKNOWN when Windows hangs, OK"

expect_nrpe
[[ $(cat "$peer/answer.plain") == "$(tr -d '\r' <"$peer/output")" ]] || fail "peers: NRPE changed the output"
(($(wc -c <"$peer/output") > 1024)) || fail "peers: the output is too short for this test"
expect_nrpe -2
(($(wc -c <"$peer/answer") <= 1024)) || fail "peers: an old packet has more than 1 KB"
proven NRPE "$(version_of nagios-nrpe-server)" \
    "$(wc -c <"$peer/output") bytes arrive; packets of 1 KB keep the first line and the exit code"
