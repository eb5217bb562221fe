/* store_adapter.h - the data that all parts of the store share. */
#ifndef WIN32_STORE_ADAPTER_H
#define WIN32_STORE_ADAPTER_H

#include "win32/store_record.h"

/* Part of the name of a refuge: the store's folder if a program prevents that an untrusted folder
 * is renamed. The name is the product folder's, this text and a random number. Only the record
 * identifies it. */
#define STORE_REFUGE L"-store-"

struct store_adapter {
    HKEY root;                             /* of the record */
    wchar_t name[STORE_FOLDER_CHARACTERS]; /* full path; empty: the product's, not yet determined */
    HANDLE lock;                           /* INVALID_HANDLE_VALUE if not held */
    bool is_read_only;                     /* private files are FAULT_DENIED */
};

#endif
