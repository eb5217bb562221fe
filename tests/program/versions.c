/* Simulates the versions of Windows from XP to Server 2025. The tests change the version values in
 * the registry of the Wine prefix, because Wine takes its version from these values. The tests
 * check the running range, its source, the prediction for MaxUserPort, and the confidence. */
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
    unsigned default_start, default_count; /* of TCP over IPv4, without MaxUserPort */
    const char *source;                    /* source of the running range */
    unsigned start, count;                 /* after `set 65534`; count 0: unknown */
    int confidence;
    unsigned udp_count; /* of UDP, after `set 65534`; 0: unknown */
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

/* ---- version of the prefix ----------------------------------------------- */

/* A registry value with Wine's own version, which is restored after each test. */
struct saved {
    const wchar_t *key, *name;
    DWORD type, length;
    BYTE data[256];
    bool is_there;
};

static struct saved saved[] = {
    {version_key, L"CurrentVersion", 0, 0, {0}, false},
    {version_key, L"CurrentBuild", 0, 0, {0}, false},
    {version_key, L"CurrentBuildNumber", 0, 0, {0}, false},
    {version_key, L"CurrentMajorVersionNumber", 0, 0, {0}, false},
    {version_key, L"CurrentMinorVersionNumber", 0, 0, {0}, false},
    {version_key, L"CSDVersion", 0, 0, {0}, false},
    {options_key, L"ProductType", 0, 0, {0}, false},
};

enum { KEPT_COUNT = sizeof saved / sizeof *saved };

static void save_version(void)
{
    for (size_t i = 0; i < KEPT_COUNT; i++) {
        HKEY key = key_open(saved[i].key, KEY_READ);

        saved[i].length = sizeof saved[i].data;
        saved[i].is_there = RegQueryValueExW(key, saved[i].name, NULL, &saved[i].type,
                                             saved[i].data, &saved[i].length) == ERROR_SUCCESS;
        RegCloseKey(key);
    }
}

static void write_value(const wchar_t *path, const wchar_t *name, DWORD type, const void *data,
                        DWORD length)
{
    HKEY key = key_open(path, KEY_SET_VALUE);

    ck_assert_int_eq(RegSetValueExW(key, name, 0, type, data, length), ERROR_SUCCESS);
    RegCloseKey(key);
}

static void write_text(const wchar_t *path, const wchar_t *name, const wchar_t *text)
{
    write_value(path, name, REG_SZ, text, (DWORD)((wcslen(text) + 1) * sizeof *text));
}

static void remove_value(const wchar_t *path, const wchar_t *name)
{
    HKEY key = key_open(path, KEY_SET_VALUE);

    RegDeleteValueW(key, name);
    RegCloseKey(key);
}

static void restore_version(void)
{
    for (size_t i = 0; i < KEPT_COUNT; i++)
        if (saved[i].is_there)
            write_value(saved[i].key, saved[i].name, saved[i].type, saved[i].data, saved[i].length);
        else
            remove_value(saved[i].key, saved[i].name);
}

static void simulate_version(int i)
{
    wchar_t text[16];
    DWORD number;

    /* Windows 10 and later store 6.3 in this value. The test stores 10.0, because Wine takes its
     * version from this value. */
    swprintf(text, 16, L"%u.%u", windows[i].major, windows[i].minor);
    write_text(version_key, L"CurrentVersion", text);
    swprintf(text, 16, L"%u", windows[i].build);
    write_text(version_key, L"CurrentBuild", text);
    write_text(version_key, L"CurrentBuildNumber", text);
    remove_value(version_key, L"CSDVersion");
    if (windows[i].major == 10) {
        number = 10;
        write_value(version_key, L"CurrentMajorVersionNumber", REG_DWORD, &number, sizeof number);
        number = 0;
        write_value(version_key, L"CurrentMinorVersionNumber", REG_DWORD, &number, sizeof number);
    } else {
        remove_value(version_key, L"CurrentMajorVersionNumber");
        remove_value(version_key, L"CurrentMinorVersionNumber");
    }
    write_text(options_key, L"ProductType", windows[i].is_server ? L"ServerNT" : L"WinNT");
}

static void set_up(void)
{
    bare_setup();
    if (!fakes_can_run())
        return;
    save_version();
    fakes_install_wmi();
    fakes_install_netsh();
    fakes_set_wmi(fakes_plain_wmi);
    fakes_set_netsh(fakes_plain_netsh);
}

static void tear_down(void)
{
    if (fakes_can_run()) {
        fakes_uninstall_netsh();
        fakes_uninstall_wmi();
        restore_version();
    }
    bare_teardown();
}

/* ---- tests for each version ---------------------------------------------- */

START_TEST(status_shows_the_default_range_of_each_windows)
{
    if (!fakes_can_run())
        return;
    simulate_version(_i);
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

START_TEST(set_predicts_the_range_with_its_confidence)
{
    if (!fakes_can_run())
        return;
    simulate_version(_i);
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

START_TEST(a_value_that_reduces_the_ports_causes_a_warning)
{
    if (!fakes_can_run())
        return;
    simulate_version(_i);
    const struct run *run = maxport("set 6000 --dry-run");
    ASSERT_EXIT(run, 0);
    if (windows[_i].major == 5)
        ASSERT_NEVER_SAYS(run->out, "FEWER"); /* 1025-6000 is larger than the default 1025-5000 */
    else
        ASSERT_SAYS(run->out, "FEWER");
}
END_TEST

START_TEST(the_delay_may_be_2_seconds_since_windows_8_1)
{
    if (!fakes_can_run())
        return;
    simulate_version(_i);
    bool may = windows[_i].major == 10 || (windows[_i].major == 6 && windows[_i].minor == 3);
    ASSERT_EXIT(maxport("set TcpTimedWaitDelay=2 --dry-run"), may ? 0u : 2u);
}
END_TEST

Suite *versions_suite(void)
{
    Suite *suite = suite_create("versions");
    TCase *tests = tcase_create("versions");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, status_shows_the_default_range_of_each_windows, 0, WINDOWS_COUNT);
    tcase_add_loop_test(tests, set_predicts_the_range_with_its_confidence, 0, WINDOWS_COUNT);
    tcase_add_loop_test(tests, a_value_that_reduces_the_ports_causes_a_warning, 0, WINDOWS_COUNT);
    tcase_add_loop_test(tests, the_delay_may_be_2_seconds_since_windows_8_1, 0, WINDOWS_COUNT);
    suite_add_tcase(suite, tests);
    return suite;
}
