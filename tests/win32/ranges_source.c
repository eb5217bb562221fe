/* The port `ranges` against a WMI and a netsh of ours, and against what plain Wine has. */
#include "win32/ranges.h"

#include "program/fakes.h"
#include "suites.h"
#include "win32/ranges_gate.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct fault fault;
static struct ranges_adapter adapter;
static struct range_access functions;
static struct range_answers answers;

static void pretend(uint32_t major, uint32_t minor, uint32_t build)
{
    adapter.os =
        (struct os_version){.major = major, .minor = minor, .build = build, .role = OS_WORKSTATION};
    adapter.is_os_known = true;
}

static void set_up(void)
{
    memset(&answers, 0, sizeof answers);
    ranges_open(&adapter, &functions);
    pretend(10, 0, 19045);
}

static void tear_down(void)
{
    exclusions_release(&answers.exclusions);
    ranges_close(&adapter);
}

static void set_up_fakes(void)
{
    set_up();
    fakes_install_wmi();
    fakes_install_netsh();
}

static void tear_down_fakes(void)
{
    tear_down();
    fakes_uninstall_wmi();
    fakes_uninstall_netsh();
}

/* Elapsed ms. */
static DWORD read_all(void)
{
    DWORD start = GetTickCount();
    exclusions_release(&answers.exclusions);
    functions.begin(functions.context);
    functions.read(functions.context, &answers);
    return GetTickCount() - start;
}

static void expect(enum protocol p, enum family f, enum range_source source, uint32_t start,
                   uint32_t count, const char *why)
{
    const struct running_range *running = &answers.running[p][f];
    ck_assert_msg(running->is_known == (count > 0), "%s %s: %s", protocol_name(p), family_name(f),
                  running->why);
    ck_assert_msg(running->source == source, "%s %s: %s, %s", protocol_name(p), family_name(f),
                  range_source_key(running->source), running->why);
    ck_assert_uint_eq(running->range.start, start);
    ck_assert_uint_eq(running->range.count, count);
    ck_assert_msg(strstr(running->why, why) && (why[0] || !running->why[0]), "%s %s: %s",
                  protocol_name(p), family_name(f), running->why);
}

static void expect_unknown(enum protocol p, enum family f, const char *why)
{
    expect(p, f, RANGE_SOURCE_UNKNOWN, 0, 0, why);
}

static void expect_all(enum range_source source, uint32_t start, uint32_t count, const char *why)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            expect(p, f, source, start, count, why);
}

static void expect_exclusions(bool are_known, size_t count, const char *why)
{
    ck_assert_uint_eq(answers.exclusions.count, count);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        for (int f = 0; f < FAMILY_COUNT; f++) {
            ck_assert_msg(answers.exclusions.is_known[p][f] == are_known, "%s",
                          answers.exclusions.why[p][f]);
            ck_assert_msg(strstr(answers.exclusions.why[p][f], why), "%s",
                          answers.exclusions.why[p][f]);
        }
    }
}

#define TCP "row|root\\StandardCimv2|MSFT_NetTCPSetting|"
#define UDP "row|root\\StandardCimv2|MSFT_NetUDPSetting|"
#define RANGE(start, count)                                                                        \
    "DynamicPortRangeStartPort=" start "|DynamicPortRangeNumberOfPorts=" count
#define GOOD_UDP UDP RANGE("number:50000", "number:1000") "\n"

/* ------------------------------------------------------------ WMI */

