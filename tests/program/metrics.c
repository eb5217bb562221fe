/* `metrics --file` with real files: the file is always whole, whoever writes or reads it, and a
 * failure leaves the old file as it was. */
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

enum { ROUNDS = 8 };

static const char *file_option(const wchar_t *path)
{
    static char line[1024];

    snprintf(line, sizeof line, "metrics --file \"%s\"", utf8(path));
    return line;
}

/* A whole file begins with the first metric and ends with the version of maxport. */
static void expect_whole(const wchar_t *path)
{
    size_t length;
    char *text = file_read(path, &length);

    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(strncmp(text, "# HELP maxport_range_ports ", 27), 0);
    ck_assert_ptr_nonnull(strstr(text, "\nmaxport_build_info{version="));
    ck_assert_int_eq(text[length - 1], '\n');
    ck_assert_ptr_null(strchr(text, '\r'));
    free(text);
}

static void expect_only_file(const wchar_t *name)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(scratch_path(L"*"), &found);

    ck_assert_ptr_ne(search, INVALID_HANDLE_VALUE);
    do
        ck_assert_msg(found.cFileName[0] == L'.' || wcscmp(found.cFileName, name) == 0, "%s",
                      utf8(found.cFileName));
    while (FindNextFileW(search, &found));
    FindClose(search);
}

START_TEST(two_writers_leave_a_whole_file)
{
    ASSERT_EXIT(run_way(&(struct way){0}, file_option(scratch_path(L"m.prom"))), 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct started *started[2];
        unsigned done = 0;

        for (unsigned k = 0; k < 2; k++)
            started[k] = run_start(&(struct way){0}, file_option(scratch_path(L"m.prom")));
        for (unsigned k = 0; k < 2; k++) {
            const struct run *run = run_finish(started[k]);

            ck_assert_msg(run->exit_code <= 1 && !run->is_over_time, "exit code %lu\n%s",
                          run->exit_code, run->err);
            if (run->exit_code)
                ASSERT_SAYS(run->err, "the old file is unchanged");
            done += run->exit_code == 0;
        }
        ck_assert_uint_ge(done, 1);
        expect_whole(scratch_path(L"m.prom"));
    }
    expect_only_file(L"m.prom");
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
    const wchar_t *path = scratch_path(L"missing\\m.prom");
    const struct run *run = run_way(&(struct way){0}, file_option(path));

    ASSERT_EXIT(run, 1);
    ASSERT_SAYS(run->err, "The metrics were not written");
    ASSERT_SAYS(run->err, "missing");
    ck_assert(!is_there(scratch_path(L"missing")));
}
END_TEST

START_TEST(a_file_in_use_stays_as_it_was)
{
    file_write(scratch_path(L"m.prom"), "old\n", 4);
    HANDLE held = CreateFileW(scratch_path(L"m.prom"), GENERIC_READ, FILE_SHARE_READ, NULL,
                              OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    const struct run *run = run_way(&(struct way){0}, file_option(scratch_path(L"m.prom")));
    size_t length;
    char *text = file_read(scratch_path(L"m.prom"), &length);

    ck_assert_msg(run->exit_code == 1 || run->exit_code == 3, "exit code %lu", run->exit_code);
    ASSERT_SAYS(run->err, "the old file is unchanged");
    ck_assert_str_eq(text, "old\n");
    free(text);
    expect_only_file(L"m.prom");
    CloseHandle(held);
}
END_TEST

Suite *metrics_suite(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = bare_case(suite, "metrics");

    tcase_add_test(tests, two_writers_leave_a_whole_file);
    tcase_add_test(tests, a_missing_folder_is_named);
    tcase_add_test(tests, a_file_in_use_stays_as_it_was);
    return suite;
}
