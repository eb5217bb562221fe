/* child.h - a program that was started: what it printed, how it ended, and how to end it. */
#ifndef TESTS_TORTURE_CHILD_H
#define TESTS_TORTURE_CHILD_H

#include <jansson.h>
#include <stdbool.h>
#include <windows.h>

enum {
    CHILD_OUTPUT_MAX = 65536,
    EXIT_KILLED_BY_US = 0x4b494c4c,
    EXIT_OVER_TIME = 0x54494d45,
};

struct child {
    HANDLE process;
    HANDLE out_file, err_file;
    char out[CHILD_OUTPUT_MAX], err[CHILD_OUTPUT_MAX]; /* filled by child_finish */
    DWORD exit_code;                                   /* likewise */
    double started_us, took_us;
};

/* Where the children write what they print. It goes with child_clean_up. */
bool child_set_up(void);
void child_clean_up(void);

/* From now on: does a child have a console, though none is seen? At first not. */
void child_use_console(bool is_wanted);

/* Starts PROGRAM with these arguments (printf). token NULL: this process' own. Ends the
 * torture where it cannot be started: then nothing more can be learnt. */
void child_start(struct child *child, const wchar_t *program, HANDLE token, const char *format, ...)
    __attribute__((format(gnu_printf, 4, 5)));

bool child_is_over(const struct child *child);

/* Waits a minute at most, then ends it: EXIT_OVER_TIME. */
void child_finish(struct child *child);

/* TerminateProcess, then child_finish. One that had ended by itself keeps its exit code. */
void child_kill(struct child *child);

/* Starts and finishes. */
void child_run(struct child *child, const wchar_t *program, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* What it printed, strictly one JSON document; NULL where it is none. json_decref it. */
json_t *child_json(const struct child *child);

/* Are these words in the text, wherever its lines are broken? */
bool says(const char *text, const char *words);

double now_us(void);

/* The same numbers in each run with the same seed. 0 .. below - 1. */
void random_seed(unsigned seed);
unsigned random_below(unsigned below);

#endif
