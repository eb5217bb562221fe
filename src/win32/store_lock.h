/* store_lock.h - one writer at a time, and one that renews the copies for users.
 *
 * Bytes of the private file `lock`, which nobody but an administrator can open. A lock ends
 * with its process.
 */
#ifndef WIN32_STORE_LOCK_H
#define WIN32_STORE_LOCK_H

#include "win32/store_folder.h"

/* store.h's. */
bool store_lock(void *context, uint32_t wait_ms, struct fault *fault) MUST_CHECK;
void store_unlock(void *context);

/* Another byte of it, for `publish`. Close the handle to unlock it. FAULT_BUSY after wait_ms. */
bool store_lock_copies(const struct store_folder *root, uint32_t wait_ms, HANDLE *file,
                       struct fault *fault) MUST_CHECK;

#endif
