/* run.h - a command line run on a machine in memory. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <jansson.h>

#include "cli/command.h"
#include "fake/machine.h"

/* Splits at single spaces, runs "maxport LINE", and returns the exit code. The
 * screen is emptied first. '~' within a word stands for a space. */
int run_line(struct fake *fake, const char *line);

/* Standard output as strict JSON, or the test fails. The caller's reference. */
json_t *out_json(const struct fake *fake);

/* A value by its path, "usage.tcp.in_use"; fails the test where there is none. */
const json_t *json_at(const json_t *document, const char *path);
long long json_number_at(const json_t *document, const char *path);
const char *json_text_at(const json_t *document, const char *path);

/* Fails the test, showing both, unless the whole text is as expected. */
void expect_out(const struct fake *fake, const char *expected);
void expect_in(const char *text, const char *part);
void expect_not_in(const char *text, const char *part);

#endif
