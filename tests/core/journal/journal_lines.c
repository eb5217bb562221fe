/* Which journal lines maxport accepts, and which lines are bad: damaged lines, forged lines, and
 * lines that contradict earlier lines. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/change/change.h"
#include "core/journal/journal.h"
#include "core/journal/journal_json.h"
#include "core/journal/journal_scene.h"
#include "fake/machine.h"
#include "suites.h"

static struct fake fake;

static void set_up(void)
{
    fake_init(&fake);
    fake.store_state = STORE_TRUSTED;
}

static void tear_down(void)
{
    fake_release(&fake);
}

static const char *const bad_lines[] = {
    "garbage\n",
    "{}\n",
    "\n",
    "[1]\n",
    "{\"v\":1}\n",
    "{\"v\":0,\"event\":\"started\",\"id\":5}\n",
    "{\"v\":\"1\",\"event\":\"ended\",\"id\":1,\"state\":\"done\"}\n",
    "{\"v\":1,\"event\":\"ended\",\"id\":77,\"state\":\"done\"}\n",
    "{\"v\":1,\"event\":\"ended\",\"id\":1,\"state\":\"open\"}\n",
    "{\"v\":1,\"event\":\"started\",\"id\":-4}\n",
    "{\"v\":1,\"event\":\"started\",\"id\":5,\"time_ms\":1}\n",
    "{\"v\":1,\"event\":\"dance\",\"id\":1}\n",
    "{\"v\":1,\"event\":\"ended\",\"id\":1,\"id\":1,\"state\":\"done\"}\n",
};

START_TEST(a_bad_line_is_counted_and_skipped)
{
    struct journal journal;
    struct fault fault;

    write_change(&fake, 1, 0, ENTRY_OPEN);
    ck_assert(fake.machine.store.append(fake.machine.store.context, "journal.jsonl", bad_lines[_i],
                                        strlen(bad_lines[_i]), &fault));
    write_change(&fake, 100, 0, ENTRY_DONE);
    journal = read_back(&fake);
    ck_assert_uint_eq(journal.bad_count, 1);
    ck_assert_uint_eq(journal.count, 2);
    ck_assert_int_eq(journal_find(&journal, 1)->state, ENTRY_OPEN);
    journal_release(&journal);
}
END_TEST

/* ---- scheduled returns -------------------------------------------------- */

static const struct {
    const char *field, *value; /* replaces the value of this field; NULL: nothing */
    bool is_good;
} returns[] = {
    {NULL, NULL, true},
    {"command", "\"set\"", false},
    {"restore_point", "null", false},
    {"restore_point", "{\"sequence\":0,\"is_new\":false}", false},
    {"undoes", "1", false},
    {"backup", "\"changes\\\\2.reg\"", false},
    {"steps",
     "[{\"place\":{\"kind\":\"range\",\"protocol\":\"tcp\",\"family\":\"ipv4\"},"
     "\"before\":\"49152+16384\",\"after\":\"1025+300\"}]",
     false},
};

START_TEST(a_return_names_only_a_restore_point)
{
    struct journal_entry entry = {.id = 2,
                                  .state = ENTRY_RETURN,
                                  .started_ms = 1,
                                  .command = "restore-point return",
                                  .has_restore_point = true,
                                  .restore_point_outcome = RESTORE_POINT_REUSED,
                                  .restore_point = 41};
    json_t *line = journal_json_started(&entry);
    struct journal journal;
    struct fault fault;
    char *dumped;

    write_change(&fake, 1, 0, ENTRY_DONE);
    if (returns[_i].field)
        json_object_set_new(line, returns[_i].field,
                            json_loads(returns[_i].value, JSON_DECODE_ANY, NULL));
    dumped = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    ck_assert(fake.machine.store.append(fake.machine.store.context, "journal.jsonl", dumped,
                                        strlen(dumped), &fault));
    free(dumped);
    ck_assert(
        fake.machine.store.append(fake.machine.store.context, "journal.jsonl", "\n", 1, &fault));
    journal = read_back(&fake);
    ck_assert_uint_eq(journal.count, returns[_i].is_good ? 2 : 1);
    ck_assert_uint_eq(journal.bad_count, !returns[_i].is_good);
    if (returns[_i].is_good) {
        ck_assert_int_eq(journal.entries[1].state, ENTRY_RETURN);
        ck_assert_uint_eq(journal.entries[1].restore_point, 41);
        ck_assert(!journal_is_open(&journal.entries[1]));
        ck_assert(!journal_is_undoable(&journal.entries[1]));
    }
    journal_release(&journal);
}
END_TEST

