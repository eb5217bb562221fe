#include <check.h>
#include <string.h>

#include "core/change/change.h"
#include "core/change/plan_make.h"
#include "core/state/survey.h"
#include "fake/machine.h"
#include "suites.h"

enum { HOUR_MS = 3600 * 1000 };

static void take(struct fake *fake, unsigned mask, struct survey *survey)
{
    struct fault fault;

    ck_assert_msg(survey_take(&fake->machine, mask, survey, &fault), "%s", fault.text);
}

/* Sets a value as if it was written before Windows started. */
static void put_before_start(struct fake *fake, const char *name, uint32_t number)
{
    fake->now_ms -= 24 * HOUR_MS;
    fake_put_number(fake, name, number);
    fake->now_ms += 24 * HOUR_MS;
}

/* Changes MaxUserPort with maxport. `number` 0 deletes the value. */
static void change_to(struct fake *fake, uint32_t number)
{
    struct request request = {setting_place(setting_at(SETTING_MAX_USER_PORT)),
                              number ? value_number(number) : value_absent()};
    struct survey survey;
    struct change change;
    struct fault fault;
    struct plan plan;

    take(fake, SURVEY_RANGES, &survey);
    ck_assert(plan_make(&fake->machine, &survey, &request, 1, &plan, &fault));
    change_init(&change, number ? "set" : "reset");
    ck_assert_msg(change_apply(&fake->machine, &survey, &plan, &change, &fault), "%s", fault.text);
    plan_release(&plan);
    survey_release(&survey);
}

/* ---- stored, running, predicted ----------------------------------------- */

START_TEST(stored_running_and_predicted_values_are_separate)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    put_before_start(&fake, "MaxUserPort", 60000);
    change_to(&fake, 65534);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_uint_eq(survey.stored[SETTING_MAX_USER_PORT].number, 65534);
    ck_assert_uint_eq(survey.at_boot.number, 60000);
    ck_assert_uint_eq(range_end(survey.running[PROTOCOL_TCP][FAMILY_IPV4].range), 60000);
    ck_assert_int_eq(survey.running[PROTOCOL_TCP][FAMILY_IPV4].source, RANGE_SOURCE_RULE);
    ck_assert_uint_eq(range_end(survey.predicted[PROTOCOL_TCP][FAMILY_IPV4].range), 65534);
    ck_assert(!survey.is_at_boot_doubtful);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(the_first_change_since_boot_records_the_value_at_boot)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    change_to(&fake, 30000);
    fake_reboot(&fake, HOUR_MS);
    change_to(&fake, 40000);
    change_to(&fake, 50000);
    change_to(&fake, 0);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_int_eq(survey.stored[SETTING_MAX_USER_PORT].kind, VALUE_ABSENT);
    ck_assert_uint_eq(survey.at_boot.number, 30000);
    ck_assert_uint_eq(range_end(survey.running[PROTOCOL_TCP][FAMILY_IPV4].range), 30000);
    survey_release(&survey);
    fake_reboot(&fake, HOUR_MS);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_int_eq(survey.at_boot.kind, VALUE_ABSENT);
    ck_assert_uint_eq(survey.running[PROTOCOL_TCP][FAMILY_IPV4].range.start, 49152);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

static void change_and_die(void *context)
{
    change_to(context, 65534);
}

START_TEST(the_value_at_boot_ignores_rolled_back_changes)
{
    struct fake fake;
    struct survey survey;
    struct change settle;
    struct fault fault;

    fake_init(&fake);
    put_before_start(&fake, "MaxUserPort", 60000);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(&fake, change_and_die, &fake));
    fake_publish(&fake);
    fake_restart(&fake);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_uint_eq(survey.stored[SETTING_MAX_USER_PORT].number, 65534);
    ck_assert_uint_eq(survey.at_boot.number, 60000);
    ck_assert_ptr_nonnull(journal_open_entry(&survey.journal));
    survey_release(&survey);

    /* A person restores the value without maxport, so the interrupted change counts as rolled back.
     * Then another value is stored, as if it was written before Windows started. That value must
     * count as the value at boot. */
    fake_put_number(&fake, "MaxUserPort", 60000);
    change_init(&settle, "set");
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert(change_resolve(&fake.machine, &survey, &settle, &fault));
    survey_release(&survey);
    put_before_start(&fake, "MaxUserPort", 20000);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_uint_eq(survey.at_boot.number, 20000);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

