/* run_entry.h - finds the journal entry of a run of maxport.exe. */
#ifndef GUI_MODEL_RUN_ENTRY_H
#define GUI_MODEL_RUN_ENTRY_H

#include "core/journal/journal.h"

/* Returns the highest entry number of the journal; 0: the journal has no entries. Call this
 * function before a run starts. */
uint64_t run_entry_newest(const struct journal *journal);

/* Returns the number of the newest entry that this process wrote after the entry `after_id`, or 0
 * if there is no such entry. An entry that started more than 2 seconds before `from_ms` is ignored,
 * because Windows soon reuses process ids. If `process` is 0 (unknown), returns 0. */
uint64_t run_entry_find(const struct journal *journal, uint32_t process, uint64_t after_id,
                        int64_t from_ms);

#endif
