/* commands.h - the list of all commands; finds and runs the command of a command line. */
#ifndef CLI_FRAME_COMMANDS_H
#define CLI_FRAME_COMMANDS_H

#include "cli/frame/command.h"

/* The commands, in the order of the help. command_NAME is defined in cli/NAME.c or in the file of
 * the group: cli/range.c, cli/restore_point.c or cli/store.c. */
/* clang-format off */
#define COMMANDS(row) \
    row(status) \
    row(why) \
    row(ports) \
    row(port) \
    row(set) \
    row(reset) \
    row(undo) \
    row(history) \
    row(verify) \
    row(range_show) \
    row(range_set) \
    row(backup) \
    row(restore) \
    row(restore_point_list) \
    row(restore_point_create) \
    row(restore_point_return) \
    row(capacity) \
    row(explain) \
    row(report) \
    row(metrics) \
    row(check) \
    row(store_show) \
    row(store_adopt) \
    row(store_remove)
/* clang-format on */

#define DECLARED(name) extern const struct command command_##name;
COMMANDS(DECLARED)
#undef DECLARED

extern const struct command *const commands[]; /* ends with NULL */

/* Finds a command by one or two words ("status", "range set"). If only the first word of a group is
 * given, finds the group's first command. Sets *word_count to the number of words of the name.
 * Returns NULL if no command has this name. */
const struct command *commands_find(int argc, char **argv, int *word_count);

/* Runs the command line argv (UTF-8; argv[0] is the program) and returns the exit code. Prints
 * faults to standard error, or as JSON to standard output. */
int commands_main(const struct machine *machine, int argc, char **argv);

#endif
