/* run.h - runs a command: checks preconditions, prints faults, writes to the event log, returns
 * the exit code. */
#ifndef CLI_FRAME_RUN_H
#define CLI_FRAME_RUN_H

#include "cli/frame/command.h"

/* Runs `command` with argv (UTF-8; argv[0] is the command itself). Returns the exit code. */
int run_command(const struct command *command, const struct machine *machine, int argc,
                char **argv);

/* Prints a fault to standard error, or as a JSON document to standard output. `command` is used for
 * the name of the schema. code: the exit code. */
void run_print_fault(struct output *output, const char *command, const struct fault *fault,
                     int code);

/* Appends the JSON document of a fault, in ASCII. */
void run_describe_fault(const char *command, const struct fault *fault, int code,
                        struct text *text);

/* Prints why the output is incomplete. Allocates no memory. */
void run_print_failure(const struct output *output);

#endif
