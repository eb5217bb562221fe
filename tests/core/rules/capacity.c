#include <check.h>
#include <string.h>

#include "core/rules/capacity.h"
#include "suites.h"

static const uint64_t MB = 1024 * 1024, GB = 1024 * 1024 * 1024;

static struct os_version windows(const char *name, unsigned bits)
{
    struct os_version os;
    struct fault fault = {0};

    ck_assert_msg(capacity_windows(name, bits, &os, &fault), "%s: %s", name, fault.text);
    return os;
}

/* ---- Windows by name ---- */

static const struct {
    const char *name, *found;
    bool is_64_bit;
} known[] = {
    {"2000", "Windows 2000", false},
    {"xp", "Windows XP", false},
    {"2003", "Windows Server 2003", false},
    {"VISTA", "Windows Vista", true},
    {"2008", "Windows Server 2008", true},
    {"7", "Windows 7", true},
    {"2008R2", "Windows Server 2008 R2", true},
    {"8", "Windows 8", true},
    {"2012", "Windows Server 2012", true},
    {"8.1", "Windows 8.1", true},
    {"2012r2", "Windows Server 2012 R2", true},
    {"10", "Windows 10", true},
    {"2016", "Windows Server 2016", true},
    {"2019", "Windows Server 2019", true},
    {"11", "Windows 11", true},
    {"2022", "Windows Server 2022", true},
    {"2025", "Windows Server 2025", true},
};

START_TEST(each_windows_is_found_by_name)
{
    struct os_version os = windows(known[_i].name, 0);

    ck_assert_str_eq(os_name(&os), known[_i].found);
    ck_assert(os.is_64_bit == known[_i].is_64_bit);
}
END_TEST

START_TEST(xp_x64_is_distinguished_from_server_2003)
{
    struct os_version os = windows("xp", 64);

    ck_assert_uint_eq(os.minor, 2);
    ck_assert(!os_is_server(&os));
    os = windows("2003", 64);
    ck_assert(os.is_64_bit && os_is_server(&os));
    ck_assert(!windows("10", 32).is_64_bit);
}
END_TEST

