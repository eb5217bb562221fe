#include "core/state/notes.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/change/change.h"
#include "core/change/plan_make.h"
#include "fake/machine.h"
#include "suites.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static struct fake fake;
static struct survey survey;
static struct survey_notes notes;
static bool is_taken;

static void setup(void)
{
    fake_init(&fake);
    is_taken = false;
}

static void teardown(void)
{
    if (is_taken) {
        notes_release(&notes);
        survey_release(&survey);
    }
    fake_release(&fake);
}

static void take(void)
{
    struct fault fault;

    if (is_taken) {
        notes_release(&notes);
        survey_release(&survey);
    }
    ck_assert_msg(survey_take(&fake.machine, SURVEY_RANGES | SURVEY_MISPLACED, &survey, &fault),
                  "%s", fault.text);
    notes_make(&survey, &notes);
    is_taken = true;
}

/* Sets a value as if it was written before Windows started. */
static void put_before_start(const char *name, uint32_t number)
{
    fake.now_ms -= DAY_MS;
    fake_put_number(&fake, name, number);
    fake.now_ms += DAY_MS;
}

/* Changes a setting with maxport. */
static void change_to(size_t setting, uint32_t number)
{
    struct request request = {setting_place(setting_at(setting)), value_number(number)};
    struct survey before;
    struct change change;
    struct fault fault;
    struct plan plan;

    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &before, &fault));
    ck_assert(plan_make(&fake.machine, &before, &request, 1, &plan, &fault));
    change_init(&change, "set");
    ck_assert_msg(change_apply(&fake.machine, &before, &plan, &change, &fault), "%s", fault.text);
    plan_release(&plan);
    survey_release(&before);
}

static const struct survey_note *find(const char *kind)
{
    for (size_t i = 0; i < notes.count; i++)
        if (strcmp(notes.rows[i].kind, kind) == 0)
            return &notes.rows[i];
    return NULL;
}

/* Fails unless a note of this kind exists and has exactly this text and this command. */
static void expect(const char *kind, const char *text, const char *command)
{
    const struct survey_note *note = find(kind);

    ck_assert_msg(note != NULL, "no note of kind %s", kind);
    ck_assert_str_eq(text_string(&note->text), text);
    ck_assert_str_eq(note->command, command);
}

static void expect_none(const char *kind)
{
    const struct survey_note *note = find(kind);

    ck_assert_msg(!note, "%s", note ? text_string(&note->text) : "");
}

static void answer(enum protocol protocol, enum family family, uint32_t start, uint32_t count)
{
    fake_answer_range(&fake, protocol, family, start, count, RANGE_SOURCE_NETSH);
}

static void answer_all(uint32_t start, uint32_t count)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            answer((enum protocol)p, (enum family)f, start, count);
}

START_TEST(a_fresh_machine_has_no_notes)
{
    take();
    ck_assert_uint_eq(notes.count, 0);
    answer_all(49152, 16384);
    take();
    ck_assert_uint_eq(notes.count, 0);
}
END_TEST

/* ---- a range that MaxUserPort shrinks --------------------------------------- */

START_TEST(a_value_that_shrank_the_reported_range_is_the_cause)
{
    put_before_start("MaxUserPort", 7000);
    answer_all(49152, 16384);
    answer(PROTOCOL_TCP, FAMILY_IPV4, 1024, 5977);
    answer(PROTOCOL_TCP, FAMILY_IPV6, 1024, 5977);
    take();
    expect("shrunk",
           "MaxUserPort = 7000 leaves 5,977 TCP ports, 10,407 fewer than Windows' default. "
           "To restore the default after a restart, run maxport reset. To set the default range "
           "immediately, run maxport range set --start 49152 --count 16384.",
           "maxport reset");
    expect_none("shrinks_after_restart");
    ck_assert(!find("shrunk")->is_remark);
    ck_assert_uint_eq(find("shrunk")->fact_length,
                      strlen("MaxUserPort = 7000 leaves 5,977 TCP ports, 10,407 fewer than "
                             "Windows' default."));
}
END_TEST