START_TEST(wmi_answers_for_both_families)
{
    fakes_say_wmi(fakes_plain_wmi);
    fakes_say_netsh("language|english\n"
                    "range|tcp|ipv4|1024|64511\n"
                    "range|udp|ipv4|49152|16384\n"
                    "exclusion|tcp|ipv4|50000|50059|*\n"
                    "exclusion|tcp|ipv4|5357|5357\n"
                    "exclusion|udp|ipv6|500|500\n");
    read_all();
    for (int f = 0; f < FAMILY_COUNT; f++) {
        expect(PROTOCOL_TCP, f, RANGE_SOURCE_WMI, 1024, 64511,
               "MSFT_NetTCPSetting has no address family");
        expect(PROTOCOL_UDP, f, RANGE_SOURCE_WMI, 49152, 16384,
               "MSFT_NetUDPSetting has no address family");
    }
    ck_assert(answers.is_auto_reuse_known);
    ck_assert_uint_eq(answers.auto_reuse.count, 0);
    expect_exclusions(true, 3, "");
    ck_assert_uint_eq(answers.exclusions.rows[0].range.start, 5357);
    ck_assert_uint_eq(answers.exclusions.rows[1].range.start, 50000);
    ck_assert_uint_eq(answers.exclusions.rows[1].range.count, 60);
    ck_assert(answers.exclusions.rows[1].is_administered);
    ck_assert_int_eq(answers.exclusions.rows[2].protocol, PROTOCOL_UDP);
    ck_assert_int_eq(answers.exclusions.rows[2].family, FAMILY_IPV6);
    /* netsh was asked for what WMI does not have, and for nothing else */
    const char *log = fakes_netsh_log();
    ck_assert_uint_eq(fakes_count(log, "show dynamicport"), 0);
    ck_assert_uint_eq(fakes_count(log, "\n"), 4);
    ck_assert_uint_eq(
        fakes_count(log, "netsh.exe\" interface ipv6 show excludedportrange protocol=udp\n"), 1);
}
END_TEST

START_TEST(instances_are_weighed)
{
    static const struct {
        const char *tcp;
        uint32_t start, count; /* 0: WMI does not know */
        const char *why;
    } rows[] = {
        {TCP RANGE("number:1025", "number:64511") "\n", 1025, 64511, "family"},
        /* NULL, or half of it, or none: passed over */
        {TCP "SettingName=text:Automatic|" RANGE("null:", "null:") "\n" TCP RANGE(
             "number:1025", "null:") "\n" TCP
                                     "SettingName=text:Odd\n" TCP RANGE("number:2000",
                                                                        "number:3000") "\n",
         2000, 3000, "family"},
        {TCP "SettingName=text:Automatic|" RANGE("null:", "null:") "\n", 0, 0,
         "No instance of MSFT_NetTCPSetting"},
        {TCP "SettingName=text:Internet\n", 0, 0, "No instance of MSFT_NetTCPSetting"},
        /* agreement and disagreement */
        {TCP "SettingName=text:Compat|" RANGE(
             "number:2000", "number:3000") "\n" TCP
                                           "SettingName=text:Datacenter|" RANGE("number:2000",
                                                                                "number:3000") "\n",
         2000, 3000, "family"},
        {TCP "SettingName=text:DatacenterCustom|" RANGE(
             "number:2000", "number:3000") "\n" TCP
                                           "SettingName=text:internet|" RANGE("number:49152",
                                                                              "number:16384") "\n",
         49152, 16384, "family"},
        {TCP "SettingName=text:Compat|" RANGE(
             "number:2000", "number:3000") "\n" TCP
                                           "SettingName=text:Datacenter|" RANGE("number:2000",
                                                                                "number:3001") "\n",
         0, 0, "different port ranges"},
        /* nonsense */
        {TCP RANGE("number:0", "number:16384") "\n", 0, 0, "start 0, number 16384"},
        {TCP RANGE("number:49152", "number:0") "\n", 0, 0, "start 49152, number 0"},
        {TCP RANGE("number:1", "number:70000") "\n", 0, 0, "start 1, number 70000"},
        {TCP RANGE("number:49152", "number:16385") "\n", 0, 0, "has an invalid port range"},
        {TCP RANGE("number:4294967295", "number:1") "\n", 0, 0, "has an invalid port range"},
        {TCP RANGE("big:18446744073709551616", "number:1") "\n", 0, 0, "has an invalid port range"},
        {TCP RANGE("text:many", "number:1") "\n", 0, 0, "No instance"},
        {TCP "SettingName=text:Internet|" RANGE(
             "number:0", "number:0") "\n" TCP "SettingName=text:Compat|" RANGE("number:2000",
                                                                               "number:3000") "\n",
         0, 0, "start 0, number 0"},
    };
    fakes_forbid_netsh(); /* which spares many processes */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char state[4096];
        snprintf(state, sizeof state, "%s%s", rows[i].tcp, GOOD_UDP);
        fakes_say_wmi(state);
        read_all();
        expect(PROTOCOL_UDP, FAMILY_IPV4, RANGE_SOURCE_WMI, 50000, 1000, "family");
        if (rows[i].count > 0) {
            expect(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_WMI, rows[i].start, rows[i].count,
                   rows[i].why);
        } else {
            expect_unknown(PROTOCOL_TCP, FAMILY_IPV4, rows[i].why);
            expect_unknown(PROTOCOL_TCP, FAMILY_IPV6, "netsh.exe could not be started");
        }
    }
}
END_TEST

