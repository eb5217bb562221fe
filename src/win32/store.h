/* store.h - core/store.h on a folder of the disk.
 *
 * The folder belongs to Administrators and has a protected access list: SYSTEM
 * and Administrators may do everything, users may read; what is in `changes`
 * only administrators may read. A file or folder is opened as itself, never
 * through a link, and is believed only when trust.h says so; on volumes that
 * keep no access lists (FAT) there is nothing to judge, and links alone count.
 * Windows lets whoever may read a file keep everybody else from opening it. So a file
 * that is appended to is for administrators alone, and NAME.copy beside it, for everybody
 * to read, follows as well as it can; `read` takes that where the file itself is denied.
 * Callers of `replace` and `append` hold the lock: there is one writer.
 */
#ifndef WIN32_STORE_H
#define WIN32_STORE_H

#include "core/store.h"

#include <windows.h>

enum { STORE_FOLDER_CHARACTERS = MAX_PATH };

struct store_adapter {
    /* Full paths, without a backslash at their ends. */
    wchar_t name[STORE_FOLDER_CHARACTERS];   /* empty: the product's, not yet looked up */
    wchar_t folder[STORE_FOLDER_CHARACTERS]; /* in use: `name`, or NAME-store-..., where that
                                              * could be neither trusted nor moved aside;
                                              * empty: not yet looked for */
    HANDLE lock;                             /* INVALID_HANDLE_VALUE while it is not held */
};

/* C:\ProgramData\maxport, by SHGetFolderPathW(CSIDL_COMMON_APPDATA). */
bool store_product_folder(wchar_t folder[STORE_FOLDER_CHARACTERS], struct fault *fault) MUST_CHECK;

/* Fills *port to work on the product's folder, which is looked up with the first use:
 * shell32.dll takes longer to load than many a command takes. */
void store_open(struct store_adapter *adapter, struct store *port);

/* The same with inspect, read, path and measure alone; all that writes or locks is NULL. */
void store_open_read_only(struct store_adapter *adapter, struct store *port);

/* Fills *port to work on `folder`, which need not be there. The adapter must
 * outlive the port. Fails with FAULT_USAGE when the path is too long. */
bool store_at(const wchar_t *folder, struct store_adapter *adapter, struct store *port,
              struct fault *fault) MUST_CHECK;

/* Lets go of the lock, if it is held. */
void store_close(struct store_adapter *adapter);

#endif
