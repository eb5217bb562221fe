/* Starts maxport in different ways, with the handles that maxport gets in each way, and checks what
 * maxport prints, writes and returns.
 *
 * tests/windows/ways.ps1 tests the ways that Wine cannot simulate: Windows PowerShell 5.1, the
 * account SYSTEM and the console of Windows.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/asked.h"
#include "program/fakes.h"
#include "program/stage.h"
#include "program/suites.h"
#include "program/witness.h"

enum { LIMIT_MS = 60000 };

static const struct row {
    const char *name;
    bool has_keyboard; /* standard input and standard error are a console; see `console` */
    struct way way;    /* without a keyboard */
    struct console_way console;
} rows[] = {
    {.name = "cmd", .has_keyboard = true},
    {.name = "Windows Terminal", .has_keyboard = true, .console = {.has_sequences = true}},
    {.name = "cmd, > file",
     .has_keyboard = true,
     .console = {.is_redirected = true, .out = STREAM_FILE}},
    {.name = "cmd, | more", .has_keyboard = true, .console = {.is_redirected = true}},
    /* PowerShell 5.1 makes an error record of each line on standard error. */
    {.name = "PowerShell 5.1", .way = {.has_console = true, .in = STREAM_SILENT}},
    {.name = "2>&1", .way = {.has_console = true, .in = STREAM_SILENT, .err = STREAM_OUTPUT}},
    {.name = "> file 2>&1", .way = {.has_console = true, .out = STREAM_FILE, .err = STREAM_OUTPUT}},
    {.name = "ssh without a terminal", .way = {.in = STREAM_SILENT}},
    {.name = "PsExec", .way = {.input = ""}},
    {.name = "WinRM, null device", .way = {.in = STREAM_USUAL}},
    {.name = "WinRM, closed input", .way = {.in = STREAM_CLOSED}},
    {.name = "Task Scheduler", .way = {.in = STREAM_NONE, .out = STREAM_NONE, .err = STREAM_NONE}},
};

enum expectation { PRINTS_TEXT, PRINTS_JSON, REFUSES, NEEDS_SYSTEM_RESTORE, NEEDS_ANSWER };

/* The commands, in this order. Each kind of output is there only once, because the runs of all ways
 * together take minutes. */
static const struct step {
    const char *arguments;
    enum expectation expected;
    const char *words; /* in the text that is printed */
    bool is_set;       /* afterwards, MaxUserPort is 60000; otherwise it is absent */
} steps[] = {
    {"status", PRINTS_TEXT, "Dynamic range", false},
    {"status --json", PRINTS_JSON, "maxport.status/1", false},
    {"set 60000", NEEDS_ANSWER, "Plan", false},
    {"set 60000 --yes", PRINTS_TEXT, "Change 1 is complete and verified.", true},
    {"undo --yes", PRINTS_TEXT, "Change 2", false},
    {"undo --yes", REFUSES, "Nothing was changed.", false},
    {"restore-point list", NEEDS_SYSTEM_RESTORE, "", false},
};

/* What a run has printed. The same text is in `out` and in `err` if both are one stream. */
struct outcome {
    const struct run *run; /* the JSON is in its standard output; NULL: it is on the screen */
    long exit_code;
    const char *out, *err;
};

static struct outcome start(const struct row *row, const char *arguments)
{
    if (row->has_keyboard) {
        struct console_way way = row->console;

        way.awaited = "[y/N]";
        way.keys = "n.";
        struct console_run on = asked_run(&way, arguments);
        /* Headings in bright white would be invisible on a light scheme. */
        ck_assert_msg(on.white == 0, "%s: bright white\n%s", arguments, on.screen);
        ck_assert_msg(on.keeps_mode, "%s: the mode of the console has changed", arguments);
        return way.is_redirected ? (struct outcome){on.run, on.exit_code, on.run->out, on.screen}
                                 : (struct outcome){NULL, on.exit_code, on.screen, on.screen};
    }
    struct way way = row->way;

    way.limit_ms = LIMIT_MS;
    const struct run *run = run_way(&way, arguments);
    ck_assert_msg(!run->is_over_time, "%s waits:\n%s%s", arguments, run->out, run->err);
    return (struct outcome){run, (long)run->exit_code, run->out,
                            way.err == STREAM_OUTPUT ? run->out : run->err};
}

