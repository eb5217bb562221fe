/* run.h - a command line run on a machine in memory. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <jansson.h>

#include "cli/frame/commands.h"
#include "fake/machine.h"
#include "golden.h"

/* Splits at single spaces, runs "maxport LINE", and returns the exit code. The
 * screen is emptied first. '~' within a word stands for a space. */
int run_line(struct fake *fake, const char *line);

/* Standard output as strict JSON, or the test fails. The caller's reference. */
json_t *out_json(const struct fake *fake);

/* A value by its path, "usage.tcp.in_use"; fails the test where there is none. */
const json_t *json_at(const json_t *document, const char *path);
long long json_number_at(const json_t *document, const char *path);
const char *json_text_at(const json_t *document, const char *path);

/* Compares what was printed with tests/golden/cli/NAME.txt: standard output and, below a line
 * that says so, standard error. For documents use golden_check and fake_out. */
void expect_screen(const struct fake *fake, const char *name);
/* The same for a row of a loop test: NAME_01.txt is row 0. */
void expect_screen_row(const struct fake *fake, const char *name, int row);
/* Runs a line and appends it, its exit code and what it printed to `screens`, for a table of
 * lines in one golden text. Returns the exit code. */
int run_and_append(struct fake *fake, const char *line, struct text *screens);

/* Fails the test, showing both, unless the whole text is as expected. */
void expect_out(const struct fake *fake, const char *expected);
void expect_in(const char *text, const char *part);
/* The same, wherever lines are broken and however they are indented. */
void expect_told(const char *text, const char *part);
void expect_not_in(const char *text, const char *part);

/* Fails the test where a line is wider than `width`: only a line of a single word, or
 * of a label and a path, may be. */
void expect_fits(const char *text, unsigned width);
/* Fails the test where a byte is no printable ASCII and no newline. */
void expect_ascii(const char *text);

/* All that a command could have changed, so that before and after can be compared:
 * the registry, the state of the store, its files, and the user's files. */
void dump_machine(const struct fake *fake, struct text *text);
/* Fails the test, showing both, where the machine is no longer as it was dumped. */
void expect_machine(const struct fake *fake, const struct text *before);

#endif
