#include "cli/frame/command.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/heap.h"
#include "core/journal/journal.h"

const struct command *const commands[] = {
    &command_status,
    &command_why,
    &command_ports,
    &command_port,
    &command_set,
    &command_reset,
    &command_undo,
    &command_history,
    &command_verify,
    &command_range_show,
    &command_range_set,
    &command_backup,
    &command_restore,
    &command_restore_point_list,
    &command_restore_point_create,
    &command_restore_point_return,
    &command_capacity,
    &command_explain,
    &command_report,
    &command_store_show,
    &command_store_adopt,
    &command_store_remove,
    NULL,
};

/* Options that many commands share; a command's own come after them. */
enum {
    OPTION_HELP = 256,
    OPTION_VERSION,
    OPTION_JSON,
    OPTION_CSV,
    OPTION_DRY_RUN,
    OPTION_YES,
    OPTION_REASON,
    OPTION_EXIT_3010,
    OPTION_EXPECT,
    OPTION_EXPECT_PLAN,
    OPTION_RESTORE_POINT,
    OPTION_FIRST_OWN,
};

struct shared_option {
    struct option_row row;
    int id;
    unsigned flags; /* offered by commands that have all of these; 0: by every one */
};

static const struct shared_option shared_options[] = {
    {{"json", NULL, "print JSON (ASCII, English keys)", false}, OPTION_JSON, 0},
    {{"csv", NULL, "print CSV with a header line", false}, OPTION_CSV, COMMAND_HAS_CSV},
    {{"dry-run", NULL, "show everything, write nothing", false}, OPTION_DRY_RUN, COMMAND_CHANGES},
    {{"yes", NULL, "do not ask for confirmation; required without a console", false},
     OPTION_YES,
     COMMAND_CHANGES},
    {{"reason", "TEXT", "reason to record in the journal", false}, OPTION_REASON, COMMAND_CHANGES},
    {{"exit-3010", NULL, "exit with 3010 when a restart is needed (SCCM, Intune)", false},
     OPTION_EXIT_3010,
     COMMAND_CHANGES},
    {{"expect", "VALUE", "change only if this value is stored now: absent, a number, or TYPE:HEX",
      false},
     OPTION_EXPECT,
     COMMAND_CHANGES},
    {{"expect-plan", "SHA256",
      "change only if --dry-run --json printed this plan_sha256 for the plan", false},
     OPTION_EXPECT_PLAN,
     COMMAND_CHANGES},
    {{"restore-point", "auto|require|skip",
      "create a System Restore point first, if Windows supports it",
      false},
     OPTION_RESTORE_POINT,
     COMMAND_CHANGES},
    {{"help", NULL, "show this help (also /?)", false}, OPTION_HELP, 0},
};

enum { SHARED_OPTION_COUNT = sizeof shared_options / sizeof *shared_options };
enum { OPTION_TABLE_MAX = SHARED_OPTION_COUNT + OPTION_OWN_MAX + 1 };

/* Does the command's first word match, and is it one of two? */
static bool is_group_member(const struct command *command, const char *word)
{
    size_t length = strcspn(command->name, " ");
    char first[32];

    if (!command->name[length] || length >= sizeof first)
        return false;
    memcpy(first, command->name, length);
    first[length] = '\0';
    return ascii_compare(first, word) == 0;
}

const struct command *command_find(int argc, char **argv, int *word_count)
{
    bool is_first_alone = argc < 2 || argv[1][0] == '-' || strcmp(argv[1], "/?") == 0;

    *word_count = 1;
    for (size_t i = 0; commands[i]; i++) {
        const struct command *command = commands[i];

        if (ascii_compare(command->name, argv[0]) == 0)
            return command;
        if (!is_group_member(command, argv[0]))
            continue;
        if (is_first_alone)
            return command;
        if (ascii_compare(strchr(command->name, ' ') + 1, argv[1]) == 0) {
            *word_count = 2;
            return command;
        }
    }
    return NULL;
}

