/* error_code.h - explains Windows' error codes and events about ports.
 *
 * The table has one row for each code. A row contains the meaning, the sources (docs/windows.md,
 * "Error codes" and "Events of Tcpip"), the kinds of related figures, and the commands to run next.
 */
#ifndef CORE_RULES_ERROR_CODE_H
#define CORE_RULES_ERROR_CODE_H

#include "core/base/fault.h"

enum error_code_kind {
    EXPLAINS_ERROR, /* an error of Windows, found in the log of a program */
    EXPLAINS_EVENT, /* an event of source Tcpip in the System log */
};

/* Figures of this machine that are related to a code. */
enum error_code_tie {
    TIE_TCP = 1,        /* TCP ports in use */
    TIE_UDP = 2,        /* UDP ports in use */
    TIE_TIME_WAIT = 4,  /* ports in TIME_WAIT, and the sustainable rate to one destination */
    TIE_EXCLUSIONS = 8, /* excluded ports */
    TIE_POOL = 16,      /* non-paged pool */
};

struct suggestion {
    const char *command; /* "maxport ports --by remote" */
    const char *what;    /* what the command shows or does */
};

enum {
    ERROR_CODE_EVENTS_MAX = 3,
    ERROR_CODE_ADVICE_MAX = 5,
    ERROR_CODE_SOURCES_MAX = 6,
    ERROR_CODE_ALIASES_MAX = 3,
};

struct error_code {
    uint32_t code;
    enum error_code_kind kind;
    const char *name;                                /* "WSAENOBUFS"; "": the code has no name */
    const char *aliases[ERROR_CODE_ALIASES_MAX];     /* other names, e.g. "ENOBUFS"; NULL ends */
    const char *title;                               /* a phrase */
    const char *meaning;                             /* sentences */
    const char *when;                                /* sentences: when Windows reports this code */
    unsigned ties;                                   /* bits of enum error_code_tie */
    bool is_indirect;                                /* other causes than ports are usual */
    uint32_t events[ERROR_CODE_EVENTS_MAX];          /* related events of Tcpip; 0 ends the list */
    const char *sources[ERROR_CODE_SOURCES_MAX];     /* NULL ends the list */
    struct suggestion advice[ERROR_CODE_ADVICE_MAX]; /* a NULL command ends it */
};

/* Returns a row; screens list the rows in this order. Returns NULL after the last row. */
const struct error_code *error_code_at(size_t index);

/* Finds a code by text such as "10055", "WSAENOBUFS" or an alias (case ignored), "0x2747",
 * "0x80072747" (an HRESULT) or "0x80001083" (the message id of an event). Fails with FAULT_USAGE;
 * the text lists the codes in the table. */
bool error_code_find(const char *text, const struct error_code **error_code,
                     struct fault *fault) MUST_CHECK;

#endif
