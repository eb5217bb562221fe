/* manual.c - writes the manual, one HTML page, from what the program itself is made of.
 *
 * Commands, options and exit codes come from the commands' own table, what a Windows does from
 * the rules, errors from the explanations; the examples of screens and JSON are what the
 * commands print on a machine in memory. Only the prose is here.
 *
 *     maxport-manual FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/html.h"
#include "core/rules/error_code.h"
#include "core/rules/range.h"
#include "fake/machine.h"

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

/* ---- what a command prints ---------------------------------------------- */

/* Words are separated by single spaces. */
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
    command_main(&fake->machine, count, words);
}

/* Text in lines; html_text shows a line's end as what it is. */
static void lines_of(struct html *html, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        html_printf(html, "%.*s", (int)length, text);
        text += length;
        if (*text) {
            html_raw(html, "\n");
            text++;
        }
    }
}

static void show_output(struct html *html, const char *line, const struct fake *fake)
{
    html_open(html, "pre", "");
    html_printf(html, "C:\\>maxport%s%s", *line ? " " : "", line);
    html_raw(html, "\n");
    lines_of(html, fake_out(fake));
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
    lines_of(html, fake_out(&fake));
    html_close(html);
    fake_release(&fake);
}

static void write_commands(struct html *html)
{
    heading(html, "commands", "Commands");
    paragraph(html, "The same texts as maxport help COMMAND. Options that many commands share mean "
                    "the same everywhere.");
    for (size_t i = 0; commands[i]; i++)
        write_command(html, commands[i]);
}

static void write_exit_codes(struct html *html)
{
    static const struct {
        int code;
        const char *meaning;
    } codes[] = {
        {0, "Done, or nothing to do."},
        {1, "Failed, and the machine is as it was. verify: not honoured, or overwritten since."},
        {2, "Words or value refused, nothing touched."},
        {3, "Needs an administrator, nothing touched."},
        {4,
         "Stuck: a roll-back did not complete. The journal knows what is where: maxport history."},
        {5, "Declined, or interrupted before the first write. After it the change completes."},
        {6, "The store could not be written, so no setting was."},
        {3010, "With --exit-3010: done, and a restart is needed."},
    };

    heading(html, "exit-codes", "Exit codes");
    html_open(html, "table", "");
    html_raw(html, "<tr><th>Code</th><th>Meaning</th></tr>\n");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        html_open(html, "tr", "");
        html_element(html, "td", "", "%d", codes[i].code);
        html_element(html, "td", "", "%s", codes[i].meaning);
        html_close(html);
    }
    html_close(html);
}

static void write_json(struct html *html)
{
    static const char *const lines[] = {"status --json", "history --json",
                                        "set 65534 --dry-run --json", "verify --json",
                                        "store show --json"};

    heading(html, "json", "JSON for scripts");
    paragraph(html,
              "Every command takes --json and prints one document, in ASCII, with English keys "
              "on every Windows. Its key \"schema\" names the command and the version of the "
              "form, such as maxport.status/1. Within a version keys may be added; none is "
              "taken away or given another meaning. A failure is a document, too, with the "
              "exit code as above.");
    paragraph(html,
              "With --dry-run a document has the key \"plan_sha256\". The same command with "
              "--expect-plan and that value writes exactly the plan that was shown; it writes "
              "nothing where another plan would be carried out by then. These are real documents, "
              "of a machine that is short of ports:");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct fake fake;

        make_busy(&fake);
        run(&fake, "set 60000 --yes --reason CHG0815");
        run(&fake, lines[i]);
        show_output(html, lines[i], &fake);
        fake_release(&fake);
    }
}

/* ---- what each Windows does ---------------------------------------------- */

