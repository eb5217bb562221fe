/* Tests of the interface `restore_points` with and without fakes of srclient.dll and WMI.
 * src/cmake/wine disables Wine's own srclient.dll, whose function returns FALSE with status 0. */
#include "win32/restore_point.h"

#include "program/fakes.h"
#include "scratch.h"
#include "suites.h"
#include "win32/lib/background.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct restore_point_adapter adapter;
static struct restore_point_source functions;
static struct restore_point_result result;
static struct restore_points points;
static struct fault fault;

static void set_up(void)
{
    restore_point_open(&adapter, NULL, &functions);
    adapter.os = (struct os_version){.major = 10, .build = 22631, .role = OS_WORKSTATION};
    adapter.is_os_known = true;
    restore_points_init(&points);
    memset(&result, 0xee, sizeof result);
    memset(&fault, 0, sizeof fault);
}

static void tear_down(void)
{
    restore_points_release(&points);
}

static void set_up_fakes(void)
{
    wchar_t path[MAX_PATH];
    set_up();
    fakes_install_wmi();
    fakes_set_srclient("");
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"fake_srclient.dll");
    ck_assert_ptr_nonnull(adapter.srclient.module = LoadLibraryW(path));
    adapter.make_limit_ms = adapter.list_limit_ms = adapter.arm_limit_ms = 8000;
}

static void tear_down_fakes(void)
{
    tear_down();
    fakes_uninstall_wmi();
}

#define CLASS "row|root\\default|SystemRestore|"
#define POINT_40                                                                                   \
    CLASS                                                                                          \
    "SequenceNumber=number:40|Description=text:Installed gr\xc3\xbcn|"                             \
    "CreationTime=text:20261120100000.500000-000|RestorePointType=number:0\n"
#define POINT_41                                                                                   \
    CLASS                                                                                          \
    "SequenceNumber=number:41|Description=text:before|"                                            \
    "CreationTime=text:20261122120000.000000+060|RestorePointType=number:7\n"
#define NONE_YET "connect|root\\default|0\nquery|SystemRestore|0\n"

static void make(const char *wmi, const char *srclient)
{
    fakes_set_wmi(wmi);
    fakes_set_srclient(srclient);
    memset(&result, 0xee, sizeof result);
    functions.make(functions.context, "maxport set", &result);
}

static void expect(enum restore_point_outcome outcome, uint32_t sequence, uint32_t code,
                   const char *why)
{
    ck_assert_msg(result.outcome == outcome, "%s: %s", restore_point_outcome_name(result.outcome),
                  result.why);
    ck_assert_uint_eq(result.sequence, sequence);
    ck_assert_msg(result.code == code, "code %lx: %s", (unsigned long)result.code, result.why);
    ck_assert_msg(strstr(result.why, why), "%s", result.why);
    ck_assert_msg(result.why[strlen(result.why) - 1] == '.', "no sentence: %s", result.why);
}

/* ------------------------------------------------------------ creating */

START_TEST(a_new_point_in_the_list_counts_as_created)
{
    make(POINT_40 POINT_41, "point|42\n");
    expect(RESTORE_POINT_MADE, 42, 0, "Restore point 42 was created.");
    ck_assert(!result.has_crashed);
    ck_assert_str_eq(fakes_srclient_log(),
                     "event 100 type 12 sequence 0 apartment multithreaded description maxport "
                     "set\n");
    make(NONE_YET, "point|1\n");
    expect(RESTORE_POINT_MADE, 1, 0, "Restore point 1 was created.");
}
END_TEST

START_TEST(without_a_number_a_new_point_is_found_by_description)
{
    make(POINT_41, "point|42\nsequence|0\n");
    expect(RESTORE_POINT_MADE, 42, 0, "Restore point 42 was created.");
}
END_TEST

START_TEST(a_point_of_the_last_24_hours_counts_as_reused)
{
    make(POINT_40 POINT_41, "sequence|41\n");
    expect(RESTORE_POINT_REUSED, 41, 0, "SystemRestorePointCreationFrequency");
    ck_assert_ptr_nonnull(strstr(result.why, "restore point 41"));
    ck_assert_ptr_nonnull(strstr(result.why, "24 hours"));
    ck_assert_ptr_nonnull(
        strstr(result.why, "SystemRestorePointCreationFrequency; 0 removes this limit)"));
}
END_TEST

