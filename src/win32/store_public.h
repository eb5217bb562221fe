/* store_public.h - copies of the journal and the backups that everybody may read.
 *
 * A program that may read a file can prevent its deletion or replacement, with an open handle
 * that shares nothing or with an oplock. So a copy is never replaced. A new copy of the journal
 * gets an unused name: journal.jsonl, journal.1.jsonl, ... When it is complete, its number is
 * written to the record (store_record.h). The previous copies are deleted last, within a time
 * limit of their own, or by a later `publish` if a program has them open. A backup never changes,
 * so it needs only one copy, which has the time of last write of the original.
 */
#ifndef WIN32_STORE_PUBLIC_H
#define WIN32_STORE_PUBLIC_H

#include "win32/store_folder.h"

/* Time limit of `publish`. */
enum { STORE_PUBLISH_MS = 2000 };

/* The functions of store.h. */
bool store_read_public(struct store_adapter *adapter, const char *name, char **data, size_t *length,
                       struct fault *fault) MUST_CHECK;
bool store_publish(void *context, struct fault *fault) MUST_CHECK;

/* The name of a copy in `public` with its number. Copies of files in a subfolder have no
 * number. */
void store_public_leaf(const wchar_t *leaf, DWORD copy, wchar_t *name, size_t count);

#endif
