#!/usr/bin/env bash
# zabbix.sh - imports the shipped template by the API of Zabbix' frontend, and lets a Zabbix server
# ask an agent that runs maxport.exe: items get values, discovery makes items, and triggers fire and
# recover. The database is a PostgreSQL of its own, with a socket in the folder of this run.
set -euo pipefail
source tests/peers/common.sh
source tests/peers/machine.sh
peer_begin zabbix
shipped=installer/share/monitoring
agent=21050 server=21051 web=127.0.0.1:21080
template="Maxport by Zabbix agent"
odd="a'b [1]=,;(x)é.exe"

sql() {
    psql -h "$peer/run" -U zabbix -v ON_ERROR_STOP=1 -q "$@"
}

start_database() {
    local binaries
    binaries=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    install -d -o postgres -m 700 "$peer/data"
    install -d -o postgres -m 755 "$peer/run"
    runuser -u postgres -- "$binaries/initdb" -D "$peer/data" -U zabbix -A trust -E UTF8 \
        --locale=C.UTF-8 -N >"$peer/initdb.log" 2>&1
    start postgres setpriv --reuid=postgres --regid=postgres --init-groups "$binaries/postgres" \
        -D "$peer/data" -c listen_addresses= -c "unix_socket_directories=$peer/run" -c fsync=off \
        -c synchronous_commit=off -c full_page_writes=off
    database=${pids[-1]}
    wait_for 60 "PostgreSQL answers" sql -d postgres -c 'select 1'
    sql -d postgres -c 'create database zabbix'
    for part in schema images data; do
        zcat "/usr/share/zabbix-server-pgsql/$part.sql.gz"
    done | sql -d zabbix >"$peer/load.log" 2>&1
}

start_server() {
    cat >"$peer/server.conf" <<end
ListenIP=127.0.0.1
ListenPort=$server
LogType=console
PidFile=$peer/run/server.pid
SocketDir=$peer/run
DBHost=$peer/run
DBName=zabbix
DBUser=zabbix
AllowRoot=1
Timeout=30
CacheUpdateFrequency=1
HousekeepingFrequency=0
StartPollers=1
StartPollersUnreachable=1
StartPreprocessors=1
StartLLDProcessors=1
StartDBSyncers=1
StartTrappers=1
StartEscalators=1
StartAlerters=1
StartTimers=1
StartHistoryPollers=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
end
    start zabbix_server zabbix_server -f -c "$peer/server.conf"
    zabbix=${pids[-1]}
}

# The agent has the shipped line, with the path of this maxport.
start_agent() {
    cat >"$peer/agent.conf" <<end
ListenIP=127.0.0.1
ListenPort=$agent
LogType=console
PidFile=$peer/run/agent.pid
Server=127.0.0.1
AllowRoot=1
StartAgents=1
Timeout=30
end
    sed "s|\"C:[^\"]*\"|$dir/maxport|" "$shipped/zabbix-userparameter.conf" >>"$peer/agent.conf"
    grep -q "^UserParameter=.*$dir/maxport" "$peer/agent.conf"
    start zabbix_agent zabbix_agentd -f -c "$peer/agent.conf"
}

# The frontend is copied, because the path of its configuration is built in.
start_frontend() {
    cp -a /usr/share/zabbix "$peer/web"
    sed -i "s|/etc/zabbix/zabbix.conf.php|$peer/zabbix.conf.php|" \
        "$peer/web/include/classes/core/CConfigFile.php"
    cat >"$peer/zabbix.conf.php" <<end
<?php
\$DB = ['TYPE' => 'POSTGRESQL', 'SERVER' => '$peer/run', 'PORT' => '0', 'DATABASE' => 'zabbix',
    'USER' => 'zabbix', 'PASSWORD' => '', 'SCHEMA' => '', 'ENCRYPTION' => false, 'KEY_FILE' => '',
    'CERT_FILE' => '', 'CA_FILE' => '', 'VERIFY_HOST' => false, 'CIPHER_LIST' => '',
    'VAULT_URL' => '', 'VAULT_DB_PATH' => '', 'VAULT_TOKEN' => '', 'DOUBLE_IEEE754' => true];
\$ZBX_SERVER = '127.0.0.1';
\$ZBX_SERVER_PORT = '$server';
\$ZBX_SERVER_NAME = 'test';
\$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
end
    start zabbix_frontend php -d memory_limit=512M -S "$web" -t "$peer/web"
}

# api METHOD PARAMETERS - prints the result; fails with the error of the API
token=null
api() {
    curl -sS -H 'Content-Type: application/json-rpc' "http://$web/api_jsonrpc.php" \
        -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"auth\":$token,\"method\":\"$1\",\"params\":$2}" |
        jq -ce 'if has("result") then .result else (.error | tostring | halt_error(1)) end'
}

