#include "core/journal/regfile_diff.h"
#include "suites.h"

#include <string.h>

struct row {
    const char *key, *name;
    const char *value; /* in the format of value_write(); NULL ends the list */
};

/* Makes a file that contains exactly these rows. */
static void make(const struct row *rows, struct regfile *file)
{
    struct regfile_writer writer;
    struct fault fault;
    regfile_writer_init(&writer);
    for (; rows->value; rows++) {
        struct place place;
        struct value value;
        ck_assert(place_registry(&place, rows->key, rows->name, &fault));
        ck_assert(value_parse(rows->value, &value, &fault));
        ck_assert(regfile_write_place(&writer, &place, &value));
        value_release(&value);
    }
    ck_assert(regfile_writer_finish(&writer, &fault));
    ck_assert_msg(regfile_parse("a.reg", writer.bytes.data, writer.bytes.length, file, &fault),
                  "%s", fault.text);
    regfile_writer_release(&writer);
}

static bool note(void *context, const struct regfile_diff *difference, struct fault *fault)
{
    static const char *const kinds[] = {"differs", "file", "registry"};
    struct text *text = context;
    (void)fault;
    text_printf(text, "%s %s %s ", kinds[difference->kind], difference->key,
                difference->name ? difference->name : "(key)");
    value_write(difference->in_file, text);
    text_puts(text, " ");
    value_write(difference->in_registry, text);
    text_puts(text, "\n");
    return true;
}

static const struct {
    struct row file[6], registry[6];
    const char *found;
    size_t count;
} rows[] = {
    {{{"K", "a", "1"}, {"K", "b", "1:6100"}}, {{"K", "b", "1:6100"}, {"K", "a", "1"}}, "", 0},
    {{{"K", "a", "1"}}, {{"k", "A", "1"}}, "", 0}, /* upper and lower case are equal */
    {{{"K", "a", "1"}}, {{"K", "a", "2"}}, "differs K a 1 2\n", 1},
    {{{"K", "a", "1"}}, {{"K", "a", "1:01000000"}}, "differs K a 1 1:01000000\n", 1},
    {{{"K", "a", "1:61"}}, {{"K", "a", "1:6162"}}, "differs K a 1:61 1:6162\n", 1},
    {{{"K", "a", "absent"}}, {{"K", "a", "1"}}, "differs K a absent 1\n", 1},
    {{{"K", "a", "absent"}, {"K", "b", "1"}}, {{"K", "b", "1"}}, "", 0},
    {{{"K", "a", "1"}, {"K", "b", "2"}},
     {{"K", "b", "2"}, {"K", "c", "3"}},
     "file K a 1 absent\n"
     "registry K c absent 3\n",
     2},
    {{{"K", "a", "1"}, {"K\\L", "b", "2"}},
     {{"K", "a", "1"}, {"K\\M", "c", "3"}, {"K\\M", "d", "4"}},
     "file K\\L (key) absent absent\n"
     "file K\\L b 2 absent\n"
     "registry K\\M (key) absent absent\n"
     "registry K\\M c absent 3\n"
     "registry K\\M d absent 4\n",
     5},
    {{{"K", "", "1"}}, {{"K", "x", "1"}}, "file K  1 absent\nregistry K x absent 1\n", 2},
};

START_TEST(each_difference_is_reported_in_order)
{
    struct regfile file, registry;
    struct text found;
    struct fault fault;
    size_t count = 99;
    make(rows[_i].file, &file);
    make(rows[_i].registry, &registry);
    text_init(&found);
    ck_assert(regfile_diff_walk(&file, &registry, note, &found, &count, &fault));
    ck_assert_str_eq(text_string(&found), rows[_i].found);
    ck_assert_uint_eq(count, rows[_i].count);
    ck_assert(regfile_diff_walk(&file, &registry, NULL, NULL, &count, &fault));
    ck_assert_uint_eq(count, rows[_i].count);
    text_release(&found);
    regfile_release(&file);
    regfile_release(&registry);
}
END_TEST

static bool fail_later(void *context, const struct regfile_diff *difference, struct fault *fault)
{
    unsigned *left = context;
    (void)difference;
    return --*left > 0 || fault_set(fault, FAULT_STORE, 0, "enough");
}

START_TEST(the_walk_ends_when_the_visitor_fails)
{
    const struct row five[] = {
        {"K", "a", "1"}, {"K", "b", "1"}, {"K\\L", "c", "1"}, {NULL, NULL, NULL}};
    const struct row none[] = {{"J", "z", "1"}, {NULL, NULL, NULL}};
    struct regfile file, registry;
    make(five, &file);
    make(none, &registry);
    /* The file has two keys and three values; the registry has one key and one value. So there are
     * seven differences. In each run, the visitor fails at a different one. */
    for (unsigned nth = 1; nth <= 7; nth++) {
        struct fault fault = {0};
        unsigned left = nth;
        size_t count;
        ck_assert(!regfile_diff_walk(&file, &registry, fail_later, &left, &count, &fault));
        ck_assert_int_eq(fault.kind, FAULT_STORE);
        ck_assert_uint_eq(left, 0);
    }
    regfile_release(&file);
    regfile_release(&registry);
}
END_TEST

Suite *regfile_diff_suite(void)
{
    Suite *suite = suite_create("regfile_diff");
    TCase *tests = tcase_create("difference");
    tcase_add_loop_test(tests, each_difference_is_reported_in_order, 0,
                        sizeof rows / sizeof rows[0]);
    tcase_add_test(tests, the_walk_ends_when_the_visitor_fails);
    suite_add_tcase(suite, tests);
    return suite;
}
