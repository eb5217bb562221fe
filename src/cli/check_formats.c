#include "cli/check_formats.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/state/blind_spots.h"

/* ---- plain text ------------------------------------------------------- */

enum { NAME_BYTES_MAX = 96 };

/* Prints a name from outside maxport. A space or a comma in it would let the name look like words
 * or numbers of the sentence. */
static void print_name(struct text *text, const char *name)
{
    size_t length = strlen(name);

    if (length > NAME_BYTES_MAX)
        length = NAME_BYTES_MAX;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)name[i];

        if (c < 0x80 && (isalnum(c) || (c && strchr(".-_+", c))))
            text_append(text, name + i, 1);
        else
            text_printf(text, "%%%02X", (unsigned)c);
    }
    if (name[length])
        text_puts(text, "...");
}

/* Prints a sentence. A backslash before an n would become a line end in Checkmk. */
static void print_sentence(struct text *text, const char *sentence)
{
    size_t length = strlen(sentence), size;
    uint32_t character;

    for (size_t i = 0; i < length; i += size ? size : 1) {
        size = utf8_decode(sentence + i, length - i, &character);
        if (size != 1 || character == 0x7f)
            text_puts(text, "?");
        else if (character < 0x20)
            text_puts(text, " ");
        else if (character == '|' || character == '\\')
            text_puts(text, "/");
        else if (character == ';') /* Nagios prints it as a colon */
            text_puts(text, ",");
        else
            text_append(text, sentence + i, 1);
    }
}

/* Appends at most `most` bytes. */
static void print_cut(struct text *text, const struct text *whole, size_t most)
{
    if (whole->length <= most) {
        text_append(text, text_string(whole), whole->length);
    } else {
        text_append(text, text_string(whole), most - 3);
        text_puts(text, "...");
    }
    text->is_broken |= whole->is_broken;
}

/* ---- words ------------------------------------------------------------ */

static void print_pool(const struct check_value *value, struct text *text)
{
    text_printf(text, "%s %s ports", protocol_name(value->protocol), family_name(value->family));
}

static void print_share(const struct check_value *value, const char *use, struct text *text)
{
    text_puts(text, value->certainty == VALUE_AT_LEAST ? "at least " : "");
    text_number_of(text, value->part, value->whole);
    text_puts(text, " ");
    print_pool(value, text);
    text_printf(text, " %s (", use);
    check_print_value(value->value, text);
    text_puts(text, " %)");
}

static void print_full_in(const struct check_value *value, struct text *text)
{
    char duration[DURATION_SIZE];

    print_pool(value, text);
    if (value->value == CHECK_HIGHEST)
        text_puts(text, " are not running out");
    else if (value->part >= value->whole)
        text_puts(text, " have run out");
    else
        text_printf(text, " will run out in %s at this rate",
                    duration_string(duration, (uint32_t)(value->value / CHECK_UNIT)));
}

static void print_value(const struct check_result *result, const struct check_value *value,
                        struct text *text)
{
    static const char *const uses[CHECK_FIGURE_COUNT] = {
        [CHECK_USED] = "in use",
        [CHECK_TIME_WAIT] = "in TIME_WAIT",
        [CHECK_BOUND] = "bound and idle",
        [CHECK_DESTINATION] = "connected to one destination",
    };

    if (!value->is_known)
        print_sentence(text, value->why.text);
    else if (uses[result->figure])
        print_share(value, uses[result->figure], text);
    else if (result->figure == CHECK_FULL_IN)
        print_full_in(value, text);
    else if (result->figure == CHECK_RESTART)
        text_puts(text, value->value ? "a restart is pending: MaxUserPort has changed since "
                                       "Windows started"
                                     : "no restart is pending");
    else {
        text_puts(text, value->certainty == VALUE_AT_MOST ? "at most " : "");
        text_number(text, (uint64_t)(value->value / CHECK_UNIT));
        text_puts(text, " free blocks of 64 ");
        print_pool(value, text);
    }
}

/* Prints the values, the worst first. A reason that applies to both protocols is printed once. */
void check_print_summary(const struct check_result *result, struct text *text)
{
    const struct check_value *worst = check_worst(result);
    const char *separator = ". ";

    print_value(result, worst, text);
    for (size_t i = 0; i < result->count; i++) {
        const struct check_value *value = &result->values[i];

        if (value == worst ||
            (!value->is_known && !worst->is_known && strcmp(value->why.text, worst->why.text) == 0))
            continue;
        text_puts(text, worst->is_known ? ", " : " ");
        print_value(result, value, text);
    }
    for (size_t i = 0; i < result->count; i++) {
        const struct check_value *value = &result->values[i];

        if (!value->is_known || value->certainty == VALUE_EXACT)
            continue;
        text_puts(text, separator);
        print_sentence(text, value->why.text);
        separator = " ";
    }
}