/* "maxport.status/1", "maxport.range-show/1". */
static void schema_name(const char *command, struct text *schema)
{
    text_puts(schema, "maxport.");
    for (; *command; command++)
        text_append(schema, *command == ' ' ? "-" : command, 1);
    text_puts(schema, "/1");
}

int exit_code_of(enum fault_kind kind)
{
    switch (kind) {
    case FAULT_NONE:
        return 0;
    case FAULT_USAGE:
        return 2;
    case FAULT_DENIED:
        return 3;
    case FAULT_STUCK:
        return 4;
    case FAULT_DECLINED:
        return 5;
    case FAULT_STORE:
        return 6;
    case FAULT_FAILED:
    case FAULT_STALE:
    case FAULT_MISSING:
    case FAULT_UNAVAILABLE:
    case FAULT_BUSY:
    case FAULT_NO_MEMORY:
    case FAULT_EXISTS:
        break;
    }
    return 1;
}

json_t *command_document(const struct invocation *invocation)
{
    struct text schema;
    json_t *document;

    text_init(&schema);
    schema_name(invocation->command->name, &schema);
    document = json_pack("{s:s}", "schema", text_string(&schema));
    text_release(&schema);
    return document;
}

/* ---- help ------------------------------------------------------------- */

/* Calls print for every piece of a string that is separated by '\n'. */
static void each_line(const char *lines, void (*print)(struct output *, const char *, size_t),
                      struct output *output)
{
    while (lines && *lines) {
        size_t length = strcspn(lines, "\n");

        print(output, lines, length);
        lines += length + (lines[length] == '\n');
    }
}

enum { EXAMPLE_WIDTH = 38 };

static void print_example(struct output *output, const char *line, size_t length)
{
    size_t command = strcspn(line, "|");
    const char *what = line + command + 1;
    size_t what_length;

    if (command >= length) {
        output_printf(output, "  %.*s\n", (int)length, line);
        return;
    }
    what_length = length - command - 1;
    if (4 + EXAMPLE_WIDTH + what_length <= output->width && command <= EXAMPLE_WIDTH) {
        output_printf(output, "  %-*.*s  %.*s\n", EXAMPLE_WIDTH, (int)command, line,
                      (int)what_length, what);
    } else {
        output_printf(output, "  %.*s\n", (int)command, line);
        output_paragraph(output, 6, "%.*s", (int)what_length, what);
    }
}

static void print_detail(struct output *output, const char *line, size_t length)
{
    output_puts(output, "\n");
    output_paragraph(output, 0, "%.*s", (int)length, line);
}

enum { OPTIONS_COLUMN = 18 };

static void print_option(struct output *output, const struct option_row *row)
{
    struct text name;

    text_init(&name);
    text_printf(&name, "  --%s%s%s", row->name, row->argument ? " " : "",
                row->argument ? row->argument : "");
    if (name.length >= OPTIONS_COLUMN) /* a longer one pushes its text to the right */
        text_puts(&name, "  ");
    output_labelled(output, text_string(&name), row->help, OPTIONS_COLUMN);
    text_release(&name);
}

enum { COMMANDS_COLUMN = 24 }; /* "restore-point create" is the longest */

static void help_of_program(struct output *output)
{
    output_paragraph(output, 0,
                     "maxport shows, changes and restores the number of ephemeral ports "
                     "available to Windows.");
    output_puts(output, "\n");
    each_line("maxport|show port use and settings of this machine\n"
              "maxport set 65534 --dry-run|preview raising MaxUserPort\n"
              "maxport set 65534|raise MaxUserPort, after a backup\n"
              "maxport undo|undo the last change exactly\n",
              print_example, output);
    output_puts(output, "\nCommands\n");
    for (size_t i = 0; commands[i]; i++) {
        struct text name;

        text_init(&name);
        text_printf(&name, "  %s", commands[i]->name);
        output_labelled(output, text_string(&name), commands[i]->summary, COMMANDS_COLUMN);
        text_release(&name);
    }
    output_puts(output, "\n");
    output_paragraph(output, 0,
                     "For details of a command, run maxport COMMAND --help. For the version, run "
                     "maxport --version.");
    output_paragraph(output, 0,
                     "Exit codes: 0 done or nothing to do; 1 failed, everything as before; 2 "
                     "invalid input; 3 needs an administrator; 4 rollback incomplete; 5 declined "
                     "or interrupted; 6 the store could not be written.");
}

