#include <check.h>
#include <string.h>

#include "core/change/change.h"
#include "core/change/plan_make.h"
#include "core/journal/regfile.h"
#include "core/state/survey.h"
#include "fake/machine.h"
#include "suites.h"

/* The tests make a change in two steps. The first step changes MaxUserPort from absent to a number;
 * the second step changes TcpTimedWaitDelay from odd bytes to a number. So if a call fails between
 * the two steps, maxport must restore the first value. */
static const uint8_t odd_bytes[] = {0x33, 0x00, 0x30};

struct attempt {
    struct fake *fake;
    bool is_done;
    struct change change;
    struct fault fault;
};

static void prepare(struct fake *fake)
{
    fake_init(fake);
    fake_put(fake, TCPIP_PARAMETERS, "TcpTimedWaitDelay", TYPE_SZ, odd_bytes, sizeof odd_bytes);
    fake_add_sockets(fake, 10, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.9", 443,
                     0);
}

static void try_change(void *context)
{
    struct attempt *attempt = context;
    struct request requests[] = {
        {setting_place(setting_at(SETTING_MAX_USER_PORT)), value_number(65534)},
        {setting_place(setting_at(SETTING_TCP_TIMED_WAIT_DELAY)), value_number(30)},
    };
    const struct machine *machine = &attempt->fake->machine;
    struct survey survey;
    struct plan plan;

    change_init(&attempt->change, "set");
    attempt->change.reason = "test";
    attempt->is_done = false;
    if (!survey_take(machine, SURVEY_RANGES | SURVEY_USAGE | SURVEY_PRIVATE, &survey,
                     &attempt->fault))
        return;
    if (plan_make(machine, &survey, requests, 2, &plan, &attempt->fault)) {
        attempt->is_done = change_apply(machine, &survey, &plan, &attempt->change, &attempt->fault);
        plan_release(&plan);
    }
    survey_release(&survey);
}

/* Takes a survey and resolves the interrupted change that the survey contains, as a writing command
 * does. */
static bool settle(struct fake *fake, struct change *change, struct fault *fault)
{
    struct survey survey;
    bool is_resolved;

    change_init(change, "undo");
    if (!survey_take(&fake->machine, SURVEY_RANGES | SURVEY_PRIVATE, &survey, fault))
        return false;
    is_resolved = change_resolve(&fake->machine, &survey, change, fault);
    survey_release(&survey);
    return is_resolved;
}

static void dump(const struct fake *fake, struct text *text)
{
    text_init(text);
    fake_dump_registry(fake, text);
}

static struct journal read_journal(struct fake *fake)
{
    struct journal journal;
    struct fault fault;

    ck_assert_msg(journal_read(&fake->machine.store, STORE_PRIVATE, &journal, &fault), "%s",
                  fault.text);
    return journal;
}

static void registries(struct text *before, struct text *after)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};

    prepare(&fake);
    dump(&fake, before);
    try_change(&attempt);
    ck_assert_msg(attempt.is_done, "%s", attempt.fault.text);
    dump(&fake, after);
    fake_release(&fake);
}

START_TEST(a_change_is_written_verified_and_recorded)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};
    struct journal journal;

    prepare(&fake);
    try_change(&attempt);
    ck_assert_msg(attempt.is_done, "%s", attempt.fault.text);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 30));
    ck_assert_uint_eq(fake.unlocked_writes, 0);
    ck_assert(!fake.is_locked);
    journal = read_journal(&fake);
    ck_assert_uint_eq(journal.count, 1);
    ck_assert_uint_eq(journal.entries[0].id, attempt.change.id);
    ck_assert_int_eq(journal.entries[0].state, ENTRY_DONE);
    ck_assert_str_eq(journal.entries[0].reason, "test");
    ck_assert_uint_eq(journal.entries[0].use_after.by[PROTOCOL_TCP][FAMILY_IPV4].in_use, 10);
    ck_assert_uint_eq(journal.entries[0].predicted[PROTOCOL_TCP][FAMILY_IPV4].start, 1024);
    journal_release(&journal);
    fake_release(&fake);
}
END_TEST

