/* fault.h - why something failed, as a value that travels up.
 *
 * Functions that can fail return false and fill the struct fault that they
 * were given last. Only the two mains print faults and turn them into exit
 * codes, so a sentence in a fault is complete: it names the value or the file,
 * what was expected, and what was left untouched.
 */
#ifndef CORE_BASE_FAULT_H
#define CORE_BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"

enum fault_kind {
    FAULT_NONE,
    FAULT_FAILED,      /* the attempt failed and what it wrote is put back */
    FAULT_USAGE,       /* the words or the value asked for are not acceptable; nothing touched */
    FAULT_DENIED,      /* this account may not; an administrator may */
    FAULT_STUCK,       /* a roll-back did not complete; the journal knows what is where */
    FAULT_DECLINED,    /* the user said no, or interrupted before the first write */
    FAULT_STORE,       /* the store could not be written; the registry was not touched */
    FAULT_STALE,       /* the registry is not what the plan saw */
    FAULT_MISSING,     /* what was asked for does not exist */
    FAULT_UNAVAILABLE, /* this system has no such thing, or it did not answer in time */
    FAULT_BUSY,        /* another maxport holds the lock */
    FAULT_NO_MEMORY,
    FAULT_EXISTS, /* something by that name is there already and was left alone */
};

enum { FAULT_TEXT_SIZE = 1024 };

struct fault {
    enum fault_kind kind;
    uint32_t code;              /* the system's own code, 0 where there is none */
    char text[FAULT_TEXT_SIZE]; /* UTF-8, one or more whole sentences, safe (text_safe) */
};

/* Fills *fault and returns false, so that a failing function ends with
 * `return fault_set(...)`. Text that does not fit is cut at a whole character; what a screen
 * must not see is escaped, so an argument may be text from outside. */
bool fault_set(struct fault *fault, enum fault_kind kind, uint32_t code, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Puts `prefix: ` before the text of a fault that is being passed on. Returns false. */
bool fault_prefix(struct fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);

/* For a fault that says that nothing was changed, after all where something was: puts
 * `what` (whole sentences) first and makes it "Nothing else was changed". Returns false. */
bool fault_except(struct fault *fault, const char *what);

/* Removes the sentences that say that nothing was changed, where something was. */
void fault_retract(struct fault *fault);

bool fault_no_memory(struct fault *fault);

/* The text alone, into a caller's buffer, cut at a whole character. */
void fault_text(const struct fault *fault, char *buffer, size_t size);

/* "denied", "stale" ...: the fault's name in JSON. Stable, English. */
const char *fault_name(enum fault_kind kind);

#endif
