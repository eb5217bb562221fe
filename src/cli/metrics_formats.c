#include "cli/metrics_formats.h"

#include <string.h>

/* ---- Prometheus and OpenMetrics --------------------------------------- */

/* The text format of Prometheus and OpenMetrics escapes the same three characters in the value of a
 * label. */
static void print_label_value(struct text *text, const char *value)
{
    for (const char *c = value; *c; c++)
        if (*c == '\n')
            text_puts(text, "\\n");
        else if (*c == '\\' || *c == '"')
            text_printf(text, "\\%c", *c);
        else
            text_append(text, c, 1);
}

static void print_labels(struct text *text, const struct metric_sample *sample)
{
    for (size_t i = 0; i < sample->label_count; i++) {
        text_printf(text, "%s%s=\"", i ? "," : "{", sample->labels[i].name);
        print_label_value(text, sample->labels[i].value);
        text_puts(text, "\"");
    }
    if (sample->label_count)
        text_puts(text, "}");
}

static void print_prometheus_metric(void *context, const char *name, const char *help)
{
    text_printf(context, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void print_prometheus_sample(void *context, const char *name,
                                    const struct metric_sample *sample)
{
    text_puts(context, name);
    print_labels(context, sample);
    text_printf(context, " %lld\n", (long long)sample->value);
}

void metrics_print_prometheus(const struct reading *reading, const struct metrics_options *options,
                              struct text *text)
{
    struct metrics_sink sink = {options, text, print_prometheus_metric, print_prometheus_sample};

    metrics_list(reading, &sink);
}

struct timed {
    struct text *text;
    int64_t taken_ms;
};

/* In OpenMetrics, a metric whose samples end with "_info" has the type "info", and its own name
 * lacks this ending. */
static void print_openmetrics_metric(void *context, const char *name, const char *help)
{
    static const char ending[] = "_info";
    size_t length = strlen(name), tail = sizeof ending - 1;
    bool is_info = length > tail && strcmp(name + length - tail, ending) == 0;
    int shown = (int)(is_info ? length - tail : length);
    struct timed *timed = context;

    text_printf(timed->text, "# TYPE %.*s %s\n# HELP %.*s %s\n", shown, name,
                is_info ? "info" : "gauge", shown, name, help);
}

static void print_openmetrics_sample(void *context, const char *name,
                                     const struct metric_sample *sample)
{
    struct timed *timed = context;

    text_puts(timed->text, name);
    print_labels(timed->text, sample);
    text_printf(timed->text, " %lld %lld.%03d\n", (long long)sample->value,
                (long long)(timed->taken_ms / 1000), (int)(timed->taken_ms % 1000));
}

void metrics_print_openmetrics(const struct reading *reading, const struct metrics_options *options,
                               struct text *text)
{
    struct timed timed = {text, reading->survey.taken_ms};
    struct metrics_sink sink = {options, &timed, print_openmetrics_metric,
                                print_openmetrics_sample};

    metrics_list(reading, &sink);
    text_puts(text, "# EOF\n");
}

/* ---- InfluxDB --------------------------------------------------------- */

/* InfluxDB reads a backslash as an escape only before a comma, an equals sign or a space. A
 * backslash of the value before one of these characters, or at the end of the value, is printed as
 * \x5c. */
static void print_tag_value(struct text *text, const char *value)
{
    for (const char *c = value; *c; c++)
        if (*c == ',' || *c == '=' || *c == ' ')
            text_printf(text, "\\%c", *c);
        else if (*c == '\\' && (!c[1] || strchr(",= ", c[1])))
            text_puts(text, "\\x5c");
        else
            text_append(text, c, 1);
}

static void ignore_metric(void *context, const char *name, const char *help)
{
    (void)context;
    (void)name;
    (void)help;
}

static void print_influx_sample(void *context, const char *name, const struct metric_sample *sample)
{
    struct timed *timed = context;

    text_puts(timed->text, "maxport");
    for (size_t i = 0; i < sample->label_count; i++) {
        text_printf(timed->text, ",%s=", sample->labels[i].name);
        print_tag_value(timed->text, sample->labels[i].value);
    }
    text_printf(timed->text, " %s=%lldi %lld\n", name + strlen("maxport_"),
                (long long)sample->value, (long long)timed->taken_ms * 1000000);
}

void metrics_print_influx(const struct reading *reading, const struct metrics_options *options,
                          struct text *text)
{
    struct timed timed = {text, reading->survey.taken_ms};
    struct metrics_sink sink = {options, &timed, ignore_metric, print_influx_sample};

    metrics_list(reading, &sink);
}

/* ---- JSON ------------------------------------------------------------- */

static void add_json_sample(void *context, const char *name, const struct metric_sample *sample)
{
    json_t *labels = json_object();

    for (size_t i = 0; i < sample->label_count; i++)
        json_object_set_new(labels, sample->labels[i].name, json_string(sample->labels[i].value));
    json_array_append_new(context, json_pack("{s:s, s:o, s:I}", "name", name, "labels", labels,
                                             "value", (json_int_t)sample->value));
}

json_t *metrics_document(const struct reading *reading, const struct metrics_options *options)
{
    json_t *samples = json_array();
    struct metrics_sink sink = {options, samples, ignore_metric, add_json_sample};

    metrics_list(reading, &sink);
    return samples;
}
