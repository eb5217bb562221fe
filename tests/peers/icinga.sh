#!/usr/bin/env bash
# icinga.sh - Icinga 2 runs maxport with the shipped CheckCommand each second while the machine goes
# through all states. The state and the performance data are read by its REST API.
set -euo pipefail
source tests/peers/common.sh
source tests/peers/machine.sh
peer_begin icinga
shipped=installer/share/monitoring
api=21665

# The API needs a certificate with the name of the node, signed by an authority.
make_certificates() {
    local folder=$peer/data/certs
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-ca \
        -keyout "$folder/ca.key" -out "$folder/ca.crt"
    openssl req -newkey rsa:2048 -nodes -subj /CN=web07 \
        -keyout "$folder/web07.key" -out "$folder/web07.csr"
    openssl x509 -req -in "$folder/web07.csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" \
        -CAcreateserial -days 2 -out "$folder/web07.crt"
} 2>/dev/null

export ICINGA2_USER=root ICINGA2_GROUP=root
icinga=(icinga2 daemon -c "$peer/icinga2.conf" -DConfigDir="$peer" -DDataDir="$peer/data"
    -DLogDir="$peer/log" -DCacheDir="$peer/cache" -DSpoolDir="$peer/spool"
    -DInitRunDir="$peer/run" -DRunAsUser=root -DRunAsGroup=root)

# field PATH [SERVICE] - prints a part of the service
field() {
    curl -skf -u root:test "https://127.0.0.1:$api/v1/objects/services/web07!${2:-ports}" |
        jq -rc ".results[0].attrs.$1"
}

# wait_at_most SECONDS - sets the variable that becomes the option -t
wait_at_most() {
    curl -skf -u root:test -H 'Accept: application/json' -o /dev/null \
        -X POST "https://127.0.0.1:$api/v1/objects/services/web07!ports" \
        -d "{\"attrs\":{\"vars.maxport_timeout\":$1}}"
}

has_state() {
    [[ $(field state) == "$1" && $(field last_check_result.exit_status) == "$1" ]]
}

mkdir -p "$peer"/{data/certs,run,log,cache,spool/perfdata,spool/tmp}
make_certificates
cat >"$peer/icinga2.conf" <<end
const NodeName = "web07"
const ZoneName = "web07"
const MaxportPath = "$dir/maxport"
include <itl>
include "$PWD/$shipped/icinga2-command.conf"
object Endpoint "web07" {}
object Zone "web07" { endpoints = [ "web07" ] }
object CheckerComponent "checker" {}
object ApiListener "api" { bind_host = "127.0.0.1"; bind_port = $api }
object ApiUser "root" { password = "test"; permissions = [ "*" ] }
object Host "web07" { check_command = "dummy"; address = "127.0.0.1" }
template Service "ports" {
  host_name = "web07"; check_command = "maxport"
  check_interval = 1s; retry_interval = 1s; max_check_attempts = 1
}
object Service "ports" {
  import "ports"
  vars.maxport_warning = "80"; vars.maxport_critical = "90"; vars.maxport_timeout = 30
  vars.maxport_protocol = "tcp"
}
object Service "restart" {
  import "ports"
  vars.maxport_for = "restart-pending"
}
end
"${icinga[@]}" -C >"$peer/validate.log" 2>&1 || fail "peers: $(cat "$peer/validate.log")"
start icinga "${icinga[@]}"
version=$(version_of icinga2-bin)
use_ports 60
wait_for 60 "Icinga sees OK" has_state 0
command=$(field last_check_result.command)
[[ $command == "[\"$dir/maxport\",\"check\",\"--protocol\",\"tcp\",\"-c\",\"90\",\"-t\",\"30\",\"-w\",\"80\"]" ]] ||
    fail "peers: Icinga ran $command"
data=$(field last_check_result.performance_data)
[[ $data == *'=20%;80;90'* ]] || fail "peers: Icinga stored $data"
wait_for 60 "the service without limits is OK" eval '[[ $(field state restart) == 0 ]]'
proven "Icinga 2" "$version" "the CheckCommand is valid and passes its options; $(jq length <<<"$data") figures"
use_ports 190
wait_for 60 "Icinga sees WARNING" has_state 1
use_ports 35
wait_for 60 "Icinga sees CRITICAL" has_state 2
wait_at_most 3
netsh_does hang
wait_for 60 "Icinga sees UNKNOWN" has_state 3
netsh_does answer
wait_at_most 30
release_ports
wait_for 60 "Icinga sees OK again" has_state 0
[[ $(field last_check_result.output) == "PORTS OK - "* ]] ||
    fail "peers: Icinga stored $(field last_check_result.output)"
proven "Icinga 2" "$version" "OK, WARNING at 250, CRITICAL at 285 of 300 ports, UNKNOWN when Windows hangs, OK"
