/* For invalid input, maxport exits with code 2, names the input and changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

static const struct {
    const char *arguments;
    const char *says;
} refused[] = {
    {"set 4999 --yes", "\"4999\""},
    {"set 65535 --yes", "\"65535\""},
    {"set -1 --yes", "\"-1\""},
    {"set +5000 --yes", "\"+5000\""},
    {"set 5000abc --yes", "\"5000abc\""},
    {"set 0x --yes", "\"0x\""},
    {"set \"\" --yes", "\"\""},
    {"set \" 5000\" --yes", "\" 5000\""},
    {"set \"5000 \" --yes", "\"5000 \""},
    {"set 1e4 --yes", "\"1e4\""},
    {"set \xd9\xa5\xd9\xa0\xd9\xa0\xd9\xa0 --yes", "\xd9\xa5\xd9\xa0\xd9\xa0\xd9\xa0"},
    {"set 4294972296 --yes", "\"4294972296\""},
    {"set 18446744073709556616 --yes", "\"18446744073709556616\""},
    {"set 0x10000ffff --yes", "0x10000ffff"},
    {"set MaxUserPort= --yes", "MaxUserPort"},
    /* The minimum is 30, or 2 since Windows 8.1, so only the maximum is compared. */
    {"set TcpTimedWaitDelay=301 --yes", " to 300"},
    {"set MaxUserPort=60000 TcpTimedWaitDelay=1000 --yes", "\"1000\""},
    {"set --yes", "needs a port"},
    {"set 60000 61000 --yes", "MaxUserPort"}, /* both numbers are for MaxUserPort */
    {"set MaxUserPort=60000 maxuserport=60000 --yes", "MaxUserPort"},
    {"set MaxUserPrt=60000 --yes", "Did you mean MaxUserPort?"},
    {"set Hostname=60000 --yes", "Unknown setting \"Hostname\""},
    {"set 60000 --yess", "Did you mean --yes?"},
    {"set 60000 --ye", "--ye"}, /* options cannot be abbreviated */
    {"set 60000 --reson x --yes", "Did you mean --reason?"},
    {"set 60000 --yes --reason", "--reason needs a value"},
    {"set 60000 --yes=please", "--yes takes no value"},
    {"set 60000 -y", "-y"},
    {"set 60000 --no-such-thing", "--help"},
    {"reset Hostname --yes", "Hostname"},
    {"reset MaxUserPort MaxUserPort --yes", "MaxUserPort"},
    {"undo abc --yes", "abc"},
    {"undo -1", "\"-1\""},
    {"undo 1.5 --yes", "1.5"},
    {"undo 1 2 --yes", "2"},
    {"undo 99999999999999999999999 --yes", "9999"},
    {"history abc", "abc"},
    {"restore --yes", "needs a file"},
    {"backup a b", "\"b\""},
    {"ports --by colour", "colour"},
    {"ports --top 0x", "0x"},
    {"status extra", "extra"},
    {"stauts", "Did you mean maxport status?"},
    {"frobnicate", "--help"},
    {"set 60000", "--yes"}, /* a question requires a console */
    {"undo --jsn", "Did you mean --json?"},
};

START_TEST(invalid_input_is_refused_and_changes_nothing)
{
    char *before = key_snapshot();
    const struct run *run = maxport("%s", refused[_i].arguments);
    ck_assert_msg(run->exit_code == 2, "maxport %s: exit code %lu\n%s%s", refused[_i].arguments,
                  run->exit_code, run->out, run->err);
    ck_assert_msg(says(run->err, refused[_i].says), "maxport %s says:\n%s", refused[_i].arguments,
                  run->err);
    ASSERT_KEY_IS(before);
    ck_assert(!is_there(store_path(L"")));
    free(before);
}
END_TEST

START_TEST(with_json_a_refusal_is_printed_as_json)
{
    const struct run *run = maxport("set 4999 --yes --json");
    ASSERT_EXIT(run, 2);
    ASSERT_SAYS(json_text_at(run_json(run), "error.text"), "4999");
    run = maxport("set 60000 --yes --jsn --json");
    ASSERT_EXIT(run, 2);
    run_json(run);
}
END_TEST

START_TEST(set_without_a_console_and_yes_writes_nothing)
{
    static const char *const inputs[] = {NULL, "", "y\n", "yes\r\n"};

    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        const struct run *run = run_way(&(struct way){.input = inputs[i]}, "set 60000");
        ASSERT_EXIT(run, 2);
        ASSERT_SAYS(run->err, "--yes");
        ck_assert(value_is_absent(L"MaxUserPort"));
        ck_assert(!is_there(store_path(L"")));
    }
}
END_TEST

START_TEST(refused_words_are_shown_without_control_characters)
{
    const struct run *run = maxport("set \"50\x1b[2J00\" --yes");
    ASSERT_EXIT(run, 2);
    ASSERT_SAYS(run->err, "50\\x1b[2J00");
    ASSERT_NEVER_SAYS(run->err, "\x1b");
    run = run_wide(&(struct way){0}, L"set \"50\xd800zz\" --yes");
    ASSERT_EXIT(run, 2);
    ck_assert_int_gt(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, run->err, -1, NULL, 0), 0);
}
END_TEST

START_TEST(invalid_input_leaves_an_existing_store_unchanged)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    char *before = key_snapshot(), *listing = store_listing();
    ASSERT_EXIT(maxport("set 4999 --yes"), 2);
    ASSERT_EXIT(maxport("undo 1x --yes"), 2);
    ASSERT_EXIT(maxport("undo 7 --yes"), 1);
    ASSERT_EXIT(maxport("set 61000"), 2);
    char *listing_after = store_listing();
    ck_assert_str_eq(listing_after, listing);
    ASSERT_KEY_IS(before);
    free(before);
    free(listing);
    free(listing_after);
}
END_TEST

Suite *bad_input_suite(void)
{
    Suite *suite = suite_create("bad_input");
    TCase *tests = bare_case(suite, "bad_input");

    tcase_add_loop_test(tests, invalid_input_is_refused_and_changes_nothing, 0,
                        (int)(sizeof refused / sizeof *refused));
    tcase_add_test(tests, with_json_a_refusal_is_printed_as_json);
    tcase_add_test(tests, set_without_a_console_and_yes_writes_nothing);
    tcase_add_test(tests, refused_words_are_shown_without_control_characters);
    tcase_add_test(tests, invalid_input_leaves_an_existing_store_unchanged);
    return suite;
}
