/* use_line.h - prints the ports in use on one line. */
#ifndef CLI_FRAME_USE_LINE_H
#define CLI_FRAME_USE_LINE_H

#include "cli/frame/output.h"
#include "core/journal/journal.h"

/* Prints "  Use before    TCP 14,911 of 16,384 ports, UDP 612 of 16,384 ports", with the
 * figures at column `indent`. For each protocol, shows the family that uses the larger part of its
 * range, as all screens do. */
void output_use(struct output *output, const char *label, unsigned indent, struct use_figures use);

#endif
