/* fault.h - the reason why a function failed.
 *
 * A function that can fail returns false and fills the struct fault that is its last parameter. No
 * function of src/core prints a fault. The console program prints it and derives the exit code from
 * the kind; the window shows the text. Therefore the text of a fault must suffice without further
 * context. Where applicable, the text states the wrong value or file, what maxport expected, and
 * what is unchanged.
 */
#ifndef CORE_BASE_FAULT_H
#define CORE_BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"

enum fault_kind {
    FAULT_NONE,
    FAULT_FAILED, /* the attempt failed; anything that it wrote was rolled back */
    FAULT_USAGE,  /* an invalid argument or value; nothing was changed */
    FAULT_DENIED, /* this account lacks a permission that administrators have */
    /* The rollback failed, or a return to a restore point may happen although no answer of Windows
     * confirms it; the journal contains the details. */
    FAULT_STUCK,
    FAULT_DECLINED, /* the user declined, or pressed Ctrl-C before the first write */
    /* The store could not be used or written. No setting was changed, unless the text says that a
     * change was written and only its outcome is not in the journal. */
    FAULT_STORE,
    FAULT_STALE,       /* a value or the plan differs from the expected one; nothing was changed */
    FAULT_MISSING,     /* the requested object does not exist */
    FAULT_UNAVAILABLE, /* this Windows lacks the feature, or the feature did not respond in time */
    FAULT_BUSY,        /* another maxport has the lock, or an operation has not ended in time */
    FAULT_NO_MEMORY,
    FAULT_EXISTS, /* the name is in use already; the existing object is unchanged */
};

enum { FAULT_TEXT_SIZE = 1024 };

struct fault {
    enum fault_kind kind;
    uint32_t code;              /* Windows' error code; 0: none */
    char text[FAULT_TEXT_SIZE]; /* UTF-8; whole sentences, safe for a screen (see text_safe) */
};

/* Fills *fault and returns false, so that a failing function can end with `return fault_set(...)`.
 * Text that does not fit is cut after a whole character. Characters that are unsafe for a screen
 * are escaped, so the arguments may be text from outside maxport. */
bool fault_set(struct fault *fault, enum fault_kind kind, uint32_t code, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Inserts the formatted prefix and ": " before the text of a fault, for a caller that passes on the
 * fault of another function. Returns false. */
bool fault_prefix(struct fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);

/* Corrects a fault whose text says that nothing was changed although something was changed. Inserts
 * `what` (whole sentences) before the text, and adds "else" to "Nothing was changed", "Nothing was
 * written" and "Everything is as it was before". Returns false. */
bool fault_except(struct fault *fault, const char *what);

/* Removes the sentences "Nothing was changed", "Nothing was written" and "Everything is as it was
 * before" from the text. Call this function if something was changed. */
void fault_retract(struct fault *fault);

/* Removes the sentence from the text; sentence: with the space before it. */
void fault_drop(struct fault *fault, const char *sentence);

bool fault_no_memory(struct fault *fault);

/* Copies the text into the caller's buffer. Text that does not fit is cut after a whole
 * character. */
void fault_text(const struct fault *fault, char *buffer, size_t size);

/* Returns the name of the kind in JSON: "denied", "stale" ... These names never change. */
const char *fault_name(enum fault_kind kind);

#endif
