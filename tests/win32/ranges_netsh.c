/* Tests of the port ranges that netsh reports and changes. A fake netsh takes the place of
 * netsh. */
#include "program/fakes.h"
#include "ranges_scene.h"
#include "suites.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct fault fault;

/* ------------------------------------------------------------ reading */

START_TEST(netsh_is_used_if_wmi_fails)
{
    fakes_set_wmi("connect|root\\StandardCimv2|800706ba\n");
    fakes_set_netsh("language|german\n"
                    "range|tcp|ipv4|1025|64511\nrange|tcp|ipv6|49152|16384\n"
                    "range|udp|ipv4|2000|300\nrange|udp|ipv6|3000|301\n");
    read_ranges();
    expect_range(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_NETSH, 1025, 64511, "0x800706ba");
    expect_range(PROTOCOL_TCP, FAMILY_IPV6, RANGE_SOURCE_NETSH, 49152, 16384,
                 "could not be reached");
    expect_range(PROTOCOL_UDP, FAMILY_IPV4, RANGE_SOURCE_NETSH, 2000, 300, "0x800706ba");
    expect_range(PROTOCOL_UDP, FAMILY_IPV6, RANGE_SOURCE_NETSH, 3000, 301, "0x800706ba");
    ck_assert(!answers.is_auto_reuse_known);
    expect_exclusions(true, 0, "");

    /* Only one of the two WMI classes has instances, so netsh is needed for the other protocol. */
    fakes_set_wmi(GOOD_UDP);
    fakes_set_netsh(fakes_plain_netsh);
    read_ranges();
    expect_range(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_NETSH, 49152, 16384, "0x80041010");
    expect_range(PROTOCOL_UDP, FAMILY_IPV4, RANGE_SOURCE_WMI, 50000, 1000, "family");
    ck_assert_uint_eq(fakes_count(fakes_netsh_log(), "show dynamicport udp"), 0);
}
END_TEST

START_TEST(before_windows_8_only_netsh_is_used)
{
    fakes_set_wmi(fakes_plain_wmi);
    fakes_set_netsh(fakes_plain_netsh);
    pretend_windows(6, 1, 7601);
    read_ranges();
    expect_all_ranges(RANGE_SOURCE_NETSH, 49152, 16384, "");
    expect_exclusions(true, 0, "");
    ck_assert_str_eq(fakes_wmi_log(), "");
    pretend_windows(6, 0, 6002);
    read_ranges();
    expect_all_ranges(RANGE_SOURCE_NETSH, 49152, 16384, "");
}
END_TEST

START_TEST(before_vista_neither_wmi_nor_netsh_is_used)
{
    fakes_set_wmi(fakes_plain_wmi);
    fakes_set_netsh(fakes_plain_netsh);
    pretend_windows(5, 2, 3790);
    read_ranges();
    expect_all_ranges(RANGE_SOURCE_UNKNOWN, 0, 0, "Not available on this Windows.");
    expect_exclusions(false, 0, "Not available on this Windows.");
    ck_assert_str_eq(fakes_wmi_log(), "");
    ck_assert_str_eq(fakes_netsh_log(), "");
    ck_assert(!ranges.write(ranges.context, PROTOCOL_TCP, FAMILY_IPV4,
                            (struct port_range){1025, 5000}, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(fakes_netsh_log(), "");
    ranges_adapter.is_os_known = false;
    read_ranges();
    expect_all_ranges(RANGE_SOURCE_UNKNOWN, 0, 0, "did not report its version");
}
END_TEST

START_TEST(netsh_output_is_read_in_every_language)
{
    static const char *const languages[] = {"english", "german", "japanese", "portuguese"};
    pretend_windows(6, 1, 7601);
    for (size_t i = 0; i < 4; i++) {
        char state[512];
        snprintf(state, sizeof state, "language|%s\n%sexclusion|udp|ipv4|50000|50059|*\n",
                 languages[i], fakes_plain_netsh + strlen("language|english\n"));
        fakes_set_netsh(state);
        read_ranges();
        expect_all_ranges(RANGE_SOURCE_NETSH, 49152, 16384, "");
        expect_exclusions(true, 1, "");
        ck_assert(answers.exclusions.rows[0].is_administered);
    }
}
END_TEST

START_TEST(invalid_netsh_output_makes_the_range_unknown)
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
    pretend_windows(6, 1, 7601);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fakes_set_netsh(rows[i].state);
        read_ranges();
        expect_all_ranges(RANGE_SOURCE_UNKNOWN, 0, 0, rows[i].range_why);
        expect_exclusions(false, 0, rows[i].exclusions_why);
    }
    /* On Server 2008 R2, exclusions need hotfix KB2665809. This netsh lacks only the command for
     * exclusions. */
    char state[512];
    snprintf(state, sizeof state, "%smode|fail|excludedportrange\n", fakes_plain_netsh);
    fakes_set_netsh(state);
    read_ranges();
    expect_all_ranges(RANGE_SOURCE_NETSH, 49152, 16384, "");
    expect_exclusions(false, 0, "The following command was not found");
}
END_TEST

/* ------------------------------------------------------------ writing */

