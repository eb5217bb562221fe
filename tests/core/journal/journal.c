#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/journal/journal.h"
#include "core/journal/journal_scene.h"
#include "fake/machine.h"
#include "suites.h"

static struct fake fake;

static void set_up(void)
{
    fake_init(&fake);
    fake.store_state = STORE_TRUSTED;
}

static void tear_down(void)
{
    fake_release(&fake);
}

START_TEST(a_missing_journal_is_empty)
{
    struct journal journal = read_back(&fake);

    ck_assert_uint_eq(journal.count, 0);
    ck_assert_uint_eq(journal.next_id, 1);
    ck_assert_ptr_null(journal_newest_undoable(&journal));
    ck_assert_ptr_null(journal_open_entry(&journal));
    journal_release(&journal);
}
END_TEST

START_TEST(an_entry_is_read_as_written)
{
    struct journal_entry entry = make_entry(3, "set", 0);
    const uint8_t odd[] = {0x36, 0x00, 0xff, 0xd8};
    struct journal journal;
    struct fault fault;
    const struct journal_entry *read;

    strcpy(entry.backup, "changes\\3.reg");
    strcpy(entry.undo_file, "changes\\3-undo.reg");
    ck_assert(value_from_registry(&entry.steps[0].before, TYPE_SZ, odd, sizeof odd, &fault));
    free(entry.reason);
    entry.reason = strdup("a \"quoted\"\nreason \xff of \xc3\xa4");
    ck_assert(journal_write_started(&fake.machine.store, &entry, &fault));
    entry.state = ENTRY_DONE;
    entry.ended_ms = 4000;
    entry.use_after = entry.use_before;
    ck_assert(journal_write_ended(&fake.machine.store, &entry, &fault));

    journal = read_back(&fake);
    ck_assert_uint_eq(journal.count, 1);
    ck_assert_uint_eq(journal.next_id, 4);
    read = &journal.entries[0];
    ck_assert_uint_eq(read->id, 3);
    ck_assert_int_eq(read->state, ENTRY_DONE);
    ck_assert_int_eq(read->started_ms, 3000);
    ck_assert_int_eq(read->ended_ms, 4000);
    ck_assert_str_eq(read->account, "CORP\\admin");
    ck_assert_str_eq(read->backup, entry.backup);
    ck_assert_str_eq(read->undo_file, entry.undo_file);
    ck_assert_str_eq(read->reason, "a \"quoted\"\nreason \xef\xbf\xbd of \xc3\xa4");
    ck_assert(boot_equal(&read->boot, &entry.boot));
    ck_assert_uint_eq(read->boot.session_ms, 4999);
    ck_assert_uint_eq(read->step_count, 1);
    ck_assert(place_equal(&read->steps[0].place, &entry.steps[0].place));
    ck_assert(value_equal(&read->steps[0].before, &entry.steps[0].before));
    ck_assert(value_equal(&read->steps[0].after, &entry.steps[0].after));
    ck_assert_uint_eq(read->use_before.by[PROTOCOL_TCP][FAMILY_IPV4].in_use, 4211);
    ck_assert(read->use_after.is_known);
    ck_assert_uint_eq(read->predicted[PROTOCOL_TCP][FAMILY_IPV4].count, 64511);
    ck_assert_uint_eq(read->predicted[PROTOCOL_UDP][FAMILY_IPV4].count, 0);
    journal_release(&journal);
    journal_entry_release(&entry);
}
END_TEST

START_TEST(an_entry_without_an_end_is_open)
{
    struct journal journal;

    write_change(&fake, 1, 0, ENTRY_DONE);
    write_change(&fake, 2, 0, ENTRY_OPEN);
    journal = read_back(&fake);
    ck_assert_uint_eq(journal_open_entry(&journal)->id, 2);
    ck_assert_uint_eq(journal_newest_undoable(&journal)->id, 1);
    journal_release(&journal);
}
END_TEST