START_TEST(a_return_can_only_be_refused)
{
    struct journal_entry ended = {.id = 1, .state = (enum entry_state)_i, .ended_ms = 1};
    struct change change;
    struct journal journal;
    struct fault fault;
    bool is_good = ended.state == ENTRY_RETURN_REFUSED;

    change_init(&change, "restore-point return");
    fake_add_restore_point(&fake, 41, "before", fake.now_ms);
    ck_assert(change_schedule_return(&fake.machine, 41, &change, &fault));
    ck_assert(journal_write_ended(&fake.machine.store, &ended, &fault));
    journal = read_back(&fake);
    ck_assert_uint_eq(journal.count, 1);
    ck_assert_uint_eq(journal.bad_count, !is_good);
    ck_assert_int_eq(journal.entries[0].state, is_good ? ENTRY_RETURN_REFUSED : ENTRY_RETURN);
    journal_release(&journal);
}
END_TEST

START_TEST(a_change_is_never_a_refused_return)
{
    struct journal_entry ended = {.id = 1, .state = ENTRY_RETURN_REFUSED, .ended_ms = 1};
    struct journal journal;
    struct fault fault;

    write_change(&fake, 1, 0, ENTRY_OPEN);
    ck_assert(journal_write_ended(&fake.machine.store, &ended, &fault));
    journal = read_back(&fake);
    ck_assert_uint_eq(journal.bad_count, 1);
    ck_assert(journal_is_open(&journal.entries[0]));
    journal_release(&journal);
}
END_TEST

/* ---- forged lines ------------------------------------------------------ */

/* A field of an otherwise valid line, and the forged value of this field. */
static const struct {
    const char *field, *forged;
} forgeries[] = {
    {"\"id\"", "0"},
    {"\"id\"", "9007199254740993"},
    {"\"id\"", "9223372036854775807"},
    {"\"id\"", "4.0"},
    {"\"id\"", "1"}, /* change 1 already exists */
    {"\"time_ms\"", "9223372036854775807"},
    {"\"time_ms\"", "-9223372036854775808"},
    {"\"no_effect\"", "65536"},
    {"\"process\"", "4294967296"},
    {"\"process\"", "-1"},
    {"\"boot\"", "{\"start_ms\":9223372036854775807,\"session_ms\":0,\"count\":1}"},
    {"\"boot\"", "{\"start_ms\":0,\"session_ms\":0,\"count\":-1}"},
    {"\"key_written_ms\"", "9223372036854775807"},
    {"\"predicted\"", "{\"tcp\":{\"ipv4\":{\"start\":9223372036854775807,\"count\":1}}}"},
    {"\"predicted\"", "{\"udp\":{\"ipv6\":{\"start\":65535,\"count\":2}}}"},
    {"\"predicted\"", "{\"tcp\":{\"ipv4\":{\"start\":-1,\"count\":2}}}"},
    {"\"use\"", "{\"tcp\":{\"ipv4\":{\"in_use\":65537,\"available\":1}}}"},
    {"\"restore_point\"", "{\"sequence\":4294967296,\"is_new\":true}"},
    {"\"command\"", "\"format\""},
    {"\"command\"", "\"SET\""},
    {"\"command\"", "\"reset\""},
    {"\"command\"", "\"range set\""},
    {"\"command\"", "\"backup\""},
    {"\"command\"", "\"undo\""},
    {"\"command\"", "\"set\\u0000\""},
    {"\"undoes\"", "1"},
    {"\"event\"", "\"backup\""},
    {"\"backup\"", "\"changes\\\\5.reg\""},
    {"\"backup\"", "\"changes\\\\..\\\\4.reg\""},
    {"\"backup\"", "\"public\\\\4.reg\""},
    {"\"backup\"", "\"journal.jsonl\""},
    {"\"backup\"", "\"C:\\\\changes\\\\4.reg\""},
    {"\"backup\"", "\"changes/4.reg\""},
    {"\"backup_sha256\"", "\"00\""},
    {"\"backup_sha256\"", "7"},
    {"\"undo_file\"", "\"changes\\\\4-undo.txt\""},
    {"\"undo_file\"", "\"changes\\\\4-undo.exe\""},
    {"\"key\"", "\"SYSTEM\\\\CurrentControlSet\\\\Services\\\\Spooler\""},
    {"\"key\"", "\"SYSTEM\\\\ControlSet001\\\\Services\\\\Tcpip\\\\Parameters\""},
    {"\"key\"", "\"system\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\""},
    {"\"key\"", "\"SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\\\\\""},
    {"\"key\"", "\"\\\\SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\""},
    {"\"key\"", "\"SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\\\\Winsock\""},
    {"\"key\"", "\"\""},
    {"\"name\"", "\"maxuserport\""},
    {"\"name\"", "\"MaxUserPort \""},
    {"\"name\"", "\"MaxUserPort\\u0000\""},
    {"\"name\"", "\"Ma\\u00d7UserPort\""},
    {"\"name\"", "\"NameServer\""},
    {"\"name\"", "\"SearchList\""},
    {"\"name\"", "\"Hostname\""},
    {"\"name\"", "\"KeepAliveTime\""}, /* restore may write this value, but `set` may not */
    {"\"name\"", "\"\""},
    {"\"kind\"", "\"range\""},
    {"\"kind\"", "\"file\""},
    {"\"before\"", "\"6:5c00\""},
    {"\"before\"", "\"1024+64511\""},
    {"\"before\"", "\"65534\""}, /* the same value as `after` */
    {"\"after\"", "\"absent\""},
    {"\"after\"", "\"1:36000000\""},
    {"\"after\"", "\"4999\""},
    {"\"after\"", "\"65535\""},
    {"\"after\"", "\"6:5c00\""},
    {"\"steps\"", "[]"},
    {"\"steps\"", "{}"},
};

