#include <check.h>

#include "cli/run.h"
#include "cli/status_scene.h"
#include "suites.h"

/* Expected fields of `status --json` on the machine of make_example(). */
static const struct {
    const char *path;
    long long number;
} promised_numbers[] = {
    {"windows.major", 10},
    {"windows.minor", 0},
    {"windows.build", 20348},
    {"settings.MaxUserPort.minimum", 5000},
    {"settings.MaxUserPort.maximum", 65534},
    {"settings.TcpTimedWaitDelay.minimum", 2},
    {"ranges.tcp.ipv4.start", 49152},
    {"ranges.tcp.ipv4.count", 16384},
    {"ranges.tcp.ipv6.start", 49152},
    {"ranges.udp.ipv4.count", 16384},
    {"ranges.udp.ipv6.count", 16384},
    {"predicted.tcp.ipv4.start", 49152},
    {"predicted.udp.ipv6.count", 16384},
    {"usage.tcp.in_use", 14911},
    {"usage.tcp.available", 16384},
    {"usage.tcp.percent", 91},
    {"usage.tcp.by_state.time_wait", 12840},
    {"usage.tcp.by_state.established", 1702},
    {"usage.tcp.by_state.listen", 214},
    {"usage.tcp.by_state.fin_wait_2", 100},
    {"usage.tcp.by_state.syn_sent", 55},
    {"usage.tcp.ipv4.in_use", 14911},
    {"usage.tcp.ipv4.available", 16384},
    {"usage.tcp.ipv4.percent", 91},
    {"usage.tcp.ipv4.by_state.time_wait", 12840},
    {"usage.tcp.ipv6.in_use", 0},
    {"usage.tcp.both_families_in_use", 14911},
    {"usage.udp.in_use", 612},
    {"usage.udp.available", 16384},
    {"usage.udp.percent", 4},
    {"usage.udp.by_state.open", 612},
    {"usage.udp.ipv4.in_use", 612},
    {"usage.udp.ipv6.percent", 0},
};

static const struct {
    const char *path, *text;
} promised_texts[] = {
    {"schema", "maxport.status/1"},
    {"version", MAXPORT_VERSION},
    {"time", "2026-11-22T10:15:02Z"},
    {"computer", "WEB07"},
    {"windows.name", "Windows Server 2022"},
    {"ranges.tcp.ipv4.source", "rule"},
    {"ranges.tcp.ipv4.confidence", "documented"},
    {"ranges.udp.ipv6.source", "rule"},
    {"predicted.tcp.ipv4.confidence", "documented"},
    {"usage.tcp.family", "ipv4"},
    {"verdict.kind", "nearly_full"},
};