START_TEST(undo_steps_back_and_redo_steps_forward)
{
    struct journal journal;

    write_change(&fake, 1, 0, ENTRY_DONE);
    write_change(&fake, 2, 0, ENTRY_DONE);
    write_change(&fake, 3, 0, ENTRY_ROLLED_BACK);
    journal = read_back(&fake);
    ck_assert_uint_eq(journal_newest_undoable(&journal)->id, 2);
    journal_release(&journal);

    write_change(&fake, 4, 2, ENTRY_DONE);
    journal = read_back(&fake);
    ck_assert(journal_find(&journal, 2)->is_undone);
    ck_assert_uint_eq(journal_newest_undoable(&journal)->id, 1);
    journal_release(&journal);

    /* Entry 5 undoes entry 4, so change 2 is in effect again. */
    write_change(&fake, 5, 4, ENTRY_DONE);
    journal = read_back(&fake);
    ck_assert(journal_find(&journal, 4)->is_undone);
    ck_assert(!journal_find(&journal, 2)->is_undone);
    ck_assert_uint_eq(journal_newest_undoable(&journal)->id, 2);
    journal_release(&journal);
}
END_TEST

START_TEST(a_rolled_back_undo_undoes_nothing)
{
    struct journal journal;

    write_change(&fake, 1, 0, ENTRY_DONE);
    write_change(&fake, 2, 1, ENTRY_ROLLED_BACK);
    journal = read_back(&fake);
    ck_assert(!journal_find(&journal, 1)->is_undone);
    ck_assert_uint_eq(journal_newest_undoable(&journal)->id, 1);
    journal_release(&journal);
}
END_TEST

START_TEST(a_torn_last_line_is_moved_to_a_file)
{
    static const char torn[] = "{\"v\":1,\"event\":\"ended\",\"id\":1,\"sta";
    struct journal journal;
    struct fault fault;

    write_change(&fake, 1, 0, ENTRY_OPEN);
    ck_assert(fake.machine.store.append(fake.machine.store.context, "journal.jsonl", torn,
                                        sizeof torn - 1, &fault));
    journal = read_back(&fake);
    ck_assert_uint_eq(journal.torn_length, sizeof torn - 1);
    ck_assert_uint_eq(journal_open_entry(&journal)->id, 1);
    ck_assert(journal_mend(&fake.machine.store, &journal, &fault));
    ck_assert_str_eq(fake_stored(&fake, "journal-torn-1.txt"), torn);
    journal_release(&journal);

    write_change(&fake, 2, 0, ENTRY_DONE);
    journal = read_back(&fake);
    ck_assert_uint_eq(journal.torn_length, 0);
    ck_assert_uint_eq(journal.bad_count, 0);
    ck_assert_uint_eq(journal.count, 2);
    journal_release(&journal);
}
END_TEST

START_TEST(a_last_line_cut_anywhere_is_mended)
{
    struct text whole;
    size_t first_length;

    write_change(&fake, 1, 0, ENTRY_OPEN);
    text_init(&whole);
    first_length = strlen(fake_stored(&fake, "journal.jsonl"));
    write_change(&fake, 2, 0, ENTRY_OPEN);
    text_puts(&whole, fake_stored(&fake, "journal.jsonl"));
    for (size_t cut = first_length; cut <= whole.length; cut++) {
        struct journal journal;
        struct fault fault;

        tear_down();
        set_up();
        fake_folder_put(&fake.store, "journal.jsonl", whole.data, cut);
        journal = read_back(&fake);
        ck_assert(journal_mend(&fake.machine.store, &journal, &fault));
        journal_release(&journal);
        write_change(&fake, 9, 0, ENTRY_DONE);
        journal = read_back(&fake);
        ck_assert_uint_eq(journal.bad_count, 0);
        ck_assert_uint_eq(journal.torn_length, 0);
        /* If only the newline is missing, the line is complete. */
        ck_assert_uint_eq(journal.count, cut + 1 >= whole.length ? 3 : 2);
        ck_assert_int_eq(journal_find(&journal, 9)->state, ENTRY_DONE);
        journal_release(&journal);
    }
    text_release(&whole);
}
END_TEST

/* Writes the changes 1 to `count` to the journal. All changes are done except the last one, which
 * is open. */
