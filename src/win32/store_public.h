/* store_public.h - copies of the journal and the backups, for everybody to read.
 *
 * Whoever may read a file can keep others from deleting or replacing it, by an open handle
 * that shares nothing or by an oplock. So a copy is never replaced: a new copy of the journal
 * gets a name that is free, journal.jsonl, journal.1.jsonl, ..., and when it is complete the
 * record names its number (store_record.h). Then the one before is deleted if nobody has it
 * open, or else by a later `publish`. A backup never changes, so it needs one copy.
 */
#ifndef WIN32_STORE_PUBLIC_H
#define WIN32_STORE_PUBLIC_H

#include "win32/store_folder.h"

/* `publish` is over after so many ms. */
enum { STORE_PUBLISH_MS = 2000 };

/* store.h's. */
bool store_read_public(struct store_adapter *adapter, const char *name, char **data, size_t *length,
                       struct fault *fault) MUST_CHECK;
bool store_publish(void *context, struct fault *fault) MUST_CHECK;

/* The name in `public` of the copy with that number. A copy of a file in a folder has none. */
void store_public_leaf(const wchar_t *leaf, DWORD copy, wchar_t *name, size_t count);

#endif
