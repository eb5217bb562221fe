/* Tests of maxport on a console: questions before a change, colours, and watched output that is
 * redrawn in place.
 *
 * These tests must not use the console of the person who runs them. So this executable starts
 * itself a second time, with a console of its own that has no window, and maxport uses that
 * console. The second process simulates a person: it waits for the question, presses keys, and
 * prints the final screen.
 */
#include "program/asked.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "program/suites.h"
#include "program/witness.h"

enum { BRIGHT_WHITE = 0x0f };
enum { SEQUENCES = 0x4 }; /* ENABLE_VIRTUAL_TERMINAL_PROCESSING, which older headers lack */
enum { COLUMNS = 100, ROWS = 300, WINDOW_COLUMNS = 80, WINDOW_ROWS = 25 };
enum { WAIT_MS = 20000, LOOK_MS = 20, PAUSE_MS = 300, REDRAW_MS = 1500 };

static const wchar_t player_word[] = L"--at-a-console";
static const char question[] = "[y/N]";

/* ---- the simulated person ------------------------------------------------ */

static HANDLE open_console(const wchar_t *name)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};

    return CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       &inherited, OPEN_EXISTING, 0, NULL);
}

/* Returns the characters of the whole screen, COLUMNS for each row. */
static const wchar_t *read_screen(HANDLE screen)
{
    static wchar_t text[ROWS * COLUMNS + 1];
    DWORD got = 0;

    ReadConsoleOutputCharacterW(screen, text, ROWS * COLUMNS, (COORD){0, 0}, &got);
    text[got] = L'\0';
    return text;
}

static void type(HANDLE keyboard, const wchar_t *keys)
{
    for (; *keys; keys++)
        for (int is_down = 1; is_down >= 0; is_down--) {
            wchar_t key = *keys == L'.' ? L'\r' : *keys; /* a period stands for the Enter key */
            INPUT_RECORD record = {.EventType = KEY_EVENT};
            DWORD written;

            record.Event.KeyEvent.bKeyDown = is_down;
            record.Event.KeyEvent.wRepeatCount = 1;
            record.Event.KeyEvent.wVirtualKeyCode = key == L'\r' ? VK_RETURN : 0;
            record.Event.KeyEvent.uChar.UnicodeChar = key;
            WriteConsoleInputW(keyboard, &record, 1, &written);
        }
}

/* Prints "exit N", "colored N", "white N", "mode N", "columns N" and the screen in UTF-8 to
 * standard error. The second number counts the characters whose colours differ from those of the
 * character in the bottom right corner, the third the characters in bright white. The fourth number
 * is 1 if the output mode is as before, the fifth is the width of the window. */
static void print_result(HANDLE screen, DWORD exit_code, DWORD mode_before)
{
    static WORD attributes[ROWS * COLUMNS];
    static char utf8_row[COLUMNS * 3 + 1];
    const wchar_t *text = read_screen(screen);
    DWORD got = 0, colored = 0, white = 0, mode = 0;
    CONSOLE_SCREEN_BUFFER_INFO info = {0};

    _setmode(_fileno(stderr), _O_BINARY);
    GetConsoleMode(screen, &mode);
    GetConsoleScreenBufferInfo(screen, &info);
    ReadConsoleOutputAttribute(screen, attributes, ROWS * COLUMNS, (COORD){0, 0}, &got);
    for (DWORD i = 0; i < got; i++) {
        colored += attributes[i] != attributes[got - 1];
        white += (attributes[i] & BRIGHT_WHITE) == BRIGHT_WHITE && text[i] != L' ';
    }
    fprintf(stderr, "exit %lu\ncolored %lu\nwhite %lu\nmode %d\ncolumns %d\n", exit_code, colored,
            white, mode == mode_before, info.srWindow.Right - info.srWindow.Left + 1);
    for (size_t row = 0; row < ROWS && wcslen(text) >= COLUMNS; row++, text += COLUMNS) {
        int length = COLUMNS;

        while (length > 0 && text[length - 1] == L' ')
            length--;
        length =
            WideCharToMultiByte(CP_UTF8, 0, text, length, utf8_row, sizeof utf8_row, NULL, NULL);
        if (length > 0)
            fprintf(stderr, "%.*s\n", length, utf8_row);
    }
}