static const char good_line[] =
    "{\"v\":1,\"event\":\"started\",\"time\":\"t\",\"time_ms\":4000,\"id\":4,"
    "\"boot\":{\"start_ms\":1,\"session_ms\":1,\"count\":7},\"key_written_ms\":null,"
    "\"account\":\"a\",\"session_user\":\"\",\"computer\":\"c\",\"process\":7,"
    "\"command\":\"set\",\"reason\":\"\",\"outcome\":\"\",\"undoes\":null,"
    "\"steps\":[{\"place\":{\"kind\":\"registry\",\"key\":"
    "\"SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\","
    "\"name\":\"MaxUserPort\"},\"before\":\"absent\",\"after\":\"65534\"}],"
    "\"predicted\":{\"tcp\":{\"ipv4\":{\"start\":1024,\"count\":64511}}},"
    "\"backup\":\"changes\\\\4.reg\",\"backup_sha256\":\"\","
    "\"undo_file\":\"changes\\\\4-undo.reg\",\"restore_point\":null,\"no_effect\":null,"
    "\"use\":null}\n";

/* Returns the end of the JSON value that starts at `at`. */
static const char *value_end(const char *at)
{
    unsigned depth = 0;
    bool is_quoted = false;

    for (; is_quoted || depth || (*at != ',' && *at != '}' && *at != ']'); at++)
        if (is_quoted && *at == '\\')
            at++;
        else if (*at == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && (*at == '{' || *at == '['))
            depth++;
        else if (!is_quoted && (*at == '}' || *at == ']'))
            depth--;
    return at;
}

/* Parses a journal that contains change 1, which is done, and then good_line with one forged field.
 * If `field` is NULL, `forged` replaces the whole line. */
static struct journal parse_forged(const char *field, const char *forged)
{
    struct text line;

    tear_down();
    set_up();
    write_change(&fake, 1, 0, ENTRY_DONE);
    text_init(&line);
    text_puts(&line, fake_stored(&fake, "journal.jsonl"));
    if (field) {
        const char *at = strstr(good_line, field);

        ck_assert_msg(at != NULL, "no %s", field);
        at += strlen(field) + 1;
        text_append(&line, good_line, (size_t)(at - good_line));
        text_puts(&line, forged);
        text_puts(&line, value_end(at));
    } else {
        text_puts(&line, forged);
    }
    fake_folder_put(&fake.store, "journal.jsonl", text_string(&line), line.length);
    text_release(&line);
    return read_back(&fake);
}

START_TEST(a_forged_line_is_bad)
{
    struct journal journal = parse_forged(forgeries[_i].field, forgeries[_i].forged);

    ck_assert_msg(journal.bad_count == 1 && journal.count == 1, "%s %s is accepted",
                  forgeries[_i].field, forgeries[_i].forged);
    ck_assert_uint_eq(journal.next_id, 2); /* a bad line does not use up an ID */
    journal_release(&journal);
}
END_TEST

