/* store_public.h - copies of the journal and the backups that everybody may read.
 *
 * Any program that may read a file can prevent its deletion or replacement, by opening it without
 * sharing or with an oplock. A copy is therefore never replaced. A new copy of the journal gets an
 * unused name: journal.jsonl, journal.1.jsonl, ... When the new copy is complete, its number is
 * written to the record (store_record.h). The previous copies are deleted last, within a separate
 * time limit. If a program has them open, a later publish() deletes them. A backup never changes,
 * so it needs only one copy. This copy has the last-write time of the original.
 */
#ifndef WIN32_STORE_PUBLIC_H
#define WIN32_STORE_PUBLIC_H

#include "win32/store_folder.h"

/* Time limit of publish(), in ms, without the half second for deleting old copies. The limit grows
 * by 1 ms for every STORE_PUBLISH_BYTES_PER_MS bytes of the journal. Only administrators can make
 * the journal longer; a journal of 100,000 changes has 100 MiB. */
enum { STORE_PUBLISH_MS = 2000, STORE_PUBLISH_BYTES_PER_MS = 5000 };

/* The functions of store.h. */
bool store_read_public(struct store_adapter *adapter, const char *name, char **data, size_t *length,
                       struct fault *fault) MUST_CHECK;
bool store_publish(void *context, struct fault *fault) MUST_CHECK;

/* Makes the file name of a copy in the folder `public`, including the number `copy`. Copies of
 * files in a subfolder have no number. */
void store_public_leaf(const wchar_t *leaf, DWORD copy, wchar_t *name, size_t count);

#endif
