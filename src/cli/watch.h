/* watch.h - `ports --watch`: the use, again and again, until Ctrl-C. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli/port_groups.h"

enum { WATCH_SECONDS_DEFAULT = 2, WATCH_SECONDS_MAXIMUM = 3600 };

/* *view has its survey, and no sample yet. A page that is drawn again and again on a
 * console, else a line a sample (--json: an object; --csv: a row for each protocol).
 * Fails only where the first sample does, or memory ran out; Ctrl-C is a success. */
bool watch_run(struct invocation *invocation, struct port_groups *view, uint32_t seconds,
               struct fault *fault) MUST_CHECK;

#endif
