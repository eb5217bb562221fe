#include "cli/frame/commands.h"

#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/help.h"
#include "cli/frame/options.h"
#include "cli/frame/run.h"
#include "core/base/heap.h"

#define LISTED(name) &command_##name,
const struct command *const commands[] = {COMMANDS(LISTED) NULL};
#undef LISTED

/* Returns whether the command has two words and the first one is `word`. */
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

const struct command *commands_find(int argc, char **argv, int *word_count)
{
    bool is_first_alone = argc < 2 || argv[1][0] == '-' || options_is_help(argv[1]);

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

/* Returns the command whose name begins with `words`. If all such commands belong to one group,
 * returns the first of them. Returns NULL if there is no such command, or if such commands belong
 * to different groups. */
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

/* Returns the command that is most similar to `words`, for the question "Did you mean". If only the
 * first word is known ("range xyz"), returns a command of this group. */
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
    struct text words;
    const struct command *best;
    bool is_group = false;

    output_init(&output, &machine->screen);
    for (int i = 0; i < argc; i++)
        output.is_json |= ascii_compare(argv[i], "--json") == 0;
    for (size_t i = 0; commands[i]; i++)
        is_group |= is_group_member(commands[i], argv[0]);
    text_init(&words);
    text_printf(&words, "%s%s%s", argv[0], is_group && argc > 1 ? " " : "",
                is_group && argc > 1 ? argv[1] : "");
    best = nearest(text_string(&words), argv[0]);
    fault_set(&fault, FAULT_USAGE, 0, "Unknown command \"%s\".%s%s%s Nothing was changed.",
              text_string(&words),
              best ? " Did you mean maxport "
                   : " To list the commands, run maxport "
                     "--help.",
              best ? best->name : "", best ? "?" : "");
    run_print_fault(&output, "error", &fault, exit_code_of(FAULT_USAGE));
    text_release(&words);
    output_release(&output);
    if (output.has_failed)
        run_print_failure(&output);
    return exit_code_of(FAULT_USAGE);
}

static int print_only(const struct machine *machine, const struct command *command,
                      void (*print)(const struct command *, struct output *))
{
    struct output output;

    output_init(&output, &machine->screen);
    print(command, &output);
    output_release(&output);
    if (!output.has_failed && heap_failure_count() == 0)
        return 0;
    run_print_failure(&output);
    return 1;
}

static void print_help(const struct command *command, struct output *output)
{
    (void)command;
    help_of_program(commands, output);
}

static void print_version(const struct command *command, struct output *output)
{
    (void)command;
    output_puts(output, "maxport " MAXPORT_VERSION "\n");
}

int commands_main(const struct machine *machine, int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "status";
    bool wants_help = options_is_help(name) || ascii_compare(name, "help") == 0;
    const struct command *command;
    int word_count;

    heap_watch();
    if (wants_help && argc < 3)
        return print_only(machine, NULL, print_help);
    if (options_is_version(name) || ascii_compare(name, "version") == 0)
        return print_only(machine, NULL, print_version);
    /* "maxport --json" means "maxport status --json". */
    if (argc < 2 || (name[0] == '-' && !wants_help))
        return run_command(&command_status, machine, argc, argv);
    if (wants_help) {
        argv++;
        argc--;
    }
    command = commands_find(argc - 1, argv + 1, &word_count);
    if (!command)
        return refuse_command(machine, argc - 1, argv + 1);
    if (wants_help)
        return print_only(machine, command, help_of_command);
    return run_command(command, machine, argc - word_count, argv + word_count);
}
