#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "core/journal/journal.h"
#include "suites.h"

static void dump_registry(const struct fake *fake, struct text *text)
{
    text_init(text);
    fake_dump_registry(fake, text);
}

static void expect_registry(const struct fake *fake, const struct text *before)
{
    struct text now;

    dump_registry(fake, &now);
    ck_assert_str_eq(text_string(&now), text_string(before));
    text_release(&now);
}

/* ---- exact values ------------------------------------------------------- */

static const struct {
    const char *what;
    bool is_there;
    uint32_t type;
    size_t length;
    const char *bytes;
} earlier[] = {
    {"absent", false, 0, 0, ""},
    {"a number", true, TYPE_DWORD, 4, "\x30\x75\x00\x00"},
    {"zero, which is not absent", true, TYPE_DWORD, 4, "\x00\x00\x00\x00"},
    {"a string", true, TYPE_SZ, 12, "6\0005\0005\0003\0004\000\000"},
    {"a string of odd length without an end", true, TYPE_SZ, 3, "\x33\x00\x30"},
    {"an ill-formed string", true, TYPE_SZ, 4, "\x00\xd8\x41\x00"},
    {"no bytes", true, TYPE_SZ, 0, ""},
    {"a number that is too short", true, TYPE_DWORD, 3, "\x01\x02\x03"},
    {"a number that is too long", true, TYPE_DWORD, 8, "\x01\x02\x03\x04\x05\x06\x07\x08"},
    {"a big-endian number", true, TYPE_DWORD_BIG_ENDIAN, 4, "\x00\x00\xff\xfe"},
    {"a long number", true, TYPE_QWORD, 8, "\xfe\xff\x00\x00\x00\x00\x00\x00"},
    {"bytes", true, TYPE_BINARY, 5, "\x00\xff\x0a\x0d\x22"},
    {"an unknown type", true, 0x7fff1234, 2, "\xab\xcd"},
};

enum { EARLIER_COUNT = sizeof earlier / sizeof *earlier };

START_TEST(undo_restores_the_exact_value)
{
    static const char *const changes[] = {"set 65534 --yes", "reset --yes"};

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct fake fake;
        struct text before;

        fake_init(&fake);
        if (earlier[_i].is_there)
            fake_put(&fake, TCPIP_PARAMETERS, "MaxUserPort", earlier[_i].type, earlier[_i].bytes,
                     earlier[_i].length);
        dump_registry(&fake, &before);
        ck_assert_int_eq(run_line(&fake, changes[i]), 0);
        if (fake.registry_writes) { /* if the value was absent, reset changes nothing */
            ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
            expect_registry(&fake, &before);
            /* "undo 2" repeats the change, and "undo 3" undoes it again. */
            ck_assert_int_eq(run_line(&fake, "undo 2 --yes"), 0);
            ck_assert_int_eq(run_line(&fake, "undo 3 --yes"), 0);
            expect_registry(&fake, &before);
        }
        text_release(&before);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(repeated_undo_steps_back_through_the_changes)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 10000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "set 20000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "set 30000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 20000));
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 10000));
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    expect_screen(&fake, "undo/repeated_undo_steps_back_through_the_changes");
    fake_release(&fake);
}
END_TEST

/* Appends so many rolled-back changes that change 1 is not among the recent lines. Only code that
 * reads the whole journal finds change 1. */
static void append_many_changes(struct fake *fake)
{
    const char *one = fake_stored(fake, "journal.jsonl");
    json_t *started = json_loadb(one, strcspn(one, "\n"), 0, NULL);
    struct text many;

    text_init(&many);
    text_puts(&many, one);
    json_object_set_new(started, "backup", json_string(""));
    json_object_set_new(started, "undo_file", json_string(""));
    for (unsigned id = 2; id < JOURNAL_RECENT_LINES / 2 + 10; id++) {
        char *line;

        json_object_set_new(started, "id", json_integer(id));
        line = json_dumps(started, JSON_COMPACT);
        text_printf(&many,
                    "%s\n{\"v\":1,\"event\":\"ended\",\"time_ms\":1,\"id\":%u,"
                    "\"state\":\"rolled_back\",\"outcome\":\"\",\"settled\":false,\"use\":null}\n",
                    line, id);
        free(line);
    }
    json_decref(started);
    fake_folder_put(&fake->store, "journal.jsonl", many.data, many.length);
    text_release(&many);
}

