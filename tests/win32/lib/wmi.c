#include "win32/lib/wmi.h"

#include "../suites.h"
#include "program/fakes.h"
#include "win32/lib/background.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A query. Each query runs in its own thread, as in maxport. */
struct question {
    const wchar_t *namespace, *class;
    DWORD limit_ms;
    bool is_open, is_ok;
    size_t count;
    struct wmi_value first[5], last[5];
    struct fault fault;
};

static const wchar_t *const properties[] = {L"Name", L"Number", L"Big", L"Nothing", L"Flag"};

static struct question answer;

static void store_row(void *context, const struct wmi_value *values)
{
    struct question *question = context;
    if (question->count++ == 0)
        memcpy(question->first, values, sizeof question->first);
    memcpy(question->last, values, sizeof question->last);
}

static void run(void *data)
{
    struct question *question = data;
    struct wmi wmi;
    question->is_open = wmi_open(&wmi, question->namespace, &question->fault);
    if (question->is_open) {
        question->is_ok = wmi_each(&wmi, question->class, properties, 5, question->limit_ms,
                                   store_row, question, &question->fault);
        wmi_close(&wmi);
    }
}

/* Runs a query and waits at most `patience_ms` for its end. Returns whether the query has ended. */
static bool ask_within(DWORD patience_ms, const wchar_t *namespace, const wchar_t *class)
{
    struct fault fault;
    struct question question = {.namespace = namespace, .class = class, .limit_ms = 800};
    struct background *job =
        background_start(run, NULL, &question, sizeof question, patience_ms, &fault);
    ck_assert_msg(job != NULL, "%s", fault.text);
    struct question *done = background_wait(job);
    bool is_done = done != NULL;
    memset(&answer, 0, sizeof answer);
    if (done)
        answer = *done;
    background_close(job);
    return is_done;
}

static bool ask(const wchar_t *namespace, const wchar_t *class)
{
    return ask_within(5000, namespace, class);
}

#define ROW "row|root\\test|Thing|"

START_TEST(values_of_all_kinds_are_read)
{
    fakes_set_wmi(ROW "Name=text:gr\xc3\xbcn|Number=number:49152|Big=big:12345678901|Nothing=null:|"
                      "Flag=bool:1\n"
                      "row|root\\other|Thing|Name=text:not this one\n" ROW
                      "Name=number:7|Number=text:words|Big=big:none|Flag=real:1.5\n");
    ck_assert(ask(L"root\\test", L"Thing"));
    ck_assert_msg(answer.is_ok, "%s", answer.fault.text);
    ck_assert_uint_eq(answer.count, 2);
    ck_assert_int_eq(answer.first[0].kind, WMI_TEXT);
    ck_assert_str_eq(answer.first[0].text, "gr\xc3\xbcn");
    ck_assert_int_eq(answer.first[1].kind, WMI_NUMBER);
    ck_assert_int_eq(answer.first[1].number, 49152);
    ck_assert_int_eq(answer.first[2].kind, WMI_NUMBER);
    ck_assert(answer.first[2].number == 12345678901);
    ck_assert_int_eq(answer.first[3].kind, WMI_NULL);
    ck_assert_int_eq(answer.first[4].kind, WMI_NUMBER);
    ck_assert_int_eq(answer.first[4].number, 1);
    ck_assert_int_eq(answer.last[0].kind, WMI_NUMBER);
    ck_assert_int_eq(answer.last[1].kind, WMI_TEXT);
    /* This row contains text where a number is expected. */
    ck_assert_int_eq(answer.last[2].kind, WMI_TEXT);
    ck_assert_int_eq(answer.last[3].kind, WMI_ABSENT);
    ck_assert_int_eq(answer.last[4].kind, WMI_OTHER);
}
END_TEST

START_TEST(a_class_without_instances_is_not_a_failure)
{
    fakes_set_wmi("connect|root\\test|0\nquery|Thing|0\n");
    ck_assert(ask(L"root\\test", L"Thing"));
    ck_assert_msg(answer.is_ok, "%s", answer.fault.text);
    ck_assert_uint_eq(answer.count, 0);
}
END_TEST

