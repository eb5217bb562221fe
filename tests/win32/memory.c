/* The port `memory`, against other calls. */
#include "win32/memory.h"
#include "suites.h"

#include <check.h>

#include <windows.h>

START_TEST(memory_agrees_with_other_calls)
{
    struct memory_source functions;
    struct memory memory;
    struct fault fault;
    MEMORYSTATUSEX status = {.dwLength = sizeof status};
    ck_assert(GlobalMemoryStatusEx(&status));
    memory_open(&functions);
    ck_assert_msg(functions.read(functions.context, &memory, &fault), "%s", fault.text);
    ck_assert(memory.physical_bytes == status.ullTotalPhys);
    ck_assert(memory.physical_bytes > 16u << 20);
}
END_TEST

START_TEST(a_pool_of_nothing_is_not_known)
{
    struct memory_source functions;
    struct memory memory;
    struct fault fault;
    memory_open(&functions);
    ck_assert(functions.read(functions.context, &memory, &fault));
    /* Wine says 0 pages; Windows has some, and less than there is memory. */
    ck_assert_int_eq(memory.is_pool_known, memory.nonpaged_pool_bytes != 0);
    ck_assert(memory.nonpaged_pool_bytes < memory.physical_bytes);
    if (GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version"))
        ck_assert(!memory.is_pool_known);
}
END_TEST

Suite *memory_suite(void)
{
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("memory");
    tcase_add_test(tests, memory_agrees_with_other_calls);
    tcase_add_test(tests, a_pool_of_nothing_is_not_known);
    suite_add_tcase(suite, tests);
    return suite;
}