START_TEST(a_calculated_range_names_its_confidence)
{
    put_before_start("MaxUserPort", 7000);
    take();
    ck_assert_ptr_nonnull(find("shrunk"));
    ck_assert_ptr_nonnull(strstr(text_string(&find("shrunk")->text),
                                 "leaves 5,977 TCP ports (inferred), 10,407 fewer"));
}
END_TEST

START_TEST(after_a_reset_the_note_waits_for_the_restart)
{
    struct fault fault;
    struct request request = {setting_place(setting_at(SETTING_MAX_USER_PORT)), value_absent()};
    struct survey before;
    struct change change;
    struct plan plan;

    put_before_start("MaxUserPort", 7000);
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &before, &fault));
    ck_assert(plan_make(&fake.machine, &before, &request, 1, &plan, &fault));
    change_init(&change, "reset");
    ck_assert(change_apply(&fake.machine, &before, &plan, &change, &fault));
    plan_release(&plan);
    survey_release(&before);
    take();
    ck_assert_ptr_nonnull(find("shrunk"));
    ck_assert_ptr_nonnull(
        strstr(text_string(&find("shrunk")->text), "The value has changed since Windows started."));
    ck_assert_str_eq(find("shrunk")->command, "");
    expect_none("shrinks_after_restart");
}
END_TEST

START_TEST(a_stored_value_that_will_shrink_the_range_is_noted_before_the_restart)
{
    change_to(SETTING_MAX_USER_PORT, 7000);
    take();
    expect(
        "shrinks_after_restart",
        "MaxUserPort = 7000 leaves 5,977 TCP ports after a restart (inferred), 10,407 fewer than "
        "Windows' default.",
        "maxport reset");
    expect_none("shrunk");
}
END_TEST

static const struct {
    uint32_t major, minor, build, number;
    bool is_noted;
} sizes[] = {
    {10, 0, 20348, 17406, true}, {10, 0, 20348, 17407, false}, {10, 0, 20348, 65534, false},
    {5, 1, 2600, 5000, false},   {6, 1, 7601, 7000, false},    {6, 0, 6002, 7000, true},
};

START_TEST(only_fewer_ports_than_the_default_are_noted)
{
    fake_set_windows(&fake, sizes[_i].major, sizes[_i].minor, sizes[_i].build, OS_SERVER);
    put_before_start("MaxUserPort", sizes[_i].number);
    take();
    ck_assert_int_eq(find("shrunk") != NULL, sizes[_i].is_noted);
    expect_none("shrinks_after_restart");
}
END_TEST

START_TEST(a_value_that_windows_does_not_apply_shrinks_nothing)
{
    put_before_start("MaxUserPort", 7000);
    answer_all(49152, 16384);
    take();
    expect_none("shrunk");
    expect_none("shrinks_after_restart");
    expect("no_effect",
           "MaxUserPort = 7000 has no effect on this machine: Windows started with this value "
           "at 2026-11-22 09:00:00, but uses the default TCP range, 49152-65535. To change the "
           "range, set the running range instead.",
           "maxport range set --start 1025 --count 5976");
    put_before_start("MaxUserPort", 65534);
    answer_all(1024, 64511);
    take();
    expect_none("no_effect");
}
END_TEST

/* A value that was written after Windows started is not in effect yet, whatever the range is. */
START_TEST(a_new_value_is_not_said_to_have_no_effect)
{
    fake_put_number(&fake, "MaxUserPort", 65534);
    answer_all(49152, 16384);
    take();
    expect_none("no_effect");
}
END_TEST

/* ---- ranges that differ ------------------------------------------------------- */

