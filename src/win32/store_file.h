/* store_file.h - reads and writes the private files of the store. */
#ifndef WIN32_STORE_FILE_H
#define WIN32_STORE_FILE_H

#include "win32/store_folder.h"

enum { STORE_NAME_CHARACTERS = 64, STORE_FILE_BYTES = 256 << 20 /* at most */ };

/* The parts of a name in the store: "changes\\12.reg", "journal.jsonl". */
struct store_name {
    wchar_t folder[STORE_NAME_CHARACTERS]; /* empty: the store's folder itself */
    wchar_t leaf[STORE_NAME_CHARACTERS];
};

/* Splits a name. Fails with FAULT_STORE if the name is invalid, is outside the store, or is a
 * device. */
bool store_name_parse(const char *text, struct store_name *name, struct fault *fault) MUST_CHECK;

/* Opens the folder that contains the named file, relative to `root`. Do not use or close `root`
 * afterwards, even if the function failed. */
bool store_name_enter(struct store_folder *root, const struct store_name *name,
                      struct store_folder *folder, struct fault *fault) MUST_CHECK;

/* Opens a trusted private file. If it does not exist, creates it and sets *is_new to true. */
bool store_file_open_or_make(const struct store_folder *folder, const wchar_t *leaf, DWORD access,
                             bool *is_new, HANDLE *file, struct fault *fault) MUST_CHECK;

/* Splits the name of a private file and opens its folder, to write the file. */
bool store_file_locate(struct store_adapter *adapter, const char *text, struct store_name *name,
                       struct store_folder *folder, struct fault *fault) MUST_CHECK;

/* Reads a trusted file of an open folder completely. */
bool store_file_read(const struct store_folder *folder, const wchar_t *leaf, char **data,
                     size_t *length, struct fault *fault) MUST_CHECK;

/* The functions of store.h for private files. */
bool store_read_private(struct store_adapter *adapter, const char *name, char **data,
                        size_t *length, struct fault *fault) MUST_CHECK;
bool store_create(void *context, const char *name, const void *data, size_t length,
                  struct fault *fault) MUST_CHECK;
bool store_replace(void *context, const char *name, const void *data, size_t length,
                   struct fault *fault) MUST_CHECK;
bool store_append(void *context, const char *name, const void *data, size_t length,
                  struct fault *fault) MUST_CHECK;

#endif