START_TEST(an_old_change_in_a_long_journal_can_be_undone)
{
    static const char *const lines[] = {"undo --yes", "undo 1 --yes", "restore 1 --yes --exact"};
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    append_many_changes(&fake);
    /* Without the restart, maxport would read all changes since the start of Windows and so find
     * change 1. */
    fake_reboot(&fake, 86400000);
    ck_assert_msg(run_line(&fake, lines[_i]) == 0, "%s", fake_error(&fake));
    ck_assert(!fake_holds_number(&fake, "MaxUserPort", 60000));
    fake_release(&fake);
}
END_TEST

START_TEST(undo_of_an_undo_repeats_the_change)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes --json --reason wrong~machine"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.undo/1");
    ck_assert_int_eq(json_number_at(document, "undoes"), 1);
    ck_assert_int_eq(json_number_at(document, "id"), 2);
    ck_assert_str_eq(json_text_at(document, "undo_command"), "maxport undo 2");
    ck_assert(json_is_false(json_at(document, "needs_restart")));
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "undo 2 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    /* Now change 1 is in effect again and can be undone again. */
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    expect_screen(&fake, "undo/undo_of_an_undo_repeats_the_change");
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    fake_release(&fake);
}
END_TEST

START_TEST(an_older_change_can_be_undone_by_its_number)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "set TcpTimedWaitDelay=30 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "undo 1 --yes"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 30));
    fake_release(&fake);
}
END_TEST

START_TEST(undo_undoes_a_restore)
{
    struct fake fake;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 20000);
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "restore 1 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 20000));
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    fake_release(&fake);
}
END_TEST

/* The newest change is the last change in the journal, even if its recorded time is earlier than
 * that of other changes. */
START_TEST(undo_ignores_a_clock_that_was_set_back)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    fake.now_ms -= (int64_t)366 * 24 * 3600 * 1000;
    ck_assert_int_eq(run_line(&fake, "set 61000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    fake_release(&fake);
}
END_TEST

/* ---- values changed since ----------------------------------------------- */

START_TEST(undo_refuses_a_value_changed_by_another_program)
{
    struct fake fake;
    struct text before;
    json_t *document;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 20000);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_put_number(&fake, "MaxUserPort", 12345);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    expect_screen(&fake, "undo/undo_refuses_a_value_changed_by_another_program");
    ck_assert_int_eq(run_line(&fake, "undo --dry-run"), 1);
    ck_assert_int_eq(run_line(&fake, "undo --yes --json"), 1);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "error.kind"), "stale");
    json_decref(document);
    expect_machine(&fake, &before);
    text_release(&before);

    ck_assert_int_eq(run_line(&fake, "undo --force --dry-run"), 0);
    expect_in(fake_out(&fake), "    MaxUserPort  12345 (0x3039) -> 20000 (0x4e20)\n");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 12345));
    ck_assert_int_eq(run_line(&fake, "undo --force --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 20000));
    /* A forced undo can also be undone. */
    ck_assert_int_eq(run_line(&fake, "undo 2 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 12345));
    fake_release(&fake);
}
END_TEST

START_TEST(undo_refuses_a_value_deleted_since)
{
    struct fake fake;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 20000);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_remove(&fake, TCPIP_PARAMETERS, "MaxUserPort");
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    expect_screen(&fake, "undo/undo_refuses_a_value_deleted_since");
    fake_release(&fake);
}
END_TEST

START_TEST(a_value_already_restored_counts_as_undone)
{
    struct fake fake;
    struct text before;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_put_number(&fake, "MaxUserPort", 60000); /* another program writes the old value */

    /* A dry run must write nothing. */
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "undo --dry-run"), 0);
    expect_screen(&fake, "undo/a_value_already_restored_counts_as_undone");
    expect_machine(&fake, &before);
    text_release(&before);

    dump_registry(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    expect_screen(&fake, "undo/a_value_already_restored_counts_as_undone_2");
    expect_registry(&fake, &before);
    text_release(&before);
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_array_size(json_at(document, "changes")), 3);
    ck_assert_int_eq(json_number_at(document, "changes.0.undoes"), 2);
    ck_assert_int_eq(json_array_size(json_at(document, "changes.0.steps")), 0);
    ck_assert_str_eq(json_text_at(document, "changes.0.state"), "done");
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_screen(&fake, "undo/a_value_already_restored_counts_as_undone_3");

    /* The next undo applies to the older change. */
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    expect_screen(&fake, "undo/a_value_already_restored_counts_as_undone_4");

    /* Entry 3, an undo, wrote no value, because the value was already restored. So the undo of
     * entry 3 writes no value either. */
    ck_assert_int_eq(run_line(&fake, "undo 3 --yes"), 0);
    expect_screen(&fake, "undo/a_value_already_restored_counts_as_undone_5");
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_array_size(json_at(document, "changes")), 4);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

