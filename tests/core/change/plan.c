#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/change/plan_make.h"
#include "core/change/plan_print.h"
#include "core/state/survey.h"
#include "fake/machine.h"
#include "golden.h"
#include "suites.h"

static struct place place_of(const char *name)
{
    struct place place;
    struct fault fault;

    ck_assert(place_registry(&place, TCPIP_PARAMETERS, name, &fault));
    return place;
}

static struct request ask(const char *name, struct value wanted)
{
    return (struct request){place_of(name), wanted};
}

/* A plan and the survey that it was made with. */
struct made {
    struct survey survey;
    struct plan plan;
};

static void make(struct fake *fake, const struct request *requests, size_t count, struct made *made)
{
    struct fault fault;

    ck_assert_msg(survey_take(&fake->machine, SURVEY_RANGES, &made->survey, &fault), "%s",
                  fault.text);
    ck_assert_msg(plan_make(&fake->machine, &made->survey, requests, count, &made->plan, &fault),
                  "%s", fault.text);
}

static void make_number(struct fake *fake, uint32_t number, struct made *made)
{
    struct request request = ask("MaxUserPort", value_number(number));

    make(fake, &request, 1, made);
}

static void made_release(struct made *made)
{
    plan_release(&made->plan);
    survey_release(&made->survey);
}

static const struct note *note_with(const struct plan *plan, const char *part)
{
    for (size_t i = 0; i < plan->note_count; i++)
        if (strstr(plan->notes[i].text, part))
            return &plan->notes[i];
    return NULL;
}

/* ---- steps -------------------------------------------------------------- */

