/* On a console: maxport asks before it writes, colours are there or not, and what is watched
 * is drawn anew in its place.
 *
 * These tests must not take the console away from whoever looks at them, so the
 * one that maxport sees belongs to a second process of this executable, started
 * without a window. That process plays the person: it waits for the question,
 * types, and tells afterwards what the screen shows.
 */
#include "program/asked.h"

#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "program/suites.h"
#include "program/witness.h"

enum { COLUMNS = 100, ROWS = 300, WAIT_MS = 20000, LOOK_MS = 20, PAUSE_MS = 300, REDRAW_MS = 1500 };

static const wchar_t player_word[] = L"--at-a-console";
static const char question[] = "[y/N]";

/* ---- the person at the console ------------------------------------------- */

static HANDLE open_console(const wchar_t *name)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};

    return CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       &inherited, OPEN_EXISTING, 0, NULL);
}

/* The rows of the screen, each of COLUMNS. */
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
            wchar_t key = *keys == L'.' ? L'\r' : *keys; /* a stop is the Enter key */
            INPUT_RECORD record = {.EventType = KEY_EVENT};
            DWORD written;

            record.Event.KeyEvent.bKeyDown = is_down;
            record.Event.KeyEvent.wRepeatCount = 1;
            record.Event.KeyEvent.wVirtualKeyCode = key == L'\r' ? VK_RETURN : 0;
            record.Event.KeyEvent.uChar.UnicodeChar = key;
            WriteConsoleInputW(keyboard, &record, 1, &written);
        }
}

/* "exit N", "colored N", then the screen in UTF-8, to standard output. */
static void tell(HANDLE screen, DWORD exit_code)
{
    static WORD attributes[ROWS * COLUMNS];
    static char utf8_row[COLUMNS * 3 + 1];
    const wchar_t *text = read_screen(screen);
    DWORD got = 0, colored = 0;

    ReadConsoleOutputAttribute(screen, attributes, ROWS * COLUMNS, (COORD){0, 0}, &got);
    for (DWORD i = 0; i < got; i++)
        colored += attributes[i] != attributes[got - 1];
    printf("exit %lu\ncolored %lu\n", exit_code, colored);
    for (size_t row = 0; row < ROWS && wcslen(text) >= COLUMNS; row++, text += COLUMNS) {
        int length = COLUMNS;

        while (length > 0 && text[length - 1] == L' ')
            length--;
        length =
            WideCharToMultiByte(CP_UTF8, 0, text, length, utf8_row, sizeof utf8_row, NULL, NULL);
        if (length > 0)
            printf("%.*s\n", length, utf8_row);
    }
    fflush(stdout);
}

/* Half as high and two thirds as wide. */
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

/* Ctrl-C for '^', once more time to draw for '~', a smaller window for '<'; else what to type. */
static void do_as_told(HANDLE keyboard, HANDLE screen, const wchar_t *keys)
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

/* argv: program, --at-a-console, what to wait for, what to do then, maxport's command line. */
static int play(const wchar_t *awaited, const wchar_t *keys, wchar_t *line)
{
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE keyboard = open_console(L"CONIN$"), screen = open_console(L"CONOUT$");
    DWORD exit_code = 0, start = GetTickCount();
    bool is_typed = false;

    if (keyboard == INVALID_HANDLE_VALUE || screen == INVALID_HANDLE_VALUE ||
        !SetConsoleScreenBufferSize(screen, (COORD){COLUMNS, ROWS})) {
        printf("no console: error %lu\n", GetLastError());
        return 1;
    }
    startup.hStdInput = keyboard;
    startup.hStdOutput = startup.hStdError = screen;
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        printf("not started: error %lu\n", GetLastError());
        return 1;
    }
    /* Only now: a child would inherit that it ignores Ctrl-C. */
    SetConsoleCtrlHandler(NULL, TRUE);
    while (WaitForSingleObject(process.hProcess, LOOK_MS) == WAIT_TIMEOUT &&
           GetTickCount() - start < WAIT_MS)
        if (!is_typed && wcsstr(read_screen(screen), awaited)) {
            is_typed = true;
            Sleep(PAUSE_MS); /* what is typed ahead of the question is thrown away */
            do_as_told(keyboard, screen, keys);
        }
    TerminateProcess(process.hProcess, 9999); /* nothing, if it has ended */
    GetExitCodeProcess(process.hProcess, &exit_code);
    tell(screen, exit_code);
    return 0;
}

bool asked_play(int *exit_code)
{
    int count;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    bool is_player = count == 5 && wcscmp(arguments[1], player_word) == 0;

    if (is_player)
        *exit_code = play(arguments[2], arguments[3], arguments[4]);
    LocalFree(arguments);
    return is_player;
}

/* ---- the tests ------------------------------------------------------------- */

struct sitting {
    long exit_code, colored;
    const char *screen;
};

/* maxport ARGUMENTS at a console, where somebody does KEYS when AWAITED is on the screen. */
static struct sitting sit_until(const char *awaited, const char *keys, const char *arguments)
{
    wchar_t program[MAX_PATH];
    char line[1024];
    struct sitting sitting = {-1, -1, ""};
    const struct run *run;
    int length = 0;

