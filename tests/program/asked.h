/* asked.h - the second process of asked.c, which runs maxport on a console. */
#ifndef TESTS_PROGRAM_ASKED_H
#define TESTS_PROGRAM_ASKED_H

#include <stdbool.h>

/* Must be called first in main(). In the second process, runs maxport, sets *exit_code and returns
 * true. In any other process, returns false. */
bool asked_play(int *exit_code);

#endif