static const struct os_version systems[] = {
    {.major = 5, .minor = 0, .build = 2195, .role = OS_WORKSTATION},
    {.major = 5, .minor = 1, .build = 2600, .role = OS_WORKSTATION},
    {.major = 5, .minor = 2, .build = 3790, .role = OS_SERVER},
    {.major = 6, .minor = 0, .build = 6002, .role = OS_WORKSTATION},
    {.major = 6, .minor = 0, .build = 6002, .role = OS_SERVER},
    {.major = 6, .minor = 1, .build = 7601, .role = OS_WORKSTATION},
    {.major = 6, .minor = 1, .build = 7601, .role = OS_SERVER},
    {.major = 6, .minor = 2, .build = 9200, .role = OS_SERVER},
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

    heading(html, "windows", "What each Windows does");
    paragraph(html, "The range after a restart, with its confidence: documented by Microsoft, "
                    "measured by a third party that published the figures, inferred from those, or "
                    "unknown. If there is no source, no figure is given.");
    paragraph(html, "On Windows 10 and later MaxUserPort moves the start of the TCP range down as "
                    "well (measured on Windows 11 with 65534, otherwise inferred), so a value from "
                    "5000 to 17406 gives fewer TCP ports than the default of 16,384. On Windows 7 "
                    "to 8.1 the effect is unknown.");
    write_systems(html, "Without MaxUserPort", &absent);
    write_systems(html, "With MaxUserPort 65534", &raised);
}

