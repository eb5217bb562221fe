/* Tests of what maxport prints: redirected text is plain ASCII of 80 columns, JSON and CSV are
 * valid, and failures of output are reported. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

enum { COMMANDS_MAX = 64, NAME_SIZE = 32 };

/* Reads the names of all commands from the help that maxport prints. */
static size_t list_commands(char names[COMMANDS_MAX][NAME_SIZE])
{
    const char *line = strstr(maxport("--help")->out, "\nCommands\n");
    size_t count = 0;

    ck_assert_ptr_nonnull(line);
    line += strlen("\nCommands\n");
    for (; strncmp(line, "  ", 2) == 0; line += strcspn(line, "\n") + 1)
        if (line[2] != ' ' && count < COMMANDS_MAX) /* else: a continued summary */
            count += sscanf(line, "  %31[a-z-]", names[count]) == 1;
    ck_assert_uint_ge(count, 9);
    return count;
}

static void assert_plain_ascii(const struct run *run)
{
    for (size_t i = 0; i < run->out_length; i++) {
        unsigned char c = (unsigned char)run->out[i];

        ck_assert_msg(c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7f), "byte %02x at %u of\n%s",
                      c, (unsigned)i, run->out);
    }
}

/* Checks that no line is longer than 80 characters, except lines that contain `except`, e.g. a
 * path. */
static void assert_fits(const struct run *run, const char *except)
{
    for (const char *line = run->out; *line;) {
        size_t length = strcspn(line, "\n");
        const char *found = except ? strstr(line, except) : NULL;

        ck_assert_msg(length <= 80 || (found && found < line + length), "%u columns: %.*s",
                      (unsigned)length, (int)length, line);
        line += length + (line[length] != '\0');
    }
}

START_TEST(the_help_of_each_command_begins_with_an_example)
{
    static char names[COMMANDS_MAX][NAME_SIZE];
    size_t count = list_commands(names);

    for (size_t i = 0; i < count; i++) {
        char example[NAME_SIZE + 16];
        /* The guideline for plugins of Nagios requires exit code 3 after their help. */
        DWORD code = strcmp(names[i], "check") == 0 ? 3 : 0;
        const struct run *help = maxport("%s --help", names[i]);
        ASSERT_EXIT(help, code);
        ck_assert_uint_eq(help->err_length, 0);
        assert_plain_ascii(help);
        assert_fits(help, NULL);
        sprintf(example, strcmp(names[i], "status") == 0 ? "  maxport" : "  maxport %s", names[i]);
        ck_assert_msg(strncmp(help->out, example, strlen(example)) == 0, "%s", help->out);
        ASSERT_SAYS(help->out, "--json");
        const struct run *same = maxport("%s /?", names[i]);
        ASSERT_EXIT(same, code);
        ck_assert_str_eq(same->out, help->out);
        ck_assert_str_eq(maxport("help %s", names[i])->out, help->out);
    }
    /* If an option for help is given, maxport prints help and does not run the command. */
    ASSERT_EXIT(maxport("set 60000 --yes --help"), 0);
    ASSERT_EXIT(maxport("reset --yes /?"), 0);
    ck_assert(!is_there(store_path(L"")));
}
END_TEST

START_TEST(the_program_prints_its_own_help)
{
    const struct run *help = maxport("--help");
    ASSERT_EXIT(help, 0);
    assert_plain_ascii(help);
    assert_fits(help, NULL);
    ck_assert_str_eq(maxport("/?")->out, help->out);
    ck_assert_str_eq(maxport("help")->out, help->out);
    ASSERT_EXIT(maxport("--version"), 0);
}
END_TEST

START_TEST(maxport_without_arguments_prints_the_status)
{
    ck_assert_str_eq(json_text_at(run_json(maxport("--json")), "schema"), "maxport.status/1");
    ASSERT_SAYS(maxport("%s", "")->out, "Dynamic range");
}
END_TEST

START_TEST(redirected_text_is_plain_ascii_of_80_columns)
{
    static const char *const lines[] = {
        "status",
        "ports",
        "ports --by remote",
        "ports --by state",
        "ports --by name",
        "ports --by address",
        "set 65534 --dry-run",
        "set 10000 --dry-run",
        "set 65534 --yes --restore-point skip",
        "status",
        "history",
        "history 1",
        "verify",
        "undo --dry-run",
        "undo --yes",
        "backup",
        "history",
        "restore 1 --dry-run",
        "reset --yes --restore-point skip",
        "set 60000 TcpTimedWaitDelay=30 --yes --restore-point skip",
        "history",
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct run *run = maxport("%s", lines[i]);
        ASSERT_EXIT(run, 0);
        assert_plain_ascii(run);
        assert_fits(run, "ProgramData");
        ck_assert_str_eq(run->err, "");
    }
}
END_TEST

START_TEST(no_color_changes_nothing_when_redirected)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    SetEnvironmentVariableW(L"NO_COLOR", L"1");
    const struct run *without = maxport("history");
    SetEnvironmentVariableW(L"NO_COLOR", NULL);
    const struct run *with = maxport("history");
    ck_assert_str_eq(without->out, with->out);
    ASSERT_NEVER_SAYS(with->out, "\x1b");
}
END_TEST