/* Another program creates a new point, while Windows creates none for maxport. */
START_TEST(a_new_point_of_another_program_does_not_count)
{
    make(POINT_41, "point|42|theirs\nsequence|41\n");
    expect(RESTORE_POINT_REUSED, 41, 0, "kept restore point 41");
    make(POINT_41, "point|42|theirs\nsequence|0\n");
    expect(RESTORE_POINT_FAILED, 0, 0, "no new restore point");
}
END_TEST

START_TEST(a_success_without_a_point_is_a_failure)
{
    static const char *const states[] = {"", "sequence|43\n", "sequence|0\n", "sequence|-1\n",
                                         "sequence|4294967337\n" /* 41 if only 32 bits are read */};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        make(POINT_41, states[i]);
        expect(RESTORE_POINT_FAILED, 0, 0,
               "Windows reported success, but its list has no new restore point.");
    }
}
END_TEST

START_TEST(every_documented_status_is_explained)
{
    static const struct {
        uint32_t code;
        enum restore_point_outcome outcome;
        const char *why;
    } rows[] = {
        {ERROR_BAD_ENVIRONMENT, RESTORE_POINT_FAILED, "safe mode"},
        {ERROR_DISK_FULL, RESTORE_POINT_FAILED, "low disk space"},
        {ERROR_INTERNAL_ERROR, RESTORE_POINT_FAILED, "an internal error"},
        {ERROR_INVALID_DATA, RESTORE_POINT_FAILED, "sequence number"},
        {ERROR_SERVICE_DISABLED, RESTORE_POINT_UNAVAILABLE, "System Restore is off"},
        {ERROR_TIMEOUT, RESTORE_POINT_FAILED, "busy for too long"},
        {ERROR_ACCESS_DENIED, RESTORE_POINT_FAILED, "(error 5)"},
        {0xdeadbeef, RESTORE_POINT_FAILED, "error 0xdeadbeef"},
    };
    char state[64];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(state, sizeof state, "status|%lu\n", (unsigned long)rows[i].code);
        make(POINT_41, state);
        expect(rows[i].outcome, 0, rows[i].code, rows[i].why);
        /* If the function returns TRUE, but its status is an error, the call has failed. */
        snprintf(state, sizeof state, "status|%lu\nanswer|1\npoint|42\n",
                 (unsigned long)rows[i].code);
        make(POINT_41, state);
        expect(rows[i].outcome, 0, rows[i].code, rows[i].why);
    }
}
END_TEST

START_TEST(false_with_status_0_is_a_failure)
{
    make(POINT_41, "answer|0\nsequence|41\n");
    expect(RESTORE_POINT_FAILED, 0, 0,
           "Windows created no restore point and did not report "
           "why.");
}
END_TEST

START_TEST(without_the_dll_there_is_no_system_restore)
{
    adapter.srclient = (struct late){.name = L"maxport-no-such.dll"};
    make(POINT_41, "point|42\n");
    expect(RESTORE_POINT_UNAVAILABLE, 0, ERROR_MOD_NOT_FOUND, "This Windows has no System Restore");
    adapter.srclient = (struct late){.name = L"version.dll"};
    make(POINT_41, "point|42\n");
    expect(RESTORE_POINT_UNAVAILABLE, 0, ERROR_PROC_NOT_FOUND,
           "This Windows has no function SRSetRestorePointW");
}
END_TEST

START_TEST(system_restore_is_not_called_on_a_server)
{
    static const enum os_role roles[] = {OS_SERVER, OS_DOMAIN_CONTROLLER};
    for (size_t i = 0; i < 2; i++) {
        adapter.os.role = roles[i];
        make(POINT_41, "point|42\n");
        expect(RESTORE_POINT_UNAVAILABLE, 0, 0, "Windows Server has no System Restore.");
        ck_assert(!functions.list(functions.context, &points, &fault));
        ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
        ck_assert_int_eq(functions.arm(functions.context, 41, &fault), RETURN_REFUSED);
        ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
        ck_assert_str_eq(fakes_srclient_log(), "");
        ck_assert_str_eq(fakes_wmi_log(), "");
    }
}
END_TEST