void command_help(const struct command *command, struct output *output)
{
    if (!command) {
        help_of_program(output);
        return;
    }
    each_line(command->examples, print_example, output);
    output_puts(output, "\n");
    output_paragraph(output, 0, "maxport %s%s%s [OPTIONS]", command->name,
                     *command->arguments ? " " : "", command->arguments);
    each_line(command->details, print_detail, output);
    output_puts(output, "\nOptions\n");
    for (const struct option_row *row = command->options; row && row->name; row++)
        print_option(output, row);
    for (size_t i = 0; i < SHARED_OPTION_COUNT; i++)
        if ((command->flags & shared_options[i].flags) == shared_options[i].flags)
            print_option(output, &shared_options[i].row);
}

/* ---- options ---------------------------------------------------------- */

static size_t build_options(const struct command *command, struct option *table)
{
    size_t count = 0;
    int id = OPTION_FIRST_OWN;

    for (size_t i = 0; i < SHARED_OPTION_COUNT; i++) {
        const struct shared_option *shared = &shared_options[i];

        if ((command->flags & shared->flags) == shared->flags)
            table[count++] = (struct option){shared->row.name,
                                             shared->row.argument ? required_argument : no_argument,
                                             NULL, shared->id};
    }
    for (const struct option_row *row = command->options; row && row->name; row++)
        table[count++] =
            (struct option){row->name, row->argument ? required_argument : no_argument, NULL, id++};
    table[count] = (struct option){0};
    return count;
}

static bool refuse_option(const struct command *command, const struct option *table,
                          const char *argument, struct fault *fault)
{
    const char *best = NULL;
    size_t best_distance = 4; /* farther away it is no slip of the finger */
    size_t length = strcspn(argument, "=");
    struct text word;

    text_init(&word);
    text_safe(&word, argument, length);
    for (; table->name; table++) {
        const char *name = text_string(&word) + strspn(argument, "-");
        bool is_short_for = strlen(name) > 1 && strncmp(name, table->name, strlen(name)) == 0;
        size_t distance = is_short_for ? 0 : edit_distance(name, table->name);

        if (distance < best_distance) {
            best_distance = distance;
            best = table->name;
        }
    }
    if (best)
        fault_set(fault, FAULT_USAGE, 0,
                  "%s has no option \"%s\". Did you mean --%s? Nothing was changed.", command->name,
                  text_string(&word), best);
    else
        fault_set(fault, FAULT_USAGE, 0,
                  "%s has no option \"%s\". To list the options, run maxport %s --help. Nothing "
                  "was changed.",
                  command->name, text_string(&word), command->name);
    text_release(&word);
    return false;
}

/* getopt_long takes "--js" for "--json". A script that relies on it would break
 * with the next option added, so a long option must be named in full. */
static const struct option *find_exact(const struct option *table, const char *argument)
{
    size_t length = strcspn(argument + 2, "=");

    for (; table->name; table++)
        if (strlen(table->name) == length && strncmp(table->name, argument + 2, length) == 0)
            return table;
    return NULL;
}

/* May it be given without its value? Then "" is handed on. */
static bool is_value_optional(const struct command *command, const struct option *option)
{
    for (const struct option_row *row = command->options; row && row->name; row++)
        if (strcmp(row->name, option->name) == 0)
            return row->argument && row->argument[0] == '[';
    return false;
}

static bool is_value(const char *argument)
{
    return argument && argument[0] != '-' && strcmp(argument, "/?") != 0;
}

