/* run_entry.h - which journal entry a run of maxport.exe wrote. */
#ifndef GUI_MODEL_RUN_ENTRY_H
#define GUI_MODEL_RUN_ENTRY_H

#include "core/journal/journal.h"

/* The highest number of an entry; 0: none. Taken before a run starts. */
uint64_t run_entry_newest(const struct journal *journal);

/* The newest entry by this process that came after `after_id` and did not start before
 * `from_ms` (Windows gives a process's number to another one soon); 0: none, and always
 * for process 0, whose number is unknown. */
uint64_t run_entry_find(const struct journal *journal, uint32_t process, uint64_t after_id,
                        int64_t from_ms);

#endif
