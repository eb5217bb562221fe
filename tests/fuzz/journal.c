/* Fuzzes the journal. Any contents must be read without a crash. Entries that were read, written
 * and read again must be the same. An incomplete end must not affect the lines before it. */
#include <string.h>

#include "core/journal/journal.h"
#include "fake/machine.h"
#include "fuzz/expect.h"

static const char file_name[] = "journal.jsonl";

static void check_shape(const struct journal *journal, size_t length)
{
    uint64_t last = 0;

    EXPECT(journal->whole_length + journal->torn_length == length, "%zu and %zu of %zu",
           journal->whole_length, journal->torn_length, length);
    EXPECT(!journal->misses_newline || journal->torn_length == 0, "torn, and only a newline short");
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_entry *entry = &journal->entries[i];

        EXPECT(entry->id > last && entry->id < journal->next_id, "id %llu after %llu",
               (unsigned long long)entry->id, (unsigned long long)last);
        EXPECT(journal_find(journal, entry->id) == entry, "not found");
        EXPECT(entry->reason && entry->outcome, "no words");
        last = entry->id;
    }
    const struct journal_entry *undoable = journal_newest_undoable(journal);
    EXPECT(!undoable || (undoable->state == ENTRY_DONE && !undoable->is_undone), "not undoable");
    const struct journal_entry *open = journal_open_entry(journal);
    EXPECT(!open || open->state == ENTRY_OPEN || open->state == ENTRY_STUCK, "not open");
}

static void store_init(struct fake *fake)
{
    fake_init(fake);
    fake->store_state = STORE_TRUSTED;
    fake->is_locked = true;
}

/* Writes all entries into a new journal. The caller releases the fake. */
static void write_all(const struct journal *journal, struct fake *fake)
{
    struct fault fault;

    store_init(fake);
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_entry *entry = &journal->entries[i];

        EXPECT(journal_write_started(&fake->machine.store, entry, &fault), "%s", fault.text);
        if (entry->state != ENTRY_OPEN && !entry_state_is_single(entry->state))
            EXPECT(journal_write_ended(&fake->machine.store, entry, &fault), "%s", fault.text);
    }
}

static void read_back(struct fake *fake, struct journal *journal)
{
    struct fault fault;

    EXPECT(journal_read(&fake->machine.store, STORE_PRIVATE, journal, &fault), "%s", fault.text);
    check_shape(journal, strlen(fake_stored(fake, file_name)));
}

static void compare(const struct journal *a, const struct journal *b)
{
    EXPECT(a->count == b->count, "%zu entries became %zu", a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct journal_entry *x = &a->entries[i], *y = &b->entries[i];

        EXPECT(x->id == y->id && x->state == y->state && x->undoes == y->undoes &&
                   x->is_undone == y->is_undone && x->step_count == y->step_count,
               "entry %llu differs", (unsigned long long)x->id);
        for (size_t s = 0; s < x->step_count; s++)
            EXPECT(place_equal(&x->steps[s].place, &y->steps[s].place) &&
                       value_equal(&x->steps[s].before, &y->steps[s].before) &&
                       value_equal(&x->steps[s].after, &y->steps[s].after),
                   "step %zu of entry %llu differs", s, (unsigned long long)x->id);
    }
}

static void write_and_read(const struct journal *journal)
{
    struct fake once, twice;
    struct journal again;

    write_all(journal, &once);
    read_back(&once, &again);
    EXPECT(again.bad_count == 0 && again.torn_length == 0, "a line of ours is bad");
    compare(journal, &again);
    /* Compare the bytes too, because compare() ignores some fields. */
    write_all(&again, &twice);
    EXPECT(strcmp(fake_stored(&once, file_name), fake_stored(&twice, file_name)) == 0,
           "%s\nbecame\n%s", fake_stored(&once, file_name), fake_stored(&twice, file_name));
    journal_release(&again);
    fake_release(&twice);
    fake_release(&once);
}

/* Cuts the journal at a byte, as a power failure can do, and repairs it. */
static void cut_and_repair(const char *text, size_t length, size_t cut)
{
    struct fake fake;
    struct journal torn, mended;
    struct fault fault;

    cut = length ? cut % (length + 1) : 0;
    store_init(&fake);
    fake_folder_put(&fake.store, file_name, text, cut);
    if (journal_read(&fake.machine.store, STORE_PRIVATE, &torn, &fault)) {
        check_shape(&torn, cut);
        size_t bad_count = torn.bad_count;

        EXPECT(journal_mend(&fake.machine.store, &torn, &fault), "%s", fault.text);
        EXPECT(journal_read(&fake.machine.store, STORE_PRIVATE, &mended, &fault), "%s", fault.text);
        EXPECT(mended.torn_length == 0 && !mended.misses_newline, "mended, and still torn");
        EXPECT(mended.bad_count == bad_count, "%zu bad lines became %zu", bad_count,
               mended.bad_count);
        compare(&torn, &mended);
        journal_release(&mended);
        journal_release(&torn);
    }
    fake_release(&fake);
}

/* The first two bytes determine where the text is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct journal journal;
    struct fault fault = {0};

    if (size < 2)
        return 0;
    size_t where = (size_t)(data[0] | data[1] << 8);
    const char *text = (const char *)data + 2;
    size_t length = size - 2;

    if (journal_parse(text, length, &journal, &fault)) {
        check_shape(&journal, length);
        write_and_read(&journal);
        journal_release(&journal);
    } else {
        EXPECT(fault.kind == FAULT_FAILED && *fault.text, "%s", fault.text);
    }
    cut_and_repair(text, length, where);
    return 0;
}