START_TEST(auto_reuse_is_optional)
{
    static const struct {
        const char *properties;
        bool is_known;
        struct port_range range;
    } rows[] = {
        {"", false, {0, 0}},
        {"|AutoReusePortRangeStartPort=null:|AutoReusePortRangeNumberOfPorts=null:", false, {0, 0}},
        {"|AutoReusePortRangeStartPort=number:0|AutoReusePortRangeNumberOfPorts=number:0",
         true,
         {0, 0}},
        {"|AutoReusePortRangeStartPort=number:1025|AutoReusePortRangeNumberOfPorts=number:64511",
         true,
         {1025, 64511}},
        {"|AutoReusePortRangeStartPort=number:1025|AutoReusePortRangeNumberOfPorts=number:70000",
         false,
         {0, 0}},
        {"|AutoReusePortRangeStartPort=number:1025", false, {0, 0}},
    };
    fakes_forbid_netsh(); /* which spares many processes */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char state[2048];
        snprintf(state, sizeof state, TCP "SettingName=text:Internet|%s%s\n" GOOD_UDP,
                 RANGE("number:49152", "number:16384"), rows[i].properties);
        fakes_say_wmi(state);
        read_all();
        expect(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_WMI, 49152, 16384, "family");
        ck_assert_int_eq(answers.is_auto_reuse_known, rows[i].is_known);
        ck_assert(range_equal(answers.auto_reuse, rows[i].range));
    }
}
END_TEST

/* ------------------------------------------------------------ netsh */

START_TEST(netsh_answers_where_wmi_fails)
{
    fakes_say_wmi("connect|root\\StandardCimv2|800706ba\n");
    fakes_say_netsh("language|german\n"
                    "range|tcp|ipv4|1025|64511\nrange|tcp|ipv6|49152|16384\n"
                    "range|udp|ipv4|2000|300\nrange|udp|ipv6|3000|301\n");
    read_all();
    expect(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_NETSH, 1025, 64511, "0x800706ba");
    expect(PROTOCOL_TCP, FAMILY_IPV6, RANGE_SOURCE_NETSH, 49152, 16384, "could not be reached");
    expect(PROTOCOL_UDP, FAMILY_IPV4, RANGE_SOURCE_NETSH, 2000, 300, "0x800706ba");
    expect(PROTOCOL_UDP, FAMILY_IPV6, RANGE_SOURCE_NETSH, 3000, 301, "0x800706ba");
    ck_assert(!answers.is_auto_reuse_known);
    expect_exclusions(true, 0, "");

    /* only one of the classes */
    fakes_say_wmi(GOOD_UDP);
    fakes_say_netsh(fakes_plain_netsh);
    read_all();
    expect(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_NETSH, 49152, 16384, "0x80041010");
    expect(PROTOCOL_UDP, FAMILY_IPV4, RANGE_SOURCE_WMI, 50000, 1000, "family");
    ck_assert_uint_eq(fakes_count(fakes_netsh_log(), "show dynamicport udp"), 0);
}
END_TEST

