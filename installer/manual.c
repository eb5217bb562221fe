/* manual.c - writes the manual, one HTML page, from the program's own tables.
 *
 * The manual takes commands and options from the table of commands, the behaviour of each Windows
 * version from the rules, the errors from the table of error codes, and the exit codes from the
 * table of the ways in which commands end. For the examples of screens and JSON, the commands run
 * on a simulated machine. Only the prose and the list of Windows versions are in this file.
 *
 * maxport-manual FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/commands.h"
#include "cli/frame/ends.h"
#include "cli/frame/html.h"
#include "core/rules/error_code.h"
#include "core/rules/range.h"
#include "fake/machine.h"
#include "manual_monitoring.h"

static const char style[] =
    "body{font:16px/1.5 'Segoe UI',sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fff}"
    "h1,h2,h3{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #ccc}"
    "a{color:#18598f}pre,code{font:14px/1.4 Consolas,'DejaVu Sans Mono',monospace}"
    "pre{background:#f3f5f7;padding:.8rem;overflow-x:auto;border-left:4px solid #18598f}"
    "table{border-collapse:collapse;width:100%;font-size:15px}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd}"
    "th{background:#f3f5f7}nav{columns:2}nav a{display:block}"
    "@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#1b1b1b}"
    "pre,th{background:#262a2e}a{color:#7bb8e8}th,td{border-color:#444}h2{border-color:#555}}"
    "@media print{nav{display:none}pre{white-space:pre-wrap}}";

static void fail(const char *what)
{
    fprintf(stderr, "maxport-manual: %s\n", what);
    exit(1);
}

/* ---- output of commands ------------------------------------------------- */

/* Runs a command line. Spaces separate its words. */
static void run(struct fake *fake, const char *line)
{
    char copy[256];
    char *words[32] = {"maxport"};
    int count = 1;

    if (strlen(line) >= sizeof copy)
        fail(line);
    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        words[count++] = word;
    text_release(&fake->out);
    text_release(&fake->error);
    commands_main(&fake->machine, count, words);
}

static void show_output(struct html *html, const char *line, const struct fake *fake)
{
    html_open(html, "pre", "");
    html_printf(html, "C:\\>maxport%s%s", *line ? " " : "", line);
    html_raw(html, "\n");
    html_lines(html, fake_out(fake));
    html_close(html);
}

static void make_busy(struct fake *fake)
{
    fake_init(fake);
    fake_add_sockets(fake, 12000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.9",
                     1433, 0);
    fake_add_sockets(fake, 1700, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 62000, "10.0.0.9",
                     443, 4711);
}

/* ---- sections ------------------------------------------------------------ */

static void heading(struct html *html, const char *id, const char *title)
{
    char attributes[64];

    snprintf(attributes, sizeof attributes, " id=\"%s\"", id);
    html_element(html, "h2", attributes, "%s", title);
}

static void paragraph(struct html *html, const char *text)
{
    html_element(html, "p", "", "%s", text);
}

static void command_id(const struct command *command, char *id)
{
    for (strcpy(id, command->name); *id; id++)
        if (*id == ' ')
            *id = '-';
}

static void write_command(struct html *html, const struct command *command)
{
    char id[64], attributes[96], line[96];
    struct fake fake;

    command_id(command, id);
    snprintf(attributes, sizeof attributes, " id=\"command-%s\"", id);
    html_element(html, "h3", attributes, "maxport %s", command->name);
    html_element(html, "p", "", "%s", command->summary);
    fake_init(&fake);
    snprintf(line, sizeof line, "help %s", command->name);
    run(&fake, line);
    html_open(html, "pre", "");
    html_lines(html, fake_out(&fake));
    html_close(html);
    fake_release(&fake);
}

static void write_commands(struct html *html)
{
    heading(html, "commands", "Commands");
    paragraph(html, "These are the texts of maxport help COMMAND. An option that several "
                    "commands share works the same in each of them.");
    for (size_t i = 0; commands[i]; i++)
        write_command(html, commands[i]);
}