/* ---- doubtful values ---------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t number;    /* 0: the value is absent */
    int64_t written_ms; /* relative to the start of Windows */
    bool is_boot_known, is_write_known, is_doubtful;
} doubts[] = {
    {"written long before the start", 60000, -HOUR_MS, true, true, false},
    {"written while Windows was starting", 60000, 4 * 60 * 1000, true, true, false},
    {"written after the start", 60000, 6 * 60 * 1000, true, true, true},
    {"absent, although the key was written", 0, HOUR_MS / 2, true, true, false},
    {"the start is unknown", 60000, HOUR_MS / 2, false, true, false},
    {"the time of the write is unknown", 60000, HOUR_MS / 2, true, false, false},
};

START_TEST(a_range_is_doubtful_after_a_foreign_write_since_boot)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    if (doubts[_i].number)
        fake_put_number(&fake, "MaxUserPort", doubts[_i].number);
    fake_key(&fake, TCPIP_PARAMETERS)->last_write_ms = fake.boot.start_ms + doubts[_i].written_ms;
    fake.is_boot_known = doubts[_i].is_boot_known;
    if (!doubts[_i].is_write_known)
        fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_LAST_WRITE), 0, FAIL_BEFORE);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_msg(survey.is_at_boot_doubtful == doubts[_i].is_doubtful, "%s", doubts[_i].name);
    if (doubts[_i].is_doubtful) {
        ck_assert_int_eq(survey.running_confidence[PROTOCOL_TCP][FAMILY_IPV4], CONFIDENCE_UNKNOWN);
        ck_assert_ptr_nonnull(strstr(survey.running_note[PROTOCOL_TCP][FAMILY_IPV4],
                                     "written since Windows started"));
    }
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(a_change_by_maxport_raises_no_doubt)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    change_to(&fake, 65534);
    ck_assert_int_gt(fake_key(&fake, TCPIP_PARAMETERS)->last_write_ms, fake.boot.start_ms);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert(!survey.is_at_boot_doubtful);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

/* Another program writes the value before maxport changes it for the first time. */
static const struct {
    const char *name;
    uint32_t number;    /* before the change; 0: the value is absent */
    int64_t written_ms; /* relative to the start of Windows */
    bool is_write_known, is_doubtful;
} before_first[] = {
    {"written before the start", 60000, -5000, true, false},
    {"written since the start", 60000, 600000, true, true},
    {"written at an unknown time", 60000, 600000, false, true},
    {"absent before", 0, 600000, true, false},
};

START_TEST(a_foreign_write_before_the_first_change_raises_doubt)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    if (before_first[_i].number)
        fake_put_number(&fake, "MaxUserPort", before_first[_i].number);
    fake_key(&fake, TCPIP_PARAMETERS)->last_write_ms =
        fake.boot.start_ms + before_first[_i].written_ms;
    if (!before_first[_i].is_write_known)
        fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_LAST_WRITE), 0, FAIL_BEFORE);
    change_to(&fake, 65534);
    fake_upset(&fake, 0, 0, FAIL_BEFORE);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_msg(survey.is_at_boot_doubtful == before_first[_i].is_doubtful, "%s",
                  before_first[_i].name);
    ck_assert(survey.at_boot.kind == (before_first[_i].number ? VALUE_NUMBER : VALUE_ABSENT));
    survey_release(&survey);

    /* A second change by maxport must not make the value more doubtful. */
    change_to(&fake, 60000);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert(survey.is_at_boot_doubtful == before_first[_i].is_doubtful);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(an_unreadable_value_is_unknown_not_absent)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    put_before_start(&fake, "MaxUserPort", 60000);
    fake_key(&fake, TCPIP_PARAMETERS)->is_unreadable = true;
    take(&fake, SURVEY_RANGES | SURVEY_USAGE, &survey);
    for (size_t i = 0; i < setting_count; i++) {
        ck_assert(!survey.is_stored_known[i]);
        ck_assert_int_eq(survey.stored_fault[i].kind, FAULT_DENIED);
    }
    ck_assert(!survey.is_at_boot_known);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            ck_assert(!survey.running[p][f].is_known);
            ck_assert_str_eq(survey.running[p][f].why, "The stored MaxUserPort could not be read.");
            ck_assert(!survey.predicted[p][f].is_known);
            ck_assert_uint_eq(survey.predicted[p][f].neighbour.count, 0);
        }
    ck_assert_int_eq(survey.verdict.kind, VERDICT_UNKNOWN);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

