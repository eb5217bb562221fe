#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static void set_and_die(void *context)
{
    run_line(context, "set 40000 --yes");
}

/* Creates six entries: 1 is a backup; 2 is a change that entry 3 undid; 4 is a change in effect
 * since a restart; 5 was rolled back; 6 was interrupted. */
static void make_history(struct fake *fake)
{
    static const uint8_t bytes[] = {0x33, 0, 0x30};

    fake_init(fake);
    fake_put(fake, TCPIP_PARAMETERS, "TcpTimedWaitDelay", TYPE_SZ, bytes, sizeof bytes);
    fake_add_sockets(fake, 10, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443,
                     4711);
    ck_assert_int_eq(run_line(fake, "backup"), 0);
    ck_assert_int_eq(run_line(fake, "set 65534 --yes --reason CHG0815:~raise~it"), 0);
    ck_assert_int_eq(run_line(fake, "undo --yes"), 0);
    ck_assert_int_eq(run_line(fake, "set 60000 TcpTimedWaitDelay=30 --yes"), 0);
    fake_reboot(fake, 3600 * 1000);
    fake_upset(fake, FAKE_CALL(CALL_REGISTRY_FLUSH), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(fake, "set 50000 --yes"), 1);
    fake_upset(fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(fake, set_and_die, fake));
    fake_restart(fake);
    fake_publish(fake);
}

START_TEST(history_lists_accounts_changes_and_outcomes)
{
    struct fake fake;

    make_history(&fake);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_screen(&fake, "history/history_lists_accounts_changes_and_outcomes");
    fake_release(&fake);
}
END_TEST

START_TEST(an_entry_is_printed_with_all_details)
{
    struct fake fake;

    make_history(&fake);
    ck_assert_int_eq(run_line(&fake, "history 4"), 0);
    expect_screen(&fake, "history/an_entry_is_printed_with_all_details");
    ck_assert_int_eq(run_line(&fake, "history 5"), 0);
    expect_screen(&fake, "history/an_entry_is_printed_with_all_details_2");
    expect_not_in(fake_out(&fake), "To undo");
    ck_assert_int_eq(run_line(&fake, "history 2"), 0);
    expect_not_in(fake_out(&fake), "To undo"); /* the change is already undone */
    ck_assert_int_eq(run_line(&fake, "history 1"), 0);
    expect_in(fake_out(&fake),
              "  Backup        C:\\ProgramData\\maxport\\public\\changes\\1.reg\n");
    expect_not_in(fake_out(&fake), "Undo file");
    fake.is_boot_known = false;
    ck_assert_int_eq(run_line(&fake, "history 4"), 0);
    expect_screen(&fake, "history/an_entry_is_printed_with_all_details_3");
    fake_release(&fake);
}
END_TEST

/* Expected fields of `history --json` after make_history(). */
static const struct {
    const char *path, *text;
} texts_in_json[] = {
    {"schema", "maxport.history/1"},
    {"version", MAXPORT_VERSION},
    {"changes.0.state", "open"},
    {"changes.1.state", "rolled_back"},
    {"changes.1.outcome", "The fake failed registry.flush as told."},
    {"changes.2.state", "done"},
    {"changes.2.command", "set"},
    {"changes.2.started", "2026-11-22T10:00:00Z"},
    {"changes.2.ended", "2026-11-22T10:00:00Z"},
    {"changes.2.account", "LAB\\ada"},
    {"changes.2.session_user", "LAB\\ada"},
    {"changes.2.computer", "SERVER1"},
    {"changes.2.reason", ""},
    {"changes.2.steps.1.place.name", "TcpTimedWaitDelay"},
    {"changes.2.steps.1.before.type", "REG_SZ"},
    {"changes.2.steps.1.before.data", "330030"},
    {"changes.2.backup", "changes\\4.reg"},
    {"changes.2.undo_file", "changes\\4-undo.reg"},
    {"changes.4.reason", "CHG0815: raise it"},
    {"changes.5.state", "backup"},
    {"changes.5.command", "backup"},
};