/* Writes one line: the commands whose exit code is `code` if they end in the way `end`. A negative
 * code is the reason why the commands cannot end in this way. */
static void write_cell(struct html *html, enum end end, int code)
{
    const char *separator = "";
    bool has_commands = false;

    for (size_t i = 0; i < command_ends_count; i++)
        has_commands |= command_ends[i].codes[end] == code;
    if (!has_commands)
        return;
    html_open(html, "div", "");
    if (code >= 0)
        html_printf(html, "%d: ", code);
    for (size_t i = 0; i < command_ends_count; i++)
        if (command_ends[i].codes[end] == code) {
            const char *names = command_ends[i].commands;

            html_printf(html, "%s%s", separator, names ? names : "all other commands");
            separator = ", ";
        }
    if (code < 0)
        html_printf(html, ": %s", end_reason(code));
    html_close(html);
}

static void write_end(struct html *html, enum end end)
{
    const struct end_row *row = &end_rows[end];

    html_open(html, "tr", "");
    html_element(html, "td", "", "%s", row->name);
    html_open(html, "td", "");
    for (size_t i = 0; exit_meanings[i].meaning; i++)
        write_cell(html, end, exit_meanings[i].code);
    html_close(html);
    html_element(html, "td", "", "%s", *row->printed ? row->printed : "depends on the command");
    html_element(html, "td", "", "%s", row->machine);
    html_open(html, "td", "");
    for (int reason = -1; *end_reason(reason); reason--)
        write_cell(html, end, reason);
    html_close(html);
    html_close(html);
}

static void write_exit_codes(struct html *html)
{
    heading(html, "exit-codes", "Exit codes");
    html_open(html, "table", "");
    html_raw(html, "<tr><th>Code</th><th>Meaning</th></tr>\n");
    for (size_t i = 0; exit_meanings[i].meaning; i++) {
        html_open(html, "tr", "");
        html_element(html, "td", "", "%d", exit_meanings[i].code);
        html_element(html, "td", "", "%s", exit_meanings[i].meaning);
        html_close(html);
    }
    html_close(html);
    html_element(html, "h3", " id=\"ends\"", "How commands end");
    paragraph(html,
              "The exit code states what happened to the machine, not to the output. "
              "The table lists the ways in which a command can end. The tests of maxport check "
              "each cell of the table on a simulated machine.");
    html_open(html, "table", "");
    html_raw(html, "<tr><th>End</th><th>Exit code and commands</th><th>maxport prints, among other "
                   "text</th><th>The machine is then</th><th>Cannot happen</th></tr>\n");
    for (int end = 0; end < END_COUNT; end++)
        write_end(html, (enum end)end);
    html_close(html);
}

static void write_schema(struct html *html, const char *name)
{
    char attributes[96];

    snprintf(attributes, sizeof attributes, " href=\"share/schemas/%s.json\"", name);
    html_open(html, "li", "");
    html_element(html, "a", attributes, "maxport.%s/1", name);
    html_close(html);
}

static void write_schemas(struct html *html)
{
    char id[64];

    html_element(html, "h3", " id=\"schemas\"", "Schemas");
    paragraph(
        html,
        "The folder share\\schemas contains a JSON Schema (version 2020-12) for each document. "
        "The schemas state the meaning, the unit and the type of each key, and when a key is "
        "null or absent. The file common.json contains the parts that they share. A document "
        "with the key \"error\" reports a failure instead of a result.");
    paragraph(
        html,
        "As long as the number after the slash stays the same, later versions of maxport add "
        "keys, but never rename or remove a key or change its meaning. They may also add words "
        "to a key such as \"kind\"; the schemas list the known words as examples. A script "
        "must therefore ignore keys that it does not know.");
    html_open(html, "ul", "");
    for (size_t i = 0; commands[i]; i++) {
        command_id(commands[i], id);
        write_schema(html, id);
    }
    write_schema(html, "ports-watch");
    write_schema(html, "error");
    html_close(html);
}

