/* Tests of the interface `events`, and of whether Windows was resumed at its last start. Some
 * tests use Wine's event log, which is a stub. Others use records in memory, or the DLL of
 * tests/program/fake_wevtapi.c, which reads C:\fake\events.txt. */
#include "win32/event_log.h"
#include "scratch.h"
#include "suites.h"
#include "win32/clock.h"
#include "win32/os_version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct event_log_adapter adapter;
static struct event_source functions;
static struct events events;
static struct fault fault;

static void set_up(void)
{
    event_log_open(&adapter, &functions);
    memset(&events, 0xee, sizeof events);
}

static void tear_down(void)
{
    event_log_close(&adapter);
}

/* ------------------------------------------------------------ Wine's own log */

START_TEST(a_stub_event_log_is_reported_as_unknown)
{
    if (!GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version"))
        return;
    adapter.is_old = false;
    functions.begin(functions.context);
    functions.read(functions.context, 0, &events);
    ck_assert(!events.is_known && !events.is_cut);
    ck_assert_uint_eq(events.count, 0);
    ck_assert_str_eq(events.why,
                     "The event log could not be read, and Windows did not report why.");
}
END_TEST

START_TEST(the_old_function_is_used_only_before_vista)
{
    struct os_version os;
    ASSERT_WORKS(os_version_number(&os, &fault));
    ck_assert_int_eq(adapter.is_old, os.major < 6);
}
END_TEST

START_TEST(an_empty_old_event_log_is_not_a_failure)
{
    adapter.is_old = true;
    functions.read(functions.context, 0, &events);
    ck_assert_msg(events.is_known, "%s", events.why);
    if (GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version"))
        ck_assert_uint_eq(events.count, 0);
    ck_assert_str_eq(events.why, "");
}
END_TEST

START_TEST(a_missing_dll_is_reported_as_unknown_events)
{
    adapter.is_old = false;
    adapter.wevtapi.name = L"maxport-no-such.dll";
    functions.read(functions.context, 0, &events);
    ck_assert(!events.is_known);
    ck_assert_ptr_nonnull(strstr(events.why, "maxport-no-such.dll"));
}
END_TEST

/* ------------------------------------------------------------ old records */

enum { RECORD_BYTES = 96 };

static void write_record(uint8_t *at, const wchar_t *source, DWORD id, DWORD time)
{
    EVENTLOGRECORD record = {
        .Length = RECORD_BYTES, .EventID = id, .TimeGenerated = time, .TimeWritten = time + 5};
    memset(at, 0, RECORD_BYTES);
    memcpy(at, &record, sizeof record);
    memcpy(at + sizeof record, source, (wcslen(source) + 1) * sizeof *source);
}

START_TEST(old_records_are_filtered_by_source_and_event)
{
    static struct event_harvest harvest;
    uint8_t records[6 * RECORD_BYTES];
    memset(&harvest, 0, sizeof harvest);
    write_record(records + 0 * RECORD_BYTES, L"Tcpip", 0x80001083, 2000);
    /* Event 4226 is not requested. */
    write_record(records + 1 * RECORD_BYTES, L"Tcpip", 0x80001082, 1900);
    write_record(records + 2 * RECORD_BYTES, L"Tcpip6", 0x80001083, 1800);
    write_record(records + 3 * RECORD_BYTES, L"Other", 0x80001083, 1700);
    write_record(records + 4 * RECORD_BYTES, L"Tcpip", 0x80001087, 1600);
    write_record(records + 5 * RECORD_BYTES, L"Tcpip", 0x800010AA, 0xffffffff);
    ck_assert(event_log_add_records(&harvest, records, sizeof records));
    ck_assert_uint_eq(harvest.count, 3);
    ck_assert_uint_eq(harvest.rows[0].id, 4227);
    ck_assert_int_eq(harvest.rows[0].time_ms, 2000 * 1000);
    ck_assert_uint_eq(harvest.rows[1].id, 4231);
    ck_assert_uint_eq(harvest.rows[2].id, 4266);
    ck_assert_int_eq(harvest.rows[2].time_ms, 0xffffffffll * 1000);
}
END_TEST

START_TEST(a_damaged_record_ends_the_reading)
{
    static const DWORD lengths[] = {0, 1, sizeof(EVENTLOGRECORD) - 1, RECORD_BYTES + 1, 0xffffffff};
    static struct event_harvest harvest;
    uint8_t records[2 * RECORD_BYTES];
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        memset(&harvest, 0, sizeof harvest);
        write_record(records, L"Tcpip", 4227, 2000);
        write_record(records + RECORD_BYTES, L"Tcpip", 4227, 1000);
        memcpy(records + RECORD_BYTES, &lengths[i], sizeof lengths[i]);
        ck_assert(!event_log_add_records(&harvest, records, sizeof records));
        ck_assert_uint_eq(harvest.count, 1);
    }
    /* If the name continues beyond the end of the record, the record is ignored. */
    memset(&harvest, 0, sizeof harvest);
    DWORD length = sizeof(EVENTLOGRECORD) + 10;
    write_record(records, L"Tcpip", 4227, 2000);
    memcpy(records, &length, sizeof length);
    ck_assert(event_log_add_records(&harvest, records, length));
    ck_assert_uint_eq(harvest.count, 0);
    ck_assert(!event_log_add_records(&harvest, records, length - 1));
    ck_assert(event_log_add_records(&harvest, records, 0));
}
END_TEST

/* ------------------------------------------------------------ fake log */

typedef LONG(WINAPI *open_handles)(void);
static open_handles count_handles;

static int64_t now_ms(void)
{
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    return ((int64_t)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime) -
            116444736000000000) /
           10000;
}