    ck_assert_uint_ne(GetModuleFileNameW(NULL, program, MAX_PATH), 0);
    ck_assert_int_lt(snprintf(line, sizeof line, "--at-a-console \"%s\" \"%s\" \"\\\"%s\\\" %s\"",
                              awaited, keys, utf8(run_maxport_path()), arguments),
                     (int)sizeof line);
    run = run_way(&(struct way){.program = program, .has_console = true}, line);
    ck_assert_msg(sscanf(run->out, "exit %ld colored %ld%n", &sitting.exit_code, &sitting.colored,
                         &length) == 2,
                  "the person at the console says: %s%s", run->out, run->err);
    sitting.screen = run->out + length;
    return sitting;
}

static struct sitting sit(const char *keys, const char *arguments)
{
    return sit_until(question, keys, arguments);
}

START_TEST(yes_writes)
{
    struct sitting sitting = sit(_i ? "yes." : "y.", "set 60000 --reason asked");
    ck_assert_msg(sitting.exit_code == 0, "exit code %ld\n%s", sitting.exit_code, sitting.screen);
    ASSERT_SAYS(sitting.screen, "Apply this change? [y/N] y");
    ASSERT_SAYS(sitting.screen, "Change 1 is complete and verified.");
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(anything_else_declines_and_writes_nothing)
{
    static const char *const answers[] = {".", "n.", "no.", "x.", "ye.", "yy."};
    struct sitting sitting = sit(answers[_i], "set 60000");

    ck_assert_msg(sitting.exit_code == 5, "%s: exit code %ld\n%s", answers[_i], sitting.exit_code,
                  sitting.screen);
    ASSERT_SAYS(sitting.screen, "Nothing was changed.");
    ck_assert(value_is_absent(L"MaxUserPort"));
    ck_assert(!is_there(store_path(L"")));
}
END_TEST

START_TEST(control_c_at_the_question_is_an_answer_too)
{
    struct sitting sitting = sit("^C", "set 60000");

    ck_assert_msg(sitting.exit_code == 5, "exit code %ld\n%s", sitting.exit_code, sitting.screen);
    ck_assert(value_is_absent(L"MaxUserPort"));
    ck_assert(!is_there(store_path(L"")));
}
END_TEST

START_TEST(undo_asks_too)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ck_assert_int_eq(sit("n.", "undo").exit_code, 5);
    assert_number(L"MaxUserPort", 60000);
    ck_assert_int_eq(sit("y.", "undo").exit_code, 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

/* A "started" line that looks half-done: one place holds its "after", one its "before". */
START_TEST(an_attackers_line_in_the_journal_writes_nowhere)
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
    ck_assert_int_eq(sit("n.", "set 65534").exit_code, 5);
    ck_assert_int_eq(sit("n.", "undo").exit_code, 5);
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

START_TEST(what_is_watched_is_drawn_in_its_place_until_control_c)
{
    struct sitting sitting = sit_until("UDP  [", "~~^", "ports --watch 1");

    ck_assert_msg(sitting.exit_code == 0, "exit code %ld:\n%s", sitting.exit_code, sitting.screen);
    ck_assert_msg(count_of(sitting.screen, "TCP  [") == 1, "drawn elsewhere, too:\n%s",
                  sitting.screen);
    ck_assert_int_gt(sitting.colored, 0);
}
END_TEST

/* The page of before stays above; the new one fits the window. */
START_TEST(a_window_that_is_made_smaller_gets_a_page_that_fits)
{
    struct sitting sitting = sit_until("UDP  [", "~<~^", "ports --watch 1");

    ck_assert_msg(sitting.exit_code == 0, "exit code %ld:\n%s", sitting.exit_code, sitting.screen);
    ck_assert_msg(count_of(sitting.screen, "TCP  [") == 2, "not drawn anew:\n%s", sitting.screen);
}
END_TEST

START_TEST(json_never_asks)
{
    ck_assert_int_eq(sit("y.", "set 60000 --json").exit_code, 2);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(a_console_has_colours_unless_no_color_is_set)
{
    struct sitting sitting = sit("", "status");

    ck_assert_int_eq(sitting.exit_code, 0);
    ck_assert_msg(sitting.colored > 0, "no colours at all\n%s", sitting.screen);
    ASSERT_NEVER_SAYS(sitting.screen, "\x1b");
    SetEnvironmentVariableW(L"NO_COLOR", L"1");
    sitting = sit("", "status");
    SetEnvironmentVariableW(L"NO_COLOR", NULL);
    ck_assert_int_eq(sitting.exit_code, 0);
    ck_assert_int_eq(sitting.colored, 0);
    ASSERT_SAYS(sitting.screen, "Dynamic range");
}
END_TEST

Suite *asked_suite(void)
{
    Suite *suite = suite_create("asked");
    TCase *tests = bare_case(suite, "asked");

    tcase_add_loop_test(tests, yes_writes, 0, 2);
    tcase_add_loop_test(tests, anything_else_declines_and_writes_nothing, 0, 6);
    tcase_add_test(tests, control_c_at_the_question_is_an_answer_too);
    tcase_add_test(tests, undo_asks_too);
    tcase_add_test(tests, an_attackers_line_in_the_journal_writes_nowhere);
    tcase_add_test(tests, what_is_watched_is_drawn_in_its_place_until_control_c);
    tcase_add_test(tests, a_window_that_is_made_smaller_gets_a_page_that_fits);
    tcase_add_test(tests, json_never_asks);
    tcase_add_test(tests, a_console_has_colours_unless_no_color_is_set);
    return suite;
}
