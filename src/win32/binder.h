/* binder.h - the interface `binder`, with functions of ws2_32.dll.
 *
 * Each test uses a new socket, binds it to the wildcard address and closes it immediately. The
 * socket never listens and sends nothing. With SO_EXCLUSIVEADDRUSE, a port that another program
 * shares does not look free (Win32, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE"). With
 * IPV6_V6ONLY, an IPv4 port does not affect a test of IPv6. Windows XP and earlier allow
 * SO_EXCLUSIVEADDRUSE only to administrators. If Windows refuses this option, no bind is tried, and
 * the result is FAULT_UNAVAILABLE (docs/windows.md, "Binding a port").
 */
#ifndef WIN32_BINDER_H
#define WIN32_BINDER_H

#include "core/system/binder.h"

struct winsock; /* win32/winsock_calls.h */

struct binder_adapter {
    struct winsock *winsock; /* NULL until the first test */
};

/* Fills *functions, which retains a pointer to *binder. Does not load ws2_32.dll yet. For use by
 * one thread. */
void binder_open(struct binder_adapter *binder, struct binder *functions);
void binder_close(struct binder_adapter *binder);

#endif