START_TEST(a_plan_holds_what_is_there_and_what_will_be)
{
    struct fake fake;
    struct made made;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 30000);
    make_number(&fake, 65534, &made);
    ck_assert_uint_eq(made.plan.step_count, 1);
    ck_assert_str_eq(made.plan.steps[0].place.name, "MaxUserPort");
    ck_assert_uint_eq(made.plan.steps[0].before.number, 30000);
    ck_assert_uint_eq(made.plan.steps[0].after.number, 65534);
    ck_assert(made.plan.needs_restart);
    ck_assert(made.plan.moves_range);
    ck_assert_uint_eq(made.plan.already_count, 0);
    ck_assert_uint_eq(fake.registry_writes + fake.store_writes, 0);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(what_holds_already_is_counted_and_left_out)
{
    struct fake fake;
    struct made made;
    struct request requests[] = {
        ask("MaxUserPort", value_absent()),
        ask("TcpTimedWaitDelay", value_number(30)),
    };

    fake_init(&fake);
    make(&fake, requests, 2, &made);
    ck_assert_uint_eq(made.plan.step_count, 1);
    ck_assert_uint_eq(made.plan.already_count, 1);
    ck_assert_str_eq(made.plan.steps[0].place.name, "TcpTimedWaitDelay");
    ck_assert(!made.plan.moves_range);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(absent_is_not_zero_and_a_string_is_no_number)
{
    static const uint8_t zero[4] = {0};
    struct fake fake;
    struct made made;

    fake_init(&fake);
    fake_put(&fake, TCPIP_PARAMETERS, "MaxUserPort", TYPE_BINARY, zero, sizeof zero);
    make_number(&fake, 5000, &made);
    ck_assert_int_eq(made.plan.steps[0].before.kind, VALUE_RAW);
    made_release(&made);
    fake_put_number(&fake, "MaxUserPort", 0);
    {
        struct request request = ask("MaxUserPort", value_absent());

        make(&fake, &request, 1, &made);
    }
    ck_assert_uint_eq(made.plan.step_count, 1);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(an_empty_wish_makes_an_empty_plan)
{
    struct fake fake;
    struct made made;
    struct text text;

    fake_init(&fake);
    make(&fake, NULL, 0, &made);
    ck_assert_uint_eq(made.plan.step_count + made.plan.note_count, 0);
    ck_assert(!made.plan.needs_restart);
    text_init(&text);
    plan_print(&made.plan, &made.survey, 80, &text);
    ck_assert_str_eq(text_string(&text), "  Plan\n");
    text_release(&text);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(a_place_asked_for_twice_is_refused)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct request requests[] = {
        ask("MaxUserPort", value_number(5000)),
        ask("TcpTimedWaitDelay", value_number(30)),
        ask("MAXUSERPORT", value_number(6000)),
    };

    ck_assert(requests_are_distinct(requests, 0, &fault));
    ck_assert(requests_are_distinct(requests, 2, &fault));
    ck_assert(!requests_are_distinct(requests, 3, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_str_eq(fault.text, "MAXUSERPORT was given more than once. Nothing was changed.");
    fake_init(&fake);
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(!plan_make(&fake.machine, &survey, requests, 3, &plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(a_place_that_cannot_be_read_makes_no_plan)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct request requests[] = {
        ask("MaxUserPort", value_number(5000)),
        ask("TcpTimedWaitDelay", value_number(30)),
    };

    for (unsigned nth = 1; nth <= 2; nth++) {
        fake_init(&fake);
        ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
        fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), nth, FAIL_BEFORE);
        ck_assert(!plan_make(&fake.machine, &survey, requests, 2, &plan, &fault));
        ck_assert_int_eq(fault.kind, FAULT_FAILED);
        survey_release(&survey);
        fake_release(&fake);
    }
    fake_init(&fake);
    fake_key(&fake, TCPIP_PARAMETERS)->is_unreadable = true;
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(!plan_make(&fake.machine, &survey, requests, 2, &plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

/* ---- what to know first ------------------------------------------------- */

/* Parts of notes, each with the kind that it must have; "no ..." must not be said. */
static const struct {
    const char *name;
    uint32_t major, minor, build;
    enum os_role role;
    uint32_t number; /* 0: delete the value, which is 60000 */
    const char *warnings[3], *infos[4], *unsaid[4];
} versions[] = {
    {"Windows 2000",
     5,
     0,
     2195,
     OS_SERVER,
     65534,
     {"DNS server with update MS08-037"},
     {"Group Policy preference"},
     {"netsh", "Hyper-V", "FEWER", "unknown"}},
    {"XP",
     5,
     1,
     2600,
     OS_WORKSTATION,
     65534,
     {NULL},
     {"Group Policy preference"},
     {"DNS server", "netsh", "Hyper-V", "FEWER"}},
    {"Server 2003",
     5,
     2,
     3790,
     OS_SERVER,
     65534,
     {"DNS server with update MS08-037"},
     {"Group Policy preference"},
     {"netsh", "Hyper-V", "FEWER", "is expected to stay"}},
    {"Server 2008",
     6,
     0,
     6002,
     OS_SERVER,
     65534,
     {NULL},
     {"netsh int ipv4 set dynamicport tcp", "The effect on the UDP range is unknown:"},
     {"Hyper-V", "FEWER", "DNS server"}},
    {"Server 2008, less than the default",
     6,
     0,
     6002,
     OS_SERVER,
     17407,
     {"This gives FEWER TCP ports: 16,383 instead of 16,384, a loss of 1. So does every value "
      "below 17408,"},
     {NULL},
     {"17407"}},
    {"Windows 7",
     6,
     1,
     7601,
     OS_WORKSTATION,
     65534,
     {"The effect of this value on Windows 7 is unknown: No source states",
      "If it behaves as on Windows 10 and 11, the TCP range becomes 1024-65534 (64,511 ports)."},
     {"The effect on the UDP range is unknown:"},
     {"FEWER", "This gives", "Hyper-V"}},
    {"Server 2012 R2, less than the default",
     6,
     3,
     9600,
     OS_SERVER,
     5000,
     {"is unknown: No source states", "It would then give FEWER TCP ports: 3,977 instead of"},
     {NULL},
     {"This gives"}},
    {"Server 2016",
     10,
     0,
     14393,
     OS_SERVER,
     65534,
     {"Hyper-V, WSL and containers"},
     {"The UDP range is expected to stay 49152-65535 (inferred)", "netsh int ipv4"},
     {"FEWER", "unknown"}},
    {"Windows 11",
     10,
     0,
     22631,
     OS_WORKSTATION,
     17406,
     {"This gives FEWER TCP ports: 16,383 instead of 16,384, a loss of 1. So does every value "
      "below 17407,",
      "Hyper-V"},
     {"Group Policy preference"},
     {"unknown"}},
    {"Windows 11, even", 10, 0, 22631, OS_WORKSTATION, 17407, {"Hyper-V"}, {NULL}, {"FEWER"}},
    {"a Windows to come",
     11,
     0,
     40000,
     OS_SERVER,
     65534,
     {"is unknown: This Windows is newer than all sources."},
     {NULL},
     {"This gives"}},
    {"Windows 11, deleting it",
     10,
     0,
     22631,
     OS_WORKSTATION,
     0,
     {"This gives FEWER TCP ports: 16,384 instead of 58,977, a loss of 42,593."},
     {NULL},
     {"So does every value", "Group Policy preference", "Hyper-V"}},
};

START_TEST(each_windows_has_its_own_warnings)
{
    struct fake fake;
    struct made made;
    struct request request = ask("MaxUserPort", value_absent());

    fake_init(&fake);
    fake_set_windows(&fake, versions[_i].major, versions[_i].minor, versions[_i].build,
                     versions[_i].role);
    if (versions[_i].number) {
        request.wanted = value_number(versions[_i].number);
    } else {
        fake.now_ms -= 24 * 3600 * 1000;
        fake_put_number(&fake, "MaxUserPort", 60000);
        fake.now_ms += 24 * 3600 * 1000;
    }
    make(&fake, &request, 1, &made);
    for (size_t i = 0; i < 3 && versions[_i].warnings[i]; i++) {
        const struct note *note = note_with(&made.plan, versions[_i].warnings[i]);

        ck_assert_msg(note && note->kind == NOTE_WARNING, "%s: no warning \"%s\"",
                      versions[_i].name, versions[_i].warnings[i]);
    }
    for (size_t i = 0; i < 4 && versions[_i].infos[i]; i++) {
        const struct note *note = note_with(&made.plan, versions[_i].infos[i]);

        ck_assert_msg(note && note->kind == NOTE_INFO, "%s: no info \"%s\"", versions[_i].name,
                      versions[_i].infos[i]);
    }
    for (size_t i = 0; i < 4 && versions[_i].unsaid[i]; i++)
        ck_assert_msg(!note_with(&made.plan, versions[_i].unsaid[i]), "%s: \"%s\" is said",
                      versions[_i].name, versions[_i].unsaid[i]);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(a_foreign_value_is_told_and_promised_back)
{
    static const uint8_t bytes[] = {0x33, 0, 0x30};
    struct fake fake;
    struct made made;
    const struct note *note;

    fake_init(&fake);
    fake_put(&fake, TCPIP_PARAMETERS, "MaxUserPort", TYPE_SZ, bytes, sizeof bytes);
    make_number(&fake, 65534, &made);
    note = note_with(&made.plan, "MaxUserPort does not contain a number now (REG_SZ, 3 bytes: 33 "
                                 "00 30). maxport undo will restore these bytes exactly.");
    ck_assert(note && note->kind == NOTE_INFO);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(a_value_that_nobody_documents_is_warned_of)
{
    static const uint8_t bytes[] = {0x33, 0, 0x30};
    struct fake fake;
    struct made made;
    struct fault fault;
    struct request request = ask("MaxUserPort", value_number(70000));
    const struct note *note;

    fake_init(&fake);
    make(&fake, &request, 1, &made);
    note = note_with(
        &made.plan,
        "The effect of this MaxUserPort is not documented; only numbers from 5000 to 65534 are.");
    ck_assert(note && note->kind == NOTE_WARNING);
    ck_assert(!made.plan.predicted_after[PROTOCOL_TCP][FAMILY_IPV4].is_known);
    made_release(&made);
    /* As undo of a foreign value wants it. */
    ck_assert(value_from_registry(&request.wanted, TYPE_SZ, bytes, sizeof bytes, &fault));
    make(&fake, &request, 1, &made);
    ck_assert_ptr_nonnull(note_with(&made.plan, "is not documented"));
    made_release(&made);
    value_release(&request.wanted);
    fake_release(&fake);
}
END_TEST

START_TEST(listeners_are_named_once_and_counted_beyond_ten)
{
    struct fake fake;
    struct made made;
    const struct note *note;

    fake_init(&fake);
    fake_add_sockets(&fake, 12, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 3000, NULL, 0, 4711);
    fake_add_sockets(&fake, 12, PROTOCOL_TCP, STATE_LISTEN, "::", 3000, NULL, 0, 4711);
    make_number(&fake, 65534, &made);
    note = note_with(&made.plan, "Programs listen inside the new range: port 3000 (");
    ck_assert(note && note->kind == NOTE_WARNING);
    ck_assert_ptr_nonnull(strstr(note->text, "3009 ("));
    ck_assert_ptr_null(strstr(note->text, "3010 ("));
    ck_assert_ptr_nonnull(strstr(note->text, " and 2 more."));
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(listeners_without_a_known_owner_are_named_too)
{
    struct fake fake;
    struct made made;

    fake_init(&fake);
    fake.can_show_owners = false;
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 3000, NULL, 0, 4711);
    make_number(&fake, 65534, &made);
    ck_assert_ptr_nonnull(note_with(
        &made.plan, "A program listens inside the new range: port 3000 (unknown process)."));
    made_release(&made);
    fake_release(&fake);

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_PROCESSES_LIST), 0, FAIL_BEFORE);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 3000, NULL, 0, 4711);
    make_number(&fake, 65534, &made);
    ck_assert_ptr_nonnull(note_with(&made.plan, "port 3000 (process 4711"));
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(a_widened_udp_range_has_its_listeners_named)
{
    struct fake fake;
    struct made made;

    fake_init(&fake);
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    fake_add_process(&fake, 900, "sqlbrowser.exe");
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 8125, NULL, 0, 900);
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 1434, NULL, 0, 900); /* is inside */
    make_number(&fake, 65534, &made);
    ck_assert_ptr_nonnull(
        note_with(&made.plan, "new range: port UDP 8125 (sqlbrowser.exe, PID 900)."));
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(going_back_before_the_restart_needs_none)
{
    struct fake fake;
    struct made made;
    struct request request = ask("MaxUserPort", value_absent());

    fake_init(&fake);
    fake.now_ms -= 24 * 3600 * 1000;
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake.now_ms += 24 * 3600 * 1000;
    make(&fake, &request, 1, &made);
    ck_assert(made.plan.needs_restart);
    /* Windows is said to have started without it. */
    value_release(&made.survey.at_boot);
    plan_release(&made.plan);
    {
        struct fault fault;

        ck_assert(plan_make(&fake.machine, &made.survey, &request, 1, &made.plan, &fault));
    }
    ck_assert(!made.plan.needs_restart);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(the_wait_moves_no_range)
{
    struct fake fake;
    struct made made;
    struct request request = ask("TcpTimedWaitDelay", value_number(30));

    fake_init(&fake);
    make(&fake, &request, 1, &made);
    ck_assert(!made.plan.moves_range);
    ck_assert(made.plan.needs_restart);
    ck_assert_ptr_nonnull(note_with(&made.plan, "StrictTimeWaitSeqCheck=1"));
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0); /* no listeners to look for */
    made_release(&made);
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    make(&fake, &request, 1, &made);
    ck_assert_uint_eq(made.plan.note_count, 0);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(a_note_can_be_of_any_length)
{
    struct plan plan;
    struct fault fault;
    char *long_text = malloc(100001);

    memset(long_text, 'x', 100000);
    long_text[100000] = '\0';
    plan_init(&plan);
    ck_assert(plan_note(&plan, NOTE_INFO, &fault, "%s!", long_text));
    ck_assert(plan_note(&plan, NOTE_WARNING, &fault, "%s", ""));
    ck_assert_uint_eq(plan.note_count, 2);
    ck_assert_uint_eq(strlen(plan.notes[0].text), 100001);
    ck_assert_str_eq(plan.notes[1].text, "");
    plan_release(&plan);
    free(long_text);
}
END_TEST

/* ---- printing ----------------------------------------------------------- */

START_TEST(a_plan_is_printed_whole)
{
    struct fake fake;
    struct made made;
    struct text text;
    struct request requests[] = {
        ask("MaxUserPort", value_number(65534)),
        ask("TcpTimedWaitDelay", value_number(30)),
    };

    fake_init(&fake);
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    make(&fake, requests, 2, &made);
    text_init(&text);
    plan_print(&made.plan, &made.survey, 80, &text);
    golden_check("core/plan/a_plan_is_printed_whole.txt", text_string(&text));
    text_release(&text);
    text_init(&text);
    plan_print(&made.plan, &made.survey, 40, &text);
    for (const char *line = text_string(&text); *line;) {
        size_t length = strcspn(line, "\n");

        ck_assert_msg(length <= 40, "%.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
    text_release(&text);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

/* ---- fresh and stale ---------------------------------------------------- */

START_TEST(a_plan_is_fresh_until_somebody_writes)
{
    struct fake fake;
    struct made made;
    struct fault fault;

    fake_init(&fake);
    make_number(&fake, 65534, &made);
    ck_assert(plan_is_fresh(&fake.machine, &made.plan, &fault));
    fake_put_number(&fake, "TcpTimedWaitDelay", 30); /* not of this plan */
    ck_assert(plan_is_fresh(&fake.machine, &made.plan, &fault));
    fake_put_number(&fake, "MaxUserPort", 12345);
    ck_assert(!plan_is_fresh(&fake.machine, &made.plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STALE);
    ck_assert_ptr_nonnull(
        strstr(fault.text, "Another program changed MaxUserPort in the meantime; the value is now "
                           "12345 (0x3039), no longer not set."));
    fake_remove(&fake, TCPIP_PARAMETERS, "MaxUserPort");
    ck_assert(plan_is_fresh(&fake.machine, &made.plan, &fault));
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), 1, FAIL_BEFORE);
    ck_assert(!plan_is_fresh(&fake.machine, &made.plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

/* ---- the way back ------------------------------------------------------- */

static void make_step(struct step *step, const char *name, struct value before, struct value after)
{
    *step = (struct step){.place = place_of(name), .before = before, .after = after};
}

START_TEST(a_reverse_plan_swaps_before_and_after_newest_first)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct step steps[2];

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 65534);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    make_step(&steps[0], "MaxUserPort", value_absent(), value_number(65534));
    make_step(&steps[1], "TcpTimedWaitDelay", value_number(60), value_number(30));
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(plan_make_reverse(&fake.machine, &survey, steps, 2, false, &plan, &fault));
    ck_assert_uint_eq(plan.step_count, 2);
    ck_assert_str_eq(plan.steps[0].place.name, "TcpTimedWaitDelay");
    ck_assert_uint_eq(plan.steps[0].after.number, 60);
    ck_assert_str_eq(plan.steps[1].place.name, "MaxUserPort");
    ck_assert_uint_eq(plan.steps[1].before.number, 65534);
    ck_assert_int_eq(plan.steps[1].after.kind, VALUE_ABSENT);
    plan_release(&plan);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(a_reverse_plan_names_every_place_that_has_moved_on)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct step steps[2];

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 7000);
    make_step(&steps[0], "MaxUserPort", value_absent(), value_number(65534));
    make_step(&steps[1], "TcpTimedWaitDelay", value_number(60), value_number(30));
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(!plan_make_reverse(&fake.machine, &survey, steps, 2, false, &plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STALE);
    ck_assert_ptr_nonnull(strstr(fault.text, "MaxUserPort is now 7000 (0x1b58); after the change "
                                             "it was 65534 (0xfffe), before the change not set."));
    ck_assert_ptr_nonnull(strstr(fault.text, "TcpTimedWaitDelay is now not set;"));
    ck_assert_ptr_nonnull(strstr(fault.text, "--force"));
    ck_assert(plan_make_reverse(&fake.machine, &survey, steps, 2, true, &plan, &fault));
    ck_assert_uint_eq(plan.step_count, 2);
    ck_assert_uint_eq(plan.steps[1].before.number, 7000); /* what is there, not what was left */
    plan_release(&plan);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(a_reverse_plan_leaves_out_what_is_back_already)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct step steps[2];

    fake_init(&fake);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    make_step(&steps[0], "MaxUserPort", value_absent(), value_number(65534));
    make_step(&steps[1], "TcpTimedWaitDelay", value_number(60), value_number(30));
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(plan_make_reverse(&fake.machine, &survey, steps, 2, false, &plan, &fault));
    ck_assert_uint_eq(plan.step_count, 1);
    ck_assert_uint_eq(plan.already_count, 1);
    ck_assert_str_eq(plan.steps[0].place.name, "TcpTimedWaitDelay");
    plan_release(&plan);
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), 2, FAIL_BEFORE);
    ck_assert(!plan_make_reverse(&fake.machine, &survey, steps, 2, false, &plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

Suite *plan_suite(void)
{
    Suite *suite = suite_create("plan");
    TCase *tcase = tcase_create("plan");

    tcase_add_test(tcase, a_plan_holds_what_is_there_and_what_will_be);
    tcase_add_test(tcase, what_holds_already_is_counted_and_left_out);
    tcase_add_test(tcase, absent_is_not_zero_and_a_string_is_no_number);
    tcase_add_test(tcase, an_empty_wish_makes_an_empty_plan);
    tcase_add_test(tcase, a_place_asked_for_twice_is_refused);
    tcase_add_test(tcase, a_place_that_cannot_be_read_makes_no_plan);
    tcase_add_loop_test(tcase, each_windows_has_its_own_warnings, 0,
                        sizeof versions / sizeof *versions);
    tcase_add_test(tcase, a_foreign_value_is_told_and_promised_back);
    tcase_add_test(tcase, a_value_that_nobody_documents_is_warned_of);
    tcase_add_test(tcase, listeners_are_named_once_and_counted_beyond_ten);
    tcase_add_test(tcase, listeners_without_a_known_owner_are_named_too);
    tcase_add_test(tcase, a_widened_udp_range_has_its_listeners_named);
    tcase_add_test(tcase, going_back_before_the_restart_needs_none);
    tcase_add_test(tcase, the_wait_moves_no_range);
    tcase_add_test(tcase, a_note_can_be_of_any_length);
    tcase_add_test(tcase, a_plan_is_printed_whole);
    tcase_add_test(tcase, a_plan_is_fresh_until_somebody_writes);
    tcase_add_test(tcase, a_reverse_plan_swaps_before_and_after_newest_first);
    tcase_add_test(tcase, a_reverse_plan_names_every_place_that_has_moved_on);
    tcase_add_test(tcase, a_reverse_plan_leaves_out_what_is_back_already);
    suite_add_tcase(suite, tcase);
    return suite;
}
