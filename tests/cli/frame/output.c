#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "core/use/csv.h"
#include "suites.h"

START_TEST(screen_widths_are_limited_to_40_to_120)
{
    static const struct {
        unsigned screen, output;
    } rows[] = {{0, 40}, {39, 40}, {40, 40}, {80, 80}, {120, 120}, {121, 120}, {9999, 120}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake fake;
        struct output output;

        fake_init(&fake);
        fake.width = rows[i].screen;
        output_init(&output, &fake.machine.screen);
        ck_assert_uint_eq(output.width, rows[i].output);
        output_release(&output);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(text_is_written_completely_in_few_calls)
{
    struct fake fake;
    struct output output;
    size_t length = 0;

    fake_init(&fake);
    output_init(&output, &fake.machine.screen);
    for (unsigned i = 0; i < 20000; i++) {
        output_printf(&output, "line %u\n", i);
        length += strlen("line \n") + (i < 10 ? 1 : i < 100 ? 2 : i < 1000 ? 3 : i < 10000 ? 4 : 5);
    }
    output_release(&output);
    ck_assert(!output.has_failed);
    ck_assert_uint_eq(strlen(fake_out(&fake)), length);
    ck_assert_uint_le(fake.calls_of[CALL_SCREEN_WRITE], 10);
    fake_release(&fake);
}
END_TEST

START_TEST(empty_output_is_not_written)
{
    struct fake fake;
    struct output output;

    fake_init(&fake);
    output_init(&output, &fake.machine.screen);
    output_flush(&output);
    output_puts(&output, "");
    output_release(&output);
    ck_assert_uint_eq(fake.calls_of[CALL_SCREEN_WRITE], 0);
    fake_release(&fake);
}
END_TEST

START_TEST(a_remark_follows_earlier_output)
{
    struct fake fake;
    struct output output;

    fake_init(&fake);
    output_init(&output, &fake.machine.screen);
    output_puts(&output, "before\n");
    output_remark(&output, "a remark of %d words", 4);
    ck_assert_str_eq(fake_out(&fake), "before\n");
    ck_assert_str_eq(fake_error(&fake), "a remark of 4 words\n");
    output_puts(&output, "after\n");
    output_release(&output);
    ck_assert_str_eq(fake_out(&fake), "before\nafter\n");
    fake_release(&fake);
}
END_TEST

START_TEST(styles_are_written_in_place_when_enabled)
{
    struct fake fake;
    struct output output;

    for (int is_wanted = 0; is_wanted < 2; is_wanted++) {
        fake_init(&fake);
        fake.wants_color = is_wanted;
        output_init(&output, &fake.machine.screen);
        output_puts(&output, "a");
        output_style(&output, STYLE_BAD);
        output_puts(&output, "b");
        output_style(&output, STYLE_NORMAL);
        output_puts(&output, "c");
        output_release(&output);
        ck_assert_str_eq(fake_out(&fake), is_wanted ? "a<bad>b<normal>c" : "abc");
        fake_release(&fake);
    }
}
END_TEST

START_TEST(a_failed_write_is_recorded_and_reported_once)
{
    struct fake fake;
    struct output output;

    fake_init(&fake);
    output_init(&output, &fake.machine.screen);
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 1, FAIL_BEFORE);
    output_puts(&output, "lost");
    output_flush(&output);
    ck_assert(output.has_failed);
    output_puts(&output, "kept");
    output_release(&output);
    ck_assert(output.has_failed);
    fake_release(&fake);

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "status"), 1);
    expect_screen(&fake, "output/a_failed_write_is_recorded_and_reported_once");
    fake_release(&fake);
}
END_TEST

START_TEST(json_is_indented_and_ends_with_a_newline)
{
    struct fake fake;
    struct output output;
    struct fault fault;

    fake_init(&fake);
    output_init(&output, &fake.machine.screen);
    ck_assert(output_json(&output, json_pack("{s:s, s:i}", "a", "\xc3\xa4\x01", "b", 7), &fault));
    output_release(&output);
    ck_assert_str_eq(fake_out(&fake), "{\n  \"a\": \"\\u00e4\\u0001\",\n  \"b\": 7\n}\n");
    fake_release(&fake);
}
END_TEST

