/* run.h - runs a program as a person or a script does: arguments in; exit code, standard output and
 * standard error out, byte for byte.
 *
 * This module owns the results of a run until run_forget. The teardown of a test calls run_forget,
 * because a failed check leaves the test in the middle. run_forget also ends the programs that this
 * module started and that still run.
 */
#ifndef TESTS_PROGRAM_RUN_H
#define TESTS_PROGRAM_RUN_H

#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <windows.h>

struct run {
    char *out, *err; /* ends with a NUL that is not counted */
    size_t out_length, err_length;
    DWORD exit_code;   /* all 32 bits */
    bool is_over_time; /* the program was ended after its time limit */
};

/* Options of a run. All zero: maxport, without standard input, in this process' folder, with this
 * process' rights. */
struct way {
    const wchar_t *program; /* full path; NULL: maxport.exe */
    const wchar_t *folder;  /* current folder; NULL: this process' */
    const char *input;      /* UTF-8 on standard input, a pipe; NULL: the null device */
    HANDLE token;           /* NULL: this process' token */
    bool has_console;       /* a new console without a window */
    bool is_deaf;           /* standard output is a pipe that is closed at its other end */
    DWORD limit_ms;         /* 0: 30 seconds */
};

struct started; /* a program that may still be running */

/* Sets the program to test (a full path). */
void run_use(const wchar_t *maxport);
const wchar_t *run_maxport_path(void);

/* Runs maxport ARGUMENTS. The formatted text is UTF-8 and quoted as on a command line. */
const struct run *maxport(const char *arguments, ...) __attribute__((format(gnu_printf, 1, 2)));
const struct run *run_way(const struct way *way, const char *arguments);
/* For arguments that are not valid UTF-16. */
const struct run *run_wide(const struct way *way, const wchar_t *arguments);

/* The same in separate steps. */
struct started *run_start(const struct way *way, const char *arguments);
HANDLE run_process(const struct started *started);
const struct run *run_finish(struct started *started);

/* run_kill ends a program that still runs with this exit code. */
enum { EXIT_KILLED = 0x4b494c4c };
const struct run *run_kill(struct started *started);

void run_forget(void);

/* The message of a failure contains both outputs. */
#define ASSERT_EXIT(run, wanted) assert_exit((run), (wanted), #run, __FILE__, __LINE__)
void assert_exit(const struct run *run, DWORD wanted, const char *what, const char *file, int line);
/* Returns whether `text` contains `words`, even if line breaks separate them. */
bool says(const char *text, const char *words);
#define ASSERT_SAYS(text, words)                                                                   \
    ck_assert_msg(says((text), (words)), "\"%s\" is not in:\n%s", (words), (text))
#define ASSERT_NEVER_SAYS(text, words)                                                             \
    ck_assert_msg(!says((text), (words)), "\"%s\" is in:\n%s", (words), (text))

/* ---- JSON that a run printed ------------------------------------------- */

/* Strict: one document, no duplicate keys, well-formed UTF-8. This module owns the document. */
json_t *run_json(const struct run *run);

/* Returns the value at a path such as "changes.0.state". Fails if the path does not exist. */
json_t *json_at(json_t *document, const char *path);
long long json_number_at(json_t *document, const char *path);
const char *json_text_at(json_t *document, const char *path);
bool json_is_true_at(json_t *document, const char *path);
bool json_is_null_at(json_t *document, const char *path);

#endif
