#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "core/journal/journal.h"
#include "suites.h"

static struct fake fake;

static void set_up(void)
{
    fake_init(&fake);
    fake.is_console[SCREEN_OUT] = fake.is_console[SCREEN_ERROR] = fake.can_ask = true;
}

static void tear_down(void)
{
    fake_release(&fake);
}

static struct text registry(void)
{
    struct text text;

    text_init(&text);
    fake_dump_registry(&fake, &text);
    return text;
}

static bool is_registry(const struct text *before)
{
    struct text now = registry();
    bool is_same = strcmp(text_string(&now), text_string(before)) == 0;

    text_release(&now);
    return is_same;
}

/* ---- forged entries ------------------------------------------------------ */

#define SPOOLER "SYSTEM\\CurrentControlSet\\Services\\Spooler"
#define OPEN_ENTRY(command, steps)                                                                 \
    "{\"v\":1,\"event\":\"started\",\"time_ms\":1,\"id\":1,\"account\":\"a\",\"session_user\":"    \
    "\"\","                                                                                        \
    "\"computer\":\"c\",\"command\":\"" command                                                    \
    "\",\"reason\":\"\",\"outcome\":\"\",\"steps\":[" steps                                        \
    "],\"backup\":\"\",\"undo_file\":\"\"}\n"
#define STEP(key, name, before, after)                                                             \
    "{\"place\":{\"kind\":\"registry\",\"key\":\"" key "\",\"name\":\"" name                       \
    "\"},\"before\":\"" before "\",\"after\":\"" after "\"}"
#define PARAMETERS "SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters"

static const char *const hostile[] = {
    OPEN_ENTRY(
        "set",
        STEP("SYSTEM\\\\CurrentControlSet\\\\Services\\\\Spooler", "ImagePath", "2:63003a000000",
             "2:730070006f006f006c000000") "," STEP("SOFTWARE\\\\nowhere", "x", "absent", "1")),
    OPEN_ENTRY("restore", STEP(PARAMETERS, "NameServer", "1:31000000",
                               "absent") "," STEP(PARAMETERS, "KeepAliveTime", "absent", "1")),
    OPEN_ENTRY("set", STEP(PARAMETERS "\\\\Winsock", "HelperDllName", "2:63000000",
                           "absent") "," STEP(PARAMETERS, "MaxUserPort", "absent", "6000")),
    OPEN_ENTRY("undo", STEP(PARAMETERS, "Hostname", "1:31000000",
                            "absent") "," STEP(PARAMETERS, "MaxUserPort", "absent", "6000")),
};

START_TEST(a_forged_open_entry_is_never_resolved)
{
    static const char *const lines[] = {"set 65534", "reset MaxUserPort",   "undo",
                                        "backup",    "set 65534 --dry-run", "set 65534 --json"};
    struct text before;

    fake_put(&fake, SPOOLER, "ImagePath", TYPE_EXPAND_SZ, "s\0p\0o\0o\0l\0\0", 12);
    fake_put(&fake, TCPIP_PARAMETERS, "Domain", TYPE_SZ, "d\0\0", 4);
    fake.store_state = STORE_TRUSTED;
    fake_folder_put(&fake.store, "journal.jsonl", hostile[_i], strlen(hostile[_i]));
    before = registry();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (int answer = 0; answer < 2; answer++) {
            fake.answers[0] = answer ? "n" : NULL;
            run_line(&fake, lines[i]);
            ck_assert_msg(is_registry(&before), "%s wrote: %s", lines[i], fake_error(&fake));
            ck_assert_uint_eq(fake.registry_writes, 0);
        }
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    expect_in(fake_error(&fake), "1 line of the journal could not be read and was omitted.");
    ck_assert_uint_eq(fake.registry_writes, 1);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(is_registry(&before));
    text_release(&before);
}
END_TEST