START_TEST(backup_and_journal_precede_the_first_write)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};
    unsigned first_write;

    prepare(&fake);
    try_change(&attempt);
    first_write = fake_first(&fake, FAKE_REGISTRY_WRITES);
    ck_assert_uint_gt(first_write, 0);
    /* The backup, the undo file and the journal line "started" are written before the first value.
     * The line "ended" is written after the last value. */
    ck_assert_uint_lt(fake_last(&fake, FAKE_CALL(CALL_STORE_CREATE)), first_write);
    ck_assert_uint_lt(fake_first(&fake, FAKE_CALL(CALL_STORE_APPEND)), first_write);
    ck_assert_uint_gt(fake_last(&fake, FAKE_CALL(CALL_STORE_APPEND)),
                      fake_last(&fake, FAKE_CALL(CALL_REGISTRY_FLUSH)));
    ck_assert_uint_gt(fake_last(&fake, FAKE_CALL(CALL_REGISTRY_FLUSH)),
                      fake_last(&fake, FAKE_REGISTRY_WRITES));
    ck_assert_uint_eq(fake.calls_of[CALL_STORE_CREATE], 2);
    fake_release(&fake);
}
END_TEST

START_TEST(the_undo_file_contains_only_changed_values)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};
    struct regfile file;
    struct fault fault;
    const struct fake_file *stored;

    prepare(&fake);
    try_change(&attempt);
    stored = fake_folder_find(&fake.store, "changes\\1-undo.reg");
    ck_assert_ptr_nonnull(stored);
    ck_assert_msg(regfile_parse("undo", stored->data, stored->length, &file, &fault), "%s",
                  fault.text);
    ck_assert_uint_eq(file.count, 2);
    ck_assert_int_eq(regfile_find(&file, TCPIP_PARAMETERS, "MaxUserPort")->value.kind,
                     VALUE_ABSENT);
    ck_assert_uint_eq(regfile_find(&file, TCPIP_PARAMETERS, "TcpTimedWaitDelay")->value.length,
                      sizeof odd_bytes);
    regfile_release(&file);
    fake_release(&fake);
}
END_TEST

/* ---- every call fails once ---------------------------------------------- */

static const struct {
    enum fake_mishap mishap;
    uint64_t calls;
    unsigned least; /* minimum number of failing calls; with fewer, the loop ended too early */
} failures[] = {
    {FAIL_BEFORE, FAKE_FAILABLE, 20},
    {FAIL_DURING, FAKE_FAILABLE, 20},
    {FAIL_AFTER, FAKE_FAILABLE, 20},
    /* maxport reads each value back immediately after it has written the value, so it detects this
     * lie. It cannot detect a disk that returns wrong data only later. */
    {LIE, FAKE_REGISTRY_WRITES, 2},
};

static void check_truth(const struct attempt *attempt, const struct text *before,
                        const struct text *after, unsigned nth)
{
    struct fake *fake = attempt->fake;
    struct text now;
    bool is_before, is_after;

    dump(fake, &now);
    is_before = strcmp(text_string(&now), text_string(before)) == 0;
    is_after = strcmp(text_string(&now), text_string(after)) == 0;
    ck_assert_msg(is_before || is_after,
                  "call %u (%s): the registry is neither as before nor as planned", nth,
                  fake_call_name(fake->struck));
    if (attempt->is_done || attempt->change.is_done_unwritten)
        ck_assert_msg(is_after, "call %u (%s): reported as done, but not written", nth,
                      fake_call_name(fake->struck));
    else
        ck_assert_msg(is_before, "call %u (%s): reported as failed, but written", nth,
                      fake_call_name(fake->struck));
    ck_assert_msg(!fake->is_locked, "call %u (%s): the lock is still held", nth,
                  fake_call_name(fake->struck));
    text_release(&now);
}

/* The next change must resolve the interrupted change of the journal, and must then succeed. */
static void check_next_change(struct attempt *attempt, unsigned nth)
{
    struct fake *fake = attempt->fake;
    struct journal journal;

    fake_calm(fake);
    fake_put(fake, TCPIP_PARAMETERS, "TcpTimedWaitDelay", TYPE_SZ, odd_bytes, sizeof odd_bytes);
    try_change(attempt);
    ck_assert_msg(attempt->is_done, "after call %u: %s", nth, attempt->fault.text);
    journal = read_journal(fake);
    ck_assert_ptr_null(journal_open_entry(&journal));
    ck_assert_uint_eq(journal.bad_count, 0);
    ck_assert_uint_eq(journal.torn_length, 0);
    journal_release(&journal);
}

