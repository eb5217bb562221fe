#include "core/base/place.h"
#include "suites.h"

#include <string.h>

static struct place named(const char *key, const char *name)
{
    struct place place;
    struct fault fault;
    ck_assert(place_registry(&place, key, name, &fault));
    return place;
}

START_TEST(keys_and_names_that_just_fit_are_kept)
{
    char key[PLACE_KEY_SIZE], name[PLACE_NAME_SIZE];
    memset(key, 'k', sizeof key - 1);
    memset(name, 'n', sizeof name - 1);
    key[sizeof key - 1] = name[sizeof name - 1] = '\0';
    struct place place = named(key, name);
    ck_assert_str_eq(place.key, key);
    ck_assert_str_eq(place.name, name);
}
END_TEST

START_TEST(longer_keys_and_names_are_refused)
{
    char text[300];
    memset(text, 'x', sizeof text);
    text[256] = '\0';
    struct place place;
    struct fault fault;
    ck_assert(!place_registry(&place, text, "n", &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert(!place_registry(&place, "k", text, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
}
END_TEST

START_TEST(places_are_compared_without_case)
{
    struct place places[] = {
        named(TCPIP_PARAMETERS, "MaxUserPort"),
        named(TCPIP_PARAMETERS, "TcpTimedWaitDelay"),
        named(TCPIP_PARAMETERS "\\Interfaces", "MaxUserPort"),
        named(TCPIP_PARAMETERS, ""),
        place_range(PROTOCOL_TCP, FAMILY_IPV4),
        place_range(PROTOCOL_TCP, FAMILY_IPV6),
        place_range(PROTOCOL_UDP, FAMILY_IPV4),
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (size_t j = 0; j < sizeof places / sizeof places[0]; j++)
            ck_assert_msg(place_equal(&places[i], &places[j]) == (i == j), "%zu and %zu", i, j);
    struct place lower =
        named("system\\currentcontrolset\\services\\tcpip\\parameters", "maxuserport");
    ck_assert(place_equal(&places[0], &lower));
}
END_TEST

START_TEST(places_have_labels)
{
    char buffer[PLACE_NAME_SIZE + 32];
    struct place place = named("k", "MaxUserPort");
    ck_assert_str_eq(place_label(&place, buffer), "MaxUserPort");
    place = named("k", "");
    ck_assert_str_eq(place_label(&place, buffer), "(Default)");
    place = place_range(PROTOCOL_TCP, FAMILY_IPV4);
    ck_assert_str_eq(place_label(&place, buffer), "TCP IPv4 dynamic port range");
    place = place_range(PROTOCOL_UDP, FAMILY_IPV6);
    ck_assert_str_eq(place_label(&place, buffer), "UDP IPv6 dynamic port range");
}
END_TEST

START_TEST(protocols_and_families_have_names)
{
    ck_assert_str_eq(protocol_name(PROTOCOL_TCP), "TCP");
    ck_assert_str_eq(protocol_name(PROTOCOL_UDP), "UDP");
    ck_assert_str_eq(protocol_key(PROTOCOL_TCP), "tcp");
    ck_assert_str_eq(protocol_key(PROTOCOL_UDP), "udp");
    ck_assert_str_eq(family_name(FAMILY_IPV4), "IPv4");
    ck_assert_str_eq(family_name(FAMILY_IPV6), "IPv6");
    ck_assert_str_eq(family_key(FAMILY_IPV4), "ipv4");
    ck_assert_str_eq(family_key(FAMILY_IPV6), "ipv6");
}
END_TEST

Suite *place_suite(void)
{
    Suite *suite = suite_create("place");
    TCase *tests = tcase_create("place");
    tcase_add_test(tests, keys_and_names_that_just_fit_are_kept);
    tcase_add_test(tests, longer_keys_and_names_are_refused);
    tcase_add_test(tests, places_are_compared_without_case);
    tcase_add_test(tests, places_have_labels);
    tcase_add_test(tests, protocols_and_families_have_names);
    suite_add_tcase(suite, tests);
    return suite;
}