import_template() {
    local rule='{"createMissing":true,"updateExisting":true}' kind rules= groups=groups
    if [[ $version != 6.0* ]]; then
        groups="template_groups host_groups" # from 6.2 on
    fi
    for kind in $groups templates items discoveryRules triggers valueMaps; do
        rules+=",\"$kind\":$rule"
    done
    api configuration.import "{\"format\":\"yaml\",\"rules\":{${rules#,}},
        \"source\":$(jq -Rs . "$shipped/zabbix-template.yaml")}" >/dev/null
}

# The macros make the server ask every second, and make the triggers wait for one second. They fire
# at numbers that this small range can reach.
make_host() {
    local id group macros
    id=$(api template.get "{\"filter\":{\"host\":\"$template\"}}" | jq -r '.[0].templateid')
    group=$(api hostgroup.get '{"filter":{"name":"Zabbix servers"}}' | jq -r '.[0].groupid')
    macros=$(jq -n '{INTERVAL: "1s", FOR: "1s", "PROCESS.PORTS": "150"} | to_entries
        | map({macro: ("{$MAXPORT." + .key + "}"), value})')
    host=$(api host.create "{\"host\":\"web07\",\"groups\":[{\"groupid\":$group}],
        \"templates\":[{\"templateid\":$id}],\"macros\":$macros,
        \"interfaces\":[{\"type\":1,\"main\":1,\"useip\":1,\"ip\":\"127.0.0.1\",\"dns\":\"\",
        \"port\":\"$agent\"}]}" | jq -r '.hostids[0]')
}

items() {
    api item.get "{\"hostids\":$host,\"output\":[\"key_\",\"lastvalue\",\"lastclock\",\"state\",\"error\"]}"
}

has_value() {
    items | jq -e --arg key "$1" --arg value "$2" \
        'any(.[]; .key_ == $key and .lastvalue == $value and .lastclock != "0")'
}

# problems PATTERN COUNT - succeeds if COUNT problems with such a name are open
problems() {
    [[ $(api problem.get "{\"hostids\":$host}" | jq -r '.[].name' | grep -cE "$1") == "$2" ]]
}

start_database
start_server
start_agent
start_frontend
wait_for 60 "the API answers" api apiinfo.version '[]'
version=$(api apiinfo.version '[]' | tr -d '"')
wait_for 60 "the agent runs maxport" zabbix_get -s 127.0.0.1 -p "$agent" -k maxport.metrics
token=$(api user.login '{"username":"Admin","password":"zabbix"}')
import_template
import_template
proven Zabbix "$version" "the template is imported, and imported again, by the API"

use_ports 55 "$odd"
use_ports 5 '{$MAXPORT.CRIT}.exe' # Zabbix would replace this name, so it gets no item
make_host
wait_for 60 "discovery made items" has_value 'maxport.used[tcp,ipv4]' 60
wait_for 60 "an item of the program" has_value "maxport.process[tcp,\"$odd\"]" 55
for value in 'maxport.percent[tcp,ipv4]=20' 'maxport.usable[udp,ipv6]=300' \
    'maxport.state[tcp,ipv4,established]=60' 'maxport.blocks64[udp,ipv4]=4' \
    'maxport.restart_pending=0' 'maxport.remote.ports=55' 'maxport.unseen=0' \
    'maxport.unseen.names=["bound_sockets"]'; do
    wait_for 60 "$value" has_value "${value%=*}" "${value##*=}"
done
wait_for 60 "no item is without support" \
    eval '[[ $(items | jq "[.[] | select(.state == \"1\")] | length") == 0 ]]'
count=$(items | jq length)
empty=$(items | jq -r '.[] | select(.lastclock == "0") | .key_' | grep -v '^maxport.metrics$' || true)
[[ ! $empty ]] || fail "peers: items without a value: $empty"
! items | jq -e 'any(.[]; .key_ | contains("CRIT"))' >/dev/null ||
    fail "peers: the name of a program became a macro"
proven Zabbix "$version" "$count items, most of them discovered, have values; an odd name too, but no macro"
problems . 0 || fail "peers: a problem is open before a port is short: $(api problem.get "{\"hostids\":$host}")"

use_ports 230
wait_for 60 "the triggers fire" problems '^tcp ipv4: more than 90 % of the ports are in use$' 1
wait_for 60 "the triggers fire" problems '^sockets.exe uses 230 tcp ports$' 1
problems '^tcp ipv4: more than 80 %' 0 || fail "peers: the warning fires beside the other trigger"
release_ports
wait_for 60 "the triggers recover" problems '^(tcp|sockets)' 0
proven Zabbix "$version" "triggers fire at 290 of 300 ports, for the program too, and recover at 0"

# The server ends before its database, and PostgreSQL does not wait for its clients.
stop "$zabbix"
stop "$database" INT
