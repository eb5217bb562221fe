/* child.h - starts a program, collects its output and exit code, and can kill it. */
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
    char out[CHILD_OUTPUT_MAX], err[CHILD_OUTPUT_MAX]; /* set by child_finish */
    DWORD exit_code;                                   /* set by child_finish */
    double started_us, took_us;
};

/* Creates the folder for the output of all children. The function child_clean_up deletes it. */
bool child_set_up(void);
void child_clean_up(void);

/* Sets whether later children have an invisible console. Default: no console. */
void child_use_console(bool is_wanted);

/* Starts the program with the formatted arguments and this token; NULL: the token of this process.
 * If the program cannot be started, this process ends, because nothing more can be tested. */
void child_start(struct child *child, const wchar_t *program, HANDLE token, const char *format, ...)
    __attribute__((format(gnu_printf, 4, 5)));

bool child_is_over(const struct child *child);

/* Waits for the end of the child. After a minute, ends it with EXIT_OVER_TIME. */
void child_finish(struct child *child);

/* Calls TerminateProcess, then child_finish. If the child had already ended, exit_code is the exit
 * code that the child itself returned. */
void child_kill(struct child *child);

/* Starts and finishes a child. */
void child_run(struct child *child, const wchar_t *program, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* Returns the output as one JSON document, or NULL if it is not strictly valid. The caller releases
 * it with json_decref. */
json_t *child_json(const struct child *child);

/* Returns whether `text` contains `words`, even if line breaks separate them. */
bool says(const char *text, const char *words);

double now_us(void);

/* Random numbers from 0 to `below` - 1. With the same seed, each run gets the same numbers. */
void random_seed(unsigned seed);
unsigned random_below(unsigned below);

#endif
