/* run.h - a program as a person or a script meets it: arguments in; exit code, standard
 * output and standard error out, byte for byte.
 *
 * What a run returns belongs to this module until run_forget, which a test's
 * teardown calls: a failed check jumps out of the middle of a test. run_forget
 * also ends what is still running, and nothing else: only what was started here.
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
    bool is_over_time; /* it was ended after its time limit */
};

/* What is special about a run; all zero: maxport, without standard input, in this
 * process' folder, with this process' rights. */
struct way {
    const wchar_t *program; /* full path; NULL: maxport.exe */
    const wchar_t *folder;  /* current folder; NULL: this process' */
    const char *input;      /* UTF-8 on standard input, a pipe; NULL: the null device */
    HANDLE token;           /* NULL: this process' own */
    bool has_console;       /* one of its own, without a window */
    bool is_deaf;           /* nobody takes what it writes to standard output */
    DWORD limit_ms;         /* 0: 30 seconds */
};

struct started; /* a program that may still be running */

/* The program to test, for all that follows. Full path. */
void run_use(const wchar_t *maxport);
const wchar_t *run_maxport_path(void);

/* Runs `maxport ARGUMENTS`; the format and what it gives are UTF-8 and quoted as
 * on a command line. */
const struct run *maxport(const char *arguments, ...) __attribute__((format(gnu_printf, 1, 2)));
const struct run *run_way(const struct way *way, const char *arguments);
/* With arguments that are no UTF-16, say. */
const struct run *run_wide(const struct way *way, const wchar_t *arguments);

/* The same in three steps. */
struct started *run_start(const struct way *way, const char *arguments);
HANDLE run_process(const struct started *started);
const struct run *run_finish(struct started *started);

/* TerminateProcess with this exit code, if it still runs. */
enum { EXIT_KILLED = 0x4b494c4c };
const struct run *run_kill(struct started *started);

void run_forget(void);

/* Fails with both outputs in the message. */
#define ASSERT_EXIT(run, wanted) assert_exit((run), (wanted), #run, __FILE__, __LINE__)
void assert_exit(const struct run *run, DWORD wanted, const char *what, const char *file, int line);
/* Is it in the text? Wherever that breaks its lines. */
bool says(const char *text, const char *words);
#define ASSERT_SAYS(text, words)                                                                   \
    ck_assert_msg(says((text), (words)), "\"%s\" is not in:\n%s", (words), (text))
#define ASSERT_NEVER_SAYS(text, words)                                                             \
    ck_assert_msg(!says((text), (words)), "\"%s\" is in:\n%s", (words), (text))

/* ---- JSON that a run printed ------------------------------------------- */

/* Strict: one document, no duplicate keys, well-formed UTF-8. Owned by this module. */
json_t *run_json(const struct run *run);

/* "usage.tcp.by_state", "changes.0.state". Fails when it is not there. */
json_t *json_at(json_t *document, const char *path);
long long json_number_at(json_t *document, const char *path);
const char *json_text_at(json_t *document, const char *path);
bool json_is_true_at(json_t *document, const char *path);
bool json_is_null_at(json_t *document, const char *path);

#endif
