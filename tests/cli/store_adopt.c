/* The command `store adopt`, tested with a store that was restored from a file backup and with
 * forged stores in the same place. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static struct fake fake;

static void copy_store(struct fake *to, const struct fake *from, const char *folder)
{
    char path[128];

    for (size_t i = 0; i < from->store.count; i++) {
        snprintf(path, sizeof path, "%s\\%s", folder, from->store.files[i].name);
        fake_folder_put(&to->files, path, from->store.files[i].data, from->store.files[i].length);
    }
}

/* Creates an old store in which changes 1 and 2 are in effect and entry 3 is a backup, and copies
 * its files to three folders of a machine that has no store of its own. The registry of this
 * machine contains the values of the changes. */
static void set_up(void)
{
    struct fake old;

    fake_init(&old);
    ck_assert_int_eq(run_line(&old, "set 60000 --yes"), 0);
    ck_assert_int_eq(run_line(&old, "set TcpTimedWaitDelay=30 --yes"), 0);
    ck_assert_int_eq(run_line(&old, "backup"), 0);
    fake_init(&fake);
    copy_store(&fake, &old, "D:\\old");
    copy_store(&fake, &old, "C:\\ProgramData\\maxport");
    /* The path to which maxport renames the untrusted folder C:\ProgramData\maxport. */
    copy_store(&fake, &old, "C:\\ProgramData\\maxport-untrusted-1");
    fake_release(&old);
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
}

static void tear_down(void)
{
    fake_release(&fake);
}

static void expect_untouched(const char *line, int code, const char *why)
{
    struct text before;

    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, line), code);
    expect_printed(fake_error(&fake), why);
    expect_machine(&fake, &before);
    text_release(&before);
}

START_TEST(a_dry_run_needs_no_administrator)
{
    struct text before;

    fake.identity.is_elevated = false;
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "store adopt D:\\old --dry-run"), 0);
    expect_in(fake_out(&fake), "  Journal  3 entries\n"
                               "  Backups  3 of 3 exist and match their SHA-256\n"
                               "  Undo 2     TcpTimedWaitDelay 30 (0x1e) -> not set\n"
                               "  Undo 1     MaxUserPort 60000 (0xea60) -> not set\n");
    expect_in(fake_out(&fake), "Dry run: nothing was written.\n");
    expect_machine(&fake, &before);
    text_release(&before);
    expect_untouched("store adopt D:\\old --yes", 3, "needs an administrator");
}
END_TEST

