/* binder.h - the interface `binder`, with functions of ws2_32.dll.
 *
 * Each test uses a new socket, binds it to the wildcard address and closes it immediately. The
 * socket never listens and sends nothing. SO_EXCLUSIVEADDRUSE prevents that a shared port looks
 * free (Win32, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE"); IPV6_V6ONLY prevents that an IPv4
 * port affects an IPv6 test. Windows XP and earlier allow SO_EXCLUSIVEADDRUSE to administrators
 * only. Without it no bind is tried, and the result is FAULT_UNAVAILABLE (docs/windows.md,
 * "Binding a port").
 */
#ifndef WIN32_BINDER_H
#define WIN32_BINDER_H

#include "core/system/binder.h"

struct winsock; /* win32/winsock_calls.h */

struct binder_adapter {
    struct winsock *winsock; /* NULL until the first test */
};

/* Fills *functions, which retains a pointer to *binder. Loads nothing yet. For one thread. */
void binder_open(struct binder_adapter *binder, struct binder *functions);
void binder_close(struct binder_adapter *binder);

#endif
