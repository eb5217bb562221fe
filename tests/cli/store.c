#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

/* Creates four entries: 1 is a change in effect; 2 is a backup; 3 is a change that entry 4
 * undid. */
static void make_store(struct fake *fake)
{
    fake_init(fake);
    ck_assert_int_eq(run_line(fake, "set 60000 --yes"), 0);
    ck_assert_int_eq(run_line(fake, "backup"), 0);
    ck_assert_int_eq(run_line(fake, "set 65534 --yes"), 0);
    ck_assert_int_eq(run_line(fake, "undo --yes"), 0);
}

static void make_finished_store(struct fake *fake)
{
    make_store(fake);
    ck_assert_int_eq(run_line(fake, "undo --yes"), 0);
}

START_TEST(show_prints_entries_and_changes_to_undo)
{
    struct fake fake;

    make_store(&fake);
    ck_assert_int_eq(run_line(&fake, "store"), 0);
    expect_screen(&fake, "store/show_prints_entries_and_changes_to_undo");
    json_t *document = (run_line(&fake, "store show --json"), out_json(&fake));
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.store-show/1");
    ck_assert_str_eq(json_text_at(document, "state"), "trusted");
    ck_assert_int_eq(json_number_at(document, "entries"), 4);
    ck_assert_int_eq(json_number_at(document, "undoable.0"), 1);
    ck_assert_uint_eq(json_array_size(json_at(document, "undoable")), 1);
    ck_assert_int_eq(json_number_at(document, "files"), (long long)fake.store.count);
    ck_assert(json_is_true(json_at(document, "record.matches")));
    json_decref(document);
    fake_release(&fake);

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_screen(&fake, "store/show_prints_entries_and_changes_to_undo_2");
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_screen(&fake, "store/show_prints_entries_and_changes_to_undo_3");
    json_decref((run_line(&fake, "store show --json"), out_json(&fake)));
    fake_release(&fake);
}
END_TEST

START_TEST(show_lists_missing_and_modified_backups)
{
    struct fake fake;
    json_t *document;

    make_store(&fake);
    fake_folder_remove(&fake.store, "changes\\1.reg");
    fake_folder_put(&fake.store, "changes\\3.reg", "Windows", 7);
    fake_folder_put(&fake.store, "changes\\9.reg", "Windows", 7);
    fake_publish(&fake);
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_screen(&fake, "store/show_lists_missing_and_modified_backups");
    document = (run_line(&fake, "store show --json"), out_json(&fake));
    ck_assert_int_eq(json_number_at(document, "backups.intact.0"), 4);
    ck_assert_int_eq(json_number_at(document, "backups.intact.1"), 2);
    ck_assert_int_eq(json_number_at(document, "backups.missing.0"), 1);
    ck_assert_int_eq(json_number_at(document, "backups.modified.0"), 3);
    ck_assert_int_eq(json_number_at(document, "backups.unlisted"), 1);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

/* Any user can block the public copies, so measuring them can fail. */
START_TEST(show_works_without_the_size_of_the_store)
{
    struct fake fake;
    json_t *document;

    make_store(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_STORE_MEASURE), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_screen(&fake, "store/show_works_without_the_size_of_the_store");
    fake_upset(&fake, FAKE_CALL(CALL_STORE_MEASURE), 1, FAIL_BEFORE);
    document = (run_line(&fake, "store show --json"), out_json(&fake));
    ck_assert(json_is_null(json_object_get(document, "files")));
    ck_assert(json_is_null(json_object_get(document, "bytes")));
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(remove_refuses_while_a_change_can_be_undone)
{
    struct fake fake;
    struct text before;

    make_store(&fake);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 1);
    expect_screen(&fake, "store/remove_refuses_while_a_change_can_be_undone");
    expect_machine(&fake, &before);
    text_release(&before);

    ck_assert_int_eq(run_line(&fake, "store remove --force --yes"), 0);
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
    ck_assert_uint_eq(fake.store.count, 0);
    /* The setting itself stays in effect after the store is removed. */
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_in(fake_out(&fake), "60000");
    fake_release(&fake);
}
END_TEST

START_TEST(remove_refuses_after_a_failed_rollback)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_FLUSH), 1, FAIL_BEFORE);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 2, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 50000 --yes"), 4);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 1);
    expect_screen(&fake, "store/remove_refuses_after_a_failed_rollback");
    ck_assert_int_eq(fake.store_state, STORE_TRUSTED);
    fake_release(&fake);
}
END_TEST

START_TEST(remove_refuses_an_unreadable_store)
{
    static const char newer[] = "{\"v\":99,\"id\":1,\"state\":\"started\"}\n";
    struct fake fake;

    make_finished_store(&fake);
    fake_folder_put(&fake.store, "journal.jsonl", newer, sizeof newer - 1);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 1);
    expect_screen(&fake, "store/remove_refuses_an_unreadable_store");
    ck_assert_int_eq(fake.store_state, STORE_TRUSTED);
    ck_assert_int_eq(run_line(&fake, "store remove --yes --force"), 0);
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "store remove --yes --force"), 6);
    expect_screen(&fake, "store/remove_refuses_an_unreadable_store_2");
    fake_release(&fake);
}
END_TEST

