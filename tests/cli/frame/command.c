#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/commands.h"
#include "cli/run.h"
#include "suites.h"

/* ---- help --------------------------------------------------------------- */

static size_t command_count(void)
{
    size_t count = 0;

    while (commands[count])
        count++;
    return count;
}

START_TEST(help_of_each_command_starts_with_an_example)
{
    static const char *const lines[] = {
        "%s --help", "%s /?",  "help %s", "--help %s", "/? %s", "%s nonsense --help",
        "%s -h",     "%s -?",  "%s /h",   "%s /HELP",  "-? %s", "%s --json --help",
        "%s --Help", "HELP %s"};

    for (size_t c = 0; c < command_count(); c++)
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            struct fake fake;
            struct text line, start;
            bool is_plugin;

            fake_init(&fake);
            fake.identity.is_elevated = false;
            text_init(&line);
            text_init(&start);
            for (const char *at = lines[i]; *at; at++)
                if (strncmp(at, "%s", 2) == 0) {
                    text_puts(&line, commands[c]->name);
                    at++;
                } else {
                    text_append(&line, at, 1);
                }
            text_puts(&start, "  maxport");
            is_plugin = commands[c]->flags & COMMAND_PLUGIN && strncmp(lines[i], "%s", 2) == 0;
            ck_assert_msg(run_line(&fake, text_string(&line)) ==
                              (is_plugin ? COMMAND_PLUGIN_UNKNOWN : 0),
                          "maxport %s: %s", text_string(&line), fake_error(&fake));
            ck_assert_msg(strncmp(fake_out(&fake), "  maxport", 9) == 0, "maxport %s:\n%s",
                          text_string(&line), fake_out(&fake));
            text_printf(&start, " %s", commands[c]->name);
            expect_in(fake_out(&fake), text_string(&start) + 2);
            expect_in(fake_out(&fake), "\nOptions\n");
            expect_in(fake_out(&fake), "\n  --json ");
            expect_in(fake_out(&fake), "\n  --help ");
            ck_assert_str_eq(fake_error(&fake), "");
            ck_assert_uint_eq(fake.calls_of[CALL_REGISTRY_READ] +
                                  fake.calls_of[CALL_STORE_INSPECT] +
                                  fake.calls_of[CALL_SOCKETS_FETCH],
                              0);
            text_release(&line);
            text_release(&start);
            fake_release(&fake);
        }
}
END_TEST

START_TEST(the_version_is_printed_for_each_spelling)
{
    static const char *const lines[] = {"--version", "-V", "version", "/version", "--VERSION"};
    struct fake fake;

    fake_init(&fake);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        ck_assert_str_eq(fake_out(&fake), "maxport " MAXPORT_VERSION "\n");
    }
    fake_release(&fake);
}
END_TEST

START_TEST(options_are_accepted_in_any_case)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --YES --Reason=Shop --JSON"), 0);
    json_decref(out_json(&fake));
    expect_in(fake_stored(&fake, "journal.jsonl"), "\"reason\":\"Shop\"");
    ck_assert_int_eq(run_line(&fake, "ports --By remote --CSV"), 0);
    fake_release(&fake);
}
END_TEST

/* A suggestion is copied without much thought, so it must not skip a question. */
START_TEST(no_suggestion_skips_a_question)
{
    static const struct {
        const char *line, *suggested;
    } rows[] = {
        {"set 60000 --yess", "--yes"},    {"set 60000 --y", NULL},  {"set 60000 -y", NULL},
        {"undo --force!", "--force"},     {"undo --fore!", NULL},   {"undo --for", "--force"},
        {"backup --over", "--overwrite"}, {"set 60000 --yo", NULL},
    };
    struct fake fake;

    fake_init(&fake);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_int_eq(run_line(&fake, rows[i].line), 2);
        if (rows[i].suggested)
            expect_in(fake_error(&fake), rows[i].suggested);
        ck_assert_msg(rows[i].suggested || !strstr(fake_error(&fake), "Did you mean"), "%s: %s",
                      rows[i].line, fake_error(&fake));
    }
    fake_release(&fake);
}
END_TEST

