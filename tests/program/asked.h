/* asked.h - runs maxport on a console of its own, with a simulated person (asked.c). */
#ifndef TESTS_PROGRAM_ASKED_H
#define TESTS_PROGRAM_ASKED_H

#include <stdbool.h>

#include "program/run.h"

/* Must be called first in main(). In the second process, runs maxport, sets *exit_code and returns
 * true. In any other process, returns false. */
bool asked_play(int *exit_code);

struct console_way {
    const char *awaited, *keys; /* presses the keys as soon as the screen contains the text */
    unsigned code_page;         /* of the console; 0: the usual one */
    bool has_sequences;         /* the console interprets escape sequences */
    bool is_redirected;         /* standard output is not the console, but `out` */
    enum stream out;            /* a pipe or a file */
};

struct console_run {
    long exit_code, colored, white; /* numbers of characters, see print_result() */
    unsigned columns;               /* width of the window */
    bool keeps_mode;                /* the output mode of the console is as before */
    const char *screen;             /* UTF-8 */
    const struct run *run;          /* its member out is the redirected output */
};

/* Runs maxport ARGUMENTS on a new console. */
struct console_run asked_run(const struct console_way *way, const char *arguments);

#endif