START_TEST(json_contains_the_documented_fields)
{
    struct fake fake;
    json_t *document;

    make_example(&fake);
    fake.offset_seconds = 3600; /* the time zone applies to the screen, not to JSON */
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    for (size_t i = 0; i < sizeof promised_numbers / sizeof *promised_numbers; i++)
        ck_assert_msg(json_number_at(document, promised_numbers[i].path) ==
                          promised_numbers[i].number,
                      "%s is %lld", promised_numbers[i].path,
                      json_number_at(document, promised_numbers[i].path));
    for (size_t i = 0; i < sizeof promised_texts / sizeof *promised_texts; i++)
        ck_assert_str_eq(json_text_at(document, promised_texts[i].path), promised_texts[i].text);
    ck_assert(json_is_true(json_at(document, "windows.is_server")));
    ck_assert(json_is_null(json_at(document, "settings.MaxUserPort.stored")));
    ck_assert(json_is_null(json_at(document, "settings.TcpTimedWaitDelay.stored")));
    ck_assert(json_is_true(json_at(document, "settings.MaxUserPort.is_known")));
    ck_assert(json_is_false(json_at(document, "is_restart_pending")));
    ck_assert(json_is_false(json_at(document, "usage.tcp.is_partial")));
    ck_assert(json_is_true(json_at(document, "shows_bound")));
    ck_assert(json_is_null(json_at(document, "open_change")));
    ck_assert(json_is_null(json_at(document, "store_trouble")));
    expect_in(json_text_at(document, "verdict.text"), "nearly full");
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_type_and_bytes_of_a_string_value)
{
    struct fake fake;
    json_t *document;

    make_foreign(&fake);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "settings.MaxUserPort.stored.type"), "REG_SZ");
    ck_assert_str_eq(json_text_at(document, "settings.MaxUserPort.stored.data"),
                     "360035003500330034000000");
    ck_assert(json_is_false(json_at(document, "settings.MaxUserPort.is_documented")));
    ck_assert(json_is_null(json_at(document, "ranges.tcp.ipv4.start")));
    ck_assert_str_eq(json_text_at(document, "ranges.tcp.ipv4.source"), "unknown");
    ck_assert_str_eq(json_text_at(document, "ranges.tcp.ipv4.confidence"), "unknown");
    expect_in(json_text_at(document, "ranges.tcp.ipv4.why"), "No source states");
    ck_assert(json_is_null(json_at(document, "predicted.tcp.ipv4.start")));
    ck_assert(json_is_null(json_at(document, "usage.tcp.ipv4")));
    ck_assert_str_eq(json_text_at(document, "verdict.kind"), "unknown");
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(json_reports_pending_open_and_untrusted_states)
{
    struct fake fake;
    json_t *document;

    make_pending(&fake);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "settings.MaxUserPort.stored"), 65534);
    ck_assert(json_is_true(json_at(document, "settings.MaxUserPort.is_documented")));
    ck_assert(json_is_true(json_at(document, "is_restart_pending")));
    ck_assert_int_eq(json_number_at(document, "ranges.tcp.ipv4.start"), 49152);
    ck_assert_int_eq(json_number_at(document, "predicted.tcp.ipv4.start"), 1024);
    ck_assert_int_eq(json_number_at(document, "predicted.tcp.ipv4.count"), 64511);
    ck_assert_str_eq(json_text_at(document, "predicted.tcp.ipv4.confidence"), "inferred");
    json_decref(document);
    fake_release(&fake);

    make_interrupted(&fake);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "open_change"), 1);
    json_decref(document);
    fake_release(&fake);

    make_untrusted(&fake);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(
        json_text_at(document, "store_trouble"),
        "C:\\ProgramData\\maxport belongs to LAB\\mallory, not to SYSTEM or Administrators.");
    ck_assert(json_is_null(json_at(document, "open_change")));
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(json_marks_unreadable_data)
{
    struct fake fake;
    json_t *document;

    make_blind(&fake);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "usage")));
    ck_assert_str_eq(json_text_at(document, "verdict.kind"), "unknown");
    json_decref(document);
    fake_release(&fake);

    make_partial(&fake);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_true(json_at(document, "usage.tcp.is_partial")));
    ck_assert(json_is_null(json_at(document, "usage.tcp.ipv6")));
    ck_assert(json_is_null(json_at(document, "usage.udp.ipv4")));
    json_decref(document);
    fake_release(&fake);

    make_unreadable(&fake);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_false(json_at(document, "settings.MaxUserPort.is_known")));
    ck_assert_str_eq(json_text_at(document, "ranges.tcp.ipv4.source"), "unknown");
    ck_assert_str_eq(json_text_at(document, "predicted.tcp.ipv4.confidence"), "unknown");
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(json_names_the_source_of_a_reported_range)
{
    struct fake fake;
    json_t *document;

    make_answered(&fake);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "ranges.tcp.ipv4.source"), "wmi");
    ck_assert_int_eq(json_number_at(document, "ranges.tcp.ipv4.start"), 10000);
    ck_assert_str_eq(json_text_at(document, "ranges.udp.ipv4.source"), "netsh");
    ck_assert_str_eq(json_text_at(document, "ranges.udp.ipv6.source"), "rule");
    ck_assert_int_eq(json_number_at(document, "usage.tcp.available"), 55536);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

/* Some settings need a note even while ports are free. */
START_TEST(both_documents_contain_the_notes)
{
    static const char *const lines[] = {"status --json", "range show --json"};
    struct fake fake;

    for (size_t i = 0; i < 2; i++) {
        json_t *document;

        fake_init(&fake);
        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        document = out_json(&fake);
        ck_assert_uint_eq(json_array_size(json_at(document, "notes")), 0);
        json_decref(document);
        fake.now_ms -= 24 * 3600 * 1000;
        fake_put_number(&fake, "MaxUserPort", 7000);
        fake_put_number(&fake, "TcpTimedWaitDelay", 30);
        fake.now_ms += 24 * 3600 * 1000;
        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        document = out_json(&fake);
        ck_assert_uint_eq(json_array_size(json_at(document, "notes")), 2);
        ck_assert_str_eq(json_text_at(document, "notes.0.kind"), "shrunk");
        ck_assert_str_eq(json_text_at(document, "notes.0.command"), "maxport reset");
        expect_in(json_text_at(document, "notes.0.text"), "10,407 fewer");
        ck_assert_str_eq(json_text_at(document, "notes.1.kind"), "value_origin");
        ck_assert(json_is_null(json_at(document, "notes.1.command")));
        json_decref(document);
        fake_release(&fake);
    }
}
END_TEST

Suite *cli_status_document_suite(void)
{
    Suite *suite = suite_create("cli_status_document");
    TCase *tcase = tcase_create("cli_status");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, json_contains_the_documented_fields);
    tcase_add_test(tcase, json_contains_type_and_bytes_of_a_string_value);
    tcase_add_test(tcase, json_reports_pending_open_and_untrusted_states);
    tcase_add_test(tcase, json_marks_unreadable_data);
    tcase_add_test(tcase, json_names_the_source_of_a_reported_range);
    tcase_add_test(tcase, both_documents_contain_the_notes);
    suite_add_tcase(suite, tcase);
    return suite;
}