/* ---- details ---------------------------------------------------------- */

static void print_programs(const struct reading *reading, enum protocol protocol, const char *end,
                           struct text *text)
{
    const struct reading_programs *programs = &reading->programs[protocol];

    if (!reading->has_programs || !programs->count)
        return;
    text_printf(text, "%sMost %s ports: ", end, protocol_name(protocol));
    for (size_t i = 0; i < programs->count; i++) {
        text_puts(text, i ? ", " : "");
        print_name(text, programs->rows[i].name);
        text_puts(text, " ");
        text_number(text, programs->rows[i].ports);
    }
    if (programs->other_ports) {
        text_puts(text, ", other programs and TIME_WAIT ");
        text_number(text, programs->other_ports);
    }
}

static void print_doubts(const struct check_result *result, const char *end, struct text *text)
{
    bool is_share = *check_figures[result->figure].unit == '%';

    if (result->are_exclusions_unknown && is_share)
        text_printf(text, "%sThe excluded ports are unknown, so the share may be higher.", end);
    if (result->are_exclusions_unknown && result->figure == CHECK_BLOCKS_64)
        text_printf(text, "%sThe excluded ports are unknown, so there may be fewer blocks.", end);
    if (result->is_bound_unknown && result->figure == CHECK_USED) {
        text_puts(text, end);
        print_sentence(text, blind_bound_words);
    }
}

/* end: the line end of the format; it is printed before each line. */
static void print_details(const struct check_result *result, const struct reading *reading,
                          const char *end, struct text *text)
{
    bool is_alert = result->state == STATE_IS_WARNING || result->state == STATE_IS_CRITICAL;
    char endpoint[ENDPOINT_SIZE];

    for (size_t i = 0; is_alert && i < result->count && result->figure != CHECK_RESTART; i++)
        print_programs(reading, result->values[i].protocol, end, text);
    if (is_alert && result->figure != CHECK_RESTART && reading->has_remote &&
        result->values[0].protocol == PROTOCOL_TCP) {
        text_printf(text, "%sBusiest destination: %s, ", end,
                    endpoint_string(endpoint, (enum family)reading->remote.family,
                                    reading->remote.address, reading->remote.port));
        text_number(text, reading->remote.ports);
        text_puts(text, " TCP ports");
    }
    print_doubts(result, end, text);
    if (is_alert)
        text_printf(text, "%sFor the cause, run on this machine: maxport %s", end,
                    result->figure == CHECK_RESTART ? "status" : "why");
}

/* ---- Nagios ----------------------------------------------------------- */

enum { NAGIOS_LINE_MAX = 600 };

static void print_label(const struct check_result *result, const struct check_value *value,
                        const char *label, struct text *text)
{
    if (check_figures[result->figure].has_protocol)
        text_printf(text, "%s_", protocol_key(value->protocol));
    text_puts(text, label);
}

static const char *range_text(const struct check_range *range)
{
    return range->is_given ? range->text : "";
}

static bool is_printable(const struct check_value *value)
{
    return value->is_known && value->value != CHECK_HIGHEST;
}

static void print_limits(const struct check_result *result, struct text *text)
{
    const char *maximum = *check_figures[result->figure].unit == '%' ? "100"
                          : result->figure == CHECK_RESTART          ? "1"
                                                                     : "";

    text_printf(text, ";%s;%s;0%s%s", range_text(&result->warning), range_text(&result->critical),
                *maximum ? ";" : "", maximum);
}

static void print_performance(const struct check_result *result, struct text *text)
{
    const struct check_figure_row *row = &check_figures[result->figure];

    for (size_t i = 0; i < result->count; i++) {
        const struct check_value *value = &result->values[i];

        text_puts(text, " ");
        print_label(result, value, row->label, text);
        text_puts(text, "=");
        if (is_printable(value)) {
            check_print_value(value->value, text);
            text_puts(text, row->unit);
        } else {
            text_puts(text, "U");
        }
        print_limits(result, text);
    }
    for (size_t i = 0; i < result->count && row->ports; i++) {
        const struct check_value *value = &result->values[i];

        text_puts(text, " ");
        print_label(result, value, row->ports, text);
        if (value->is_known)
            text_printf(text, "=%lu;;;0;%lu", (unsigned long)value->part,
                        (unsigned long)value->whole);
        else
            text_puts(text, "=U;;;0");
    }
}

static void print_nagios(const struct check_result *result, const struct reading *reading,
                         struct text *text)
{
    struct text summary;

