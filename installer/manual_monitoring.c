/* manual_monitoring.c - one page for each monitoring system for which installer/share/monitoring
 * has a file, and the events. For the sources of the statements, see docs/monitoring.md.
 */
#include "manual_monitoring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 2, TROUBLES_MAX = 4 };

struct page {
    const char *id, *title;
    const char *files[FILES_MAX]; /* in share/monitoring; NULL ends the list */
    const char *where;            /* where the lines belong */
    const char *lines;            /* at most three lines to copy; the last one has no line end */
    const char *shows;
    const char *troubles[TROUBLES_MAX]; /* what can go wrong; NULL ends the list */
};

static const struct page pages[] = {
    {"prometheus",
     "Prometheus and windows_exporter",
     {"prometheus-alerts.yml", "prometheus-alerts.test.yml"},
     "At an elevated prompt of the machine. The first line enables the collector, which is off by "
     "default. On the Prometheus server, add prometheus-alerts.yml to rule_files.",
     "msiexec /i windows_exporter.msi ENABLED_COLLECTORS=[defaults],textfile /qn\n"
     "schtasks /Create /TN \"maxport metrics\" /XML \"C:\\Program "
     "Files\\maxport\\share\\monitoring\\windows-task.xml\"\n"
     "schtasks /Run /TN \"maxport metrics\"",
     "All figures of maxport metrics, for TCP and UDP over IPv4 and IPv6. The alerts report ports "
     "that are nearly used up, used up or full soon, few free blocks, one program or one "
     "destination with most ports, a restart that has been pending for a week, and figures that "
     "are old, missing or incomplete. With --with-time-to-full, the command watches the ports for "
     "10 seconds and adds the time until no port is free.",
     {"windows_exporter drops a file with an error, and two files with the same sample make it "
      "drop "
      "all files. So let only one task write the file. The alert MaxportMissing reports a dropped "
      "file.",
      "The folder must exist; maxport does not create it. If it differs from the default of "
      "windows_exporter, change it in the task.",
      "The alert MaxportStale compares the clock of the machine with that of the server.",
      "Only administrators may be able to change the folder. Otherwise a user could replace the "
      "figures."}},
    {"grafana",
     "Grafana",
     {"grafana-dashboard.json", NULL},
     "In Grafana, select Dashboards, New, Import, and upload the file. Or let Grafana read it from "
     "a folder, with these lines in provisioning/dashboards/maxport.yml:",
     "apiVersion: 1\n"
     "providers:\n"
     "- {name: maxport, type: file, options: {path: /etc/grafana/maxport}}",
     "Ports in use now, over time and predicted, states, programs, the busiest destination, free "
     "blocks, ranges, and what could not be read. The data source is a Prometheus server.",
     {"The panel Programs is empty without maxport metrics --top.",
      "The address of the busiest destination is shown only with maxport metrics "
      "--with-addresses."}},
    {"task",
     "Task Scheduler",
     {"windows-task.xml", NULL},
     "At an elevated prompt. The task runs every minute as SYSTEM, from Windows Vista and Server "
     "2008 on.",
     "schtasks /Create /TN \"maxport metrics\" /XML \"C:\\Program "
     "Files\\maxport\\share\\monitoring\\windows-task.xml\"\n"
     "schtasks /Run /TN \"maxport metrics\"\n"
     "schtasks /Query /TN \"maxport metrics\" /V /FO LIST",
     "The task only refreshes the file for windows_exporter. Last Result is the exit code of "
     "maxport; if it is not 0, the old file is unchanged.",
     {"If maxport or windows_exporter is in another folder, copy the file and change the two "
      "paths.",
      "If you edit the file, save it as ANSI or as UTF-16 LE. schtasks refuses a file in UTF-8 "
      "with a byte order mark.",
      "A run that takes longer than 50 seconds is ended, and the old file stays."}},
    {"zabbix",
     "Zabbix 6.0 and later",
     {"zabbix-template.yaml", "zabbix-userparameter.conf"},
     "In the configuration of the agent; then restart the agent and run the third line. In the "
     "frontend, import the template (Configuration, Templates, Import) and link it to the host.",
     "Include=C:\\Program Files\\maxport\\share\\monitoring\\zabbix-userparameter.conf\n"
     "Timeout=30\n"
     "zabbix_agentd.exe -t maxport.metrics",
     "One item reads all figures, all others depend on it. Discovery makes items for each protocol "
     "and family, for states, and for the programs with the most ports. Triggers report more than "
     "{$MAXPORT.WARN} or {$MAXPORT.CRIT} percent in use, ports that run out soon, few free blocks, "
     "and many ports of one program or to one destination. Override the macros on the host.",
     {"Without Timeout=30, the agent ends maxport after 3 seconds. The trigger for missing figures "
      "reports it after {$MAXPORT.NODATA}.",
      "If Zabbix refuses the file with \"unsupported version number\", the server is older than "
      "6.0.",
      "The limits for one program and one destination are numbers of ports, chosen for the default "
      "range of 16,384 ports. Set {$MAXPORT.PROCESS.PORTS} and {$MAXPORT.REMOTE.PORTS} for other "
      "ranges.",
      "A program whose name contains braces, quotes or backslashes gets no item, because Zabbix "
      "would replace macros in it."}},
    {"nsclient",
     "Nagios, NRPE and NSClient++",
     {"nsclient.ini", NULL},
     "In nsclient.ini; then restart the service nscp. The third line runs the check from the "
     "Nagios server.",
     "[/settings/external scripts/scripts]\n"
     "check_maxport = \"C:\\Program Files\\maxport\\maxport.exe\" check -w 80 -c 90\n"
     "check_nrpe -2 -H WEB07 -c check_maxport",
     "OK, WARNING, CRITICAL or UNKNOWN, with performance data for graphs. The lines after the "
     "first name the programs with the most ports and the busiest destination.",
     {"NSClient++ sends 1,024 bytes by default. maxport keeps the first line shorter, and NRPE "
      "cuts only the lines after it.",
      "NSClient++ ends a script after 60 seconds, check_nrpe after 10. With -t 8, maxport itself "
      "ends before that, with a reason.",
      "Arguments are part of the file. Do not allow arguments from the network; that would let "
      "every server that may ask run maxport with its own options."}},
    {"icinga",
     "Icinga 2",
     {"icinga2-command.conf", NULL},
     "Copy the file to /etc/icinga2/zones.d/global-templates, and add a service that runs on the "
     "agent of the machine:",
     "apply Service \"ports\" {\n"
     "  check_command = \"maxport\"; command_endpoint = host.name\n"
     "  assign where host.vars.os == \"Windows\" }",
     "The same as Nagios. The variables maxport_warning, maxport_critical, maxport_for, "
     "maxport_protocol and maxport_timeout of the host or service become options; an option whose "
     "variable is not set is left out.",
     {"If maxport is in another folder, define the constant MaxportPath on the agent.",
      "If the service is unknown with \"not found\", the agent has no maxport, or the file is not "
      "in a global zone."}},
    {"checkmk",
     "Checkmk",
     {"checkmk-local.bat", "checkmk-mrpe.yml"},
     "At an elevated prompt; then run service discovery for the host. Or, to use the plug-in "
     "format of Nagios, add checkmk-mrpe.yml to check_mk.user.yml.",
     "copy \"C:\\Program Files\\maxport\\share\\monitoring\\checkmk-local.bat\" "
     "C:\\ProgramData\\checkmk\\agent\\local\n"
     "\"C:\\Program Files (x86)\\checkmk\\service\\check_mk_agent.exe\" test",
     "A service with the share of ports in use, its levels and graphs.",
     {"Use either the local check or mrpe, otherwise two services show the same.",
      "The agent ends a local check after 60 seconds."}},
    {"telegraf",
     "Telegraf and InfluxDB",
     {"telegraf.conf", "telegraf-before-1.39.conf"},
     "In the folder telegraf.d of Telegraf. Before 1.39, commands must be one string: use "
     "telegraf-before-1.39.conf.",
     "[[inputs.exec]]\n"
     "  commands = [['C:\\Program Files\\maxport\\maxport.exe', 'metrics', '--format', 'influx']]\n"
     "  data_format = \"influx\"",
     "The measurement maxport, with the tags protocol, family, state, process and size; all fields "
     "are integers.",
     {"The default timeout of 5 seconds can be too short; the shipped files set 30 seconds.",
      "If maxport fails, Telegraf drops its output and logs the exit code.",
      "Names of programs are tags. With many different programs, InfluxDB keeps many series: lower "
      "--top."}},
    {"npd",
     "Kubernetes: node-problem-detector",
     {"node-problem-detector.json", NULL},
     "Start node-problem-detector on the Windows node with the file:",
     "node-problem-detector.exe --config.custom-plugin-monitor=\"C:\\Program "
     "Files\\maxport\\share\\monitoring\\node-problem-detector.json\"\n"
     "kubectl describe node NODE",
     "The conditions EphemeralPortPressure and PortBlockPressure of the node. Kubernetes on "
     "Windows needs blocks of 64 consecutive ports.",
     {"The program must run on the node, not in a container without its network.",
      "node-problem-detector cuts the text after 80 characters; maxport keeps it shorter."}},
};

