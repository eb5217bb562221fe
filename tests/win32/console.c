/* Tests of the interface `screen`, redirected to a file and to a pipe. A test run has no
 * console. */
#include "win32/console.h"
#include "suites.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

static struct console console;
static struct screen screen;
static HANDLE old_output, old_error, old_input;
static wchar_t path[MAX_PATH];

static HANDLE make_file(void)
{
    wchar_t folder[MAX_PATH];
    ck_assert_uint_ne(GetTempPathW(MAX_PATH, folder), 0);
    ck_assert_uint_ne(GetTempFileNameW(folder, L"mxp", 0, path), 0);
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL,
                              OPEN_ALWAYS, 0, NULL);
    ck_assert(file != INVALID_HANDLE_VALUE);
    return file;
}

static void set_up(void)
{
    old_output = GetStdHandle(STD_OUTPUT_HANDLE);
    old_error = GetStdHandle(STD_ERROR_HANDLE);
    old_input = GetStdHandle(STD_INPUT_HANDLE);
}

static void tear_down(void)
{
    SetStdHandle(STD_OUTPUT_HANDLE, old_output);
    SetStdHandle(STD_ERROR_HANDLE, old_error);
    SetStdHandle(STD_INPUT_HANDLE, old_input);
}

START_TEST(a_file_receives_the_exact_bytes)
{
    enum { COUNT = 100000 };
    HANDLE file = make_file();
    char *text = malloc(COUNT), *back = malloc(COUNT);
    DWORD got = 0;
    for (int i = 0; i < COUNT; i++)
        text[i] = "\xc3\xa4\xe2\x82\xac\n"[i % 6];
    SetStdHandle(STD_OUTPUT_HANDLE, file);
    SetStdHandle(STD_ERROR_HANDLE, file);
    SetStdHandle(STD_INPUT_HANDLE, file);
    console_open(&console, &screen);
    ck_assert(!screen.is_console(screen.context, SCREEN_OUT));
    ck_assert(!screen.is_console(screen.context, SCREEN_ERROR));
    ck_assert(!screen.can_ask(screen.context));
    ck_assert(!screen.wants_color(screen.context));
    ck_assert(!screen.stop_requested(screen.context));
    ck_assert_uint_eq(screen.width(screen.context), 80);
    screen.style(screen.context, STYLE_BAD);
    ck_assert(screen.write(screen.context, SCREEN_OUT, text, COUNT - 6));
    ck_assert(screen.write(screen.context, SCREEN_ERROR, text, 6));
    ck_assert(screen.write(screen.context, SCREEN_OUT, "", 0));
    console_close(&console);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    ck_assert(ReadFile(file, back, COUNT, &got, NULL));
    ck_assert_uint_eq(got, COUNT);
    ck_assert_mem_eq(back, text, COUNT - 6);
    ck_assert_mem_eq(back + COUNT - 6, text, 6);
    free(text);
    free(back);
    CloseHandle(file);
    DeleteFileW(path);
}
END_TEST

START_TEST(writing_to_a_closed_pipe_fails)
{
    HANDLE reader, writer;
    ck_assert(CreatePipe(&reader, &writer, NULL, 0));
    SetStdHandle(STD_OUTPUT_HANDLE, writer);
    console_open(&console, &screen);
    ck_assert(screen.write(screen.context, SCREEN_OUT, "x", 1));
    CloseHandle(reader);
    ck_assert(!screen.write(screen.context, SCREEN_OUT, "x", 1));
    console_close(&console);
    CloseHandle(writer);
}
END_TEST

START_TEST(writing_to_a_read_only_file_fails)
{
    CloseHandle(make_file());
    HANDLE file = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ck_assert(file != INVALID_HANDLE_VALUE);
    SetStdHandle(STD_OUTPUT_HANDLE, file);
    console_open(&console, &screen);
    ck_assert(!screen.write(screen.context, SCREEN_OUT, "x", 1));
    console_close(&console);
    CloseHandle(file);
    DeleteFileW(path);
}
END_TEST

START_TEST(output_to_a_missing_stream_is_discarded)
{
    SetStdHandle(STD_OUTPUT_HANDLE, NULL);
    SetStdHandle(STD_INPUT_HANDLE, NULL);
    console_open(&console, &screen);
    ck_assert(screen.write(screen.context, SCREEN_OUT, "x", 1));
    ck_assert(!screen.can_ask(screen.context));
    char answer[8];
    ck_assert(!screen.ask(screen.context, answer, sizeof answer));
    console_close(&console);
}
END_TEST

Suite *console_suite(void)
{
    Suite *suite = suite_create("console");
    TCase *tests = tcase_create("console");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_file_receives_the_exact_bytes);
    tcase_add_test(tests, writing_to_a_closed_pipe_fails);
    tcase_add_test(tests, writing_to_a_read_only_file_fails);
    tcase_add_test(tests, output_to_a_missing_stream_is_discarded);
    suite_add_tcase(suite, tests);
    return suite;
}
