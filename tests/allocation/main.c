/* allocation-tests: makes the Nth allocation fail, for every N, in the commands and in the
 * functions of core that read. No run may crash or leak. The registry must be unchanged or as
 * planned, the journal must be complete, and the exit code must match the result. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "cli/frame/commands.h"
#include "cli/run.h"
#include "core/base/heap.h"
#include "core/journal/journal.h"
#include "core/journal/regfile.h"
#include "core/system/netsh_text.h"
#include "fake/allocation.h"

static const enum allocation_mishap mishaps[] = {FAIL_ONE, FAIL_FROM_THEN};
enum {
    MISHAP_COUNT = sizeof mishaps / sizeof *mishaps,
    /* A single failure is tested at every allocation. FAIL_FROM_THEN is tested only at every fifth
     * allocation, because a command ends soon if all later allocations fail too. */
    FAIL_FROM_THEN_STEP = 5,
};

static void expect_no_leak(const char *what)
{
#ifdef __SANITIZE_ADDRESS__
    ck_assert_msg(__lsan_do_recoverable_leak_check() == 0, "%s: memory leaks", what);
#else
    (void)what;
#endif
}

/* ---- commands ---------------------------------------------------------------- */

/* A command without a row runs without arguments. A command that requires an argument needs a row.
 */
static const struct {
    const char *command;
    const char *prepare; /* lines separated by '\n' */
    const char *line;
} rows[] = {
    {"status", "set 65534 --yes", "status"},
    {"status", "set 65534 --yes", "status --json"},
    {"ports", "", "ports"},
    {"ports", "", "ports --by remote --json"},
    {"ports", "", "ports --by address --csv"},
    {"ports", "", "ports --by name"},
    {"ports", "", "ports --pid 7"},
    {"ports", "", "ports --pid 7 --json"},
    {"set", "", "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"},
    {"set", "", "set 65534 --yes --json --reason because"},
    {"set", "set 60000 --yes", "set 65534 --dry-run"},
    {"reset", "set 65534 --yes", "reset --yes"},
    {"undo", "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes", "undo --yes"},
    {"undo", "set 65534 --yes", "undo 1 --yes --json"},
    {"history", "set 65534 --yes\nundo --yes\nbackup", "history"},
    {"history", "set 65534 --yes\nundo --yes\nbackup", "history 1 --json"},
    {"history", "set 65534 --yes\nundo --yes\nbackup", "history --json"},
    {"verify", "set 65534 --yes", "verify"},
    {"verify", "set 65534 --yes", "verify --json"},
    {"range show", "", "range show"},
    {"range show", "", "range show --json"},
    {"range set", "", "range set --start 10000 --count 50000 --yes"},
    {"range set", "", "range set --start 10000 --count 50000 --udp --yes --json"},
    {"backup", "", "backup"},
    {"backup", "", "backup after.reg --json"},
    {"restore", "backup\nset 65534 --yes", "restore 1 --yes"},
    {"restore", "backup before.reg\nset 65534 --yes", "restore before.reg --exact --yes --json"},
    {"capacity", "", "capacity --max-user-port 65534 --rate 200"},
    {"capacity", "", "capacity --windows xp --bits 32 --ram 2G --json"},
    {"explain", "", "explain 10055"},
    {"explain", "", "explain 10013 --json"},
    {"check", "", "check -w 0 -c 0"},
    {"check", "", "check --for full-in -t 30"},
    {"check", "", "check --format prtg"},
    {"check", "", "check --json"},
    {"check", "", "check -w x --format checkmk"},
    {"port", "", "port 50000"},
    {"port", "", "port 50000 --json"},
    {"report", "set 65534 --yes", "report after.html"},
    {"report", "set 65534 --yes", "report --json"},
    {"restore-point list", "", "restore-point list --json"},
    {"restore-point list", "", "restore-point list"},
    {"restore-point create", "", "restore-point create --json"},
    {"restore-point create", "", "restore-point create"},
    {"restore-point return", "set 65534 --yes --restore-point skip",
     "restore-point return 41 --yes --confirm 41"},
    {"restore-point return", "", "restore-point return 41 --yes --confirm 41 --json"},
    {"set", "", "set --help"},
    {"set", "", "sta~tus --json"},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows, RUN_MAX = ROW_COUNT + 64 };

