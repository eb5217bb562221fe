/* store_adapter.h - the data that all parts of the store share. */
#ifndef WIN32_STORE_ADAPTER_H
#define WIN32_STORE_ADAPTER_H

#include "win32/store_record.h"

/* Part of the name of a refuge. A refuge is a store under another name: maxport creates it if an
 * untrusted folder has the usual name and a program prevents maxport from renaming this folder. The
 * name of a refuge is the product folder's name, this text and a random number. Only the record
 * (store_record.h) contains the whole name. */
#define STORE_REFUGE L"-store-"

struct store_adapter {
    HKEY root;                             /* of the record */
    wchar_t name[STORE_FOLDER_CHARACTERS]; /* full path; empty: the product's folder, whose path is
                                              not determined yet */
    HANDLE lock;                           /* INVALID_HANDLE_VALUE: not locked */
    bool is_read_only;                     /* reading a private file fails with FAULT_DENIED */
};

#endif
