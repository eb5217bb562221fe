#include "core/rules/range.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "suites.h"

struct windows {
    const char *name;
    struct os_version os;
};

/* clang-format off */
#define CLIENT(name, major, minor, build) {name, {major, minor, build, .role = OS_WORKSTATION}}
#define SERVER(name, major, minor, build) {name, {major, minor, build, .role = OS_SERVER}}
/* clang-format on */

/* Each list contains the versions of Windows that have the same rules. */
static const struct windows windows_2000[] = {
    CLIENT("2000", 5, 0, 2195), SERVER("2000 Server", 5, 0, 2195), {NULL, {0}}};
static const struct windows windows_xp[] = {CLIENT("XP", 5, 1, 2600),
                                            CLIENT("XP x64", 5, 2, 3790),
                                            SERVER("Server 2003", 5, 2, 3790),
                                            {NULL, {0}}};
static const struct windows windows_vista[] = {
    CLIENT("Vista", 6, 0, 6002), SERVER("Server 2008", 6, 0, 6001), {NULL, {0}}};
static const struct windows windows_7_to_8_1[] = {CLIENT("7", 6, 1, 7601),
                                                  SERVER("Server 2008 R2", 6, 1, 7601),
                                                  CLIENT("8", 6, 2, 9200),
                                                  SERVER("Server 2012", 6, 2, 9200),
                                                  CLIENT("8.1", 6, 3, 9600),
                                                  SERVER("Server 2012 R2", 6, 3, 9600),
                                                  {NULL, {0}}};
static const struct windows windows_10_or_inferred[] = {
    CLIENT("10", 10, 0, 10240),          CLIENT("10 22H2", 10, 0, 19045),
    SERVER("Server 2016", 10, 0, 14393), SERVER("Server 2019", 10, 0, 17763),
    SERVER("Server 2022", 10, 0, 20348), SERVER("Server 23H2", 10, 0, 25398),
    SERVER("Server 2025", 10, 0, 26100), {NULL, {0}}};
static const struct windows windows_11[] = {CLIENT("11", 10, 0, 22000),
                                            CLIENT("11 24H2", 10, 0, 26100),
                                            CLIENT("11 later", 10, 0, 28000),
                                            {NULL, {0}}};
static const struct windows windows_later[] = {
    CLIENT("later", 11, 0, 30000), SERVER("later Server", 10, 1, 30000), {NULL, {0}}};
static const struct windows windows_earlier[] = {CLIENT("NT 4", 4, 0, 1381), {NULL, {0}}};

enum { STORED_ABSENT = -1, STORED_TEXT = -2, STORED_SHORT = -3 };

/* A row has four cells: TCP over IPv4, TCP over IPv6, UDP over IPv4, UDP over IPv6. A cell is the
 * first letter of the confidence, followed by the range. If the range is unknown, the cell is "?",
 * followed by the range of the neighbouring version of Windows, if that range is known. */
static const struct {
    const struct windows *windows;
    long stored;
    const char *cells;
} rows[] = {
    {windows_2000, STORED_ABSENT, "d1025-5000 ? i1025-5000 ?"},
    {windows_2000, 5000, "d1025-5000 ? i1025-5000 ?"},
    {windows_2000, 17406, "d1025-17406 ? i1025-17406 ?"},
    {windows_2000, 17407, "d1025-17407 ? i1025-17407 ?"},
    {windows_2000, 65534, "d1025-65534 ? i1025-65534 ?"},

    {windows_xp, STORED_ABSENT, "d1025-5000 i1025-5000 d1025-5000 i1025-5000"},
    {windows_xp, 5000, "d1025-5000 ? d1025-5000 ?"},
    {windows_xp, 17406, "d1025-17406 ? d1025-17406 ?"},
    {windows_xp, 17407, "d1025-17407 ? d1025-17407 ?"},
    {windows_xp, 65534, "d1025-65534 ? d1025-65534 ?"},

    {windows_vista, STORED_ABSENT, "d49152-65535 d49152-65535 d49152-65535 d49152-65535"},
    {windows_vista, 5000, "i1025-5000 ? ? ?"},
    {windows_vista, 17406, "i1025-17406 ? ? ?"},
    {windows_vista, 17407, "i1025-17407 ? ? ?"},
    {windows_vista, 65534, "i1025-65534 ? ? ?"},

    {windows_7_to_8_1, STORED_ABSENT, "d49152-65535 d49152-65535 d49152-65535 d49152-65535"},
    {windows_7_to_8_1, 5000, "?1024-5000 ?1024-5000 ?49152-65535 ?49152-65535"},
    {windows_7_to_8_1, 17406, "?1024-17406 ?1024-17406 ?49152-65535 ?49152-65535"},
    {windows_7_to_8_1, 17407, "?1024-17407 ?1024-17407 ?49152-65535 ?49152-65535"},
    {windows_7_to_8_1, 65534, "?1024-65534 ?1024-65534 ?49152-65535 ?49152-65535"},

    {windows_10_or_inferred, STORED_ABSENT, "d49152-65535 d49152-65535 d49152-65535 d49152-65535"},
    {windows_10_or_inferred, 5000, "i1024-5000 i1024-5000 i49152-65535 i49152-65535"},
    {windows_10_or_inferred, 17406, "i1024-17406 i1024-17406 i49152-65535 i49152-65535"},
    {windows_10_or_inferred, 17407, "i1024-17407 i1024-17407 i49152-65535 i49152-65535"},
    {windows_10_or_inferred, 65534, "i1024-65534 i1024-65534 i49152-65535 i49152-65535"},

    {windows_11, STORED_ABSENT, "d49152-65535 d49152-65535 d49152-65535 d49152-65535"},
    {windows_11, 5000, "i1024-5000 i1024-5000 i49152-65535 i49152-65535"},
    {windows_11, 17406, "i1024-17406 i1024-17406 i49152-65535 i49152-65535"},
    {windows_11, 17407, "i1024-17407 i1024-17407 i49152-65535 i49152-65535"},
    {windows_11, 65533, "i1024-65533 i1024-65533 i49152-65535 i49152-65535"},
    {windows_11, 65534, "m1024-65534 i1024-65534 i49152-65535 i49152-65535"},

    {windows_later, STORED_ABSENT, "i49152-65535 i49152-65535 i49152-65535 i49152-65535"},
    {windows_later, 65534, "?1024-65534 ?1024-65534 ?49152-65535 ?49152-65535"},

    {windows_earlier, STORED_ABSENT, "? ? ? ?"},
    {windows_earlier, 5000, "? ? ? ?"},
};

