#include "win32/ntdll.h"

#include "scratch.h"
#include "suites.h"
#include "win32/bounded_open.h"
#include "win32/lib/late.h"

#include <string.h>

#include <winternl.h>

/* Wine has no oplocks. So a function of this file takes the place of NtCreateFile and returns what
 * Windows returns while another program has an oplock. The linker replaces calls of late_bind() by
 * calls of __wrap_late_bind(). */
static LONG answer; /* result of the function; 0: the real NtCreateFile is called */
static bool is_asked;
static ULONG asked_options;
static SECURITY_QUALITY_OF_SERVICE asked_quality;

late_function __real_late_bind(struct late *dll, const char *function, struct fault *fault);
late_function __wrap_late_bind(struct late *dll, const char *function, struct fault *fault);

static LONG NTAPI create_oplocked(HANDLE *file, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                  IO_STATUS_BLOCK *block, LARGE_INTEGER *size,
                                  ULONG file_attributes, ULONG share, ULONG disposition,
                                  ULONG options, void *ea, ULONG ea_length)
{
    (void)access, (void)block, (void)size, (void)file_attributes, (void)share, (void)disposition;
    (void)ea, (void)ea_length;
    is_asked = true;
    asked_options = options;
    memcpy(&asked_quality, attributes->SecurityQualityOfService, sizeof asked_quality);
    *file = answer >= 0 ? CreateEventW(NULL, TRUE, FALSE, L"maxport-test-oplocked") : NULL;
    return answer;
}

/* Simulates an NtSetInformationFile that supports POSIX deletion, or one that does not. */
enum { CLASS_DISPOSITION = 13, CLASS_DISPOSITION_EX = 64 };
static int knows_class; /* the supported class; 0: the real function is called */
static int asked_class;
static ULONG asked_flags;

static LONG NTAPI set_known(HANDLE file, IO_STATUS_BLOCK *block, void *data, ULONG bytes, int class)
{
    (void)file, (void)block;
    if (class != knows_class)
        return (LONG)0xc0000003; /* STATUS_INVALID_INFO_CLASS */
    asked_class = class;
    asked_flags = bytes == sizeof asked_flags ? *(ULONG *)data : *(BOOLEAN *)data;
    return 0;
}

late_function __wrap_late_bind(struct late *dll, const char *function, struct fault *fault)
{
    if (scratch_query_process && strcmp(function, "NtQueryInformationProcess") == 0)
        return scratch_query_process;
    if (knows_class && strcmp(function, "NtSetInformationFile") == 0)
        return (late_function)set_known;
    if (answer && strcmp(function, "NtCreateFile") == 0)
        return (late_function)create_oplocked;
    return __real_late_bind(dll, function, fault);
}

static DWORD open_answered(LONG status)
{
    struct ntdll_open request = {.name = L"C:\\x", .access = GENERIC_READ, .share = 7};
    HANDLE file = NULL;
    answer = status;
    DWORD error = ntdll_open(&request, &file);
    answer = 0;
    ck_assert_ptr_null(file);
    return error;
}

START_TEST(an_oplock_causes_a_sharing_violation_and_leaves_no_handle)
{
    ck_assert_uint_eq(open_answered(0x108), ERROR_SHARING_VIOLATION);
    ck_assert_ptr_null(OpenEventW(SYNCHRONIZE, FALSE, L"maxport-test-oplocked"));
    ck_assert_uint_eq(open_answered((LONG)0xc0000909), ERROR_SHARING_VIOLATION);
    ck_assert_uint_eq(open_answered((LONG)0xc0000056), ERROR_DELETE_PENDING);
    ck_assert_uint_eq(open_answered((LONG)0xc0000022), ERROR_ACCESS_DENIED);
}
END_TEST

START_TEST(every_open_refuses_oplocks_links_and_impersonation)
{
    enum { COMPLETE_IF_OPLOCKED = 0x100, OPEN_REPARSE_POINT = 0x200000 };
    open_answered((LONG)0xc0000022);
    ck_assert(is_asked);
    ck_assert_uint_ne(asked_options & COMPLETE_IF_OPLOCKED, 0);
    ck_assert_uint_ne(asked_options & OPEN_REPARSE_POINT, 0);
    ck_assert_int_eq(asked_quality.ImpersonationLevel, SecurityIdentification);
}
END_TEST

START_TEST(an_oplock_that_stays_causes_a_failure_after_the_timeout)
{
    struct ntdll_open request = {.name = L"C:\\x", .access = GENERIC_READ, .share = 7};
    HANDLE file;
    DWORD start = GetTickCount();
    answer = 0x108;
    DWORD error = bounded_open(&request, &file);
    answer = 0;
    ck_assert_uint_eq(error, ERROR_SHARING_VIOLATION);
    ck_assert_uint_ge(GetTickCount() - start, FILE_PATIENCE_MS);
    ck_assert_uint_lt(GetTickCount() - start, FILE_PATIENCE_MS + 5000);
}
END_TEST

START_TEST(a_deletion_uses_posix_semantics_if_windows_supports_it)
{
    enum { DELETE_IT = 1, POSIX_SEMANTICS = 2 };
    knows_class = CLASS_DISPOSITION_EX;
    ck_assert_uint_eq(ntdll_delete(NULL), ERROR_SUCCESS);
    ck_assert_int_eq(asked_class, CLASS_DISPOSITION_EX);
    ck_assert_uint_eq(asked_flags, DELETE_IT | POSIX_SEMANTICS);
    knows_class = CLASS_DISPOSITION;
    ck_assert_uint_eq(ntdll_delete(NULL), ERROR_SUCCESS);
    ck_assert_int_eq(asked_class, CLASS_DISPOSITION);
    ck_assert_uint_eq(asked_flags, TRUE);
    knows_class = 0;
}
END_TEST

Suite *ntdll_suite(void)
{
    Suite *suite = suite_create("ntdll");
    TCase *tests = tcase_create("ntdll");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_oplock_causes_a_sharing_violation_and_leaves_no_handle);
    tcase_add_test(tests, every_open_refuses_oplocks_links_and_impersonation);
    tcase_add_test(tests, an_oplock_that_stays_causes_a_failure_after_the_timeout);
    tcase_add_test(tests, a_deletion_uses_posix_semantics_if_windows_supports_it);
    suite_add_tcase(suite, tests);
    return suite;
}