static void write_json(struct html *html)
{
    static const char *const lines[] = {"status --json", "history --json",
                                        "set 65534 --dry-run --json", "verify --json",
                                        "store show --json"};

    heading(html, "json", "JSON for scripts");
    paragraph(html,
              "Every command accepts --json and prints one document in ASCII, with English keys "
              "on every Windows. The key \"schema\" names the command and the version of the "
              "format, such as maxport.status/1; the key \"version\" is the version of maxport. A "
              "failure is a document too, with the exit code as above.");
    paragraph(html,
              "With --dry-run, the document has the key \"plan_sha256\". Run the same command "
              "with --expect-plan and that value to apply exactly this plan. If the plan has "
              "changed by then, maxport writes nothing. The following documents come from a "
              "machine that is short of ports:");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct fake fake;

        make_busy(&fake);
        run(&fake, "set 60000 --yes --reason CHG0815");
        run(&fake, lines[i]);
        html_open(html, "details", "");
        html_element(html, "summary", "", "maxport %s", lines[i]);
        show_output(html, lines[i], &fake);
        html_close(html);
        fake_release(&fake);
    }
    write_schemas(html);
}

/* ---- behaviour by Windows version ---------------------------------------- */

static const struct os_version systems[] = {
    {.major = 5, .minor = 0, .build = 2195, .role = OS_WORKSTATION},
    {.major = 5, .minor = 1, .build = 2600, .role = OS_WORKSTATION},
    {.major = 5, .minor = 2, .build = 3790, .role = OS_SERVER},
    {.major = 6, .minor = 0, .build = 6002, .role = OS_WORKSTATION},
    {.major = 6, .minor = 0, .build = 6002, .role = OS_SERVER},
    {.major = 6, .minor = 1, .build = 7601, .role = OS_WORKSTATION},
    {.major = 6, .minor = 1, .build = 7601, .role = OS_SERVER},
    {.major = 6, .minor = 2, .build = 9200, .role = OS_WORKSTATION},
    {.major = 6, .minor = 2, .build = 9200, .role = OS_SERVER},
    {.major = 6, .minor = 3, .build = 9600, .role = OS_WORKSTATION},
    {.major = 6, .minor = 3, .build = 9600, .role = OS_SERVER},
    {.major = 10, .minor = 0, .build = 14393, .role = OS_SERVER},
    {.major = 10, .minor = 0, .build = 17763, .role = OS_SERVER},
    {.major = 10, .minor = 0, .build = 19045, .role = OS_WORKSTATION},
    {.major = 10, .minor = 0, .build = 20348, .role = OS_SERVER},
    {.major = 10, .minor = 0, .build = 22631, .role = OS_WORKSTATION},
    {.major = 10, .minor = 0, .build = 26100, .role = OS_SERVER},
};

static void write_prediction(struct html *html, const struct os_version *os, enum protocol protocol,
                             const struct value *value)
{
    struct prediction prediction;

    range_predict(os, protocol, FAMILY_IPV4, value, &prediction);
    html_open(html, "td", "");
    if (prediction.is_known)
        html_printf(html, "%u-%u (%u ports), ", (unsigned)prediction.range.start,
                    (unsigned)(prediction.range.start + prediction.range.count - 1),
                    (unsigned)prediction.range.count);
    html_element(html, "em", "", "%s.", confidence_name(prediction.confidence));
    html_printf(html, " %s", prediction.source);
    html_close(html);
}

static void write_systems(struct html *html, const char *title, const struct value *value)
{
    html_element(html, "h3", "", "%s", title);
    html_open(html, "table", "");
    html_raw(html, "<tr><th>Windows</th><th>TCP over IPv4</th><th>UDP over IPv4</th></tr>\n");
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        html_open(html, "tr", "");
        html_element(html, "td", "", "%s", os_name(&systems[i]));
        write_prediction(html, &systems[i], PROTOCOL_TCP, value);
        write_prediction(html, &systems[i], PROTOCOL_UDP, value);
        html_close(html);
    }
    html_close(html);
}

