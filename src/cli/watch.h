/* watch.h - `ports --watch`: shows the port use repeatedly until the user stops it. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli/port_groups.h"

enum { WATCH_SECONDS_DEFAULT = 2, WATCH_SECONDS_MAXIMUM = 3600 };

/* Shows samples until Ctrl-C, on a console also until q or Esc. *view has a survey, but no sample
 * yet. On a console, redraws a page; otherwise prints one line for each sample (--json: one object;
 * --csv: one row for each protocol). Fails only if the first sample fails, the page cannot be drawn
 * or memory runs out. Ctrl-C is not a failure. */
bool watch_run(struct invocation *invocation, struct port_groups *view, uint32_t seconds,
               struct fault *fault) MUST_CHECK;

#endif
