/* store_record.h - records the folder that an elevated maxport created for its store.
 *
 * HKEY_LOCAL_MACHINE\SOFTWARE\maxport, in the 64-bit view, contains the folder's path, the serial
 * number of its volume and its identity on that volume. Only administrators can write the key.
 * The owner and access list of a folder prove nothing: a program that is not elevated, but runs
 * under the same account, can imitate both, and any user can move a folder that SYSTEM owns to the
 * store's path.
 * Sources: Microsoft Learn, "FILE_ID_INFO", "BY_HANDLE_FILE_INFORMATION", "Accessing an Alternate
 * Registry View".
 */
#ifndef WIN32_STORE_RECORD_H
#define WIN32_STORE_RECORD_H

#include "core/base/fault.h"

#include <windows.h>

/* The key of the record, in the 64-bit view. */
#define STORE_RECORD_KEY L"SOFTWARE\\maxport"

enum { STORE_ID_BYTES = 16, STORE_FOLDER_CHARACTERS = MAX_PATH };

#define STORE_NO_COPY MAXDWORD

struct store_identity {
    DWORD volume;
    BYTE id[STORE_ID_BYTES]; /* little-endian. If Windows has no FILE_ID_INFO, the file index in
                              * the first 8 bytes; on NTFS both are the same number. */
};

struct store_trace {
    bool is_present; /* complete and well-formed */
    wchar_t path[STORE_FOLDER_CHARACTERS];
    struct store_identity identity;
    DWORD copy;   /* number of the newest copy of the journal (store_public.h), or STORE_NO_COPY */
    DWORD behind; /* 0: no private file was written after the last publish() */
};

/* Reads the identity of an open file or folder. Returns a Win32 error code. */
DWORD store_identity_read(HANDLE file, struct store_identity *identity) MUST_CHECK;
bool store_identity_is_same(const struct store_identity *a, const struct store_identity *b);

/* Reads the record. root: HKEY_LOCAL_MACHINE in the product. If there is no record, succeeds and
 * sets trace->is_present to false. Fails with FAULT_STORE if the owner of the key is not trusted or
 * other accounts can change the key (trust.h), and with FAULT_FAILED or FAULT_DENIED if the key
 * cannot be read. */
bool store_record_read(HKEY root, struct store_trace *trace, struct fault *fault) MUST_CHECK;

/* Creates the key and checks that the record can be written. Called before a folder is created. */
bool store_record_prepare(HKEY root, struct fault *fault) MUST_CHECK;

/* Writes and flushes the record. An interruption leaves no record at all, never an
 * incomplete one. */
bool store_record_write(HKEY root, const wchar_t *path, const struct store_identity *identity,
                        struct fault *fault) MUST_CHECK;

/* These functions change one number of an existing record and return a Win32 error code. */
DWORD store_record_write_copy(HKEY root, DWORD copy) MUST_CHECK;
DWORD store_record_write_behind(HKEY root, DWORD behind);

/* Deletes a key of the 64-bit view that has no subkeys. */
LSTATUS store_record_delete_key(HKEY root, const wchar_t *name);

/* Deletes the values of the record. Also deletes the key if it contains nothing else. */
bool store_record_remove(HKEY root, struct fault *fault) MUST_CHECK;

#endif
