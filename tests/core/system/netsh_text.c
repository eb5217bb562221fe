/* Tests with output of netsh. Some texts were printed by Windows in several languages; others are
 * invented. The German, Japanese and Portuguese words are from published output, encoded in the
 * code page of the console. */
#include "core/system/netsh_text.h"
#include "suites.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct fault fault;

/* Parses a copy without spare bytes, so that AddressSanitizer finds reads beyond the end of the
 * text. */
static bool parse_range(const char *text, size_t length, struct port_range *range)
{
    char *copy = malloc(length ? length : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, length);
    bool is_ok = netsh_parse_range(copy, length, range, &fault);
    free(copy);
    return is_ok;
}

static bool parse_exclusions(const char *text, size_t length, struct exclusions *exclusions)
{
    char *copy = malloc(length ? length : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, length);
    bool is_ok =
        netsh_parse_exclusions(copy, length, PROTOCOL_TCP, FAMILY_IPV4, exclusions, &fault);
    free(copy);
    return is_ok;
}

#define DASHES "---------------------------------\r\n"

START_TEST(ranges_are_read_in_any_language)
{
    static const struct {
        const char *text;
        uint32_t start, count;
    } rows[] = {
        {"\r\nProtocol tcp Dynamic Port Range\r\n" DASHES
         "Start Port      : 49152\r\nNumber of Ports : 16384\r\n\r\n",
         49152, 16384},
        /* Code page 850: the letter ü is the byte 81. */
        {"\r\nDynamischer Portbereich f\x81r Protokoll TCP\r\n" DASHES
         "Startport       : 1024\r\nAnzahl von Ports: 64511\r\n\r\n",
         1024, 64511},
        /* Shift-JIS. */
        {"\r\n\x83v\x83\x8d\x83g\x83R\x83\x8b tcp "
         "\x82\xcc\x93\xae\x93I\x83|\x81[\x83g\x94\xcd\x88\xcd\r\n" DASHES
         "\x8aJ\x8en\x83|\x81[\x83g      : 49152\r\n\x83|\x81[\x83g\x90\x94       : 16384\r\n\r\n",
         49152, 16384},
        /* Shift-JIS with a wide colon. The second byte of the colon is the letter F in ASCII. */
        {DASHES "\x8aJ\x8en\x83|\x81[\x83g\x81\x46\x34\x39\x31\x35\x32\r\n"
                "\x83|\x81[\x83g\x90\x94\x81\x46\x31\x36\x33\x38\x34\r\n",
         49152, 16384},
        /* Code page 850: the letters â and ú are the bytes 83 and A3. */
        {"\r\nIntervalo de Portas Din\x83micas do Protocolo tcp\r\n" DASHES
         "Porta Inicial           : 6005\r\nN\xa3mero de Portas        : 59530\r\n\r\n",
         6005, 59530},
        {"---\nIPv4 start 1025\nIPv4 count 255", 0, 0}, /* the last newline is missing */
        {"---\nIPv4 start 1025\nIPv4 count 255\n", 1025, 255},
        {"  ---  --- \n\n  49152  \n\n\n16384\n\n", 49152, 16384},
        {"12 34\n---\n1\r\r\n65535\r\r\n", 1, 65535},
        {"---\nx: 65535\ny: 1\n", 65535, 1},
        {"---\nx: 000000049152\ny: 16384\n", 49152, 16384},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct port_range range = {7, 7};
        bool is_ok = parse_range(rows[i].text, strlen(rows[i].text), &range);
        if (rows[i].count == 0) {
            ck_assert_msg(!is_ok, "row %zu", i);
            continue;
        }
        ck_assert_msg(is_ok, "row %zu: %s", i, fault.text);
        ck_assert_uint_eq(range.start, rows[i].start);
        ck_assert_uint_eq(range.count, rows[i].count);
    }
}
END_TEST

START_TEST(an_invalid_range_is_refused_with_a_reason)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "netsh printed nothing"},
        {"\r\n \r\n\r\n", "netsh printed nothing"},
        {"Ok.\r\n\r\n", "no dashed line"},
        {"The following command was not found: int ipv4 show dynamicport tcp.\r\n",
         "no dashed line"},
        {"--\nx: 49152\ny: 16384\n", "no dashed line"},
        {"Start Port : 49152\r\nNumber of Ports : 16384\r\n", "no dashed line"},
        {"---", "no dashed line"}, /* the newline is missing */
        {"---\n", "no number"},
        {"---\nStart Port : \nNumber of Ports : \n", "no number"},
        {"---\nx: 49152\n", "one number"},
        {"---\nx: 49152\ny: 163", "truncated"},
        {"---\nx: 49152\ny: 16384\nz: 7\n", "more than two"},
        {"---\nx: 49152\ny: 16384\n---\n", "two tables"},
        {"---\nx: 0\ny: 16384\n", "start 0, number 16384"},
        {"---\nx: 49152\ny: 0\n", "start 49152, number 0"},
        {"---\nx: 49152\ny: 16385\n", "start 49152, number 16385"},
        {"---\nx: 1\ny: 70000\n", "start 1, number 70000"},
        {"---\nx: 65536\ny: 1\n", "start 65536"},
        {"---\nx: 4294967297\ny: 1\n", "start 1000000, number 1 or more"},
        {"---\nx: 99999999999999999999999999999999999999\ny: 1\n", "or more"},
        {"---\nx: -49152\ny: 16384\n", "cannot be read"},
        {"---\n49152-65535\n16384\n", "cannot be read"},
        {"---\nx: 49.152\ny: 16.384\n", "cannot be read"},
        {"---\nx: 49,152\ny: 16384\n", "cannot be read"},
        {"---\nx: 49\xff"
         "152\ny: 16384\n",
         "cannot be read"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct port_range range = {7, 8};
        ck_assert_msg(!parse_range(rows[i].text, strlen(rows[i].text), &range), "row %zu", i);
        ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
        ck_assert_msg(strstr(fault.text, rows[i].why), "row %zu: %s", i, fault.text);
        ck_assert_uint_eq(range.start, 7);
        ck_assert_uint_eq(range.count, 8);
    }
}
END_TEST