static const struct {
    const char *path;
    long long number;
} numbers_in_json[] = {
    {"changes.0.id", 6},
    {"changes.2.id", 4},
    {"changes.2.steps.0.after", 60000},
    {"changes.2.steps.1.after", 30},
    {"changes.2.use_before.tcp.ipv4.in_use", 10},
    {"changes.2.use_after.tcp.ipv4.available", 16384},
    {"changes.3.undoes", 2},
    {"unreadable_lines", 0},
};

static const struct {
    const char *path;
    enum { IS_TRUE, IS_FALSE, IS_NULL } kind;
} others_in_json[] = {
    {"changes.0.ended", IS_NULL},
    {"changes.0.restarted_since", IS_FALSE},
    {"changes.2.restarted_since", IS_TRUE},
    {"changes.2.steps.0.before", IS_NULL},
    {"changes.2.undoes", IS_NULL},
    {"changes.2.is_undone", IS_FALSE},
    {"changes.2.was_settled", IS_FALSE},
    {"changes.4.is_undone", IS_TRUE},
    {"has_torn_line", IS_FALSE},
};

START_TEST(json_lists_changes_newest_first)
{
    struct fake fake;
    json_t *document;

    make_history(&fake);
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_uint_eq(json_array_size(json_at(document, "changes")), 6);
    for (size_t i = 0; i < sizeof texts_in_json / sizeof *texts_in_json; i++)
        ck_assert_str_eq(json_text_at(document, texts_in_json[i].path), texts_in_json[i].text);
    for (size_t i = 0; i < sizeof numbers_in_json / sizeof *numbers_in_json; i++)
        ck_assert_int_eq(json_number_at(document, numbers_in_json[i].path),
                         numbers_in_json[i].number);
    for (size_t i = 0; i < sizeof others_in_json / sizeof *others_in_json; i++) {
        const json_t *value = json_at(document, others_in_json[i].path);

        ck_assert_msg(others_in_json[i].kind == IS_TRUE    ? json_is_true(value)
                      : others_in_json[i].kind == IS_FALSE ? json_is_false(value)
                                                           : json_is_null(value),
                      "%s", others_in_json[i].path);
    }
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(json_of_an_entry_contains_only_that_change)
{
    struct fake fake;
    json_t *document;

    make_history(&fake);
    ck_assert_int_eq(run_line(&fake, "history 4 --json"), 0);
    document = out_json(&fake);
    ck_assert_uint_eq(json_array_size(json_at(document, "changes")), 1);
    ck_assert_int_eq(json_number_at(document, "changes.0.id"), 4);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(a_machine_without_changes_has_an_empty_history)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_screen(&fake, "history/a_machine_without_changes_has_an_empty_history");
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_uint_eq(json_array_size(json_at(document, "changes")), 0);
    json_decref(document);
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
    fake_release(&fake);
}
END_TEST

/* Deletes the backup of entry 2 and adds a byte to the backup of entry 4. */
static void damage_backups(struct fake *fake)
{
    fake_folder_remove(&fake->store, "changes\\2.reg");
    fake_folder_put(&fake->store, "changes\\4.reg", "Windows", 7);
    fake_publish(fake);
}

START_TEST(missing_and_modified_backups_are_listed)
{
    static const char *const states[] = {"intact", "intact",  "modified",
                                         "intact", "missing", "intact"};
    struct fake fake;
    json_t *document;

    make_history(&fake);
    damage_backups(&fake);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_screen(&fake, "history/missing_and_modified_backups_are_listed");
    ck_assert_int_eq(run_line(&fake, "history 2"), 0);
    expect_printed(fake_out(&fake), "changes\\2.reg The public copy of the backup is missing.");
    ck_assert_int_eq(run_line(&fake, "history 4"), 0);
    expect_printed(fake_out(&fake),
                   "changes\\4.reg The public copy of the backup was modified: its SHA-256 differs "
                   "from the one in the journal.");
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        const json_t *entry = json_array_get(json_at(document, "changes"), i);

        ck_assert_str_eq(json_text_at(entry, "backup_state"), states[i]);
    }
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(an_emptied_journal_is_reported_with_its_backups)
{
    struct fake fake;

    make_history(&fake);
    fake_folder_put(&fake.store, "journal.jsonl", "", 0);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_screen(&fake, "history/an_emptied_journal_is_reported_with_its_backups");
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_printed(fake_out(&fake), "Journal 0 entries Backups 0 intact");
    expect_in(fake_error(&fake), "6 backups belong to no entry of the journal.");
    fake_release(&fake);
}
END_TEST

START_TEST(history_does_not_resolve_interrupted_changes)
{
    struct fake fake;
    struct text before;

    make_history(&fake);
    fake.identity.is_elevated = false;
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    ck_assert_int_eq(run_line(&fake, "history 6"), 0);
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    expect_machine(&fake, &before);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

static const struct {
    const char *line;
    int code;
} refusals[] = {
    {"history 7", 1},   {"history abc", 2},   {"history -1", 2}, {"history \x1b]0;x\x07", 2},
    {"history 1 2", 2}, {"history --yes", 2},
};

START_TEST(invalid_entry_numbers_are_refused)
{
    struct fake fake;

    make_history(&fake);
    ck_assert_int_eq(run_line(&fake, refusals[_i].line), refusals[_i].code);
    expect_screen_row(&fake, "history/refused", _i);
    fake_release(&fake);
}
END_TEST

START_TEST(history_of_an_untrusted_store_fails)
{
    struct fake fake;

    make_history(&fake);
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "history"), 1);
    expect_screen(&fake, "history/history_of_an_untrusted_store_fails");
    fake_release(&fake);
}
END_TEST