static void assert_ascii(const char *text, bool may_have_symbols)
{
    for (const char *c = text; *c; c++)
        ck_assert_msg(*c == '\n' || (*c >= ' ' && *c < 0x7f) || (may_have_symbols && *c < 0),
                      "byte %02x in:\n%s", (unsigned char)*c, text);
}

/* Checks that standard error contains one refusal, or nothing at all. On a console it may also
 * contain progress. */
static void assert_errors(const struct row *row, const struct outcome *got, bool is_refused)
{
    size_t refusals = fakes_count(got->err, "maxport: ");

    if (row->way.err == STREAM_NONE)
        return;
    ck_assert_msg(refusals == is_refused, "%u refusals:\n%s", (unsigned)refusals, got->err);
    if (!is_refused && !row->has_keyboard && row->way.err == STREAM_USUAL)
        ck_assert_str_eq(got->err, "");
}

static long expected_code(enum expectation expected, bool has_answer, long got)
{
    switch (expected) {
    case REFUSES:
        return 1;
    case NEEDS_ANSWER:
        return has_answer ? 5 : 2;
    case NEEDS_SYSTEM_RESTORE: /* Windows Server and Wine lack it */
        return got == 0 ? 0 : 1;
    default:
        return 0;
    }
}

static void assert_step(const struct row *row, const struct step *step)
{
    bool is_screen = row->has_keyboard && !row->console.is_redirected;
    struct outcome got = start(row, step->arguments);
    long wanted = expected_code(step->expected, is_screen, got.exit_code);

    ck_assert_msg(got.exit_code == wanted, "%s: maxport %s: exit code %ld, not %ld\n%s\n%s",
                  row->name, step->arguments, got.exit_code, wanted, got.out, got.err);
    assert_errors(row, &got, wanted != 0);
    assert_ascii(got.out, is_screen);
    assert_ascii(got.err, is_screen);
    if (row->way.out == STREAM_NONE)
        ck_assert_str_eq(got.out, "");
    else
        ASSERT_SAYS(step->expected == REFUSES ? got.err : got.out, step->words);
    if (step->expected == PRINTS_JSON && got.run && row->way.out != STREAM_NONE)
        ck_assert_str_eq(json_text_at(run_json(got.run), "schema"), step->words);
    if (step->expected == NEEDS_ANSWER && !is_screen && row->way.err != STREAM_NONE)
        ASSERT_SAYS(got.err, "To skip the question, add --yes");
    if (step->is_set)
        assert_number(L"MaxUserPort", 60000);
    else
        ck_assert_msg(value_is_absent(L"MaxUserPort"), "%s has written", step->arguments);
}

START_TEST(each_way_of_starting_gives_the_same_results)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        assert_step(&rows[_i], &steps[i]);
}
END_TEST

/* ---- a Korean console ---------------------------------------------------- */

enum { FIRST_PORT = 50000, PORTS = 300, IN_USE = 290, ROW_SIZE = 40 };

/* Starts a program whose name is 24 Hangul syllables, and gives it almost all ports. */
static void start_korean_program(void)
{
    static const wchar_t name[] =
        L"\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4"
        L"\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4.exe";
    static char table[IN_USE * ROW_SIZE + 1];
    struct way way = {.program = scratch_path(name)};
    size_t length = 0;

    ck_assert(CopyFileW(run_maxport_path(), way.program, TRUE));
    DWORD id = GetProcessId(run_process(run_start(&way, "ports --watch 60")));
    for (unsigned i = 0; i < IN_USE; i++)
        length +=
            (size_t)snprintf(table + length, ROW_SIZE, "tcp|5|%u|443|%lu\n", FIRST_PORT + i, id);
    fakes_set_iphlpapi(table);
}

static void open_korean(void)
{
    stage_open();
    if (!fakes_can_run())
        return;
    stage_set_range(FIRST_PORT, PORTS);
    fakes_install_iphlpapi();
    start_korean_program();
}

static void close_korean(void)
{
    run_forget(); /* ends the program, so that its file can be deleted */
    if (fakes_can_run())
        fakes_uninstall_iphlpapi();
    stage_close();
}

/* Counts two columns for each character outside ASCII, as the fonts of a Korean console may show
 * it. */
