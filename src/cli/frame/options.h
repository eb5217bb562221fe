/* options.h - the words of a command line become the options of an invocation. */
#ifndef CLI_FRAME_OPTIONS_H
#define CLI_FRAME_OPTIONS_H

#include "cli/frame/command.h"

/* Reads argv (argv[0] is the command) into *invocation, whose command is set. `arguments` has room
 * for argc pointers and must outlive the invocation. *wants_help is set by --help and /?; the
 * number of arguments is then not checked. FAULT_USAGE names the bad word. */
bool options_parse(struct invocation *invocation, int argc, char **argv, char **arguments,
                   bool *wants_help, struct fault *fault) MUST_CHECK;

/* The next option from row *at on that the command shares with others; NULL after the last. */
const struct option_row *options_shared(const struct command *command, size_t *at);

#endif