/* ---- refusals ----------------------------------------------------------- */

/* Creates four entries: 1 is a backup; 2 is a change that entry 3 undid; 4 was rolled back. */
static void make_history(struct fake *fake)
{
    fake_init(fake);
    ck_assert_int_eq(run_line(fake, "backup"), 0);
    ck_assert_int_eq(run_line(fake, "set 65534 --yes"), 0);
    ck_assert_int_eq(run_line(fake, "undo --yes"), 0);
    fake_upset(fake, FAKE_CALL(CALL_REGISTRY_FLUSH), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(fake, "set 60000 --yes"), 1);
    ck_assert(fake_is_absent(fake, "MaxUserPort"));
}

static const struct {
    const char *line;
    int code;
} refusals[] = {
    {"undo 1 --yes", 1},
    {"undo 2 --yes", 1},
    {"undo 4 --yes", 1},
    {"undo 5 --yes", 1},
    {"undo 0 --yes", 1},
    {"undo --yes", 1},
    {"undo 99999999999999999999 --yes", 2},
    {"undo abc --yes", 2},
    {"undo 2x --yes", 2},
    {"undo +2 --yes", 2},
    {"undo -2 --yes", 2},
    {"undo ~2 --yes", 2},
    {"undo  --yes", 2},
    {"undo \xd9\xa2 --yes", 2},
    {"undo ..\\2 --yes", 2},
    {"undo \x1b[2J --yes", 2},
    {"undo 2 3 --yes", 2},
    {"undo 2 --forc --yes", 2},
    {"undo 3 --force --force", 2},
};

START_TEST(undo_refuses_entries_that_cannot_be_undone)
{
    struct fake fake;
    struct text before;

    make_history(&fake);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, refusals[_i].line), refusals[_i].code);
    expect_screen_row(&fake, "undo/refused", _i);
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

/* Forges the journal: replaces every `from` with `to`. */
static void forge_journal(struct fake *fake, const char *from, const char *to)
{
    struct text forged;
    const char *at = fake_stored(fake, "journal.jsonl");

    text_init(&forged);
    for (const char *hit = strstr(at, from); hit; hit = strstr(at, from)) {
        text_append(&forged, at, (size_t)(hit - at));
        text_puts(&forged, to);
        at = hit + strlen(from);
    }
    text_puts(&forged, at);
    fake_folder_put(&fake->store, "journal.jsonl", text_string(&forged), forged.length);
    text_release(&forged);
}

#define PARAMETERS_IN_JSON "SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters"

static const struct {
    const char *from, *to;
} forgeries[] = {
    {"\"MaxUserPort\"", "\"Hostname\""},
    {"\"MaxUserPort\"", "\"NV Domain\""},
    {"\"MaxUserPort\"", "\"DATABASEPATH\""},
    {"\"MaxUserPort\"", "\"DhcpNameServer\""},
    {"\"MaxUserPort\"", "\"NameServer\""},
    {"\"MaxUserPort\"", "\"SearchList\""},
    {"\"MaxUserPort\"", "\"KeepAliveTime\""},
    {"\"MaxUserPort\"", "\"\""},
    {"\"MaxUserPort\"", "\"Max\\u001b[2JPort\""},
    {PARAMETERS_IN_JSON, "SOFTWARE\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run"},
    {PARAMETERS_IN_JSON, PARAMETERS_IN_JSON "\\\\Interfaces"},
};

START_TEST(undo_refuses_a_journal_with_forged_places)
{
    struct fake fake;
    struct text before;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 20000);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    forge_journal(&fake, forgeries[_i].from, forgeries[_i].to);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    expect_screen_row(&fake, "undo/forged", _i);
    ck_assert_int_eq(run_line(&fake, "undo 1 --yes --force"), 1);
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