START_TEST(a_failing_call_leaves_the_old_or_planned_values)
{
    struct text before, after;
    unsigned struck = 0;

    registries(&before, &after);
    for (unsigned nth = 1;; nth++) {
        struct fake fake;
        struct attempt attempt = {.fake = &fake};
        bool has_struck;

        prepare(&fake);
        fake_upset(&fake, failures[_i].calls, nth, failures[_i].mishap);
        try_change(&attempt);
        has_struck = fake.has_struck;
        if (has_struck) {
            struck++;
            check_truth(&attempt, &before, &after, nth);
            check_next_change(&attempt, nth);
        }
        fake_release(&fake);
        if (!has_struck)
            break;
    }
    ck_assert_uint_ge(struck, failures[_i].least);
    text_release(&before);
    text_release(&after);
}
END_TEST

static const enum fake_mishap deaths[] = {DIE_BEFORE, DIE_DURING, DIE_AFTER};

START_TEST(a_kill_at_any_call_is_resolved_by_the_next_change)
{
    struct text before, after;
    unsigned killed = 0;
    unsigned open = 0;

    registries(&before, &after);
    for (unsigned nth = 1;; nth++) {
        struct fake fake;
        struct attempt attempt = {.fake = &fake};
        struct journal journal;
        struct change resolved;
        struct fault fault;
        struct text now;
        bool is_alive;

        prepare(&fake);
        fake_upset(&fake, FAKE_ANY, nth, deaths[_i]);
        is_alive = fake_run(&fake, try_change, &attempt);
        if (is_alive) {
            /* The fake ignores a kill at some calls, such as those that read the clock. */
            bool has_struck = fake.has_struck;

            fake_release(&fake);
            if (has_struck)
                continue;
            break;
        }
        killed++;
        fake_restart(&fake);
        if (fake.store_state == STORE_TRUSTED) {
            journal = read_journal(&fake);
            open += journal_open_entry(&journal) != NULL;
            journal_release(&journal);
        }
        ck_assert_msg(settle(&fake, &resolved, &fault), "call %u: %s", nth, fault.text);
        dump(&fake, &now);
        ck_assert_msg(strcmp(text_string(&now), text_string(&before)) == 0 ||
                          strcmp(text_string(&now), text_string(&after)) == 0,
                      "killed at call %u (%s): neither as before nor as planned after resolving",
                      nth, fake_call_name(fake.struck));
        text_release(&now);
        check_next_change(&attempt, nth);
        fake_release(&fake);
    }
    ck_assert_uint_ge(killed, 25);
    ck_assert_uint_gt(open, 5); /* more than five kills must leave an open entry */
    text_release(&before);
    text_release(&after);
}
END_TEST

/* ---- failed writes and other programs ----------------------------------- */

START_TEST(a_failed_rollback_is_reported_as_stuck)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};
    struct journal journal;

    prepare(&fake);
    /* The first write to the registry succeeds. The next three writes fail, including those of the
     * rollback. */
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 2, FAIL_BEFORE);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 3, FAIL_BEFORE);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 4, FAIL_BEFORE);
    try_change(&attempt);
    ck_assert(!attempt.is_done);
    ck_assert_int_eq(attempt.fault.kind, FAULT_STUCK);
    ck_assert_ptr_nonnull(strstr(attempt.fault.text, "undo.reg"));
    journal = read_journal(&fake);
    ck_assert_int_eq(journal.entries[0].state, ENTRY_STUCK);
    ck_assert_ptr_nonnull(journal_open_entry(&journal));
    journal_release(&journal);
    fake_release(&fake);
}
END_TEST

START_TEST(a_denied_write_is_reported_and_changes_nothing)
{
    struct text before, now;
    struct fake fake;
    struct attempt attempt = {.fake = &fake};

    prepare(&fake);
    fake_key(&fake, TCPIP_PARAMETERS)->is_unwritable = true;
    dump(&fake, &before);
    try_change(&attempt);
    dump(&fake, &now);
    ck_assert_int_eq(attempt.fault.kind, FAULT_DENIED);
    ck_assert_str_eq(text_string(&before), text_string(&now));
    text_release(&before);
    text_release(&now);
    fake_release(&fake);
}
END_TEST

