/* metrics_check.h - checks text in the formats of Prometheus and OpenMetrics. */
#ifndef CLI_METRICS_CHECK_H
#define CLI_METRICS_CHECK_H

#include "core/base/fault.h"
#include "core/base/text.h"

/* Checks text before it replaces the file of a collector, because one wrong line makes a collector
 * refuse the whole file: each line is a comment or a sample, names have valid characters, each
 * sample belongs to the metric that the comments before it describe, no sample occurs twice, and
 * the last line is complete. Fails with FAULT_FAILED; the text names the line. */
bool metrics_check(const struct text *text, struct fault *fault) MUST_CHECK;

#endif
