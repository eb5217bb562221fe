#include "core/system/os_version.h"
#include "suites.h"

#include <check.h>

START_TEST(windows_versions_are_named_by_number)
{
    static const struct {
        uint32_t major, minor, build;
        const char *workstation, *server;
    } rows[] = {
        {5, 0, 2195, "Windows 2000", "Windows 2000 Server"},
        {5, 1, 2600, "Windows XP", "Windows XP"},
        {5, 2, 3790, "Windows XP x64", "Windows Server 2003"},
        {6, 0, 6002, "Windows Vista", "Windows Server 2008"},
        {6, 1, 7601, "Windows 7", "Windows Server 2008 R2"},
        {6, 2, 9200, "Windows 8", "Windows Server 2012"},
        {6, 3, 9600, "Windows 8.1", "Windows Server 2012 R2"},
        {10, 0, 10240, "Windows 10", "Windows Server 2016"},
        {10, 0, 14393, "Windows 10", "Windows Server 2016"},
        {10, 0, 17134, "Windows 10", "Windows Server (semi-annual)"},
        {10, 0, 17763, "Windows 10", "Windows Server 2019"},
        {10, 0, 19042, "Windows 10", "Windows Server (semi-annual)"},
        {10, 0, 19045, "Windows 10", "Windows Server (semi-annual)"},
        {10, 0, 20348, "Windows 10", "Windows Server 2022"},
        {10, 0, 21999, "Windows 10", "Windows Server 2022"},
        {10, 0, 22000, "Windows 11", "Windows Server 2022"},
        {10, 0, 22631, "Windows 11", "Windows Server 2022"},
        {10, 0, 25398, "Windows 11", "Windows Server, version 23H2"},
        {10, 0, 26100, "Windows 11", "Windows Server 2025"},
        {10, 0, 99999, "Windows 11", "Windows Server 2025"},
        {11, 0, 1, "Windows 11", "Windows Server 2025"},
        {4, 0, 1381, "Windows", "Windows"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct os_version os = {
            .major = rows[i].major, .minor = rows[i].minor, .build = rows[i].build};
        os.role = OS_WORKSTATION;
        ck_assert_str_eq(os_name(&os), rows[i].workstation);
        os.role = OS_SERVER;
        ck_assert_str_eq(os_name(&os), rows[i].server);
        os.role = OS_DOMAIN_CONTROLLER;
        ck_assert_str_eq(os_name(&os), rows[i].server);
    }
}
END_TEST

START_TEST(the_product_name_is_ignored)
{
    struct os_version os = {
        .major = 10, .build = 22631, .role = OS_WORKSTATION, .product = "Windows 10 Pro"};
    ck_assert_str_eq(os_name(&os), "Windows 11");
}
END_TEST

START_TEST(os_is_server_depends_on_the_role)
{
    ck_assert(!os_is_server(&(struct os_version){.role = OS_WORKSTATION}));
    ck_assert(os_is_server(&(struct os_version){.role = OS_DOMAIN_CONTROLLER}));
    ck_assert(os_is_server(&(struct os_version){.role = OS_SERVER}));
    ck_assert(!os_is_server(&(struct os_version){.role = 0}));
}
END_TEST

START_TEST(os_at_least_compares_part_by_part)
{
    static const struct {
        uint32_t have[3], want[3];
        bool is_enough;
    } rows[] = {
        {{10, 0, 17763}, {10, 0, 17763}, true}, {{10, 0, 17762}, {10, 0, 17763}, false},
        {{10, 1, 1}, {10, 0, 17763}, true},     {{11, 0, 0}, {10, 0, 17763}, true},
        {{6, 3, 99999}, {10, 0, 0}, false},     {{6, 1, 7601}, {6, 2, 0}, false},
        {{6, 2, 9200}, {6, 2, 0}, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct os_version os = {
            .major = rows[i].have[0], .minor = rows[i].have[1], .build = rows[i].have[2]};
        ck_assert(os_at_least(&os, rows[i].want[0], rows[i].want[1], rows[i].want[2]) ==
                  rows[i].is_enough);
    }
}
END_TEST

START_TEST(the_revision_is_printed_if_known)
{
    struct os_version os = {.major = 10, .build = 20348, .revision = 587, .role = OS_SERVER};
    struct text text;
    text_init(&text);
    os_print(&os, &text);
    ck_assert_str_eq(text_string(&text), "Windows Server 2022 (10.0.20348.587)");
    text_release(&text);

    os = (struct os_version){.major = 6, .minor = 1, .build = 7601, .role = OS_WORKSTATION};
    text_init(&text);
    os_print(&os, &text);
    ck_assert_str_eq(text_string(&text), "Windows 7 (6.1.7601)");
    text_release(&text);
}
END_TEST

Suite *os_version_suite(void)
{
    Suite *suite = suite_create("os_version");
    TCase *tests = tcase_create("os_version");
    tcase_add_test(tests, windows_versions_are_named_by_number);
    tcase_add_test(tests, the_product_name_is_ignored);
    tcase_add_test(tests, os_is_server_depends_on_the_role);
    tcase_add_test(tests, os_at_least_compares_part_by_part);
    tcase_add_test(tests, the_revision_is_printed_if_known);
    suite_add_tcase(suite, tests);
    return suite;
}
