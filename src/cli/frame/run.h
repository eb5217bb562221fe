/* run.h - one run of a command: preconditions, the command, faults, the event log, the exit code.
 */
#ifndef CLI_FRAME_RUN_H
#define CLI_FRAME_RUN_H

#include "cli/frame/command.h"

/* Runs `command` with argv (UTF-8; argv[0] is the command itself). Returns the exit code. */
int run_command(const struct command *command, const struct machine *machine, int argc,
                char **argv);

/* A fault to standard error, or as a JSON document to standard output. `command` names the schema.
 */
void run_print_fault(struct output *output, const char *command, const struct fault *fault);

/* Why the output is incomplete, in words that need no memory. */
void run_print_failure(const struct output *output);

#endif
