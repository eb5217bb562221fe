/* check_figures.h - the figures of `maxport check`, and how they are rated.
 *
 * Every figure is taken from a reading, as `maxport metrics` and `maxport status` print it. A
 * figure of a protocol is that of the family for which it is worse; a family that this Windows
 * lacks does not count.
 */
#ifndef CLI_CHECK_FIGURES_H
#define CLI_CHECK_FIGURES_H

#include "cli/check_range.h"
#include "core/state/reading.h"
#include "core/use/series.h"

enum check_figure {
    CHECK_USED,
    CHECK_TIME_WAIT,
    CHECK_BOUND,
    CHECK_FULL_IN,
    CHECK_BLOCKS_64,
    CHECK_DESTINATION,
    CHECK_RESTART,
    CHECK_FIGURE_COUNT,
};

struct check_figure_row {
    const char *name;    /* for --for, e.g. "full-in" */
    const char *label;   /* in performance data, behind the protocol, e.g. "full_in" */
    const char *ports;   /* label of the ports that were counted; NULL: none, e.g. "used_ports" */
    const char *title;   /* for people, ASCII, e.g. "Ports in TIME_WAIT" */
    const char *unit;    /* in performance data: "%", "s" or "" */
    const char *warning; /* default ranges; NULL: none */
    const char *critical;
    bool is_tcp_only;  /* UDP has no such figure */
    bool has_protocol; /* false: the figure is one for the machine */
};

extern const struct check_figure_row check_figures[CHECK_FIGURE_COUNT];

/* The exit codes of the Monitoring Plugins guideline. */
enum check_state { STATE_IS_OK, STATE_IS_WARNING, STATE_IS_CRITICAL, STATE_IS_UNKNOWN };

const char *check_state_name(enum check_state state); /* "WARNING" */
const char *check_state_key(enum check_state state);  /* "warning" */

/* Which values are possible if a part of the reading is missing. */
enum check_certainty { VALUE_EXACT, VALUE_AT_LEAST, VALUE_AT_MOST };

struct check_value {
    enum protocol protocol;
    enum family family;
    enum check_state state;
    bool is_known;                  /* false: the next fields are not set */
    enum check_certainty certainty; /* not VALUE_EXACT: `why` gives the reason */
    /* In millionths of the figure's unit. CHECK_HIGHEST: the ports do not run out. */
    int64_t value;
    /* The ports that were counted, if the figure counts ports, and the usable ports. For
     * CHECK_FULL_IN, the ports in use are counted. */
    uint32_t part, whole;
    struct fault why; /* why the value is unknown or not exact; FAULT_NONE: it is exact */
};

struct check_result {
    enum check_figure figure;
    struct check_range warning, critical;
    bool has_protocol; /* only `protocol` is checked */
    enum protocol protocol;
    enum check_state state; /* the worst: CRITICAL, WARNING, UNKNOWN, OK */
    struct check_value values[PROTOCOL_COUNT];
    size_t count;
    bool are_exclusions_unknown; /* a share in use may be higher */
    bool is_bound_unknown;       /* a share in use may be higher */
};

/* Takes and rates the values of result->figure. The caller has set the fields up to `protocol`,
 * except `state`. series: the samples for CHECK_FULL_IN; otherwise NULL. */
void check_take(const struct reading *reading, const struct series *series,
                struct check_result *result);

/* Returns the value with the worst state; if equal, the worse value. */
const struct check_value *check_worst(const struct check_result *result);

/* Appends a number of millionths without separators, e.g. "91.6". */
void check_print_value(int64_t value, struct text *text);

#endif