START_TEST(help_prints_each_command)
{
    for (size_t c = 0; c < command_count(); c++) {
        struct fake fake;
        char line[64], name[64];

        fake_init(&fake);
        snprintf(line, sizeof line, "help %s", commands[c]->name);
        snprintf(name, sizeof name, "help/%s", commands[c]->name);
        for (char *space = name; (space = strchr(space, ' '));)
            *space = '_';
        ck_assert_int_eq(run_line(&fake, line), 0);
        expect_screen(&fake, name);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(writing_commands_list_their_shared_options)
{
    static const char *const options[] = {"--dry-run", "--yes", "--reason TEXT", "--exit-3010"};

    for (size_t c = 0; c < command_count(); c++) {
        struct fake fake;
        struct text line;

        fake_init(&fake);
        text_init(&line);
        text_printf(&line, "help %s", commands[c]->name);
        ck_assert_int_eq(run_line(&fake, text_string(&line)), 0);
        for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
            text_release(&line);
            text_printf(&line, "\n  %s", options[i]);
            if (commands[c]->flags & COMMAND_CHANGES)
                expect_in(fake_out(&fake), text_string(&line));
            else if (commands[c] != &command_restore_point_return &&
                     commands[c] != &command_store_adopt &&
                     commands[c] != &command_store_remove) /* each defines its own --yes */
                expect_not_in(fake_out(&fake), text_string(&line));
        }
        if (commands[c]->flags & COMMAND_CHANGES)
            expect_in(fake_out(&fake), " auto|require|skip  ");
        text_release(&line);
        fake_release(&fake);
    }
}
END_TEST

/* The examples end at the first blank line. */
START_TEST(all_examples_of_a_command_have_one_layout)
{
    struct fake fake;

    for (size_t c = 0; commands[c]; c++)
        for (unsigned width = 40; width <= 120; width++) {
            struct text line;
            unsigned alone = 0, beside = 0;

            fake_init(&fake);
            fake.width = width;
            text_init(&line);
            text_printf(&line, "help %s", commands[c]->name);
            ck_assert_int_eq(run_line(&fake, text_string(&line)), 0);
            expect_not_in(fake_out(&fake), "\n\n\n");
            for (const char *at = fake_out(&fake); *at != '\n'; at += strcspn(at, "\n") + 1) {
                const char *gap = strstr(at + 2, "  ");

                if (strncmp(at, "      ", 6) == 0)
                    continue;
                beside += gap && gap < at + strcspn(at, "\n");
                alone += !gap || gap >= at + strcspn(at, "\n");
            }
            ck_assert_msg(!alone || !beside, "%s at %u columns:\n%s", commands[c]->name, width,
                          fake_out(&fake));
            text_release(&line);
            fake_release(&fake);
        }
}
END_TEST

START_TEST(every_line_of_help_fits_the_screen)
{
    static const unsigned widths[] = {20, 40, 80, 120};

    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t c = 0; c <= command_count(); c++) {
            struct fake fake;
            struct text line;

            fake_init(&fake);
            fake.width = widths[w];
            text_init(&line);
            text_printf(&line, "help%s%s", c ? " " : "", c ? commands[c - 1]->name : "");
            ck_assert_int_eq(run_line(&fake, text_string(&line)), 0);
            /* maxport does not wrap examples, so that users can copy them. Some examples do not fit
             * a console of less than 80 columns. */
            if (widths[w] >= 80)
                expect_fits(fake_out(&fake), widths[w]);
            expect_ascii(fake_out(&fake));
            ck_assert_msg(!strstr(fake_out(&fake), " \n"),
                          "spaces at the end of a line of %s at %u", text_string(&line), widths[w]);
            text_release(&line);
            fake_release(&fake);
        }
}
END_TEST

START_TEST(help_lists_all_commands_and_exit_codes)
{
    static const char *const lines[] = {"--help", "/?", "help"};

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct fake fake;

        fake_init(&fake);
        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        for (size_t c = 0; c < command_count(); c++) {
            expect_in(fake_out(&fake), commands[c]->name);
            expect_printed(fake_out(&fake), commands[c]->summary);
        }
        expect_screen(&fake, "help/maxport");
        fake_release(&fake);
    }
}
END_TEST

