/* Tests the table in cli/frame/ends.c, which lists how each command can end. For each cell, a test
 * makes the command end so, and checks the exit code, the printed words and the state of the
 * machine. */
#include "cli/frame/ends.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static struct fake fake;

/* ---- the commands --------------------------------------------------------- */

static void run_before(const char *line)
{
    ck_assert_msg(run_line(&fake, line) == 0, "%s: %s", line, fake_error(&fake));
}

static void raise_first(void)
{
    run_before("backup");
    run_before("set 65534 --yes --restore-point skip");
    fake_reboot(&fake, 3600 * 1000);
}

static void replace_number(void)
{
    fake_put_number(&fake, "MaxUserPort", 60000);
    raise_first();
}

/* Another program deletes the value, so that an undo has nothing to write. */
static void delete_value(void)
{
    fake_remove(&fake, TCPIP_PARAMETERS, "MaxUserPort");
}

static void copy_old_store(void)
{
    char path[64];

    run_before("backup");
    for (size_t i = 0; i < fake.store.count; i++) {
        snprintf(path, sizeof path, "D:\\old\\%s", fake.store.files[i].name);
        fake_folder_put(&fake.files, path, fake.store.files[i].data, fake.store.files[i].length);
    }
    run_before("store remove --yes");
}

static void back_up(void)
{
    run_before("backup");
}

/* Many connections in TIME_WAIT, so that why and report take several samples. */
static void storm(void)
{
    fake_add_sockets(&fake, 12840, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9",
                     443, 0);
}

/* The questions are asked if --yes and --confirm are missing. */
static const struct {
    const char *name;
    void (*prepare)(void);
    const char *line, *question;
    const char *stale;    /* option that names a value other than the stored one */
    const char *done;     /* part of the output */
    void (*fulfil)(void); /* fulfils the request in advance; NULL: a first run of the line does */
    const char *already;  /* part of the output */
} scenes[] = {
    {"set", NULL, "set 65534 --yes", "set 65534", " --expect 60000", "is complete and verified",
     NULL, "nothing was written"},
    {"reset", raise_first, "reset --yes", "reset", " --expect 60000", "is complete and verified",
     NULL, "nothing was written"},
    {"undo", raise_first, "undo --yes", "undo", " --expect 60000", "is complete and verified",
     delete_value, "No setting was written"},
    {"restore", replace_number, "restore 1 --yes", "restore 1", " --expect 60000",
     "is complete and verified", NULL, "othing was written"},
    {"range set", NULL, "range set --start 32768 --count 32768 --yes",
     "range set --start 32768 --count 32768", " --expect 1025+300", "is complete and verified",
     NULL, "nothing was written"},
    {"backup", NULL, "backup", NULL, NULL, "changes\\1.reg", NULL, NULL},
    {"restore-point create", NULL, "restore-point create", NULL, NULL, "estore point", NULL, NULL},
    {"restore-point return", NULL, "restore-point return 41 --yes --confirm 41",
     "restore-point return 41", NULL, "Scheduled: Windows will return", NULL, NULL},
    {"restore-point list", NULL, "restore-point list", NULL, NULL, "41", NULL, NULL},
    {"store adopt", copy_old_store, "store adopt D:\\old --yes", "store adopt D:\\old", NULL,
     "Taken over", NULL, NULL},
    {"store remove", back_up, "store remove --yes", "store remove", NULL, "Removed", NULL,
     "there is nothing to remove"},
    {"report", storm, "report report.html --overwrite", NULL, NULL, "report.html", NULL, NULL},
    {"status", NULL, "status", NULL, NULL, "MaxUserPort", NULL, NULL},
    {"why", storm, "why", NULL, NULL, "TCP", NULL, NULL},
    {"ports", NULL, "ports", NULL, NULL, "ports", NULL, NULL},
    {"port", NULL, "port 8080", NULL, NULL, "8080", NULL, NULL},
    {"history", NULL, "history", NULL, NULL, "journal has no entries", NULL, NULL},
    {"verify", NULL, "verify", NULL, NULL, "There is no change to verify", NULL, NULL},
    {"range show", NULL, "range show", NULL, NULL, "49152", NULL, NULL},
    {"capacity", NULL, "capacity", NULL, NULL, "TCP", NULL, NULL},
    {"explain", NULL, "explain 10048", NULL, NULL, "10048", NULL, NULL},
    {"check", NULL, "check", NULL, NULL, "PORTS OK", NULL, NULL},
    {"metrics", NULL, "metrics", NULL, NULL, "maxport_", NULL, NULL},
    {"store show", NULL, "store show", NULL, NULL, "There is no store", NULL, NULL},
};

