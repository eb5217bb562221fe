#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

/* 1 still stands, 3 is undone by 4, 2 is a backup. */
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

START_TEST(show_tells_what_hangs_on_the_store)
{
    struct fake fake;

    make_store(&fake);
    ck_assert_int_eq(run_line(&fake, "store"), 0);
    expect_screen(&fake, "store/show_tells_what_hangs_on_the_store");
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
    expect_screen(&fake, "store/show_tells_what_hangs_on_the_store_2");
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_screen(&fake, "store/show_tells_what_hangs_on_the_store_3");
    json_decref((run_line(&fake, "store show --json"), out_json(&fake)));
    fake_release(&fake);
}
END_TEST

/* A user may keep the folder of the copies from being listed. */
START_TEST(a_store_that_cannot_be_measured_is_shown_all_the_same)
{
    struct fake fake;
    json_t *document;

    make_store(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_STORE_MEASURE), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_screen(&fake, "store/a_store_that_cannot_be_measured_is_shown_all_the_same");
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
    /* What is set stays set. */
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_in(fake_out(&fake), "60000");
    fake_release(&fake);
}
END_TEST

START_TEST(remove_refuses_after_an_interruption)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_FLUSH), 1, FAIL_BEFORE);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 2, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 50000 --yes"), 4);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 1);
    expect_screen(&fake, "store/remove_refuses_after_an_interruption");
    ck_assert_int_eq(fake.store_state, STORE_TRUSTED);
    fake_release(&fake);
}
END_TEST

START_TEST(remove_refuses_what_it_cannot_read)
{
    static const char newer[] = "{\"v\":99,\"id\":1,\"state\":\"started\"}\n";
    struct fake fake;

    make_finished_store(&fake);
    fake_folder_put(&fake.store, "journal.jsonl", newer, sizeof newer - 1);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 1);
    expect_screen(&fake, "store/remove_refuses_what_it_cannot_read");
    ck_assert_int_eq(fake.store_state, STORE_TRUSTED);
    ck_assert_int_eq(run_line(&fake, "store remove --yes --force"), 0);
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "store remove --yes --force"), 6);
    expect_screen(&fake, "store/remove_refuses_what_it_cannot_read_2");
    fake_release(&fake);
}
END_TEST

START_TEST(remove_asks_and_then_leaves_nothing)
{
    struct fake fake;

    make_finished_store(&fake);
    fake.can_ask = fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    fake.answers[1] = "y";
    ck_assert_int_eq(run_line(&fake, "store remove"), 5);
    ck_assert_int_eq(fake.store_state, STORE_TRUSTED);
    ck_assert_int_eq(run_line(&fake, "store remove"), 0);
    expect_screen(&fake, "store/remove_asks_and_then_leaves_nothing");
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 0); /* twice is no failure */
    expect_screen(&fake, "store/remove_asks_and_then_leaves_nothing_2");
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 3);
    fake_release(&fake);
}
END_TEST

START_TEST(json_needs_yes_and_tells_what_went)
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

/* The journal as it was before the changes were undone. */
static void change_meanwhile(struct fake *fake, void *context)
{
    const struct text *journal = context;

    fake_folder_put(&fake->store, "journal.jsonl", text_string(journal), journal->length);
}

START_TEST(a_change_that_came_in_between_is_kept)
{
    struct fake fake;
    struct text journal;

    make_store(&fake);
    text_init(&journal);
    text_puts(&journal, fake_stored(&fake, "journal.jsonl"));
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    fake_when(&fake, FAKE_CALL(CALL_STORE_LOCK), 1, change_meanwhile, &journal);
    ck_assert_int_eq(run_line(&fake, "store remove --yes"), 1);
    expect_screen(&fake, "store/a_change_that_came_in_between_is_kept");
    ck_assert(fake_folder_find(&fake.store, "journal.jsonl"));
    text_release(&journal);
    fake_release(&fake);
}
END_TEST

static void remove_all(void *context)
{
    run_line(context, "store remove --yes");
}

START_TEST(whatever_fails_is_told_and_no_failure_says_done)
{
    for (unsigned nth = 1;; nth++) {
        struct fake fake;

        make_finished_store(&fake);
        fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_DURING);
        int code = run_line(&fake, "store remove --yes");
        bool has_struck = fake.has_struck;

        /* A screen that fails after it is gone is a failure, too. */
        ck_assert_msg(!has_struck || code != 0 || fake.struck == CALL_STORE_READ ||
                          fake.struck == CALL_STORE_MEASURE /* whose figure is only shown */,
                      "%s", has_struck ? fake_call_name(fake.struck) : "");
        if (has_struck && fake.struck == CALL_STORE_REMOVE) {
            ck_assert_int_eq(code, 6);
            ck_assert(fake_folder_find(&fake.store, "journal.jsonl"));
            ck_assert_int_eq(run_line(&fake, "store remove --yes"), 0); /* and again */
        }
        fake_release(&fake);
        if (!has_struck)
            break;
    }
}
END_TEST

START_TEST(killed_at_any_moment_it_can_be_done_again)
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

    tcase_add_test(tcase, a_store_that_cannot_be_measured_is_shown_all_the_same);
    tcase_add_test(tcase, show_tells_what_hangs_on_the_store);
    tcase_add_test(tcase, remove_refuses_while_a_change_can_be_undone);
    tcase_add_test(tcase, remove_refuses_after_an_interruption);
    tcase_add_test(tcase, remove_refuses_what_it_cannot_read);
    tcase_add_test(tcase, remove_asks_and_then_leaves_nothing);
    tcase_add_test(tcase, json_needs_yes_and_tells_what_went);
    tcase_add_test(tcase, a_change_that_came_in_between_is_kept);
    tcase_add_test(tcase, whatever_fails_is_told_and_no_failure_says_done);
    tcase_add_test(tcase, killed_at_any_moment_it_can_be_done_again);
    suite_add_tcase(suite, tcase);
    return suite;
}
