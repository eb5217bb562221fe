/* ends.h - the exit codes, and how each command can end.
 *
 * An end is a way in which a command can end, for example with invalid input. The manual prints
 * these tables, and tests/cli/frame/ends.c checks each cell.
 */
#ifndef CLI_FRAME_ENDS_H
#define CLI_FRAME_ENDS_H

#include <stdbool.h>
#include <stddef.h>

struct exit_meaning {
    int code;
    const char *meaning; /* NULL ends the rows */
};

extern const struct exit_meaning exit_meanings[];

enum end {
    END_DONE,
    END_ALREADY,
    END_RESTART,
    END_INVALID,
    END_STALE,
    END_DENIED,
    END_DECLINED,
    END_INTERRUPTED,
    END_ROLLED_BACK,
    END_STUCK,
    END_STORE,
    END_OUTPUT_LOST,
    END_COUNT,
};

struct end_row {
    const char *name;
    const char *printed; /* text that every command prints at this end; "": differs by command */
    const char *machine; /* the state of the machine afterwards */
};

extern const struct end_row end_rows[END_COUNT];

/* The ends of one command or of several commands. A negative number instead of an exit code is the
 * reason why the command cannot end in this way; see end_reason(). */
struct command_ends {
    const char *commands; /* "set, reset"; NULL: all commands that no earlier row names */
    int codes[END_COUNT];
};

extern const struct command_ends command_ends[];
extern const size_t command_ends_count;

/* Returns the row of a command. */
const struct command_ends *ends_of_command(const char *name);

/* Returns why a command cannot end in this way, e.g. "asks nothing". reason < 0. */
const char *end_reason(int reason);

#endif
