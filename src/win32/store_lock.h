/* store_lock.h - two locks: for one writer at a time, and for one update of the public copies at a
 * time.
 *
 * The locks are bytes of the private file `lock`, which only administrators can open. Windows
 * releases a lock when the process that has it ends.
 */
#ifndef WIN32_STORE_LOCK_H
#define WIN32_STORE_LOCK_H

#include "win32/store_folder.h"

/* The functions of store.h. */
bool store_lock(void *context, uint32_t wait_ms, struct fault *fault) MUST_CHECK;
void store_unlock(void *context);

/* Locks the byte for updates of the public copies. Close *file to unlock. Fails with FAULT_BUSY if
 * the byte cannot be locked within wait_ms. */
bool store_lock_copies(const struct store_folder *root, uint32_t wait_ms, HANDLE *file,
                       struct fault *fault) MUST_CHECK;

#endif
