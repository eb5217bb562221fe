/* store_adapter.h - what all parts of the store work on. */
#ifndef WIN32_STORE_ADAPTER_H
#define WIN32_STORE_ADAPTER_H

#include "win32/store_record.h"

/* Between the name of the product's folder and a random number: a store in its place, where
 * somebody keeps that folder from being moved aside. The record alone says where it is. */
#define STORE_REFUGE L"-store-"

struct store_adapter {
    HKEY root;                             /* of the record */
    wchar_t name[STORE_FOLDER_CHARACTERS]; /* full path; empty: the product's, not yet looked up */
    HANDLE lock;                           /* INVALID_HANDLE_VALUE while it is not held */
    bool is_read_only;                     /* then private files are denied */
    bool is_behind;                        /* it has noted that the copies for users are old */
};

#endif