static const struct {
    struct port_range by[4]; /* TCP IPv4, TCP IPv6, UDP IPv4, UDP IPv6 */
    const char *text, *command;
} differences[] = {
    {{{10000, 55536}, {49152, 16384}, {49152, 16384}, {49152, 16384}},
     "The TCP IPv4 range, 10000-65535, differs from the other three ranges, 49152-65535.",
     ""},
    {{{10000, 55536}, {10000, 55536}, {10000, 55536}, {49152, 16384}},
     "The UDP IPv6 range, 49152-65535, differs from the other three ranges, 10000-65535.",
     "maxport range set --start 10000 --count 55536 --udp --ipv6"},
    {{{10000, 55536}, {49152, 16384}, {10000, 55536}, {10000, 55536}},
     "The TCP IPv6 range, 49152-65535, differs from the other three ranges, 10000-65535.",
     "maxport range set --start 10000 --count 55536 --ipv6"},
    {{{10000, 55536}, {10000, 55536}, {49152, 16384}, {49152, 16384}},
     "The TCP ranges, 10000-65535, differ from the UDP ranges, 49152-65535.",
     ""},
    {{{10000, 55536}, {49152, 16384}, {10000, 55536}, {49152, 16384}},
     "The IPv4 ranges, 10000-65535, differ from the IPv6 ranges, 49152-65535.",
     ""},
    {{{10000, 55536}, {49152, 16384}, {49152, 16384}, {20000, 1000}},
     "The running ranges differ: TCP IPv4 10000-65535, TCP IPv6 49152-65535, UDP IPv4 49152-65535, "
     "UDP IPv6 20000-20999.",
     ""},
};

START_TEST(the_range_that_differs_is_named)
{
    for (int i = 0; i < 4; i++)
        answer((enum protocol)(i / 2), (enum family)(i % 2), differences[_i].by[i].start,
               differences[_i].by[i].count);
    take();
    expect("ranges_differ", differences[_i].text, differences[_i].command);
}
END_TEST

START_TEST(equal_or_unset_or_unread_ranges_are_not_compared)
{
    answer_all(10000, 55536);
    take();
    expect_none("ranges_differ");
    /* MaxUserPort moves only the TCP ranges. */
    put_before_start("MaxUserPort", 65534);
    answer_all(49152, 16384);
    answer(PROTOCOL_TCP, FAMILY_IPV4, 1024, 64511);
    answer(PROTOCOL_TCP, FAMILY_IPV6, 1024, 64511);
    take();
    expect_none("ranges_differ");
    answer(PROTOCOL_TCP, FAMILY_IPV4, 10000, 55536);
    take();
    ck_assert_ptr_nonnull(find("ranges_differ"));
    fake.ranges[PROTOCOL_UDP][FAMILY_IPV6].is_known = false;
    take();
    expect_none("ranges_differ");
}
END_TEST

/* ---- the origin of a value -------------------------------------------------- */

static const struct {
    enum os_role role;
    const char *name;
    uint32_t number;
    const char *text; /* NULL: no note */
} origins[] = {
    {OS_SERVER, "MaxUserPort", 60000,
     "MaxUserPort = 60000 is a value known from: Exchange Server 2003 and 2007 (documented), "
     "Windows Small Business Server (inferred)."},
    {OS_WORKSTATION, "MaxUserPort", 60000, NULL},
    {OS_SERVER, "MaxUserPort", 65536,
     "MaxUserPort = 65536 is a value known from: Windows Small Business Server (inferred)."},
    {OS_WORKSTATION, "MaxUserPort", 65534,
     "MaxUserPort = 65534 is a value known from: the installer of Nmap (inferred), the setup of "
     "Visual Studio (inferred), public tuning scripts (inferred), Oracle's guide for EPM 11.2 "
     "(rule "
     "of thumb)."},
    {OS_SERVER, "TcpTimedWaitDelay", 30,
     "TcpTimedWaitDelay = 30 seconds is a value known from: the installer of Nmap (inferred), "
     "public tuning scripts (inferred), Oracle's guide for EPM 11.2 (rule of thumb)."},
    {OS_SERVER, "TcpTimedWaitDelay", 60000, NULL},
    {OS_SERVER, "MaxUserPort", 32768, NULL},
};

START_TEST(a_known_value_names_programs_and_guides)
{
    fake_set_windows(&fake, 10, 0, 20348, origins[_i].role);
    put_before_start(origins[_i].name, origins[_i].number);
    take();
    if (!origins[_i].text) {
        expect_none("value_origin");
        return;
    }
    expect("value_origin", origins[_i].text, "");
    ck_assert(find("value_origin")->is_remark);
}
END_TEST