static void write_explanations(struct html *html)
{
    heading(html, "errors", "Troubleshooting by error code");
    for (size_t i = 0; error_code_at(i); i++) {
        const struct error_code *row = error_code_at(i);

        html_element(html, "h3", "", "%s%lu %s: %s", row->kind == EXPLAINS_EVENT ? "Event " : "",
                     (unsigned long)row->code, row->name, row->title);
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
    paragraph(html, "maxport shows how many ephemeral ports this Windows has and uses, raises the "
                    "limit with a backup and a way back, and proves after the restart whether "
                    "Windows honoured it. This page works without a network.");
    html_raw(html,
             "<nav><a href=\"#start\">Start here</a><a href=\"#safety\">Safety and undo</a>"
             "<a href=\"#windows\">What each Windows does</a>"
             "<a href=\"#errors\">Troubleshooting by error code</a>"
             "<a href=\"#deployment\">Deployment</a><a href=\"#exit-codes\">Exit codes</a>"
             "<a href=\"#json\">JSON for scripts</a><a href=\"#commands\">Commands</a></nav>\n");
    heading(html, "start", "Start here");
    make_busy(&fake);
    run(&fake, "status");
    show_output(html, "", &fake);
    paragraph(html,
              "Stored is what the registry holds, running is what programs are served from "
              "now, predicted is what a restart will make of it. What raising the limit would "
              "do, written nowhere:");
    run(&fake, "set 65534 --dry-run");
    show_output(html, "set 65534 --dry-run", &fake);
    fake_release(&fake);
}

static void write_safety(struct html *html)
{
    heading(html, "safety", "Safety and undo");
    html_raw(
        html,
        "<p>maxport writes only when it is told to, from an elevated prompt, and only these:"
        "</p>\n<ul>"
        "<li><code>MaxUserPort</code> and <code>TcpTimedWaitDelay</code> under <code>HKLM\\"
        "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters</code>; with <code>restore "
        "--value NAME</code> one more value directly under that key;</li>"
        "<li>a running dynamic port range, with <code>range set</code>, by netsh;</li>"
        "<li>its store, <code>C:\\ProgramData\\maxport</code>: the journal and a backup of the "
        "whole key before every change, for administrators only, and in its folder "
        "<code>public</code> copies for users;</li>"
        "<li>the record of that folder under <code>HKLM\\SOFTWARE\\maxport</code>. Any other "
        "folder in the store's place is moved aside unread; <code>maxport store adopt</code> "
        "takes over a store that was restored from a backup of files.</li></ul>\n"
        "<p>Backup and intent are on disk before the first write. What was written is read "
        "back; where anything fails, all is put back, and the journal says which. Installing "
        "and removing maxport touch no network setting, and maxport makes no network "
        "connection.</p>\n<ul>"
        "<li><code>maxport undo</code> takes the newest change back that still stands.</li>"
        "<li><code>maxport undo ID</code> takes that one back; <code>maxport history</code> "
        "lists them.</li>"
        "<li>Without maxport: as administrator, import <code>C:\\ProgramData\\maxport\\public\\"
        "changes\\ID-undo.reg</code>, or run the lines of <code>ID-undo.txt</code> after a range "
        "set.</li>"
        "<li><code>maxport reset</code> deletes MaxUserPort: Windows' own default.</li></ul>\n"
        "<p>Uninstalling leaves the store, since it is the way back. <code>maxport store "
        "remove</code> deletes it, and refuses while a change could still be undone, unless "
        "<code>--force</code> says so. It deletes the record, too. Run it before "
        "uninstalling.</p>\n");
}

static void write_deployment(struct html *html)
{
    heading(html, "deployment", "Deployment");
    html_raw(
        html,
        "<p>The MSI installs maxport for all users, adds it to the PATH and registers the event "
        "source "
        "<code>maxport</code> in the Application log. It changes no setting of Windows. It "
        "replaces "
        "an older version and another build of the same version, never a newer version. The same "
        "package repairs what it installed.</p>\n"
        "<pre>msiexec /i maxport-" MAXPORT_VERSION "-x64.msi /qn /l*v maxport.log\n"
        "msiexec /x maxport-" MAXPORT_VERSION "-x64.msi /qn</pre>\n"
        "<p>The x86 MSI is for 32-bit Windows and is refused on 64-bit Windows. If an earlier "
        "setup "
        "program installed maxport, the MSI is refused and prints the line that uninstalls it. "
        "With "
        "<code>/qn</code> each such sentence is only in the log.</p>\n"
        "<p><code>INSTALLDIR=C:\\Folder</code> chooses another folder. Outside Program Files it "
        "must "
        "not exist yet, only administrators can write to it, and it is not added to the PATH, "
        "because "
        "programs in it run as administrator. Choose it below a folder that only administrators "
        "can "
        "change. Before Windows 7 the folder is not protected: use Program Files there. Repeat "
        "<code>INSTALLDIR</code> when you install a newer version.</p>\n"
        "<h3>Group Policy</h3>\n<p>Put the MSI on a share that computers can read. Computer "
        "Configuration, Policies, Software Settings, Software installation, New, Package; choose "
        "Assigned. For a newer version add its MSI as a further package of the same policy.</p>\n"
        "<h3>Intune</h3>\n<p>Add the MSI as a line-of-business app, or wrap it as a Win32 app with "
        "the two commands above; the detection rule is the MSI's product code. To set a value, "
        "deploy a script that runs <code>maxport set 65534 --yes --exit-3010 --reason CHANGE"
        "</code>: 3010 is a soft restart to Intune, 0 needs none.</p>\n"
        "<h3>Configuration Manager (SCCM)</h3>\n<p>Create an application from the MSI; commands "
        "and "
        "detection are filled in. 3010 is among the default return codes as a soft restart. For "
        "compliance use a script that runs <code>maxport status --json</code> and looks at "
        "<code>settings.MaxUserPort.stored</code>.</p>\n"
        "<h3>Portable</h3>\n<p>Unpack the zip into a folder that only administrators can change, "
        "and "
        "run <code>maxport.exe</code>. The store is the same. On Windows XP and Server 2003 use "
        "the "
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
    write_safety(&html);
    write_windows(&html);
    write_explanations(&html);
    write_deployment(&html);
    write_exit_codes(&html);
    write_json(&html);
    write_commands(&html);
    html_close(&html);
    html_close(&html);
    if (!html_is_whole(&html))
        fail("the page is not whole");
    file = fopen(argv[1], "wb");
    if (!file)
        fail(argv[1]);
    is_written = fwrite(text_string(&html.text), 1, html.text.length, file) == html.text.length;
    if (fclose(file) || !is_written)
        fail("the page could not be written");
    html_release(&html);
    return 0;
}
