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
    char out[CHILD_OUTPUT_MAX], err[CHILD_OUTPUT_MAX]; /* filled by child_finish */
    DWORD exit_code;                                   /* likewise */
    double started_us, took_us;
};

/* The folder for the output of all children; child_clean_up deletes it. */
bool child_set_up(void);
void child_clean_up(void);

/* Sets whether later children have an invisible console. Default: no console. */
void child_use_console(bool is_wanted);

/* Starts PROGRAM with the formatted arguments. token NULL: this process' token. If PROGRAM cannot
 * be started, the torture ends, because nothing more can be tested. */
void child_start(struct child *child, const wchar_t *program, HANDLE token, const char *format, ...)
    __attribute__((format(gnu_printf, 4, 5)));

bool child_is_over(const struct child *child);

/* Waits for a minute at most, then ends the child with EXIT_OVER_TIME. */
void child_finish(struct child *child);

/* TerminateProcess, then child_finish. A child that has already ended keeps its exit code. */
void child_kill(struct child *child);

/* Starts and finishes a child. */
void child_run(struct child *child, const wchar_t *program, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* Returns the output strictly parsed as one JSON document, or NULL. The caller releases it with
 * json_decref. */
json_t *child_json(const struct child *child);

/* Returns whether `text` contains `words`, even if line breaks separate them. */
bool says(const char *text, const char *words);

double now_us(void);

/* Random numbers from 0 to below - 1, the same in each run with the same seed. */
void random_seed(unsigned seed);
unsigned random_below(unsigned below);

#endif
