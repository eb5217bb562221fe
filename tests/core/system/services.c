#include "core/system/services.h"

#include "core/base/text.h"
#include "core/system/processes.h"
#include "core/system/sockets.h"
#include "suites.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct processes processes;
static struct services services;
static struct text text;

static void set_up(void)
{
    static const struct process process_rows[] = {
        {.id = 600, .name = "services.exe"},  {.id = 800, .name = "svchost.exe"},
        {.id = 900, .name = "svchost.exe"},   {.id = 1000, .name = "w3wp.exe"},
        {.id = 1100, .name = "sqlservr.exe"}, {.id = 1200, .name = "svchost.exe"},
    };
    static const struct service service_rows[] = {
        {1200, "Winmgmt", ""}, {800, "NlaSvc", ""},      {1200, "Schedule", ""},
        {1200, "Themes", ""},  {800, "Dnscache", ""},    {1200, "BITS", ""},
        {1200, "gpsvc", ""},   {1100, "MSSQL$SHOP", ""}, {900, "A", ""},
        {900, "B", ""},        {900, "C", ""},           {900, "D", ""},
        {1300, "Late", ""},    {0, "Stopped", ""},       {4, "Odd", ""},
    };
    processes_init(&processes);
    services_init(&services);
    text_init(&text);
    processes.rows = malloc(sizeof process_rows);
    services.rows = malloc(sizeof service_rows);
    ck_assert_ptr_nonnull(processes.rows);
    ck_assert_ptr_nonnull(services.rows);
    memcpy(processes.rows, process_rows, sizeof process_rows);
    memcpy(services.rows, service_rows, sizeof service_rows);
    processes.count = sizeof process_rows / sizeof process_rows[0];
    services.count = sizeof service_rows / sizeof service_rows[0];
    services.is_known = true;
    services_sort(&services);
}

static void tear_down(void)
{
    text_release(&text);
    services_release(&services);
    ck_assert_ptr_null(services.rows);
    processes_release(&processes);
}

static const char *describe(const struct service_source *detail, uint32_t process)
{
    text_release(&text);
    text_init(&text);
    process_describe(&processes, &services, detail, process, &text);
    return text_string(&text);
}

static bool pool(void *context, uint32_t process, const char *name, char *detail, size_t size)
{
    ck_assert_ptr_eq(context, &services);
    if (process != 1000)
        return false;
    ck_assert_str_eq(name, "w3wp.exe");
    snprintf(detail, size, "Shop");
    return true;
}

START_TEST(services_are_sorted_by_process_then_name)
{
    ck_assert_uint_eq(services.rows[0].process, 0);
    for (size_t i = 1; i < services.count; i++) {
        const struct service *a = &services.rows[i - 1], *b = &services.rows[i];
        ck_assert_uint_le(a->process, b->process);
        if (a->process == b->process)
            ck_assert_int_lt(ascii_compare(a->name, b->name), 0);
    }
}
END_TEST

START_TEST(processes_are_described_with_their_services)
{
    const struct service_source detail = {.context = &services, .detail = pool};
    static const struct {
        uint32_t process;
        const char *text;
    } rows[] = {
        {0, "(no process)"},
        {4, "System (e.g. HTTP.sys or SMB)"},
        {600, "services.exe"},
        {800, "svchost.exe (Dnscache, NlaSvc)"},
        {900, "svchost.exe (A, B, C, D)"},
        {1000, "w3wp.exe (application pool Shop)"},
        {1100, "sqlservr.exe (MSSQL$SHOP)"},
        {1200, "svchost.exe (BITS, gpsvc, Schedule and 2 more)"},
        {1300, "process 1300 (Late)"}, /* started after maxport listed the processes */
        {1400, "process 1400 (ended)"},
        {OWNER_UNKNOWN, "an unknown process"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(describe(&detail, rows[i].process), rows[i].text);
}
END_TEST

START_TEST(the_detail_precedes_the_services)
{
    const struct service_source nothing = {.context = NULL};
    const struct service_source detail = {.context = &services, .detail = pool};
    ck_assert_str_eq(describe(NULL, 1000), "w3wp.exe");
    ck_assert_str_eq(describe(&nothing, 1000), "w3wp.exe");
    services.rows[0] = (struct service){1000, "W3SVC", ""};
    ck_assert_str_eq(describe(&detail, 1000), "w3wp.exe (application pool Shop, W3SVC)");
    ck_assert_str_eq(describe(NULL, 1000), "w3wp.exe (W3SVC)");
}
END_TEST

START_TEST(without_services_only_names_are_printed)
{
    services_release(&services);
    services_sort(&services);
    ck_assert_str_eq(describe(NULL, 800), "svchost.exe");
    processes_release(&processes);
    ck_assert_str_eq(describe(NULL, 800), "process 800 (ended)");
    ck_assert_str_eq(describe(NULL, 4), "System (e.g. HTTP.sys or SMB)");
}
END_TEST

Suite *services_suite(void)
{
    Suite *suite = suite_create("services");
    TCase *tests = tcase_create("services");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, services_are_sorted_by_process_then_name);
    tcase_add_test(tests, processes_are_described_with_their_services);
    tcase_add_test(tests, the_detail_precedes_the_services);
    tcase_add_test(tests, without_services_only_names_are_printed);
    suite_add_tcase(suite, tests);
    return suite;
}