/* An option that lacks its value, or has one too many. */
static bool check_value(const struct option *option, const char *argument, bool has_next,
                        struct fault *fault)
{
    bool has_value = strchr(argument, '=') != NULL;

    if (option->has_arg && !has_value && !has_next)
        return fault_set(fault, FAULT_USAGE, 0, "--%s needs a value. Nothing was changed.",
                         option->name);
    if (!option->has_arg && has_value)
        return fault_set(fault, FAULT_USAGE, 0, "--%s takes no value. Nothing was changed.",
                         option->name);
    return true;
}

/* "-1" is an argument, and a refused one; there is no option of that name. */
static bool is_option(const char *argument)
{
    return argument[0] == '-' && argument[1] && !(argument[1] >= '0' && argument[1] <= '9');
}

/* Looks at argv before getopt_long does, so that nothing is left for it to refuse or to
 * reorder: long options in full first, then "--" and all else; /? anywhere. checked
 * has room for 3 * argc + 2. */
static bool check_arguments(const struct command *command, const struct option *table, int argc,
                            char **argv, char **checked, int *checked_count, bool *wants_help,
                            struct fault *fault)
{
    static char dashes[] = "--", nothing[] = "";
    char **others = checked + 2 * argc; /* no more options, each with a value, come before them */
    bool is_behind_dashes = false;
    int count = 0, other_count = 0;

    checked[count++] = argv[0];
    for (int i = 1; i < argc; i++) {
        const struct option *option;

        if (is_behind_dashes || (strcmp(argv[i], "/?") != 0 && !is_option(argv[i]))) {
            others[other_count++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "/?") == 0) {
            *wants_help = true;
            continue;
        }
        if (strcmp(argv[i], dashes) == 0) {
            is_behind_dashes = true;
            continue;
        }
        option = strncmp(argv[i], dashes, 2) == 0 ? find_exact(table, argv[i]) : NULL;
        if (!option)
            return refuse_option(command, table, argv[i], fault);
        if (is_value_optional(command, option) && !strchr(argv[i], '=') &&
            !is_value(i + 1 < argc ? argv[i + 1] : NULL)) {
            checked[count++] = argv[i];
            checked[count++] = nothing;
            continue;
        }
        if (!check_value(option, argv[i], i + 1 < argc, fault))
            return false;
        checked[count++] = argv[i];
        if (option->has_arg && !strchr(argv[i], '='))
            checked[count++] = argv[++i];
    }
    checked[count++] = dashes;
    memmove(checked + count, others, (size_t)other_count * sizeof *checked);
    count += other_count;
    checked[count] = NULL;
    *checked_count = count;
    return true;
}

static bool take_restore_point(const char *word, struct invocation *invocation, struct fault *fault)
{
    static const struct {
        const char *word;
        enum restore_point_wish wish;
    } words[] = {{"auto", RESTORE_POINT_AUTO},
                 {"require", RESTORE_POINT_REQUIRE},
                 {"skip", RESTORE_POINT_SKIP}};
    struct text shown;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i].word) == 0) {
            invocation->restore_point = words[i].wish;
            return true;
        }
    text_init(&shown);
    text_safe(&shown, word, strlen(word));
    fault_set(fault, FAULT_USAGE, 0,
              "\"%.80s\" is not valid for --restore-point; use auto, require or skip. Nothing was "
              "changed.",
              text_string(&shown));
    text_release(&shown);
    return false;
}