    text_init(&summary);
    text_printf(&summary, "PORTS %s - ", check_state_name(result->state));
    check_print_summary(result, &summary);
    print_cut(text, &summary, NAGIOS_LINE_MAX);
    text_puts(text, " |");
    print_performance(result, text);
    print_details(result, reading, "\n", text);
    text_puts(text, "\n");
    text_release(&summary);
}

static void fail_nagios(const struct check_result *result, const char *why, struct text *text)
{
    (void)result;
    text_puts(text, "PORTS UNKNOWN - ");
    print_sentence(text, why);
    text_puts(text, "\n");
}

/* ---- Checkmk ---------------------------------------------------------- */

/* Checkmk's levels are LOWER:UPPER. They only draw lines, because the state is given. */
static void print_levels(const struct check_range *range, struct text *text)
{
    text_puts(text, ";");
    if (!range->is_given || range->is_inverted)
        return;
    if (range->start != 0 && range->start != CHECK_LOWEST) {
        check_print_value(range->start, text);
        text_puts(text, ":");
    }
    if (range->end != CHECK_HIGHEST)
        check_print_value(range->end, text);
}

/* Prints the name of the service. It must not depend on the state. */
static void print_item(const struct check_result *result, struct text *text)
{
    text_printf(text, "\"%s%s%s\" ", check_figures[result->figure].title,
                result->has_protocol ? " " : "",
                result->has_protocol ? protocol_name(result->protocol) : "");
}

static void print_checkmk(const struct check_result *result, const struct reading *reading,
                          struct text *text)
{
    const struct check_figure_row *row = &check_figures[result->figure];
    const char *separator = "";

    text_printf(text, "%d ", (int)result->state);
    print_item(result, text);
    for (size_t i = 0; i < result->count; i++) {
        if (!is_printable(&result->values[i]))
            continue;
        text_puts(text, separator);
        print_label(result, &result->values[i], row->label, text);
        text_puts(text, "=");
        check_print_value(result->values[i].value, text);
        print_levels(&result->warning, text);
        print_levels(&result->critical, text);
        text_puts(text, *row->unit == '%' ? ";0;100" : ";0");
        separator = "|";
    }
    text_puts(text, *separator ? " " : "- ");
    check_print_summary(result, text);
    print_details(result, reading, "\\n", text);
    text_puts(text, "\n");
}

static void fail_checkmk(const struct check_result *result, const char *why, struct text *text)
{
    text_puts(text, "3 ");
    print_item(result, text);
    text_puts(text, "- ");
    print_sentence(text, why);
    text_puts(text, "\n");
}

/* ---- node-problem-detector -------------------------------------------- */

enum { NPD_BYTES_MAX = 80 };

static void print_npd(const struct check_result *result, const struct reading *reading,
                      struct text *text)
{
    struct text line;

    (void)reading;
    text_init(&line);
    print_value(result, check_worst(result), &line);
    print_cut(text, &line, NPD_BYTES_MAX);
    text_puts(text, "\n");
    text_release(&line);
}

static void fail_npd(const struct check_result *result, const char *why, struct text *text)
{
    struct text line;

    (void)result;
    text_init(&line);
    print_sentence(&line, why);
    print_cut(text, &line, NPD_BYTES_MAX);
    text_puts(text, "\n");
    text_release(&line);
}

/* ---- PRTG ------------------------------------------------------------- */

static json_t *number_text(int64_t value)
{
    struct text text;
    json_t *result;

    text_init(&text);
    check_print_value(value, &text);
    result = text.is_broken ? NULL : json_string(text_string(&text));
    text_release(&text);
    return result;
}

/* Appends "TCP time wait" for the label "time_wait". */
static json_t *channel_name(const struct check_result *result, const struct check_value *value,
                            const char *label)
{
    struct text text;
    json_t *name;

    text_init(&text);
    if (check_figures[result->figure].has_protocol)
        text_printf(&text, "%s ", protocol_name(value->protocol));
    for (; *label; label++)
        text_append(&text, *label == '_' ? " " : label, 1);
    name = text.is_broken ? NULL : json_string(text_string(&text));
    text_release(&text);
    return name;
}

static void set_limits(json_t *channel, const struct check_range *range, const char *lower,
                       const char *upper)
{
    if (!range->is_given || range->is_inverted)
        return;
    if (range->start != 0 && range->start != CHECK_LOWEST)
        json_object_set_new(channel, lower, number_text(range->start));
    if (range->end != CHECK_HIGHEST)
        json_object_set_new(channel, upper, number_text(range->end));
    json_object_set_new(channel, "limitmode", json_integer(1));
}

