#include "core/system/process_details.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "fake/machine.h"
#include "suites.h"

static struct fake fake;
static struct processes processes;
static struct process_details details;
static struct fault fault;
static int64_t owned_ms;

static void set_up(void)
{
    fake_init(&fake);
    fake_add_process(&fake, 4711, "shop.exe");
    processes_init(&processes);
    ck_assert(fake.machine.processes.list(&fake, &processes, &fault));
    process_details_init(&details);
    owned_ms = fake.now_ms;
}

static void tear_down(void)
{
    process_details_release(&details);
    processes_release(&processes);
    fake_release(&fake);
}

static bool read(uint32_t id, bool wants_command_line)
{
    process_details_release(&details);
    return process_details_read(&fake.machine.processes, &processes, id, owned_ms,
                                wants_command_line, &details, &fault);
}

static const char *printed(void)
{
    static char line[512];
    struct text text;
    text_init(&text);
    process_details_print(&details, 3600, &text);
    snprintf(line, sizeof line, "%s", text_string(&text));
    text_release(&text);
    return line;
}

START_TEST(a_command_line_is_read_only_on_request)
{
    ck_assert(read(4711, false));
    ck_assert_str_eq(text_string(&details.text[DETAIL_COMMAND_LINE]), "");
    ck_assert_str_eq(printed(), "Account: SHOP\\service. Started: 2026-11-22 10:30:00. "
                                "Path: \"C:\\Apps\\shop.exe\".");
    ck_assert(read(4711, true));
    ck_assert_ptr_nonnull(strstr(text_string(&details.text[DETAIL_COMMAND_LINE]), FAKE_SECRET));
    ck_assert_ptr_null(strstr(printed(), FAKE_SECRET));
}
END_TEST

/* After the sockets were read, another process can get the same ID. */
START_TEST(a_process_that_started_after_the_sockets_were_read_is_another_one)
{
    fake.now_ms += 60000;
    fake.process_started_ms = owned_ms + 17;
    ck_assert(!read(4711, false));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_str_eq(fault.text, "Process 4711 has ended meanwhile.");
    ck_assert_str_eq(text_string(&details.text[DETAIL_PATH]), "");

    fake.process_started_ms = owned_ms + 16; /* one tick of the clock */
    ck_assert(read(4711, false));
    fake.process_started_ms = fake.now_ms + 1; /* the clock was set back */
    ck_assert(read(4711, false));
    fake.process_started_ms = owned_ms + 17;
    fake.detail_states[DETAIL_STARTED] = DETAIL_NEEDS_ELEVATION;
    ck_assert(read(4711, false));
}
END_TEST

START_TEST(details_of_ended_and_unlisted_processes_are_missing)
{
    ck_assert(!read(4712, false));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_str_eq(fault.text, "Process 4712 does not exist.");
    fake.have_processes_ended = true;
    ck_assert(!read(4711, false));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    processes.count = 0; /* the processes could not be listed */
    ck_assert(!read(4711, false));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    fake.machine.processes.detail = NULL;
    ck_assert(!read(4711, false));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
}
END_TEST

static const struct {
    enum detail_state state;
    const char *words, *key;
} states[] = {
    {DETAIL_UNKNOWN, "unknown", "unknown"},
    {DETAIL_NOT_OFFERED, "unknown, because this Windows does not report it", "not_offered"},
    {DETAIL_NEEDS_ELEVATION, "not readable without elevation", "needs_elevation"},
    {DETAIL_DENIED, "not readable, because Windows denies access", "denied"},
};

START_TEST(each_state_has_words)
{
    char expected[256];
    ck_assert_str_eq(detail_state_words(states[_i].state), states[_i].words);
    ck_assert_str_eq(detail_state_key(states[_i].state), states[_i].key);
    fake.detail_states[DETAIL_ACCOUNT] = states[_i].state;
    ck_assert(read(4711, false));
    snprintf(expected, sizeof expected,
             "Account: %s. Started: 2026-11-22 10:30:00. Path: \"C:\\Apps\\shop.exe\".",
             states[_i].words);
    ck_assert_str_eq(printed(), expected);
    for (int i = 0; i < DETAIL_COUNT; i++)
        fake.detail_states[i] = states[_i].state;
    ck_assert(read(4711, false));
    snprintf(expected, sizeof expected, "Path, account and start time: %s.", states[_i].words);
    ck_assert_str_eq(printed(), expected);
}
END_TEST

START_TEST(details_are_safe_for_a_screen)
{
    fake_add_process(&fake, 5, "red\x1b[31m\xff.exe");
    processes_release(&processes);
    ck_assert(fake.machine.processes.list(&fake, &processes, &fault));
    ck_assert(read(5, false));
    ck_assert_ptr_nonnull(strstr(printed(), "C:\\Apps\\red\\x1b[31m\\xff.exe"));
}
END_TEST

START_TEST(the_kernel_and_unknown_owners_have_no_details)
{
    ck_assert(!process_has_details(0));
    ck_assert(!process_has_details(SYSTEM_PROCESS));
    ck_assert(!process_has_details(0xffffffff));
    ck_assert(process_has_details(8));
}
END_TEST

Suite *process_details_suite(void)
{
    Suite *suite = suite_create("process_details");
    TCase *tests = tcase_create("process_details");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_command_line_is_read_only_on_request);
    tcase_add_test(tests, a_process_that_started_after_the_sockets_were_read_is_another_one);
    tcase_add_test(tests, details_of_ended_and_unlisted_processes_are_missing);
    tcase_add_loop_test(tests, each_state_has_words, 0, sizeof states / sizeof *states);
    tcase_add_test(tests, details_are_safe_for_a_screen);
    tcase_add_test(tests, the_kernel_and_unknown_owners_have_no_details);
    suite_add_tcase(suite, tests);
    return suite;
}
