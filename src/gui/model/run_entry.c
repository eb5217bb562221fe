#include "gui/model/run_entry.h"

enum { CLOCK_SLACK_MS = 2000 }; /* the clock may be set back by at most this time during a run */

uint64_t run_entry_newest(const struct journal *journal)
{
    uint64_t newest = 0;

    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].id > newest)
            newest = journal->entries[i].id;
    return newest;
}

uint64_t run_entry_find(const struct journal *journal, uint32_t process, uint64_t after_id,
                        int64_t from_ms)
{
    for (size_t i = journal->count; i > 0 && process != 0; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];

        if (entry->process_id == process && entry->id > after_id &&
            entry->started_ms >= from_ms - CLOCK_SLACK_MS)
            return entry->id;
    }
    return 0;
}