START_TEST(a_value_that_maxport_set_names_the_change)
{
    change_to(SETTING_TCP_TIMED_WAIT_DELAY, 60);
    change_to(SETTING_MAX_USER_PORT, 65534);
    change_to(SETTING_TCP_TIMED_WAIT_DELAY, 90);
    take();
    ck_assert_uint_eq(notes.count, 2);
    expect("value_origin", "MaxUserPort = 65534 was set by change 2 of maxport.",
           "maxport history 2");
    ck_assert_str_eq(text_string(&notes.rows[1].text),
                     "TcpTimedWaitDelay = 90 seconds was set by change 3 of maxport.");
}
END_TEST

START_TEST(a_value_that_another_program_wrote_since_is_not_maxports)
{
    change_to(SETTING_MAX_USER_PORT, 65534);
    fake_put_number(&fake, "MaxUserPort", 60000);
    take();
    ck_assert_ptr_nonnull(strstr(text_string(&find("value_origin")->text), "Exchange"));
}
END_TEST

/* ---- values under the wrong key ------------------------------------------------ */

static void put_under(const char *subkey, const char *name, uint32_t type, uint32_t number)
{
    uint8_t bytes[4] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                        (uint8_t)(number >> 24)};
    char key[PLACE_KEY_SIZE];

    snprintf(key, sizeof key, "%s\\%s", TCPIP_PARAMETERS, subkey);
    fake_put(&fake, key, name, type, bytes, sizeof bytes);
}

START_TEST(a_value_under_interfaces_is_found)
{
    put_under("Interfaces\\{a}", "EnableDHCP", TYPE_DWORD, 1);
    take();
    ck_assert_uint_eq(notes.count, 0);
    put_under("Interfaces\\{b}", "maxUserPort", TYPE_DWORD, 65534);
    take();
    ck_assert_uint_eq(notes.count, 1);
    expect(
        "misplaced",
        "MaxUserPort is under Interfaces\\{b}, but Windows reads it only under Tcpip\\Parameters "
        "(inferred).",
        "maxport set MaxUserPort=65534 --dry-run");
    /* MaxUserPort is also stored under the right key. */
    put_before_start("MaxUserPort", 50000);
    take();
    ck_assert_str_eq(find("misplaced")->command, "");
}
END_TEST

START_TEST(many_misplaced_values_are_counted)
{
    put_under("Interfaces", "TcpTimedWaitDelay", TYPE_SZ, 0x30);
    put_under("Interfaces\\{a}", "TcpTimedWaitDelay", TYPE_DWORD, 30);
    put_under("Interfaces\\{a}\\x", "TcpTimedWaitDelay", TYPE_DWORD, 30);
    put_under("Interfaces\\{b}", "TcpTimedWaitDelay", TYPE_DWORD, 30);
    take();
    ck_assert_uint_eq(notes.count, 1);
    expect(
        "misplaced",
        "TcpTimedWaitDelay is under Interfaces, Interfaces\\{a} and 2 more, but Windows reads it "
        "only under Tcpip\\Parameters (inferred).",
        "");
}
END_TEST

START_TEST(a_key_name_from_outside_is_made_safe_and_cut)
{
    static const uint16_t name[] = {'M', 'a', 'x', 'U', 's', 'e', 'r', 'P', 'o', 'r', 't'};
    char key[PLACE_KEY_SIZE];
    struct text long_name;

    text_init(&long_name);
    text_puts(&long_name, "Interfaces\\\x1b[31m");
    for (int i = 0; i < 60; i++)
        text_puts(&long_name, "\xc3\xa4");
    snprintf(key, sizeof key, "%s\\%s", TCPIP_PARAMETERS, text_string(&long_name));
    fake_put_utf16(&fake, key, name, sizeof name / sizeof *name, TYPE_DWORD, "\1\0\0\0", 4);
    text_release(&long_name);
    take();
    ck_assert_ptr_null(strchr(text_string(&find("misplaced")->text), '\x1b'));
    ck_assert_ptr_nonnull(strstr(text_string(&find("misplaced")->text), "Interfaces\\\\x1b[31m"));
    ck_assert_uint_lt(strlen(survey.misplaced[0].keys[0]), MISPLACED_KEY_SIZE);
    for (const char *at = survey.misplaced[0].keys[0]; *at;) {
        uint32_t character;
        size_t size = utf8_decode(at, strlen(at), &character);

        ck_assert_uint_gt(size, 0);
        at += size;
    }
}
END_TEST