START_TEST(before_windows_8_netsh_is_the_best_source)
{
    fakes_say_wmi(fakes_plain_wmi);
    fakes_say_netsh(fakes_plain_netsh);
    pretend(6, 1, 7601);
    read_all();
    expect_all(RANGE_SOURCE_NETSH, 49152, 16384, "");
    expect_exclusions(true, 0, "");
    ck_assert_str_eq(fakes_wmi_log(), "");
    pretend(6, 0, 6002);
    read_all();
    expect_all(RANGE_SOURCE_NETSH, 49152, 16384, "");
}
END_TEST

START_TEST(before_vista_nobody_is_asked)
{
    fakes_say_wmi(fakes_plain_wmi);
    fakes_say_netsh(fakes_plain_netsh);
    pretend(5, 2, 3790);
    read_all();
    expect_all(RANGE_SOURCE_UNKNOWN, 0, 0, "Not available on this Windows.");
    expect_exclusions(false, 0, "Not available on this Windows.");
    ck_assert_str_eq(fakes_wmi_log(), "");
    ck_assert_str_eq(fakes_netsh_log(), "");
    ck_assert(!functions.write(functions.context, PROTOCOL_TCP, FAMILY_IPV4,
                               (struct port_range){1025, 5000}, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(fakes_netsh_log(), "");
    adapter.is_os_known = false;
    read_all();
    expect_all(RANGE_SOURCE_UNKNOWN, 0, 0, "did not report its version");
}
END_TEST

START_TEST(any_language_will_do)
{
    static const char *const languages[] = {"english", "german", "japanese", "portuguese"};
    pretend(6, 1, 7601);
    for (size_t i = 0; i < 4; i++) {
        char state[512];
        snprintf(state, sizeof state, "language|%s\n%sexclusion|udp|ipv4|50000|50059|*\n",
                 languages[i], fakes_plain_netsh + strlen("language|english\n"));
        fakes_say_netsh(state);
        read_all();
        expect_all(RANGE_SOURCE_NETSH, 49152, 16384, "");
        expect_exclusions(true, 1, "");
        ck_assert(answers.exclusions.rows[0].is_administered);
    }
}
END_TEST

START_TEST(what_netsh_says_amiss_is_not_known)
{
    static const struct {
        const char *state, *range_why, *exclusions_why;
    } rows[] = {
        {"mode|stub\n", "netsh printed nothing", "netsh printed nothing"},
        {"mode|garbled\n", "The output of netsh", "The output of netsh"},
        {"language|german\nmode|fail\n", "code 1 and printed: \"Folgender Befehl", "code 1"},
        {"language|portuguese\nmode|deny\n", "code 1 and printed: \"A opera", "code 1"},
        {"range|tcp|ipv4|1|1\nrange|tcp|ipv6|1|1\nrange|udp|ipv4|1|1\nrange|udp|ipv6|1|1\n"
         "mode|flood\n",
         "truncated", "truncated"},
        {"range|tcp|ipv4|0|16384\nrange|tcp|ipv6|1|70000\nrange|udp|ipv4|49152|16385\n"
         "range|udp|ipv6|65536|1\nexclusion|tcp|ipv4|0|7\nexclusion|tcp|ipv6|7|6\n"
         "exclusion|udp|ipv4|1|65536\nexclusion|udp|ipv6|x|y7\n",
         "is not a port range:", "The output of netsh contains"},
    };
    pretend(6, 1, 7601);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fakes_say_netsh(rows[i].state);
        read_all();
        expect_all(RANGE_SOURCE_UNKNOWN, 0, 0, rows[i].range_why);
        expect_exclusions(false, 0, rows[i].exclusions_why);
    }
    /* the hotfix that 2008 R2 wants: the one command fails, the other does not */
    char state[512];
    snprintf(state, sizeof state, "%smode|fail|excludedportrange\n", fakes_plain_netsh);
    fakes_say_netsh(state);
    read_all();
    expect_all(RANGE_SOURCE_NETSH, 49152, 16384, "");
    expect_exclusions(false, 0, "The following command was not found");
}
END_TEST

/* ------------------------------------------------------------ time */

START_TEST(a_wmi_that_hangs_leaves_netsh_time)
{
    fakes_say_wmi(TCP RANGE("number:1", "number:1") "\nquery|MSFT_NetTCPSetting|hang\n" GOOD_UDP);
    fakes_say_netsh(fakes_plain_netsh);
    DWORD elapsed = read_all();
    ck_assert_uint_ge(elapsed, RANGES_LIMIT_MS - 100);
    ck_assert_uint_le(elapsed, RANGES_LIMIT_MS + 1500);
    expect(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_NETSH, 49152, 16384,
           "WMI did not respond within 6 s");
    expect(PROTOCOL_UDP, FAMILY_IPV4, RANGE_SOURCE_WMI, 50000, 1000, "family");
    expect_exclusions(true, 0, "");
    ck_assert(background_has_abandoned());

    /* It still hangs: it is not asked again, and nobody waits for it. */
    fakes_say_wmi(fakes_plain_wmi);
    elapsed = read_all();
    ck_assert_uint_le(elapsed, 2500);
    expect(PROTOCOL_TCP, FAMILY_IPV6, RANGE_SOURCE_NETSH, 49152, 16384, "WMI has not yet answered");
    expect(PROTOCOL_UDP, FAMILY_IPV6, RANGE_SOURCE_WMI, 49152, 16384, "family");
}
END_TEST

START_TEST(a_netsh_that_hangs_is_ended)
{
    char state[512];
    fakes_say_wmi(fakes_plain_wmi);
    snprintf(state, sizeof state, "%smode|hang|excludedportrange\n", fakes_plain_netsh);
    fakes_say_netsh(state);
    DWORD elapsed = read_all();
    ck_assert_uint_ge(elapsed, RANGES_LIMIT_MS - 500);
    ck_assert_uint_le(elapsed, RANGES_LIMIT_MS + 1500);
    for (int f = 0; f < FAMILY_COUNT; f++) {
        expect(PROTOCOL_TCP, f, RANGE_SOURCE_WMI, 49152, 16384, "family");
        expect(PROTOCOL_UDP, f, RANGE_SOURCE_WMI, 49152, 16384, "family");
    }
    expect_exclusions(false, 0, "did not respond within 6 s");
    for (int i = 0; i < 100 && fakes_netsh_hangs(); i++)
        Sleep(20);
    ck_assert(!fakes_netsh_hangs());
}
END_TEST

START_TEST(when_all_hang_it_is_over_all_the_same)
{
    fakes_say_wmi("connect|root\\StandardCimv2|hang\n");
    fakes_say_netsh("mode|hang\n");
    DWORD elapsed = read_all();
    ck_assert_uint_le(elapsed, RANGES_LIMIT_MS + 1500);
    expect_all(RANGE_SOURCE_UNKNOWN, 0, 0, "WMI did not respond within 6 s. netsh");
    expect_exclusions(false, 0, "did not respond");
}
END_TEST

START_TEST(time_before_the_reading_counts)
{
    char state[512];
    fakes_say_wmi(fakes_plain_wmi);
    snprintf(state, sizeof state, "%smode|hang\n", fakes_plain_netsh);
    fakes_say_netsh(state);
    functions.begin(functions.context);
    Sleep(2000);
    DWORD start = GetTickCount();
    functions.read(functions.context, &answers);
    ck_assert_uint_le(GetTickCount() - start, RANGES_LIMIT_MS - 500);
    expect_all(RANGE_SOURCE_WMI, 49152, 16384, "family");
}
END_TEST

START_TEST(what_was_begun_need_not_be_read)
{
    fakes_say_wmi(fakes_plain_wmi);
    fakes_say_netsh(fakes_plain_netsh);
    functions.begin(functions.context);
    functions.begin(functions.context);
    functions.read(functions.context, &answers);
    expect_all(RANGE_SOURCE_WMI, 49152, 16384, "family");
    exclusions_release(&answers.exclusions);
    functions.read(functions.context, &answers); /* without begin, and anew */
    expect_all(RANGE_SOURCE_WMI, 49152, 16384, "family");
    functions.begin(functions.context);
}
END_TEST

/* ------------------------------------------------------------ write */

START_TEST(writing_changes_the_running_range)
{
    const struct port_range wanted = {1025, 64511};
    fakes_say_wmi(fakes_plain_wmi);
    fakes_say_netsh(fakes_plain_netsh);
    ck_assert_msg(functions.write(functions.context, PROTOCOL_TCP, FAMILY_IPV4, wanted, &fault),
                  "%s", fault.text);
    const char *log = fakes_netsh_log();
    ck_assert_msg(strstr(log, "\\netsh.exe\" interface ipv4 set dynamicport tcp start=1025 "
                              "num=64511 store=persistent\n"),
                  "%s", log);
    ck_assert_uint_eq(fakes_count(log, "set dynamicport"), 1);
    const char *state = fakes_netsh_state();
    ck_assert_ptr_nonnull(strstr(state, "range|tcp|ipv4|1025|64511\n"));
    ck_assert_ptr_nonnull(strstr(state, "range|tcp|ipv6|49152|16384\n"));
    read_all();
    expect(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_WMI, 1025, 64511, "family");
    ck_assert_msg(functions.write(functions.context, PROTOCOL_UDP, FAMILY_IPV6, wanted, &fault),
                  "%s", fault.text);
    ck_assert_ptr_nonnull(strstr(fakes_netsh_state(), "range|udp|ipv6|1025|64511\n"));
}
END_TEST

START_TEST(one_range_is_read_by_netsh)
{
    struct port_range range = {7, 7};
    fakes_say_wmi(TCP RANGE("number:2000", "number:3000") "\n" GOOD_UDP);
    fakes_say_netsh("range|tcp|ipv6|1025|64511\n");
    ck_assert_msg(functions.read_one(functions.context, PROTOCOL_TCP, FAMILY_IPV6, &range, &fault),
                  "%s", fault.text);
    ck_assert_uint_eq(range.start, 1025);
    ck_assert_uint_eq(range.count, 64511);
    ck_assert_str_eq(fakes_wmi_log(), "");
    ck_assert(!functions.read_one(functions.context, PROTOCOL_UDP, FAMILY_IPV6, &range, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    fakes_say_netsh("mode|hang\n");
    ck_assert(!functions.read_one(functions.context, PROTOCOL_TCP, FAMILY_IPV6, &range, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    pretend(5, 1, 2600);
    ck_assert(!functions.read_one(functions.context, PROTOCOL_TCP, FAMILY_IPV6, &range, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_uint_eq(range.start, 1025);
}
END_TEST

START_TEST(netsh_words_are_in_the_fault)
{
    const struct port_range wanted = {1025, 64511};
    fakes_say_netsh("language|german\nmode|deny\n");
    ck_assert(!functions.write(functions.context, PROTOCOL_TCP, FAMILY_IPV6, wanted, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    ck_assert_uint_eq(fault.code, 1);
    ck_assert_ptr_nonnull(strstr(fault.text, "TCP IPv6"));
    ck_assert_ptr_nonnull(strstr(fault.text, "Der angeforderte Vorgang"));
    if (GetOEMCP() == 437 || GetOEMCP() == 850)
        ck_assert_ptr_nonnull(strstr(fault.text, "erh\xc3\xb6hte Rechte"));
}
END_TEST

START_TEST(no_nonsense_is_written)
{
    static const struct port_range rows[] = {
        {0, 255}, {1025, 0}, {65535, 2}, {70000, 1}, {1, 4294967295u}};
    fakes_say_netsh(fakes_plain_netsh);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert(!functions.write(functions.context, PROTOCOL_TCP, FAMILY_IPV4, rows[i], &fault));
        ck_assert_int_eq(fault.kind, FAULT_USAGE);
    }
    ck_assert_str_eq(fakes_netsh_log(), "");
}
END_TEST

/* As a user whose token has the administrators for deny only. */
START_TEST(others_may_not_write)
{
    SID_IDENTIFIER_AUTHORITY authority = SECURITY_NT_AUTHORITY;
    SID_AND_ATTRIBUTES deny = {.Attributes = 0};
    HANDLE own, restricted, thread;
    fakes_say_netsh(fakes_plain_netsh);
    ck_assert(AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                       DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &deny.Sid));
    ck_assert(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
    ck_assert(CreateRestrictedToken(own, 0, 1, &deny, 0, NULL, 0, NULL, &restricted));
    ck_assert(DuplicateTokenEx(restricted, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                               TokenImpersonation, &thread));
    ck_assert(SetThreadToken(NULL, thread));
    bool is_ok = functions.write(functions.context, PROTOCOL_TCP, FAMILY_IPV4,
                                 (struct port_range){1025, 64511}, &fault);
    ck_assert(RevertToSelf());
    CloseHandle(thread);
    CloseHandle(restricted);
    CloseHandle(own);
    FreeSid(deny.Sid);
    ck_assert(!is_ok);
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_str_eq(fakes_netsh_log(), "");
}
END_TEST

/* ------------------------------------------------------------ without fakes */

/* Wine 8 lacks the namespace, Wine 10 has it without instances; netsh prints nothing in both. */
START_TEST(plain_wine_knows_nothing_and_says_why)
{
    read_all();
    expect_all(RANGE_SOURCE_UNKNOWN, 0, 0, ". netsh printed nothing.");
    expect_exclusions(false, 0, "netsh printed nothing");
    ck_assert(!answers.is_auto_reuse_known);
}
END_TEST

START_TEST(this_system_answers_in_time)
{
    ranges_close(&adapter);
    ranges_open(&adapter, &functions); /* as the version it is */
    ck_assert(adapter.is_os_known);
    ck_assert_uint_le(read_all(), RANGES_LIMIT_MS + 1000);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct running_range *running = &answers.running[p][f];
            ck_assert(running->is_known || running->why[0]);
            ck_assert(answers.exclusions.is_known[p][f] || answers.exclusions.why[p][f][0]);
            if (running->is_known) {
                ck_assert_uint_ge(running->range.start, 1);
                ck_assert_uint_le(range_end(running->range), 65535);
            }
        }
    }
}
END_TEST

Suite *ranges_source_suite(void)
{
    Suite *suite = suite_create("ranges_source");
    TCase *any = tcase_create("any system");
    tcase_add_checked_fixture(any, set_up, tear_down);
    tcase_add_test(any, this_system_answers_in_time);
    if (fakes_can_run())
        tcase_add_test(any, plain_wine_knows_nothing_and_says_why);
    suite_add_tcase(suite, any);
    if (!fakes_can_run())
        return suite;

    TCase *fake = tcase_create("sources of ours");
    tcase_add_checked_fixture(fake, set_up_fakes, tear_down_fakes);
    tcase_add_test(fake, wmi_answers_for_both_families);
    tcase_add_test(fake, instances_are_weighed);
    tcase_add_test(fake, auto_reuse_is_optional);
    tcase_add_test(fake, netsh_answers_where_wmi_fails);
    tcase_add_test(fake, before_windows_8_netsh_is_the_best_source);
    tcase_add_test(fake, before_vista_nobody_is_asked);
    tcase_add_test(fake, any_language_will_do);
    tcase_add_test(fake, what_netsh_says_amiss_is_not_known);
    tcase_add_test(fake, a_netsh_that_hangs_is_ended);
    tcase_add_test(fake, a_wmi_that_hangs_leaves_netsh_time);
    tcase_add_test(fake, when_all_hang_it_is_over_all_the_same);
    tcase_add_test(fake, time_before_the_reading_counts);
    tcase_add_test(fake, what_was_begun_need_not_be_read);
    tcase_add_test(fake, writing_changes_the_running_range);
    tcase_add_test(fake, one_range_is_read_by_netsh);
    tcase_add_test(fake, netsh_words_are_in_the_fault);
    tcase_add_test(fake, no_nonsense_is_written);
    tcase_add_test(fake, others_may_not_write);
    suite_add_tcase(suite, fake);
    return suite;
}