START_TEST(output_json_fails_without_a_document)
{
    struct fake fake;
    struct output output;
    struct fault fault = {0};

    fake_init(&fake);
    output_init(&output, &fake.machine.screen);
    ck_assert(!output_json(&output, NULL, &fault));
    ck_assert_int_eq(fault.kind, FAULT_NO_MEMORY);
    output_release(&output);
    fake_release(&fake);
}
END_TEST

START_TEST(a_failed_json_write_is_reported_once)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "status --json"), 1);
    expect_screen(&fake, "output/a_failed_json_write_is_reported_once");
    fake_release(&fake);
}
END_TEST

START_TEST(each_json_row_has_its_own_line)
{
    struct fake fake;
    struct output output;
    struct fault fault;

    fake_init(&fake);
    output_init(&output, &fake.machine.screen);
    output_puts(&output, "[");
    ck_assert(output_json_row(&output, json_pack("{s:i}", "a", 1), true, &fault));
    ck_assert(output_json_row(&output, json_pack("{s:i}", "a", 2), false, &fault));
    output_puts(&output, "]");
    output_release(&output);
    ck_assert_str_eq(fake_out(&fake), "[\n    {\"a\":1},\n    {\"a\":2}]");
    json_decref(out_json(&fake));
    fake_release(&fake);
}
END_TEST

START_TEST(csv_cells_are_quoted_and_escaped_as_needed)
{
    static const struct {
        const char *text, *cell;
    } rows[] = {
        {"", ""},
        {"svchost.exe", "svchost.exe"},
        {"a b", "a b"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "two\\x0alines"},
        {"cr\r", "cr\\x0d"},
        {"\u202egpj.exe", "\\u202egpj.exe"},
        {"\"", "\"\"\"\""},
        {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"'\\x09=1\""},
        {"\r\n =1", "\"'\\x0d\\x0a =1\""},
        {" \u00a0\u3000@x", "\"' \u00a0\u3000@x\""},
        {"\uff1d1+1", "\"'\uff1d1+1\""},
        {"\uff0b1", "\"'\uff0b1\""},
        {" \uff0d1", "\"' \uff0d1\""},
        {"\t\uff20x", "\"'\\x09\uff20x\""},
        {"a;=1+2", "a\\x3b=1+2"},
        {"; \";;@x", "\"; \"\";\\x3b@x\""},
        {"a;\uff0bb", "a\\x3b\uff0bb"},
        {"a;b", "a;b"},
        {"a=1", "a=1"},
        {" a=1", " a=1"},
        {"\uff1ex", "\uff1ex"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text cell;

        text_init(&cell);
        csv_cell(&cell, rows[i].text);
        ck_assert_str_eq(text_string(&cell), rows[i].cell);
        text_release(&cell);
    }
}
END_TEST

START_TEST(paragraphs_and_labels_fit_the_width)
{
    struct fake fake;
    struct output output;

    fake_init(&fake);
    fake.width = 40;
    output_init(&output, &fake.machine.screen);
    output_paragraph(&output, 2, "one two three four five six seven %s nine ten", "eight");
    output_labelled(&output, "  Label", "one two three four five six seven eight nine ten", 12);
    output_release(&output);
    expect_screen(&fake, "output/paragraphs_and_labels_fit_the_width");
    fake_release(&fake);
}
END_TEST

Suite *cli_output_suite(void)
{
    Suite *suite = suite_create("cli_output");
    TCase *tcase = tcase_create("cli_output");

    tcase_add_test(tcase, screen_widths_are_limited_to_40_to_120);
    tcase_add_test(tcase, text_is_written_completely_in_few_calls);
    tcase_add_test(tcase, empty_output_is_not_written);
    tcase_add_test(tcase, a_remark_follows_earlier_output);
    tcase_add_test(tcase, styles_are_written_in_place_when_enabled);
    tcase_add_test(tcase, a_failed_write_is_recorded_and_reported_once);
    tcase_add_test(tcase, json_is_indented_and_ends_with_a_newline);
    tcase_add_test(tcase, output_json_fails_without_a_document);
    tcase_add_test(tcase, a_failed_json_write_is_reported_once);
    tcase_add_test(tcase, each_json_row_has_its_own_line);
    tcase_add_test(tcase, csv_cells_are_quoted_and_escaped_as_needed);
    tcase_add_test(tcase, paragraphs_and_labels_fit_the_width);
    suite_add_tcase(suite, tcase);
    return suite;
}
