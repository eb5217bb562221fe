/* options.h - parses the words of a command line into the options of an invocation. */
#ifndef CLI_FRAME_OPTIONS_H
#define CLI_FRAME_OPTIONS_H

#include "cli/frame/command.h"

/* Parses argv (argv[0] is the command) into *invocation. The caller has set invocation->command.
 * `arguments` has room for argc pointers and must remain valid as long as the invocation. Corrects
 * the case of option names in argv. --help and its other spellings set *wants_help; the number of
 * arguments is then not checked. Fails with FAULT_USAGE, which gives the reason. */
bool options_parse(struct invocation *invocation, int argc, char **argv, char **arguments,
                   bool *wants_help, struct fault *fault) MUST_CHECK;

/* Returns whether the word asks for help, in any spelling that is usual on Windows or Unix. */
bool options_is_help(const char *word);

/* Returns whether the word asks for the version, in any spelling that is usual on Windows or Unix,
 * except the word "version" itself. */
bool options_is_version(const char *word);

/* Returns the value of an option in the command line, or NULL. The command line may be invalid, so
 * that options_parse() has failed. name: long name without dashes. */
const char *options_find(const struct invocation *invocation, const char *name);

/* Iterates over the options that the command shares with other commands: returns the next option,
 * starting at row *at. Returns NULL after the last option. */
const struct option_row *options_shared(const struct command *command, size_t *at);

#endif