START_TEST(version_is_printed_without_reading_the_machine)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "--version"), 0);
    expect_out(&fake, "maxport " MAXPORT_VERSION "\n");
    ck_assert_uint_eq(fake.calls_of[CALL_REGISTRY_READ], 0);
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "--version"), 1);
    ck_assert_int_eq(run_line(&fake, "--help"), 1);
    fake_release(&fake);
}
END_TEST

/* ---- invalid words ------------------------------------------------------ */

static const char *const refused[] = {
    "sett 65534",
    "statsu",
    "histroy",
    "hist",
    "rang",
    "res", /* matches three commands */
    "frobnicate",
    "help frobnicate",
    "65534",
    "\x1b[2J",
    "status x",
    "status x\x1by",
    "verify 1",
    "status --jsn",
    "status --js",
    "status --json=1",
    "status --yes",
    "status --csv",
    "status -j",
    "--jsn",
    "--json set 65534",
    "ports --json --csv",
    "ports --by",
    "ports --by state --by remote",
    "history --help=1",
};

START_TEST(invalid_words_are_refused_with_advice)
{
    struct fake fake;
    struct text before, screens;

    fake_init(&fake);
    text_init(&screens);
    dump_machine(&fake, &before);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        ck_assert_int_eq(run_and_append(&fake, refused[i], &screens), 2);
    golden_check("cli/command/refused.txt", text_string(&screens));
    ck_assert_int_eq(run_line(&fake, "status --"), 0); /* accepted, because no argument follows */
    expect_machine(&fake, &before);
    text_release(&screens);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

START_TEST(shared_options_cannot_be_abbreviated)
{
    static const char *const names[] = {"json", "dry-run", "yes", "reason", "exit-3010", "help"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t length = 1; length < strlen(names[i]); length++) {
            struct fake fake;
            struct text line;

            fake_init(&fake);
            text_init(&line);
            text_printf(&line, "set 65534 --yes --%.*s", (int)length, names[i]);
            if (strcmp(names[i], "reason") == 0)
                text_puts(&line, "=x");
            ck_assert_msg(run_line(&fake, text_string(&line)) == 2, "%s", text_string(&line));
            ck_assert_uint_eq(fake.registry_writes, 0);
            text_release(&line);
            fake_release(&fake);
        }
}
END_TEST

/* ---- order of options and arguments ------------------------------------- */

START_TEST(options_may_precede_or_follow_arguments)
{
    static const char *const lines[] = {
        "set --dry-run 65534 --json",
        "set --json --dry-run 65534",
        "set 65534 --json --dry-run",
        "set --dry-run --reason x --json 65534",
        "set --reason=x --dry-run --json -- 65534",
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct fake fake;
        json_t *document;

        fake_init(&fake);
        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        document = out_json(&fake);
        ck_assert(json_is_true(json_at(document, "dry_run")));
        ck_assert_int_eq(json_number_at(document, "plan.steps.0.after"), 65534);
        json_decref(document);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(a_reason_may_look_like_an_option)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --reason --dry-run"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "changes.0.reason"), "--dry-run");
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(each_kind_of_fault_has_its_exit_code)
{
    static const struct {
        enum fault_kind kind;
        int code;
    } rows[] = {
        {FAULT_NONE, 0},    {FAULT_FAILED, 1},      {FAULT_USAGE, 2}, {FAULT_DENIED, 3},
        {FAULT_STUCK, 4},   {FAULT_DECLINED, 5},    {FAULT_STORE, 6}, {FAULT_STALE, 1},
        {FAULT_MISSING, 1}, {FAULT_UNAVAILABLE, 1}, {FAULT_BUSY, 1},  {FAULT_NO_MEMORY, 1},
        {FAULT_EXISTS, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_int_eq(exit_code_of(rows[i].kind), rows[i].code);
}
END_TEST

START_TEST(the_readme_lists_every_command_and_exit_code)
{
    char *readme = golden_read("README.md");

    ck_assert_ptr_nonnull(readme);
    for (size_t c = 0; c < command_count(); c++) {
        int length = (int)strcspn(commands[c]->name, " ");
        /* Only the first word of the command is compared, e.g. "store" of "store show". */
        char word[64], whole[64];

        snprintf(word, sizeof word, "`%.*s", length, commands[c]->name);
        snprintf(whole, sizeof whole, "`maxport %.*s", length, commands[c]->name);
        if (strcmp(commands[c]->name, "status") != 0) /* README.md shows a bare `maxport` */
            ck_assert_msg(strstr(readme, word) || strstr(readme, whole),
                          "README.md does not name maxport %s", commands[c]->name);
    }
    for (enum fault_kind kind = FAULT_NONE; kind <= FAULT_EXISTS; kind++) {
        char row[32];

        snprintf(row, sizeof row, "\n| %d | ", exit_code_of(kind));
        expect_in(readme, row);
    }
    expect_in(readme, "\n| 3010 | ");
    free(readme);
}
END_TEST

START_TEST(a_lock_of_another_maxport_is_reported)
{
    struct fake fake;

    fake_init(&fake);
    fake.is_locked_by_other = true;
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 1);
    expect_screen(&fake, "command/a_lock_of_another_maxport_is_reported");
    ck_assert_uint_eq(fake.registry_writes, 0);
    fake_release(&fake);
}
END_TEST

/* ---- JSON --------------------------------------------------------------- */

START_TEST(each_reading_command_prints_json_with_a_schema)
{
    for (size_t c = 0; c < command_count(); c++) {
        struct fake fake;
        struct text line;
        json_t *document;

        if (commands[c]->flags & (COMMAND_CHANGES | COMMAND_ADMINISTRATOR) ||
            commands[c]->argument_minimum)
            continue;
        fake_init(&fake);
        fake_set_windows(&fake, 10, 0, 22631, OS_WORKSTATION);
        fake_add_restore_point(&fake, 41, "before", fake.now_ms - 1000);
        fake.is_console[SCREEN_OUT] = fake.wants_color = true; /* JSON must not contain colours */
        text_init(&line);
        text_printf(&line, "%s --json", commands[c]->name);
        ck_assert_msg(run_line(&fake, text_string(&line)) == 0, "%s: %s%s", text_string(&line),
                      fake_out(&fake), fake_error(&fake));
        document = out_json(&fake);
        expect_in(json_text_at(document, "schema"), "maxport.");
        expect_in(json_text_at(document, "schema"), "/1");
        expect_not_in(fake_out(&fake), "<");
        json_decref(document);
        text_release(&line);
        fake_release(&fake);
    }
}
END_TEST

Suite *cli_command_suite(void)
{
    Suite *suite = suite_create("cli_command");
    TCase *tcase = tcase_create("cli_command");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, help_of_each_command_starts_with_an_example);
    tcase_add_test(tcase, the_version_is_printed_for_each_spelling);
    tcase_add_test(tcase, options_are_accepted_in_any_case);
    tcase_add_test(tcase, no_suggestion_skips_a_question);
    tcase_add_test(tcase, help_prints_each_command);
    tcase_add_test(tcase, writing_commands_list_their_shared_options);
    tcase_add_test(tcase, all_examples_of_a_command_have_one_layout);
    tcase_add_test(tcase, every_line_of_help_fits_the_screen);
    tcase_add_test(tcase, help_lists_all_commands_and_exit_codes);
    tcase_add_test(tcase, version_is_printed_without_reading_the_machine);
    tcase_add_test(tcase, invalid_words_are_refused_with_advice);
    tcase_add_test(tcase, shared_options_cannot_be_abbreviated);
    tcase_add_test(tcase, options_may_precede_or_follow_arguments);
    tcase_add_test(tcase, a_reason_may_look_like_an_option);
    tcase_add_test(tcase, each_kind_of_fault_has_its_exit_code);
    tcase_add_test(tcase, the_readme_lists_every_command_and_exit_code);
    tcase_add_test(tcase, a_lock_of_another_maxport_is_reported);
    tcase_add_test(tcase, each_reading_command_prints_json_with_a_schema);
    suite_add_tcase(suite, tcase);
    return suite;
}