/* Reduces the console window to half its height and two thirds of its width. */
static void shrink_window(HANDLE screen)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    SMALL_RECT smaller;

    GetConsoleScreenBufferInfo(screen, &info);
    smaller = info.srWindow;
    smaller.Right = (SHORT)(smaller.Left + (smaller.Right - smaller.Left) * 2 / 3);
    smaller.Top = (SHORT)(smaller.Bottom - (smaller.Bottom - smaller.Top) / 2);
    SetConsoleWindowInfo(screen, TRUE, &smaller);
}

/* Handles the keys in order. At the beginning, each '~' waits until maxport draws again, and each
 * '<' reduces the window and then waits, too. If the next key is '^', presses Ctrl-C and ignores
 * the rest. Otherwise types the rest. */
static void press_keys(HANDLE keyboard, HANDLE screen, const wchar_t *keys)
{
    for (; wcschr(L"~<", *keys) && *keys; keys++) {
        if (*keys == L'<')
            shrink_window(screen);
        Sleep(REDRAW_MS);
    }
    if (keys[0] == L'^')
        GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    else
        type(keyboard, keys);
}

/* Prepares the console. The window gets WINDOW_COLUMNS, and the buffer has space to the right of
 * it. The options are a code page or 0, and then the letters 's' if the console interprets escape
 * sequences and 'r' if the standard output of maxport is redirected. */
static bool prepare(HANDLE screen, const wchar_t *options, DWORD *mode)
{
    SMALL_RECT window = {0, 0, WINDOW_COLUMNS - 1, WINDOW_ROWS - 1};
    UINT code_page = (UINT)wcstoul(options, NULL, 10);

    return SetConsoleWindowInfo(screen, TRUE, &window) &&
           SetConsoleScreenBufferSize(screen, (COORD){COLUMNS, ROWS}) &&
           (!code_page || (SetConsoleOutputCP(code_page) && SetConsoleCP(code_page))) &&
           GetConsoleMode(screen, mode) &&
           (!wcschr(options, L's') || SetConsoleMode(screen, *mode | SEQUENCES)) &&
           GetConsoleMode(screen, mode);
}

/* Runs maxport in the second process. The arguments of this process are: program, --at-a-console,
 * awaited text, keys, options of prepare(), command line of maxport. */
static int play(const wchar_t *awaited, const wchar_t *keys, const wchar_t *options, wchar_t *line)
{
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE keyboard = open_console(L"CONIN$"), screen = open_console(L"CONOUT$");
    DWORD exit_code = 0, mode, start = GetTickCount();
    bool is_typed = false;

    if (keyboard == INVALID_HANDLE_VALUE || screen == INVALID_HANDLE_VALUE ||
        !prepare(screen, options, &mode)) {
        printf("no console: error %lu\n", GetLastError());
        return 1;
    }
    startup.hStdInput = keyboard;
    startup.hStdError = screen;
    startup.hStdOutput = wcschr(options, L'r') ? GetStdHandle(STD_OUTPUT_HANDLE) : screen;
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        printf("not started: error %lu\n", GetLastError());
        return 1;
    }
    /* From here, this process ignores Ctrl-C. If it ignored Ctrl-C before it started maxport,
     * maxport would inherit the setting. */
    SetConsoleCtrlHandler(NULL, TRUE);
    while (WaitForSingleObject(process.hProcess, LOOK_MS) == WAIT_TIMEOUT &&
           GetTickCount() - start < WAIT_MS)
        if (!is_typed && wcsstr(read_screen(screen), awaited)) {
            is_typed = true;
            /* maxport discards keys that are pressed before the question, so the simulated person
             * waits for a moment. */
            Sleep(PAUSE_MS);
            press_keys(keyboard, screen, keys);
        }
    TerminateProcess(process.hProcess, 9999); /* no effect if the process has ended */
    GetExitCodeProcess(process.hProcess, &exit_code);
    print_result(screen, exit_code, mode);
    return 0;
}

bool asked_play(int *exit_code)
{
    int count;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    bool is_player = count == 6 && wcscmp(arguments[1], player_word) == 0;

    if (is_player)
        *exit_code = play(arguments[2], arguments[3], arguments[4], arguments[5]);
    LocalFree(arguments);
    return is_player;
}

/* ---- the tests ------------------------------------------------------------- */

struct console_run asked_run(const struct console_way *way, const char *arguments)
{
    wchar_t program[MAX_PATH];
    char line[1024];
    struct way player = {.program = program, .has_console = true, .out = way->out};
    struct console_run console_run = {.exit_code = -1};
    const struct run *run;
    int length = 0, keeps_mode = 0;

