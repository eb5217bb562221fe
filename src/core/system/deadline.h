/* deadline.h - ends the program if it does not finish in time, for a command whose caller waits.
 *
 * Most slow calls to Windows have a time limit of their own, but not all can have one
 * (src/README.md). A deadline ends the program even during such a call. Set it only in a command
 * that writes nothing.
 */
#ifndef CORE_SYSTEM_DEADLINE_H
#define CORE_SYSTEM_DEADLINE_H

#include <stddef.h>

#include "core/base/fault.h"

struct deadline_source {
    void *context;
    /* Sets the deadline. If clear() is not called within `ms` milliseconds, the program writes
     * `words` to standard output and ends with `exit_code`. words: ASCII; copied. Call it at most
     * once. */
    bool (*set)(void *context, uint32_t ms, const char *words, int exit_code, struct fault *);
    /* Cancels the deadline, so that the caller can write to standard output. Does not return if the
     * deadline has passed. Allowed without a deadline. */
    void (*clear)(void *context);
};

#endif
