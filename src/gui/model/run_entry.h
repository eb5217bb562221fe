/* run_entry.h - finds the journal entry of a run of maxport.exe. */
#ifndef GUI_MODEL_RUN_ENTRY_H
#define GUI_MODEL_RUN_ENTRY_H

#include "core/journal/journal.h"

/* The highest entry number; 0: none. Call it before a run starts. */
uint64_t run_entry_newest(const struct journal *journal);

/* The newest entry of this process after `after_id` that did not start before `from_ms` (Windows
 * soon reuses process ids); 0: none. Always 0 for process 0, i.e. an unknown process id. */
uint64_t run_entry_find(const struct journal *journal, uint32_t process, uint64_t after_id,
                        int64_t from_ms);

#endif
