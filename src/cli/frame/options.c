#include "cli/frame/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/command.h"

/* Ids of the options that several commands share. The ids of a command's own options follow. */
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
    unsigned flags; /* a command has the option if it has all of these flags; 0: every command has
                       the option */
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
      "create a System Restore point first, if Windows supports it", false},
     OPTION_RESTORE_POINT,
     COMMAND_CHANGES},
    {{"version", NULL, "show the version (also -V)", false}, OPTION_VERSION, COMMAND_PLUGIN},
    {{"help", NULL, "show this help (also -h, -? and /?)", false}, OPTION_HELP, 0},
};

enum { SHARED_OPTION_COUNT = sizeof shared_options / sizeof *shared_options };
enum { OPTION_TABLE_MAX = SHARED_OPTION_COUNT + OPTION_OWN_MAX + 1 };

/* ---- options ---------------------------------------------------------- */

static void build_options(const struct command *command, struct option *table)
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
    for (const struct option_row *row = command->options; row && row->name; row++) {
        bool is_optional = row->argument && row->argument[0] == '[';
        int has_value = row->argument ? required_argument : no_argument;

        table[count++] =
            (struct option){row->name, is_optional ? optional_argument : has_value, NULL, id++};
    }
    table[count] = (struct option){0};
}

/* If `name` is probably a misspelling of the option `meant`, returns the number of typing errors,
 * otherwise `none`. */
static size_t count_typing_errors(const char *name, const char *meant, size_t none)
{
    /* These options skip a question or replace data, so maxport suggests them only for a name that
     * is almost right. */
    static const char *const drastic[] = {"yes", "force", "overwrite"};
    size_t length = strlen(name), most = 2;
    bool is_short_for = length > 1 && strncmp(name, meant, length) == 0;
    size_t errors = is_short_for ? 0 : edit_distance(name, meant);

    for (size_t i = 0; i < sizeof drastic / sizeof *drastic; i++)
        if (strcmp(meant, drastic[i]) == 0)
            most = 1;
    return errors <= most && 2 * errors < length ? errors : none;
}