START_TEST(a_line_that_maxport_can_write_is_good)
{
    static const struct {
        const char *field, *value;
    } rows[] = {
        {"\"id\"", "4"},
        {"\"time_ms\"", "0"},
        {"\"before\"", "\"2147418676:00ff\""}, /* the old value may be of any type */
        {"\"before\"", "\"0\""},
        {"\"after\"", "\"5000\""},
        {"\"undo_file\"", "\"\""},
        {"\"restore_point\"", "{\"sequence\":4294967295,\"is_new\":true}"},
        {"\"key_written_ms\"", "1795338000000"},
        {"\"command\"", "\"restore\""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct journal journal = parse_forged(rows[i].field, rows[i].value);

        ck_assert_msg(journal.bad_count == 0 && journal.count == 2, "%s %s is bad", rows[i].field,
                      rows[i].value);
        journal_release(&journal);
    }
}
END_TEST

#define STEP(name, before, after)                                                                  \
    "{\"place\":{\"kind\":\"registry\",\"key\":"                                                   \
    "\"SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\",\"name\":\"" name          \
    "\"},\"before\":\"" before "\",\"after\":\"" after "\"}"
#define RANGE_STEP(before, after)                                                                  \
    "{\"place\":{\"kind\":\"range\",\"protocol\":\"tcp\",\"family\":\"ipv4\"},\"before\":"         \
    "\"" before "\",\"after\":\"" after "\"}"
#define WHOLE(id, command, undoes, steps)                                                          \
    "{\"v\":1,\"event\":\"started\",\"time_ms\":4000,\"id\":" id ",\"account\":\"a\","             \
    "\"session_user\":\"\",\"computer\":\"c\",\"command\":\"" command                              \
    "\",\"reason\":\"\",\"outcome\":\"\",\"undoes\":" undoes ",\"steps\":[" steps                  \
    "],\"backup\":\"\",\"undo_file\":\"\"}\n"
#define ENDED(id, state) "{\"v\":1,\"event\":\"ended\",\"id\":" id ",\"state\":\"" state "\"}\n"

/* Journal lines that follow change 1, which changed MaxUserPort from absent to 65534. */
static const struct {
    const char *what, *lines;
    size_t bad_count;
} sequences[] = {
    {"an undo of change 1", WHOLE("2", "undo", "1", STEP("MaxUserPort", "65534", "absent")), 0},
    {"a forced undo", WHOLE("2", "undo", "1", STEP("MaxUserPort", "7", "absent")), 0},
    {"an undo without steps", WHOLE("2", "undo", "1", ""), 0},
    {"an undo to a different value", WHOLE("2", "undo", "1", STEP("MaxUserPort", "65534", "7")), 1},
    {"an undo of another value", WHOLE("2", "undo", "1", STEP("TcpTimedWaitDelay", "30", "absent")),
     1},
    {"an undo of itself", WHOLE("2", "undo", "2", STEP("MaxUserPort", "65534", "absent")), 1},
    {"an undo of a later change", WHOLE("2", "undo", "3", ""), 1},
    {"an undo without a change", WHOLE("2", "undo", "null", ""), 1},
    {"two changes that undo each other", WHOLE("2", "undo", "3", "") WHOLE("3", "undo", "2", ""),
     2},
    {"an undo of a rolled-back change",
     WHOLE("2", "set", "null", STEP("MaxUserPort", "absent", "6000")) ENDED("2", "rolled_back")
         WHOLE("3", "undo", "2", STEP("MaxUserPort", "6000", "absent")),
     1},
    {"an undo of an open change",
     WHOLE("2", "set", "null", STEP("MaxUserPort", "absent", "6000"))
         WHOLE("3", "undo", "2", STEP("MaxUserPort", "6000", "absent")),
     1},
    {"a value named twice",
     WHOLE("2", "set", "null",
           STEP("MaxUserPort", "absent", "6000") "," STEP("MaxUserPort", "6000", "7000")),
     1},
    {"a value named twice in different case",
     WHOLE("2", "restore", "null",
           STEP("KeepAliveTime", "absent", "1") "," STEP("KEEPALIVETIME", "1", "2")),
     1},
    {"a range and a value",
     WHOLE("2", "restore", "null",
           STEP("MaxUserPort", "absent", "6000") "," RANGE_STEP("49152+16384", "10000+50000")),
     1},
    {"a range", WHOLE("2", "range set", "null", RANGE_STEP("49152+16384", "10000+50000")), 0},
    {"a range beyond the ports",
     WHOLE("2", "range set", "null", RANGE_STEP("49152+16384", "65000+65000")), 1},
    {"a range that was beyond the ports",
     WHOLE("2", "range set", "null", RANGE_STEP("65535+65536", "10000+50000")), 1},
    {"a range without ports", WHOLE("2", "range set", "null", RANGE_STEP("49152+0", "10000+50000")),
     1},
    {"a range that netsh refuses",
     WHOLE("2", "range set", "null", RANGE_STEP("49152+16384", "1024+50000")), 1},
    {"a range as a number", WHOLE("2", "range set", "null", RANGE_STEP("7", "10000+50000")), 1},
    {"a restored name", WHOLE("2", "restore", "null", STEP("KeepAliveTime", "absent", "1:00")), 0},
    {"the undo of a restored name",
     WHOLE("2", "restore", "null", STEP("KeepAliveTime", "absent", "7")) ENDED("2", "done")
         WHOLE("3", "undo", "2", STEP("KeepAliveTime", "7", "absent")),
     0},
    {"a restored name server", WHOLE("2", "restore", "null", STEP("NameServer", "absent", "1:00")),
     1},
    {"a second end of a change", ENDED("1", "rolled_back"), 1},
    {"an end with an impossible time",
     "{\"v\":1,\"event\":\"ended\",\"id\":1,\"state\":\"done\",\"time_ms\":1e300}\n", 1},
    {"the highest id after files left by crashes",
     WHOLE("1002", "set", "null", STEP("MaxUserPort", "absent", "6000")), 0},
    {"a higher id", WHOLE("1003", "set", "null", STEP("MaxUserPort", "absent", "6000")), 1},
    {"the highest id after a bad line",
     "{}\n" WHOLE("2002", "set", "null", STEP("MaxUserPort", "absent", "6000")), 1},
    {"a higher id after a bad line",
     "{}\n" WHOLE("2003", "set", "null", STEP("MaxUserPort", "absent", "6000")), 2},
    {"the highest possible id",
     WHOLE("9007199254740992", "set", "null", STEP("MaxUserPort", "absent", "6000")), 1},
    {"a mended line without a torn line",
     "{\"v\":1,\"event\":\"mended\",\"torn\":\"journal-torn-1.txt\"}\n", 1},
};

START_TEST(an_entry_is_checked_against_earlier_entries)
{
    struct journal journal = parse_forged(NULL, sequences[_i].lines);

    ck_assert_msg(journal.bad_count == sequences[_i].bad_count, "%s: %zu bad lines",
                  sequences[_i].what, journal.bad_count);
    ck_assert_int_eq(journal.entries[0].state, ENTRY_DONE);
    journal_release(&journal);
}
END_TEST

START_TEST(a_line_with_a_huge_value_is_bad)
{
    struct text value;
    struct journal journal;

    text_init(&value);
    text_puts(&value, "\"1:");
    for (size_t i = 0; i <= 1024 * 1024; i++)
        text_puts(&value, "00");
    text_puts(&value, "\"");
    journal = parse_forged("\"before\"", text_string(&value));
    ck_assert_uint_eq(journal.bad_count, 1);
    journal_release(&journal);
    text_release(&value);
}
END_TEST

START_TEST(a_journal_of_a_newer_maxport_is_refused)
{
    static const char newer[] = "{\"v\":2,\"event\":\"started\",\"id\":1}\n";
    struct journal journal;
    struct fault fault = {0};

    fake_folder_put(&fake.store, "journal.jsonl", newer, sizeof newer - 1);
    ck_assert(!journal_read(&fake.machine.store, STORE_PRIVATE, &journal, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    ck_assert_ptr_nonnull(strstr(fault.text, "newer maxport"));
}
END_TEST

/* The first line may have a high ID, because an administrator may have deleted the older lines. */
START_TEST(the_first_id_may_be_high_but_is_limited)
{
    static const char late[] =
        WHOLE("4294967296", "set", "null", STEP("MaxUserPort", "absent", "6000"));
    static const char too_late[] =
        WHOLE("4294967297", "set", "null", STEP("MaxUserPort", "absent", "6000"));
    struct journal journal;
    struct fault fault;

    ck_assert(journal_parse(late, sizeof late - 1, &journal, &fault));
    ck_assert_uint_eq(journal.bad_count, 0);
    ck_assert_uint_eq(journal.next_id, 4294967297u);
    journal_release(&journal);
    ck_assert(journal_parse(too_late, sizeof too_late - 1, &journal, &fault));
    ck_assert_uint_eq(journal.bad_count, 1);
    ck_assert_uint_eq(journal.next_id, 1);
    journal_release(&journal);
}
END_TEST

/* journal_read_recent() reads only the newest lines of a long journal. The first lines that it
 * reads may be the ends of changes whose starts were skipped. An end with a forged high ID must not
 * determine the next ID. */
START_TEST(a_forged_end_does_not_use_up_the_ids)
{
    static const char *const ends[] = {ENDED("9007199254740992", "done"),
                                       ENDED("4294967297", "done")};
    struct journal journal;
    struct fault fault;
    struct text text;

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        text_init(&text);
        text_puts(&text, "{}\n");
        for (unsigned line = 0; line < JOURNAL_RECENT_LINES - 2; line++)
            text_puts(&text, ENDED("7", "done"));
        text_puts(&text, ends[i]);
        text_puts(&text, ENDED("6", "done"));
        ck_assert(journal_parse_recent(text.data, text.length, &journal, &fault));
        ck_assert_uint_gt(journal.skipped_length, 0);
        ck_assert_uint_eq(journal.bad_count, 1);
        ck_assert_uint_eq(journal.next_id, 8);
        journal_release(&journal);
        text_release(&text);
    }
}
END_TEST

/* A change was interrupted, then came many backups, then a later change resolved it. So the end of
 * the change follows entries that are read, although its start is skipped. */
START_TEST(only_the_end_of_a_skipped_start_is_good)
{
    static const struct {
        const char *line;
        size_t bad_count;
    } ends[] = {
        {ENDED("6", "done"), 0},          {ENDED("9", "return_refused"), 0},
        {ENDED("10", "done"), 1},         {ENDED("11", "done"), 1},
        {ENDED("12", "done"), 1},         {ENDED("6", "open"), 1},
        {ENDED("4294967297", "done"), 1},
    };
    struct journal journal;
    struct fault fault;
    struct text text;

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        text_init(&text);
        text_puts(&text, WHOLE("6", "set", "null", STEP("MaxUserPort", "absent", "6000")));
        for (unsigned line = 0; line < JOURNAL_RECENT_LINES - 3; line++)
            text_puts(&text, ENDED("7", "done"));
        text_puts(&text, WHOLE("10", "set", "null", STEP("MaxUserPort", "absent", "6000")));
        text_puts(&text, ENDED("10", "rolled_back"));
        text_puts(&text, ends[i].line);
        ck_assert(journal_parse_recent(text.data, text.length, &journal, &fault));
        ck_assert_uint_gt(journal.skipped_length, 0);
        ck_assert_msg(journal.bad_count == ends[i].bad_count, "%s", ends[i].line);
        ck_assert_uint_eq(journal.count, 1);
        ck_assert_int_eq(journal.entries[0].state, ENTRY_ROLLED_BACK);
        ck_assert_uint_eq(journal.next_id, 11);
        journal_release(&journal);
        text_release(&text);
    }
}
END_TEST

Suite *journal_lines_suite(void)
{
    Suite *suite = suite_create("journal_lines");
    TCase *tcase = tcase_create("journal_lines");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_return_can_only_be_refused, ENTRY_OPEN, ENTRY_RETURN_REFUSED + 1);
    tcase_add_test(tcase, a_change_is_never_a_refused_return);
    tcase_add_loop_test(tcase, a_return_names_only_a_restore_point, 0,
                        sizeof returns / sizeof *returns);
    tcase_add_loop_test(tcase, a_bad_line_is_counted_and_skipped, 0,
                        sizeof bad_lines / sizeof *bad_lines);
    tcase_add_loop_test(tcase, a_forged_line_is_bad, 0, sizeof forgeries / sizeof *forgeries);
    tcase_add_test(tcase, a_line_that_maxport_can_write_is_good);
    tcase_add_loop_test(tcase, an_entry_is_checked_against_earlier_entries, 0,
                        sizeof sequences / sizeof *sequences);
    tcase_add_test(tcase, a_line_with_a_huge_value_is_bad);
    tcase_add_test(tcase, a_journal_of_a_newer_maxport_is_refused);
    tcase_add_test(tcase, the_first_id_may_be_high_but_is_limited);
    tcase_add_test(tcase, a_forged_end_does_not_use_up_the_ids);
    tcase_add_test(tcase, only_the_end_of_a_skipped_start_is_good);
    suite_add_tcase(suite, tcase);
    return suite;
}
