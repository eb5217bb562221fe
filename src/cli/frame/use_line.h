/* use_line.h - ports in use, on one line. */
#ifndef CLI_FRAME_USE_LINE_H
#define CLI_FRAME_USE_LINE_H

#include "cli/frame/output.h"
#include "core/journal/journal.h"

/* "  Use before    TCP 14,911 of 16,384 ports, UDP 612 of 16,384": the figures start
 * at `indent`. Of each protocol the fuller family, as on all other screens. */
void output_use(struct output *output, const char *label, unsigned indent, struct use_figures use);

#endif