    ck_assert_uint_ne(GetModuleFileNameW(NULL, program, MAX_PATH), 0);
    ck_assert_int_lt(snprintf(line, sizeof line,
                              "--at-a-console \"%s\" \"%s\" %u%s%s \"\\\"%s\\\" %s\"", way->awaited,
                              way->keys, way->code_page, way->has_sequences ? "s" : "",
                              way->is_redirected ? "r" : "", utf8(run_maxport_path()), arguments),
                     (int)sizeof line);
    run = run_way(&player, line);
    ck_assert_msg(sscanf(run->err, "exit %ld colored %ld white %ld mode %d columns %u%n",
                         &console_run.exit_code, &console_run.colored, &console_run.white,
                         &keeps_mode, &console_run.columns, &length) == 5,
                  "no result of the simulated person: %s%s", run->out, run->err);
    console_run.keeps_mode = keeps_mode;
    console_run.run = run;
    console_run.screen = run->err + length;
    return console_run;
}

static struct console_run run_at_console_until(const char *awaited, const char *keys,
                                               const char *arguments)
{
    return asked_run(&(struct console_way){.awaited = awaited, .keys = keys}, arguments);
}

static struct console_run run_at_console(const char *keys, const char *arguments)
{
    return run_at_console_until(question, keys, arguments);
}

