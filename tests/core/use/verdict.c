#include "core/use/verdict.h"

#include <check.h>
#include <string.h>

#include "suites.h"

enum { RANGE_START = 49152, RANGE_COUNT = 16384 };

/* Both protocols have known, equal ranges, and no port is in use. */
static void quiet(struct usage usages[PROTOCOL_COUNT])
{
    memset(usages, 0, PROTOCOL_COUNT * sizeof *usages);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        usages[p].protocol = (enum protocol)p;
        for (int f = 0; f < FAMILY_COUNT; f++) {
            usages[p].range[f] = (struct port_range){RANGE_START, RANGE_COUNT};
            usages[p].is_available[f] = true;
        }
    }
}

static void use(struct usage_count *count, enum port_state state, uint32_t ports)
{
    count->in_use += ports;
    count->by_state[state] += ports;
}

/* Adds ports to the counts of one family and to those of both families combined. */
static void use_in(struct usage *usage, enum family family, enum port_state state, uint32_t ports)
{
    use(&usage->family[family], state, ports);
    use(&usage->united, state, ports);
}

static void expect(const struct usage usages[PROTOCOL_COUNT], enum verdict_kind kind,
                   const char *sentence)
{
    struct verdict verdict;
    verdict_make(usages, &verdict);
    ck_assert_str_eq(verdict.sentence, sentence);
    ck_assert_str_eq(verdict_name(verdict.kind), verdict_name(kind));
}

START_TEST(kinds_of_verdict_have_names)
{
    ck_assert_str_eq(verdict_name(VERDICT_HEALTHY), "healthy");
    ck_assert_str_eq(verdict_name(VERDICT_FILLING), "filling");
    ck_assert_str_eq(verdict_name(VERDICT_NEARLY_FULL), "nearly_full");
    ck_assert_str_eq(verdict_name(VERDICT_FULL), "full");
    ck_assert_str_eq(verdict_name(VERDICT_UNKNOWN), "unknown");
}
END_TEST