static bool take_option(int id, const char *argument, struct invocation *invocation,
                        bool *wants_help, struct fault *fault)
{
    switch (id) {
    case OPTION_HELP:
        *wants_help = true;
        return true;
    case OPTION_JSON:
        invocation->output.is_json = true;
        return true;
    case OPTION_CSV:
        invocation->output.is_csv = true;
        return true;
    case OPTION_DRY_RUN:
        invocation->is_dry_run = true;
        return true;
    case OPTION_YES:
        invocation->is_yes = true;
        return true;
    case OPTION_REASON:
        if (*invocation->reason)
            return fault_set(fault, FAULT_USAGE, 0,
                             "--reason was given more than once. Nothing was changed.");
        invocation->reason = argument;
        return true;
    case OPTION_EXIT_3010:
        invocation->wants_exit_3010 = true;
        return true;
    case OPTION_EXPECT:
        invocation->expect = argument;
        return true;
    case OPTION_EXPECT_PLAN:
        invocation->expect_plan = argument;
        return true;
    case OPTION_RESTORE_POINT:
        return take_restore_point(argument, invocation, fault);
    default:
        break;
    }
    id -= OPTION_FIRST_OWN;
    if (invocation->command->options[id].is_repeatable) {
        struct repeated *repeated = &invocation->repeated;

        if (repeated->count == REPEATED_MAX)
            return fault_set(fault, FAULT_USAGE, 0,
                             "--%s was given too many times. Nothing was "
                             "changed.",
                             invocation->command->options[id].name);
        repeated->values[repeated->count++] = argument;
    } else if (invocation->option[id]) {
        return fault_set(fault, FAULT_USAGE, 0,
                         "--%s was given more than once. Nothing was "
                         "changed.",
                         invocation->command->options[id].name);
    }
    invocation->option[id] = argument ? argument : "";
    return true;
}

static bool parse_checked(const struct option *table, int argc, char **argv,
                          struct invocation *invocation, bool *wants_help, struct fault *fault)
{
    int id;

    opterr = 0;
    optind = 0; /* anew: tests parse many command lines in one process */
    while ((id = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (id == ':' || id == '?') /* check_arguments saw to it */
            return fault_set(fault, FAULT_USAGE, 0,
                             "The options could not be read. Nothing was changed.");
        if (!take_option(id, optarg, invocation, wants_help, fault))
            return false;
    }
    invocation->arguments = argv + optind;
    invocation->argument_count = (size_t)(argc - optind);
    return true;
}

static bool check_count(const struct invocation *invocation, struct fault *fault)
{
    const struct command *command = invocation->command;

    if (invocation->argument_count < command->argument_minimum && command->argument_missing)
        return fault_set(fault, FAULT_USAGE, 0, "%s Nothing was changed.",
                         command->argument_missing);
    if (invocation->argument_count < command->argument_minimum)
        return fault_set(fault, FAULT_USAGE, 0, "%s needs more arguments: %s. Nothing was changed.",
                         command->name, command->arguments);
    if (invocation->argument_count > command->argument_maximum) {
        struct text shown;
        const char *extra = invocation->arguments[command->argument_maximum];

        text_init(&shown);
        text_safe(&shown, extra, strlen(extra));
        fault_set(fault, FAULT_USAGE, 0,
                  "%s does not accept the argument \"%s\". For usage, run maxport %s --help. "
                  "Nothing was changed.",
                  command->name, text_string(&shown), command->name);
        text_release(&shown);
        return false;
    }
    if (invocation->output.is_json && invocation->output.is_csv)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--json and --csv cannot be combined. Nothing "
                         "was changed.");
    return true;
}

/* ---- running ---------------------------------------------------------- */

enum store_view command_view(const struct invocation *invocation)
{
    bool writes = invocation->command->flags & (COMMAND_CHANGES | COMMAND_ADMINISTRATOR) &&
                  !invocation->is_dry_run;

    return writes ? STORE_PRIVATE : STORE_PUBLIC;
}

static bool check_elevation(const struct invocation *invocation, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct identity identity;

    if (command_view(invocation) == STORE_PUBLIC)
        return true;
    if (!machine->identity.read(machine->identity.context, &identity, fault))
        return false;
    if (identity.is_elevated)
        return true;
    if (!(invocation->command->flags & COMMAND_CHANGES))
        return fault_set(
            fault, FAULT_DENIED, 0,
            "%s needs an administrator. Open an elevated prompt (press the Windows key, type "
            "cmd, press Ctrl+Shift+Enter; or right-click and select Run as administrator) and "
            "run the command again. Nothing was changed.",
            invocation->command->name);
    return fault_set(fault, FAULT_DENIED, 0,
                     "%s changes this machine and needs an administrator. Open an elevated "
                     "prompt (press the Windows key, type cmd, press Ctrl+Shift+Enter; or "
                     "right-click and select Run as administrator) and run the command again. A "
                     "preview with --dry-run needs no administrator. Nothing was changed.",
                     invocation->command->name);
}