START_TEST(the_answer_yes_writes_the_change)
{
    struct console_run console_run = run_at_console(_i ? "yes." : "y.", "set 60000 --reason asked");
    ck_assert_msg(console_run.exit_code == 0, "exit code %ld\n%s", console_run.exit_code,
                  console_run.screen);
    ASSERT_SAYS(console_run.screen, "Apply this change? [y/N] y");
    ASSERT_SAYS(console_run.screen, "Change 1 is complete and verified.");
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(any_other_answer_declines_and_writes_nothing)
{
    static const char *const answers[] = {".", "n.", "no.", "x.", "ye.", "yy."};
    struct console_run console_run = run_at_console(answers[_i], "set 60000");

    ck_assert_msg(console_run.exit_code == 5, "%s: exit code %ld\n%s", answers[_i],
                  console_run.exit_code, console_run.screen);
    ASSERT_SAYS(console_run.screen, "Nothing was changed.");
    ck_assert(value_is_absent(L"MaxUserPort"));
    ck_assert(!is_there(store_path(L"")));
}
END_TEST

START_TEST(ctrl_c_at_the_question_writes_nothing)
{
    struct console_run console_run = run_at_console("^C", "set 60000");

    ck_assert_msg(console_run.exit_code == 5, "exit code %ld\n%s", console_run.exit_code,
                  console_run.screen);
    ck_assert(value_is_absent(L"MaxUserPort"));
    ck_assert(!is_there(store_path(L"")));
}
END_TEST

START_TEST(undo_asks_before_it_writes)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ck_assert_int_eq(run_at_console("n.", "undo").exit_code, 5);
    assert_number(L"MaxUserPort", 60000);
    ck_assert_int_eq(run_at_console("y.", "undo").exit_code, 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

/* The forged line looks like an interrupted change of two values. One value is as after the change,
 * the other as before the change. */
START_TEST(a_forged_journal_line_causes_no_write)
{
    static const char line[] =
        "{\"v\":1,\"event\":\"started\",\"time_ms\":1,\"id\":2,\"account\":\"a\","
        "\"session_user\":\"\",\"computer\":\"c\",\"command\":\"set\",\"reason\":\"\","
        "\"outcome\":\"\",\"steps\":[{\"place\":{\"kind\":\"registry\",\"key\":"
        "\"SOFTWARE\\\\Microsoft"
        "\\\\Windows\\\\CurrentVersion\\\\Run\",\"name\":\"evil\"},\"before\":\"1:650000000000\","
        "\"after\":\"absent\"},{\"place\":{\"kind\":\"registry\",\"key\":"
        "\"SYSTEM\\\\CurrentControlSet"
        "\\\\Services\\\\Tcpip\\\\Parameters\",\"name\":\"TcpTimedWaitDelay\"},\"before\":"
        "\"absent\","
        "\"after\":\"30\"}],\"backup\":\"\",\"undo_file\":\"\"}\n";
    size_t length;

    ASSERT_EXIT(maxport("set 20000 --yes"), 0);
    char *journal = file_read(store_path(L"journal.jsonl"), &length);
    char *forged = malloc(length + sizeof line);
    memcpy(forged, journal, length);
    memcpy(forged + length, line, sizeof line - 1);
    file_write(store_path(L"journal.jsonl"), forged, length + sizeof line - 1);
    free(journal);
    free(forged);
    char *before = key_snapshot();
    ASSERT_EXIT(maxport("set 65534"), 2);
    ck_assert_int_eq(run_at_console("n.", "set 65534").exit_code, 5);
    ck_assert_int_eq(run_at_console("n.", "undo").exit_code, 5);
    ASSERT_KEY_IS(before);
    ASSERT_EXIT(maxport("set 65534 --yes"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ASSERT_KEY_IS(before);
    free(before);
    ASSERT_EXIT(reg("query HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run /v evil"), 1);
}
END_TEST

static size_t count_of(const char *text, const char *words)
{
    size_t count = 0;

    for (const char *at = strstr(text, words); at; at = strstr(at + 1, words))
        count++;
    return count;
}

START_TEST(watch_redraws_in_place_until_ctrl_c)
{
    struct console_run console_run = run_at_console_until("UDP  [", "~~^", "ports --watch 1");

    ck_assert_msg(console_run.exit_code == 0, "exit code %ld:\n%s", console_run.exit_code,
                  console_run.screen);
    ck_assert_msg(count_of(console_run.screen, "TCP  [") == 1, "drawn elsewhere, too:\n%s",
                  console_run.screen);
}
END_TEST

START_TEST(q_and_escape_leave_the_page)
{
    static const char *const keys[] = {"~q", "~Q", "~\x1b"};
    struct console_run console_run = run_at_console_until("q to stop", keys[_i], "ports --watch 1");

    ck_assert_msg(console_run.exit_code == 0, "exit code %ld:\n%s", console_run.exit_code,
                  console_run.screen);
}
END_TEST

/* In a smaller window, maxport draws a new page that fits. The previous page stays on the screen
 * above it. */
START_TEST(watch_fits_its_page_to_a_smaller_window)
{
    struct console_run console_run = run_at_console_until("UDP  [", "~<~^", "ports --watch 1");

    ck_assert_msg(console_run.exit_code == 0, "exit code %ld:\n%s", console_run.exit_code,
                  console_run.screen);
    ck_assert_msg(count_of(console_run.screen, "TCP  [") == 2, "not drawn anew:\n%s",
                  console_run.screen);
}
END_TEST

START_TEST(set_with_json_and_without_yes_is_refused)
{
    ck_assert_int_eq(run_at_console("y.", "set 60000 --json").exit_code, 2);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(a_console_shows_colours_unless_no_color_is_set)
{
    struct console_run console_run;

    value_write_number(L"MaxUserPort",
                       100); /* not documented, so status prints a warning in colour */
    console_run = run_at_console("", "status");
    ck_assert_int_eq(console_run.exit_code, 0);
    ck_assert_msg(console_run.colored > 0, "no colours at all\n%s", console_run.screen);
    ASSERT_NEVER_SAYS(console_run.screen,
                      "\x1b"); /* maxport colours this console without escape sequences */
    /* In a light colour scheme, bright white headings would be invisible. */
    ck_assert_int_eq(console_run.white, 0);
    SetEnvironmentVariableW(L"NO_COLOR", L"1");
    console_run = run_at_console("", "status");
    SetEnvironmentVariableW(L"NO_COLOR", NULL);
    ck_assert_int_eq(console_run.exit_code, 0);
    ck_assert_int_eq(console_run.colored, 0);
    ASSERT_SAYS(console_run.screen, "Dynamic range");
}
END_TEST

Suite *asked_suite(void)
{
    Suite *suite = suite_create("asked");
    TCase *tests = bare_case(suite, "asked");

    tcase_add_loop_test(tests, the_answer_yes_writes_the_change, 0, 2);
    tcase_add_loop_test(tests, any_other_answer_declines_and_writes_nothing, 0, 6);
    tcase_add_test(tests, ctrl_c_at_the_question_writes_nothing);
    tcase_add_test(tests, undo_asks_before_it_writes);
    tcase_add_test(tests, a_forged_journal_line_causes_no_write);
    tcase_add_test(tests, watch_redraws_in_place_until_ctrl_c);
    tcase_add_loop_test(tests, q_and_escape_leave_the_page, 0, 3);
    tcase_add_test(tests, watch_fits_its_page_to_a_smaller_window);
    tcase_add_test(tests, set_with_json_and_without_yes_is_refused);
    tcase_add_test(tests, a_console_shows_colours_unless_no_color_is_set);
    return suite;
}