static void write_windows(struct html *html)
{
    struct value absent = {.kind = VALUE_ABSENT};
    struct value raised = {.kind = VALUE_NUMBER, .number = 65534};

    heading(html, "windows", "Behaviour by Windows version");
    paragraph(html, "The tables show the range after a restart and its confidence: documented by "
                    "Microsoft, measured by a third party that published the figures, inferred "
                    "from documented or measured statements, or unknown. If no source states what "
                    "happens, no figure is given.");
    paragraph(html, "On Windows 10 and later, MaxUserPort moves not only the end of the TCP "
                    "range but also its start (measured on Windows 11 with 65534, otherwise "
                    "inferred). Every value from 5000 to 17406 therefore gives fewer TCP ports "
                    "than the default of 16,384. On Windows 7 to 8.1 the effect is unknown.");
    write_systems(html, "Without MaxUserPort", &absent);
    write_systems(html, "With MaxUserPort 65534", &raised);
}

static void write_explanations(struct html *html)
{
    heading(html, "errors", "Troubleshooting by error code");
    for (size_t i = 0; error_code_at(i); i++) {
        const struct error_code *row = error_code_at(i);

        html_element(html, "h3", "", "%s%lu%s%s: %s", row->kind == EXPLAINS_EVENT ? "Event " : "",
                     (unsigned long)row->code, *row->name ? " " : "", row->name, row->title);
        paragraph(html, row->meaning);
        html_element(html, "p", "", "When: %s", row->when);
        html_open(html, "table", "");
        for (size_t a = 0; a < ERROR_CODE_ADVICE_MAX && row->advice[a].command; a++) {
            html_open(html, "tr", "");
            html_open(html, "td", "");
            html_element(html, "code", "", "%s", row->advice[a].command);
            html_close(html);
            html_element(html, "td", "", "%s", row->advice[a].what);
            html_close(html);
        }
        html_close(html);
        html_open(html, "p", "");
        html_printf(html, "Source: ");
        for (size_t s = 0; s < ERROR_CODE_SOURCES_MAX && row->sources[s]; s++)
            html_printf(html, "%s%s", s ? "; " : "", row->sources[s]);
        html_printf(html, ".");
        html_close(html);
    }
}

static void write_start(struct html *html)
{
    struct fake fake;

    html_element(html, "h1", "", "maxport %s", MAXPORT_VERSION);
    paragraph(html, "maxport shows how many ephemeral ports this Windows has and uses, raises "
                    "the limit after a backup, undoes changes, and checks after a restart "
                    "whether Windows applied them. This page needs no network.");
    html_raw(html, "<nav><a href=\"#start\">Start here</a><a href=\"#window\">The window</a><a "
                   "href=\"#safety\">Safety and undo</a><a "
                   "href=\"#windows\">Behaviour by Windows version</a><a "
                   "href=\"#errors\">Troubleshooting by error code</a><a "
                   "href=\"#deployment\">Deployment</a><a "
                   "href=\"#monitoring\">Monitoring</a><a href=\"#exit-codes\">Exit codes</a><a "
                   "href=\"#json\">JSON for scripts</a><a href=\"#commands\">Commands</a></nav>\n");
    heading(html, "start", "Start here");
    make_busy(&fake);
    run(&fake, "status");
    show_output(html, "", &fake);
    paragraph(html,
              "Stored is the value in the registry. Running is the range from which Windows "
              "assigns ports now. Predicted is the range after a restart. The following command "
              "previews raising the limit and writes nothing:");
    run(&fake, "set 65534 --dry-run");
    show_output(html, "set 65534 --dry-run", &fake);
    fake_release(&fake);
}