/* The journal contains a real change, followed by a forged line with a very high ID. */
START_TEST(a_forged_last_id_does_not_block_later_changes)
{
    static const char line[] =
        "{\"v\":1,\"event\":\"backup\",\"time_ms\":1,\"id\":9007199254740992,\"account\":"
        "\"a\",\"session_user\":\"\",\"computer\":\"c\",\"command\":\"backup\",\"reason\":\"\","
        "\"outcome\":\"\",\"steps\":[],\"backup\":\"\",\"undo_file\":\"\"}\n";
    static const char *const lines[] = {"set 60000 --yes", "undo --yes", "backup",
                                        "reset MaxUserPort --yes"};
    struct text journal;

    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    text_init(&journal);
    text_puts(&journal, fake_stored(&fake, "journal.jsonl"));
    text_puts(&journal, line);
    fake_folder_put(&fake.store, "journal.jsonl", text_string(&journal), journal.length);
    text_release(&journal);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_msg(run_line(&fake, lines[i]) == 0, "%s: %s", lines[i], fake_error(&fake));
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    ck_assert_ptr_nonnull(fake_folder_find(&fake.store, "changes\\5.reg"));
}
END_TEST

/* ---- interrupted changes ------------------------------------------------- */

static void set_two(void *context)
{
    run_line(context, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes");
}

/* Runs a change of two values that is interrupted after it has written the first value. */
static void interrupt(void)
{
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(&fake, set_two, &fake));
    fake_restart(&fake);
    fake_publish(&fake);
    fake.is_console[SCREEN_OUT] = fake.is_console[SCREEN_ERROR] = fake.can_ask = true;
    fake.registry_writes = 0;
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    text_release(&fake.audited);
}

static const struct {
    const char *line, *answer;
    int code;
} unconfirmed[] = {
    {"set 60000", "n", 5},
    {"set 60000", NULL, 5},
    {"set 60000 --json", NULL, 2},
    {"set 60000 --dry-run", NULL, 0},
    {"undo", "n", 5},
    {"undo --dry-run", NULL, 1},
    {"undo 1", "n", 1},
    {"reset MaxUserPort", "n", 5},
    {"backup", NULL, 0},
};

START_TEST(an_unconfirmed_command_resolves_nothing)
{
    struct text before;
    char *journal;

    interrupt();
    before = registry();
    journal = strdup(fake_stored(&fake, "journal.jsonl"));
    fake.answers[0] = unconfirmed[_i].answer;
    ck_assert_msg(run_line(&fake, unconfirmed[_i].line) == unconfirmed[_i].code, "%s",
                  fake_error(&fake));
    ck_assert(is_registry(&before));
    if (strcmp(unconfirmed[_i].line, "backup") == 0)
        ck_assert_ptr_nonnull(strstr(fake_stored(&fake, "journal.jsonl"), journal));
    else
        ck_assert_str_eq(fake_stored(&fake, "journal.jsonl"), journal);
    ck_assert_ptr_null(strstr(text_string(&fake.audited), "103 "));
    text_release(&before);
    free(journal);
}
END_TEST

START_TEST(the_plan_lists_the_writes_that_resolve_a_change)
{
    json_t *document;

    interrupt();
    ck_assert_int_eq(run_line(&fake, "set 60000 --dry-run"), 0);
    expect_in(fake_out(&fake), "  Resolved first\n");
    expect_in(fake_out(&fake), "      MaxUserPort  65534 (0xfffe) -> not set\n");
    expect_in(fake_out(&fake), "    MaxUserPort  not set -> 60000 (0xea60)\n");
    ck_assert_int_eq(run_line(&fake, "set 60000 --dry-run --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "plan.settles.0.id"), 1);
    ck_assert_str_eq(json_text_at(document, "plan.settles.0.state"), "rolled_back");
    ck_assert_int_eq(json_number_at(document, "plan.settles.0.steps.0.before"), 65534);
    json_decref(document);
    fake.answers[0] = "y";
    ck_assert_int_eq(run_line(&fake, "set 60000"), 0);
    expect_in(fake_out(&fake), "  Resolved first\n");
    expect_in(fake_error(&fake), "Change 1 (set) was interrupted: MaxUserPort is restored to");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    expect_in(text_string(&fake.audited),
              "103 maxport set by LAB\\ada: Change 1 (set) was interrupted");
    expect_in(text_string(&fake.audited), "100 maxport set by LAB\\ada: change 2");
}
END_TEST

static void write_other(struct fake *other, void *context)
{
    (void)context;
    fake_put_number(other, "MaxUserPort", 12345);
}

START_TEST(resolving_writes_only_what_the_plan_showed)
{
    char *journal;

    interrupt();
    journal = strdup(fake_stored(&fake, "journal.jsonl"));
    fake_when(&fake, FAKE_CALL(CALL_STORE_LOCK), 1, write_other, NULL);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 1);
    expect_in(fake_error(&fake), "run the command again.");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 12345));
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert_str_eq(fake_stored(&fake, "journal.jsonl"), journal);
    free(journal);
}
END_TEST