START_TEST(unknown_names_and_editions_are_refused)
{
    struct os_version os = {.major = 77};
    struct fault fault = {0};

    ck_assert(!capacity_windows("95", 0, &os, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_nonnull(strstr(fault.text, "2000, xp, 2003"));
    ck_assert_ptr_nonnull(strstr(fault.text, "2022 or 2025, not \"95\""));
    ck_assert(!capacity_windows("", 0, &os, &fault));
    ck_assert(!capacity_windows("2000", 64, &os, &fault));
    ck_assert_str_eq(fault.text, "Windows 2000 exists only in a 32-bit edition, not in 64-bit.");
    ck_assert(!capacity_windows("11", 32, &os, &fault));
    ck_assert_uint_eq(os.major, 77);
}
END_TEST

/* ---- outbound ---- */

static const struct {
    const char *name;
    uint64_t ipv4, ipv6, disputed; /* `disputed` is 0 if no Microsoft page disagrees */
} waits[] = {
    {"2000", 240, 240, 0},    {"xp", 120, 240, 0},       {"2003", 120, 240, 0},
    {"vista", 120, 120, 240}, {"2012r2", 120, 120, 240}, {"2025", 120, 120, 240},
};

START_TEST(the_default_wait_depends_on_the_windows_version)
{
    struct os_version os = windows(waits[_i].name, 0);

    ck_assert_uint_eq(capacity_default_wait(&os, FAMILY_IPV4).value, waits[_i].ipv4);
    ck_assert_uint_eq(capacity_default_wait(&os, FAMILY_IPV6).value, waits[_i].ipv6);
    ck_assert(capacity_disputed_wait(&os).is_known == (waits[_i].disputed != 0));
    ck_assert_uint_eq(capacity_disputed_wait(&os).value, waits[_i].disputed);
    ck_assert_str_ne(capacity_default_wait(&os, FAMILY_IPV4).source, "");
}
END_TEST

START_TEST(an_undocumented_stored_wait_is_ignored)
{
    struct os_version os = windows("2022", 0);
    struct value value = value_number(30);
    struct figure wait = capacity_stored_wait(&os, FAMILY_IPV4, &value);

    ck_assert_uint_eq(wait.value, 30);
    ck_assert_int_eq(wait.confidence, CONFIDENCE_INFERRED);
    value = value_number(0);
    wait = capacity_stored_wait(&os, FAMILY_IPV4, &value);
    ck_assert_uint_eq(wait.value, 120);
    ck_assert_int_eq(wait.confidence, CONFIDENCE_UNKNOWN);
    value = value_absent();
    wait = capacity_stored_wait(&os, FAMILY_IPV4, &value);
    ck_assert_uint_eq(wait.value, 120);
    ck_assert_int_eq(wait.confidence, CONFIDENCE_DOCUMENTED);
}
END_TEST

static struct destination_rate rate_by_rule(const char *name, uint32_t max_user_port,
                                            uint64_t seconds)
{
    struct os_version os = windows(name, 0);
    struct value value = value_number(max_user_port);
    struct figure wait = {true, seconds, CONFIDENCE_GIVEN, "given"};
    struct prediction prediction;

    range_predict(&os, PROTOCOL_TCP, FAMILY_IPV4, &value, &prediction);
    return destination_rate_of_prediction(&prediction, wait);
}

START_TEST(server_2003_sustains_16_6_connections_per_second)
{
    struct destination_rate rate = rate_by_rule("2003", 5000, 240);

    ck_assert(destination_rate_is_known(&rate));
    ck_assert_uint_eq(rate.ports.value, 3976);
    ck_assert_uint_eq(destination_rate_tenths(&rate), 166);
    ck_assert_int_eq(rate.confidence, CONFIDENCE_DOCUMENTED);
    ck_assert_ptr_null(rate.neighbour);
}
END_TEST

START_TEST(an_unknown_rate_is_that_of_a_named_neighbour)
{
    struct destination_rate rate = rate_by_rule("7", 60000, 120);

    ck_assert_uint_eq(rate.ports.value, 58977);
    ck_assert_int_eq(rate.confidence, CONFIDENCE_UNKNOWN);
    ck_assert_str_eq(rate.neighbour, "Windows 10 and 11");
}
END_TEST

START_TEST(excluded_ports_are_subtracted_from_a_range)
{
    struct figure wait = {true, 120, CONFIDENCE_DOCUMENTED, "wait"};
    struct port_range range = {49152, 16384}, none = {0, 0};
    struct destination_rate rate =
        destination_rate_of_range(range, 384, CONFIDENCE_READ, "seen", wait);

    ck_assert_uint_eq(rate.ports.value, 16000);
    ck_assert_int_eq(rate.confidence, CONFIDENCE_DOCUMENTED);
    rate = destination_rate_of_range(range, 20000, CONFIDENCE_READ, "seen", wait);
    ck_assert_uint_eq(rate.ports.value, 0);
    ck_assert_uint_eq(destination_rate_tenths(&rate), 0);
    rate = destination_rate_of_range(none, 0, CONFIDENCE_UNKNOWN, "why", wait);
    ck_assert(!destination_rate_is_known(&rate));
}
END_TEST

START_TEST(a_rate_requires_ports_or_a_shorter_wait)
{
    struct os_version os = windows("2003", 0);
    struct destination_rate rate = rate_by_rule("2003", 5000, 240);
    struct requirement need;

    capacity_requirement(&os, &rate, 166, &need); /* needs 3,984 ports, 8 more than there are */
    ck_assert_uint_eq(need.ports, 3984);
    ck_assert(!need.has_enough_ports && !need.has_short_wait);
    ck_assert_uint_eq(need.max_user_port, 5008);
    ck_assert_uint_eq(need.wait_seconds, 239);
    ck_assert_uint_eq(need.netsh.count, 0); /* before Vista, netsh cannot set ranges */
    capacity_requirement(&os, &rate, 165, &need);
    ck_assert(need.has_enough_ports && need.has_short_wait);
    ck_assert_uint_eq(need.max_user_port, 5000); /* the lowest documented value */
    capacity_requirement(&os, &rate, 21504, &need);
    ck_assert_uint_eq(need.ports, 516096);
    ck_assert_uint_eq(need.max_user_port, 0);
    ck_assert_uint_eq(need.most_ports, 64510);
    ck_assert_uint_eq(need.wait_seconds, 1);
    ck_assert_uint_eq(need.least_wait, 30);
    ck_assert_uint_eq(need.best_tenths, 21503);
}
END_TEST

START_TEST(since_vista_netsh_can_provide_the_ports)
{
    struct os_version os = windows("2022", 0);
    struct destination_rate rate = rate_by_rule("2022", 65534, 120);
    struct requirement need;

    capacity_requirement(&os, &rate, 5000, &need);
    ck_assert_uint_eq(need.ports, 60000);
    ck_assert_uint_eq(need.netsh.start, 5536);
    ck_assert_uint_eq(need.netsh.count, 60000);
    ck_assert_uint_eq(need.max_user_port, 61023);
    ck_assert_int_eq(need.prediction.confidence, CONFIDENCE_INFERRED);
    capacity_requirement(&os, &rate, 1, &need);
    ck_assert_uint_eq(need.netsh.count, 255);
    ck_assert_uint_eq(need.netsh.start, 65281);
    capacity_requirement(&os, &rate, 10 * 1000 * 1000, &need);
    ck_assert_uint_eq(need.ports, 120000000);
    ck_assert_uint_eq(need.netsh.count, 0);
    ck_assert_uint_eq(need.wait_seconds, 0);
}
END_TEST

/* ---- parsing ---- */

static const struct {
    const char *text;
    uint64_t tenths;
} rates[] = {{"1", 10}, {"16.6", 166}, {"0.1", 1}, {"1000000", 10000000}, {"007", 70}};

START_TEST(valid_rates_are_parsed)
{
    struct fault fault;
    uint64_t tenths = 0;

    ck_assert(capacity_parse_rate(rates[_i].text, &tenths, &fault));
    ck_assert_uint_eq(tenths, rates[_i].tenths);
}
END_TEST

static const char *const no_rates[] = {
    "",    "0",    "0.0", "-1", "1.25",    "1.",        ".5",   "1e3",
    "1,5", "five", " 1",  "1 ", "1000001", "1000000.1", "1.06", "99999999999999999999999"};

START_TEST(invalid_rates_are_refused)
{
    struct fault fault = {0};
    uint64_t tenths = 77;

    ck_assert_msg(!capacity_parse_rate(no_rates[_i], &tenths, &fault), "%s", no_rates[_i]);
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_nonnull(strstr(fault.text, "--rate must be"));
    ck_assert_uint_eq(tenths, 77);
}
END_TEST

static const struct {
    const char *text;
    uint64_t bytes;
    const char *shown;
} sizes[] = {
    {"1M", 1048576, "1 MB"},
    {"256K", 262144, "256 KB"},
    {"2g", UINT64_C(2147483648), "2 GB"},
    {"2GB", UINT64_C(2147483648), "2 GB"},
    {"700", 700, "700 bytes"},
    {"700b", 700, "700 bytes"},
    {"1536M", 1610612736, "1.5 GB"},
    {"16T", UINT64_C(17592186044416), "16 TB"},
    {"1023K", 1047552, "1,023 KB"},
    {"1", 1, "1 bytes"},
};

START_TEST(sizes_are_parsed_and_printed_in_powers_of_1024)
{
    struct fault fault;
    uint64_t bytes = 0;
    struct text text;

    ck_assert(capacity_parse_size("--ram", sizes[_i].text, &bytes, &fault));
    ck_assert_uint_eq(bytes, sizes[_i].bytes);
    text_init(&text);
    size_print(bytes, &text);
    ck_assert_str_eq(text_string(&text), sizes[_i].shown);
    text_release(&text);
}
END_TEST

static const char *const no_sizes[] = {"",
                                       "0",
                                       "0M",
                                       "-1M",
                                       "1.5G",
                                       "M",
                                       "1MM",
                                       "1MBB",
                                       "1X",
                                       "17T",
                                       "1 M",
                                       "1024P",
                                       "99999999999999999999T"};

START_TEST(invalid_sizes_are_refused)
{
    struct fault fault = {0};
    uint64_t bytes = 77;

    ck_assert_msg(!capacity_parse_size("--stack", no_sizes[_i], &bytes, &fault), "%s",
                  no_sizes[_i]);
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_nonnull(strstr(fault.text, "--stack must be a size such as 64K"));
    ck_assert_uint_eq(bytes, 77);
}
END_TEST

/* ---- inbound ---- */

/* The limits are from a page of Microsoft that covers Windows versions up to Windows 10 and Server
 * 2016. For newer versions, maxport infers the limits. */
START_TEST(pool_limits_of_newer_windows_are_inferred)
{
    static const struct {
        const char *name;
        enum confidence confidence;
    } rows[] = {
        {"2012", CONFIDENCE_DOCUMENTED}, {"8.1", CONFIDENCE_DOCUMENTED},
        {"10", CONFIDENCE_DOCUMENTED},   {"2016", CONFIDENCE_DOCUMENTED},
        {"2019", CONFIDENCE_INFERRED},   {"2022", CONFIDENCE_INFERRED},
        {"11", CONFIDENCE_INFERRED},     {"2025", CONFIDENCE_INFERRED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct os_version os = windows(rows[i].name, 64);

        ck_assert_msg(capacity_pool_limit(&os, 8192 * MB).confidence == rows[i].confidence, "%s",
                      rows[i].name);
    }
}
END_TEST

static const struct {
    const char *name;
    unsigned bits;
    uint64_t ram_mb, limit_mb; /* each is 0 if unknown */
} limits[] = {
    {"2000", 32, 4096, 0},
    {"xp", 32, 4096, 256},
    {"2003", 32, 0, 256},
    {"2003", 64, 8192, 8192},
    {"2003", 64, 1048576, 131072},
    {"vista", 32, 4096, 0},
    {"vista", 64, 10240, 4096},
    {"2008", 32, 2048, 1536},
    {"2008", 32, 8192, 2048},
    {"2008", 64, 8192, 6144},
    {"7", 64, 8192, 6144},
    {"7", 32, 4096, 2048},
    {"2008r2", 64, 1048576, 131072},
    {"8", 64, 8192, 8192},
    {"8", 32, 2048, 1536},
    {"2012", 64, 262144, 131072},
    {"2012r2", 64, 262144, 262144},
    {"8.1", 32, 4096, 2048},
    {"10", 32, 2048, 1536},
    {"2022", 64, 8192, 8192},
    {"2022", 64, 262144, 131072},
    {"2022", 64, 0, 0},
};

START_TEST(pool_limits_match_the_table_of_microsoft)
{
    struct os_version os = windows(limits[_i].name, limits[_i].bits);
    struct figure limit = capacity_pool_limit(&os, limits[_i].ram_mb * MB);

    ck_assert(limit.is_known == (limits[_i].limit_mb != 0));
    if (limit.is_known)
        ck_assert_uint_eq(limit.value / MB, limits[_i].limit_mb);
    else
        ck_assert_int_eq(limit.confidence, CONFIDENCE_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(limit.source, "Memory Limits for Windows"));
}
END_TEST

START_TEST(the_rule_of_thumb_applies_only_to_old_32_bit_windows)
{
    struct os_version old = windows("2003", 32), wide = windows("2003", 64);
    struct os_version new = windows("vista", 32);
    struct thumb_rule thumb_rule = capacity_thumb_rule(&old, 2 * GB);

    ck_assert(thumb_rule.applies && thumb_rule.has_practice);
    ck_assert_uint_eq(thumb_rule.pool_bytes, 256 * MB);
    ck_assert_uint_eq(thumb_rule.theory, 25000);
    ck_assert_uint_eq(thumb_rule.practice, 16000);
    ck_assert_ptr_nonnull(strstr(thumb_rule.source, "SocketTools"));
    thumb_rule = capacity_thumb_rule(&old, 1 * GB);
    ck_assert_uint_eq(thumb_rule.pool_bytes, 128 * MB);
    ck_assert(!thumb_rule.has_practice);
    ck_assert(!capacity_thumb_rule(&wide, 2 * GB).applies);
    ck_assert(!capacity_thumb_rule(&new, 2 * GB).applies);
}
END_TEST

START_TEST(sessions_are_limited_by_address_space_or_ram)
{
    struct os_version old = windows("2003", 32), new = windows("2022", 64);
    struct session session = {1, 1 * MB, 0};
    struct figure sessions;
    struct fault fault = {0};

    ck_assert(
        capacity_sessions(capacity_session_budget(&old, 64 * GB), &session, &sessions, &fault));
    ck_assert_uint_eq(sessions.value, 2048);
    ck_assert_int_eq(sessions.confidence, CONFIDENCE_DOCUMENTED);
    session.memory_bytes = 3 * MB;
    ck_assert(
        capacity_sessions(capacity_session_budget(&new, 8 * GB), &session, &sessions, &fault));
    ck_assert_uint_eq(sessions.value, 2048);
    ck_assert_int_eq(sessions.confidence, CONFIDENCE_INFERRED);
    ck_assert(capacity_sessions(capacity_session_budget(&new, 0), &session, &sessions, &fault));
    ck_assert(!sessions.is_known);
    session = (struct session){0, 1 * MB, 0};
    ck_assert(
        !capacity_sessions(capacity_session_budget(&new, 8 * GB), &session, &sessions, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
}
END_TEST

START_TEST(a_result_is_only_as_certain_as_its_weakest_input)
{
    ck_assert_int_eq(confidence_weaker(CONFIDENCE_GIVEN, CONFIDENCE_INFERRED), CONFIDENCE_INFERRED);
    ck_assert_int_eq(confidence_weaker(CONFIDENCE_UNKNOWN, CONFIDENCE_READ), CONFIDENCE_UNKNOWN);
    ck_assert_int_eq(CONFIDENCE_MEASURED, CONFIDENCE_MEASURED);
    ck_assert_str_eq(confidence_name(CONFIDENCE_RULE_OF_THUMB), "rule of thumb");
    ck_assert_str_eq(confidence_key(CONFIDENCE_RULE_OF_THUMB), "rule_of_thumb");
}
END_TEST

#define ADD_ROWS(test, rows) tcase_add_loop_test(tcase, test, 0, sizeof(rows) / sizeof *(rows))

Suite *capacity_suite(void)
{
    Suite *suite = suite_create("capacity");
    TCase *tcase = tcase_create("figures");

    ADD_ROWS(each_windows_is_found_by_name, known);
    tcase_add_test(tcase, xp_x64_is_distinguished_from_server_2003);
    tcase_add_test(tcase, unknown_names_and_editions_are_refused);
    ADD_ROWS(the_default_wait_depends_on_the_windows_version, waits);
    tcase_add_test(tcase, an_undocumented_stored_wait_is_ignored);
    tcase_add_test(tcase, server_2003_sustains_16_6_connections_per_second);
    tcase_add_test(tcase, an_unknown_rate_is_that_of_a_named_neighbour);
    tcase_add_test(tcase, excluded_ports_are_subtracted_from_a_range);
    tcase_add_test(tcase, a_rate_requires_ports_or_a_shorter_wait);
    tcase_add_test(tcase, since_vista_netsh_can_provide_the_ports);
    ADD_ROWS(valid_rates_are_parsed, rates);
    ADD_ROWS(invalid_rates_are_refused, no_rates);
    ADD_ROWS(sizes_are_parsed_and_printed_in_powers_of_1024, sizes);
    ADD_ROWS(invalid_sizes_are_refused, no_sizes);
    tcase_add_test(tcase, pool_limits_of_newer_windows_are_inferred);
    ADD_ROWS(pool_limits_match_the_table_of_microsoft, limits);
    tcase_add_test(tcase, the_rule_of_thumb_applies_only_to_old_32_bit_windows);
    tcase_add_test(tcase, sessions_are_limited_by_address_space_or_ram);
    tcase_add_test(tcase, a_result_is_only_as_certain_as_its_weakest_input);
    suite_add_tcase(suite, tcase);
    return suite;
}
