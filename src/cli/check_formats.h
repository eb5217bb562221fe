/* check_formats.h - prints the result of `maxport check` as each monitoring system expects it.
 *
 * nagios    the Monitoring Plugins guideline: a line with the state, a pipe and performance data
 *           (together below 1,000 bytes, because NRPE 2 cuts at 1,023), then lines with details
 * checkmk   a line of a local check (Checkmk, "Local checks";
 * cmk/base/plugins/agent_based/local.py) npd       a line of at most 80 bytes; exit codes 0, 1 for
 * a problem, 2 unknown (kubernetes/node-problem-detector, "Custom plugin monitor") prtg      a JSON
 * document (PRTG manual, "Custom sensors", advanced sensors). The document contains the state. The
 * manual defines no exit code for it, so the exit code is 0.
 *
 * The text is ASCII without a pipe, except the one before performance data. Names of programs come
 * from outside maxport: every character except letters, digits and some signs is percent-encoded.
 */
#ifndef CLI_CHECK_FORMATS_H
#define CLI_CHECK_FORMATS_H

#include <jansson.h>

#include "cli/check_figures.h"

struct check_format {
    const char *name; /* for --format */
    bool has_details; /* prints programs and the busiest destination */
    void (*print)(const struct check_result *result, const struct reading *reading,
                  struct text *text);
    /* Prints why there is no result. Only the figure and the protocol of `result` are used. why: a
     * sentence, UTF-8. */
    void (*print_failure)(const struct check_result *result, const char *why, struct text *text);
    int exit_codes[4]; /* by enum check_state */
};

/* nagios is the first. */
enum { CHECK_FORMAT_COUNT = 4 };
extern const struct check_format check_formats[CHECK_FORMAT_COUNT];

/* Appends the values in words, without the state. */
void check_print_summary(const struct check_result *result, struct text *text);

/* Returns the values as a JSON array; NULL if memory ran out. */
json_t *check_values_document(const struct check_result *result);

#endif
