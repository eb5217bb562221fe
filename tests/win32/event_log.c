/* The port `events`, and the last start: against Wine's event log, which only pretends,
 * and against tests/program/fake_wevtapi.c, which reads C:\fake\events.txt. */
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

/* ------------------------------------------------------------ Wine's own */

START_TEST(a_log_that_only_pretends_is_unknown)
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

START_TEST(the_old_call_is_for_old_windows_only)
{
    struct os_version os;
    ASSERT_WORKS(os_version_number(&os, &fault));
    ck_assert_int_eq(adapter.is_old, os.major < 6);
}
END_TEST

START_TEST(an_empty_old_log_is_known_to_be_empty)
{
    adapter.is_old = true;
    functions.read(functions.context, 0, &events);
    ck_assert_msg(events.is_known, "%s", events.why);
    if (GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version"))
        ck_assert_uint_eq(events.count, 0);
    ck_assert_str_eq(events.why, "");
}
END_TEST

START_TEST(a_missing_dll_is_unknown)
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

static void put_record(uint8_t *at, const wchar_t *source, DWORD id, DWORD time)
{
    EVENTLOGRECORD record = {
        .Length = RECORD_BYTES, .EventID = id, .TimeGenerated = time, .TimeWritten = time + 5};
    memset(at, 0, RECORD_BYTES);
    memcpy(at, &record, sizeof record);
    memcpy(at + sizeof record, source, (wcslen(source) + 1) * sizeof *source);
}

START_TEST(old_records_are_sifted)
{
    static struct event_harvest harvest;
    uint8_t records[6 * RECORD_BYTES];
    memset(&harvest, 0, sizeof harvest);
    put_record(records + 0 * RECORD_BYTES, L"Tcpip", 0x80001083, 2000);
    put_record(records + 1 * RECORD_BYTES, L"Tcpip", 0x80001082, 1900); /* 4226 */
    put_record(records + 2 * RECORD_BYTES, L"Tcpip6", 0x80001083, 1800);
    put_record(records + 3 * RECORD_BYTES, L"Other", 0x80001083, 1700);
    put_record(records + 4 * RECORD_BYTES, L"Tcpip", 0x80001087, 1600);
    put_record(records + 5 * RECORD_BYTES, L"Tcpip", 0x800010AA, 0xffffffff);
    ck_assert(event_log_add_records(&harvest, records, sizeof records));
    ck_assert_uint_eq(harvest.count, 3);
    ck_assert_uint_eq(harvest.rows[0].id, 4227);
    ck_assert_int_eq(harvest.rows[0].time_ms, 2000 * 1000);
    ck_assert_uint_eq(harvest.rows[1].id, 4231);
    ck_assert_uint_eq(harvest.rows[2].id, 4266);
    ck_assert_int_eq(harvest.rows[2].time_ms, 0xffffffffll * 1000);
}
END_TEST

START_TEST(broken_records_end_it)
{
    static const DWORD lengths[] = {0, 1, sizeof(EVENTLOGRECORD) - 1, RECORD_BYTES + 1, 0xffffffff};
    static struct event_harvest harvest;
    uint8_t records[2 * RECORD_BYTES];
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        memset(&harvest, 0, sizeof harvest);
        put_record(records, L"Tcpip", 4227, 2000);
        put_record(records + RECORD_BYTES, L"Tcpip", 4227, 1000);
        memcpy(records + RECORD_BYTES, &lengths[i], sizeof lengths[i]);
        ck_assert(!event_log_add_records(&harvest, records, sizeof records));
        ck_assert_uint_eq(harvest.count, 1);
    }
    /* A name that would go on behind the record's end is no name. */
    memset(&harvest, 0, sizeof harvest);
    DWORD length = sizeof(EVENTLOGRECORD) + 10;
    put_record(records, L"Tcpip", 4227, 2000);
    memcpy(records, &length, sizeof length);
    ck_assert(event_log_add_records(&harvest, records, length));
    ck_assert_uint_eq(harvest.count, 0);
    ck_assert(!event_log_add_records(&harvest, records, length - 1));
    ck_assert(event_log_add_records(&harvest, records, 0));
}
END_TEST

/* ------------------------------------------------------------ the fake's */

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

START_TEST(events_come_newest_first_as_far_back_as_wanted)
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

START_TEST(without_begin_it_is_the_same)
{
    scratch_write(L"C:\\fake\\events.txt", "tcpip 4266 5\n");
    functions.read(functions.context, 0, &events);
    ck_assert(events.is_known);
    ck_assert_uint_eq(events.count, 1);
    DeleteFileW(L"C:\\fake\\events.txt");
    functions.read(functions.context, 0, &events); /* asked anew */
    ck_assert(events.is_known);
    ck_assert_uint_eq(events.count, 0);
}
END_TEST

