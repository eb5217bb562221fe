/* explanation.h - what Windows' error codes and events about ports mean.
 *
 * A table: one row a code, in plain words, with its sources (docs/windows.md, "Error
 * codes" and "Events of Tcpip"), the figures of this machine that bear on it, and the
 * commands to type next.
 */
#ifndef CORE_RULES_ERROR_CODE_H
#define CORE_RULES_ERROR_CODE_H

#include "core/base/fault.h"

enum error_code_kind {
    EXPLAINS_ERROR, /* of Windows Sockets, in a program's log */
    EXPLAINS_EVENT, /* of source Tcpip, in the System log */
};

/* What of this machine bears on a code. */
enum error_code_tie {
    TIE_TCP = 1, /* ports in use */
    TIE_UDP = 2,
    TIE_TIME_WAIT = 4,  /* how many wait, and what one destination sustains */
    TIE_EXCLUSIONS = 8, /* ports that nobody is given */
    TIE_POOL = 16,      /* non-paged pool */
};

struct suggestion {
    const char *command; /* "maxport ports --by remote" */
    const char *what;    /* what it tells or does */
};

enum { ERROR_CODE_EVENTS_MAX = 3, ERROR_CODE_ADVICE_MAX = 5, ERROR_CODE_SOURCES_MAX = 4 };

struct error_code {
    uint32_t code;
    enum error_code_kind kind;
    const char *name;                                /* "WSAENOBUFS" */
    const char *title;                               /* half a sentence */
    const char *meaning;                             /* sentences */
    const char *when;                                /* sentences: when Windows raises it */
    unsigned ties;                                   /* enum error_code_tie, or-ed */
    uint32_t events[ERROR_CODE_EVENTS_MAX];          /* of Tcpip that go with it; 0 ends */
    const char *sources[ERROR_CODE_SOURCES_MAX];     /* NULL ends */
    struct suggestion advice[ERROR_CODE_ADVICE_MAX]; /* a NULL command ends */
};

/* The table, in the order in which screens list it; NULL behind the last. */
const struct error_code *error_code_at(size_t index);

/* "10055", "WSAENOBUFS" (case ignored), "0x2747", and the codes that Windows makes of
 * them: 0x80072747 (HRESULT), 0x80001083 (an event's message). FAULT_USAGE lists what
 * can be explained. */
bool error_code_find(const char *text, const struct error_code **error_code,
                     struct fault *fault) MUST_CHECK;

#endif