static struct value stored_value(long stored)
{
    static uint8_t text[] = {'6', 0, '0', 0};
    if (stored == STORED_ABSENT)
        return value_absent();
    if (stored == STORED_TEXT)
        return (struct value){
            .kind = VALUE_RAW, .type = TYPE_SZ, .data = text, .length = sizeof text};
    if (stored == STORED_SHORT)
        return (struct value){.kind = VALUE_RAW, .type = TYPE_DWORD, .data = text, .length = 2};
    return value_number((uint32_t)stored);
}

static void print_cell(struct text *text, const struct prediction *prediction)
{
    struct port_range range = prediction->is_known ? prediction->range : prediction->neighbour;
    text_printf(text, "%s%c", text->length > 0 ? " " : "",
                prediction->is_known ? confidence_name(prediction->confidence)[0] : '?');
    if (range.count > 0)
        text_printf(text, "%u-%u", (unsigned)range.start, (unsigned)range_end(range));
}

static void expect(const struct windows *windows, long stored, const char *cells)
{
    for (; windows->name; windows++) {
        struct value value = stored_value(stored);
        struct text text;
        text_init(&text);
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++) {
                struct prediction prediction;
                range_predict(&windows->os, p, f, &value, &prediction);
                print_cell(&text, &prediction);
                /* Each prediction must have a sentence that names its source. The confidence, range
                 * and neighbour of a prediction must be consistent. */
                ck_assert_ptr_nonnull(prediction.source);
                ck_assert_int_eq(prediction.source[strlen(prediction.source) - 1], '.');
                ck_assert_int_eq(prediction.is_known, prediction.confidence != CONFIDENCE_UNKNOWN);
                ck_assert_int_eq(prediction.is_known, prediction.range.count > 0);
                ck_assert_int_eq(prediction.neighbour.count > 0, prediction.neighbour_name != NULL);
                ck_assert(!prediction.is_known || !prediction.neighbour_name);
            }
        ck_assert_msg(strcmp(text_string(&text), cells) == 0, "Windows %s, %ld: %s, not %s",
                      windows->name, stored, text_string(&text), cells);
        text_release(&text);
    }
}

START_TEST(the_prediction_depends_on_the_windows_version)
{
    expect(rows[_i].windows, rows[_i].stored, rows[_i].cells);
}
END_TEST

START_TEST(the_effect_of_odd_values_is_unknown)
{
    static const struct windows *const all[] = {
        windows_2000,           windows_xp, windows_vista, windows_7_to_8_1,
        windows_10_or_inferred, windows_11, windows_later, windows_earlier,
    };
    static const long odd[] = {STORED_TEXT, STORED_SHORT, 0, 1, 4999, 65535, 65536, 0x7fffffff};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (size_t j = 0; j < sizeof odd / sizeof odd[0]; j++)
            expect(all[i], odd[j], "? ? ? ?");
}
END_TEST

