#include <check.h>
#include <string.h>

#include "core/rules/setting.h"
#include "suites.h"

static const struct os_version windows_2003 = {.major = 5, .minor = 2, .role = OS_SERVER};
static const struct os_version windows_7 = {.major = 6, .minor = 1, .role = OS_WORKSTATION};
static const struct os_version windows_2022 = {
    .major = 10, .minor = 0, .build = 20348, .role = OS_SERVER};

/* REG_SZ "65534", with and without its NUL, is a number that was stored as text. */
START_TEST(a_number_stored_as_text_is_a_slip)
{
    static const uint8_t digits[] = "6\0005\0005\0003\0004\0\0"; /* UTF-16 */
    static const struct {
        uint32_t type;
        size_t length;
        bool is_slip;
    } rows[] = {
        {TYPE_SZ, 12, true},        {TYPE_SZ, 10, true},
        {TYPE_EXPAND_SZ, 12, true}, {TYPE_MULTI_SZ, 12, false},
        {TYPE_BINARY, 12, false},   {TYPE_SZ, 11, false},
        {TYPE_SZ, 8, true},         /* "6553" */ {TYPE_SZ, 6, false}, /* "655" is below 5000 */
        {TYPE_SZ, 0, false},
    };
    const struct setting *setting = setting_at(SETTING_MAX_USER_PORT);
    static const uint8_t word[] = "5\0000\0000\0000\000x\0";

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct value value = value_absent();
        struct setting_slip slip = {.meant = 0};
        struct fault fault;

        ck_assert(value_from_registry(&value, rows[i].type, digits, rows[i].length, &fault));
        ck_assert_int_eq(setting_find_slip(setting, &windows_2022, &value, &slip), rows[i].is_slip);
        if (rows[i].is_slip && rows[i].length > 8) {
            ck_assert_uint_eq(slip.meant, 65534);
            ck_assert(slip.is_certain);
        }
        value_release(&value);
    }
    struct value value = value_absent();
    struct setting_slip slip;
    struct fault fault;

    ck_assert(value_from_registry(&value, TYPE_SZ, word, sizeof word - 1, &fault));
    ck_assert(!setting_find_slip(setting, &windows_2022, &value, &slip));
    value_release(&value);
}
END_TEST

START_TEST(each_setting_is_found_by_place_and_name)
{
    for (size_t i = 0; i < setting_count; i++) {
        const struct setting *setting = setting_at(i);
        struct place place = setting_place(setting);

        ck_assert_int_eq(place.kind, PLACE_REGISTRY);
        ck_assert_str_eq(place.name, setting->name);
        ck_assert_str_eq(place.key, TCPIP_PARAMETERS);
        ck_assert_ptr_eq(setting_of_place(&place), setting);
        ck_assert_ptr_eq(setting_find(setting->name), setting);
        ck_assert_uint_eq(setting_index(setting), i);
    }
}
END_TEST

START_TEST(settings_are_found_without_case)
{
    ck_assert_ptr_eq(setting_find("maxuserPORT"), setting_at(SETTING_MAX_USER_PORT));
    ck_assert_ptr_null(setting_find("MaxUserPorts"));
    ck_assert_ptr_null(setting_find(""));
}
END_TEST

static const struct {
    const char *text;
    uint32_t number;
} accepted[] = {
    {"5000", 5000},   {"65534", 65534},      {"0xfffe", 65534}, {"0XFFFE", 65534},
    {"0x1388", 5000}, {"0x0000fffe", 65534}, {"005000", 5000},  {"17407", 17407},
};

START_TEST(a_port_is_accepted_in_decimal_and_hexadecimal)
{
    struct fault fault;
    uint32_t number = 0;

    ck_assert(setting_parse(setting_at(SETTING_MAX_USER_PORT), &windows_2022, accepted[_i].text,
                            &number, &fault));
    ck_assert_uint_eq(number, accepted[_i].number);
}
END_TEST

static const char *const refused[] = {
    "4999",
    "65535",
    "-1",
    "+5000",
    "5000abc",
    "0x",
    "",
    " 5000",
    "5000 ",
    "1e4",
    "5,000",
    "4294972296",
    "0xfffff",
    "0x-1",
    "fffe",
    "5000.0",
    "0x1 0",
    "x1388",
    "5000\n",
    "99999999999999999999",
    "\xd9\xa5\xd9\xa0\xd9\xa0\xd9\xa0", /* digits of the Arabic script */
};

START_TEST(an_invalid_port_is_refused_with_the_bounds)
{
    struct fault fault = {0};
    uint32_t number = 77;

    ck_assert(!setting_parse(setting_at(SETTING_MAX_USER_PORT), &windows_2022, refused[_i], &number,
                             &fault));
    ck_assert_uint_eq(number, 77);
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_nonnull(strstr(fault.text, "MaxUserPort"));
    ck_assert_ptr_nonnull(strstr(fault.text, "5000 to 65534"));
    ck_assert_ptr_nonnull(strstr(fault.text, "Nothing was changed"));
}
END_TEST