enum { SCENE_COUNT = sizeof scenes / sizeof *scenes };

static void set_up(size_t scene)
{
    fake_init(&fake);
    fake_set_windows(&fake, 10, 0, 22631, OS_WORKSTATION);
    fake_add_restore_point(&fake, 41, "before", fake.now_ms - 3600 * 1000);
    fake.point_result = (struct restore_point_result){
        .outcome = RESTORE_POINT_MADE, .sequence = 42, .why = "Restore point 42 was created."};
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_NETSH);
    if (scenes[scene].prepare)
        scenes[scene].prepare();
    fake_restart(&fake);
}

/* ---- the state of the machine --------------------------------------------- */

/* Dumps the settings and ranges, and with `has_store` also files and the scheduled return. */
static void dump(struct text *text, bool has_store)
{
    if (has_store)
        dump_machine(&fake, text);
    else {
        text_init(text);
        fake_dump_registry(&fake, text);
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            text_printf(text, "%u+%u\n", (unsigned)fake.ranges[p][f].range.start,
                        (unsigned)fake.ranges[p][f].range.count);
    if (has_store)
        text_printf(text, "points %zu, return to %u\n", fake.points.count,
                    (unsigned)fake.armed_point);
}

static void expect_words(const char *words)
{
    struct text all;

    text_init(&all);
    text_printf(&all, "%s\n%s", fake_out(&fake), fake_error(&fake));
    expect_printed(text_string(&all), words);
    text_release(&all);
}

/* Runs the line and compares the machine with its state before. */
static void run_case(size_t scene, enum end end, const char *line, bool is_same, bool has_store)
{
    const struct command_ends *row = ends_of_command(scenes[scene].name);
    struct text before, after;
    int code;

    dump(&before, has_store);
    code = run_line(&fake, line);
    dump(&after, has_store);
    ck_assert_msg(code == row->codes[end], "%s, %s: exit %d instead of %d\n%.900s%.900s", line,
                  end_rows[end].name, code, row->codes[end], fake_out(&fake), fake_error(&fake));
    ck_assert_msg((strcmp(text_string(&before), text_string(&after)) == 0) == is_same,
                  "%s, %s: the machine is%s as before", line, end_rows[end].name,
                  is_same ? " not" : "");
    text_release(&before);
    text_release(&after);
    expect_words(end_rows[end].printed);
}

/* ---- the ends --------------------------------------------------------------- */

static bool writes(size_t scene)
{
    return ends_of_command(scenes[scene].name)->codes[END_OUTPUT_LOST] == 0;
}

static bool changes_settings(size_t scene)
{
    return ends_of_command(scenes[scene].name)->codes[END_ROLLED_BACK] > 0;
}

static void end_done(size_t scene)
{
    run_case(scene, END_DONE, scenes[scene].line, !writes(scene), true);
    expect_words(scenes[scene].done);
}

static void end_already(size_t scene)
{
    if (scenes[scene].fulfil)
        scenes[scene].fulfil();
    else
        run_before(scenes[scene].line);
    run_case(scene, END_ALREADY, scenes[scene].line, true, !scenes[scene].fulfil);
    expect_words(scenes[scene].already);
}

static void end_restart(size_t scene)
{
    char line[128];

    snprintf(line, sizeof line, "%s --exit-3010", scenes[scene].line);
    run_case(scene, END_RESTART, line, false, false);
}

static void end_invalid(size_t scene)
{
    char line[128];

    snprintf(line, sizeof line, "%s --nonsense", scenes[scene].line);
    run_case(scene, END_INVALID, line, true, true);
}

static void end_stale(size_t scene)
{
    char line[128];

    snprintf(line, sizeof line, "%s%s", scenes[scene].line, scenes[scene].stale);
    run_case(scene, END_STALE, line, true, true);
}

static void end_denied(size_t scene)
{
    fake.identity.is_elevated = false;
    run_case(scene, END_DENIED, scenes[scene].line, true, true);
}

static void end_declined(size_t scene)
{
    fake.can_ask = fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    run_case(scene, END_DECLINED, scenes[scene].question, true, true);
}

/* A change creates the store before it checks for Ctrl-C, so the store is not compared. It writes
 * the backup only after this check. */
static void end_interrupted(size_t scene)
{
    fake.is_stop_requested = true;
    run_case(scene, END_INTERRUPTED, scenes[scene].line, true, false);
}

static void end_rolled_back(size_t scene)
{
    fake_upset(&fake, FAKE_REGISTRY_WRITES | FAKE_RANGE_WRITES, 1, FAIL_AFTER);
    run_case(scene, END_ROLLED_BACK, scenes[scene].line, true, false);
    ck_assert(fake.has_struck);
}

static void end_stuck(size_t scene)
{
    fake_upset(&fake, FAKE_REGISTRY_WRITES | FAKE_RANGE_WRITES, 1, FAIL_AFTER);
    fake_upset(&fake, FAKE_REGISTRY_WRITES | FAKE_RANGE_WRITES, 2, FAIL_BEFORE);
    run_case(scene, END_STUCK, scenes[scene].line, false, false);
    run_before("history");
    expect_words("ROLLBACK FAILED");
}

static void end_store(size_t scene)
{
    fake_upset(&fake, FAKE_STORE_WRITES | FAKE_CALL(CALL_STORE_PREPARE), 1, FAIL_BEFORE);
    run_case(scene, END_STORE, scenes[scene].line, true, false);
    ck_assert(fake.has_struck);
    ck_assert_uint_eq(fake.armed_point, 0);
}

static void end_output_lost(size_t scene)
{
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 1, FAIL_BEFORE);
    run_case(scene, END_OUTPUT_LOST, scenes[scene].line, !writes(scene), true);
    if (writes(scene))
        expect_words("maxport: The command was completed; only its output is lost.");
}

