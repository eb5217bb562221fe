/* run.h - runs a program as a person or a script does. It passes the arguments and returns the exit
 * code, standard output and standard error, byte for byte.
 *
 * This module owns the results of all runs until run_forget() is called. The teardown of a test
 * calls run_forget(), because a failed check ends the test before the test could free anything.
 * run_forget() also ends the programs that this module has started and that still run.
 */
#ifndef TESTS_PROGRAM_RUN_H
#define TESTS_PROGRAM_RUN_H

#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <windows.h>

struct run {
    char *out, *err; /* each ends with a NUL that the length does not count */
    size_t out_length, err_length;
    DWORD exit_code;   /* with all 32 bits */
    bool is_over_time; /* the program reached its time limit and was ended */
};

/* The kinds of standard handles that the program can get. */
enum stream {
    STREAM_USUAL,  /* input: see `input`; output and errors: a pipe */
    STREAM_NONE,   /* missing */
    STREAM_CLOSED, /* only input: the number of a handle that is not open */
    STREAM_SILENT, /* only input: a pipe that stays empty and open until the program ends */
    STREAM_FILE,   /* only output: a file; struct run contains its text */
    STREAM_OUTPUT, /* only errors: the handle of standard output, as after 2>&1 */
};

/* Options of a run. If all members are zero, maxport runs without standard input, in the current
 * folder of this process and with the rights of this process. */
struct way {
    const wchar_t *program; /* full path; NULL: maxport.exe */
    const wchar_t *folder;  /* current folder; NULL: the folder of this process */
    const char *input;      /* UTF-8 text in a pipe; NULL: the null device */
    enum stream in, out, err;
    HANDLE token;       /* NULL: the token of this process */
    bool has_console;   /* the program gets a new console without a window */
    bool is_deaf;       /* standard output is a pipe whose other end is closed */
    bool is_unwritable; /* every write to standard output fails */
    DWORD limit_ms;     /* time limit; 0: 90 seconds */
};

struct started; /* a program that may still run */

/* Sets the full path of the program to test. */
void run_use(const wchar_t *maxport);
const wchar_t *run_maxport_path(void);

/* Runs maxport with these arguments. The formatted text is UTF-8, and its quotes have the same
 * meaning as on a command line. */
const struct run *maxport(const char *arguments, ...) __attribute__((format(gnu_printf, 1, 2)));
const struct run *run_way(const struct way *way, const char *arguments);
/* Like run_way(), for arguments that are not valid UTF-16. */
const struct run *run_wide(const struct way *way, const wchar_t *arguments);

/* These functions run a program in separate steps: run_start(), then run_finish() or run_kill(). */
struct started *run_start(const struct way *way, const char *arguments);
HANDLE run_process(const struct started *started);
const struct run *run_finish(struct started *started);

/* If the program still runs, run_kill() ends it with this exit code. */
enum { EXIT_KILLED = 0x4b494c4c };
const struct run *run_kill(struct started *started);

void run_forget(void);

/* If the check fails, the message contains standard output and standard error. */
#define ASSERT_EXIT(run, wanted) assert_exit((run), (wanted), #run, __FILE__, __LINE__)
void assert_exit(const struct run *run, DWORD wanted, const char *what, const char *file, int line);
/* Returns whether `text` contains `words`. Line breaks in `text` count as spaces. */
bool says(const char *text, const char *words);
#define ASSERT_SAYS(text, words)                                                                   \
    ck_assert_msg(says((text), (words)), "\"%s\" is not in:\n%s", (words), (text))
#define ASSERT_NEVER_SAYS(text, words)                                                             \
    ck_assert_msg(!says((text), (words)), "\"%s\" is in:\n%s", (words), (text))

/* ---- JSON that a run printed ------------------------------------------- */

/* Parses standard output as strict JSON: one document, no duplicate keys, well-formed UTF-8. This
 * module owns the document. */
json_t *run_json(const struct run *run);

/* Returns the value at a path such as "changes.0.state". If the path does not exist, the test
 * fails. */
json_t *json_at(json_t *document, const char *path);
long long json_number_at(json_t *document, const char *path);
const char *json_text_at(json_t *document, const char *path);
bool json_is_true_at(json_t *document, const char *path);
bool json_is_null_at(json_t *document, const char *path);

#endif
