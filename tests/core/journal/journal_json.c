#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/journal/journal_json.h"
#include "suites.h"

static struct step step;
static struct journal_entry entry;

static void set_up(void)
{
    struct fault fault;

    memset(&step, 0, sizeof step);
    memset(&entry, 0, sizeof entry);
    ck_assert(place_registry(&step.place, "KEY", "NAME", &fault));
    step.after = value_number(7);
    entry = (struct journal_entry){.id = 3,
                                   .started_ms = 4000,
                                   .ended_ms = 5000,
                                   .reason = "because",
                                   .outcome = "why",
                                   .steps = &step,
                                   .step_count = 1,
                                   .undoes = 2,
                                   .has_restore_point = true,
                                   .restore_point = 41};
    entry.restore_point_outcome = RESTORE_POINT_REUSED;
    strcpy(entry.command, "undo");
    entry.predicted[PROTOCOL_UDP][FAMILY_IPV6] = (struct port_range){1024, 64511};
}

START_TEST(an_entry_is_read_from_its_line)
{
    json_t *line = journal_json_started(&entry);
    struct journal_entry read = {0};
    uint64_t id;

    ck_assert(journal_json_read_id(line, &id));
    ck_assert_uint_eq(id, 3);
    ck_assert(journal_json_read_entry(line, &read));
    ck_assert_int_eq(read.started_ms, 4000);
    ck_assert_str_eq(read.command, "undo");
    ck_assert_str_eq(read.reason, "because");
    ck_assert_uint_eq(read.undoes, 2);
    ck_assert_uint_eq(read.step_count, 1);
    ck_assert(place_equal(&read.steps[0].place, &step.place));
    ck_assert(value_equal(&read.steps[0].after, &step.after));
    ck_assert(read.has_restore_point);
    ck_assert_int_eq(read.restore_point_outcome, RESTORE_POINT_REUSED);
    ck_assert_uint_eq(read.restore_point, 41);
    ck_assert_uint_eq(read.predicted[PROTOCOL_UDP][FAMILY_IPV6].count, 64511);
    ck_assert(!read.use_before.is_known && !read.is_boot_known);
    journal_entry_release(&read);
    json_decref(line);
}
END_TEST

START_TEST(a_line_without_a_required_field_is_refused)
{
    static const char *const fields[] = {"time_ms", "account", "session_user", "computer",
                                         "command", "backup",  "undo_file",    "steps"};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        json_t *line = journal_json_started(&entry);
        struct journal_entry read = {0};

        ck_assert_int_eq(json_object_del(line, fields[i]), 0);
        ck_assert_msg(!journal_json_read_entry(line, &read), "%s", fields[i]);
        journal_entry_release(&read);
        json_decref(line);
    }
}
END_TEST

START_TEST(an_unreadable_end_leaves_the_entry_unchanged)
{
    struct journal_entry read = {.outcome = strdup("before")};
    json_t *line;

    entry.state = ENTRY_OPEN; /* an open entry has no line "ended" */
    line = journal_json_ended(&entry);
    ck_assert(!journal_json_read_end(line, &read));
    ck_assert_str_eq(read.outcome, "before");
    json_decref(line);

    entry.state = ENTRY_STUCK;
    entry.was_resolved = true;
    line = journal_json_ended(&entry);
    ck_assert(journal_json_read_end(line, &read));
    ck_assert_str_eq(read.outcome, "why");
    ck_assert_int_eq(read.state, ENTRY_STUCK);
    ck_assert_int_eq(read.ended_ms, 5000);
    ck_assert(read.was_resolved);
    json_decref(line);
    journal_entry_release(&read);
}
END_TEST

Suite *journal_json_suite(void)
{
    Suite *suite = suite_create("journal_json");
    TCase *tcase = tcase_create("journal_json");

    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, an_entry_is_read_from_its_line);
    tcase_add_test(tcase, a_line_without_a_required_field_is_refused);
    tcase_add_test(tcase, an_unreadable_end_leaves_the_entry_unchanged);
    suite_add_tcase(suite, tcase);
    return suite;
}
