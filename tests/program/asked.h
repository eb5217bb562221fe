/* asked.h - the second process of asked.c: one that has a console. */
#ifndef TESTS_PROGRAM_ASKED_H
#define TESTS_PROGRAM_ASKED_H

#include <stdbool.h>

/* First thing in main: is this that process? */
bool asked_play(int *exit_code);

#endif