/* ---- source of the running range ---------------------------------------- */

START_TEST(ranges_reported_by_windows_precede_the_rule)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    fake_answer_range(&fake, PROTOCOL_TCP, FAMILY_IPV4, 10000, 1000, RANGE_SOURCE_WMI);
    fake_answer_range(&fake, PROTOCOL_UDP, FAMILY_IPV6, 20000, 500, RANGE_SOURCE_NETSH);
    fake_add_sockets(&fake, 1500, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 9600, "10.0.0.9",
                     443, 4711);
    take(&fake, SURVEY_RANGES | SURVEY_USAGE, &survey);
    ck_assert_int_eq(survey.running[PROTOCOL_TCP][FAMILY_IPV4].source, RANGE_SOURCE_WMI);
    ck_assert_uint_eq(survey.running[PROTOCOL_TCP][FAMILY_IPV4].range.start, 10000);
    ck_assert_int_eq(survey.running_confidence[PROTOCOL_TCP][FAMILY_IPV4], CONFIDENCE_DOCUMENTED);
    ck_assert_int_eq(survey.running[PROTOCOL_UDP][FAMILY_IPV6].source, RANGE_SOURCE_NETSH);
    /* If Windows does not report a range, maxport calculates it by the rule. */
    ck_assert_int_eq(survey.running[PROTOCOL_TCP][FAMILY_IPV6].source, RANGE_SOURCE_RULE);
    ck_assert_uint_eq(survey.running[PROTOCOL_TCP][FAMILY_IPV6].range.start, 49152);
    ck_assert_str_eq(survey.running[PROTOCOL_TCP][FAMILY_IPV6].why, "The test set no range.");
    ck_assert_uint_eq(survey.usage[PROTOCOL_TCP].family[FAMILY_IPV4].in_use, 1000);
    ck_assert_int_eq(survey.verdict.kind, VERDICT_FULL);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(a_range_with_neither_source_nor_rule_is_unknown)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    fake_set_windows(&fake, 6, 1, 7601, OS_SERVER);
    put_before_start(&fake, "MaxUserPort", 65534);
    take(&fake, SURVEY_RANGES | SURVEY_USAGE, &survey);
    ck_assert(!survey.running[PROTOCOL_TCP][FAMILY_IPV4].is_known);
    ck_assert_ptr_nonnull(
        strstr(survey.running[PROTOCOL_TCP][FAMILY_IPV4].why, "No source states"));
    ck_assert_uint_eq(survey_use(&survey).by[PROTOCOL_TCP][FAMILY_IPV4].available, 0);
    ck_assert_int_eq(survey.verdict.kind, VERDICT_UNKNOWN);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

/* ---- use ---------------------------------------------------------------- */

START_TEST(use_is_counted_only_on_request_without_owners)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert(!survey.has_usage);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0);
    ck_assert(!survey_use(&survey).is_known);
    survey_release(&survey);
    take(&fake, SURVEY_RANGES | SURVEY_USAGE, &survey);
    ck_assert(survey.has_usage);
    ck_assert(survey.has_bound);
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_BOUND);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(use_can_be_counted_again)
{
    struct fake fake;
    struct survey survey;
    struct use_figures use;

    fake_init(&fake);
    fake_add_sockets(&fake, 10, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.9", 443,
                     0);
    fake_add_sockets(&fake, 3, PROTOCOL_UDP, STATE_NONE, "::", 50000, NULL, 0, 4711);
    take(&fake, SURVEY_RANGES | SURVEY_USAGE, &survey);
    use = survey_use(&survey);
    ck_assert(use.is_known);
    ck_assert_uint_eq(use.by[PROTOCOL_TCP][FAMILY_IPV4].in_use, 10);
    ck_assert_uint_eq(use.by[PROTOCOL_TCP][FAMILY_IPV4].available, 16384);
    ck_assert_uint_eq(use.by[PROTOCOL_UDP][FAMILY_IPV6].in_use, 3);
    fake_add_sockets(&fake, 5, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 60000, "10.0.0.9", 443,
                     0);
    survey_retake_usage(&fake.machine, &survey);
    ck_assert_uint_eq(survey_use(&survey).by[PROTOCOL_TCP][FAMILY_IPV4].in_use, 15);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 0, FAIL_BEFORE);
    survey_retake_usage(&fake.machine, &survey);
    ck_assert(!survey_use(&survey).is_known);
    ck_assert_int_eq(survey.usage_fault.kind, FAULT_FAILED);
    ck_assert_int_eq(survey.verdict.kind, VERDICT_UNKNOWN);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

