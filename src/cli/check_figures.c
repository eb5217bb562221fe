#include "cli/check_figures.h"

#include <stdio.h>
#include <string.h>

/* The default ranges. PERCENT_FILLING and PERCENT_NEARLY_FULL of verdict.h are 80 and 90, and
 * PERCENT_STRAINED is 50; FORECAST_SOON_SECONDS is 900. The others are maxport's own choice. */
const struct check_figure_row check_figures[CHECK_FIGURE_COUNT] = {
    [CHECK_USED] = {"used", "used", "used_ports", "Ports used", "%", "80", "90", false, true},
    [CHECK_TIME_WAIT] = {"timewait", "time_wait", "time_wait_ports", "Ports in TIME_WAIT", "%",
                         "50", "80", true, true},
    [CHECK_BOUND] = {"bound", "bound", "bound_ports", "Ports bound and idle", "%", "25", "50", true,
                     true},
    [CHECK_FULL_IN] = {"full-in", "full_in", "used_ports", "Ports time to full", "s",
                       "900:", "300:", false, true},
    [CHECK_BLOCKS_64] = {"blocks64", "blocks_64", NULL, "Ports free blocks of 64", "",
                         "10:", "1:", false, true},
    [CHECK_DESTINATION] = {"destination", "destination", "destination_ports",
                           "Ports to one destination", "%", "80", "90", true, true},
    [CHECK_RESTART] = {"restart-pending", "restart_pending", NULL, "Ports restart pending", "", "0",
                       NULL, false, false},
};

const char *check_state_name(enum check_state state)
{
    static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

    return names[state];
}

const char *check_state_key(enum check_state state)
{
    static const char *const keys[] = {"ok", "warning", "critical", "unknown"};

    return keys[state];
}

void check_print_value(int64_t value, struct text *text)
{
    int64_t rest = value % CHECK_UNIT;
    char decimals[RANGE_DECIMALS + 2];
    size_t length;

    text_printf(text, "%lld", (long long)(value / CHECK_UNIT));
    if (!rest)
        return;
    length = (size_t)snprintf(decimals, sizeof decimals, ".%06ld", (long)rest);
    while (decimals[length - 1] == '0')
        length--;
    text_append(text, decimals, length);
}

/* ---- parts of a reading that are missing ------------------------------ */