START_TEST(a_point_that_cannot_be_listed_counts_as_failed)
{
    static const struct {
        const char *wmi;
        uint32_t code;
    } rows[] = {
        {"connect|root\\default|80041003\n", 0x80041003},
        {"connect|root\\default|800706ba\n", 0x800706ba},
        {POINT_41 "query|SystemRestore|80041001\n", 0x80041001},
        {POINT_41 "next|SystemRestore|1|80041006\n", 0x80041006},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        make(rows[i].wmi, "point|42\n");
        expect(RESTORE_POINT_FAILED, 0, rows[i].code,
               "could not check whether there is a new restore point");
        ck_assert_uint_eq(fakes_count(fakes_srclient_log(), "event 100"), 1);
    }
}
END_TEST

/* The list has a shorter time limit than the whole call. */
START_TEST(a_point_counts_as_failed_if_the_list_is_too_slow)
{
    adapter.list_limit_ms = 300;
    make(POINT_41 "next|SystemRestore|1|slow\n", "point|42\n");
    expect(RESTORE_POINT_FAILED, 0, 0x00040004,
           "could not check whether there is a new restore point");
}
END_TEST

START_TEST(a_long_description_is_cut_at_a_whole_character)
{
    char description[1200] = "";
    fakes_set_wmi(POINT_41);
    fakes_set_srclient("point|42|x\n");
    for (int i = 0; i < 254; i++)
        strcat(description, "a");
    /* Each of the two characters has two code units; there is room for only one unit more. */
    strcat(description, "\xf0\x9f\x94\xa5\xf0\x9f\x94\xa5");
    functions.make(functions.context, description, &result);
    expect(RESTORE_POINT_MADE, 42, 0, "42");
    ck_assert_uint_eq(fakes_count(fakes_srclient_log(), "\xf0\x9f"), 0);
    ck_assert_uint_eq(fakes_count(fakes_srclient_log(), "aaaaaaaaaaaaaaaaa\n"), 1);
    functions.make(functions.context, "gr\xc3\xbcn \xf0\x9f\x94\xa5", &result);
    ck_assert_uint_eq(
        fakes_count(fakes_srclient_log(), "description gr\xc3\xbcn \xf0\x9f\x94\xa5\n"), 1);
}
END_TEST

/* ------------------------------------------------------------ crash and hang */

START_TEST(a_crash_is_reported_as_a_failure)
{
    static const struct {
        const char *state;
        uint32_t code;
    } rows[] = {{"crash\n", 0xc0000005}, {"stub\n", 0x80000100}};
    for (size_t i = 0; i < 2; i++) {
        DWORD start = GetTickCount();
        make(POINT_41, rows[i].state);
        ck_assert_uint_le(GetTickCount() - start, 4000); /* reported without delay */
        expect(RESTORE_POINT_FAILED, 0, rows[i].code, "crashed");
        ck_assert(result.has_crashed);
        ck_assert(background_has_abandoned());
    }
    make(POINT_41, "point|42\n"); /* the interface can still be used */
    expect(RESTORE_POINT_MADE, 42, 0, "42");
    ck_assert(!result.has_crashed);
}
END_TEST

START_TEST(a_handled_exception_is_not_a_crash)
{
    make(POINT_41, "handled\npoint|42\n");
    expect(RESTORE_POINT_MADE, 42, 0, "42");
    ck_assert(!result.has_crashed);
}
END_TEST

START_TEST(a_call_that_hangs_is_abandoned)
{
    adapter.make_limit_ms = 1500;
    DWORD start = GetTickCount();
    make(POINT_41, "hang\n");
    ck_assert_uint_ge(GetTickCount() - start, 1400);
    ck_assert_uint_le(GetTickCount() - start, 4000);
    expect(RESTORE_POINT_FAILED, 0, ERROR_TIMEOUT,
           "Windows did not finish creating a restore point within 1 seconds.");
    ck_assert(!result.has_crashed);
    ck_assert(background_has_abandoned());
}
END_TEST

START_TEST(the_default_time_limit_is_ten_minutes)
{
    restore_point_open(&adapter, NULL, &functions);
    ck_assert_uint_eq(adapter.make_limit_ms, 10 * 60 * 1000);
}
END_TEST

static DWORD stop_at;

static bool is_stop_time(void *context)
{
    (void)context;
    return (LONG)(GetTickCount() - stop_at) >= 0;
}