START_TEST(interfaces_that_cannot_be_read_are_no_failure)
{
    put_under("Interfaces\\{a}", "MaxUserPort", TYPE_DWORD, 65534);
    put_under("Interfaces\\{b}", "EnableDHCP", TYPE_DWORD, 1);
    fake_key(&fake, TCPIP_PARAMETERS "\\Interfaces\\{b}")->is_unreadable = true;
    take();
    ck_assert_ptr_nonnull(find("misplaced"));
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_WALK), 0, FAIL_BEFORE);
    take();
    ck_assert_uint_eq(notes.count, 0);
}
END_TEST

/* A registry with endless interfaces, each with a MaxUserPort. */
static bool walk_endlessly(void *context, const char *key, const struct registry_visitor *visitor,
                           struct fault *fault)
{
    static const uint16_t path[] = {'K'};
    static const uint16_t name[] = {'M', 'a', 'x', 'U', 's', 'e', 'r', 'P', 'o', 'r', 't'};
    unsigned *visited = context;

    (void)key;
    while (*visited < 1000000 && visitor->key(visitor->context, path, 1, fault) &&
           visitor->value(visitor->context, name, sizeof name / sizeof *name, TYPE_DWORD,
                          (const uint8_t *)"\1\0\0", 4, fault))
        ++*visited;
    return false;
}

START_TEST(the_search_ends_at_its_limit)
{
    unsigned visited = 0;
    struct registry endless = {.context = &visited, .walk = walk_endlessly};
    struct misplaced found[SETTINGS_MAX];

    misplaced_find(&endless, found);
    ck_assert_uint_eq(found[SETTING_MAX_USER_PORT].count, 1024);
    ck_assert_uint_eq(visited, 1024);
}
END_TEST

START_TEST(only_a_survey_that_asks_for_them_searches_the_interfaces)
{
    struct fault fault;

    put_under("Interfaces\\{a}", "MaxUserPort", TYPE_DWORD, 65534);
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES | SURVEY_USAGE, &survey, &fault));
    ck_assert_uint_eq(survey.misplaced[SETTING_MAX_USER_PORT].count, 0);
    ck_assert_uint_eq(fake.calls_of[CALL_REGISTRY_WALK], 0);
    survey_release(&survey);
}
END_TEST

