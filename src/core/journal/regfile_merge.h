/* regfile_merge.h - merges keys and values that a .reg file contains twice, as regedit does. */
#ifndef CORE_JOURNAL_REGFILE_MERGE_H
#define CORE_JOURNAL_REGFILE_MERGE_H

#include "core/journal/regfile.h"

/* Merges keys with the same path, and keeps the last of several values with the same name. The file
 * must be indexed; this function then indexes it again. Fails only if memory runs out; the caller
 * may then only release the file. */
bool regfile_merge(struct regfile *file, struct fault *fault) MUST_CHECK;

#endif