START_TEST(utf_16_output_is_refused)
{
    static const char text[] = "-\0-\0-\0\r\0\n\0004\0009\0001\0005\0002\0\r\0\n\0001\0\r\0\n\0";
    struct port_range range;
    struct exclusions exclusions;
    exclusions_init(&exclusions);
    ck_assert(!parse_range(text, sizeof text, &range));
    ck_assert_ptr_nonnull(strstr(fault.text, "not text"));
    ck_assert(!parse_exclusions(text, sizeof text, &exclusions));
    ck_assert_ptr_nonnull(strstr(fault.text, "not text"));
}
END_TEST

/* The parser either refuses a truncated answer or reads it correctly. */
START_TEST(a_truncated_answer_is_never_misread)
{
    static const char text[] = "\r\nProtocol tcp Dynamic Port Range\r\n" DASHES
                               "Start Port      : 49152\r\nNumber of Ports : 16384\r\n\r\n";
    size_t good = 0;
    for (size_t length = 0; length < sizeof text; length++) {
        struct port_range range;
        if (parse_range(text, length, &range)) {
            ck_assert_uint_eq(range.start, 49152);
            ck_assert_uint_eq(range.count, 16384);
            good++;
        }
    }
    /* The answer is complete once it contains the newline of the last number. Two more bytes
     * follow. */
    ck_assert_uint_eq(good, 3);
}
END_TEST

#define TITLES "Start Port    End Port      \r\n----------    --------      \r\n"
#define FOOTER "\r\n* - Administered port exclusions.\r\n\r\n"

START_TEST(exclusions_are_read_in_any_language)
{
    static const struct {
        const char *text;
        size_t count;
        struct port_range last;
        bool is_last_administered;
    } rows[] = {
        {"\r\nProtocol tcp Port Exclusion Ranges\r\n\r\n" TITLES
         "      5357        5357      \r\n     50000       50059     *\r\n" FOOTER,
         2,
         {50000, 60},
         true},
        {"\r\nProtocol tcp Port Exclusion Ranges\r\n\r\n" TITLES FOOTER, 0, {0, 0}, false},
        /* Code page 850 (the letter ü is the byte 81). */
        {"\r\nPortausschlussbereiche f\x81r Protokoll \"tcp\"\r\n\r\n"
         "Startport     Endport      \r\n----------    --------      \r\n"
         "     50000       50059     *\r\n     63456       63555      \r\n"
         "\r\n* - Verwaltete Portausschl\x81sse.\r\n\r\n",
         2,
         {63456, 100},
         false},
        /* Shift-JIS. */
        {"\r\n\x83v\x83\x8d\x83g\x83R\x83\x8b tcp \x83|\x81[\x83g\x82\xcc\x8f\x9c\x8aO\r\n\r\n"
         "\x8aJ\x8en\x83|\x81[\x83g    \x8fI\x97\xb9\x83|\x81[\x83g      \r\n"
         "----------    --------      \r\n        80          80      \r\n"
         "\r\n* - \x8a\xc7\x97\x9d\x8d\xcf\x82\xdd\x81\x42\r\n\r\n",
         1,
         {80, 1},
         false},
        /* Code page 850 (the letter ã is the byte C6), without a footer. */
        {"Intervalos de exclus\xc6o\r\n----- -----\r\n1 65535 *\r\n", 1, {1, 65535}, true},
        {"---\n9 10*\n", 1, {9, 2}, true},
        {"---\n5 5\n1 1\n3 3\n", 3, {5, 1}, false}, /* the parser sorts the ranges */
        {"---\n", 0, {0, 0}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct exclusions exclusions;
        exclusions_init(&exclusions);
        ck_assert_msg(parse_exclusions(rows[i].text, strlen(rows[i].text), &exclusions),
                      "row %zu: %s", i, fault.text);
        ck_assert_uint_eq(exclusions.count, rows[i].count);
        if (exclusions.count > 0) {
            const struct exclusion *last = &exclusions.rows[exclusions.count - 1];
            ck_assert(range_equal(last->range, rows[i].last));
            ck_assert_int_eq(last->is_administered, rows[i].is_last_administered);
            ck_assert_int_eq(last->protocol, PROTOCOL_TCP);
            ck_assert_int_eq(last->family, FAMILY_IPV4);
        }
        exclusions_release(&exclusions);
    }
}
END_TEST

START_TEST(an_invalid_list_is_refused_with_a_reason)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "netsh printed nothing"},
        {"\r\n", "netsh printed nothing"},
        {"The following command was not found: int ipv4 show excludedportrange.\r\n",
         "no dashed line"},
        {"80 80\r\n", "no dashed line"},
        {"---\n80 80\n1024 10", "truncated"},
        {"---\n80\n", "not a pair"},
        {"---\n80 80 80\n", "not a pair"},
        {"---\n80-80\n", "not a pair"},
        {"---\n80 -80\n", "not a pair"},
        {"---\n80 80 **\n", "not a pair"},
        {"---\n0x50 0x50\n", "not a pair"},
        {"---\n\nfooter\n80 80\n", "after the end"},
        {"---\n80 80\n---\n90 90\n", "two tables"},
        {"---\n0 80\n", "0 to 80"},
        {"---\n81 80\n", "81 to 80"},
        {"---\n80 65536\n", "80 to 65536"},
        {"---\n80 99999999999999999999\n", "or more"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct exclusions exclusions;
        exclusions_init(&exclusions);
        ck_assert_msg(!parse_exclusions(rows[i].text, strlen(rows[i].text), &exclusions), "row %zu",
                      i);
        ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
        ck_assert_msg(strstr(fault.text, rows[i].why), "row %zu: %s", i, fault.text);
        ck_assert_uint_eq(exclusions.count, 0);
        ck_assert_ptr_null(exclusions.rows);
    }
}
END_TEST