/* ---- failures ----------------------------------------------------------- */

START_TEST(survey_take_fails_only_without_the_windows_version)
{
    unsigned struck = 0;

    for (unsigned nth = 1;; nth++) {
        struct fake fake;
        struct survey survey;
        struct fault fault;
        bool has_struck, is_taken;

        fake_init(&fake);
        change_to(&fake, 65534);
        fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_AFTER);
        is_taken = survey_take(&fake.machine, SURVEY_RANGES | SURVEY_USAGE, &survey, &fault);
        has_struck = fake.has_struck;
        if (has_struck && fake.struck == CALL_OS_VERSION_READ) {
            ck_assert(!is_taken);
            ck_assert_ptr_nonnull(strstr(fault.text, "The Windows version could not be read"));
        } else {
            ck_assert_msg(is_taken, "%s", fake_call_name(fake.struck));
        }
        struck += has_struck;
        if (is_taken)
            survey_release(&survey);
        fake_release(&fake);
        if (!has_struck)
            break;
    }
    ck_assert_uint_ge(struck, 7);
}
END_TEST

START_TEST(an_untrusted_store_is_reported_and_not_read)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    change_to(&fake, 65534);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_str_eq(survey.store_trouble, "");
    ck_assert_uint_eq(survey.journal.count, 1);
    survey_release(&survey);

    fake.store_state = STORE_UNTRUSTED;
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_str_eq(
        survey.store_trouble,
        "C:\\ProgramData\\maxport belongs to LAB\\mallory, not to SYSTEM or Administrators.");
    ck_assert_uint_eq(survey.journal.count, 0);
    ck_assert(survey.is_at_boot_doubtful); /* without a journal, the writer is unknown */
    survey_release(&survey);

    fake.store_state = STORE_TRUSTED;
    fake_upset(&fake, FAKE_CALL(CALL_STORE_READ), 0, FAIL_BEFORE);
    take(&fake, SURVEY_RANGES, &survey);
    ck_assert_ptr_nonnull(strstr(survey.store_trouble, "The journal could not be read"));
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(survey_take_creates_nothing)
{
    struct fake fake;
    struct survey survey;

    fake_init(&fake);
    take(&fake, SURVEY_RANGES | SURVEY_USAGE, &survey);
    survey_release(&survey);
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
    ck_assert_uint_eq(fake.calls_of[CALL_STORE_PREPARE] + fake.calls_of[CALL_STORE_LOCK] +
                          fake.calls_of[CALL_REGISTRY_WRITE],
                      0);
    fake_release(&fake);
}
END_TEST

Suite *survey_suite(void)
{
    Suite *suite = suite_create("survey");
    TCase *tcase = tcase_create("survey");

    tcase_add_test(tcase, stored_running_and_predicted_values_are_separate);
    tcase_add_test(tcase, the_first_change_since_boot_records_the_value_at_boot);
    tcase_add_test(tcase, the_value_at_boot_ignores_rolled_back_changes);
    tcase_add_loop_test(tcase, a_range_is_doubtful_after_a_foreign_write_since_boot, 0,
                        sizeof doubts / sizeof *doubts);
    tcase_add_test(tcase, a_change_by_maxport_raises_no_doubt);
    tcase_add_loop_test(tcase, a_foreign_write_before_the_first_change_raises_doubt, 0,
                        sizeof before_first / sizeof *before_first);
    tcase_add_test(tcase, an_unreadable_value_is_unknown_not_absent);
    tcase_add_test(tcase, ranges_reported_by_windows_precede_the_rule);
    tcase_add_test(tcase, a_range_with_neither_source_nor_rule_is_unknown);
    tcase_add_test(tcase, use_is_counted_only_on_request_without_owners);
    tcase_add_test(tcase, use_can_be_counted_again);
    tcase_add_test(tcase, survey_take_fails_only_without_the_windows_version);
    tcase_add_test(tcase, an_untrusted_store_is_reported_and_not_read);
    tcase_add_test(tcase, survey_take_creates_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
