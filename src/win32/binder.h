/* binder.h - the port `binder`, from ws2_32.dll.
 *
 * One socket a question: SO_EXCLUSIVEADDRUSE, so that no port is found free that is
 * only shared (Win32, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE"); IPV6_V6ONLY for
 * IPv6, so that IPv4's ports do not answer for it; bound to the wildcard address;
 * closed at once. It never listens and sends nothing. Windows XP and earlier allow
 * SO_EXCLUSIVEADDRUSE to administrators only: without it no bind is tried, and the answer
 * is FAULT_UNAVAILABLE (docs/windows.md, "Binding a port").
 */
#ifndef WIN32_BINDER_H
#define WIN32_BINDER_H

#include "core/system/binder.h"

struct winsock; /* win32/winsock_calls.h */

struct binder_adapter {
    struct winsock *winsock; /* NULL until the first question */
};

/* Fills *functions, which keeps a pointer to *binder. Loads nothing yet. For one thread. */
void binder_open(struct binder_adapter *binder, struct binder *functions);
void binder_close(struct binder_adapter *binder);

#endif
