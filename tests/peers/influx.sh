#!/usr/bin/env bash
# influx.sh - writes `maxport metrics --format influx` to InfluxDB, and compares the types and
# values that InfluxDB has stored.
set -euo pipefail
source tests/peers/common.sh
source tests/peers/machine.sh
peer_begin influx
server=127.0.0.1:21086
odd="a'b [1]=,;(x)é.exe"

query() {
    curl -sf "$server/query" --data-urlencode "q=$1" -d db=maxport -d epoch=ns
}

cat >"$peer/influxdb.conf" <<end
reporting-disabled = true
bind-address = "127.0.0.1:21087"
[meta]
  dir = "$peer/meta"
[data]
  dir = "$peer/data"
  wal-dir = "$peer/wal"
[http]
  bind-address = "$server"
  log-enabled = false
[monitor]
  store-enabled = false
end
start influxd influxd run -config "$peer/influxdb.conf"
wait_for 60 "InfluxDB answers" curl -sf "$server/ping"
query 'create database maxport' >/dev/null

use_ports 60 "$odd"
"$dir/maxport" metrics --format influx --top 10 --with-addresses >"$peer/lines"
answer=$(curl -s -w '%{http_code}' "$server/write?db=maxport" --data-binary "@$peer/lines")
[[ $answer == 204 ]] || fail "peers: InfluxDB refused the lines: $answer"

types=$(query 'show field keys' | jq -r '.results[0].series[0].values[][1]' | sort -u)
[[ $types == integer ]] || fail "peers: InfluxDB stored other types: $types"
stored=$(query "select used_ports, usable_ports from maxport where protocol = 'tcp' and family = 'ipv4'" |
    jq -c '[.results[0].series[0].values[][1:]] | map(select(.[0] != null))')
[[ $stored == '[[60,300]]' ]] || fail "peers: InfluxDB has $stored"
# A quote in a string of InfluxQL is written with a backslash.
stored=$(query "select process_ports from maxport where process = '${odd//\'/\\\'}'" |
    jq -c '[.results[0].series[0].values[][1]]')
[[ $stored == '[60]' ]] || fail "peers: InfluxDB has $stored for the program"
proven InfluxDB "$(version_of influxdb)" \
    "/write accepts $(wc -l <"$peer/lines") lines and stores integers; the odd name is a tag"