static void (*const ends[END_COUNT])(size_t scene) = {
    [END_DONE] = end_done,
    [END_ALREADY] = end_already,
    [END_RESTART] = end_restart,
    [END_INVALID] = end_invalid,
    [END_STALE] = end_stale,
    [END_DENIED] = end_denied,
    [END_DECLINED] = end_declined,
    [END_INTERRUPTED] = end_interrupted,
    [END_ROLLED_BACK] = end_rolled_back,
    [END_STUCK] = end_stuck,
    [END_STORE] = end_store,
    [END_OUTPUT_LOST] = end_output_lost,
};

START_TEST(each_command_ends_as_the_table_says)
{
    size_t scene = (size_t)_i;
    const struct command_ends *row = ends_of_command(scenes[scene].name);

    for (int end = 0; end < END_COUNT; end++) {
        if (row->codes[end] < 0)
            continue;
        set_up(scene);
        ends[end](scene);
        fake_release(&fake);
    }
}
END_TEST

/* If the table states that a command cannot end so, the command must succeed although the test
 * creates the cause of this end, e.g. takes away the rights of an administrator. */
START_TEST(an_impossible_end_has_a_true_reason)
{
    size_t scene = (size_t)_i;
    const struct command_ends *row = ends_of_command(scenes[scene].name);

    for (int end = 0; end < END_COUNT; end++) {
        if (row->codes[end] >= 0)
            continue;
        ck_assert_str_ne(end_reason(row->codes[end]), "");
        set_up(scene);
        if (end == END_DENIED)
            fake.identity.is_elevated = false;
        else if (end == END_INTERRUPTED)
            fake.is_stop_requested = true;
        else if (end == END_ROLLED_BACK || end == END_STUCK)
            fake_upset(&fake, FAKE_REGISTRY_WRITES | FAKE_RANGE_WRITES, 0, FAIL_BEFORE);
        else if (end == END_STORE)
            fake_upset(&fake, FAKE_STORE_WRITES, 0, FAIL_BEFORE);
        ck_assert_msg(run_line(&fake, scenes[scene].line) == 0, "%s, %s: %s", scenes[scene].line,
                      end_rows[end].name, fake_error(&fake));
        ck_assert_uint_eq(fake.answered, 0);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(every_command_has_a_scene)
{
    for (size_t i = 0; commands[i]; i++) {
        size_t scene = 0;

        while (scene < SCENE_COUNT && strcmp(scenes[scene].name, commands[i]->name) != 0)
            scene++;
        ck_assert_msg(scene < SCENE_COUNT, "%s", commands[i]->name);
        /* A command that writes has a row of its own. */
        ck_assert_msg(ends_of_command(commands[i]->name)->commands ||
                          !(commands[i]->flags & (COMMAND_CHANGES | COMMAND_ADMINISTRATOR)),
                      "%s", commands[i]->name);
        ck_assert_msg(changes_settings(scene) == !!(commands[i]->flags & COMMAND_CHANGES), "%s",
                      commands[i]->name);
    }
}
END_TEST

START_TEST(every_exit_code_has_a_meaning)
{
    for (size_t i = 0; i < command_ends_count; i++)
        for (int end = 0; end < END_COUNT; end++) {
            int code = command_ends[i].codes[end];
            size_t row = 0;

            while (exit_meanings[row].meaning && exit_meanings[row].code != code)
                row++;
            ck_assert_msg(code < 0 || exit_meanings[row].meaning, "exit code %d", code);
        }
}
END_TEST

/* Copies the letters and digits of `from` until `end`, in lower case. */
static void copy_letters(const char *from, const char *end, char *to, size_t size)
{
    size_t length = 0;

    for (; from < end; from++)
        if (isalnum((unsigned char)*from)) {
            ck_assert_uint_lt(length + 1, size);
            to[length++] = (char)tolower((unsigned char)*from);
        }
    to[length] = '\0';
}

START_TEST(readme_and_help_list_the_exit_codes)
{
    char *readme = golden_read("README.md");
    char expected[400], found[400], cell[32];

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "--help"), 0);
    for (const struct exit_meaning *row = exit_meanings; row->meaning; row++) {
        const char *line;

        snprintf(cell, sizeof cell, "\n| %d | ", row->code);
        line = strstr(readme, cell);
        ck_assert_msg(line != NULL, "README.md lacks exit code %d", row->code);
        line += strlen(cell);
        copy_letters(line, line + strcspn(line, "\n"), found, sizeof found);
        copy_letters(row->meaning, row->meaning + strlen(row->meaning), expected, sizeof expected);
        ck_assert_str_eq(found, expected);
        snprintf(cell, sizeof cell, " %d ", row->code);
        expect_printed(strstr(fake_out(&fake), "Exit codes:"), cell);
    }
    fake_release(&fake);
    free(readme);
}
END_TEST

Suite *ends_suite(void)
{
    Suite *suite = suite_create("ends");
    TCase *tcase = tcase_create("ends");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, each_command_ends_as_the_table_says, 0, SCENE_COUNT);
    tcase_add_loop_test(tcase, an_impossible_end_has_a_true_reason, 0, SCENE_COUNT);
    tcase_add_test(tcase, every_command_has_a_scene);
    tcase_add_test(tcase, every_exit_code_has_a_meaning);
    tcase_add_test(tcase, readme_and_help_list_the_exit_codes);
    suite_add_tcase(suite, tcase);
    return suite;
}