/* Any user can delay the reading of every public copy. So after the first delay, maxport reads no
 * further copy. */
START_TEST(after_a_blocked_copy_no_further_copy_is_opened)
{
    struct fake fake;
    unsigned reads;

    fake_init(&fake);
    for (unsigned i = 0; i < 8; i++)
        ck_assert_int_eq(run_line(&fake, i % 2 ? "undo --yes" : "set 60000 --yes"), 0);
    fake_restart(&fake);
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    reads = fake.calls_of[CALL_STORE_READ];
    fake_restart(&fake);
    fake.unreadable = "changes";
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    expect_in(fake_out(&fake), "\"backup_state\":\"unread\"");
    ck_assert_uint_eq(fake.calls_of[CALL_STORE_READ], reads - 7);
    fake_release(&fake);
}
END_TEST

START_TEST(unreadable_journal_lines_are_counted_and_reported)
{
    struct fake fake;
    struct text journal;
    json_t *document;

    make_history(&fake);
    text_init(&journal);
    text_puts(&journal, "this is no entry\n");
    text_puts(&journal, fake_stored(&fake, "journal.jsonl"));
    text_puts(&journal, "{\"v\":1,\"event\":\"sta");
    fake_folder_put(&fake.store, "journal.jsonl", text_string(&journal), journal.length);
    text_release(&journal);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_screen(&fake, "history/unreadable_journal_lines_are_counted_and_reported");
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "unreadable_lines"), 1);
    ck_assert(json_is_true(json_at(document, "has_torn_line")));
    ck_assert_uint_eq(json_array_size(json_at(document, "changes")), 6);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(every_line_of_the_history_fits_the_screen)
{
    static const unsigned widths[] = {40, 60, 80, 120};

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct fake fake;

        make_history(&fake);
        ck_assert_int_eq(run_line(&fake, "set TcpTimedWaitDelay=60 --yes --reason "
                                         "a~long~reason~with~many~words~that~takes~more~than~one~"
                                         "line~to~tell~because~nobody~was~short~of~time"),
                         0);
        fake.width = widths[i];
        ck_assert_int_eq(run_line(&fake, "history"), 0);
        expect_fits(fake_out(&fake), widths[i]);
        expect_ascii(fake_out(&fake));
        ck_assert_int_eq(run_line(&fake, "history 4"), 0);
        expect_fits(fake_out(&fake), widths[i]);
        fake_release(&fake);
    }
}
END_TEST