static json_t *make_channel(const struct check_result *result, const struct check_value *value)
{
    const char *unit = check_figures[result->figure].unit;
    json_t *channel = json_pack("{s:o, s:o, s:s, s:i}", "channel",
                                channel_name(result, value, check_figures[result->figure].label),
                                "value", number_text(value->value), "unit",
                                *unit == '%'   ? "Percent"
                                : *unit == 's' ? "TimeSeconds"
                                               : "Count",
                                "float", *unit == '%');

    set_limits(channel, &result->warning, "limitminwarning", "limitmaxwarning");
    set_limits(channel, &result->critical, "limitminerror", "limitmaxerror");
    if (value->state == STATE_IS_WARNING)
        json_object_set_new(channel, "warning", json_integer(1));
    return channel;
}

/* Appends a document in ASCII and releases it. */
static void print_document(json_t *document, struct text *text)
{
    char *dump = document ? json_dumps(document, JSON_ENSURE_ASCII | JSON_COMPACT) : NULL;

    text_puts(text, dump ? dump : "");
    text->is_broken |= !dump;
    text_puts(text, "\n");
    free(dump);
    json_decref(document);
}

static void fail_prtg(const struct check_result *result, const char *why, struct text *text)
{
    struct text plain;

    (void)result;
    text_init(&plain);
    print_sentence(&plain, why);
    text->is_broken |= plain.is_broken;
    print_document(json_pack("{s:{s:i, s:s}}", "prtg", "error", 1, "text", text_string(&plain)),
                   text);
    text_release(&plain);
}

/* PRTG ignores the channels of a sensor with an error, so a critical value is left to the limits of
 * its channel. PRTG has no limit that corresponds to a range with '@'. */
static bool is_prtg_error(const struct check_result *result)
{
    return result->state == STATE_IS_UNKNOWN ||
           (result->state == STATE_IS_CRITICAL && result->critical.is_inverted);
}

static void print_prtg(const struct check_result *result, const struct reading *reading,
                       struct text *text)
{
    const char *ports = check_figures[result->figure].ports;
    json_t *channels;
    struct text summary;

    (void)reading;
    text_init(&summary);
    check_print_summary(result, &summary);
    text->is_broken |= summary.is_broken;
    if (is_prtg_error(result)) {
        fail_prtg(result, text_string(&summary), text);
        text_release(&summary);
        return;
    }
    channels = json_array();
    for (size_t i = 0; i < result->count; i++) {
        const struct check_value *value = &result->values[i];

        if (is_printable(value))
            json_array_append_new(channels, make_channel(result, value));
        if (value->is_known && ports)
            json_array_append_new(channels, json_pack("{s:o, s:I, s:s}", "channel",
                                                      channel_name(result, value, ports), "value",
                                                      (json_int_t)value->part, "unit", "Count"));
    }
    print_document(
        json_pack("{s:{s:o, s:s}}", "prtg", "result", channels, "text", text_string(&summary)),
        text);
    text_release(&summary);
}

/* ---- the formats, and JSON -------------------------------------------- */

const struct check_format check_formats[CHECK_FORMAT_COUNT] = {
    {"nagios", true, print_nagios, fail_nagios, {0, 1, 2, 3}},
    {"checkmk", true, print_checkmk, fail_checkmk, {0, 0, 0, 0}},
    {"npd", false, print_npd, fail_npd, {0, 1, 1, 2}},
    {"prtg", false, print_prtg, fail_prtg, {0, 0, 0, 0}},
};

static json_t *make_value(const struct check_result *result, const struct check_value *value)
{
    bool has_protocol = check_figures[result->figure].has_protocol;
    bool has_ports = value->is_known && check_figures[result->figure].ports;
    bool is_exact = value->why.kind == FAULT_NONE;

    return json_pack(
        "{s:o, s:o, s:s, s:o, s:b, s:o, s:o, s:o}", "protocol",
        has_protocol ? json_string(protocol_key(value->protocol)) : json_null(), "family",
        has_protocol && value->is_known ? json_string(family_key(value->family)) : json_null(),
        "state", check_state_key(value->state), "value",
        is_printable(value) ? number_text(value->value) : json_null(), "is_exact",
        value->is_known && is_exact, "ports", has_ports ? json_integer(value->part) : json_null(),
        "available", has_ports ? json_integer(value->whole) : json_null(), "why",
        is_exact ? json_null() : json_string(value->why.text));
}

json_t *check_values_document(const struct check_result *result)
{
    json_t *values = json_array();

    for (size_t i = 0; i < result->count; i++)
        if (json_array_append_new(values, make_value(result, &result->values[i])) != 0) {
            json_decref(values);
            return NULL;
        }
    return values;
}