START_TEST(remove_asks_and_deletes_the_store)
{
    struct fake fake;

    make_finished_store(&fake);
    fake.can_ask = fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    fake.answers[1] = "y";
    ck_assert_int_eq(run_line(&fake, "store remove"), 5);
    ck_assert_int_eq(fake.store_state, STORE_TRUSTED);
    ck_assert_int_eq(run_line(&fake, "store remove"), 0);
    expect_screen(&fake, "store/remove_asks_and_deletes_the_store");
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 0); /* the store is already removed */
    expect_screen(&fake, "store/remove_asks_and_deletes_the_store_2");
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 3);
    fake_release(&fake);
}
END_TEST

START_TEST(json_of_remove_needs_yes_and_counts_files)
{
    struct fake fake;
    long long files;

    make_finished_store(&fake);
    ck_assert_int_eq(run_line(&fake, "store remove --json"), 2);
    ck_assert_int_eq(fake.store_state, STORE_TRUSTED);
    files = (long long)fake.store.count;
    ck_assert_int_eq(run_line(&fake, "store remove --json --yes"), 0);
    json_t *document = out_json(&fake);
    ck_assert(json_is_true(json_at(document, "is_removed")));
    ck_assert_int_eq(json_number_at(document, "files"), files);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

/* Replaces the journal with an older version, in which one more change can still be undone. */
static void write_older_journal(struct fake *fake, void *context)
{
    const struct text *journal = context;

    fake_folder_put(&fake->store, "journal.jsonl", text_string(journal), journal->length);
}

START_TEST(remove_refuses_after_a_concurrent_change)
{
    struct fake fake;
    struct text journal;

    make_store(&fake);
    text_init(&journal);
    text_puts(&journal, fake_stored(&fake, "journal.jsonl"));
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    fake_when(&fake, FAKE_CALL(CALL_STORE_LOCK), 1, write_older_journal, &journal);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 1);
    expect_screen(&fake, "store/remove_refuses_after_a_concurrent_change");
    ck_assert(fake_folder_find(&fake.store, "journal.jsonl"));
    text_release(&journal);
    fake_release(&fake);
}
END_TEST

static void remove_all(void *context)
{
    run_line(context, "store remove --yes");
}

START_TEST(remove_reports_every_failing_call)
{
    for (unsigned nth = 1;; nth++) {
        struct fake fake;

        make_finished_store(&fake);
        fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_DURING);
        int code = run_line(&fake, "store remove --yes");
        bool has_struck = fake.has_struck;

        /* The exit code reports whether the store was deleted, even if the screen cannot be
         * written. A failed measurement does not count, because the size is only printed. */
        ck_assert_msg(!has_struck || code != 0 || fake.struck == CALL_STORE_READ ||
                          fake.struck == CALL_STORE_MEASURE ||
                          !fake_folder_find(&fake.store, "journal.jsonl"),
                      "%s", has_struck ? fake_call_name(fake.struck) : "");
        if (has_struck && fake.struck == CALL_STORE_REMOVE) {
            ck_assert_int_eq(code, 6);
            ck_assert(fake_folder_find(&fake.store, "journal.jsonl"));
            /* The command can be repeated. */
            ck_assert_int_eq(run_line(&fake, "store remove --yes"), 0);
        }
        fake_release(&fake);
        if (!has_struck)
            break;
    }
}
END_TEST

START_TEST(remove_can_be_repeated_after_a_crash)
{
    for (unsigned nth = 1;; nth++) {
        struct fake fake;

        make_finished_store(&fake);
        fake_upset(&fake, FAKE_ANY, nth, DIE_DURING);
        bool is_over = fake_run(&fake, remove_all, &fake);

        if (!is_over) {
            fake_restart(&fake);
            ck_assert_int_eq(run_line(&fake, "history"), 0);
            ck_assert_int_eq(run_line(&fake, "store remove --yes"), 0);
        }
        ck_assert_int_eq(fake.store_state, STORE_ABSENT);
        fake_release(&fake);
        if (is_over)
            break;
    }
}
END_TEST

Suite *cli_store_suite(void)
{
    Suite *suite = suite_create("cli_store");
    TCase *tcase = tcase_create("cli_store");

    tcase_add_test(tcase, show_works_without_the_size_of_the_store);
    tcase_add_test(tcase, show_lists_missing_and_modified_backups);
    tcase_add_test(tcase, show_prints_entries_and_changes_to_undo);
    tcase_add_test(tcase, remove_refuses_while_a_change_can_be_undone);
    tcase_add_test(tcase, remove_refuses_after_a_failed_rollback);
    tcase_add_test(tcase, remove_refuses_an_unreadable_store);
    tcase_add_test(tcase, remove_asks_and_deletes_the_store);
    tcase_add_test(tcase, json_of_remove_needs_yes_and_counts_files);
    tcase_add_test(tcase, remove_refuses_after_a_concurrent_change);
    tcase_add_test(tcase, remove_reports_every_failing_call);
    tcase_add_test(tcase, remove_can_be_repeated_after_a_crash);
    suite_add_tcase(suite, tcase);
    return suite;
}
