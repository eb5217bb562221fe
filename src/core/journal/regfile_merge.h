/* regfile_merge.h - merges what a .reg file contains twice, as regedit does. */
#ifndef CORE_JOURNAL_REGFILE_MERGE_H
#define CORE_JOURNAL_REGFILE_MERGE_H

#include "core/journal/regfile.h"

/* Merges keys with the same path; of values with the same name, keeps the last. The file must be
 * indexed, and is indexed again. Fails only if memory runs out; the file can then only be
 * released. */
bool regfile_merge(struct regfile *file, struct fault *fault) MUST_CHECK;

#endif