START_TEST(ctrl_c_ends_the_wait)
{
    static const struct screen screen = {.stop_requested = is_stop_time};
    adapter.screen = &screen;
    stop_at = GetTickCount() + 500;
    make(POINT_41, "hang\n");
    ck_assert_uint_le(GetTickCount() - stop_at, 1500);
    expect(RESTORE_POINT_FAILED, 0, 0, "Interrupted");
    fakes_set_wmi("connect|root\\default|hang\n");
    ck_assert(!functions.list(functions.context, &points, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DECLINED);
    stop_at += 60000;
    make(POINT_41, "point|42\n");
    expect(RESTORE_POINT_MADE, 42, 0, "42");
}
END_TEST

/* The thread of an abandoned call crashes later, e.g. while maxport writes to the registry. */
START_TEST(a_crash_of_an_abandoned_call_is_harmless)
{
    adapter.make_limit_ms = 1000;
    make(POINT_41, "hang-then-crash|1500\n");
    expect(RESTORE_POINT_FAILED, 0, ERROR_TIMEOUT, "did not finish");
    Sleep(1500);
    adapter.make_limit_ms = 8000;
    make(POINT_41, "point|42\n");
    expect(RESTORE_POINT_MADE, 42, 0, "42");
}
END_TEST

START_TEST(maxport_waits_for_a_slow_restore_point)
{
    make(POINT_41, "delay|1200\npoint|42\n");
    expect(RESTORE_POINT_MADE, 42, 0, "42");
}
END_TEST

START_TEST(a_wmi_that_hangs_is_abandoned)
{
    adapter.make_limit_ms = adapter.list_limit_ms = adapter.arm_limit_ms = 1000;
    make("connect|root\\default|hang\n", "point|42\n");
    expect(RESTORE_POINT_FAILED, 0, ERROR_TIMEOUT, "did not finish");
    ck_assert_str_eq(fakes_srclient_log(), "");
    ck_assert(!functions.list(functions.context, &points, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fault.text, "System Restore did not respond within 1 seconds."));
    ck_assert_int_eq(functions.arm(functions.context, 41, &fault), RETURN_UNCERTAIN);
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fault.text, "The return to restore point 41 may still happen"));
}
END_TEST

/* ------------------------------------------------------------ listing */

START_TEST(the_list_is_sorted_with_times_in_utc)
{
    fakes_set_wmi(POINT_41 CLASS
                  "SequenceNumber=number:0|Description=null:\n" /* the only instance in Wine */
                  CLASS "SequenceNumber=null:|Description=text:no number\n" POINT_40 CLASS
                  "SequenceNumber=number:107|Description=null:|CreationTime=text:yesterday\n");
    ASSERT_WORKS(functions.list(functions.context, &points, &fault));
    ck_assert_uint_eq(points.count, 3);
    ck_assert_uint_eq(points.rows[0].sequence, 40);
    ck_assert_str_eq(points.rows[0].description, "Installed gr\xc3\xbcn");
    ck_assert_int_eq(points.rows[0].created_ms, 1795168800500ll);
    ck_assert_uint_eq(points.rows[0].type, 0);
    ck_assert_uint_eq(points.rows[1].sequence, 41);
    ck_assert_int_eq(points.rows[1].created_ms, 1795345200000ll); /* 11:00 UTC */
    ck_assert_uint_eq(points.rows[1].type, 7);
    ck_assert_uint_eq(points.rows[2].sequence, 107);
    ck_assert_int_eq(points.rows[2].created_ms, 0);
    ck_assert_str_eq(points.rows[2].description, "");
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "missing"), 0);
}
END_TEST

START_TEST(a_list_of_many_points_is_complete)
{
    static char state[200 * 100];
    size_t length = 0;
    for (int i = 200; i > 0; i--) {
        length += (size_t)snprintf(state + length, sizeof state - length,
                                   CLASS "SequenceNumber=number:%d\n", i);
    }
    fakes_set_wmi(state);
    ASSERT_WORKS(functions.list(functions.context, &points, &fault));
    ck_assert_uint_eq(points.count, 200);
    for (size_t i = 0; i < 200; i++)
        ck_assert_uint_eq(points.rows[i].sequence, i + 1);
}
END_TEST

START_TEST(an_empty_list_is_not_a_failure)
{
    fakes_set_wmi(NONE_YET);
    ASSERT_WORKS(functions.list(functions.context, &points, &fault));
    ck_assert_uint_eq(points.count, 0);
}
END_TEST

