/* store_guard.h - lets only one maxport at a time create the store, or two could each record a
 * folder of their own.
 *
 * The guard is a volatile subkey of the record's key, which only administrators can open. The
 * maxport that created the subkey has the guard. The subkey contains the ID and the start of this
 * process, so that maxport recognizes the guard of a process that was ended. A file or a named
 * object would be no guard: users could open it, and so keep administrators from the store.
 */
#ifndef WIN32_STORE_GUARD_H
#define WIN32_STORE_GUARD_H

#include <windows.h>

#include "core/base/fault.h"

enum { STORE_GUARD_WAIT_MS = 20000 };

/* Waits for the guard. root: as for store_record_prepare(), which the caller has called. Fails with
 * FAULT_BUSY after STORE_GUARD_WAIT_MS. */
bool store_guard_enter(HKEY root, struct fault *fault) MUST_CHECK;
void store_guard_leave(HKEY root);

#endif
