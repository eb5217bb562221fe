#include "core/rules/restore_rule.h"
#include "suites.h"

#include <string.h>

static const struct {
    const char *key, *name;
    bool is_allowed;
} rows[] = {
    {TCPIP_PARAMETERS, "MaxUserPort", true},
    {TCPIP_PARAMETERS, "TcpTimedWaitDelay", true},
    {TCPIP_PARAMETERS, "KeepAliveTime", true},
    {TCPIP_PARAMETERS, "Dhc", true},
    {TCPIP_PARAMETERS, "Domains", true},
    {"system\\currentcontrolset\\SERVICES\\tcpip\\parameters", "maxuserport", true},
    {TCPIP_PARAMETERS, "Hostname", false},
    {TCPIP_PARAMETERS, "HOSTNAME", false},
    {TCPIP_PARAMETERS, "NV Hostname", false},
    {TCPIP_PARAMETERS, "Domain", false},
    {TCPIP_PARAMETERS, "nv domain", false},
    {TCPIP_PARAMETERS, "DataBasePath", false},
    {TCPIP_PARAMETERS, "NameServer", false},
    {TCPIP_PARAMETERS, "searchlist", false},
    {TCPIP_PARAMETERS, "Dhcp", false},
    {TCPIP_PARAMETERS, "DhcpNameServer", false},
    {TCPIP_PARAMETERS, "dhcpdomain", false},
    {TCPIP_PARAMETERS, "", false},
    {TCPIP_PARAMETERS, "Max\nUserPort", false},
    /* The name contains the letter "long s", which a conversion to upper case may change to S. */
    {TCPIP_PARAMETERS, "Ho\xc5\xbftname", false},
    {TCPIP_PARAMETERS, "\xff", false},
    {TCPIP_PARAMETERS "\\Interfaces", "MaxUserPort", false},
    {"SYSTEM\\CurrentControlSet\\Services\\Tcpip", "MaxUserPort", false},
    {"", "MaxUserPort", false},
};

START_TEST(restore_may_write_only_harmless_values_of_the_key)
{
    struct place place;
    struct fault fault = {0};
    ck_assert(place_registry(&place, rows[_i].key, rows[_i].name, &fault));
    ck_assert_msg(restore_rule_allows(&place, &fault) == rows[_i].is_allowed, "%s\\%s",
                  rows[_i].key, rows[_i].name);
    ck_assert_int_eq(fault.kind, rows[_i].is_allowed ? FAULT_NONE : FAULT_USAGE);
}
END_TEST

START_TEST(restore_may_write_ranges)
{
    struct place place = place_range(PROTOCOL_TCP, FAMILY_IPV4);
    struct fault fault;
    ck_assert(restore_rule_allows(&place, &fault));
}
END_TEST

Suite *restore_rule_suite(void)
{
    Suite *suite = suite_create("restore_rule");
    TCase *tests = tcase_create("restore_rule");
    tcase_add_loop_test(tests, restore_may_write_only_harmless_values_of_the_key, 0,
                        sizeof rows / sizeof rows[0]);
    tcase_add_test(tests, restore_may_write_ranges);
    suite_add_tcase(suite, tests);
    return suite;
}