static void write_window(struct html *html)
{
    heading(html, "window", "The window");
    html_raw(
        html,
        "<p><code>maxport-gui.exe</code> shows the same data and needs no administrator. It "
        "changes nothing itself: to apply or undo a change, it runs <code>maxport.exe</code>, and "
        "Windows asks for approval.</p>\n"
        "<table><tr><th>Page</th><th>What it shows</th></tr>\n"
        "<tr><td>Now</td><td>whether ports are the problem: two gauges, a chart, a map of all "
        "ports, and the diagnosis</td></tr>\n"
        "<tr><td>Who</td><td>the ports in use by process, program, remote endpoint, state or "
        "address; sort by a click on a heading or in the menu of a row, filter by any text, save "
        "as CSV</td></tr>\n"
        "<tr><td>Change</td><td>the settings, with the effect of a new value before you apply "
        "it</td></tr>\n"
        "<tr><td>History</td><td>past changes with their backups, and Undo</td></tr></table>\n"
        "<p>Everything can be done with the keyboard: Ctrl+1 to Ctrl+4 switch pages, Tab and Alt "
        "with the underlined letter move between controls, Enter opens a row or a port, Shift+F10 "
        "opens the menu of a row, F5 refreshes, Ctrl+S saves, Ctrl+C copies, Ctrl+Z undoes the "
        "newest change, and F1 shows "
        "this list. <code>maxport-gui --screenshot FILE.png</code> draws a page to a file, for a "
        "ticket.</p>\n");
}

static void write_safety(struct html *html)
{
    heading(html, "safety", "Safety and undo");
    html_raw(
        html,
        "<p>maxport changes the machine only from an elevated prompt. Apart from files that you "
        "request and the position, page and interval of the window, it writes only the "
        "following:</p>\n"
        "<ul><li><code>MaxUserPort</code> and <code>TcpTimedWaitDelay</code> under "
        "<code>HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters</code>; with "
        "<code>restore --value NAME</code> one more value directly under that key;</li><li>a "
        "running dynamic port range, with <code>range set</code>, which uses netsh;</li><li>on "
        "clients, System Restore points;</li><li>events of the source <code>maxport</code> in the "
        "Application log;</li><li>the store, <code>C:\\ProgramData\\maxport</code>: the journal, "
        "and a backup of the whole key before every change. Only administrators can read and write "
        "these files; the folder "
        "<code>public</code> contains copies that users can read;</li><li>the record of the "
        "store under <code>HKLM\\SOFTWARE\\maxport</code>. If maxport finds another folder at "
        "the path of the store, it renames the folder without reading it. To take over a store "
        "that was restored from a backup of files, run <code>maxport store "
        "adopt</code>.</li></ul>\n"
        "<p>The backup and the planned change are on disk before the first write. maxport reads "
        "back what it wrote. If anything fails, everything is rolled back, and the journal "
        "records the outcome. Installing and removing maxport changes no network setting, and "
        "maxport makes no network connection.</p>\n"
        "<ul><li><code>maxport undo</code> undoes the newest change in "
        "effect.</li><li><code>maxport undo ID</code> undoes that change; <code>maxport "
        "history</code> lists all changes.</li><li>Without maxport: as administrator, find the "
        "folder of the store with <code>reg query HKLM\\SOFTWARE\\maxport /v StorePath "
        "/reg:64</code>. Import <code>public\\changes\\ID-undo.reg</code> of that folder, or after "
        "a range set, run the lines in <code>ID-undo.txt</code>. If the registry has no StorePath, "
        "import nothing: any user can create a folder of that name.</li><li><code>maxport "
        "reset</code> "
        "deletes MaxUserPort and so restores the Windows default.</li></ul>\n"
        "<p>Uninstalling keeps the store, because undo needs it. To delete the store and its "
        "record, run <code>maxport store remove</code> before you uninstall. The command refuses "
        "while a change could still be undone, unless you add <code>--force</code>.</p>\n");
}

