/* Tests of the interface `memory`. The results must agree with those of other functions of
 * Windows. */
#include "win32/memory.h"
#include "suites.h"

#include <check.h>

#include <windows.h>

START_TEST(memory_agrees_with_other_functions)
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

START_TEST(a_pool_of_0_bytes_is_unknown)
{
    struct memory_source functions;
    struct memory memory;
    struct fault fault;
    memory_open(&functions);
    ck_assert(functions.read(functions.context, &memory, &fault));
    /* Wine reports a pool of 0 pages. Windows reports more than 0 pages, but fewer than the
     * physical memory has. */
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
    tcase_add_test(tests, memory_agrees_with_other_functions);
    tcase_add_test(tests, a_pool_of_0_bytes_is_unknown);
    suite_add_tcase(suite, tests);
    return suite;
}