/* A character of Hangul takes two columns. */
START_TEST(an_account_in_hangul_fits_the_screen)
{
    static const char *const lines[] = {"history", "history 1", "status"};
    static const char account[] = "\ud55c\uad6d\ud68c\uc0ac\\\uad00\ub9ac\uc790\uacc4\uc815";
    struct fake fake;

    fake_init(&fake);
    strcpy(fake.identity.account, account);
    strcpy(fake.identity.computer, "\uc11c\ubc84\uc11c\ubc84\uc11c\ubc84");
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes --reason \ud3ec\ud2b8\ub97c~\ub298\ub9bc~"
                                     "\ud3ec\ud2b8\ub97c~\ub298\ub9bc"),
                     0);
    fake.width = 70;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *screen, *rest;

        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        if (i < 2)
            expect_printed(fake_out(&fake), account);
        screen = strdup(fake_out(&fake));
        for (char *line = strtok_r(screen, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
            ck_assert_msg(utf8_columns(line) <= 70 || !strchr(line + strspn(line, " "), ' '),
                          "wider than 70 columns: \"%s\"", line);
        free(screen);
    }
    fake_release(&fake);
}
END_TEST

START_TEST(a_long_history_is_printed_completely)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    for (unsigned i = 0; i < 60; i++)
        ck_assert_int_eq(run_line(&fake, i % 2 ? "set 60000 --yes" : "set 50000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_uint_eq(json_array_size(json_at(document, "changes")), 60);
    ck_assert_int_eq(json_number_at(document, "changes.0.id"), 60);
    ck_assert_int_eq(json_number_at(document, "changes.59.id"), 1);
    json_decref(document);
    /* The screen shows only the newest entries, and ends with the newest entry. */
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_in(fake_out(&fake), "40 earlier entries are not shown; to show all, use --top 60");
    expect_not_in(fake_out(&fake), "\n   40  ");
    expect_in(fake_out(&fake), "\n   41  ");
    ck_assert_ptr_null(strstr(strstr(fake_out(&fake), "\n   60  "), "\n   59  "));
    ck_assert_int_eq(run_line(&fake, "history --top 60"), 0);
    expect_not_in(fake_out(&fake), "not shown");
    ck_assert_int_eq(run_line(&fake, "history --top 0"), 2);
    fake_release(&fake);
}
END_TEST

Suite *cli_history_suite(void)
{
    Suite *suite = suite_create("cli_history");
    TCase *tcase = tcase_create("cli_history");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, history_lists_accounts_changes_and_outcomes);
    tcase_add_test(tcase, an_entry_is_printed_with_all_details);
    tcase_add_test(tcase, json_lists_changes_newest_first);
    tcase_add_test(tcase, json_of_an_entry_contains_only_that_change);
    tcase_add_test(tcase, a_machine_without_changes_has_an_empty_history);
    tcase_add_test(tcase, missing_and_modified_backups_are_listed);
    tcase_add_test(tcase, an_emptied_journal_is_reported_with_its_backups);
    tcase_add_test(tcase, history_does_not_resolve_interrupted_changes);
    tcase_add_loop_test(tcase, invalid_entry_numbers_are_refused, 0,
                        sizeof refusals / sizeof *refusals);
    tcase_add_test(tcase, history_of_an_untrusted_store_fails);
    tcase_add_test(tcase, unreadable_journal_lines_are_counted_and_reported);
    tcase_add_test(tcase, after_a_blocked_copy_no_further_copy_is_opened);
    tcase_add_test(tcase, every_line_of_the_history_fits_the_screen);
    tcase_add_test(tcase, an_account_in_hangul_fits_the_screen);
    tcase_add_test(tcase, a_long_history_is_printed_completely);
    suite_add_tcase(suite, tcase);
    return suite;
}
