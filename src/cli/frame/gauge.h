/* gauge.h - prints the ports in use of one protocol: bar, figures and states. */
#ifndef CLI_FRAME_GAUGE_H
#define CLI_FRAME_GAUGE_H

#include "cli/frame/output.h"
#include "core/use/usage.h"
#include "core/use/verdict.h"

/* Text starts at this column, after "  TCP  ". */
enum { GAUGE_COLUMN = 7 };

/* Shows the family that uses the larger part of its range. If no table could be read or the range
 * is unknown, prints this reason instead. */
void output_gauge(struct output *output, const struct usage *usage);

/* Prints the sentence of the verdict, in a style that shows how severe it is. */
void output_verdict(struct output *output, const struct verdict *verdict);

#endif