START_TEST(changes_of_an_adopted_store_can_be_undone)
{
    json_t *document;

    ck_assert_int_eq(run_line(&fake, "store adopt D:\\old --yes --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.store-adopt/1");
    ck_assert(json_is_true(json_at(document, "is_adopted")));
    ck_assert(json_is_true(json_at(document, "is_published")));
    ck_assert_int_eq(json_number_at(document, "good_backups"), 3);
    ck_assert_int_eq(json_number_at(document, "left_out"), 0);
    json_decref(document);
    expect_in(text_string(&fake.audited), "104 maxport store adopt by LAB\\ada: store taken over "
                                          "from D:\\old: 3 entries, 3 backups\n");
    ck_assert_uint_eq(fake.unlocked_writes, 0);
    ck_assert(!fake.is_public_behind);
    /* The journal has no digest of an undo file, so `store adopt` cannot check undo files and does
     * not copy them. */
    ck_assert_ptr_null(fake_folder_find(&fake.store, "changes\\1-undo.reg"));
    expect_not_in(fake_stored(&fake, "journal.jsonl"), "-undo.reg");
    ck_assert_ptr_nonnull(fake_folder_find(&fake.files, "D:\\old\\journal.jsonl"));
    ck_assert_int_eq(run_line(&fake, "undo 1 --yes"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    ck_assert_int_eq(run_line(&fake, "restore 3 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
}
END_TEST

START_TEST(adopt_defaults_to_the_folder_of_the_store)
{
    expect_untouched("store adopt --yes", 2, "The folder C:\\ProgramData\\maxport does not exist.");
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "store adopt --yes"), 0);
    expect_in(fake_out(&fake), "Taken over: 3 entries, 3 backups.\n");
    expect_printed(fake_error(&fake), "C:\\ProgramData\\maxport-untrusted-1");
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_in(fake_out(&fake), "    3  2026-11-22 10:00:00  backup");
    ck_assert_int_eq(run_line(&fake, "store adopt --yes"), 2);
    expect_printed(fake_error(&fake), "is the current store.");
}
END_TEST

START_TEST(adopt_refuses_if_the_store_has_entries)
{
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    expect_untouched("store adopt D:\\old --yes", 2, "The current store has 1 entry,");
    fake.identity.is_elevated = false;
    expect_untouched("store adopt D:\\old --dry-run", 2, "The current store has 1 entry,");
}
END_TEST

START_TEST(adopt_asks_before_writing)
{
    fake.can_ask = fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    expect_untouched("store adopt D:\\old", 5, "Not confirmed.");
    expect_printed(fake_out(&fake), "maxport undo will write the values shown here.");
}
END_TEST

START_TEST(adopt_refuses_a_large_or_missing_journal)
{
    enum { TOO_LONG = (128 << 20) + 1 };
    char *large = calloc(1, TOO_LONG);

    fake_folder_put(&fake.files, "E:\\journal.jsonl", large, TOO_LONG);
    free(large);
    ck_assert_int_eq(run_line(&fake, "store adopt E: --yes"), 2);
    expect_printed(fake_error(&fake), "is longer than");
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
    ck_assert_int_eq(run_line(&fake, "store adopt F: --yes"), 1);
    expect_printed(fake_error(&fake),
                   "Nothing was changed, because the journal to take over could not be read:");
}
END_TEST

/* Replaces a part of the journal in D:\old. */
static void forge(const char *what, const char *with)
{
    const struct fake_file *file = fake_folder_find(&fake.files, "D:\\old\\journal.jsonl");
    char *at = strstr(file->data, what);
    struct text forged;

    ck_assert_ptr_nonnull(at);
    text_init(&forged);
    text_append(&forged, file->data, (size_t)(at - file->data));
    text_puts(&forged, with);
    text_puts(&forged, at + strlen(what));
    fake_folder_put(&fake.files, "D:\\old\\journal.jsonl", text_string(&forged), forged.length);
    text_release(&forged);
}

START_TEST(entries_with_forged_backup_names_are_omitted)
{
    static const char *const names[] = {
        "changes\\\\..\\\\..\\\\..\\\\secret.reg",
        "..\\\\1.reg",
        "changes\\\\2.reg",
        "journal.jsonl",
        "C:\\\\Windows\\\\win.ini",
        "changes/1.reg",
    };

    fake_folder_put(&fake.files, "D:\\secret.reg", "secret", 6);
    forge("changes\\\\1.reg", names[_i]);
    ck_assert_int_eq(run_line(&fake, "store adopt D:\\old --yes"), 0);
    expect_printed(fake_error(&fake), "Journal lines that maxport could not have written: ");
    expect_in(fake_out(&fake), "Taken over: 2 entries, 2 backups.\n");
    ck_assert_uint_eq(fake.store.count, 3);
    ck_assert_ptr_null(fake_folder_find(&fake.store, "changes\\1.reg"));
    expect_not_in(fake_stored(&fake, "journal.jsonl"), "\"id\":1,");
}
END_TEST

START_TEST(backups_with_a_wrong_digest_are_omitted)
{
    fake_folder_put(&fake.files, "D:\\old\\changes\\1.reg", "forged", 6);
    fake_folder_put(&fake.files, "D:\\old\\changes\\9.reg", "unknown", 7);
    forge("\"backup_sha256\":\"", "\"backup_sha256\":\"\",\"x\":\"");
    ck_assert_int_eq(run_line(&fake, "store adopt D:\\old --yes"), 0);
    expect_in(fake_out(&fake), "Backups  2 of 3 exist and match their SHA-256\n");
    ck_assert_ptr_null(fake_folder_find(&fake.store, "changes\\1.reg"));
    ck_assert_ptr_null(fake_folder_find(&fake.store, "changes\\9.reg"));
    ck_assert_ptr_nonnull(fake_folder_find(&fake.store, "changes\\3.reg"));
}
END_TEST

START_TEST(invalid_journal_lines_are_omitted)
{
    forge("{", "nonsense\n{\"v\":1,\"event\":\"started\",\"id\":\"x\"}\n{");
    ck_assert_int_eq(run_line(&fake, "store adopt D:\\old --yes"), 0);
    expect_printed(fake_error(&fake), "Journal lines that maxport could not have written: 2.");
    expect_not_in(fake_stored(&fake, "journal.jsonl"), "nonsense");
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    ck_assert_str_eq(fake_error(&fake), "");
}
END_TEST

START_TEST(returns_to_a_restore_point_are_not_taken_over)
{
    struct fake old;

    fake_init(&old);
    fake_set_windows(&old, 10, 0, 22631, OS_WORKSTATION);
    fake_add_restore_point(&old, 41, "before", old.now_ms - 1000);
    ck_assert_int_eq(run_line(&old, "set 60000 --yes --restore-point skip"), 0);
    ck_assert_int_eq(run_line(&old, "restore-point return 41 --yes --confirm 41"), 0);
    copy_store(&fake, &old, "D:\\returning");
    fake_release(&old);
    ck_assert_int_eq(run_line(&fake, "store adopt D:\\returning --yes"), 0);
    expect_in(fake_out(&fake), "  Journal  1 entry\n");
    expect_in(fake_out(&fake), "Taken over: 1 entry, 1 backup.\n");
    expect_in(text_string(&fake.audited), "D:\\returning: 1 entries, 1 backups\n");
    expect_not_in(fake_stored(&fake, "journal.jsonl"), "restore-point return");
}
END_TEST

/* Replaces a backup in D:\old while maxport locks the store. */
static void swap_backup(struct fake *machine, void *context)
{
    (void)context;
    fake_folder_put(&machine->files, "D:\\old\\changes\\1.reg", "forged", 6);
}

START_TEST(adopt_reads_no_files_under_the_lock)
{
    fake_when(&fake, FAKE_CALL(CALL_STORE_LOCK), 1, swap_backup, NULL);
    ck_assert_int_eq(run_line(&fake, "store adopt D:\\old --yes"), 0);
    expect_in(fake_out(&fake), "Taken over: 3 entries, 3 backups.\n");
    ck_assert_str_ne(fake_stored(&fake, "changes\\1.reg"), "forged");
    ck_assert_uint_lt(fake_last(&fake, FAKE_CALL(CALL_FILES_READ)),
                      fake_last(&fake, FAKE_CALL(CALL_STORE_LOCK)));
}
END_TEST

START_TEST(a_renamed_folder_is_reported_even_on_failure)
{
    fake.store_state = STORE_UNTRUSTED;
    fake.is_locked_by_other = true;
    ck_assert_int_ne(run_line(&fake, "store adopt --yes"), 0);
    expect_printed(fake_error(&fake), "maxport: The folder at the path of the store was renamed to "
                                      "C:\\ProgramData\\maxport-untrusted-1. Another maxport");
    expect_in(text_string(&fake.audited), "renamed to C:\\ProgramData\\maxport-untrusted-1");
}
END_TEST

START_TEST(a_failed_adopt_can_be_repeated)
{
    tear_down();
    for (unsigned nth = 1;; nth++) {
        bool has_struck;
        int code;

        set_up();
        fake_upset(&fake, FAKE_STORE_WRITES, nth, FAIL_DURING);
        code = run_line(&fake, "store adopt D:\\old --yes");
        has_struck = fake.has_struck;
        ck_assert_int_eq(code, has_struck ? 6 : 0);
        ck_assert_str_eq(has_struck ? fake_stored(&fake, "journal.jsonl") : "", "");
        fake_calm(&fake);
        if (has_struck)
            ck_assert_int_eq(run_line(&fake, "store adopt D:\\old --yes"), 0);
        tear_down();
        if (!has_struck)
            break;
    }
    set_up();
}
END_TEST

/* ---- forged journals ------------------------------------------------------ */

#define CHANGE(before, after)                                                                      \
    "\"steps\":[{\"place\":{\"kind\":\"registry\",\"key\":"                                        \
    "\"SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\",\"name\":"                 \
    "\"MaxUserPort\"},\"before\":\"" before "\",\"after\":\"" after "\"}]"

/* Appends the first line of an entry. rest: further keys. */
static void add_start(struct text *journal, const char *event, unsigned id, const char *command,
                      const char *rest)
{
    text_printf(journal,
                "{\"v\":1,\"event\":\"%s\",\"id\":%u,\"time_ms\":1795338000000,\"account\":\"a\","
                "\"session_user\":\"\",\"computer\":\"c\",\"command\":\"%s\",\"backup\":\"\","
                "\"undo_file\":\"\",%s}\n",
                event, id, command, rest);
}

static void add_end(struct text *journal, unsigned id)
{
    text_printf(journal,
                "{\"v\":1,\"event\":\"ended\",\"id\":%u,\"time_ms\":1795338000001,"
                "\"state\":\"done\"}\n",
                id);
}

static void put_journal(struct text *journal)
{
    fake_folder_put(&fake.files, "E:\\forged\\journal.jsonl", journal->data, journal->length);
    text_release(journal);
}

/* The journal claims that Windows started with MaxUserPort 60000 and that maxport has deleted it
 * since. */
START_TEST(adopted_entries_state_nothing_about_this_boot)
{
    struct text journal, rest;

    fake_remove(&fake, TCPIP_PARAMETERS, "MaxUserPort");
    text_init(&journal);
    text_init(&rest);
    text_printf(&rest,
                "\"boot\":{\"start_ms\":%lld,\"session_ms\":%lld,\"count\":%u},"
                "\"key_written_ms\":1795338000000,\"no_effect\":60000," CHANGE("60000", "absent"),
                (long long)fake.boot.start_ms, (long long)fake.boot.session_ms,
                fake.boot.boot_count);
    add_start(&journal, "started", 1, "reset", text_string(&rest));
    text_release(&rest);
    add_end(&journal, 1);
    put_journal(&journal);
    ck_assert_int_eq(run_line(&fake, "store adopt E:\\forged --yes"), 0);
    expect_in(fake_stored(&fake, "journal.jsonl"), "\"boot\":null,\"key_written_ms\":null,");
    expect_in(fake_stored(&fake, "journal.jsonl"), "\"no_effect\":null,");
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_not_in(fake_out(&fake), "restart is pending");
}
END_TEST

#define RETURN "\"steps\":[],\"restore_point\":{\"sequence\":41,\"is_new\":false}"

START_TEST(adopt_counts_only_what_it_writes)
{
    static const char *const lines[] = {"store adopt E:\\forged --dry-run",
                                        "store adopt E:\\forged --yes"};
    struct text journal;

    text_init(&journal);
    add_start(&journal, "return", 1, "restore-point return", RETURN);
    add_start(&journal, "return", 2, "restore-point return", RETURN);
    add_start(&journal, "started", 3, "set", CHANGE("absent", "60000"));
    add_end(&journal, 3);
    put_journal(&journal);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        expect_in(fake_out(&fake), "  Journal  1 entry\n");
        expect_printed(fake_error(&fake), "Returns to a restore point: 2. They are omitted");
    }
    expect_in(fake_out(&fake), "Taken over: 1 entry, 0 backups.\n");
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    expect_in(fake_out(&fake), "\"id\":3,");
    expect_not_in(fake_out(&fake), "\"id\":2,");
}
END_TEST

/* Without the omitted returns, the number of the change would be too high to follow the backup. */
START_TEST(adopt_refuses_a_journal_that_would_not_be_readable)
{
    enum { LAST = 1100 };
    struct text journal;

    text_init(&journal);
    add_start(&journal, "backup", 1, "backup", "\"steps\":[]");
    for (unsigned id = 2; id < LAST; id++)
        add_start(&journal, "return", id, "restore-point return", RETURN);
    add_start(&journal, "started", LAST, "set", CHANGE("absent", "60000"));
    add_end(&journal, LAST);
    put_journal(&journal);
    expect_untouched("store adopt E:\\forged --yes", 2, "gaps that are too large");
    expect_untouched("store adopt E:\\forged --dry-run", 2, "gaps that are too large");
}
END_TEST

/* The old journal is just short enough. In the new journal, each line has more keys. */
START_TEST(adopt_refuses_a_journal_that_grows_too_large)
{
    enum { LIMIT = 128 << 20, REASON = 130000, LINE = REASON + 200 };
    struct text journal, rest;

    text_init(&journal);
    text_init(&rest);
    text_puts(&rest, "\"steps\":[],\"reason\":\"");
    for (unsigned i = 0; i < REASON / 10; i++)
        text_puts(&rest, "0123456789");
    text_puts(&rest, "\"");
    for (unsigned id = 1; journal.length < LIMIT - LINE; id++)
        add_start(&journal, "backup", id, "backup", text_string(&rest));
    text_release(&rest);
    ck_assert_uint_le(journal.length, LIMIT);
    put_journal(&journal);
    ck_assert_int_eq(run_line(&fake, "store adopt E:\\forged --yes"), 2);
    expect_printed(fake_error(&fake), "larger than 128 MB in the new store");
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
}
END_TEST

/* Change 1 has no outcome, but maxport resolves such a change before it starts the next one. Change
 * 3 may really have been interrupted: a backup resolves nothing. */
START_TEST(an_interrupted_change_before_another_change_is_omitted)
{
    struct text journal;

    text_init(&journal);
    add_start(&journal, "started", 1, "set", CHANGE("absent", "50000"));
    add_start(&journal, "started", 2, "set", CHANGE("absent", "60000"));
    add_end(&journal, 2);
    add_start(&journal, "started", 3, "set", CHANGE("60000", "65534"));
    add_start(&journal, "backup", 4, "backup", "\"steps\":[]");
    put_journal(&journal);
    ck_assert_int_eq(run_line(&fake, "store adopt E:\\forged --yes"), 0);
    expect_in(fake_out(&fake), "Taken over: 3 entries, 0 backups.\n");
    expect_printed(fake_error(&fake), "Interrupted changes that precede another change: 1.");
    expect_printed(fake_error(&fake), "Change 3 was interrupted");
    expect_not_in(fake_stored(&fake, "journal.jsonl"), "\"id\":1,");
    ck_assert_int_eq(run_line(&fake, "set 50000 --yes"), 0);
    expect_not_in(fake_error(&fake), "Change 1 ");
}
END_TEST

Suite *cli_store_adopt_suite(void)
{
    Suite *suite = suite_create("cli_store_adopt");
    TCase *tcase = tcase_create("cli_store_adopt");

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_dry_run_needs_no_administrator);
    tcase_add_test(tcase, changes_of_an_adopted_store_can_be_undone);
    tcase_add_test(tcase, adopt_defaults_to_the_folder_of_the_store);
    tcase_add_test(tcase, adopt_refuses_if_the_store_has_entries);
    tcase_add_test(tcase, adopt_asks_before_writing);
    tcase_add_test(tcase, adopt_refuses_a_large_or_missing_journal);
    tcase_add_loop_test(tcase, entries_with_forged_backup_names_are_omitted, 0, 6);
    tcase_add_test(tcase, backups_with_a_wrong_digest_are_omitted);
    tcase_add_test(tcase, invalid_journal_lines_are_omitted);
    tcase_add_test(tcase, returns_to_a_restore_point_are_not_taken_over);
    tcase_add_test(tcase, adopt_reads_no_files_under_the_lock);
    tcase_add_test(tcase, a_renamed_folder_is_reported_even_on_failure);
    tcase_add_test(tcase, a_failed_adopt_can_be_repeated);
    tcase_add_test(tcase, adopted_entries_state_nothing_about_this_boot);
    tcase_add_test(tcase, adopt_counts_only_what_it_writes);
    tcase_add_test(tcase, adopt_refuses_a_journal_that_would_not_be_readable);
    tcase_add_test(tcase, adopt_refuses_a_journal_that_grows_too_large);
    tcase_add_test(tcase, an_interrupted_change_before_another_change_is_omitted);
    suite_add_tcase(suite, tcase);
    return suite;
}