START_TEST(faults_name_the_failed_step_and_the_code)
{
    static const struct {
        const char *state;
        enum fault_kind kind;
        uint32_t code;
        const char *words;
    } rows[] = {
        {"", FAULT_UNAVAILABLE, 0x8004100e, "could not be reached"},
        {"connect|root\\test|80041003\n", FAULT_DENIED, 0x80041003, "root\\test"},
        {"connect|root\\test|80070005\n", FAULT_DENIED, 0x80070005, "could not be reached"},
        {"connect|root\\test|80070002\n", FAULT_UNAVAILABLE, 0x80070002, "could not be reached"},
        {"connect|root\\test|800706ba\n", FAULT_UNAVAILABLE, 0x800706ba, "could not be reached"},
        {"connect|root\\test|0\n", FAULT_UNAVAILABLE, 0x80041010, "Thing"},
        {ROW "Name=number:1\nquery|Thing|80041001\n", FAULT_UNAVAILABLE, 0x80041001, "Thing"},
        {ROW "Name=number:1\nnext|Thing|1|80041006\n", FAULT_UNAVAILABLE, 0x80041006, "Thing"},
        {ROW "Name=number:1\nnext|Thing|0|80041006\n", FAULT_UNAVAILABLE, 0x80041006, "Thing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fakes_set_wmi(rows[i].state);
        ck_assert(ask(L"root\\test", L"Thing"));
        ck_assert_msg(!answer.is_ok, "row %u", (unsigned)i);
        ck_assert_msg(answer.fault.kind == rows[i].kind, "row %u: %s", (unsigned)i,
                      answer.fault.text);
        ck_assert_uint_eq(answer.fault.code, rows[i].code);
        ck_assert_msg(strstr(answer.fault.text, rows[i].words), "%s", answer.fault.text);
    }
}
END_TEST

START_TEST(impersonation_is_requested_but_optional)
{
    fakes_set_wmi(ROW "Name=number:1\n");
    ck_assert(ask(L"root\\test", L"Thing"));
    ck_assert(answer.is_ok);
    /* The log must contain one line for the connection and one for the enumeration. The numbers are
     * RPC_C_AUTHN_WINNT, RPC_C_AUTHN_LEVEL_CALL and RPC_C_IMP_LEVEL_IMPERSONATE. */
    ck_assert_uint_eq(
        fakes_count(fakes_wmi_log(), "blanket authentication 10 level 3 impersonation 3"), 2);
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "connect root\\test flags 80"), 1);
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "missing"), 0);
    fakes_set_wmi(ROW "Name=number:1\nblanket|80004002\n");
    ck_assert(ask(L"root\\test", L"Thing"));
    ck_assert(answer.is_ok);
}
END_TEST

START_TEST(slow_and_endless_answers_end_at_the_time_limit)
{
    static const char *const states[] = {
        ROW "Name=number:1\nnext|Thing|1|slow\n",
        ROW "Name=number:1\nnext|Thing|0|endless\ndelay|5\n",
    };
    for (size_t i = 0; i < 2; i++) {
        fakes_set_wmi(states[i]);
        DWORD start = GetTickCount();
        ck_assert(ask(L"root\\test", L"Thing"));
        ck_assert_uint_le(GetTickCount() - start, 1800);
        ck_assert(!answer.is_ok);
        ck_assert_int_eq(answer.fault.kind, FAULT_UNAVAILABLE);
        ck_assert_ptr_nonnull(strstr(answer.fault.text, "did not respond within 1 second"));
        ck_assert_uint_ge(answer.count, 1);
    }
}
END_TEST

/* If WMI never answers, the caller continues, and the thread of the query hangs for ever. */
START_TEST(a_service_that_hangs_is_abandoned)
{
    static const char *const states[] = {
        "connect|root\\test|hang\n",
        ROW "Name=number:1\nquery|Thing|hang\n",
        ROW "Name=number:1\nnext|Thing|1|hang\n",
    };
    for (size_t i = 0; i < 3; i++) {
        fakes_set_wmi(states[i]);
        ck_assert(!ask_within(700, L"root\\test", L"Thing"));
        ck_assert(background_has_abandoned());
        fakes_set_wmi(ROW "Name=number:1\n"); /* the next query gets an answer */
        ck_assert(ask(L"root\\test", L"Thing"));
        ck_assert(answer.is_ok);
    }
}
END_TEST

/* Wine 8 without fakes and Windows before version 8 report this error for root\StandardCimv2, a
 * namespace that maxport uses. */
START_TEST(a_missing_namespace_is_reported_as_unavailable)
{
    ck_assert(ask(L"root\\no-such-namespace", L"Thing"));
    ck_assert(!answer.is_open);
    ck_assert_int_eq(answer.fault.kind, FAULT_UNAVAILABLE);
    ck_assert_uint_eq(answer.fault.code, 0x8004100e);
}
END_TEST

Suite *wmi_suite(void)
{
    Suite *suite = suite_create("wmi");
    TCase *any = tcase_create("any system");
    tcase_add_test(any, a_missing_namespace_is_reported_as_unavailable);
    suite_add_tcase(suite, any);

    if (fakes_can_run()) {
        TCase *fake = tcase_create("fake WMI");
        tcase_add_checked_fixture(fake, fakes_install_wmi, fakes_uninstall_wmi);
        tcase_add_test(fake, values_of_all_kinds_are_read);
        tcase_add_test(fake, a_class_without_instances_is_not_a_failure);
        tcase_add_test(fake, faults_name_the_failed_step_and_the_code);
        tcase_add_test(fake, impersonation_is_requested_but_optional);
        tcase_add_test(fake, slow_and_endless_answers_end_at_the_time_limit);
        tcase_add_test(fake, a_service_that_hangs_is_abandoned);
        suite_add_tcase(suite, fake);
    }
    return suite;
}
