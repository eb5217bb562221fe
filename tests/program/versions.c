/* Every Windows from XP to Server 2025, by the version keys of the prefix, and what the
 * program then says: which range runs and where it knows that from, what MaxUserPort
 * would make of it, and how sure it is. Only under Wine: there the keys are the version. */
#include <stdlib.h>
#include <string.h>

#include "program/fakes.h"
#include "program/suites.h"
#include "program/witness.h"

static const wchar_t version_key[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
static const wchar_t options_key[] = L"SYSTEM\\CurrentControlSet\\Control\\ProductOptions";

enum { DOCUMENTED, MEASURED, INFERRED, UNKNOWN };
static const char *const confidences[] = {"documented", "measured", "inferred", "unknown"};

static const struct {
    const char *name;
    unsigned major, minor, build;
    bool is_server;
    unsigned default_start, default_count; /* TCP over IPv4, without MaxUserPort */
    const char *source;                    /* that it is learnt from */
    unsigned start, count;                 /* after set 65534; count 0: nobody knows */
    int confidence;
    unsigned udp_count; /* likewise; 0: nobody knows */
} windows[] = {
    {"Windows XP", 5, 1, 2600, false, 1025, 3976, "rule", 1025, 64510, DOCUMENTED, 64510},
    {"Windows Server 2003", 5, 2, 3790, true, 1025, 3976, "rule", 1025, 64510, DOCUMENTED, 64510},
    {"Windows Vista", 6, 0, 6002, false, 49152, 16384, "netsh", 1025, 64510, INFERRED, 0},
    {"Windows Server 2008", 6, 0, 6003, true, 49152, 16384, "netsh", 1025, 64510, INFERRED, 0},
    {"Windows 7", 6, 1, 7601, false, 49152, 16384, "netsh", 0, 0, UNKNOWN, 0},
    {"Windows Server 2008 R2", 6, 1, 7601, true, 49152, 16384, "netsh", 0, 0, UNKNOWN, 0},
    {"Windows 8", 6, 2, 9200, false, 49152, 16384, "wmi", 0, 0, UNKNOWN, 0},
    {"Windows Server 2012", 6, 2, 9200, true, 49152, 16384, "wmi", 0, 0, UNKNOWN, 0},
    {"Windows 8.1", 6, 3, 9600, false, 49152, 16384, "wmi", 0, 0, UNKNOWN, 0},
    {"Windows Server 2012 R2", 6, 3, 9600, true, 49152, 16384, "wmi", 0, 0, UNKNOWN, 0},
    {"Windows 10", 10, 0, 19045, false, 49152, 16384, "wmi", 1024, 64511, INFERRED, 16384},
    {"Windows Server 2016", 10, 0, 14393, true, 49152, 16384, "wmi", 1024, 64511, INFERRED, 16384},
    {"Windows Server 2019", 10, 0, 17763, true, 49152, 16384, "wmi", 1024, 64511, INFERRED, 16384},
    {"Windows Server 2022", 10, 0, 20348, true, 49152, 16384, "wmi", 1024, 64511, INFERRED, 16384},
    {"Windows 11", 10, 0, 22631, false, 49152, 16384, "wmi", 1024, 64511, MEASURED, 16384},
    {"Windows 11", 10, 0, 26100, false, 49152, 16384, "wmi", 1024, 64511, MEASURED, 16384},
    {"Windows Server 2025", 10, 0, 26100, true, 49152, 16384, "wmi", 1024, 64511, INFERRED, 16384},
};

enum { WINDOWS_COUNT = sizeof windows / sizeof *windows };

/* ---- the prefix's version ------------------------------------------------ */

/* What is put back: Wine's own version, as it was found. */
struct kept {
    const wchar_t *key, *name;
    DWORD type, length;
    BYTE data[256];
    bool is_there;
};

static struct kept kept[] = {
    {version_key, L"CurrentVersion", 0, 0, {0}, false},
    {version_key, L"CurrentBuild", 0, 0, {0}, false},
    {version_key, L"CurrentBuildNumber", 0, 0, {0}, false},
    {version_key, L"CurrentMajorVersionNumber", 0, 0, {0}, false},
    {version_key, L"CurrentMinorVersionNumber", 0, 0, {0}, false},
    {version_key, L"CSDVersion", 0, 0, {0}, false},
    {options_key, L"ProductType", 0, 0, {0}, false},
};

enum { KEPT_COUNT = sizeof kept / sizeof *kept };

static void keep_version(void)
{
    for (size_t i = 0; i < KEPT_COUNT; i++) {
        HKEY key = key_open(kept[i].key, KEY_READ);

        kept[i].length = sizeof kept[i].data;
        kept[i].is_there = RegQueryValueExW(key, kept[i].name, NULL, &kept[i].type, kept[i].data,
                                            &kept[i].length) == ERROR_SUCCESS;
        RegCloseKey(key);
    }
}

static void put(const wchar_t *path, const wchar_t *name, DWORD type, const void *data,
                DWORD length)
{
    HKEY key = key_open(path, KEY_SET_VALUE);

    ck_assert_int_eq(RegSetValueExW(key, name, 0, type, data, length), ERROR_SUCCESS);
    RegCloseKey(key);
}

static void put_text(const wchar_t *path, const wchar_t *name, const wchar_t *text)
{
    put(path, name, REG_SZ, text, (DWORD)((wcslen(text) + 1) * sizeof *text));
}

static void remove_value(const wchar_t *path, const wchar_t *name)
{
    HKEY key = key_open(path, KEY_SET_VALUE);

    RegDeleteValueW(key, name);
    RegCloseKey(key);
}

static void put_version_back(void)
{
    for (size_t i = 0; i < KEPT_COUNT; i++)
        if (kept[i].is_there)
            put(kept[i].key, kept[i].name, kept[i].type, kept[i].data, kept[i].length);
        else
            remove_value(kept[i].key, kept[i].name);
}

static void become(int i)
{
    wchar_t text[16];
    DWORD number;

    /* Windows itself stays at 6.3 there from 10 on; Wine takes its version from it. */
    swprintf(text, 16, L"%u.%u", windows[i].major, windows[i].minor);
    put_text(version_key, L"CurrentVersion", text);
    swprintf(text, 16, L"%u", windows[i].build);
    put_text(version_key, L"CurrentBuild", text);
    put_text(version_key, L"CurrentBuildNumber", text);
    remove_value(version_key, L"CSDVersion");
    if (windows[i].major == 10) {
        number = 10;
        put(version_key, L"CurrentMajorVersionNumber", REG_DWORD, &number, sizeof number);
        number = 0;
        put(version_key, L"CurrentMinorVersionNumber", REG_DWORD, &number, sizeof number);
    } else {
        remove_value(version_key, L"CurrentMajorVersionNumber");
        remove_value(version_key, L"CurrentMinorVersionNumber");
    }
    put_text(options_key, L"ProductType", windows[i].is_server ? L"ServerNT" : L"WinNT");
}

static void set_up(void)
{
    bare_setup();
    if (!fakes_can_run())
        return;
    keep_version();
    fakes_install_wmi();
    fakes_install_netsh();
    fakes_say_wmi(fakes_plain_wmi);
    fakes_say_netsh(fakes_plain_netsh);
}

static void tear_down(void)
{
    if (fakes_can_run()) {
        fakes_uninstall_netsh();
        fakes_uninstall_wmi();
        put_version_back();
    }
    bare_teardown();
}

/* ---- the matrix ---------------------------------------------------------- */

START_TEST(a_fresh_windows_runs_its_default_range)
{
    if (!fakes_can_run())
        return;
    become(_i);
    const struct run *run = maxport("status --json");
    ASSERT_EXIT(run, 0);
    json_t *status = run_json(run);
    ck_assert_str_eq(json_text_at(status, "windows.name"), windows[_i].name);
    ck_assert_int_eq(json_number_at(status, "ranges.tcp.ipv4.start"), windows[_i].default_start);
    ck_assert_int_eq(json_number_at(status, "ranges.tcp.ipv4.count"), windows[_i].default_count);
    ck_assert_str_eq(json_text_at(status, "ranges.tcp.ipv4.source"), windows[_i].source);
    ck_assert_int_eq(json_number_at(status, "predicted.tcp.ipv4.start"), windows[_i].default_start);
    ck_assert_str_eq(json_text_at(status, "predicted.tcp.ipv4.confidence"), "documented");
    ck_assert_int_eq(json_number_at(status, "usage.tcp.ipv4.available"), windows[_i].default_count);
}
END_TEST

START_TEST(raising_the_limit_is_predicted_as_far_as_anybody_knows)
{
    if (!fakes_can_run())
        return;
    become(_i);
    const struct run *run = maxport("set 65534 --dry-run --json");
    ASSERT_EXIT(run, 0);
    json_t *plan = run_json(run);
    ck_assert_str_eq(json_text_at(plan, "plan.predicted.tcp.ipv4.confidence"),
                     confidences[windows[_i].confidence]);
    if (windows[_i].count) {
        ck_assert_int_eq(json_number_at(plan, "plan.predicted.tcp.ipv4.start"), windows[_i].start);
        ck_assert_int_eq(json_number_at(plan, "plan.predicted.tcp.ipv4.count"), windows[_i].count);
    } else {
        ck_assert(json_is_null_at(plan, "plan.predicted.tcp.ipv4.count"));
    }
    if (windows[_i].udp_count)
        ck_assert_int_eq(json_number_at(plan, "plan.predicted.udp.ipv4.count"),
                         windows[_i].udp_count);
    else
        ck_assert(json_is_null_at(plan, "plan.predicted.udp.ipv4.count"));
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(a_low_value_is_warned_of_where_it_takes_ports_away)
{
    if (!fakes_can_run())
        return;
    become(_i);
    const struct run *run = maxport("set 6000 --dry-run");
    ASSERT_EXIT(run, 0);
    if (windows[_i].major == 5)
        ASSERT_NEVER_SAYS(run->out, "FEWER"); /* 1025-6000 is more than 1025-5000 */
    else
        ASSERT_SAYS(run->out, "FEWER");
}
END_TEST

START_TEST(the_wait_may_be_two_seconds_from_8_1_on)
{
    if (!fakes_can_run())
        return;
    become(_i);
    bool may = windows[_i].major == 10 || (windows[_i].major == 6 && windows[_i].minor == 3);
    ASSERT_EXIT(maxport("set TcpTimedWaitDelay=2 --dry-run"), may ? 0u : 2u);
}
END_TEST

Suite *versions_suite(void)
{
    Suite *suite = suite_create("versions");
    TCase *tests = tcase_create("versions");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, a_fresh_windows_runs_its_default_range, 0, WINDOWS_COUNT);
    tcase_add_loop_test(tests, raising_the_limit_is_predicted_as_far_as_anybody_knows, 0,
                        WINDOWS_COUNT);
    tcase_add_loop_test(tests, a_low_value_is_warned_of_where_it_takes_ports_away, 0,
                        WINDOWS_COUNT);
    tcase_add_loop_test(tests, the_wait_may_be_two_seconds_from_8_1_on, 0, WINDOWS_COUNT);
    suite_add_tcase(suite, tests);
    return suite;
}
