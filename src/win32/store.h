/* store.h - core/system/store.h on a folder of the disk.
 *
 *   C:\ProgramData\maxport   SYSTEM and Administrators; users see that it is there
 *     journal.jsonl, lock    private: users cannot open them, not even for their attributes
 *     changes\               private: the backups and undo files
 *     public\                copies of the journal and of changes\, for everybody to read
 *
 * Only the folder is believed that HKEY_LOCAL_MACHINE\SOFTWARE\maxport records
 * (store_record.h), and only while its owner and access list are as trust.h wants them; on
 * volumes that keep no access lists (FAT) there is nothing to judge. Nothing is opened through
 * a link, and no open waits for another program for long (bounded_open.h).
 * Callers of `replace` and `append` hold the lock: there is one writer.
 */
#ifndef WIN32_STORE_H
#define WIN32_STORE_H

#include "core/system/store.h"
#include "win32/store_adapter.h"

#include <windows.h>

/* Fills *store to work on the product's folder, which is looked up with the first use. */
void store_open(struct store_adapter *adapter, struct store *store);

/* The same with inspect, record, read, path and measure alone; writing functions are NULL. */
void store_open_read_only(struct store_adapter *adapter, struct store *store);

/* Fills *store to work on `folder`, which need not be there, and a record below `root`. The
 * adapter must outlive the store. Fails with FAULT_USAGE when the path is too long. */
bool store_at(const wchar_t *folder, HKEY root, struct store_adapter *adapter, struct store *store,
              struct fault *fault) MUST_CHECK;

/* Gives up the lock, if it is held. */
void store_close(struct store_adapter *adapter);

#endif