bool command_confirm(struct invocation *invocation, const char *question, struct fault *fault)
{
    const struct screen *screen = &invocation->machine->screen;
    char answer[16];

    if (invocation->is_yes)
        return true;
    /* Redirected, the question would be seen by nobody. */
    if (!screen->can_ask(screen->context) || !screen->is_console(screen->context, SCREEN_OUT) ||
        invocation->output.is_json)
        return fault_set(
            fault, FAULT_USAGE, 0,
            "%s asks for confirmation before it writes, but there is no console to answer on. To "
            "skip the question, add --yes%s. Nothing was changed.",
            invocation->command->name,
            invocation->command->flags & COMMAND_CHANGES ? "; for a preview, add --dry-run" : "");
    output_printf(&invocation->output, "\n%s [y/N] ", question);
    output_flush(&invocation->output);
    if (invocation->output.has_failed)
        return fault_set(fault, FAULT_FAILED, 0,
                         "The question could not be displayed. Nothing was changed.");
    if (screen->ask(screen->context, answer, sizeof answer) &&
        (ascii_compare(answer, "y") == 0 || ascii_compare(answer, "yes") == 0))
        return true;
    return fault_set(fault, FAULT_DECLINED, 0, "Not confirmed. Nothing was changed.");
}

bool command_parse_id(const char *text, uint64_t *id, struct fault *fault)
{
    enum { SHOWN_MAX = 80 };
    size_t length = strlen(text);
    struct text shown;

    if (journal_parse_id(text, id))
        return true;
    text_init(&shown);
    text_safe(&shown, text, length < SHOWN_MAX ? length : SHOWN_MAX);
    fault_set(fault, FAULT_USAGE, 0,
              "\"%s\" is not a change number; use digits only. To list the changes, run maxport "
              "history. Nothing was changed.",
              text_string(&shown));
    text_release(&shown);
    return false;
}

/* In words that need no memory. */
static void tell_failure(const struct output *output)
{
    const char *words = heap_failure_count() > 0
                            ? "maxport: not enough memory; the output is incomplete.\n"
                            : "maxport: cannot write to standard output.\n";

    output->screen->write(output->screen->context, SCREEN_ERROR, words, strlen(words));
}

static void print_fault(struct output *output, const char *command, const struct fault *fault)
{
    if (output->is_json) {
        struct text schema;
        struct fault own;

        text_init(&schema);
        schema_name(command, &schema);
        if (!output_json(output,
                         json_pack("{s:s, s:{s:s, s:s, s:I, s:i}}", "schema", text_string(&schema),
                                   "error", "kind", fault_name(fault->kind), "text", fault->text,
                                   "code", (json_int_t)fault->code, "exit",
                                   exit_code_of(fault->kind)),
                         &own))
            output->has_failed = true;
        text_release(&schema);
        return;
    }
    output_style(output, STYLE_BAD);
    output_remark(output, "maxport: %s", fault->text);
    output_style(output, STYLE_NORMAL);
}

static void report_event(struct invocation *invocation, const struct identity *identity,
                         enum audit_event event, const struct text *told, const char *why,
                         const struct text *aside)
{
    const struct machine *machine = invocation->machine;
    struct text line;

    text_init(&line);
    text_printf(&line, "maxport %s by ", invocation->command->name);
    text_safe(&line, identity->account, strlen(identity->account));
    if (told->length) {
        text_puts(&line, ": ");
        text_safe(&line, text_string(told), told->length);
    }
    if (why)
        text_printf(&line, " - %s", why);
    if (aside->length)
        text_printf(&line, " - %s", text_string(aside));
    if (!line.is_broken)
        machine->audit.report(machine->audit.context, event, text_string(&line));
    text_release(&line);
}