START_TEST(writing_changes_the_running_range)
{
    const struct port_range wanted = {1025, 64511};
    fakes_set_wmi(fakes_plain_wmi);
    fakes_set_netsh(fakes_plain_netsh);
    ck_assert_msg(ranges.write(ranges.context, PROTOCOL_TCP, FAMILY_IPV4, wanted, &fault), "%s",
                  fault.text);
    const char *log = fakes_netsh_log();
    ck_assert_msg(strstr(log, "\\netsh.exe\" interface ipv4 set dynamicport tcp start=1025 "
                              "num=64511 store=persistent\n"),
                  "%s", log);
    ck_assert_uint_eq(fakes_count(log, "set dynamicport"), 1);
    const char *state = fakes_netsh_state();
    ck_assert_ptr_nonnull(strstr(state, "range|tcp|ipv4|1025|64511\n"));
    ck_assert_ptr_nonnull(strstr(state, "range|tcp|ipv6|49152|16384\n"));
    read_ranges();
    expect_range(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_WMI, 1025, 64511, "family");
    ck_assert_msg(ranges.write(ranges.context, PROTOCOL_UDP, FAMILY_IPV6, wanted, &fault), "%s",
                  fault.text);
    ck_assert_ptr_nonnull(strstr(fakes_netsh_state(), "range|udp|ipv6|1025|64511\n"));
}
END_TEST

START_TEST(one_range_is_read_by_netsh)
{
    struct port_range range = {7, 7};
    fakes_set_wmi(TCP RANGE("number:2000", "number:3000") "\n" GOOD_UDP);
    fakes_set_netsh("range|tcp|ipv6|1025|64511\n");
    ck_assert_msg(ranges.read_one(ranges.context, PROTOCOL_TCP, FAMILY_IPV6, &range, &fault), "%s",
                  fault.text);
    ck_assert_uint_eq(range.start, 1025);
    ck_assert_uint_eq(range.count, 64511);
    ck_assert_str_eq(fakes_wmi_log(), "");
    ck_assert(!ranges.read_one(ranges.context, PROTOCOL_UDP, FAMILY_IPV6, &range, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    fakes_set_netsh("mode|hang\n");
    ck_assert(!ranges.read_one(ranges.context, PROTOCOL_TCP, FAMILY_IPV6, &range, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    pretend_windows(5, 1, 2600);
    ck_assert(!ranges.read_one(ranges.context, PROTOCOL_TCP, FAMILY_IPV6, &range, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_uint_eq(range.start, 1025);
}
END_TEST

START_TEST(the_fault_contains_the_output_of_netsh)
{
    const struct port_range wanted = {1025, 64511};
    fakes_set_netsh("language|german\nmode|deny\n");
    ck_assert(!ranges.write(ranges.context, PROTOCOL_TCP, FAMILY_IPV6, wanted, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    ck_assert_uint_eq(fault.code, 1);
    ck_assert_ptr_nonnull(strstr(fault.text, "TCP IPv6"));
    ck_assert_ptr_nonnull(strstr(fault.text, "Der angeforderte Vorgang"));
    if (GetOEMCP() == 437 || GetOEMCP() == 850)
        ck_assert_ptr_nonnull(strstr(fault.text, "erh\xc3\xb6hte Rechte"));
}
END_TEST

START_TEST(invalid_ranges_are_not_written)
{
    static const struct port_range rows[] = {
        {0, 255}, {1025, 0}, {65535, 2}, {70000, 1}, {1, 4294967295u}};
    fakes_set_netsh(fakes_plain_netsh);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert(!ranges.write(ranges.context, PROTOCOL_TCP, FAMILY_IPV4, rows[i], &fault));
        ck_assert_int_eq(fault.kind, FAULT_USAGE);
    }
    ck_assert_str_eq(fakes_netsh_log(), "");
}
END_TEST

/* In the user's token, the Administrators group can only deny access. So the user has no
 * administrator rights. */
START_TEST(writing_requires_administrator_rights)
{
    SID_IDENTIFIER_AUTHORITY authority = SECURITY_NT_AUTHORITY;
    SID_AND_ATTRIBUTES deny = {.Attributes = 0};
    HANDLE own, restricted, thread;
    fakes_set_netsh(fakes_plain_netsh);
    ck_assert(AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                       DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &deny.Sid));
    ck_assert(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
    ck_assert(CreateRestrictedToken(own, 0, 1, &deny, 0, NULL, 0, NULL, &restricted));
    ck_assert(DuplicateTokenEx(restricted, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                               TokenImpersonation, &thread));
    ck_assert(SetThreadToken(NULL, thread));
    bool is_ok = ranges.write(ranges.context, PROTOCOL_TCP, FAMILY_IPV4,
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

Suite *ranges_netsh_suite(void)
{
    Suite *suite = suite_create("ranges_netsh");
    if (!fakes_can_run())
        return suite;

    TCase *fake = tcase_create("fake sources");
    tcase_add_checked_fixture(fake, ranges_set_up_fakes, ranges_tear_down_fakes);
    tcase_add_test(fake, netsh_is_used_if_wmi_fails);
    tcase_add_test(fake, before_windows_8_only_netsh_is_used);
    tcase_add_test(fake, before_vista_neither_wmi_nor_netsh_is_used);
    tcase_add_test(fake, netsh_output_is_read_in_every_language);
    tcase_add_test(fake, invalid_netsh_output_makes_the_range_unknown);
    tcase_add_test(fake, writing_changes_the_running_range);
    tcase_add_test(fake, one_range_is_read_by_netsh);
    tcase_add_test(fake, the_fault_contains_the_output_of_netsh);
    tcase_add_test(fake, invalid_ranges_are_not_written);
    tcase_add_test(fake, writing_requires_administrator_rights);
    suite_add_tcase(suite, fake);
    return suite;
}