START_TEST(expect_refuses_to_resolve_another_value)
{
    interrupt();
    ck_assert_int_eq(run_line(&fake, "set TcpTimedWaitDelay=60 --yes --expect absent"), 1);
    expect_in(fake_error(&fake), "must be resolved first, and resolving it writes");
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert_int_eq(run_line(&fake, "set TcpTimedWaitDelay=30 --yes --expect absent"), 1);
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes --expect absent"), 1);
    expect_in(fake_error(&fake),
              "MaxUserPort is now 65534 (0xfffe), but --expect requires: not set.");
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes --expect 65534"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
}
END_TEST

/* Resolving the interrupted change already restores the value that reset requests. So the plan of
 * reset is empty. */
START_TEST(expect_is_checked_even_if_the_plan_is_empty)
{
    interrupt();
    ck_assert_int_eq(run_line(&fake, "reset TcpTimedWaitDelay --yes --expect absent"), 1);
    expect_in(fake_error(&fake), "must be resolved first, and resolving it writes");
    ck_assert_int_eq(run_line(&fake, "reset MaxUserPort --yes --expect 5000"), 1);
    expect_printed(fake_error(&fake),
                   "MaxUserPort is now 65534 (0xfffe), but --expect requires: 5000 (0x1388).");
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert_int_eq(run_line(&fake, "reset MaxUserPort --yes --expect 65534"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
}
END_TEST

START_TEST(resolving_alone_is_confirmed_and_reported)
{
    interrupt();
    fake.answers[0] = "y";
    ck_assert_int_eq(run_line(&fake, "undo"), 1);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    expect_in(fake_error(&fake), "There is no change to undo.");
    expect_in(fake_error(&fake), "Nothing else was changed.");
    expect_in(text_string(&fake.audited), "103 maxport undo by LAB\\ada: Change 1 (set)");

    tear_down();
    set_up();
    interrupt();
    ck_assert_int_eq(run_line(&fake, "reset MaxUserPort --yes"), 0);
    expect_in(fake_out(&fake), "Already as requested; nothing else was written.");
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    expect_in(text_string(&fake.audited), "103 maxport reset");
}
END_TEST

static const struct {
    enum fake_mishap mishap;
    uint64_t calls;
} mishaps[] = {
    {FAIL_BEFORE, FAKE_FAILABLE},
    {FAIL_DURING, FAKE_FAILABLE},
    {FAIL_AFTER, FAKE_FAILABLE},
};

START_TEST(a_failure_after_resolving_never_denies_the_change)
{
    static const char *const lines[] = {"set 60000 --yes", "undo --yes", "reset MaxUserPort --yes"};
    unsigned resolved = 0;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (unsigned nth = 1, has_struck = 1; has_struck; nth++) {
            struct text before;
            bool is_same;

            tear_down();
            set_up();
            interrupt();
            before = registry();
            fake_upset(&fake, mishaps[_i].calls, nth, mishaps[_i].mishap);
            run_line(&fake, lines[i]);
            has_struck = fake.has_struck;
            is_same = is_registry(&before);
            text_release(&before);
            if (is_same)
                continue;
            resolved++;
            ck_assert_msg(!strstr(fake_error(&fake), "Nothing was changed") &&
                              !strstr(fake_error(&fake), "Nothing was written") &&
                              !strstr(fake_error(&fake), "Everything is as it was") &&
                              !strstr(text_string(&fake.audited), "Nothing was changed"),
                          "%s, call %u (%s): %s", lines[i], nth, fake_call_name(fake.struck),
                          fake_error(&fake));
        }
    ck_assert_uint_gt(resolved, 10);
}
END_TEST

static void write_second(struct fake *other, void *context)
{
    (void)context;
    fake_put_number(other, "TcpTimedWaitDelay", 77);
}

/* Another program changes the second value, and then the rollback of the first value fails. */
START_TEST(a_failed_rollback_never_denies_the_change)
{
    fake_when(&fake, FAKE_CALL(CALL_REGISTRY_FLUSH), 1, write_second, NULL);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 2, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"), 4);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    expect_not_in(fake_error(&fake), "Nothing was");
    expect_not_in(fake_stored(&fake, "journal.jsonl"), "Nothing was");
    expect_not_in(text_string(&fake.audited), "Nothing was");
}
END_TEST

/* The forged entry contains a value whose name reads like a sentence of maxport. */
START_TEST(a_name_that_reads_like_a_sentence_is_quoted)
{
    static const char line[] =
        OPEN_ENTRY("restore", STEP(PARAMETERS, "Nothing was changed", "1",
                                   "absent") "," STEP(PARAMETERS, "KeepAliveTime", "absent", "7"));

    fake.store_state = STORE_TRUSTED;
    fake_folder_put(&fake.store, "journal.jsonl", line, strlen(line));
    fake_when(&fake, FAKE_CALL(CALL_REGISTRY_WRITE), 1, write_other, NULL);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 1);
    expect_in(text_string(&fake.audited), "\"Nothing was changed\" is restored to 1");
    expect_in(text_string(&fake.audited), "Nothing else was changed. Run the command again.");
}
END_TEST

/* ---- many interrupted changes -------------------------------------------- */

/* The entry was made in the current kernel session. */
static void add_open_entry(struct text *journal, unsigned id, const char *command,
                           const char *steps)
{
    text_printf(journal,
                "{\"v\":1,\"event\":\"started\",\"time_ms\":1,\"id\":%u,\"account\":\"a\","
                "\"boot\":{\"start_ms\":%lld,\"session_ms\":%lld,\"count\":%u},"
                "\"session_user\":\"\",\"computer\":\"c\",\"command\":\"%s\",\"reason\":\"\","
                "\"outcome\":\"\",\"steps\":[%s],\"backup\":\"\",\"undo_file\":\"\"}\n",
                id, (long long)fake.boot.start_ms, (long long)fake.boot.session_ms,
                fake.boot.boot_count, command, steps);
}

static void put_journal(struct text *journal)
{
    fake.store_state = STORE_TRUSTED;
    fake_folder_put(&fake.store, "journal.jsonl", journal->data, journal->length);
    fake_publish(&fake);
    text_release(journal);
}

/* Creates `count` changes that were interrupted after their last write to the registry. */
static void interrupt_many(unsigned count)
{
    struct text journal;

    text_init(&journal);
    for (unsigned id = 1; id <= count; id++)
        add_open_entry(&journal, id, "set", STEP(PARAMETERS, "MaxUserPort", "absent", "60000"));
    put_journal(&journal);
    fake_put_number(&fake, "MaxUserPort", 60000);
}

static unsigned occurrences(const char *text, const char *part)
{
    unsigned count = 0;

    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

START_TEST(many_resolved_changes_are_listed_and_counted)
{
    enum { CHANGES = 20 };
    const char *event, *more;
    unsigned named;

    interrupt_many(CHANGES);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    event = strstr(text_string(&fake.audited), "103 maxport set");
    ck_assert_ptr_nonnull(event);
    named = occurrences(event, "so the change counts as done.");
    ck_assert_uint_gt(named, 2);
    ck_assert_uint_lt(named, CHANGES);
    more = strstr(event, "so the change counts as done. And ");
    ck_assert_ptr_nonnull(more);
    ck_assert_uint_eq(named + (unsigned)atoi(strstr(more, "And ") + 4), CHANGES);
    expect_in(more, " more.");
    expect_in(fake_error(&fake), " more.");
    ck_assert_uint_eq(occurrences(fake_stored(&fake, "journal.jsonl"), "\"settled\":true"),
                      CHANGES);
}
END_TEST

/* After the list of resolved changes, the message must still have room for the result of the failed
 * change. */
START_TEST(a_failure_after_many_resolved_changes_is_complete)
{
    interrupt_many(20);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 1);
    expect_in(fake_error(&fake), " more.");
    expect_printed(fake_error(&fake), "Everything else is as it was before.");
}
END_TEST

START_TEST(many_restored_values_are_counted)
{
    enum { VALUES = 50 };
    struct text journal, steps;
    char name[201];

    text_init(&journal);
    text_init(&steps);
    for (unsigned i = 0; i < VALUES; i++) {
        snprintf(name, sizeof name, "Value%0195u", i);
        text_printf(&steps, "%s" STEP(PARAMETERS, "%s", "%s", "%s"), i ? "," : "", name,
                    i ? "7" : "absent", i ? "absent" : "7");
    }
    add_open_entry(&journal, 1, "restore", text_string(&steps));
    text_release(&steps);
    put_journal(&journal);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    expect_in(text_string(&fake.audited), "Change 1 (restore) was interrupted: 49 values are "
                                          "restored, so the change counts as rolled back.");
    expect_in(fake_error(&fake), "49 values are restored");
    ck_assert(fake_holds_number(&fake, name, 7));
}
END_TEST

/* An interrupted change precedes so many changes of the current kernel session that it is not among
 * the newest lines. maxport never writes such a journal, but the file may contain it. The display
 * and the write must read the same part of the journal, or every change would fail. */
START_TEST(an_old_interrupted_change_of_this_boot_blocks_no_change)
{
    static const char *const lines[] = {"set 50000 --yes", "reset MaxUserPort --yes", "undo --yes"};
    struct text journal;
    char steps[256];

    text_init(&journal);
    for (unsigned id = 1; id < JOURNAL_RECENT_LINES / 2 + 10; id++) {
        snprintf(steps, sizeof steps, STEP(PARAMETERS, "MaxUserPort", "%u", "%u"), 60000 + id % 2,
                 60001 - id % 2);
        add_open_entry(&journal, id, "set", steps);
        if (id > 1)
            text_printf(
                &journal,
                "{\"v\":1,\"event\":\"ended\",\"time_ms\":1,\"id\":%u,\"state\":\"done\"}\n", id);
    }
    put_journal(&journal);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_msg(run_line(&fake, lines[i]) == 0, "%s: %s", lines[i], fake_error(&fake));
    ck_assert_uint_eq(occurrences(fake_stored(&fake, "journal.jsonl"), "\"settled\":true"), 1);
}
END_TEST

START_TEST(a_change_resolved_after_many_backups_is_no_bad_line)
{
    struct text journal;

    text_init(&journal);
    add_open_entry(&journal, 1, "set", STEP(PARAMETERS, "MaxUserPort", "absent", "60000"));
    for (unsigned id = 2; id < JOURNAL_RECENT_LINES + 10; id++)
        text_printf(&journal,
                    "{\"v\":1,\"event\":\"backup\",\"time_ms\":1,\"id\":%u,\"account\":\"a\","
                    "\"session_user\":\"\",\"computer\":\"c\",\"command\":\"backup\","
                    "\"steps\":[],\"backup\":\"\",\"undo_file\":\"\"}\n",
                    id);
    put_journal(&journal);
    ck_assert_int_eq(run_line(&fake, "set 50000 --yes"), 0);
    expect_in(fake_error(&fake), "Change 1 (set) was interrupted");
    ck_assert_int_eq(run_line(&fake, "set 50001 --yes"), 0);
    ck_assert_str_eq(fake_error(&fake), "");
}
END_TEST

Suite *cli_settling_suite(void)
{
    Suite *suite = suite_create("cli_settling");
    TCase *tcase = tcase_create("settling");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_forged_open_entry_is_never_resolved, 0,
                        sizeof hostile / sizeof *hostile);
    tcase_add_test(tcase, a_forged_last_id_does_not_block_later_changes);
    tcase_add_loop_test(tcase, an_unconfirmed_command_resolves_nothing, 0,
                        sizeof unconfirmed / sizeof *unconfirmed);
    tcase_add_test(tcase, the_plan_lists_the_writes_that_resolve_a_change);
    tcase_add_test(tcase, resolving_writes_only_what_the_plan_showed);
    tcase_add_test(tcase, expect_refuses_to_resolve_another_value);
    tcase_add_test(tcase, expect_is_checked_even_if_the_plan_is_empty);
    tcase_add_test(tcase, resolving_alone_is_confirmed_and_reported);
    tcase_add_test(tcase, a_failed_rollback_never_denies_the_change);
    tcase_add_test(tcase, a_name_that_reads_like_a_sentence_is_quoted);
    tcase_add_test(tcase, many_resolved_changes_are_listed_and_counted);
    tcase_add_test(tcase, a_failure_after_many_resolved_changes_is_complete);
    tcase_add_test(tcase, many_restored_values_are_counted);
    tcase_add_test(tcase, an_old_interrupted_change_of_this_boot_blocks_no_change);
    tcase_add_test(tcase, a_change_resolved_after_many_backups_is_no_bad_line);
    tcase_add_loop_test(tcase, a_failure_after_resolving_never_denies_the_change, 0,
                        sizeof mishaps / sizeof *mishaps);
    suite_add_tcase(suite, tcase);
    return suite;
}