static void set_up_fake(void)
{
    wchar_t path[MAX_PATH];
    set_up();
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"fake_wevtapi.dll");
    adapter.is_old = false;
    adapter.wevtapi.module = LoadLibraryW(path);
    ck_assert_ptr_nonnull(adapter.wevtapi.module);
    count_handles =
        (open_handles)(void (*)(void))GetProcAddress(adapter.wevtapi.module, "FakeOpenHandles");
    ck_assert_ptr_nonnull(count_handles);
    CreateDirectoryW(L"C:\\fake", NULL);
}

static void tear_down_fake(void)
{
    tear_down();
    DeleteFileW(L"C:\\fake\\events.txt");
}

static void read_log(const char *log, int64_t since_ms)
{
    scratch_write(L"C:\\fake\\events.txt", log);
    functions.begin(functions.context);
    functions.read(functions.context, since_ms, &events);
}

START_TEST(events_are_listed_newest_first_since_a_given_time)
{
    int64_t now = now_ms();
    read_log("tcpip 4227 3600\ntcpip 4231 60\ntcpip 4226 30\ntcpip 4266 7200\ntcpip 4231 90000\n",
             now - 86400 * 1000);
    ck_assert_msg(events.is_known, "%s", events.why);
    ck_assert(!events.is_cut);
    ck_assert_str_eq(events.why, "");
    ck_assert_uint_eq(events.count, 3);
    ck_assert_uint_eq(events.rows[0].id, 4231);
    ck_assert_uint_eq(events.rows[1].id, 4227);
    ck_assert_uint_eq(events.rows[2].id, 4266);
    ck_assert_int_lt(llabs(events.rows[0].time_ms - (now - 60 * 1000)), 30 * 1000);
    ck_assert_int_lt(llabs(events.rows[2].time_ms - (now - 7200 * 1000)), 30 * 1000);
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(reading_without_begin_returns_the_same_events)
{
    scratch_write(L"C:\\fake\\events.txt", "tcpip 4266 5\n");
    functions.read(functions.context, 0, &events);
    ck_assert(events.is_known);
    ck_assert_uint_eq(events.count, 1);
    DeleteFileW(L"C:\\fake\\events.txt");
    functions.read(functions.context, 0, &events); /* reads the log again */
    ck_assert(events.is_known);
    ck_assert_uint_eq(events.count, 0);
}
END_TEST

START_TEST(too_many_events_are_cut_and_marked_as_cut)
{
    static const unsigned counts[] = {EVENTS_MAX - 1, EVENTS_MAX, EVENTS_MAX + 1, EVENTS_MAX + 17};
    static char log[32 * (EVENTS_MAX + 20)];
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
        unsigned count = counts[n];
        char *at = log;
        for (unsigned i = 0; i < count; i++)
            at += sprintf(at, "tcpip 4231 %u\n", 100 + i);
        read_log(log, 0);
        ck_assert(events.is_known);
        ck_assert_uint_eq(events.count, count < EVENTS_MAX ? count : EVENTS_MAX);
        ck_assert_int_eq(events.is_cut, count > EVENTS_MAX);
        ck_assert(events.rows[0].time_ms > events.rows[events.count - 1].time_ms);
    }
    /* All missing events are older than the requested time, so the list is not marked as cut. */
    read_log(log, now_ms() - 150 * 1000);
    ck_assert(events.is_known && !events.is_cut);
    ck_assert_uint_gt(events.count, 10);
    ck_assert_uint_lt(events.count, 60);
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(a_log_that_cannot_be_queried_is_unknown)
{
    read_log("tcpip 4231 60\nerror 5\n", 0);
    ck_assert(!events.is_known);
    ck_assert_uint_eq(events.count, 0);
    ck_assert_ptr_nonnull(strstr(events.why, "error 5"));
    read_log("error 0\n", 0);
    ck_assert(!events.is_known);
    ck_assert_ptr_nonnull(strstr(events.why, "did not report why"));
    read_log("break 1722\n", 0);
    ck_assert(!events.is_known);
    ck_assert_ptr_nonnull(strstr(events.why, "1722"));
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(events_before_a_read_error_are_reported)
{
    read_log("tcpip 4231 60\ntcpip 4227 7200\nbreak 1722\ntcpip 4227 90000\n", 0);
    ck_assert(events.is_known && events.is_cut);
    ck_assert_uint_eq(events.count, 2);
    /* The read error occurs after all requested events, so the list is complete. */
    read_log("tcpip 4231 60\ntcpip 4227 7200\nbreak 1722\n", now_ms() - 3600 * 1000);
    ck_assert(events.is_known && !events.is_cut);
    ck_assert_uint_eq(events.count, 1);
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(a_log_that_exceeds_the_time_limit_is_unknown)
{
    read_log("delay 200\ntcpip 4231 60\n", 0);
    ck_assert(events.is_known);
    ck_assert_uint_eq(events.count, 1);
    adapter.limit_ms = 600; /* 500 ms of the limit are reserved */
    read_log("pause 2000\ntcpip 4231 60\n", 0);
    ck_assert(!events.is_known);
    ck_assert_int_eq(strncmp(events.why, "Timed out", 9), 0);
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(a_log_that_never_responds_is_abandoned)
{
    DWORD start = GetTickCount();
    adapter.limit_ms = 300;
    read_log("tcpip 4231 60\nhang\n", 0);
    ck_assert(!events.is_known);
    ck_assert_uint_eq(events.count, 0);
    ck_assert_str_eq(events.why, "Timed out: the event log did not respond within 1 seconds.");
    ck_assert_uint_lt(GetTickCount() - start, 5000);
}
END_TEST

START_TEST(the_newest_start_event_shows_whether_windows_resumed)
{
    struct os_version os;
    static const struct {
        const char *log; /* the machine was started 1000 s ago */
        bool is_known, was_resumed;
    } rows[] = {
        {"boot 1 990\nboot 0 90000\n", true, true},
        {"boot 0 990\nboot 1 90000\n", true, false},
        {"boot 2 990\n", true, false},
        {"boot 1 100\nboot 0 990\n", true, true}, /* the newest event decides */
        {"boot 9 990\n", false, false},
        {"boot 1 90000\n", false, false}, /* the event is from an earlier session */
        {"tcpip 4231 60\n", false, false},
        {"error 5\n", false, false},
        {"break 1722\n", false, false},
        {"boot 1 990\npause 1500\n", false, false},
    };
    ASSERT_WORKS(os_version_number(&os, &fault));
    if (!os_at_least(&os, 6, 2, 0))
        return;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct clock_adapter clock;
        struct clock_source clock_port;
        struct boot boot = {.start_ms = now_ms() - 1000 * 1000};
        clock_open(&clock, &clock_port);
        clock.wevtapi.module = adapter.wevtapi.module;
        scratch_write(L"C:\\fake\\events.txt", rows[i].log);
        ck_assert_msg(clock_port.resume(clock_port.context, &boot) == rows[i].is_known, "row %u",
                      (unsigned)i);
        ck_assert_int_eq(boot.is_resume_known, rows[i].is_known);
        ck_assert_int_eq(boot.was_resumed, rows[i].was_resumed);
        /* The adapter must not read the log again, because the result cannot change while the
         * process runs. */
        scratch_write(L"C:\\fake\\events.txt", "hang\n");
        ck_assert_int_eq(clock_port.resume(clock_port.context, &boot), rows[i].is_known);
    }
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

Suite *event_log_suite(void)
{
    Suite *suite = suite_create("event_log");
    TCase *real = tcase_create("real");
    tcase_add_checked_fixture(real, set_up, tear_down);
    tcase_set_timeout(real, 30);
    tcase_add_test(real, a_stub_event_log_is_reported_as_unknown);
    tcase_add_test(real, the_old_function_is_used_only_before_vista);
    tcase_add_test(real, an_empty_old_event_log_is_not_a_failure);
    tcase_add_test(real, a_missing_dll_is_reported_as_unknown_events);
    tcase_add_test(real, old_records_are_filtered_by_source_and_event);
    tcase_add_test(real, a_damaged_record_ends_the_reading);
    suite_add_tcase(suite, real);

    TCase *fake = tcase_create("fake");
    tcase_add_checked_fixture(fake, set_up_fake, tear_down_fake);
    tcase_set_timeout(fake, 30);
    tcase_add_test(fake, events_are_listed_newest_first_since_a_given_time);
    tcase_add_test(fake, reading_without_begin_returns_the_same_events);
    tcase_add_test(fake, too_many_events_are_cut_and_marked_as_cut);
    tcase_add_test(fake, a_log_that_cannot_be_queried_is_unknown);
    tcase_add_test(fake, events_before_a_read_error_are_reported);
    tcase_add_test(fake, a_log_that_exceeds_the_time_limit_is_unknown);
    tcase_add_test(fake, the_newest_start_event_shows_whether_windows_resumed);
    /* This test is last, because the handles of its log stay open. */
    tcase_add_test(fake, a_log_that_never_responds_is_abandoned);
    suite_add_tcase(suite, fake);
    return suite;
}