static enum audit_event event_of(const struct invocation *invocation, bool is_done,
                                 const struct fault *fault)
{
    if (invocation->told.length)
        return invocation->event;
    if (is_done)
        return AUDIT_STORE_REPLACED;
    return fault->kind == FAULT_STUCK ? AUDIT_STUCK : AUDIT_REFUSED;
}

/* Every change, refusal and undo of an administrator; not what was only looked at. */
static void audit(struct invocation *invocation, bool is_done, const struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    const struct text none = {0};
    struct identity identity;
    struct fault own;
    bool has_more = invocation->aside.length || (command_view(invocation) == STORE_PRIVATE &&
                                                 (!is_done || invocation->has_changed));

    if (!machine->audit.report || (!has_more && !invocation->settled.length) ||
        !machine->identity.read(machine->identity.context, &identity, &own) ||
        !identity.is_elevated)
        return;
    if (invocation->settled.length)
        report_event(invocation, &identity, AUDIT_SETTLED, &invocation->settled, NULL, &none);
    if (has_more)
        report_event(invocation, &identity, event_of(invocation, is_done, fault), &invocation->told,
                     is_done ? NULL : fault->text, &invocation->aside);
}

/* A run that was refused has still seen more than the public copies show, such as a change that was
 * interrupted. Without this the window would offer the same refused run again. */
static void publish_what_was_seen(const struct invocation *invocation)
{
    const struct store *store = &invocation->machine->store;
    struct store_record record;
    struct fault ignored; /* the copies stay marked as behind */

    if (command_view(invocation) == STORE_PRIVATE &&
        store->record(store->context, &record, &ignored) && record.is_public_behind)
        store->publish(store->context, &ignored);
}

static int finish(struct invocation *invocation, bool is_done, struct fault *fault)
{
    struct output *output = &invocation->output;
    int code = 0;

    audit(invocation, is_done, fault);
    text_release(&invocation->told);
    text_release(&invocation->settled);
    text_release(&invocation->aside);
    if (!is_done) {
        code = exit_code_of(fault->kind);
        publish_what_was_seen(invocation);
        print_fault(output, invocation->command->name, fault);
    } else if (invocation->wants_exit_3010 && invocation->has_changed &&
               invocation->needs_restart) {
        code = 3010;
    } else {
        code = invocation->exit_code;
    }
    output_release(output);
    /* What was done stays done; only the telling of it failed. */
    if (code == 0 && heap_failure_count() > 0)
        output->has_failed = true;
    if (output->has_failed)
        tell_failure(output);
    return output->has_failed && code == 0 ? 1 : code;
}

static int run(const struct command *command, const struct machine *machine, int argc, char **argv)
{
    struct invocation invocation = {.command = command,
                                    .machine = machine,
                                    .reason = "",
                                    .restore_point = command->flags & COMMAND_RESTORE_POINT
                                                         ? RESTORE_POINT_AUTO
                                                         : RESTORE_POINT_SKIP};
    struct option table[OPTION_TABLE_MAX];
    char **checked = calloc(3 * (size_t)argc + 2, sizeof *checked);
    int checked_count = 0;
    bool wants_help = false;
    bool is_done;
    int code;
    struct fault fault = {0};

    output_init(&invocation.output, &machine->screen);
    build_options(command, table);
    /* Before anything can be refused: a script that asked for JSON gets JSON. */
    for (int i = 1; i < argc; i++)
        invocation.output.is_json |= strcmp(argv[i], "--json") == 0;
    is_done = checked || fault_no_memory(&fault);
    is_done =
        is_done &&
        check_arguments(command, table, argc, argv, checked, &checked_count, &wants_help, &fault) &&
        parse_checked(table, checked_count, checked, &invocation, &wants_help, &fault);
    if (is_done && wants_help)
        command_help(command, &invocation.output);
    else
        is_done = is_done && check_count(&invocation, &fault) &&
                  (!command->judge || command->judge(&invocation, &fault)) &&
                  check_elevation(&invocation, &fault) && command->run(&invocation, &fault);
    code = finish(&invocation, is_done, &fault);
    free(checked);
    return code;
}

