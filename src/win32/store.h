/* store.h - the interface `store` in a folder on disk.
 *
 *   C:\ProgramData\maxport   SYSTEM and Administrators; users can see that it exists
 *     journal.jsonl, lock    private: users cannot open them, not even for their attributes
 *     changes\               private: the backups and undo files
 *     public\                copies of the journal and of changes\, readable by everybody
 *
 * Only the folder recorded in HKEY_LOCAL_MACHINE\SOFTWARE\maxport (store_record.h) is trusted,
 * and only if its owner and access list pass trust.h. On volumes without access lists (FAT), owner
 * and access list are not checked. No file or folder is opened through a link, and opening a file
 * waits for another program only within a limit (bounded_open.h). Callers of replace() and append()
 * must have called lock().
 */
#ifndef WIN32_STORE_H
#define WIN32_STORE_H

#include "core/system/store.h"
#include "win32/store_adapter.h"

#include <windows.h>

/* Fills *store for the product's folder. The store determines the folder's path at its first
 * use. */
void store_open(struct store_adapter *adapter, struct store *store);

/* As store_open(), but only inspect, record, read, path and measure are set; the writing functions
 * are NULL. */
void store_open_read_only(struct store_adapter *adapter, struct store *store);

/* Fills *store for `folder`, which need not exist, with a record in the registry below `root`.
 * *store retains a pointer to *adapter. Fails with FAULT_USAGE if the path is empty or too long. */
bool store_at(const wchar_t *folder, HKEY root, struct store_adapter *adapter, struct store *store,
              struct fault *fault) MUST_CHECK;

/* Releases the lock if this process has it. */
void store_close(struct store_adapter *adapter);

#endif
