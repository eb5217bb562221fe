/* Tests of the Save dialog: only a dialog that the user cancelled counts as declined. */
#include "win32/save_dialog.h"
#include "suites.h"

#include <check.h>
#include <string.h>

#include <cderr.h>
#include <commdlg.h>

START_TEST(only_a_cancelled_dialog_is_declined)
{
    static const struct {
        uint32_t code;
        enum fault_kind kind;
        const char *words;
    } rows[] = {
        {0, FAULT_DECLINED, "Nothing was saved."},
        {FNERR_BUFFERTOOSMALL, FAULT_USAGE, "longer than 259 characters. Nothing was saved."},
        {CDERR_MEMALLOCFAILURE, FAULT_NO_MEMORY, "Not enough memory for the Save dialog."},
        {CDERR_INITIALIZATION, FAULT_FAILED, "failed (code 0x0002). Nothing was saved."},
        {FNERR_INVALIDFILENAME, FAULT_FAILED, "failed (code 0x3002). Nothing was saved."},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault;

        ck_assert(!save_dialog_fault(rows[i].code, &fault));
        ck_assert_int_eq(fault.kind, rows[i].kind);
        ck_assert_msg(strstr(fault.text, rows[i].words) != NULL, "%s", fault.text);
    }
}
END_TEST

Suite *save_dialog_suite(void)
{
    Suite *suite = suite_create("save_dialog");
    TCase *tests = tcase_create("save_dialog");

    tcase_add_test(tests, only_a_cancelled_dialog_is_declined);
    suite_add_tcase(suite, tests);
    return suite;
}
