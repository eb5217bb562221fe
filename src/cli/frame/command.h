/* command.h - describes a command: name, help, options, preconditions and one function.
 *
 * Each command is in a file of its name (cli/status.c, cli/set.c ...). Preconditions are flags.
 * run.c checks them, never the command itself.
 */
#ifndef CLI_FRAME_COMMAND_H
#define CLI_FRAME_COMMAND_H

#include "cli/frame/output.h"
#include "core/system/machine.h"

enum command_flag {
    /* Changes the machine. Accepts --dry-run, --yes, --reason and --exit-3010. Requires an
     * administrator, except with --dry-run. */
    COMMAND_CHANGES = 1,
    COMMAND_HAS_CSV = 2, /* accepts --csv */
    /* First creates a System Restore point, unless --restore-point says otherwise. The other
     * commands that change the machine create a restore point only on request, because it takes
     * minutes in an outage. */
    COMMAND_RESTORE_POINT = 4,
    COMMAND_ADMINISTRATOR = 8,   /* needs an administrator, although it writes no setting */
    COMMAND_LISTS_SETTINGS = 16, /* its help names the settings and their bounds */
};

enum {
    /* First id of the options that a command declares itself. */
    OPTION_OWN = 0,
    OPTION_OWN_MAX = 16,
};

struct option_row {
    const char *name;     /* long name without dashes */
    const char *argument; /* name of the argument in help, e.g. "N"; "[N]": optional; NULL: none */
    const char *help;     /* one line */
    bool is_repeatable;
};

enum restore_point_wish {
    RESTORE_POINT_SKIP,
    RESTORE_POINT_AUTO,    /* create a restore point if possible; if not, continue */
    RESTORE_POINT_REQUIRE, /* refuse if no new restore point was created */
};

struct invocation;

struct command {
    const char *name;
    const char *summary;   /* one line for the list of commands */
    const char *arguments; /* for the usage line, e.g. "PORT | NAME=VALUE..." */
    const char *examples;  /* lines "maxport ...|description", separated by '\n' */
    const char *details;   /* paragraphs separated by '\n' */
    unsigned flags;
    size_t argument_minimum, argument_maximum;
    const char *argument_missing;     /* error if arguments are missing; NULL: the default error */
    const struct option_row *options; /* ends with a NULL name; NULL: none */
    /* Checks the arguments; reads and writes nothing else. Called before administrator rights
     * are checked, so that a typing error is reported first. NULL: `run` checks everything. */
    bool (*evaluate)(struct invocation *, struct fault *);
    bool (*run)(struct invocation *, struct fault *);
};

/* The values of the repeatable option; a command has at most one. */
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
    const char *reason;      /* "" none */
    const char *expect;      /* stored value that the user saw, for value_parse; NULL: not given */
    const char *expect_plan; /* plan_digest of the plan that the user saw; NULL: not given */
    enum restore_point_wish restore_point;
    /* By index in command->options. NULL: not given, "": given without argument. */
    const char *option[OPTION_OWN_MAX];
    struct repeated repeated;
    /* out */
    bool has_changed;       /* something was written */
    struct text told;       /* the change in one line, for the event log; empty: none was tried */
    enum audit_event event; /* how the change ended, if one was tried */
    struct text resolved;   /* the interrupted changes resolved first, for the event log */
    struct text aside;      /* how an untrusted store was handled, for the event log; empty: none */
    int exit_code;          /* if the command succeeds; 0 unless the command sets it */
    bool needs_restart;     /* the change takes effect only after a restart */
};

/* 0 .. 6, as listed in README.md. */
int exit_code_of(enum fault_kind kind);

/* The store's files that this run reads: the private files if it writes, else the public copies. No
 * other function makes this decision. */
enum store_view command_view(const struct invocation *invocation);

/* Asks a y/N question. Returns whether the user answered yes. FAULT_DECLINED: the user did not.
 * FAULT_USAGE: maxport has no console to ask on, and --yes was not given. */
bool command_confirm(struct invocation *invocation, const char *question,
                     struct fault *fault) MUST_CHECK;

/* Parses the number of a change. FAULT_USAGE quotes the text. */
bool command_parse_id(const char *text, uint64_t *id, struct fault *fault) MUST_CHECK;

/* Appends the name of the JSON schema: "maxport.status/1", "maxport.range-show/1". */
void command_schema(const char *command, struct text *schema);

/* {"schema": "maxport.NAME/1"}; the command adds its keys. */
json_t *command_document(const struct invocation *invocation);

#endif