START_TEST(more_events_than_there_is_room_for_are_cut)
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
    /* What is left out is older than wanted: nothing is missing. */
    read_log(log, now_ms() - 150 * 1000);
    ck_assert(events.is_known && !events.is_cut);
    ck_assert_uint_gt(events.count, 10);
    ck_assert_uint_lt(events.count, 60);
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(a_log_that_cannot_be_asked_is_unknown)
{
    read_log("tcpip 4231 60\nerror 5\n", 0);
    ck_assert(!events.is_known);
    ck_assert_uint_eq(events.count, 0);
    ck_assert_ptr_nonnull(strstr(events.why, "error 5"));
    read_log("error 0\n", 0);
    ck_assert(!events.is_known);
    ck_assert_ptr_nonnull(strstr(events.why, "does not report why"));
    read_log("break 1722\n", 0);
    ck_assert(!events.is_known);
    ck_assert_ptr_nonnull(strstr(events.why, "1722"));
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(what_came_before_a_break_is_told)
{
    read_log("tcpip 4231 60\ntcpip 4227 7200\nbreak 1722\ntcpip 4227 90000\n", 0);
    ck_assert(events.is_known && events.is_cut);
    ck_assert_uint_eq(events.count, 2);
    /* It broke behind all that is wanted. */
    read_log("tcpip 4231 60\ntcpip 4227 7200\nbreak 1722\n", now_ms() - 3600 * 1000);
    ck_assert(events.is_known && !events.is_cut);
    ck_assert_uint_eq(events.count, 1);
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(a_slow_log_is_in_time_or_unknown)
{
    read_log("delay 200\ntcpip 4231 60\n", 0);
    ck_assert(events.is_known);
    ck_assert_uint_eq(events.count, 1);
    adapter.limit_ms = 600; /* of which 500 are to spare */
    read_log("pause 2000\ntcpip 4231 60\n", 0);
    ck_assert(!events.is_known);
    ck_assert_int_eq(strncmp(events.why, "Timed out", 9), 0);
    ck_assert_int_eq(count_handles(), 0);
}
END_TEST

START_TEST(a_log_that_never_answers_is_left_alone)
{
    DWORD start = GetTickCount();
    adapter.limit_ms = 300;
    read_log("tcpip 4231 60\nhang\n", 0);
    ck_assert(!events.is_known);
    ck_assert_uint_eq(events.count, 0);
    ck_assert_str_eq(events.why, "Timed out: the event log did not respond within 1 s.");
    ck_assert_uint_lt(GetTickCount() - start, 5000);
}
END_TEST

START_TEST(the_last_start_is_told_by_its_event)
{
    struct os_version os;
    static const struct {
        const char *log; /* the machine started 1000 s ago */
        bool is_known, was_resumed;
    } rows[] = {
        {"boot 1 990\nboot 0 90000\n", true, true},
        {"boot 0 990\nboot 1 90000\n", true, false},
        {"boot 2 990\n", true, false},
        {"boot 1 100\nboot 0 990\n", true, true}, /* the newest decides */
        {"boot 9 990\n", false, false},
        {"boot 1 90000\n", false, false}, /* of an earlier session */
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
        /* Asked once: it does not change while a process lives. */
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
    tcase_add_test(real, a_log_that_only_pretends_is_unknown);
    tcase_add_test(real, the_old_call_is_for_old_windows_only);
    tcase_add_test(real, an_empty_old_log_is_known_to_be_empty);
    tcase_add_test(real, a_missing_dll_is_unknown);
    tcase_add_test(real, old_records_are_sifted);
    tcase_add_test(real, broken_records_end_it);
    suite_add_tcase(suite, real);

    TCase *fake = tcase_create("fake");
    tcase_add_checked_fixture(fake, set_up_fake, tear_down_fake);
    tcase_set_timeout(fake, 30);
    tcase_add_test(fake, events_come_newest_first_as_far_back_as_wanted);
    tcase_add_test(fake, without_begin_it_is_the_same);
    tcase_add_test(fake, more_events_than_there_is_room_for_are_cut);
    tcase_add_test(fake, a_log_that_cannot_be_asked_is_unknown);
    tcase_add_test(fake, what_came_before_a_break_is_told);
    tcase_add_test(fake, a_slow_log_is_in_time_or_unknown);
    tcase_add_test(fake, the_last_start_is_told_by_its_event);
    tcase_add_test(fake, a_log_that_never_answers_is_left_alone); /* its handles stay open */
    suite_add_tcase(suite, fake);
    return suite;
}
