#include <check.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/change/plan_make.h"
#include "core/change/plan_scene.h"
#include "core/state/survey.h"
#include "fake/machine.h"
#include "suites.h"

static const struct note *note_with(const struct plan *plan, const char *part)
{
    for (size_t i = 0; i < plan->note_count; i++)
        if (strstr(plan->notes[i].text, part))
            return &plan->notes[i];
    return NULL;
}

/* Each string is a part of a note. A plan must have the notes in `warnings` as warnings and the
 * notes in `infos` as infos. The plan must not have the notes in `forbidden`. */
static const struct {
    const char *name;
    uint32_t major, minor, build;
    enum os_role role;
    uint32_t number; /* 0: delete the value, which is 60000 before */
    const char *warnings[3], *infos[4], *forbidden[4];
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
     {"The range then has FEWER TCP ports: 16,383 instead of 16,384, a loss of 1. Every value "
      "below 17408 provides fewer than 16,384 ports."},
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
     {"FEWER", "The range then has", "Hyper-V"}},
    {"Server 2012 R2, less than the default",
     6,
     3,
     9600,
     OS_SERVER,
     5000,
     {"is unknown: No source states",
      "The range would then have FEWER TCP ports: 3,977 instead of"},
     {NULL},
     {"The range then has"}},
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
     {"The range then has FEWER TCP ports: 16,383 instead of 16,384, a loss of 1. Every value "
      "below 17407 provides fewer than 16,384 ports.",
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
     {"The range then has"}},
    {"Windows 11, deleting it",
     10,
     0,
     22631,
     OS_WORKSTATION,
     0,
     {"The range then has FEWER TCP ports: 16,384 instead of 58,977, a loss of 42,593."},
     {NULL},
     {"Every value below", "Group Policy preference", "Hyper-V"}},
};

START_TEST(notes_depend_on_the_windows_version)
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
    make_plan(&fake, &request, 1, &made);
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
    for (size_t i = 0; i < 4 && versions[_i].forbidden[i]; i++)
        ck_assert_msg(!note_with(&made.plan, versions[_i].forbidden[i]), "%s: \"%s\" occurs",
                      versions[_i].name, versions[_i].forbidden[i]);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(a_note_promises_to_restore_a_raw_value)
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

START_TEST(a_note_warns_of_an_undocumented_value)
{
    static const uint8_t bytes[] = {0x33, 0, 0x30};
    struct fake fake;
    struct made made;
    struct fault fault;
    struct request request = ask("MaxUserPort", value_number(70000));
    const struct note *note;

    fake_init(&fake);
    make_plan(&fake, &request, 1, &made);
    note = note_with(
        &made.plan,
        "The effect of this MaxUserPort is not documented. Documented numbers: 5000 to 65534.");
    ck_assert(note && note->kind == NOTE_WARNING);
    ck_assert(!made.plan.predicted_after[PROTOCOL_TCP][FAMILY_IPV4].is_known);
    made_release(&made);
    /* The wanted value is a string, as in the undo of a change that replaced a string. */
    ck_assert(value_from_registry(&request.wanted, TYPE_SZ, bytes, sizeof bytes, &fault));
    make_plan(&fake, &request, 1, &made);
    ck_assert_ptr_nonnull(note_with(&made.plan, "is not documented"));
    made_release(&made);
    value_release(&request.wanted);
    fake_release(&fake);
}
END_TEST

START_TEST(ten_listeners_are_named_and_the_rest_counted)
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

START_TEST(listeners_without_a_known_owner_are_named)
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
    ck_assert_ptr_nonnull(note_with(&made.plan, "port 3000 (PID 4711)"));
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(listeners_in_a_widened_udp_range_are_named)
{
    struct fake fake;
    struct made made;

    fake_init(&fake);
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    fake_add_process(&fake, 900, "sqlbrowser.exe");
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 8125, NULL, 0, 900);
    /* This port is already inside the range. */
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 1434, NULL, 0, 900);
    make_number(&fake, 65534, &made);
    ck_assert_ptr_nonnull(
        note_with(&made.plan, "new range: port UDP 8125 (sqlbrowser.exe, PID 900)."));
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(restoring_the_value_at_boot_needs_no_restart)
{
    struct fake fake;
    struct made made;
    struct request request = ask("MaxUserPort", value_absent());

    fake_init(&fake);
    fake.now_ms -= 24 * 3600 * 1000;
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake.now_ms += 24 * 3600 * 1000;
    make_plan(&fake, &request, 1, &made);
    ck_assert(made.plan.needs_restart);
    /* Change the survey as if Windows had started without the value. */
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

START_TEST(the_timed_wait_delay_changes_no_range)
{
    struct fake fake;
    struct made made;
    struct request request = ask("TcpTimedWaitDelay", value_number(30));

    fake_init(&fake);
    make_plan(&fake, &request, 1, &made);
    ck_assert(!made.plan.moves_range);
    ck_assert(made.plan.needs_restart);
    ck_assert_ptr_nonnull(note_with(&made.plan, "StrictTimeWaitSeqCheck=1"));
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0); /* listeners are not needed */
    made_release(&made);
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    make_plan(&fake, &request, 1, &made);
    ck_assert_uint_eq(made.plan.note_count, 0);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

Suite *plan_notes_suite(void)
{
    Suite *suite = suite_create("plan_notes");
    TCase *tcase = tcase_create("plan");
    tcase_add_loop_test(tcase, notes_depend_on_the_windows_version, 0,
                        sizeof versions / sizeof *versions);
    tcase_add_test(tcase, a_note_promises_to_restore_a_raw_value);
    tcase_add_test(tcase, a_note_warns_of_an_undocumented_value);
    tcase_add_test(tcase, ten_listeners_are_named_and_the_rest_counted);
    tcase_add_test(tcase, listeners_without_a_known_owner_are_named);
    tcase_add_test(tcase, listeners_in_a_widened_udp_range_are_named);
    tcase_add_test(tcase, restoring_the_value_at_boot_needs_no_restart);
    tcase_add_test(tcase, the_timed_wait_delay_changes_no_range);
    suite_add_tcase(suite, tcase);
    return suite;
}
