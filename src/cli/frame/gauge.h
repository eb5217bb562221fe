/* gauge.h - the ports in use of one protocol: bar, figures and states, the same
 * wherever they are shown. */
#ifndef CLI_FRAME_GAUGE_H
#define CLI_FRAME_GAUGE_H

#include "cli/frame/output.h"
#include "core/use/usage.h"

/* Where words start, behind "  TCP  ". */
enum { GAUGE_COLUMN = 7 };

/* Of the fuller family; where neither table or no range is there, it says so. */
void output_gauge(struct output *output, const struct usage *usage);

#endif
