/* command_line.h - finds the command lines in maxport's sentences, so that text_wrap() never breaks
 * a line that a user copies into a prompt. */
#ifndef CORE_BASE_COMMAND_LINE_H
#define CORE_BASE_COMMAND_LINE_H

#include <stddef.h>

/* Returns the length in bytes of the command line that starts at `string`, for example "maxport set
 * 65534 --dry-run" or "netsh int ipv4 show dynamicport tcp"; 0 if none starts there. The command
 * line ends before the punctuation of the sentence and before words that cannot be its arguments.
 * The word "maxport" starts a command line only if a command or an option follows; in "maxport
 * writes the value" it is a name. */
size_t command_line_length(const char *string);

#endif