START_TEST(a_refused_value_is_escaped_and_shortened)
{
    char text[300];
    struct fault fault = {0};
    uint32_t number;

    memset(text, '9', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    text[0] = '\x1b';
    ck_assert(
        !setting_parse(setting_at(SETTING_MAX_USER_PORT), &windows_2022, text, &number, &fault));
    ck_assert_ptr_nonnull(strstr(fault.text, "\\x1b999"));
    ck_assert_ptr_nonnull(strstr(fault.text, "999...\""));
}
END_TEST

START_TEST(since_8_1_the_minimum_wait_is_2_seconds)
{
    static const struct {
        uint32_t major, minor, minimum;
    } rows[] = {{5, 0, 30}, {5, 1, 30}, {5, 2, 30}, {6, 0, 30}, {6, 2, 30}, {6, 3, 2}, {10, 0, 2}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct os_version os = {.major = rows[i].major, .minor = rows[i].minor};
        uint32_t minimum, maximum;

        setting_bounds(setting_at(SETTING_TCP_TIMED_WAIT_DELAY), &os, &minimum, &maximum);
        ck_assert_uint_eq(minimum, rows[i].minimum);
        ck_assert_uint_eq(maximum, 300);
    }
}
END_TEST

START_TEST(defaults_are_printed_for_the_windows_version)
{
    struct text text;

    text_init(&text);
    setting_default_print(setting_at(SETTING_MAX_USER_PORT), &windows_2003, &text);
    ck_assert_str_eq(text_string(&text), "documented default 5000");
    text_release(&text);
    text_init(&text);
    setting_default_print(setting_at(SETTING_TCP_TIMED_WAIT_DELAY), &windows_7, &text);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "120 seconds"));
    text_release(&text);
}
END_TEST

START_TEST(since_vista_the_needed_restart_is_inferred)
{
    struct os_version server_2003 = {.major = 5, .minor = 2}, vista = {.major = 6};

    ck_assert_str_eq(setting_restart_words(&server_2003), "after a restart of Windows");
    ck_assert_str_eq(setting_restart_words(&vista), "after a restart of Windows (inferred)");
}
END_TEST

START_TEST(an_unknown_setting_is_refused_with_a_suggestion)
{
    struct fault fault = {0};

    ck_assert(!setting_unknown("MaxUserPrt", &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_nonnull(strstr(fault.text, "Did you mean MaxUserPort?"));
    setting_unknown("timedwaitdelay", &fault);
    ck_assert_ptr_nonnull(strstr(fault.text, "Did you mean TcpTimedWaitDelay?"));
    setting_unknown("Hostname", &fault);
    ck_assert_ptr_null(strstr(fault.text, "Did you mean"));
    ck_assert_ptr_nonnull(strstr(fault.text, "MaxUserPort and TcpTimedWaitDelay"));
}
END_TEST

START_TEST(only_absent_values_and_valid_numbers_are_documented)
{
    struct value value = value_number(65534);
    struct fault fault;

    ck_assert(setting_accepts(setting_at(SETTING_MAX_USER_PORT), &windows_2022, &value));
    value = value_number(65535);
    ck_assert(!setting_accepts(setting_at(SETTING_MAX_USER_PORT), &windows_2022, &value));
    value = value_absent();
    ck_assert(setting_accepts(setting_at(SETTING_MAX_USER_PORT), &windows_2022, &value));
    ck_assert(value_from_registry(&value, TYPE_SZ, "5\0", 2, &fault));
    ck_assert(!setting_accepts(setting_at(SETTING_MAX_USER_PORT), &windows_2022, &value));
    value_release(&value);
}
END_TEST

Suite *setting_suite(void)
{
    Suite *suite = suite_create("setting");
    TCase *tcase = tcase_create("catalog");

    tcase_add_test(tcase, a_number_stored_as_text_is_a_slip);
    tcase_add_test(tcase, each_setting_is_found_by_place_and_name);
    tcase_add_test(tcase, settings_are_found_without_case);
    tcase_add_loop_test(tcase, a_port_is_accepted_in_decimal_and_hexadecimal, 0,
                        sizeof accepted / sizeof *accepted);
    tcase_add_loop_test(tcase, an_invalid_port_is_refused_with_the_bounds, 0,
                        sizeof refused / sizeof *refused);
    tcase_add_test(tcase, a_refused_value_is_escaped_and_shortened);
    tcase_add_test(tcase, since_8_1_the_minimum_wait_is_2_seconds);
    tcase_add_test(tcase, defaults_are_printed_for_the_windows_version);
    tcase_add_test(tcase, since_vista_the_needed_restart_is_inferred);
    tcase_add_test(tcase, an_unknown_setting_is_refused_with_a_suggestion);
    tcase_add_test(tcase, only_absent_values_and_valid_numbers_are_documented);
    suite_add_tcase(suite, tcase);
    return suite;
}