START_TEST(each_prediction_names_its_source)
{
    static const struct {
        struct os_version os;
        enum protocol protocol;
        enum family family;
        long stored;
        const char *source;
    } named[] = {
        {{5, 0, 2195, .role = OS_SERVER}, PROTOCOL_TCP, FAMILY_IPV4, 60000, "cc938196"},
        {{5, 1, 2600, .role = OS_WORKSTATION}, PROTOCOL_UDP, FAMILY_IPV4, 60000, "bb878133"},
        {{5, 2, 3790, .role = OS_SERVER}, PROTOCOL_UDP, FAMILY_IPV4, STORED_ABSENT, "MS08-037"},
        {{5, 2, 3790, .role = OS_SERVER}, PROTOCOL_TCP, FAMILY_IPV6, 60000, "KB314053"},
        {{6, 0, 6002, .role = OS_SERVER}, PROTOCOL_TCP, FAMILY_IPV4, 60000, "KB929851"},
        {{6, 3, 9600, .role = OS_SERVER}, PROTOCOL_TCP, FAMILY_IPV4, 60000, "2012 R2"},
        {{10, 0, 17763, .role = OS_SERVER}, PROTOCOL_TCP, FAMILY_IPV4, 60000, "#1442"},
        {{10, 0, 17763, .role = OS_SERVER}, PROTOCOL_UDP, FAMILY_IPV4, 60000, "WSL#40984"},
        {{10, 0, 22631, .role = OS_WORKSTATION}, PROTOCOL_TCP, FAMILY_IPV4, 60000, "PR #3499"},
        {{10, 0, 26100, .role = OS_SERVER}, PROTOCOL_TCP, FAMILY_IPV4, 60000, "Server 2022"},
        {{10, 0, 26100, .role = OS_SERVER}, PROTOCOL_TCP, FAMILY_IPV6, 60000, "NetTCPSetting"},
    };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        struct value value = stored_value(named[i].stored);
        struct prediction prediction;
        range_predict(&named[i].os, named[i].protocol, named[i].family, &value, &prediction);
        ck_assert_msg(strstr(prediction.source, named[i].source) != NULL, "row %zu: %s", i,
                      prediction.source);
    }
}
END_TEST

START_TEST(default_ranges_depend_on_the_windows_version)
{
    struct port_range old = {1025, 3976}, new = {49152, 16384}, none = {0, 0};
    ck_assert(range_equal(range_default(&windows_xp[0].os, PROTOCOL_TCP, FAMILY_IPV4), old));
    ck_assert(range_equal(range_default(&windows_11[0].os, PROTOCOL_UDP, FAMILY_IPV6), new));
    ck_assert(range_equal(range_default(&windows_2000[0].os, PROTOCOL_TCP, FAMILY_IPV6), none));
}
END_TEST

START_TEST(a_running_range_is_matched_with_max_user_port)
{
    static const struct {
        const struct windows *windows;
        struct port_range running;
        uint32_t max_user_port;
        bool matches;
    } cases[] = {
        {windows_11, {1024, 64511}, 65534, true},
        {windows_11, {1024, 13977}, 15000, true},
        {windows_11, {1024, 3977}, 5000, true},
        {windows_11, {1025, 64510}, 65534, false},
        {windows_11, {49152, 16384}, 65535, false},
        {windows_11, {1024, 64510}, 65534, false},
        {windows_11, {1024, 0}, 1023, false},
        {windows_11, {0, 0}, 0, false},
        {windows_11, {1024, 64511}, 0xffffffff, false},
        {windows_7_to_8_1, {1024, 58977}, 60000, true},
        {windows_7_to_8_1, {1025, 58976}, 60000, false},
        {windows_vista, {1025, 58976}, 60000, true},
        {windows_vista, {1024, 58977}, 60000, true},
        {windows_xp, {1025, 58976}, 60000, true},
        {windows_xp, {1026, 58975}, 60000, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(range_matches_max_user_port(&cases[i].windows->os, cases[i].running,
                                                  cases[i].max_user_port) == cases[i].matches,
                      "row %zu", i);
}
END_TEST

START_TEST(confidences_have_names)
{
    ck_assert_str_eq(confidence_name(CONFIDENCE_DOCUMENTED), "documented");
    ck_assert_str_eq(confidence_name(CONFIDENCE_MEASURED), "measured");
    ck_assert_str_eq(confidence_name(CONFIDENCE_INFERRED), "inferred");
    ck_assert_str_eq(confidence_name(CONFIDENCE_UNKNOWN), "unknown");
}
END_TEST

Suite *range_suite(void)
{
    Suite *suite = suite_create("range");
    TCase *tests = tcase_create("range");
    tcase_add_loop_test(tests, the_prediction_depends_on_the_windows_version, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, the_effect_of_odd_values_is_unknown);
    tcase_add_test(tests, each_prediction_names_its_source);
    tcase_add_test(tests, default_ranges_depend_on_the_windows_version);
    tcase_add_test(tests, a_running_range_is_matched_with_max_user_port);
    tcase_add_test(tests, confidences_have_names);
    suite_add_tcase(suite, tests);
    return suite;
}
