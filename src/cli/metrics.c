#include <stdlib.h>
#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "cli/metrics_check.h"
#include "cli/metrics_formats.h"
#include "core/base/heap.h"

enum { OPTION_FORMAT = OPTION_OWN, OPTION_FILE, OPTION_TOP, OPTION_WITH_ADDRESSES, OPTION_WATCH };

struct format {
    const char *name;
    metrics_print print;
    bool is_checked; /* metrics_check() knows the format */
};

static const struct format formats[] = {
    {"prometheus", metrics_print_prometheus, true},
    {"openmetrics", metrics_print_openmetrics, true},
    {"influx", metrics_print_influx, false},
};

static const struct format *find_format(const char *name, struct fault *fault)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!name || ascii_compare(name, formats[i].name) == 0)
            return &formats[i];
    fault_set(
        fault, FAULT_USAGE, 0,
        "--format must be prometheus, openmetrics or influx, not \"%s\". Nothing was written.",
        name);
    return NULL;
}

/* Prints the whole text before the old file is touched. */
static bool make_text(const struct reading *reading, const struct format *format,
                      const struct metrics_options *options, struct text *text, struct fault *fault)
{
    format->print(reading, options, text);
    if (text->is_broken || heap_failure_count() > 0)
        return fault_no_memory(fault);
    return !format->is_checked || metrics_check(text, fault);
}

static bool write_file(const struct invocation *invocation, const struct text *text,
                       struct fault *fault)
{
    const struct files *files = &invocation->machine->files;

    if (files->write(files->context, invocation->option[OPTION_FILE], true, text->data,
                     text->length, fault))
        return true;
    return fault_prefix(fault, "The metrics were not written, and the old file is unchanged");
}

static json_t *make_document(const struct invocation *invocation, const struct reading *reading,
                             const struct metrics_options *options)
{
    json_t *document = command_document(invocation);

    json_object_set_new(document, "time", document_time(reading->survey.taken_ms));
    json_object_set_new(document, "computer", document_text(reading->survey.identity.computer));
    json_object_set_new(document, "samples", metrics_document(reading, options));
    return document;
}

static bool print(struct invocation *invocation, const struct reading *reading,
                  const struct format *format, const struct metrics_options *options,
                  struct fault *fault)
{
    struct output *output = &invocation->output;
    struct text text;
    bool is_done;

    if (output->is_json)
        return output_json(output, make_document(invocation, reading, options), fault);
    text_init(&text);
    is_done = make_text(reading, format, options, &text, fault);
    if (is_done && invocation->option[OPTION_FILE]) {
        is_done = write_file(invocation, &text, fault);
        invocation->has_written_file = is_done;
    } else if (is_done) {
        output_text(output, &text);
    }
    text_release(&text);
    return is_done;
}

/* Watches the ports, if the option requires it. */
static bool watch(struct invocation *invocation, struct reading *reading, struct fault *fault)
{
    struct series *series;
    bool is_done;

    if (!invocation->option[OPTION_WATCH])
        return true;
    series = malloc(sizeof *series);
    if (!series)
        return fault_no_memory(fault);
    output_progress(&invocation->output, "Watching the ports for 10 seconds...");
    series_init(series);
    is_done = reading_watch(invocation->machine, READING_WATCH_MS, reading, series, fault);
    free(series);
    return is_done;
}

static bool run_metrics(struct invocation *invocation, struct fault *fault)
{
    const char *top_text = invocation->option[OPTION_TOP];
    struct metrics_options options = {
        .wants_addresses = invocation->option[OPTION_WITH_ADDRESSES] != NULL,
        .wants_programs = top_text != NULL,
    };
    const struct format *format = find_format(invocation->option[OPTION_FORMAT], fault);
    struct reading reading;
    size_t top = 0;
    bool is_done;

    if (!format || (top_text && !command_parse_top(top_text, &top, fault)))
        return false;
    if (invocation->output.is_json &&
        (invocation->option[OPTION_FORMAT] || invocation->option[OPTION_FILE]))
        return fault_set(fault, FAULT_USAGE, 0,
                         "--json selects the format and prints to standard output, so it cannot be "
                         "combined with --format or --file. Nothing was written.");
    if (!reading_take(invocation->machine, top, &reading, fault))
        return false;
    is_done =
        watch(invocation, &reading, fault) && print(invocation, &reading, format, &options, fault);
    reading_release(&reading);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_FORMAT] = {"format", "FORMAT", "prometheus (default), openmetrics or influx", false},
    [OPTION_FILE] = {"file", "FILE",
                     "replace FILE completely; if anything fails, leave it unchanged", false},
    [OPTION_TOP] = {"top", "N", "add the N programs with the most ports of TCP and of UDP", false},
    [OPTION_WITH_ADDRESSES] = {"with-addresses", NULL,
                               "add the address of the busiest remote endpoint", false},
    [OPTION_WATCH] = {"with-time-to-full", NULL,
                      "watch the ports for 10 seconds, and add the time until no port is free",
                      false},
    {NULL, NULL, NULL, false},
};

const struct command command_metrics = {
    .name = "metrics",
    .summary = "print port use for Prometheus, InfluxDB and other monitoring",
    .arguments = "",
    .examples = "maxport metrics|print every figure in the format of Prometheus\n"
                "maxport metrics --file D:\\metrics\\maxport.prom|for the textfile collector\n"
                "maxport metrics --top 10|add the 10 programs with the most ports\n"
                "maxport metrics --format influx|print for Telegraf and InfluxDB\n",
    .details =
        "The figures are those of maxport status, for TCP and UDP over IPv4 and IPv6. A figure "
        "that could not be read is left out, and maxport_unseen names it. The output contains no "
        "process IDs, and no addresses without --with-addresses. Without --top, Windows is not "
        "asked for the owners of ports. --with-time-to-full adds maxport_full_in_seconds for each "
        "range whose ports run out at the rate of these 10 seconds.\n"
        "With --file, maxport checks the text, writes it to a temporary file in the same folder "
        "and renames that file, so that a collector never reads an incomplete file. If anything "
        "fails, the old file stays as it was, and the exit code is not 0. Use a folder that only "
        "administrators can change.\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .run = run_metrics,
};