/* The events of res/events.mc. */
static const struct {
    int id;
    const char *level, *meaning;
} events[] = {
    {100, "Information", "A change was applied and verified."},
    {101, "Information", "A change was undone and verified."},
    {102, "Information", "A return to a System Restore point was scheduled."},
    {103, "Information", "An interrupted change was resolved."},
    {104, "Information", "A store that was restored from files was taken over."},
    {105, "Information", "The store was removed."},
    {200, "Warning", "A change was refused. None of its values was written."},
    {201, "Warning", "A change failed. Every value that it wrote was restored."},
    {202, "Warning", "An untrusted folder at the path of the store was renamed."},
    {300, "Error", "A change failed, and not all values could be restored."},
    {301, "Error", "A change was applied, but its outcome could not be written to the journal."},
};

/* A query of each kind of reader, with the lines that the page shows. */
static const char queries[] =
    "wevtutil qe Application /f:text /rd:true /c:10 "
    "\"/q:*[System[Provider[@Name='maxport'] and (EventID >= 200)]]\"\n"
    "wevtutil qe System /f:text /rd:true /c:10 "
    "\"/q:*[System[Provider[@Name='Tcpip'] and (EventID=4227 or EventID=4231 or EventID=4266)]]\"\n"
    "Get-WinEvent -FilterXPath \"*[System[Provider[@Name='maxport'] and (EventID=300 or "
    "EventID=301)]]\" -LogName Application";

