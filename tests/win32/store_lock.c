#include "store_scene.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

START_TEST(only_one_writer_can_have_the_lock)
{
    struct store_adapter other;
    struct store second;
    prepare();
    ASSERT_WORKS(store_at(folder, scratch.key, &other, &second, &fault));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    DWORD start = GetTickCount();
    ck_assert(!second.lock(&other, 200, &fault));
    ck_assert_uint_ge(GetTickCount() - start, 150);
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    char holder[64];
    snprintf(holder, sizeof holder, "process %lu (", (unsigned long)GetCurrentProcessId());
    ck_assert_msg(strstr(fault.text, holder) != NULL, "%s", fault.text);
    ck_assert(!store.lock(&adapter, 0, &fault)); /* a process cannot lock the store twice */
    store.unlock(&adapter);
    store.unlock(&adapter);
    ASSERT_WORKS(second.lock(&other, 0, &fault));
    ck_assert(!store.lock(&adapter, 0, &fault));
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    second.unlock(&other);
    scratch_expect(in_store(L"lock"), "");
}
END_TEST

START_TEST(the_lock_is_released_when_its_process_ends)
{
    prepare();
    HANDLE process = scratch_start_lock_holder(&scratch, folder);
    ck_assert(!store.lock(&adapter, 0, &fault));
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    char holder[64];
    snprintf(holder, sizeof holder, "process %lu (", (unsigned long)GetProcessId(process));
    ck_assert_msg(strstr(fault.text, holder) != NULL, "%s", fault.text);
    ck_assert(TerminateProcess(process, 1));
    ASSERT_WORKS(store.lock(&adapter, 10000, &fault));
    WaitForSingleObject(process, INFINITE);
    CloseHandle(process);
    store.unlock(&adapter);
}
END_TEST

Suite *store_lock_suite(void)
{
    Suite *suite = suite_create("store_lock");
    TCase *tests = tcase_create("store_lock");
    tcase_add_checked_fixture(tests, scene_open, scene_close);
    tcase_add_test(tests, only_one_writer_can_have_the_lock);
    tcase_add_test(tests, the_lock_is_released_when_its_process_ends);
    suite_add_tcase(suite, tests);
    return suite;
}
