/* run.h - runs a command line on a simulated machine in memory. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <jansson.h>

#include "cli/frame/commands.h"
#include "fake/machine.h"
#include "golden.h"

/* Splits the line at single spaces, clears the screen, runs "maxport LINE" and returns the exit
 * code. '~' within a word stands for a space. */
int run_line(struct fake *fake, const char *line);

/* Parses standard output as strict JSON; fails the test if that is impossible. The caller owns
 * the reference. */
json_t *out_json(const struct fake *fake);

/* The value at a path such as "usage.tcp.in_use"; fails the test if the document has none. */
const json_t *json_at(const json_t *document, const char *path);
long long json_number_at(const json_t *document, const char *path);
const char *json_text_at(const json_t *document, const char *path);

/* Compares the output with tests/golden/cli/NAME.txt: standard output, followed by a heading and
 * standard error. For documents use golden_check and fake_out. */
void expect_screen(const struct fake *fake, const char *name);
/* Like expect_screen, for a row of a loop test: row 0 is NAME_01.txt. */
void expect_screen_row(const struct fake *fake, const char *name, int row);
/* Runs a line and appends the line, its exit code and its output to `screens`, so that many
 * lines share a golden text. Returns the exit code. */
int run_and_append(struct fake *fake, const char *line, struct text *screens);

/* Fails the test and shows both texts unless standard output equals `expected`. */
void expect_out(const struct fake *fake, const char *expected);
void expect_in(const char *text, const char *part);
/* Like expect_in, but ignores line breaks and indentation. */
void expect_printed(const char *text, const char *part);
void expect_not_in(const char *text, const char *part);

/* Fails the test if a line ends with a space or is wider than `width`. Only a single word, or a
 * label and a path, may be wider. */
void expect_fits(const char *text, unsigned width);
/* Fails the test if a byte is neither printable ASCII nor a newline. */
void expect_ascii(const char *text);

/* Writes to `text` everything that a command can change, for a comparison of before and after:
 * the registry, the state and files of the store, and the files of the user. */
void dump_machine(const struct fake *fake, struct text *text);
/* Fails the test and shows both dumps if the machine differs from `before`. */
void expect_machine(const struct fake *fake, const struct text *before);

#endif
