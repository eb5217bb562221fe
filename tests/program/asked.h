/* asked.h - the second process of asked.c, which has a console. */
#ifndef TESTS_PROGRAM_ASKED_H
#define TESTS_PROGRAM_ASKED_H

#include <stdbool.h>

/* Must be called first in main. Runs the second process and returns true if this is that process.
 */
bool asked_play(int *exit_code);

#endif