static void write_deployment(struct html *html)
{
    heading(html, "deployment", "Deployment");
    html_raw(
        html,
        "<p>The MSI installs maxport for all users, adds it to the PATH and registers the event "
        "source <code>maxport</code> in the Application log. It changes no setting of Windows. "
        "It replaces an older version or another build of the same version, but never a newer "
        "version. To repair an installation, run the same package again.</p>\n"
        "<pre>msiexec /i maxport-" MAXPORT_VERSION "-x64.msi /qn /l*v maxport.log\n"
        "msiexec /x maxport-" MAXPORT_VERSION "-x64.msi /qn</pre>\n"
        "<p>The x86 MSI is for 32-bit Windows and does not install on 64-bit Windows. If an "
        "earlier setup program installed maxport, the MSI does not install and prints the "
        "command that uninstalls maxport. With <code>/qn</code> such messages are only in the "
        "log.</p>\n"
        "<p>To select another folder below Program Files, add <code>INSTALLDIR=\"C:\\Program "
        "Files\\Folder\"</code>, and repeat it when you install a newer version. The MSI refuses "
        "every other folder, because users may be able to rename a parent folder and put their "
        "own programs in its place. If an older version is in a folder outside Program "
        "Files, install the newer version without <code>INSTALLDIR</code>; until then, the older "
        "version stays there.</p>\n"
        "<h3>Group Policy</h3>\n"
        "<p>Copy the MSI to a share that computers can read. Go to Computer Configuration, "
        "Policies, Software Settings, Software installation, New, Package, and select Assigned. "
        "To deploy a newer version, add its MSI as another package of the same policy.</p>\n"
        "<h3>Intune</h3>\n"
        "<p>Add the MSI as a line-of-business app, or wrap it as a Win32 app with the two "
        "commands above; the detection rule is the product code of the MSI. To set a value, "
        "deploy a script that runs <code>maxport set 65534 --yes --exit-3010 --reason "
        "CHANGE</code>. Intune treats 3010 as a soft restart; 0 needs no restart.</p>\n"
        "<h3>Configuration Manager (SCCM)</h3>\n"
        "<p>Create an application from the MSI; Configuration Manager fills in the commands and "
        "the detection method. The "
        "default return codes include 3010 as a soft restart. For compliance, use a script that "
        "runs <code>maxport status --json</code> and checks "
        "<code>settings.MaxUserPort.stored</code>.</p>\n"
        "<h3>Portable</h3>\n"
        "<p>Unpack the zip into a folder that only administrators can change and whose parent "
        "folders only administrators can rename, and run <code>maxport.exe</code>. A new folder "
        "directly below <code>C:\\</code> is not safe: Windows lets every user change and "
        "rename it. The zip and the MSI use the same store. On Windows XP and Server 2003, use the "
        "x86 zip.</p>\n");
}

int main(int argc, char **argv)
{
    struct html html;
    FILE *file;
    bool is_written;

    if (argc != 2)
        fail("usage: maxport-manual FILE");
    html_init(&html);
    html_raw(&html, "<!DOCTYPE html>\n");
    html_open(&html, "html", " lang=\"en\"");
    html_open(&html, "head", "");
    html_raw(&html, "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                    "content=\"width=device-width\">\n");
    html_element(&html, "title", "", "maxport %s", MAXPORT_VERSION);
    html_open(&html, "style", "");
    html_raw(&html, style);
    html_close(&html);
    html_close(&html);
    html_open(&html, "body", "");
    write_start(&html);
    write_window(&html);
    write_safety(&html);
    write_windows(&html);
    write_explanations(&html);
    write_deployment(&html);
    write_monitoring(&html);
    write_exit_codes(&html);
    write_json(&html);
    write_commands(&html);
    html_close(&html);
    html_close(&html);
    if (!html_is_whole(&html))
        fail("the page is incomplete");
    file = fopen(argv[1], "wb");
    if (!file)
        fail(argv[1]);
    is_written = fwrite(text_string(&html.text), 1, html.text.length, file) == html.text.length;
    if (fclose(file) || !is_written)
        fail("the page could not be written");
    html_release(&html);
    return 0;
}
