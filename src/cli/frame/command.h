/* command.h - a command is a row: its name, help, options, preconditions and one function,
 * in a file named after it (cli/status.c, cli/set.c ...).
 *
 * Preconditions are flags of the row. Only run.c checks them, never the command itself.
 */
#ifndef CLI_FRAME_COMMAND_H
#define CLI_FRAME_COMMAND_H

#include "cli/frame/output.h"
#include "core/system/machine.h"

enum command_flag {
    /* Changes the machine: takes --dry-run, --yes, --reason and --exit-3010,
     * and needs an administrator unless --dry-run. */
    COMMAND_CHANGES = 1,
    COMMAND_HAS_CSV = 2, /* takes --csv */
    /* Makes a System Restore point first, unless --restore-point says otherwise; the
     * other changing commands do so only where it is asked for: in an outage minutes
     * count. */
    COMMAND_RESTORE_POINT = 4,
    COMMAND_ADMINISTRATOR = 8, /* needs one, though it writes no setting */
};

enum {
    /* Ids of the options that a command's own row declares start here. */
    OPTION_OWN = 0,
    OPTION_OWN_MAX = 16,
};

struct option_row {
    const char *name; /* long name without dashes */
    const char
        *argument;    /* what it takes, for help, e.g. "N"; NULL: nothing; "[N]": may be left out */
    const char *help; /* one line */
    bool is_repeatable;
};

enum restore_point_wish {
    RESTORE_POINT_SKIP,
    RESTORE_POINT_AUTO,    /* where Windows has them; goes on without */
    RESTORE_POINT_REQUIRE, /* refuses where no new one came into being */
};

struct invocation;

struct command {
    const char *name;
    const char *summary;   /* one line for the list of commands */
    const char *arguments; /* for the usage line, e.g. "PORT | NAME=VALUE..." */
    const char *examples;  /* lines "maxport ...|what it does", separated by '\n' */
    const char *details;   /* paragraphs separated by '\n' */
    unsigned flags;
    size_t argument_minimum, argument_maximum;
    const char *argument_missing;     /* sentence when there are too few; NULL: a plain one */
    const struct option_row *options; /* ends with a NULL name; NULL: none */
    /* Are the words good? Asked before for an administrator: who mistypes a value is told
     * of that, and not to elevate first. Touches nothing; NULL: run judges all there is. */
    bool (*judge)(struct invocation *, struct fault *);
    bool (*run)(struct invocation *, struct fault *);
};

/* What was given to the one repeatable option that a command may have. */
enum { REPEATED_MAX = 32 };
struct repeated {
    const char *values[REPEATED_MAX];
    size_t count;
};

struct invocation {
    const struct command *command;
    const struct machine *machine;
    struct output output;
    char **arguments; /* UTF-8 */
    size_t argument_count;
    /* options */
    bool is_dry_run, is_yes, wants_exit_3010;
    const char *reason; /* "" without */
    const char *expect; /* what the asker saw stored, as value_parse reads it; NULL: not said */
    const char *expect_plan; /* plan_digest of what the asker was shown; NULL: not said */
    enum restore_point_wish restore_point;
    const char *option[OPTION_OWN_MAX]; /* by index in command->options: NULL not given, "" given
                                           without argument */
    struct repeated repeated;
    /* out */
    bool has_changed;       /* something was written */
    struct text told;       /* a change in one line, for the event log; empty: none was tried */
    enum audit_event event; /* how it ended, where it was tried */
    struct text settled;    /* which interrupted change was settled first, for the event log */
    struct text aside;  /* what became of an untrusted store, for the event log; empty: nothing */
    int exit_code;      /* of a success; 0 unless the command sets it */
    bool needs_restart; /* ... that takes effect only after a restart */
};

/* 0 .. 6 as README.md lists them. */
int exit_code_of(enum fault_kind kind);

/* Which of the store's files this run reads: the private ones where it writes, else the public
 * copies. Nothing else decides that. */
enum store_view command_view(const struct invocation *invocation);

/* Asks y/N about what was just shown. True: go on. FAULT_DECLINED when the
 * answer is no; FAULT_USAGE without a console and without --yes. */
bool command_confirm(struct invocation *invocation, const char *question,
                     struct fault *fault) MUST_CHECK;

/* A change's number as the journal gives it; FAULT_USAGE names what is none. */
bool command_parse_id(const char *text, uint64_t *id, struct fault *fault) MUST_CHECK;

/* Appends the name of the JSON schema: "maxport.status/1", "maxport.range-show/1". */
void command_schema(const char *command, struct text *schema);

/* {"schema": "maxport.NAME/1"} to which a command adds its keys. */
json_t *command_document(const struct invocation *invocation);

#endif