static void write_many(unsigned count)
{
    struct text many;
    char *one, *end;

    write_change(&fake, 1, 0, ENTRY_DONE);
    one = strdup(fake_stored(&fake, "journal.jsonl"));
    end = strchr(one, '\n') + 1;
    text_init(&many);
    for (unsigned id = 1; id <= count; id++)
        for (const char *line = one; *line && !(id == count && line == end);) {
            const char *number = strstr(line, "\"id\":1,") + 5;
            size_t rest = strcspn(number + 1, "\n") + 1;

            text_printf(&many, "%.*s%u%.*s", (int)(number - line), line, id, (int)rest, number + 1);
            line = number + 1 + rest;
        }
    fake_folder_put(&fake.store, "journal.jsonl", many.data, many.length);
    text_release(&many);
    free(one);
}

START_TEST(only_the_newest_lines_of_a_long_journal_are_read)
{
    enum { CHANGES = JOURNAL_RECENT_LINES / 2 + 10 };
    struct journal journal;
    struct fault fault;

    /* The journal is so long that its beginning is skipped. Reading begins between the two lines of
     * a change: its start is skipped, and its end is the first line that is read. */
    write_many(CHANGES);
    ck_assert_msg(journal_read_recent(&fake.machine.store, STORE_PRIVATE, NULL, &journal, &fault),
                  "%s", fault.text);
    ck_assert_uint_eq(journal.count, JOURNAL_RECENT_LINES / 2);
    ck_assert_uint_eq(journal.bad_count, 0);
    ck_assert_uint_eq(journal.torn_length, 0);
    ck_assert_uint_gt(journal.skipped_length, 0);
    ck_assert_uint_eq(journal.next_id, CHANGES + 1);
    ck_assert_ptr_eq(journal_open_entry(&journal), &journal.entries[journal.count - 1]);
    ck_assert_ptr_null(journal_find(&journal, 1));
    journal_release(&journal);
    ck_assert(journal_read(&fake.machine.store, STORE_PRIVATE, &journal, &fault));
    ck_assert_uint_eq(journal.count, CHANGES);
    ck_assert_uint_eq(journal.skipped_length, 0);
    journal_release(&journal);
}
END_TEST

START_TEST(a_short_journal_is_read_completely)
{
    struct journal journal;
    struct fault fault;

    write_change(&fake, 1, 0, ENTRY_DONE);
    ck_assert(journal_read_recent(&fake.machine.store, STORE_PRIVATE, NULL, &journal, &fault));
    ck_assert_uint_eq(journal.count, 1);
    ck_assert_uint_eq(journal.skipped_length, 0);
    journal_release(&journal);
}
END_TEST

START_TEST(ids_consist_only_of_digits)
{
    static const char *const bad[] = {"",   "-1",  "+1", " 1",
                                      "1 ", "0x1", "1a", "99999999999999999999999"};
    uint64_t id = 0;

    ck_assert(journal_parse_id("18446744073709551", &id));
    ck_assert_uint_eq(id, 18446744073709551u);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert(!journal_parse_id(bad[i], &id));
}
END_TEST

Suite *journal_suite(void)
{
    Suite *suite = suite_create("journal");
    TCase *tcase = tcase_create("journal");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_missing_journal_is_empty);
    tcase_add_test(tcase, an_entry_is_read_as_written);
    tcase_add_test(tcase, an_entry_without_an_end_is_open);
    tcase_add_test(tcase, undo_steps_back_and_redo_steps_forward);
    tcase_add_test(tcase, a_rolled_back_undo_undoes_nothing);
    tcase_add_test(tcase, a_torn_last_line_is_moved_to_a_file);
    tcase_add_test(tcase, a_last_line_cut_anywhere_is_mended);
    tcase_add_test(tcase, only_the_newest_lines_of_a_long_journal_are_read);
    tcase_add_test(tcase, a_short_journal_is_read_completely);
    tcase_add_test(tcase, ids_consist_only_of_digits);
    suite_add_tcase(suite, tcase);
    return suite;
}