START_TEST(every_command_prints_valid_json)
{
    static const struct {
        const char *arguments, *schema;
    } lines[] = {
        {"history --json", "maxport.history/1"}, /* there is no store yet */
        {"status --json", "maxport.status/1"},
        {"ports --json", "maxport.ports/1"},
        {"ports --by remote --json", "maxport.ports/1"},
        {"ports --by state --json", "maxport.ports/1"},
        {"ports --by name --json", "maxport.ports/1"},
        {"ports --by address --json", "maxport.ports/1"},
        {"set 60000 --dry-run --json", "maxport.set/1"},
        {"set 60000 --yes --json", "maxport.set/1"},
        {"set 60000 --yes --json", "maxport.set/1"}, /* the value is already set */
        {"verify --json", "maxport.verify/1"},
        {"undo --dry-run --json", "maxport.undo/1"},
        {"undo --yes --json", "maxport.undo/1"},
        {"metrics --top 3 --json", "maxport.metrics/1"},
        {"check --for restart-pending --json", "maxport.check/1"},
        {"reset --yes --json", "maxport.reset/1"},
        {"reset MaxUserPort --dry-run --json", "maxport.reset/1"},
        {"backup --json", "maxport.backup/1"},
        {"restore 1 --dry-run --json", "maxport.restore/1"},
        {"restore 1 --yes --json", "maxport.restore/1"},
        {"history --json", "maxport.history/1"},
        {"history 1 --json", "maxport.history/1"},
        {"status --json", "maxport.status/1"},
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct run *run = maxport("%s", lines[i].arguments);
        ASSERT_EXIT(run, 0);
        ck_assert_str_eq(run->err, "");
        ck_assert_str_eq(json_text_at(run_json(run), "schema"), lines[i].schema);
    }
}
END_TEST

START_TEST(with_json_a_failure_is_printed_as_json)
{
    static const struct {
        const char *arguments;
        DWORD exit_code;
    } lines[] = {
        {"set 4999 --yes --json", 2},
        {"set 60000 --json", 2},
        {"undo --yes --json", 1},
        {"undo 77 --yes --json", 1},
        {"history 77 --json", 1},
        {"restore no-such.reg --yes --json", 1},
        {"status --json extra", 2},
        {"ports --by x --json", 2},
        {"backup \\\\?\\Q:\\x.reg --json", 1},
        {"reset Nothing --yes --json", 2},
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct run *run = maxport("%s", lines[i].arguments);
        json_t *document = run_json(run);
        ck_assert_int_eq(json_number_at(document, "error.exit"), run->exit_code);
        ck_assert_msg(run->exit_code == lines[i].exit_code, "%s: exit code %lu\n%s",
                      lines[i].arguments, run->exit_code, run->out);
        ck_assert_uint_gt(strlen(json_text_at(document, "error.text")), 10);
    }
}
END_TEST

START_TEST(json_contains_only_well_formed_text)
{
    value_write(L"MaxUserPort", REG_SZ, "\x00\xd8\x1b\0\0\0", 6);
    ASSERT_EXIT(maxport("set 60000 --yes --json --reason \"tab\there \xf0\x9f\x92\xa9\""), 0);
    const struct run *run =
        run_wide(&(struct way){0}, L"set 61000 --yes --json --reason \"half\xd83d\"");
    ASSERT_EXIT(run, 0);
    run_json(run);
    json_t *history = run_json(maxport("history --json"));
    ck_assert_str_eq(json_text_at(history, "changes.1.reason"), "tab\there \xf0\x9f\x92\xa9");
    ck_assert_int_eq(strncmp(json_text_at(history, "changes.0.reason"), "half", 4), 0);
    json_decref(journal_lines());
}
END_TEST

START_TEST(csv_begins_with_a_header)
{
    const struct run *run = maxport("ports --csv");
    ASSERT_EXIT(run, 0);
    size_t length = strcspn(run->out, "\r\n");
    ck_assert_uint_gt(length, 0);
    ck_assert_int_eq(strncmp(run->out + length, "\r\n", 2), 0);
    ck_assert_ptr_nonnull(memchr(run->out, ',', length));
}
END_TEST

START_TEST(an_output_failure_is_reported_and_prevents_a_change)
{
    struct way way = {.is_unwritable = true};
    const struct run *run = run_way(&way, "status");
    ASSERT_EXIT(run, 1);
    ASSERT_SAYS(run->err, "Cannot write to standard output");
    /* If the plan could not be shown, maxport must not apply it. */
    run = run_way(&way, "set 60000");
    ck_assert_uint_ne(run->exit_code, 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(a_reader_that_closes_the_pipe_is_no_failure)
{
    struct way way = {.is_deaf = true};
    const struct run *run = run_way(&way, "status");
    ASSERT_EXIT(run, 0);
    ck_assert_str_eq(run->err, "");
    run = run_way(&way, "status --json");
    ASSERT_EXIT(run, 0);
    ck_assert_str_eq(run->err, "");
    /* Without a reader, --watch must end. Otherwise maxport would run for ever. */
    run = run_way(&way, "ports --watch 1");
    ASSERT_EXIT(run, 0);
}
END_TEST

Suite *printed_suite(void)
{
    Suite *suite = suite_create("printed");
    TCase *tests = bare_case(suite, "printed");

    tcase_add_test(tests, the_help_of_each_command_begins_with_an_example);
    tcase_add_test(tests, the_program_prints_its_own_help);
    tcase_add_test(tests, maxport_without_arguments_prints_the_status);
    tcase_add_test(tests, redirected_text_is_plain_ascii_of_80_columns);
    tcase_add_test(tests, no_color_changes_nothing_when_redirected);
    tcase_add_test(tests, every_command_prints_valid_json);
    tcase_add_test(tests, with_json_a_failure_is_printed_as_json);
    tcase_add_test(tests, json_contains_only_well_formed_text);
    tcase_add_test(tests, csv_begins_with_a_header);
    tcase_add_test(tests, a_reader_that_closes_the_pipe_is_no_failure);
    tcase_add_test(tests, an_output_failure_is_reported_and_prevents_a_change);
    return suite;
}