/* The one command, or the first of the one group, that begins with these letters. */
static const struct command *begun(const char *words)
{
    const struct command *found = NULL;
    size_t length = strlen(words);

    for (size_t i = 0; length > 1 && commands[i]; i++) {
        size_t first_word = strcspn(commands[i]->name, " ");

        if (strncmp(words, commands[i]->name, length) != 0 ||
            (found && strncmp(found->name, commands[i]->name, first_word + 1) == 0))
            continue;
        if (found)
            return NULL;
        found = commands[i];
    }
    return found;
}

/* The nearest command; of a known group ("range sho") only the second word is off. */
static const struct command *nearest(const char *words, const char *first_word)
{
    const struct command *best = begun(words);
    size_t best_distance = best ? 0 : 4;

    for (size_t i = 0; commands[i]; i++) {
        size_t distance = edit_distance(words, commands[i]->name);

        if (!best && is_group_member(commands[i], first_word))
            best = commands[i];
        if (distance < best_distance) {
            best_distance = distance;
            best = commands[i];
        }
    }
    return best;
}

static int refuse_command(const struct machine *machine, int argc, char **argv)
{
    struct output output;
    struct fault fault;
    struct text words, shown;
    const struct command *best;
    bool is_group = false;

    output_init(&output, &machine->screen);
    for (int i = 0; i < argc; i++)
        output.is_json |= strcmp(argv[i], "--json") == 0;
    for (size_t i = 0; commands[i]; i++)
        is_group |= is_group_member(commands[i], argv[0]);
    text_init(&words);
    text_init(&shown);
    text_printf(&words, "%s%s%s", argv[0], is_group && argc > 1 ? " " : "",
                is_group && argc > 1 ? argv[1] : "");
    text_safe(&shown, text_string(&words), words.length);
    best = nearest(text_string(&words), argv[0]);
    fault_set(&fault, FAULT_USAGE, 0, "Unknown command \"%s\".%s%s%s Nothing was changed.",
              text_string(&shown),
              best ? " Did you mean maxport "
                   : " To list the commands, run maxport "
                     "--help.",
              best ? best->name : "", best ? "?" : "");
    print_fault(&output, "error", &fault);
    text_release(&shown);
    text_release(&words);
    output_release(&output);
    if (output.has_failed)
        tell_failure(&output);
    return exit_code_of(FAULT_USAGE);
}

static int say(const struct machine *machine, void (*print)(struct output *))
{
    struct output output;

    output_init(&output, &machine->screen);
    print(&output);
    output_release(&output);
    if (!output.has_failed && heap_failure_count() == 0)
        return 0;
    tell_failure(&output);
    return 1;
}

static void print_version(struct output *output)
{
    output_puts(output, "maxport " MAXPORT_VERSION "\n");
}

int command_main(const struct machine *machine, int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "status";
    bool wants_help =
        strcmp(name, "--help") == 0 || strcmp(name, "/?") == 0 || strcmp(name, "help") == 0;
    const struct command *command;
    int word_count;

    heap_watch();
    if (wants_help && argc < 3)
        return say(machine, help_of_program);
    if (strcmp(name, "--version") == 0)
        return say(machine, print_version);
    /* maxport --json is maxport status --json. */
    if (argc < 2 || (name[0] == '-' && !wants_help))
        return run(&command_status, machine, argc, argv);
    if (wants_help) {
        argv++;
        argc--;
    }
    command = command_find(argc - 1, argv + 1, &word_count);
    if (!command)
        return refuse_command(machine, argc - 1, argv + 1);
    if (wants_help)
        return run(command, machine, 2, (char *[]){argv[1], "--help", NULL});
    return run(command, machine, argc - word_count, argv + word_count);
}