static bool refuse_option(const struct command *command, const struct option *table,
                          const char *argument, struct fault *fault)
{
    const char *best = NULL;
    size_t fewest_errors = SIZE_MAX;
    size_t length = strcspn(argument, "=");
    struct text word;

    text_init(&word);
    text_safe(&word, argument, length);
    for (; table->name; table++) {
        size_t errors =
            count_typing_errors(text_string(&word) + strspn(argument, "-"), table->name, SIZE_MAX);

        if (errors < fewest_errors) {
            fewest_errors = errors;
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

static bool is_one_of(const char *word, const char *const *spellings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ascii_compare(word, spellings[i]) == 0)
            return true;
    return false;
}

bool options_is_help(const char *word)
{
    static const char *const spellings[] = {"--help", "-help", "-h",    "-?",
                                            "--?",    "/?",    "/help", "/h"};

    return is_one_of(word, spellings, sizeof spellings / sizeof *spellings);
}

bool options_is_version(const char *word)
{
    static const char *const spellings[] = {"--version", "-version", "-V", "/version"};

    return is_one_of(word, spellings, sizeof spellings / sizeof *spellings);
}

const char *options_find(const struct invocation *invocation, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < invocation->word_count; i++) {
        const char *word = invocation->words[i];
        char start[64];

        if (strncmp(word, "--", 2) != 0 || strcspn(word + 2, "=") != length ||
            length >= sizeof start)
            continue;
        memcpy(start, word + 2, length);
        start[length] = '\0';
        if (ascii_compare(start, name) == 0)
            return word[2 + length]
                       ? word + 3 + length
                       : (i + 1 < invocation->word_count ? invocation->words[i + 1] : NULL);
    }
    return NULL;
}

/* Windows users write options in any case. getopt_long() compares bytes, so this function corrects
 * the case of the name in the command line. */
static void correct_case(char *word, const struct option *table)
{
    char name[64];
    size_t length = strcspn(word, "=");

    if (length < 3 || length >= sizeof name || strncmp(word, "--", 2) != 0)
        return;
    memcpy(name, word + 2, length - 2);
    name[length - 2] = '\0';
    for (; table->name; table++)
        if (strcmp(name, table->name) != 0 && ascii_compare(name, table->name) == 0)
            memcpy(word + 2, table->name, length - 2);
}

/* Returns whether the word is an option. A negative number such as "-1" counts as an argument, and
 * the command refuses this argument. */
static bool is_option(const char *argument)
{
    return argument[0] == '-' && argument[1] && !(argument[1] >= '0' && argument[1] <= '9');
}

static bool is_value(const char *argument)
{
    return argument && argument[0] != '-' && !options_is_help(argument);
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
              "--restore-point must be auto, require or skip, not \"%.80s\". Nothing was changed.",
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
    case OPTION_VERSION:
        invocation->is_version = true;
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

/* Fills *fault with the reason why getopt_long() rejected the word. */
static bool refuse_word(const struct command *command, const struct option *table, const char *word,
                        struct fault *fault)
{
    for (const struct option *option = table; option->name; option++)
        if (option->val == optopt)
            return fault_set(fault, FAULT_USAGE, 0,
                             strchr(word, '=') ? "--%s takes no value. Nothing was changed."
                                               : "--%s needs a value. Nothing was changed.",
                             option->name);
    return refuse_option(command, table, word, fault);
}

/* Parses one option, including its value if it has one. *at: the index of the option; on return,
 * the index of the next word. */
static bool parse_option(struct invocation *invocation, const struct option *table, int argc,
                         char **argv, int *at, bool *wants_help, struct fault *fault)
{
    const char *word = argv[*at];
    int index = 0, id = '?';

    correct_case(argv[*at], table);
    opterr = 0;
    optopt = 0;
    optind = *at == 1 ? 0 : *at; /* 0 resets getopt, for further command lines in tests */
    if (strncmp(word, "--", 2) == 0)
        id = getopt_long(argc, argv, "+:", table, &index);
    if (id == '?' || id == ':')
        return refuse_word(invocation->command, table, word, fault);
    /* getopt_long() accepts "--js" for "--json". maxport does not: a script with such a short name
     * would fail when a new option begins with the same letters. */
    if (strlen(table[index].name) != strcspn(word + 2, "="))
        return refuse_option(invocation->command, table, word, fault);
    if (table[index].has_arg == optional_argument && !optarg && optind < argc &&
        is_value(argv[optind]))
        optarg = argv[optind++];
    *at = optind;
    return take_option(id, optarg, invocation, wants_help, fault);
}

/* Parses an option with one letter: "-w 80" or "-w80". Returns false without a fault if the command
 * has no such option. *at: as for parse_option(). */
static bool take_letter(struct invocation *invocation, int argc, char **argv, int *at,
                        struct fault *fault)
{
    const struct command *command = invocation->command;
    const char *word = argv[*at], *value = word + 2;
    const char *letter = command->letters ? strchr(command->letters, word[1]) : NULL;
    bool is_given = true, wants_help;

    fault->kind = FAULT_NONE;
    if (!letter || word[0] != '-')
        return false;
    if (!*value) {
        is_given = ++*at < argc;
        value = is_given ? argv[*at] : NULL;
    }
    if (!is_given)
        return fault_set(fault, FAULT_USAGE, 0, "-%c needs a value. Nothing was changed.", *letter);
    ++*at;
    return take_option(OPTION_FIRST_OWN + (int)(letter - command->letters), value, invocation,
                       &wants_help, fault);
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
        const char *extra = invocation->arguments[command->argument_maximum];

        return fault_set(
            fault, FAULT_USAGE, 0,
            "%s does not accept the argument \"%s\". For usage, run maxport %s --help. "
            "Nothing was changed.",
            command->name, extra, command->name);
    }
    if (invocation->output.is_json && invocation->output.is_csv)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--json and --csv cannot be combined. Nothing "
                         "was changed.");
    return true;
}

const struct option_row *options_shared(const struct command *command, size_t *at)
{
    while (*at < SHARED_OPTION_COUNT) {
        const struct shared_option *shared = &shared_options[(*at)++];

        if ((command->flags & shared->flags) == shared->flags)
            return &shared->row;
    }
    return NULL;
}

bool options_parse(struct invocation *invocation, int argc, char **argv, char **arguments,
                   bool *wants_help, struct fault *fault)
{
    struct option table[OPTION_TABLE_MAX];
    bool is_behind_dashes = false;
    size_t count = 0;
    int at = 1;

    build_options(invocation->command, table);
    while (at < argc) {
        const char *word = argv[at];
        bool is_help = !is_behind_dashes && options_is_help(word);
        /* In the Monitoring Plugins guideline, -v is not the version. */
        bool is_version = !is_behind_dashes && invocation->command->flags & COMMAND_PLUGIN &&
                          strcmp(word, "-v") != 0 && options_is_version(word);
        bool is_dashes = !is_behind_dashes && strcmp(word, "--") == 0;

        *wants_help |= is_help;
        invocation->is_version |= is_version;
        is_behind_dashes |= is_dashes;
        if (is_help || is_version || is_dashes)
            at++;
        else if (is_behind_dashes || !is_option(word))
            arguments[count++] = argv[at++];
        else if (take_letter(invocation, argc, argv, &at, fault))
            continue;
        else if (fault->kind != FAULT_NONE)
            return false;
        else if (!parse_option(invocation, table, argc, argv, &at, wants_help, fault))
            return false;
    }
    arguments[count] = NULL;
    invocation->arguments = arguments;
    invocation->argument_count = count;
    return *wants_help || invocation->is_version || check_count(invocation, fault);
}
