/* store_record.h - which folder an elevated maxport made for its store.
 *
 * HKEY_LOCAL_MACHINE\SOFTWARE\maxport, in the 64-bit view, which administrators alone can
 * write: the folder's path, its volume's serial number and its identity on that volume. A
 * folder proves nothing by its owner and access list: a program of the same account that is
 * not elevated can make both look right, and anybody can move a folder that SYSTEM owns.
 * Sources: Microsoft Learn, "FILE_ID_INFO", "BY_HANDLE_FILE_INFORMATION",
 * "Accessing an Alternate Registry View".
 */
#ifndef WIN32_STORE_RECORD_H
#define WIN32_STORE_RECORD_H

#include "core/base/fault.h"

#include <windows.h>

enum { STORE_ID_BYTES = 16, STORE_FOLDER_CHARACTERS = MAX_PATH };

#define STORE_NO_COPY MAXDWORD

struct store_identity {
    DWORD volume;
    BYTE id[STORE_ID_BYTES]; /* little-endian; the file index in the first 8 where Windows
                              * has no FILE_ID_INFO. The two are the same number on NTFS. */
};

struct store_trace {
    bool is_present; /* all of it, and well-formed */
    wchar_t path[STORE_FOLDER_CHARACTERS];
    struct store_identity identity;
    DWORD copy;   /* which copy of the journal is the newest (store_public.h), or STORE_NO_COPY */
    DWORD behind; /* 0: no private file was written since the copies were made */
};

/* Of an open file or folder. Returns a Win32 error code. */
DWORD store_identity_read(HANDLE file, struct store_identity *identity) MUST_CHECK;
bool store_identity_is_same(const struct store_identity *a, const struct store_identity *b);

/* `root` is HKEY_LOCAL_MACHINE in the product. No record is a success: is_present is false.
 * FAULT_STORE: others than administrators own the key or can change it (trust.h). */
bool store_record_read(HKEY root, struct store_trace *trace, struct fault *fault) MUST_CHECK;

/* May the record be written? Makes its key. To be called before a folder is made. */
bool store_record_prepare(HKEY root, struct fault *fault) MUST_CHECK;

/* Writes it and flushes it. Interrupted, it leaves no record rather than half of one. */
bool store_record_write(HKEY root, const wchar_t *path, const struct store_identity *identity,
                        struct fault *fault) MUST_CHECK;

/* One of these numbers alone, in a record that is there. Return a Win32 error code. */
DWORD store_record_write_copy(HKEY root, DWORD copy) MUST_CHECK;
DWORD store_record_write_behind(HKEY root, DWORD behind);

/* Deletes its values, and the key where nothing else is in it. */
bool store_record_remove(HKEY root, struct fault *fault) MUST_CHECK;

#endif
