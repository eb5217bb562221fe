#!/usr/bin/env bash
# prometheus.sh - lints and tests the shipped rules, lets node_exporter and Prometheus read the
# file of `maxport metrics --file`, waits for the shipped alert, and asks every query of the shipped
# dashboard. Reads the OpenMetrics text with the client library of Prometheus.
set -euo pipefail
source tests/peers/common.sh
source tests/peers/machine.sh
peer_begin prometheus
shipped=installer/share/monitoring
odd="a'b [1]=,;(x)é.exe"
hidden=$'\u202egnp.\uff22\u200b x.exe' # writing direction, a full-width letter, a space without width
exporter=127.0.0.1:21100 server=127.0.0.1:21190

write_file() {
    "$dir/maxport" metrics --top 10 --file "Z:$peer/text/maxport.prom"
}

# query EXPRESSION - prints the values
query() {
    curl -sf "$server/api/v1/query" --data-urlencode "query=$1" | jq -r '.data.result[].value[1]'
}

is_value() {
    [[ $(query "$1") == "$2" ]]
}

fires() {
    curl -sf "$server/api/v1/alerts" | jq -r '.data.alerts[] | select(.state == "firing")
        | .labels.alertname + " " + .labels.severity + " " + .labels.protocol' | grep -qx "$1"
}

use_ports 55 "$odd"
use_ports 5 "$hidden"
mkdir "$peer/text"

# The text itself.
write_file
promtool check metrics <"$peer/text/maxport.prom"
samples=$(grep -c '^maxport' "$peer/text/maxport.prom")
promtool=$(version_of prometheus)
proven promtool "$promtool" "check metrics: $samples samples of maxport.exe without a complaint"
rules=$(promtool check rules "$shipped/prometheus-alerts.yml" | sed -n 's/.*SUCCESS: //p')
[[ $rules ]]
promtool test rules "$shipped/prometheus-alerts.test.yml" >"$peer/rules.log" || {
    cat "$peer/rules.log" >&2
    fail "peers: the tests of the alert rules failed"
}
proven promtool "$promtool" "check rules, test rules: $rules, $(grep -c '^- name:' "$shipped/prometheus-alerts.test.yml") tests"

"$dir/maxport" metrics --format openmetrics --top 10 --with-addresses >"$peer/openmetrics"
"$dir/maxport" metrics --top 10 --with-addresses --json >"$peer/json"
/usr/bin/python3 tests/peers/openmetrics.py "$peer/openmetrics" "$peer/json"
proven prometheus-client "$(version_of python3-prometheus-client)" \
    "OpenMetrics: the same names, labels and values as --json"

# The servers. The alerts wait one second instead of minutes.
sed -E 's/^( +for:) .*/\1 1s/' "$shipped/prometheus-alerts.yml" >"$peer/alerts.yml"
cat >"$peer/prometheus.yml" <<end
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: ['$peer/alerts.yml']
scrape_configs:
- job_name: windows
  static_configs: [{targets: ['$exporter']}]
end
start node_exporter prometheus-node-exporter --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory="$peer/text" --web.disable-exporter-metrics \
    --web.listen-address="$exporter"
start prometheus prometheus --config.file="$peer/prometheus.yml" --storage.tsdb.path="$peer/tsdb" \
    --web.listen-address="$server" --log.level=warn
wait_for 60 "Prometheus is ready" curl -sf "$server/-/ready"
tcp='{protocol="tcp",family="ipv4"}'
wait_for 60 "Prometheus has 60 ports" is_value "maxport_used_ports$tcp" 60
is_value node_textfile_scrape_error 0
[[ $(query 'count({__name__=~"maxport_.*"})') == "$samples" ]]
proven node_exporter "$(version_of prometheus-node-exporter)" \
    "maxport metrics --file: all $samples samples are served, no error"
is_value "maxport_process_ports{process=\"$odd\"}" 55
is_value 'sum(maxport_process_ports{protocol="tcp"})' 60
is_value 'count(maxport_process_ports{protocol="tcp"})' 3
proven Prometheus "$promtool" "scraped: 60 of 300 ports, and programs with odd and hidden names"

use_ports 230
write_file
wait_for 60 "the alerts fire" fires "MaxportPortsUsedUp critical tcp"
wait_for 60 "the alerts fire" fires "MaxportPortsNearlyUsedUp warning tcp"
wait_for 60 "the alerts fire" fires "MaxportOneProgram warning tcp"
queries=0
while IFS= read -r expression; do
    expression=${expression//\$instance/.*}
    # Nothing is expected for a table that grows while it is read.
    [[ $(query "$expression") || $expression == *"== 1" ]] ||
        fail "peers: a query of the dashboard has no result: $expression"
    queries=$((queries + 1))
done < <(jq -r '.panels[].targets[].expr' "$shipped/grafana-dashboard.json")
((queries > 10))
proven Prometheus "$promtool" "all $queries queries of the Grafana dashboard have results"

release_ports
write_file
wait_for 60 "Prometheus has 0 ports" is_value "maxport_used_ports$tcp" 0
wait_for 60 "no alert fires" is_value 'count(ALERTS{severity=~"critical|warning"}) or vector(0)' 0
proven Prometheus "$promtool" "shipped alerts fire at 290 of 300 ports and end at 0"