static void assert_korean_rows(const char *screen, unsigned width)
{
    for (const char *line = screen; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t length = strcspn(line, "\n"), columns = 0;

        for (size_t i = 0; i < length; i++) {
            unsigned char byte = (unsigned char)line[i];

            if (byte >= 0xc0) /* the first byte of a character: U+A000..U+DFFF has ea to ed */
                ck_assert_msg(byte >= 0xea && byte <= 0xed, "a symbol in: %.*s", (int)length, line);
            columns += byte < 0x80 ? 1 : byte >= 0xc0 ? 2 : 0;
        }
        /* A line of one word, e.g. a path, cannot be broken. */
        ck_assert_msg(columns <= width ||
                          !memchr(line + strspn(line, " "), ' ', length - strspn(line, " ")),
                      "%u columns: %.*s", (unsigned)columns, (int)length, line);
    }
}

/* Gives the author of all changes a name in Hangul, in the copy of the journal that commands
 * show. Wine itself cannot have such a user. */
static void rename_author(void)
{
    static const char key[] = "\"account\":", name[] = "\"\ud55c\uad6d\ud68c\uc0ac\\\\"
                                                       "\uad00\ub9ac\uc790\uacc4\uc815\"";
    wchar_t path[STORE_PATHS];
    size_t length, written = 0;
    char *journal, *renamed, *at;

    lstrcpynW(path, store_path(L"public\\journal.jsonl"), STORE_PATHS);
    journal = file_read(path, &length);
    renamed = malloc(length * 2 + 1);
    ck_assert(renamed != NULL && strstr(journal, key) != NULL);
    for (char *from = journal; *from; from = at) {
        at = strstr(from, key);
        at = at ? strchr(at + sizeof key - 1, '"') : from + strlen(from);
        memcpy(renamed + written, from, (size_t)(at - from));
        written += (size_t)(at - from);
        if (!*at)
            break;
        memcpy(renamed + written, name, sizeof name - 1);
        written += sizeof name - 1;
        at = strchr(at + 1, '"') + 1;
    }
    file_write(path, renamed, written);
    free(renamed);
    free(journal);
}

START_TEST(rows_fit_a_korean_console)
{
    static const struct {
        const char *arguments, *words;
    } lines[] = {
        {"status", "TCP  [#"},
        {"ports", "\ud55c\uad6d\uc5b4"},
        {"why --samples 1", "\ud55c\uad6d\uc5b4"},
        {"explain 10048", "10048"},
        {"history", "\ud55c\uad6d\uc5b4"},
        {"history", "by \ud55c\uad6d\ud68c\uc0ac\\\uad00\ub9ac\uc790\uacc4\uc815 on "},
        {"history 1", "\ud55c\uad6d\ud68c\uc0ac\\\uad00\ub9ac\uc790\uacc4\uc815"},
    };

    if (!fakes_can_run())
        return;
    ASSERT_EXIT(maxport("set 60000 --yes --reason \"%s\"",
                        "\ud55c\uad6d\uc5b4 \ud3ec\ud2b8\uac00 \ubd80\uc871\ud569\ub2c8\ub2e4. "
                        "\ub354 \ub9ce\uc740 \ud3ec\ud2b8\ub97c \uc0ac\uc6a9\ud558\ub3c4\ub85d "
                        "\uc124\uc815\uc744 \ubc14\uafb8\uace0 \uae30\ub85d\uc744 "
                        "\ub0a8\uae41\ub2c8\ub2e4."),
                0);
    rename_author();
    struct console_way way = {.awaited = "[y/N]", .keys = "", .code_page = 949};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct console_run on = asked_run(&way, lines[i].arguments);

        ck_assert_msg(on.exit_code == 0, "exit code %ld\n%s", on.exit_code, on.screen);
        ASSERT_SAYS(on.screen, lines[i].words);
        assert_korean_rows(on.screen, on.columns);
    }
}
END_TEST

START_TEST(other_consoles_show_symbols)
{
    struct console_way way = {.awaited = "[y/N]", .keys = "", .code_page = 850};

    if (!fakes_can_run())
        return;
    struct console_run on = asked_run(&way, "status");
    ck_assert_int_eq(on.exit_code, 0);
    ASSERT_SAYS(on.screen, "TCP  [\u2588");
}
END_TEST

Suite *ways_suite(void)
{
    Suite *suite = suite_create("ways");
    TCase *tests = bare_case(suite, "ways"), *korean = tcase_create("a Korean console");

    tcase_add_loop_test(tests, each_way_of_starting_gives_the_same_results, 0,
                        (int)(sizeof rows / sizeof *rows));
    tcase_add_checked_fixture(korean, open_korean, close_korean);
    tcase_add_test(korean, rows_fit_a_korean_console);
    tcase_add_test(korean, other_consoles_show_symbols);
    suite_add_tcase(suite, korean);
    return suite;
}
