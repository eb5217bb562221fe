/* run.h - runs a command line on a simulated machine in memory. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <jansson.h>

#include "cli/frame/commands.h"
#include "fake/machine.h"
#include "golden.h"

/* Splits `line` at single spaces, clears the screen and runs maxport with these arguments. A '~'
 * within a word stands for a space. Returns the exit code. */
int run_line(struct fake *fake, const char *line);

/* Parses standard output as strict JSON. If the output is not valid JSON, the test fails. The
 * caller owns the returned reference. */
json_t *out_json(const struct fake *fake);

/* Returns the value at a path such as "usage.tcp.in_use". If the document has no such path, the
 * test fails. */
const json_t *json_at(const json_t *document, const char *path);
long long json_number_at(const json_t *document, const char *path);
const char *json_text_at(const json_t *document, const char *path);

/* Compares the output with the file tests/golden/cli/NAME.txt. The file contains standard output
 * and, unless standard error is empty, a heading and standard error. For JSON and other documents,
 * use golden_check() and fake_out(). */
void expect_screen(const struct fake *fake, const char *name);
/* Like expect_screen(), for one row of a loop test. The file of row 0 is NAME_01.txt. */
void expect_screen_row(const struct fake *fake, const char *name, int row);
/* Runs a line. Appends the line, its exit code and its output to `screens`, so that one golden file
 * can contain many lines. Returns the exit code. */
int run_and_append(struct fake *fake, const char *line, struct text *screens);

/* Compares standard output with `expected`. If the texts differ, prints both and fails the test. */
void expect_out(const struct fake *fake, const char *expected);
void expect_in(const char *text, const char *part);
/* Like expect_in(), but ignores line breaks and indentation. */
void expect_printed(const char *text, const char *part);
void expect_not_in(const char *text, const char *part);

/* Fails the test if a line ends with a space or is wider than `width`. A line may be wider if it
 * contains only one word, or a path. */
void expect_fits(const char *text, unsigned width);
/* Fails the test if `text` contains a byte that is neither printable ASCII nor a newline. */
void expect_ascii(const char *text);

/* Writes to `text` what a command can change: the registry, the state and files of the store, and
 * the user's files, but not the running ranges. Call this function before a command and
 * expect_machine() after the command. The caller releases `text`. */
void dump_machine(const struct fake *fake, struct text *text);
/* Dumps the machine again and compares the dump with `before`. If the dumps differ, prints both and
 * fails the test. */
void expect_machine(const struct fake *fake, const struct text *before);

#endif
