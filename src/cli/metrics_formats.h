/* metrics_formats.h - prints a reading in the formats of monitoring systems. */
#ifndef CLI_METRICS_FORMATS_H
#define CLI_METRICS_FORMATS_H

#include <jansson.h>

#include "cli/metrics_samples.h"

/* A format: prints all samples of a reading. The text is UTF-8, and its lines end with LF. */
typedef void (*metrics_print)(const struct reading *reading, const struct metrics_options *options,
                              struct text *text);

/* The text format 0.0.4 of Prometheus. It has no timestamps, because the collectors of text files
 * refuse them. */
void metrics_print_prometheus(const struct reading *reading, const struct metrics_options *options,
                              struct text *text);
/* OpenMetrics 1.0. Each sample has the time of the reading, in seconds. */
void metrics_print_openmetrics(const struct reading *reading, const struct metrics_options *options,
                               struct text *text);
/* The line protocol of InfluxDB: one line for each sample, with the measurement "maxport", the
 * labels as tags, the name of the metric without "maxport_" as field, and the time of the reading
 * in nanoseconds. InfluxDB merges the lines that have the same tags. */
void metrics_print_influx(const struct reading *reading, const struct metrics_options *options,
                          struct text *text);
/* A JSON array of {"name", "labels", "value"}. Returns a new reference, or NULL if memory ran
 * out. */
json_t *metrics_document(const struct reading *reading, const struct metrics_options *options);

#endif