START_TEST(the_verdict_changes_at_80_90_and_99_percent)
{
    static const struct {
        uint32_t in_use, available;
        enum verdict_kind kind;
    } rows[] = {
        {0, 16384, VERDICT_HEALTHY},
        {13025, 16384, VERDICT_HEALTHY}, /* 79.498 %, which is shown as 79 % */
        {13026, 16384, VERDICT_FILLING},
        {14663, 16384, VERDICT_FILLING},
        {14664, 16384, VERDICT_NEARLY_FULL},
        {16220, 16384, VERDICT_NEARLY_FULL},
        {16221, 16384, VERDICT_FULL},
        {16384, 16384, VERDICT_FULL},
        {16384, 100, VERDICT_FULL},
        {99, 100, VERDICT_NEARLY_FULL},
        {1, 1, VERDICT_FULL},
        {0, 1, VERDICT_HEALTHY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct usage usages[PROTOCOL_COUNT];
        struct verdict verdict;
        quiet(usages);
        for (int f = 0; f < FAMILY_COUNT; f++)
            usages[PROTOCOL_TCP].range[f].count = rows[i].available;
        use_in(&usages[PROTOCOL_TCP], FAMILY_IPV4, PORT_ESTABLISHED, rows[i].in_use);
        verdict_make(usages, &verdict);
        ck_assert_msg(verdict.kind == rows[i].kind, "row %zu: %s", i, verdict.sentence);
        ck_assert(!verdict.is_union_only);
    }
}
END_TEST

START_TEST(few_ports_in_use_are_healthy)
{
    struct usage usages[PROTOCOL_COUNT];
    quiet(usages);
    expect(usages, VERDICT_HEALTHY, "Enough ports are free: TCP uses 0 %, UDP uses 0 %.");
    use_in(&usages[PROTOCOL_TCP], FAMILY_IPV4, PORT_ESTABLISHED, 2000);
    use_in(&usages[PROTOCOL_UDP], FAMILY_IPV6, PORT_OPEN, 700);
    expect(usages, VERDICT_HEALTHY, "Enough ports are free: TCP uses 12 %, UDP uses 4 %.");
}
END_TEST

START_TEST(the_verdict_names_family_and_main_state_of_tcp)
{
    struct usage usages[PROTOCOL_COUNT];
    struct verdict verdict;
    quiet(usages);
    struct usage *tcp = &usages[PROTOCOL_TCP];
    use_in(tcp, FAMILY_IPV4, PORT_TIME_WAIT, 12840);
    use_in(tcp, FAMILY_IPV4, PORT_ESTABLISHED, 2070);
    expect(
        usages, VERDICT_NEARLY_FULL,
        "TCP is nearly full (IPv4: 91 %); 86 % of the ports in use are connections in TIME_WAIT.");
    verdict_make(usages, &verdict);
    ck_assert(verdict.is_mostly_time_wait);
    ck_assert_int_eq(verdict.protocol, PROTOCOL_TCP);
    ck_assert_int_eq(verdict.family, FAMILY_IPV4);

    quiet(usages);
    use_in(tcp, FAMILY_IPV6, PORT_BOUND, 15000);
    use_in(tcp, FAMILY_IPV6, PORT_TIME_WAIT, 1300);
    expect(usages, VERDICT_FULL,
           "TCP is full (IPv6: 84 of 16,384 ports are free); 92 % of the ports in use are bound "
           "ports without a connection (BOUND).");
    verdict_make(usages, &verdict);
    ck_assert(!verdict.is_mostly_time_wait);
    ck_assert_int_eq(verdict.family, FAMILY_IPV6);

    quiet(usages);
    use_in(tcp, FAMILY_IPV4, PORT_CLOSE_WAIT, 16384);
    expect(usages, VERDICT_FULL,
           "TCP is full (IPv4: no port is free); 100 % of the ports in use are connections that "
           "programs have not closed (CLOSE_WAIT).");

    quiet(usages);
    use_in(tcp, FAMILY_IPV4, PORT_FIN_WAIT_1, 7000);
    use_in(tcp, FAMILY_IPV4, PORT_FIN_WAIT_2, 6500);
    use_in(tcp, FAMILY_IPV4, PORT_SYN_SENT, 500);
    expect(usages, VERDICT_FILLING, "TCP is filling up (IPv4: 85 %).");
}
END_TEST

START_TEST(the_verdict_names_the_effect_of_full_udp_on_dns)
{
    struct usage usages[PROTOCOL_COUNT];
    quiet(usages);
    use_in(&usages[PROTOCOL_UDP], FAMILY_IPV4, PORT_OPEN, 13500);
    expect(usages, VERDICT_FILLING, "UDP is filling up (IPv4: 82 %).");
    use_in(&usages[PROTOCOL_UDP], FAMILY_IPV4, PORT_OPEN, 2183);
    expect(usages, VERDICT_NEARLY_FULL,
           "UDP is nearly full (IPv4: 96 %); when no port is free, DNS queries fail.");
    use_in(&usages[PROTOCOL_UDP], FAMILY_IPV4, PORT_OPEN, 701);
    expect(usages, VERDICT_FULL, "UDP is full (IPv4: no port is free); DNS queries fail.");
    use_in(&usages[PROTOCOL_TCP], FAMILY_IPV4, PORT_ESTABLISHED, 13500);
    expect(usages, VERDICT_FULL,
           "UDP is full (IPv4: no port is free); DNS queries fail. TCP is filling "
           "up too (IPv4: 82 %); 100 % of the ports in use are open connections (ESTABLISHED).");
}
END_TEST

START_TEST(a_shared_pool_is_reported_as_undocumented)
{
    struct usage usages[PROTOCOL_COUNT];
    struct verdict verdict;
    quiet(usages);
    struct usage *tcp = &usages[PROTOCOL_TCP];
    use_in(tcp, FAMILY_IPV4, PORT_TIME_WAIT, 8000);
    use_in(tcp, FAMILY_IPV6, PORT_TIME_WAIT, 7000);
    expect(usages, VERDICT_NEARLY_FULL,
           "TCP is nearly full, if IPv4 and IPv6 share their ports, which is not documented "
           "(combined: 92 %; IPv4: 49 %; IPv6: 43 %); over IPv4, 100 % of the ports in use are "
           "connections in TIME_WAIT; over IPv6, 100 % of the ports in use are connections in "
           "TIME_WAIT.");
    verdict_make(usages, &verdict);
    ck_assert(verdict.is_union_only);
    ck_assert_int_eq(verdict.family, FAMILY_IPV4);

    /* If the families have different ranges, the verdict does not combine their ports. */
    tcp->range[FAMILY_IPV6] = (struct port_range){1024, 64511};
    verdict_make(usages, &verdict);
    ck_assert_int_eq(verdict.kind, VERDICT_HEALTHY);
    ck_assert(!verdict.is_union_only);

    /* If one family alone has the same verdict, the verdict names only this family. */
    quiet(usages);
    use_in(tcp, FAMILY_IPV4, PORT_TIME_WAIT, 15000);
    use_in(tcp, FAMILY_IPV6, PORT_TIME_WAIT, 1000);
    verdict_make(usages, &verdict);
    ck_assert_int_eq(verdict.kind, VERDICT_NEARLY_FULL);
    ck_assert(!verdict.is_union_only);
}
END_TEST

START_TEST(excluded_ports_reduce_the_available_ports)
{
    struct usage usages[PROTOCOL_COUNT];
    quiet(usages);
    usages[PROTOCOL_TCP].excluded[FAMILY_IPV4] = 16000;
    use_in(&usages[PROTOCOL_TCP], FAMILY_IPV4, PORT_LISTEN, 360);
    expect(usages, VERDICT_NEARLY_FULL,
           "TCP is nearly full (IPv4: 94 %); 100 % of the ports in use are listening sockets.");
}
END_TEST

START_TEST(missing_and_partial_tables_are_reported)
{
    struct usage usages[PROTOCOL_COUNT];
    quiet(usages);
    usages[PROTOCOL_TCP].is_available[FAMILY_IPV6] = false;
    usages[PROTOCOL_UDP].is_available[FAMILY_IPV6] = false;
    expect(usages, VERDICT_HEALTHY,
           "Enough ports are free: TCP uses 0 %, UDP uses 0 %. IPv6 was not counted: its socket "
           "tables could not be read.");
    usages[PROTOCOL_TCP].is_available[FAMILY_IPV6] = true;
    usages[PROTOCOL_TCP].range[FAMILY_IPV6].count = 0;
    expect(usages, VERDICT_HEALTHY,
           "Enough ports are free: TCP uses 0 %, UDP uses 0 %. TCP over IPv6 was not counted: its "
           "range is unknown. UDP over IPv6 was not counted: its table could not be read.");
    quiet(usages);
    usages[PROTOCOL_TCP].is_partial = true;
    expect(usages, VERDICT_HEALTHY,
           "Enough ports are free: TCP uses 0 %, UDP uses 0 %. The TCP table could be read only "
           "partly, so more ports may be in use.");
    usages[PROTOCOL_UDP].is_partial = true;
    expect(usages, VERDICT_HEALTHY,
           "Enough ports are free: TCP uses 0 %, UDP uses 0 %. The tables could be read only "
           "partly, so more ports may be in use.");
}
END_TEST

START_TEST(the_verdict_is_unknown_if_data_is_missing)
{
    struct usage usages[PROTOCOL_COUNT];
    quiet(usages);
    for (int f = 0; f < FAMILY_COUNT; f++)
        usages[PROTOCOL_UDP].range[f].count = 0;
    expect(usages, VERDICT_UNKNOWN,
           "TCP uses 0 % of its ports. The number of UDP ports in use is unknown: the running "
           "range is unknown.");
    use_in(&usages[PROTOCOL_TCP], FAMILY_IPV4, PORT_TIME_WAIT, 16384);
    expect(usages, VERDICT_FULL,
           "TCP is full (IPv4: no port is free); 100 % of the ports in use are connections in "
           "TIME_WAIT. The number of UDP ports in use is unknown: the running range is unknown.");

    quiet(usages);
    for (int f = 0; f < FAMILY_COUNT; f++)
        usages[PROTOCOL_TCP].is_available[f] = false;
    expect(usages, VERDICT_UNKNOWN,
           "UDP uses 0 % of its ports. The number of TCP ports in use is unknown: the socket "
           "tables could not be read.");
    for (int f = 0; f < FAMILY_COUNT; f++)
        usages[PROTOCOL_UDP].range[f].count = 0;
    expect(usages, VERDICT_UNKNOWN,
           "The number of ports in use is unknown: the running ranges are unknown.");
    memset(usages, 0, sizeof usages);
    expect(usages, VERDICT_UNKNOWN,
           "The number of ports in use is unknown: the socket tables could not be read.");
}
END_TEST

/* The longest sentence: for both protocols, neither family alone is full but the two families
 * combined are, and the tables are incomplete. Each state is tried as the most frequent state. */
START_TEST(the_longest_sentence_is_not_cut)
{
    static const uint32_t in_use[] = {64000, 64511};
    struct usage usages[PROTOCOL_COUNT];
    struct verdict verdict;
    for (size_t i = 0; i < sizeof in_use / sizeof *in_use; i++)
        for (int state = 0; state < PORT_STATE_COUNT; state++) {
            quiet(usages);
            for (int p = 0; p < PROTOCOL_COUNT; p++) {
                for (int f = 0; f < FAMILY_COUNT; f++)
                    usages[p].range[f] = (struct port_range){1024, 64512};
                use(&usages[p].united, (enum port_state)state, in_use[i]);
                usages[p].is_partial = true;
            }
            verdict_make(usages, &verdict);
            ck_assert_str_eq(strrchr(verdict.sentence, ' '), " use.");
        }
}
END_TEST

Suite *verdict_suite(void)
{
    Suite *suite = suite_create("verdict");
    TCase *tests = tcase_create("verdict");
    tcase_add_test(tests, kinds_of_verdict_have_names);
    tcase_add_test(tests, the_verdict_changes_at_80_90_and_99_percent);
    tcase_add_test(tests, few_ports_in_use_are_healthy);
    tcase_add_test(tests, the_verdict_names_family_and_main_state_of_tcp);
    tcase_add_test(tests, the_verdict_names_the_effect_of_full_udp_on_dns);
    tcase_add_test(tests, a_shared_pool_is_reported_as_undocumented);
    tcase_add_test(tests, excluded_ports_reduce_the_available_ports);
    tcase_add_test(tests, missing_and_partial_tables_are_reported);
    tcase_add_test(tests, the_verdict_is_unknown_if_data_is_missing);
    tcase_add_test(tests, the_longest_sentence_is_not_cut);
    suite_add_tcase(suite, tests);
    return suite;
}
