/* command.h - describes a command: name, help, options, preconditions and functions.
 *
 * Each command or group of commands is in a file with its name (cli/status.c, cli/range.c ...).
 * Preconditions are flags of the command. run.c checks them; the command itself does not.
 */
#ifndef CLI_FRAME_COMMAND_H
#define CLI_FRAME_COMMAND_H

#include "cli/frame/output.h"
#include "core/system/machine.h"

enum command_flag {
    /* Changes the machine. Accepts --dry-run, --yes, --reason, --exit-3010, --expect,
     * --expect-plan and --restore-point. Requires an administrator, except with --dry-run. */
    COMMAND_CHANGES = 1,
    COMMAND_HAS_CSV = 2, /* accepts --csv */
    /* By default, creates a System Restore point before the change; the option --restore-point can
     * change this. The other commands that change the machine create a restore point only on
     * request, because creating it takes minutes, which is too long in an outage. */
    COMMAND_RESTORE_POINT = 4,
    COMMAND_ADMINISTRATOR = 8,   /* needs an administrator, although it writes no setting */
    COMMAND_LISTS_SETTINGS = 16, /* its help lists the settings and their limits */
    /* A plugin of a monitoring system: accepts --version, and help and version end with exit code
     * COMMAND_PLUGIN_UNKNOWN (Monitoring Plugins guideline). */
    COMMAND_PLUGIN = 32,
};

enum { COMMAND_PLUGIN_UNKNOWN = 3 };

enum {
    /* First index, in invocation.option, of the options that a command itself declares. */
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
    /* One letter for each of the first options, which take a value: "wc" means that -w is
     * options[0] and -c is options[1]. NULL: no option has a letter. */
    const char *letters;
    /* Checks only the arguments; does not read or write anything on the machine. Called before
     * administrator rights are checked, so that a typing error is reported first. NULL: run()
     * checks everything. */
    bool (*evaluate)(struct invocation *, struct fault *);
    bool (*run)(struct invocation *, struct fault *);
    /* If set, prints every fault to standard output in the format of the command, except with
     * --json. The options may be incomplete, because the fault can be an invalid option. */
    void (*print_fault)(struct invocation *, const struct fault *);
    /* If set, returns the exit code after every fault and after a failed output. */
    int (*fault_code)(const struct invocation *);
};

/* The values of the repeatable option. A command has at most one repeatable option. */
enum { REPEATED_MAX = 32 };
struct repeated {
    const char *values[REPEATED_MAX];
    size_t count;
};

struct invocation {
    const struct command *command;
    const struct machine *machine;
    struct output output;
    char **words; /* the whole command line behind the command, UTF-8 */
    size_t word_count;
    char **arguments; /* the words that are neither options nor their values */
    size_t argument_count;
    /* options */
    bool is_help;    /* prints its help and does nothing else */
    bool is_version; /* prints the version and does nothing else */
    bool is_dry_run, is_yes, wants_exit_3010;
    const char *reason;      /* "" none */
    const char *expect;      /* stored value that the user saw (value_parse()); NULL: not given */
    const char *expect_plan; /* plan_digest() of the plan that the user saw; NULL: not given */
    enum restore_point_wish restore_point;
    /* Values, by index in command->options. NULL: not given. "": given without an argument. */
    const char *option[OPTION_OWN_MAX];
    struct repeated repeated;
    /* results */
    bool has_changed;      /* settings were changed, a return to a restore point was scheduled, or a
                              store was adopted */
    bool has_written_file; /* a file that the user named, or a backup in the store, was written */
    struct text told; /* the change in one line, for the event log; empty: no change was tried */
    enum audit_event event; /* how the change ended, if a change was tried */
    struct text resolved; /* the interrupted changes that were resolved first, for the event log */
    struct text aside;    /* how an untrusted store was handled, for the event log; empty: none */
    int exit_code;        /* exit code if the command succeeds; 0 unless the command sets it */
    bool needs_restart;   /* what the user requested takes effect only after a restart */
};

/* Returns the exit code for a fault: 0 to 6, as listed in README.md. */
int exit_code_of(enum fault_kind kind);

/* Returns which files of the store this run reads: the private files if the command needs an
 * administrator and this is not a dry run, else the public copies. `backup`, which needs an
 * administrator only without FILE, reads the private file of its own backup. */
enum store_view command_view(const struct invocation *invocation);

/* Waits for a second. After Ctrl-C, fails with FAULT_DECLINED and the sentence `interrupted`. */
bool command_wait_a_second(const struct machine *machine, const char *interrupted,
                           struct fault *fault) MUST_CHECK;

/* Prints the question and reads one line. Fails with FAULT_DECLINED at the end of the input and
 * after Ctrl-C. Call it only if there is a console. */
bool command_ask(struct invocation *invocation, const char *question, char *answer, size_t size,
                 struct fault *fault) MUST_CHECK;

/* Asks a y/N question, unless --yes was given. Returns true if --yes was given or the user answered
 * yes. Fails with FAULT_DECLINED if the user did not answer yes, and with FAULT_USAGE if --json was
 * given or maxport has no console to ask on. */
bool command_confirm(struct invocation *invocation, const char *question,
                     struct fault *fault) MUST_CHECK;

/* Parses the value of --top, from 1 to 9999999. Fails with FAULT_USAGE, which quotes the text. */
bool command_parse_top(const char *text, size_t *top, struct fault *fault) MUST_CHECK;

/* Parses the number of a change. Fails with FAULT_USAGE, which quotes the text. */
bool command_parse_id(const char *text, uint64_t *id, struct fault *fault) MUST_CHECK;

/* Appends the name of the JSON schema: "maxport.status/1", "maxport.range-show/1". */
void command_schema(const char *command, struct text *schema);

/* Makes the document {"schema": "maxport.NAME/1", "version": "X.Y.Z"}, to which the command adds
 * its keys. installer/share/schemas/NAME.json describes the document. */
json_t *command_document(const struct invocation *invocation);

#endif
