/* help.h - prints the help of the program and of each command from struct command. */
#ifndef CLI_FRAME_HELP_H
#define CLI_FRAME_HELP_H

#include "cli/frame/command.h"

/* `commands` ends with NULL. */
void help_of_program(const struct command *const *commands, struct output *output);
void help_of_command(const struct command *command, struct output *output);

#endif