static void say(struct check_value *value, enum check_certainty certainty, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Sets why the value is not exact; the first reason counts. */
static void say(struct check_value *value, enum check_certainty certainty, const char *format, ...)
{
    struct text text;
    va_list arguments;

    if (value->why.kind != FAULT_NONE)
        return;
    text_init(&text);
    va_start(arguments, format);
    text_vprintf(&text, format, arguments);
    va_end(arguments);
    value->certainty = certainty;
    fault_set(&value->why, FAULT_UNAVAILABLE, 0, "%s", text_string(&text));
    text_release(&text);
}

static bool is_low_worse(enum check_figure figure)
{
    return figure == CHECK_BLOCKS_64 || figure == CHECK_FULL_IN;
}

/* Explains why a family was not counted. */
static void say_uncounted(const struct reading *reading, enum check_figure figure, int p, int f,
                          struct check_value *value)
{
    enum check_certainty certainty = is_low_worse(figure) ? VALUE_AT_MOST : VALUE_AT_LEAST;
    const struct survey *survey = &reading->survey;
    const char *protocol = protocol_name((enum protocol)p), *family = family_name((enum family)f);

    if (!survey->has_usage)
        say(value, certainty, "%s", survey->usage_fault.text);
    else if (!survey->usage[p].is_available[f])
        say(value, certainty, "%s over %s was not counted: its table could not be read.", protocol,
            family);
    else
        say(value, certainty, "%s over %s was not counted: its running range is unknown. %s",
            protocol, family, survey->running[p][f].why);
}

/* ---- the values ------------------------------------------------------- */

static void set_share(struct check_value *value, uint32_t part, uint32_t whole)
{
    uint64_t tenths = part >= whole ? (part > 0 ? 1000 : 0)
                                    : ((uint64_t)part * 2000 + whole) / (2 * (uint64_t)whole);

    /* Only a full range is 100 %. The value is rated as it is printed. */
    if (tenths == 1000 && part < whole)
        tenths = 999;
    value->value = (int64_t)tenths * (CHECK_UNIT / 10);
    value->part = part;
    value->whole = whole;
}

/* Determines the figure of one family whose table and range are known. */
static bool take_family(const struct reading *reading, const struct series *series,
                        enum check_figure figure, int p, int f, struct check_value *value)
{
    const struct usage *usage = &reading->survey.usage[p];
    const struct usage_count *count = &usage->family[f];
    const struct series_sample *oldest, *newest;
    uint32_t whole = usage_available(usage, (enum family)f), seconds;
    struct rate rate;

    value->family = (enum family)f;
    switch (figure) {
    case CHECK_TIME_WAIT:
        set_share(value, count->by_state[PORT_TIME_WAIT], whole);
        return true;
    case CHECK_BOUND:
        set_share(value, count->by_state[PORT_BOUND], whole);
        return true;
    case CHECK_DESTINATION:
        set_share(value,
                  reading->has_remote && reading->remote.family == f ? reading->remote.ports : 0,
                  whole);
        return true;
    case CHECK_BLOCKS_64:
        value->value = (int64_t)reading->blocks[p][f].of_64 * CHECK_UNIT;
        return true;
    case CHECK_FULL_IN:
        series_rate(series, (enum protocol)p, (enum family)f, &rate);
        set_share(value, count->in_use, whole);
        value->value = CHECK_HIGHEST;
        if (series_full_in(series, (enum protocol)p, (enum family)f, &seconds))
            value->value = (int64_t)seconds * CHECK_UNIT;
        return value->value != CHECK_HIGHEST ||
               (rate.trend != TREND_UNKNOWN &&
                series_ends(series, (enum protocol)p, (enum family)f, &oldest, &newest));
    default:
        set_share(value, count->in_use, whole);
        return true;
    }
}

static bool is_worse(enum check_figure figure, int64_t a, int64_t b)
{
    return is_low_worse(figure) ? a < b : a > b;
}

static void take_value(const struct reading *reading, const struct series *series,
                       enum check_figure figure, int p, struct check_value *value)
{
    enum check_certainty partly = is_low_worse(figure) ? VALUE_AT_MOST : VALUE_AT_LEAST;

    *value = (struct check_value){.protocol = (enum protocol)p};
    for (int f = 0; f < FAMILY_COUNT; f++) {
        struct check_value here = *value;

        if (reading->is_absent[p][f])
            continue;
        if (!reading_is_known(reading, (enum protocol)p, (enum family)f)) {
            say_uncounted(reading, figure, p, f, value);
            continue;
        }
        if (!take_family(reading, series, figure, p, f, &here)) {
            say(value, partly, "The trend of %s over %s is unknown: too few complete samples.",
                protocol_name((enum protocol)p), family_name((enum family)f));
            continue;
        }
        if (reading->is_partial[p][f] && figure != CHECK_FULL_IN)
            say(value, partly,
                "%s over %s was counted only partly: its table kept growing during reading.",
                protocol_name((enum protocol)p), family_name((enum family)f));
        here.certainty = value->certainty;
        here.why = value->why;
        if (!value->is_known || is_worse(figure, here.value, value->value))
            *value = here;
        value->is_known = true;
    }
    if (!value->is_known)
        say(value, partly, "This Windows has no table of %s sockets.",
            protocol_name((enum protocol)p));
}

/* ---- rating ----------------------------------------------------------- */

static void rate_value(const struct check_result *result, struct check_value *value)
{
    const struct check_range *critical = &result->critical;
    bool is_critical = value->is_known && check_range_alerts(critical, value->value);
    /* The real value is at least as far beyond the limit as this one. */
    bool is_certain = !critical->is_inverted &&
                      (value->certainty == VALUE_AT_LEAST ? value->value > critical->end
                                                          : value->value < critical->start);

    if (is_critical && (value->certainty == VALUE_EXACT || is_certain))
        value->state = STATE_IS_CRITICAL;
    else if (!value->is_known || value->certainty != VALUE_EXACT)
        value->state = STATE_IS_UNKNOWN;
    else
        value->state =
            check_range_alerts(&result->warning, value->value) ? STATE_IS_WARNING : STATE_IS_OK;
}

static void take_restart(const struct reading *reading, struct check_value *value)
{
    *value = (struct check_value){.is_known = reading->is_restart_known};
    value->value = reading->is_restart_pending ? CHECK_UNIT : 0;
    if (!value->is_known)
        say(value, VALUE_EXACT, "Whether a restart is pending could not be determined.");
}

/* The order in which the worst state counts. */
static int weight(enum check_state state)
{
    return state == STATE_IS_CRITICAL  ? 3
           : state == STATE_IS_WARNING ? 2
           : state == STATE_IS_UNKNOWN ? 1
                                       : 0;
}

const struct check_value *check_worst(const struct check_result *result)
{
    const struct check_value *worst = &result->values[0];

    for (size_t i = 1; i < result->count; i++) {
        const struct check_value *value = &result->values[i];
        int difference = weight(value->state) - weight(worst->state);

        if (difference > 0 ||
            (difference == 0 && value->is_known &&
             (!worst->is_known || is_worse(result->figure, value->value, worst->value))))
            worst = value;
    }
    return worst;
}

void check_take(const struct reading *reading, const struct series *series,
                struct check_result *result)
{
    const struct check_figure_row *row = &check_figures[result->figure];
    const struct survey *survey = &reading->survey;

    result->count = 0;
    for (int p = 0; p < PROTOCOL_COUNT && row->has_protocol; p++) {
        struct check_value *value = &result->values[result->count];

        if ((p == PROTOCOL_UDP && row->is_tcp_only) ||
            (result->has_protocol && result->protocol != (enum protocol)p))
            continue;
        take_value(reading, series, result->figure, p, value);
        if (result->figure == CHECK_BOUND && survey->has_usage && !survey->has_bound) {
            value->is_known = false;
            say(value, VALUE_EXACT, "This Windows does not list bound, idle TCP sockets.");
        }
        for (int f = 0; f < FAMILY_COUNT; f++)
            result->are_exclusions_unknown |= !survey->exclusions.is_known[p][f];
        result->is_bound_unknown |= p == PROTOCOL_TCP && survey->has_usage && !survey->has_bound;
        result->count++;
    }
    if (!row->has_protocol)
        take_restart(reading, &result->values[result->count++]);
    for (size_t i = 0; i < result->count; i++)
        rate_value(result, &result->values[i]);
    result->state = check_worst(result)->state;
}
