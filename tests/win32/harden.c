#include "win32/harden.h"

#include "suites.h"
#include "win32/lib/late.h"

#include <check.h>
#include <string.h>

enum { POLICY_COUNT = 32, NOT_SET = 0x7fffffff };

static bool is_recording, is_missing;
static DWORD policies[POLICY_COUNT];

static BOOL WINAPI set_policy(int policy, void *flags, SIZE_T bytes)
{
    ck_assert(policy >= 0 && policy < POLICY_COUNT);
    ck_assert_uint_eq(bytes, sizeof policies[0]);
    memcpy(&policies[policy], flags, bytes);
    return FALSE; /* as on a version of Windows without the policy */
}

late_function __real_late_kernel32(const char *function);
late_function __wrap_late_kernel32(const char *function);

/* The linker replaces calls of late_kernel32() by calls of this function. */
late_function __wrap_late_kernel32(const char *function)
{
    if (!is_recording)
        return __real_late_kernel32(function);
    bool is_policy = strcmp(function, "SetProcessMitigationPolicy") == 0;
    return is_policy && !is_missing ? (late_function)set_policy : NULL;
}

static void harden(bool lacks_policies)
{
    for (int i = 0; i < POLICY_COUNT; i++)
        policies[i] = NOT_SET;
    UINT mode = SetErrorMode(0);
    is_missing = lacks_policies;
    is_recording = true;
    bool is_hardened = harden_process();
    is_recording = false;
    SetErrorMode(mode);
    SetDllDirectoryW(NULL);
    ck_assert(is_hardened);
}

/* The numbers are those of PROCESS_MITIGATION_POLICY in winnt.h: 10 is ProcessImageLoadPolicy, and
 * 16 is ProcessRedirectionTrustPolicy. */
START_TEST(harden_process_forbids_junctions_of_standard_users)
{
    harden(false);
    ck_assert_uint_eq(policies[16], 1); /* the flag EnforceRedirectionTrust, not the audit mode */
    ck_assert_uint_eq(policies[10], 7);
}
END_TEST

START_TEST(harden_process_succeeds_on_windows_without_policies)
{
    harden(true);
    ck_assert_uint_eq(policies[16], NOT_SET);
}
END_TEST

Suite *harden_suite(void)
{
    Suite *suite = suite_create("harden");
    TCase *tests = tcase_create("harden");
    tcase_add_test(tests, harden_process_forbids_junctions_of_standard_users);
    tcase_add_test(tests, harden_process_succeeds_on_windows_without_policies);
    suite_add_tcase(suite, tests);
    return suite;
}