static void write_lines(struct html *html, const char *text)
{
    html_open(html, "pre", "");
    html_lines(html, text);
    html_close(html);
}

static void write_link(struct html *html, const char *file)
{
    char attributes[128];

    if (snprintf(attributes, sizeof attributes, " href=\"share/monitoring/%s\"", file) >=
        (int)sizeof attributes)
        abort();
    html_element(html, "a", attributes, "%s", file);
}

static void write_page(struct html *html, const struct page *page)
{
    char attributes[64];

    snprintf(attributes, sizeof attributes, " id=\"monitoring-%s\"", page->id);
    html_element(html, "h3", attributes, "%s", page->title);
    html_open(html, "p", "");
    html_printf(html, "Files: ");
    for (size_t i = 0; i < FILES_MAX && page->files[i]; i++) {
        if (i)
            html_printf(html, " and ");
        write_link(html, page->files[i]);
    }
    html_close(html);
    html_element(html, "p", "", "%s", page->where);
    write_lines(html, page->lines);
    html_element(html, "p", "", "Shows: %s", page->shows);
    html_element(html, "p", "", "What can go wrong:");
    html_open(html, "ul", "");
    for (size_t i = 0; i < TROUBLES_MAX && page->troubles[i]; i++)
        html_element(html, "li", "", "%s", page->troubles[i]);
    html_close(html);
}

static void write_events(struct html *html)
{
    html_element(html, "h3", " id=\"monitoring-events\"", "Event log");
    html_open(html, "p", "");
    html_printf(html, "Files: ");
    write_link(html, "event-queries.xml");
    html_close(html);
    html_element(html, "p", "",
                 "maxport writes these events to the Application log, under the source maxport. "
                 "Their ids never change. Any user can write events in the name of this source: to "
                 "verify a change, run maxport history.");
    html_open(html, "table", "");
    html_raw(html, "<tr><th>Id</th><th>Level</th><th>Meaning</th></tr>\n");
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        html_open(html, "tr", "");
        html_element(html, "td", "", "%d", events[i].id);
        html_element(html, "td", "", "%s", events[i].level);
        html_element(html, "td", "", "%s", events[i].meaning);
        html_close(html);
    }
    html_close(html);
    html_element(html, "p", "",
                 "The file contains queries for Event Viewer (Create Custom View, XML) and for "
                 "collectors. The first two lines are for a command prompt, the third is for "
                 "PowerShell:");
    write_lines(html, queries);
    html_element(html, "p", "",
                 "The second line lists the events with which Windows itself reports that ports "
                 "are used up. If there are none, that proves nothing: the log can be cleared or "
                 "full.");
}

void write_monitoring(struct html *html)
{
    html_element(html, "h2", " id=\"monitoring\"", "Monitoring");
    html_element(html, "p", "",
                 "maxport metrics prints all figures, maxport check compares one of them with "
                 "limits. Both only read, and make no network connection. When the ports are used "
                 "up, a monitoring agent that opens a TCP connection to send its figures fails. "
                 "Files, the event log and answers to a server that is already connected still "
                 "work. The folder share\\monitoring contains a file for each of the following "
                 "systems. All paths are those of the MSI.");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        write_page(html, &pages[i]);
    write_events(html);
}
