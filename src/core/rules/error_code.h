/* explanation.h - what Windows' error codes and events about ports mean.
 *
 * A table: one row a code, in plain words, with its sources (docs/windows.md, "Error
 * codes" and "Events of Tcpip"), the figures of this machine that bear on it, and the
 * commands to type next.
 */
#ifndef CORE_RULES_ERROR_CODE_H
#define CORE_RULES_ERROR_CODE_H

#include "core/base/fault.h"

enum explanation_kind {
    EXPLAINS_ERROR, /* of Windows Sockets, in a program's log */
    EXPLAINS_EVENT, /* of source Tcpip, in the System log */
};

/* What of this machine bears on a code. */
enum explanation_tie {
    TIE_TCP = 1,        /* ports in use */
    TIE_UDP = 2,
    TIE_TIME_WAIT = 4,  /* how many wait, and what one destination sustains */
    TIE_EXCLUSIONS = 8, /* ports that nobody is given */
    TIE_POOL = 16,      /* non-paged pool */
};

struct advice {
    const char *command; /* "maxport ports --by remote" */
    const char *what;    /* what it tells or does */
};

enum { EXPLANATION_EVENTS_MAX = 3, EXPLANATION_ADVICE_MAX = 5, EXPLANATION_SOURCES_MAX = 4 };

struct explanation {
    uint32_t code;
    enum explanation_kind kind;
    const char *name;    /* "WSAENOBUFS" */
    const char *title;   /* half a sentence */
    const char *meaning; /* sentences */
    const char *when;    /* sentences: when Windows raises it */
    unsigned ties;       /* enum explanation_tie, or-ed */
    uint32_t events[EXPLANATION_EVENTS_MAX]; /* of Tcpip that go with it; 0 ends */
    const char *sources[EXPLANATION_SOURCES_MAX];       /* NULL ends */
    struct advice advice[EXPLANATION_ADVICE_MAX];       /* a NULL command ends */
};

/* The table, in the order in which screens list it; NULL behind the last. */
const struct explanation *explanation_at(size_t index);

/* "10055", "WSAENOBUFS" (case ignored), "0x2747", and the codes that Windows makes of
 * them: 0x80072747 (HRESULT), 0x80001083 (an event's message). FAULT_USAGE lists what
 * can be explained. */
bool explanation_find(const char *text, const struct explanation **explanation,
                      struct fault *fault) MUST_CHECK;

#endif