START_TEST(a_parsed_list_is_added_to_existing_exclusions)
{
    struct exclusions exclusions;
    const struct exclusion other = {PROTOCOL_UDP, FAMILY_IPV4, {500, 1}, false};
    static const char text[] = "---\n80 80\n", bad[] = "---\n90 90\n7\n";
    exclusions_init(&exclusions);
    ck_assert(exclusions_add(&exclusions, &other, 1, &fault));
    ck_assert(parse_exclusions(text, strlen(text), &exclusions));
    ck_assert(!parse_exclusions(bad, strlen(bad), &exclusions));
    ck_assert_uint_eq(exclusions.count, 2);
    ck_assert_int_eq(exclusions.rows[0].protocol, PROTOCOL_TCP);
    ck_assert_int_eq(exclusions.rows[1].protocol, PROTOCOL_UDP);
    exclusions_release(&exclusions);
}
END_TEST

/* Parses megabytes of each byte that has a meaning for the parser, alone and in lines. Each answer
 * must be parsed in seconds, not in hours. */
START_TEST(huge_answers_are_parsed_quickly)
{
    enum { LENGTH = 4 * 1024 * 1024 };
    static const char *const patterns[] = {"-",    "7",       "*",   " ",     "\n",
                                           "\r\n", "x",       "7\n", "1 1\n", "---\n",
                                           "\xff", "9 9 *\n", "1 ",  "-\n"};
    char *text = malloc(LENGTH);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        size_t length = strlen(patterns[i]);
        struct port_range range;
        struct exclusions exclusions;
        exclusions_init(&exclusions);
        memcpy(text, "---\n", 4);
        for (size_t at = 4; at < LENGTH; at++)
            text[at] = patterns[i][(at - 4) % length];
        ck_assert(!netsh_parse_range(text, LENGTH, &range, &fault));
        bool is_list =
            netsh_parse_exclusions(text, LENGTH, PROTOCOL_UDP, FAMILY_IPV6, &exclusions, &fault);
        ck_assert_msg(is_list || exclusions.count == 0, "%s", patterns[i]);
        exclusions_release(&exclusions);
    }
    free(text);
}
END_TEST

Suite *netsh_text_suite(void)
{
    Suite *suite = suite_create("netsh_text");
    TCase *range = tcase_create("show dynamicport");
    tcase_add_test(range, ranges_are_read_in_any_language);
    tcase_add_test(range, an_invalid_range_is_refused_with_a_reason);
    tcase_add_test(range, utf_16_output_is_refused);
    tcase_add_test(range, a_truncated_answer_is_never_misread);
    suite_add_tcase(suite, range);

    TCase *exclusions = tcase_create("show excludedportrange");
    tcase_set_timeout(exclusions, 60);
    tcase_add_test(exclusions, exclusions_are_read_in_any_language);
    tcase_add_test(exclusions, an_invalid_list_is_refused_with_a_reason);
    tcase_add_test(exclusions, a_parsed_list_is_added_to_existing_exclusions);
    tcase_add_test(exclusions, huge_answers_are_parsed_quickly);
    suite_add_tcase(suite, exclusions);
    return suite;
}
