/* binder.h - tests whether a port can be bound now: binds a socket with SO_EXCLUSIVEADDRUSE
 * to the wildcard address and closes the socket immediately. */
#ifndef CORE_SYSTEM_BINDER_H
#define CORE_SYSTEM_BINDER_H

#include "core/base/place.h"

enum bind_answer {
    BIND_FREE,     /* the bind succeeded */
    BIND_IN_USE,   /* WSAEADDRINUSE 10048 */
    BIND_EXCLUDED, /* WSAEACCES 10013: probably excluded. A port in use gives 10048, even if it
                    * is bound exclusively (docs/windows.md, "Binding a port"). */
    BIND_OTHER,    /* another error, stored in *code */
};

struct binder {
    void *context;
    /* Fails if no bind was tried, usually with FAULT_UNAVAILABLE. The state of the port is then
     * unknown. */
    bool (*try_bind)(void *context, enum protocol, enum family, uint16_t port, enum bind_answer *,
                     uint32_t *code, struct fault *);
};

#endif
