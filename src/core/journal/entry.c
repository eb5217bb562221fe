#include "core/journal/entry.h"

#include <stdlib.h>
#include <string.h>

const char *entry_state_name(enum entry_state state)
{
    switch (state) {
    case ENTRY_OPEN:
        return "open";
    case ENTRY_DONE:
        return "done";
    case ENTRY_ROLLED_BACK:
        return "rolled_back";
    case ENTRY_STUCK:
        return "stuck";
    case ENTRY_BACKUP:
        return "backup";
    case ENTRY_RETURN:
        return "return_scheduled";
    case ENTRY_RETURN_REFUSED:
        return "return_refused";
    }
    return "unknown";
}

bool entry_state_is_return(enum entry_state state)
{
    return state == ENTRY_RETURN || state == ENTRY_RETURN_REFUSED;
}

bool entry_state_is_single(enum entry_state state)
{
    return state == ENTRY_BACKUP || entry_state_is_return(state);
}

void journal_init(struct journal *journal)
{
    memset(journal, 0, sizeof *journal);
    journal->next_id = 1;
}

void journal_entry_release(struct journal_entry *entry)
{
    for (size_t i = 0; i < entry->step_count; i++)
        step_release(&entry->steps[i]);
    free(entry->steps);
    free(entry->reason);
    free(entry->outcome);
    memset(entry, 0, sizeof *entry);
}

void journal_release(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        journal_entry_release(&journal->entries[i]);
    free(journal->entries);
    journal_init(journal);
}

const struct journal_entry *journal_find(const struct journal *journal, uint64_t id)
{
    size_t low = 0;
    size_t high = journal->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (journal->entries[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < journal->count && journal->entries[low].id == id ? &journal->entries[low] : NULL;
}

bool journal_is_open(const struct journal_entry *entry)
{
    return entry->state == ENTRY_OPEN || (entry->state == ENTRY_STUCK && !entry->was_resolved);
}