START_TEST(a_failure_to_list_points_reports_the_reason)
{
    static const struct {
        const char *state;
        enum fault_kind kind;
        const char *words;
    } rows[] = {
        {"", FAULT_UNAVAILABLE, "This Windows has no System Restore."},
        {"connect|root\\default|0\n", FAULT_UNAVAILABLE, "This Windows has no System Restore."},
        {"connect|root\\default|80041003\n", FAULT_DENIED, "only to administrators"},
        {POINT_41 "query|SystemRestore|80041003\n", FAULT_DENIED, "only to administrators"},
        {POINT_41 "next|SystemRestore|0|80041003\n", FAULT_DENIED, "only to administrators"},
        {POINT_41 "next|SystemRestore|1|80041006\n", FAULT_UNAVAILABLE, "SystemRestore"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fakes_set_wmi(rows[i].state);
        ck_assert(!functions.list(functions.context, &points, &fault));
        ck_assert_msg(fault.kind == rows[i].kind, "row %u: %s", (unsigned)i, fault.text);
        ck_assert_msg(strstr(fault.text, rows[i].words), "row %u: %s", (unsigned)i, fault.text);
        ck_assert_uint_eq(points.count, 0);
    }
}
END_TEST

START_TEST(list_and_create_agree_that_there_is_no_system_restore)
{
    adapter.srclient.module = GetModuleHandleW(L"kernel32.dll"); /* lacks SRSetRestorePointW */
    make(NONE_YET, "");
    expect(RESTORE_POINT_UNAVAILABLE, 0, result.code, "This Windows has no System Restore");
    ck_assert(!functions.list(functions.context, &points, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(fault.text, result.why);
}
END_TEST

START_TEST(times_are_parsed_strictly)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"19700101000000.000000-000", 0},
        {"20000229235959.999000+000", 951868799999ll},
        {"20261122100000.000000-000", 1795341600000ll},
        {"20261122030000.000000-420", 1795341600000ll},
        {"20261122103000.000000+030", 1795341600000ll},
        {"20261122100000.000000", 0},
        {"20261122100000", 0},
        {"20261322100000.000000-000", 0},
        {"20261122250000.000000-000", 0},
        {"20261122100000.000000-000x", 0},
        {"2026112210****.******-***", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(restore_point_time_ms(rows[i].text) == rows[i].ms, "%s: %lld", rows[i].text,
                      (long long)restore_point_time_ms(rows[i].text));
    }
}
END_TEST

/* ------------------------------------------------------------ scheduling a return */

#define RESTORE "method|SystemRestore|Restore|"

START_TEST(a_return_is_scheduled_by_its_number)
{
    fakes_set_wmi(POINT_40 POINT_41 RESTORE "0|0\n");
    ASSERT_WORKS(functions.arm(functions.context, 41, &fault) == RETURN_SCHEDULED);
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "call SystemRestore.Restore SequenceNumber=41"),
                      1);
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "call "), 1);
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "missing"), 0);
}
END_TEST

START_TEST(a_return_to_a_missing_point_is_refused)
{
    fakes_set_wmi(POINT_40 POINT_41 RESTORE "0|0\n");
    ck_assert_int_eq(functions.arm(functions.context, 42, &fault), RETURN_REFUSED);
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "call "), 0);
}
END_TEST

START_TEST(a_failure_to_schedule_a_return_reports_the_reason)
{
    static const struct {
        const char *method;
        enum fault_kind kind;
        uint32_t code;
        const char *words;
        bool is_uncertain;
    } rows[] = {
        {RESTORE "0|5\n", FAULT_DENIED, 5, "schedule the return to restore point 41", false},
        {RESTORE "0|1058\n", FAULT_FAILED, 1058, "did not schedule", false},
        {RESTORE "0|\n", FAULT_FAILED, 0, "did not report whether", true}, /* as in Wine */
        {RESTORE "80041003|0\n", FAULT_DENIED, 0x80041003, "SystemRestore.Restore", false},
        {RESTORE "80041001|0\n", FAULT_UNAVAILABLE, 0x80041001, "SystemRestore.Restore", true},
        {RESTORE "800706be|0\n", FAULT_UNAVAILABLE, 0x800706be, "SystemRestore.Restore", true},
        {"", FAULT_UNAVAILABLE, 0x80041002, "SystemRestore.Restore", false},
    };
    char state[1024];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(state, sizeof state, POINT_41 "%s", rows[i].method);
        fakes_set_wmi(state);
        ck_assert_int_eq(functions.arm(functions.context, 41, &fault),
                         rows[i].is_uncertain ? RETURN_UNCERTAIN : RETURN_REFUSED);
        ck_assert(rows[i].is_uncertain == !!strstr(fault.text, "may still happen"));
        ck_assert_msg(fault.kind == rows[i].kind && fault.code == rows[i].code, "row %u: %lx %s",
                      (unsigned)i, (unsigned long)fault.code, fault.text);
        ck_assert_msg(strstr(fault.text, rows[i].words), "row %u: %s", (unsigned)i, fault.text);
    }
}
END_TEST