static void write_other(struct fake *fake, void *context)
{
    (void)context;
    fake_put_number(fake, "MaxUserPort", 12345);
}

START_TEST(an_outdated_plan_is_refused)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};
    struct journal journal;

    prepare(&fake);
    fake_when(&fake, FAKE_CALL(CALL_STORE_LOCK), 1, write_other, NULL);
    try_change(&attempt);
    ck_assert(!attempt.is_done);
    ck_assert_int_eq(attempt.fault.kind, FAULT_STALE);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 12345));
    journal = read_journal(&fake);
    ck_assert_uint_eq(journal.count, 0);
    journal_release(&journal);
    fake_release(&fake);
}
END_TEST

static void write_other_delay(struct fake *fake, void *context)
{
    (void)context;
    fake_put_number(fake, "TcpTimedWaitDelay", 77);
}

START_TEST(a_value_of_another_program_is_never_overwritten)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};
    struct journal journal;

    /* Another program writes a value while maxport writes "started" to the journal. */
    prepare(&fake);
    fake_when(&fake, FAKE_CALL(CALL_STORE_APPEND), 1, write_other, NULL);
    try_change(&attempt);
    ck_assert(!attempt.is_done);
    ck_assert_int_eq(attempt.fault.kind, FAULT_STALE);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 12345));
    ck_assert_uint_eq(fake.registry_writes, 0);
    journal = read_journal(&fake);
    ck_assert_int_eq(journal.entries[0].state, ENTRY_ROLLED_BACK);
    journal_release(&journal);
    fake_release(&fake);

    /* Another program writes between the two steps. maxport rolls back only the first step. */
    prepare(&fake);
    fake_when(&fake, FAKE_CALL(CALL_REGISTRY_FLUSH), 1, write_other_delay, NULL);
    try_change(&attempt);
    ck_assert_int_eq(attempt.fault.kind, FAULT_STALE);
    ck_assert(!fake_holds_number(&fake, "MaxUserPort", 65534));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 77));
    fake_release(&fake);
}
END_TEST

START_TEST(a_change_waits_for_another_maxport)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};

    prepare(&fake);
    fake.is_locked_by_other = true;
    try_change(&attempt);
    ck_assert_int_eq(attempt.fault.kind, FAULT_BUSY);
    ck_assert_uint_eq(fake.registry_writes, 0);
    fake_release(&fake);

    prepare(&fake);
    fake.is_locked_by_other = true;
    fake.other_unlocks_ms = fake.now_ms + 3000;
    try_change(&attempt);
    ck_assert_msg(attempt.is_done, "%s", attempt.fault.text);
    fake_release(&fake);
}
END_TEST

static void press_stop(struct fake *fake, void *context)
{
    (void)context;
    fake->is_stop_requested = true;
}

START_TEST(an_interrupt_before_the_first_write_writes_nothing)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};

    prepare(&fake);
    fake_when(&fake, FAKE_CALL(CALL_STORE_CREATE), 2, press_stop, NULL);
    try_change(&attempt);
    ck_assert_int_eq(attempt.fault.kind, FAULT_DECLINED);
    ck_assert_uint_eq(fake.registry_writes, 0);
    fake_release(&fake);

    /* The user presses Ctrl-C just before the first value is written, after the journal line
     * "started". The change must still be completed. */
    prepare(&fake);
    fake_when(&fake, FAKE_REGISTRY_WRITES, 1, press_stop, NULL);
    try_change(&attempt);
    ck_assert_msg(attempt.is_done, "%s", attempt.fault.text);
    fake_release(&fake);
}
END_TEST

START_TEST(an_id_with_existing_files_is_skipped)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};

    prepare(&fake);
    fake.store_state = STORE_TRUSTED;
    fake_folder_put(&fake.store, "changes\\1.reg", "orphan", 6);
    try_change(&attempt);
    ck_assert_msg(attempt.is_done, "%s", attempt.fault.text);
    ck_assert_uint_eq(attempt.change.id, 2);
    ck_assert_str_eq(fake_stored(&fake, "changes\\1.reg"), "orphan");
    fake_release(&fake);
}
END_TEST