/* The forged entry is a restore. A restore may contain values that are not settings, but never the
 * identity of the machine or live data (restore_rule.h). */
START_TEST(undo_refuses_a_restore_of_the_identity)
{
    static const char *const names[] = {"\"NameServer\"", "\"searchlist\"", "\"Domain\"",
                                        "\"DhcpServer\""};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct fake fake;

        fake_init(&fake);
        ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
        forge_journal(&fake, "\"command\":\"set\"", "\"command\":\"restore\"");
        forge_journal(&fake, "\"MaxUserPort\"", names[i]);
        fake.registry_writes = 0;
        ck_assert_int_eq(run_line(&fake, "undo --yes --force"), 1);
        ck_assert_uint_eq(fake.registry_writes, 0);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(undo_does_not_read_an_untrusted_store)
{
    struct fake fake;
    struct text before;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake.store_state = STORE_UNTRUSTED;
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    expect_screen(&fake, "undo/undo_does_not_read_an_untrusted_store");
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

START_TEST(undo_without_a_store_is_refused)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    expect_screen(&fake, "undo/undo_without_a_store_is_refused");
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
    fake_release(&fake);
}
END_TEST

/* ---- after a crash ------------------------------------------------------ */

static void set_and_die(void *context)
{
    run_line(context, "set 65534 --yes");
}

static const struct {
    enum fake_mishap mishap;
    int code;
} crashes[] = {
    {DIE_AFTER, 0},
    {DIE_BEFORE, 1},
};

START_TEST(undo_resolves_an_interrupted_change_first)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, crashes[_i].mishap);
    ck_assert(!fake_run(&fake, set_and_die, &fake));
    fake_restart(&fake);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), crashes[_i].code);
    expect_screen_row(&fake, "undo/settled", _i);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    fake_release(&fake);
}
END_TEST

START_TEST(undo_resolves_a_failed_rollback)
{
    struct fake fake;
    struct text before;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 20000);
    dump_registry(&fake, &before);
    for (unsigned nth = 2; nth < 6; nth++)
        fake_upset(&fake, FAKE_REGISTRY_WRITES, nth, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"), 4);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    fake_calm(&fake);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    expect_screen(&fake, "undo/undo_resolves_a_failed_rollback");
    expect_registry(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

START_TEST(a_dry_run_of_undo_writes_nothing)
{
    struct fake fake;
    struct text before;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake.identity.is_elevated = false;
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "undo --dry-run"), 0);
    expect_screen(&fake, "undo/a_dry_run_of_undo_writes_nothing");
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

Suite *cli_undo_suite(void)
{
    Suite *suite = suite_create("cli_undo");
    TCase *tcase = tcase_create("cli_undo");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, undo_restores_the_exact_value, 0, EARLIER_COUNT);
    tcase_add_test(tcase, repeated_undo_steps_back_through_the_changes);
    tcase_add_loop_test(tcase, an_old_change_in_a_long_journal_can_be_undone, 0, 3);
    tcase_add_test(tcase, undo_of_an_undo_repeats_the_change);
    tcase_add_test(tcase, an_older_change_can_be_undone_by_its_number);
    tcase_add_test(tcase, undo_undoes_a_restore);
    tcase_add_test(tcase, undo_ignores_a_clock_that_was_set_back);
    tcase_add_test(tcase, undo_refuses_a_value_changed_by_another_program);
    tcase_add_test(tcase, undo_refuses_a_value_deleted_since);
    tcase_add_test(tcase, a_value_already_restored_counts_as_undone);
    tcase_add_loop_test(tcase, undo_refuses_entries_that_cannot_be_undone, 0,
                        sizeof refusals / sizeof *refusals);
    tcase_add_loop_test(tcase, undo_refuses_a_journal_with_forged_places, 0,
                        sizeof forgeries / sizeof *forgeries);
    tcase_add_test(tcase, undo_refuses_a_restore_of_the_identity);
    tcase_add_test(tcase, undo_does_not_read_an_untrusted_store);
    tcase_add_test(tcase, undo_without_a_store_is_refused);
    tcase_add_loop_test(tcase, undo_resolves_an_interrupted_change_first, 0,
                        sizeof crashes / sizeof *crashes);
    tcase_add_test(tcase, undo_resolves_a_failed_rollback);
    tcase_add_test(tcase, a_dry_run_of_undo_writes_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