START_TEST(a_method_that_hangs_may_still_schedule_the_return)
{
    adapter.arm_limit_ms = 1000;
    fakes_set_wmi(POINT_41 RESTORE "hang|0\n");
    ck_assert_int_eq(functions.arm(functions.context, 41, &fault), RETURN_UNCERTAIN);
    ck_assert_ptr_nonnull(strstr(fault.text, "may still happen at the next restart"));
}
END_TEST

/* ------------------------------------------------------------ plain Wine */

/* Without fakes, Wine cannot load srclient.dll, because src/cmake/wine disables it. */
START_TEST(wine_has_no_restore_points)
{
    adapter.list_limit_ms = 30000;
    functions.make(functions.context, "maxport set", &result);
    expect(RESTORE_POINT_UNAVAILABLE, 0, result.code, "srclient.dll could not be loaded");
    ck_assert(!functions.list(functions.context, &points, &fault));
    ck_assert_str_eq(fault.text, result.why);
}
END_TEST

Suite *restore_point_suite(void)
{
    Suite *suite = suite_create("restore_point");
    TCase *any = tcase_create("any system");
    tcase_add_checked_fixture(any, set_up, tear_down);
    tcase_add_test(any, times_are_parsed_strictly);
    tcase_add_test(any, the_default_time_limit_is_ten_minutes);
    suite_add_tcase(suite, any);

    if (fakes_can_run()) { /* outside Wine, the tests would create real restore points */
        TCase *wine = tcase_create("Wine");
        tcase_add_checked_fixture(wine, set_up, tear_down);
        tcase_add_test(wine, wine_has_no_restore_points);
        suite_add_tcase(suite, wine);

        TCase *fake = tcase_create("fakes");
        tcase_add_checked_fixture(fake, set_up_fakes, tear_down_fakes);
        tcase_add_test(fake, a_new_point_in_the_list_counts_as_created);
        tcase_add_test(fake, without_a_number_a_new_point_is_found_by_description);
        tcase_add_test(fake, a_point_of_the_last_24_hours_counts_as_reused);
        tcase_add_test(fake, a_new_point_of_another_program_does_not_count);
        tcase_add_test(fake, a_success_without_a_point_is_a_failure);
        tcase_add_test(fake, every_documented_status_is_explained);
        tcase_add_test(fake, false_with_status_0_is_a_failure);
        tcase_add_test(fake, without_the_dll_there_is_no_system_restore);
        tcase_add_test(fake, system_restore_is_not_called_on_a_server);
        tcase_add_test(fake, a_point_that_cannot_be_listed_counts_as_failed);
        tcase_add_test(fake, a_point_counts_as_failed_if_the_list_is_too_slow);
        tcase_add_test(fake, a_long_description_is_cut_at_a_whole_character);
        tcase_add_test(fake, a_crash_is_reported_as_a_failure);
        tcase_add_test(fake, a_handled_exception_is_not_a_crash);
        tcase_add_test(fake, a_call_that_hangs_is_abandoned);
        tcase_add_test(fake, ctrl_c_ends_the_wait);
        tcase_add_test(fake, a_crash_of_an_abandoned_call_is_harmless);
        tcase_add_test(fake, maxport_waits_for_a_slow_restore_point);
        tcase_add_test(fake, list_and_create_agree_that_there_is_no_system_restore);
        tcase_add_test(fake, a_wmi_that_hangs_is_abandoned);
        tcase_add_test(fake, the_list_is_sorted_with_times_in_utc);
        tcase_add_test(fake, a_list_of_many_points_is_complete);
        tcase_add_test(fake, an_empty_list_is_not_a_failure);
        tcase_add_test(fake, a_failure_to_list_points_reports_the_reason);
        tcase_add_test(fake, a_return_is_scheduled_by_its_number);
        tcase_add_test(fake, a_return_to_a_missing_point_is_refused);
        tcase_add_test(fake, a_failure_to_schedule_a_return_reports_the_reason);
        tcase_add_test(fake, a_method_that_hangs_may_still_schedule_the_return);
        suite_add_tcase(suite, fake);
    }
    return suite;
}