START_TEST(resolving_keeps_a_value_of_another_program)
{
    struct fake fake;
    struct attempt attempt = {.fake = &fake};
    struct change resolved;
    struct fault fault;
    struct journal journal;

    prepare(&fake);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(&fake, try_change, &attempt));
    fake_restart(&fake);
    fake_put_number(&fake, "MaxUserPort", 12345);
    ck_assert(settle(&fake, &resolved, &fault));
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 12345));
    ck_assert_ptr_nonnull(
        strstr(resolved.resolved, "has changed a value since, so nothing is restored"));
    journal = read_journal(&fake);
    ck_assert_int_eq(journal.entries[0].state, ENTRY_STUCK);
    ck_assert(journal.entries[0].was_resolved);
    ck_assert_ptr_null(journal_open_entry(&journal));
    journal_release(&journal);
    fake_release(&fake);
}
END_TEST

START_TEST(a_backup_is_an_entry_without_changes)
{
    struct fake fake;
    struct change change;
    struct fault fault;
    struct journal journal;

    prepare(&fake);
    change_init(&change, "backup");
    ck_assert_msg(change_backup_only(&fake.machine, &change, &fault), "%s", fault.text);
    ck_assert_uint_eq(change.id, 1);
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert_ptr_nonnull(fake_folder_find(&fake.store, "changes\\1.reg"));
    journal = read_journal(&fake);
    ck_assert_int_eq(journal.entries[0].state, ENTRY_BACKUP);
    ck_assert_ptr_null(journal_newest_undoable(&journal));
    journal_release(&journal);
    fake_release(&fake);
}
END_TEST

/* If maxport refuses an entry, it leaves neither files nor a journal line. */
START_TEST(a_refused_entry_leaves_no_files_and_no_line)
{
    struct fake fake;
    struct change change;
    struct survey survey;
    struct fault fault;
    size_t count;

    prepare(&fake);
    change_init(&change, "backup");
    ck_assert(change_backup_only(&fake.machine, &change, &fault));
    count = fake.store.count;
    change_init(&change, "set"); /* only the command backup may record a backup */
    ck_assert(!change_backup_only(&fake.machine, &change, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_null(fake_folder_find(&fake.store, "changes\\2.reg"));

    ck_assert(survey_take(&fake.machine, SURVEY_PRIVATE, &survey, &fault));
    change_init(&change, "undo");
    change.undoes = 1; /* entry 1 is a backup, which cannot be undone */
    ck_assert(!change_note_undone(&fake.machine, &survey, &change, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_uint_eq(change.id, 0);
    ck_assert_uint_eq(fake.store.count, count);
    ck_assert_ptr_null(strstr(fake_stored(&fake, "journal.jsonl"), "\"command\":\"undo\""));
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

Suite *change_suite(void)
{
    Suite *suite = suite_create("change");
    TCase *tcase = tcase_create("change");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_change_is_written_verified_and_recorded);
    tcase_add_test(tcase, backup_and_journal_precede_the_first_write);
    tcase_add_test(tcase, the_undo_file_contains_only_changed_values);
    tcase_add_loop_test(tcase, a_failing_call_leaves_the_old_or_planned_values, 0,
                        sizeof failures / sizeof *failures);
    tcase_add_loop_test(tcase, a_kill_at_any_call_is_resolved_by_the_next_change, 0,
                        sizeof deaths / sizeof *deaths);
    tcase_add_test(tcase, a_failed_rollback_is_reported_as_stuck);
    tcase_add_test(tcase, a_denied_write_is_reported_and_changes_nothing);
    tcase_add_test(tcase, an_outdated_plan_is_refused);
    tcase_add_test(tcase, a_value_of_another_program_is_never_overwritten);
    tcase_add_test(tcase, a_change_waits_for_another_maxport);
    tcase_add_test(tcase, an_interrupt_before_the_first_write_writes_nothing);
    tcase_add_test(tcase, an_id_with_existing_files_is_skipped);
    tcase_add_test(tcase, resolving_keeps_a_value_of_another_program);
    tcase_add_test(tcase, a_backup_is_an_entry_without_changes);
    tcase_add_test(tcase, a_refused_entry_leaves_no_files_and_no_line);
    suite_add_tcase(suite, tcase);
    return suite;
}