/* ---- numbers -------------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t number;
    const char *text, *command;
} slips[] = {
    {"MaxUserPort", 0x65534,
     "MaxUserPort = 415028: 0x65534 looks like 65534 typed as hexadecimal; 65534 is 0xfffe.",
     "maxport set MaxUserPort=65534"},
    {"MaxUserPort", 0x60000,
     "MaxUserPort = 393216: 0x60000 looks like 60000 typed as hexadecimal; 60000 is 0xea60.",
     "maxport set MaxUserPort=60000"},
    {"MaxUserPort", 0x10000,
     "MaxUserPort = 65536: Was 10000 typed as hexadecimal? 65536 is 0x10000; 10000 is 0x2710.", ""},
    {"TcpTimedWaitDelay", 0x30,
     "TcpTimedWaitDelay = 48 seconds: Was 30 typed as hexadecimal? 48 is 0x30; 30 is 0x1e.", ""},
    {"TcpTimedWaitDelay", 0x48,
     "TcpTimedWaitDelay = 72 seconds: Was 48 typed as hexadecimal? 72 is 0x48; 48 is 0x30.", ""},
    {"TcpTimedWaitDelay", 0x240,
     "TcpTimedWaitDelay = 576 seconds: 0x240 looks like 240 typed as hexadecimal; 240 is 0xf0.",
     "maxport set TcpTimedWaitDelay=240"},
};

START_TEST(a_number_typed_in_the_wrong_base_is_noted)
{
    put_before_start(slips[_i].name, slips[_i].number);
    take();
    ck_assert_str_eq(notes.rows[0].kind, "slip");
    expect("slip", slips[_i].text, slips[_i].command);
}
END_TEST

static const struct {
    const char *name;
    uint32_t number;
} plain[] = {
    {"MaxUserPort", 0x5000},      {"MaxUserPort", 65534},     {"MaxUserPort", 0xffff},
    {"TcpTimedWaitDelay", 0x31},  {"TcpTimedWaitDelay", 30},  {"TcpTimedWaitDelay", 60},
    {"TcpTimedWaitDelay", 0x3e8}, {"TcpTimedWaitDelay", 600},
};

START_TEST(other_numbers_are_not_questioned)
{
    put_before_start(plain[_i].name, plain[_i].number);
    take();
    expect_none("slip");
}
END_TEST

START_TEST(a_question_is_not_asked_about_a_value_that_maxport_set)
{
    change_to(SETTING_TCP_TIMED_WAIT_DELAY, 0x30);
    take();
    expect_none("slip");
    expect("value_origin", "TcpTimedWaitDelay = 48 seconds was set by change 1 of maxport.",
           "maxport history 1");
}
END_TEST

START_TEST(a_wait_below_the_minimum_is_doubted)
{
    fake_set_windows(&fake, 6, 1, 7601, OS_SERVER);
    put_before_start("TcpTimedWaitDelay", 5);
    take();
    expect("wait_below_minimum",
           "TcpTimedWaitDelay = 5 seconds is below the documented minimum of 30 seconds. More "
           "likely the value is not in effect, and connections stay in TIME_WAIT longer.",
           "maxport set TcpTimedWaitDelay=30");
    fake_set_windows(&fake, 10, 0, 20348, OS_SERVER);
    take();
    expect_none("wait_below_minimum");
    put_before_start("TcpTimedWaitDelay", 1);
    take();
    ck_assert_ptr_nonnull(
        strstr(text_string(&find("wait_below_minimum")->text), "minimum of 2 seconds"));
    ck_assert_str_eq(find("wait_below_minimum")->command, "maxport set TcpTimedWaitDelay=30");
}
END_TEST

Suite *notes_suite(void)
{
    Suite *suite = suite_create("notes");
    TCase *tests = tcase_create("notes");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_fresh_machine_has_no_notes);
    tcase_add_test(tests, a_value_that_shrank_the_reported_range_is_the_cause);
    tcase_add_test(tests, a_calculated_range_names_its_confidence);
    tcase_add_test(tests, after_a_reset_the_note_waits_for_the_restart);
    tcase_add_test(tests, a_stored_value_that_will_shrink_the_range_is_noted_before_the_restart);
    tcase_add_loop_test(tests, only_fewer_ports_than_the_default_are_noted, 0,
                        sizeof sizes / sizeof *sizes);
    tcase_add_test(tests, a_value_that_windows_does_not_apply_shrinks_nothing);
    tcase_add_test(tests, a_new_value_is_not_said_to_have_no_effect);
    tcase_add_loop_test(tests, the_range_that_differs_is_named, 0,
                        sizeof differences / sizeof *differences);
    tcase_add_test(tests, equal_or_unset_or_unread_ranges_are_not_compared);
    tcase_add_loop_test(tests, a_known_value_names_programs_and_guides, 0,
                        sizeof origins / sizeof *origins);
    tcase_add_test(tests, a_value_that_maxport_set_names_the_change);
    tcase_add_test(tests, a_value_that_another_program_wrote_since_is_not_maxports);
    tcase_add_test(tests, a_value_under_interfaces_is_found);
    tcase_add_test(tests, many_misplaced_values_are_counted);
    tcase_add_test(tests, a_key_name_from_outside_is_made_safe_and_cut);
    tcase_add_test(tests, interfaces_that_cannot_be_read_are_no_failure);
    tcase_add_test(tests, the_search_ends_at_its_limit);
    tcase_add_test(tests, only_a_survey_that_asks_for_them_searches_the_interfaces);
    tcase_add_loop_test(tests, a_number_typed_in_the_wrong_base_is_noted, 0,
                        sizeof slips / sizeof *slips);
    tcase_add_loop_test(tests, other_numbers_are_not_questioned, 0, sizeof plain / sizeof *plain);
    tcase_add_test(tests, a_question_is_not_asked_about_a_value_that_maxport_set);
    tcase_add_test(tests, a_wait_below_the_minimum_is_doubted);
    suite_add_tcase(suite, tests);
    return suite;
}
