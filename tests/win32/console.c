/* Tests of the interface `screen`. A test run has no console, so the output goes to a file or a
 * pipe, and the cells of a page are checked in memory. */
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
    ck_assert(!screen.has_symbols(screen.context));
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
    ck_assert(!screen.reader_has_closed(screen.context));
    CloseHandle(reader);
    ck_assert(!screen.write(screen.context, SCREEN_OUT, "x", 1));
    ck_assert(screen.reader_has_closed(screen.context));
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
    ck_assert(!screen.reader_has_closed(screen.context));
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

/* ---- cells of the page -------------------------------------------------- */

enum { COLUMNS = 5, ROWS = 2, COLOR = FOREGROUND_GREEN };

static CHAR_INFO cells[COLUMNS * ROWS];
static struct page page;

static void put(bool has_double_cells, const char *text)
{
    memset(cells, 0, sizeof cells);
    page = (struct page){.current = COLOR,
                         .has_double_cells = has_double_cells,
                         .columns = COLUMNS,
                         .rows = ROWS,
                         .cells = cells};
    page_put(&page, text, strlen(text));
}

static void expect_cell(unsigned row, unsigned column, wchar_t character, WORD mark)
{
    const CHAR_INFO *cell = &cells[row * COLUMNS + column];

    ck_assert_int_eq(cell->Char.UnicodeChar, character);
    ck_assert_int_eq(cell->Attributes, COLOR | mark);
}

START_TEST(a_full_width_character_takes_two_marked_cells)
{
    put(true, "a\xe6\xbc\xa2"
              "b\n\xed\x95\x9c\xef\xbc\xa1");
    expect_cell(0, 0, L'a', 0);
    expect_cell(0, 1, 0x6f22, COMMON_LVB_LEADING_BYTE);
    expect_cell(0, 2, 0x6f22, COMMON_LVB_TRAILING_BYTE);
    expect_cell(0, 3, L'b', 0);
    expect_cell(1, 0, 0xd55c, COMMON_LVB_LEADING_BYTE);
    expect_cell(1, 1, 0xd55c, COMMON_LVB_TRAILING_BYTE);
    expect_cell(1, 2, 0xff21, COMMON_LVB_LEADING_BYTE);
    expect_cell(1, 3, 0xff21, COMMON_LVB_TRAILING_BYTE);
}
END_TEST

START_TEST(half_of_a_full_width_character_is_not_shown_at_the_edge)
{
    put(true, "abcd\xe6\xbc\xa2"
              "ef\ng");
    expect_cell(0, 3, L'd', 0);
    expect_cell(0, 4, L' ', 0);
    expect_cell(1, 0, L'g', 0);
    ck_assert_int_eq(cells[COLUMNS + 1].Char.UnicodeChar, 0);
}
END_TEST

START_TEST(other_code_pages_have_one_cell_for_each_character)
{
    put(false, "\xe6\xbc\xa2"
               "b");
    expect_cell(0, 0, 0x6f22, 0);
    expect_cell(0, 1, L'b', 0);
    put(true, "\xc3\xa4\xef\xbd\xb1"
              "b"); /* a half-width katakana */
    expect_cell(0, 0, 0xe4, 0);
    expect_cell(0, 1, 0xff71, 0);
    expect_cell(0, 2, L'b', 0);
}
END_TEST

START_TEST(the_code_pages_of_four_languages_are_east_asian)
{
    static const UINT east_asian[] = {932, 936, 949, 950},
                      other[] = {0, 437, 850, 874, 1252, 65001};

    for (size_t i = 0; i < sizeof east_asian / sizeof *east_asian; i++)
        ck_assert(page_is_east_asian(east_asian[i]));
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        ck_assert(!page_is_east_asian(other[i]));
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
    tcase_add_test(tests, a_full_width_character_takes_two_marked_cells);
    tcase_add_test(tests, half_of_a_full_width_character_is_not_shown_at_the_edge);
    tcase_add_test(tests, the_code_pages_of_four_languages_are_east_asian);
    tcase_add_test(tests, other_code_pages_have_one_cell_for_each_character);
    suite_add_tcase(suite, tests);
    return suite;
}