static struct {
    const char *prepare, *line;
} runs[RUN_MAX];
static int run_count;

static void list_runs(void)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        runs[run_count].prepare = rows[i].prepare;
        runs[run_count++].line = rows[i].line;
    }
    for (size_t c = 0; commands[c]; c++) {
        bool is_listed = false;

        for (size_t i = 0; i < ROW_COUNT; i++)
            is_listed |= strcmp(rows[i].command, commands[c]->name) == 0;
        if (is_listed)
            continue;
        if (commands[c]->argument_minimum > 0) {
            fprintf(stderr, "allocation-tests: no row runs maxport %s\n", commands[c]->name);
            exit(2);
        }
        runs[run_count].prepare = "";
        runs[run_count++].line = commands[c]->name;
    }
}

static void stop(struct fake *fake, void *context)
{
    (void)context;
    fake->is_stop_requested = true;
}

static void make_machine(struct fake *fake, int which)
{
    static const uint8_t odd[] = {1, 2, 3};

    fake_init(fake);
    fake_put(fake, TCPIP_PARAMETERS, "TcpTimedWaitDelay", TYPE_SZ, odd, sizeof odd);
    fake_add_sockets(fake, 3, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.9", 443, 0);
    fake_add_sockets(fake, 2, PROTOCOL_TCP, STATE_ESTABLISHED, "fe80::1", 51000, "fe80::2", 80, 7);
    fake_add_socket(fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 6000, NULL, 0, 8);
    fake_add_socket(fake, PROTOCOL_UDP, 0, "0.0.0.0", 60000, NULL, 0, 8);
    fake_add_process(fake, 7, "w3wp.exe");
    fake_add_process(fake, 8, "svchost.exe");
    fake_add_service(fake, 8, "Dnscache", "DNS Client");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            /* The ranges are small, because every run counts each of their ports. */
            fake_answer_range(fake, (enum protocol)p, (enum family)f, 49900, 300,
                              RANGE_SOURCE_NETSH);
    fake_exclude(fake, PROTOCOL_TCP, FAMILY_IPV4, 50000, 60, true);
    if (strncmp(runs[which].line, "restore-point", 13) ==
        0) { /* Windows Server has no restore points */
        fake_set_windows(fake, 10, 0, 22631, OS_WORKSTATION);
        fake_add_restore_point(fake, 41, "before", fake->now_ms - 1000);
        fake->point_result.outcome = RESTORE_POINT_MADE;
        fake->point_result.sequence = 42;
        strcpy(fake->point_result.why, "Restore point 42 was created.");
    }
    allocation_spare(fake);
}

/* Creates the machine of a run and executes the lines that prepare it. */
static void prepare(struct fake *fake, int which)
{
    char *copy = strdup(runs[which].prepare), *rest = copy;

    make_machine(fake, which);
    for (char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n"))
        ck_assert_msg(run_line(fake, line) == 0, "%s: %s", line, fake_error(fake));
    free(copy);
    fake_restart(fake);
    fake_when(fake, FAKE_CALL(CALL_CLOCK_SLEEP), 2, stop, NULL);
}

static void copy_folder(const struct fake_folder *from, struct fake_folder *to)
{
    for (size_t i = 0; i < from->count; i++)
        fake_folder_put(to, from->files[i].name, from->files[i].data, from->files[i].length);
}

/* Copies a prepared machine, so that the preparing lines need not run again. */
static void prepare_copy(struct fake *fake, int which, const struct fake *prepared)
{
    make_machine(fake, which);
    copy_folder(&prepared->store, &fake->store);
    copy_folder(&prepared->files, &fake->files);
    fake->store_state = prepared->store_state;
    for (size_t k = 0; k < prepared->key_count; k++)
        for (size_t i = 0; i < prepared->keys[k].value_count; i++) {
            const struct fake_value *value = &prepared->keys[k].values[i];

            fake_put_utf16(fake, TCPIP_PARAMETERS, value->name, value->name_count, value->type,
                           value->data, value->length);
        }
    memcpy(fake->ranges, prepared->ranges, sizeof fake->ranges);
    fake_when(fake, FAKE_CALL(CALL_CLOCK_SLEEP), 2, stop, NULL);
}

/* Prints the settings that a command can change: the registry and the running ranges. */
static void dump(const struct fake *fake, struct text *text)
{
    text_init(text);
    fake_dump_registry(fake, text);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            text_printf(text, "%u+%u\n", (unsigned)fake->ranges[p][f].range.start,
                        (unsigned)fake->ranges[p][f].range.count);
}

struct expected {
    char *before, *after, *out; /* owned */
    int code;
    unsigned entry_count, entry_count_after;
};

static unsigned count_entries(struct fake *fake, enum entry_state *newest)
{
    struct journal journal;
    struct fault fault;
    unsigned count;

    heap_watch(); /* sets the count of failed allocations to 0 */
    ck_assert_msg(journal_read(&fake->machine.store, STORE_PRIVATE, &journal, &fault), "%s",
                  fault.text);
    ck_assert_msg(journal.bad_count == 0, "bad lines in:\n%s", fake_stored(fake, "journal.jsonl"));
    ck_assert_uint_eq(journal.torn_length, 0);
    ck_assert(!journal.misses_newline);
    count = (unsigned)journal.count;
    if (count)
        *newest = journal.entries[count - 1].state;
    journal_release(&journal);
    return count;
}

static struct expected run_undisturbed(int which)
{
    struct expected expected;
    struct fake fake;
    struct text text;
    enum entry_state newest;

    prepare(&fake, which);
    dump(&fake, &text);
    expected.before = strdup(text_string(&text));
    text_release(&text);
    expected.entry_count = count_entries(&fake, &newest);
    expected.code = run_line(&fake, runs[which].line);
    dump(&fake, &text);
    expected.after = strdup(text_string(&text));
    text_release(&text);
    expected.entry_count_after = count_entries(&fake, &newest);
    expected.out = strdup(fake_out(&fake));
    fake_release(&fake);
    return expected;
}

/* Checks a run. With exit code 0, the command must have done its work, and its output must be
 * complete, unless it says that the output is lost. With any other exit code, either nothing was
 * written, or the change is in effect and only its report or its last journal line is missing. */
static void check(struct fake *fake, int which, unsigned nth, enum allocation_mishap mishap,
                  int code, const struct expected *expected)
{
    const char *line = runs[which].line;
    const char *how = mishap == FAIL_ONE ? "" : " and all after it";
    struct text now;
    bool is_before, is_after;
    enum entry_state newest = ENTRY_BACKUP;

    dump(fake, &now);
    is_before = strcmp(text_string(&now), expected->before) == 0;
    is_after = strcmp(text_string(&now), expected->after) == 0;
    text_release(&now);
#define HOLDS(claim, what)                                                                         \
    ck_assert_msg(claim, "%s, allocation %u%s: %s (exit %d)\n%s", line, nth, how, what, code,      \
                  fake_error(fake))
    HOLDS(is_before || is_after, "the registry is neither as before nor as planned");
    HOLDS(code == expected->code || code == 1 || code == 4 || code == 6 ||
              (code == COMMAND_PLUGIN_UNKNOWN && strncmp(line, "check", 5) == 0),
          "an unexpected exit code");
    HOLDS(!fake->is_locked && fake->unlocked_writes == 0, "the lock");
    HOLDS(mishap == FAIL_FROM_THEN || code == 0 || *fake_error(fake) || *fake_out(fake),
          "neither an error nor output");
    if (code == expected->code)
        HOLDS(is_after, "reported as done, but not written");
    /* The output of check for PRTG or Checkmk contains the error, and the exit code is 0. */
    if (code == 0 && !strstr(fake_error(fake), "only its output is lost") &&
        !strstr(fake_out(fake), "Not enough memory"))
        HOLDS(strcmp(fake_out(fake), expected->out) == 0, "exit 0, but the output is incomplete");
    unsigned count = count_entries(fake, &newest);
    HOLDS(count == expected->entry_count || count == expected->entry_count_after,
          "an unexpected number of entries");
    if (count == expected->entry_count) {
        HOLDS(is_before, "written, but not recorded in the journal");
    } else {
        HOLDS(newest != ENTRY_DONE || is_after, "recorded as done, but not written");
        HOLDS(newest != ENTRY_ROLLED_BACK || is_before, "recorded as rolled back, but written");
        HOLDS(newest != ENTRY_OPEN || code != 0, "exit 0, but the entry is open");
        HOLDS(newest != ENTRY_STUCK, "stuck");
        HOLDS(code != expected->code || newest == ENTRY_DONE || entry_state_is_single(newest),
              "the entry is not recorded as done");
    }
#undef HOLDS
}

START_TEST(a_command_survives_every_failing_allocation)
{
    int which = _i / MISHAP_COUNT;
    enum allocation_mishap mishap = mishaps[_i % MISHAP_COUNT];
    struct expected expected = run_undisturbed(which);
    struct fake prepared;
    unsigned nth = 1;

    prepare(&prepared, which);
    for (;; nth++) {
        struct fake fake;
        bool has_failed;
        int code;

        prepare_copy(&fake, which, &prepared);
        allocation_upset(nth, mishap);
        code = run_line(&fake, runs[which].line);
        has_failed = allocation_calm();
        check(&fake, which, nth, mishap, code, &expected);
        fake_release(&fake);
        if (!has_failed)
            break;
        if (mishap == FAIL_FROM_THEN)
            nth += FAIL_FROM_THEN_STEP - 1;
    }
    fake_release(&prepared);
    ck_assert_uint_gt(nth, 3);
    free(expected.before);
    free(expected.after);
    free(expected.out);
    expect_no_leak(runs[which].line);
}
END_TEST

/* ---- core's readers ------------------------------------------------------------ */

static const char reg_text[] = "Windows Registry Editor Version 5.00\r\n\r\n"
                               "[HKEY_LOCAL_MACHINE\\SYSTEM\\A]\r\n"
                               "\"MaxUserPort\"=dword:0000fffe\r\n\"Name\"=\"text\"\r\n"
                               "\"Bytes\"=hex:00,01,02\r\n\"Gone\"=-\r\n";

static bool read_reg(struct fault *fault)
{
    char bytes[2 * sizeof reg_text] = "\xff\xfe";
    struct regfile file;

    for (size_t i = 0; i + 1 < sizeof reg_text; i++)
        bytes[2 * i + 2] = reg_text[i];
    if (!regfile_parse("file.reg", bytes, sizeof bytes, &file, fault))
        return false;
    ck_assert_uint_eq(file.count, 4);
    regfile_release(&file);
    return true;
}

static bool export_reg(struct fault *fault)
{
    struct fake fake;
    struct regfile_writer writer;
    bool is_written;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 65534);
    regfile_writer_init(&writer);
    is_written = regfile_export(&fake.machine.registry, TCPIP_PARAMETERS, &writer, fault) &&
                 regfile_writer_finish(&writer, fault);
    ck_assert(!is_written || writer.value_count == 1);
    regfile_writer_release(&writer);
    fake_release(&fake);
    return is_written;
}

static bool compare_reg(struct fault *fault)
{
    struct fake fake;
    struct regfile file;
    bool is_read;

    fake_init(&fake);
    fake_put(&fake, TCPIP_PARAMETERS, "Hostname", TYPE_SZ, "A\0\0\0", 4);
    is_read = regfile_of_registry(&fake.machine.registry, TCPIP_PARAMETERS, &file, fault);
    if (is_read)
        regfile_release(&file);
    fake_release(&fake);
    return is_read;
}

static bool read_exclusions(struct fault *fault)
{
    static const char text[] = "--- ---\r\n 50000 50059 *\r\n 5357 5357\r\n\r\n";
    struct exclusions exclusions;
    bool is_read;

    exclusions_init(&exclusions);
    is_read = netsh_parse_exclusions(text, sizeof text - 1, PROTOCOL_TCP, FAMILY_IPV4, &exclusions,
                                     fault);
    ck_assert_uint_eq(exclusions.count, is_read ? 2 : 0);
    exclusions_release(&exclusions);
    return is_read;
}

static bool read_value(struct fault *fault)
{
    struct value value;

    if (!value_parse("1:360030000000", &value, fault))
        return false;
    ck_assert_uint_eq(value.length, 6);
    value_release(&value);
    return true;
}

static const struct {
    const char *name;
    bool (*read)(struct fault *fault);
} readers[] = {
    {"a .reg file is read", read_reg},
    {"a key is exported", export_reg},
    {"a key is read for a comparison", compare_reg},
    {"netsh's exclusions are read", read_exclusions},
    {"a value is read", read_value},
};

enum { READER_COUNT = sizeof readers / sizeof *readers };

START_TEST(a_reader_survives_every_failing_allocation)
{
    size_t which = (size_t)_i / MISHAP_COUNT;
    enum allocation_mishap mishap = mishaps[_i % MISHAP_COUNT];

    for (unsigned nth = 1;; nth++) {
        struct fault fault = {0};
        bool is_read, has_failed;

        heap_watch();
        allocation_upset(nth, mishap);
        is_read = readers[which].read(&fault);
        has_failed = allocation_calm();
        ck_assert_msg(is_read || fault.kind == FAULT_NO_MEMORY, "%s, allocation %u: %s",
                      readers[which].name, nth, fault.text);
        if (!has_failed)
            break;
    }
    expect_no_leak(readers[which].name);
}
END_TEST

/* The function journal_parse skips and counts lines that it cannot read. If an allocation fails, it
 * must report this, and must not count the line as unreadable. */
START_TEST(a_journal_is_read_completely_or_refused)
{
    struct fake fake;
    const char *data;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    data = fake_stored(&fake, "journal.jsonl");
    for (unsigned nth = 1;; nth++) {
        struct journal journal;
        struct fault fault = {0};
        bool is_read, has_failed;

        heap_watch();
        allocation_upset(nth, mishaps[_i]);
        is_read = journal_parse(data, strlen(data), &journal, &fault);
        has_failed = allocation_calm();
        if (is_read) {
            ck_assert_msg(journal.count == 2 && journal.bad_count == 0 && journal.torn_length == 0,
                          "allocation %u: read, but incomplete", nth);
            journal_release(&journal);
        } else {
            ck_assert_msg(fault.kind == FAULT_NO_MEMORY, "allocation %u: %s", nth, fault.text);
        }
        if (!has_failed)
            break;
    }
    fake_release(&fake);
    expect_no_leak("the journal");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("allocation");
    TCase *tcase = tcase_create("allocation");
    SRunner *runner = srunner_create(suite);

    list_runs();
    tcase_set_timeout(tcase, 100);
    tcase_add_loop_test(tcase, a_reader_survives_every_failing_allocation, 0,
                        READER_COUNT * MISHAP_COUNT);
    tcase_add_loop_test(tcase, a_journal_is_read_completely_or_refused, 0, MISHAP_COUNT);
    tcase_add_loop_test(tcase, a_command_survives_every_failing_allocation, 0,
                        run_count * MISHAP_COUNT);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
