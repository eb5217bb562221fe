/* binder.h - can a port be bound at this moment? Asked of Windows itself, by a
 * socket with SO_EXCLUSIVEADDRUSE on the wildcard address, closed at once. */
#ifndef CORE_SYSTEM_BINDER_H
#define CORE_SYSTEM_BINDER_H

#include "core/base/place.h"

enum bind_answer {
    BIND_FREE,     /* it could */
    BIND_IN_USE,   /* WSAEADDRINUSE 10048 */
    BIND_EXCLUDED, /* WSAEACCES 10013: probably excluded. A port in use gives 10048, even one
                    * that is held exclusively (docs/windows.md, "Binding a port"). */
    BIND_OTHER,    /* another error: see the code */
};

struct binder {
    void *context;
    /* FAULT_UNAVAILABLE: no bind was tried, so nothing is known of the port. */
    bool (*try_bind)(void *context, enum protocol, enum family, uint16_t port, enum bind_answer *,
                     uint32_t *code, struct fault *);
};

#endif
