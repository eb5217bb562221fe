#include <check.h>
#include <string.h>

#include "core/rules/error_code.h"
#include "suites.h"

START_TEST(every_row_is_complete)
{
    const struct error_code *row;
    size_t count = 0;

    for (; (row = error_code_at(count)); count++) {
        ck_assert_uint_ne(row->code, 0);
        ck_assert((*row->name || row->code == 12058) && *row->title);
        /* `meaning` and `when` must consist of sentences. A newline or tab in `meaning` would
         * interfere with the wrapping of lines. */
        ck_assert_int_eq(row->meaning[strlen(row->meaning) - 1], '.');
        ck_assert_int_eq(row->when[strlen(row->when) - 1], '.');
        ck_assert_ptr_null(strpbrk(row->meaning, "\n\t"));
        ck_assert_uint_ne(row->ties, 0);
        ck_assert_ptr_nonnull(row->sources[0]);
        ck_assert_ptr_nonnull(row->advice[0].command);
        for (size_t i = 0; i < ERROR_CODE_ADVICE_MAX && row->advice[i].command; i++)
            ck_assert(strncmp(row->advice[i].command, "maxport ", 8) == 0 &&
                      strlen(row->advice[i].what) > 0);
    }
    ck_assert_uint_eq(count, 11);
}
END_TEST

static const struct {
    const char *text;
    uint32_t code;
} found[] = {
    {"10055", 10055},
    {"0x2747", 10055},
    {"0X2747", 10055},
    {"WSAENOBUFS", 10055},
    {"wsaenobufs", 10055},
    {"0x80072747", 10055},
    {"2147952455", 10055},
    {"10048", 10048},
    {"WSAEADDRINUSE", 10048},
    {"0x2740", 10048},
    {"10013", 10013},
    {"wsaEACCES", 10013},
    {"0x271D", 10013},
    {"4227", 4227},
    {"0x80001083", 4227},
    {"4231", 4231},
    {"0x80001087", 4231},
    {"4266", 4266},
    {"0x800010aa", 4266},
    {"TCP_TIME_WAIT_COLLISION", 4227},
    {"010055", 10055},
    {"0x00002747", 10055},
    {"EACCES", 10013},
    {"eaddrinuse", 10048},
    {"ENOBUFS", 10055},
    {"ETIMEDOUT", 10060},
    {"10060", 10060},
    {"12002", 12002},
    {"0x80072EE2", 12002},
    {"ERROR_INTERNET_CANNOT_CONNECT", 12029},
    {"0x80072EFD", 12029},
    {"12058", 12058},
    {"258", 258},
    {"-2", 258},
    {"0x80131904", 258},
    {"WAIT_TIMEOUT", 258},
};

START_TEST(a_code_is_found_by_number_and_name)
{
    const struct error_code *row = NULL;
    struct fault fault = {0};

    ck_assert_msg(error_code_find(found[_i].text, &row, &fault), "%s: %s", found[_i].text,
                  fault.text);
    ck_assert_uint_eq(row->code, found[_i].code);
}
END_TEST

static const char *const unknown[] = {
    "",           "5",
    "0x",         "10054",
    "WSAE",       "WSAENOBUF",
    "-10055",     " 10055",
    "10055 ",     "0x12747",
    "4294977351", "0x80001084",
    "0x80072748", "99999999999999999999",
    "2747",       "0x8000 2747",
};

START_TEST(an_unknown_code_is_refused_with_a_list)
{
    const struct error_code *row = NULL;
    struct fault fault = {0};

    ck_assert_msg(!error_code_find(unknown[_i], &row, &fault), "\"%s\" is %s", unknown[_i],
                  row ? row->name : "");
    ck_assert_ptr_null(row);
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_nonnull(strstr(fault.text, "10055 (WSAENOBUFS), 10048 (WSAEADDRINUSE), 10013 "
                                             "(WSAEACCES), 10060 (WSAETIMEDOUT), 12002 "
                                             "(ERROR_WINHTTP_TIMEOUT), 12029 "
                                             "(ERROR_WINHTTP_CANNOT_CONNECT), 12058, 258 "
                                             "(WAIT_TIMEOUT), event 4227, event 4231 and event "
                                             "4266."));
}
END_TEST

START_TEST(a_refused_word_is_escaped_and_shortened)
{
    const struct error_code *row;
    struct fault fault = {0};
    char text[300];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    text[0] = '\x1b';
    ck_assert(!error_code_find(text, &row, &fault));
    ck_assert_ptr_nonnull(strstr(fault.text, "\"\\x1bxxx"));
    ck_assert_ptr_nonnull(strstr(fault.text, "xxx...\""));
}
END_TEST

static bool cites(const struct error_code *row, const char *part)
{
    for (size_t i = 0; i < sizeof row->sources / sizeof *row->sources && row->sources[i]; i++)
        if (strstr(row->sources[i], part))
            return true;
    return false;
}

/* The cited sources are those of docs/windows.md, "Error codes" and "Events of Tcpip". */
START_TEST(sources_are_cited_only_for_their_content)
{
    const struct error_code *row;
    struct fault fault;

    ck_assert(error_code_find("4231", &row, &fault));
    ck_assert(cites(row, "Troubleshoot port exhaustion"));
    ck_assert(error_code_find("4266", &row, &fault));
    ck_assert(!cites(row, "Troubleshoot port exhaustion"));
    ck_assert(cites(row, "netevent.h (Windows SDK): the name only"));
    ck_assert_ptr_nonnull(strstr(row->meaning, "Inferred"));
    ck_assert(error_code_find("10013", &row, &fault));
    ck_assert(cites(row, "KB3039044 (the second bind only)"));
    ck_assert_ptr_nonnull(
        strstr(row->when, "an excluded port that netsh does not mark with * (inferred)"));
}
END_TEST

START_TEST(every_error_leads_to_the_diagnosis)
{
    const struct error_code *row;

    for (size_t i = 0; (row = error_code_at(i)); i++) {
        bool leads = false;

        for (size_t a = 0; a < ERROR_CODE_ADVICE_MAX && row->advice[a].command; a++)
            leads |= strcmp(row->advice[a].command, "maxport why") == 0;
        ck_assert_msg(leads || row->code == 10048, "%u", (unsigned)row->code);
    }
}
END_TEST

Suite *error_code_suite(void)
{
    Suite *suite = suite_create("error_code");
    TCase *tcase = tcase_create("table");

    tcase_add_test(tcase, every_row_is_complete);
    tcase_add_loop_test(tcase, a_code_is_found_by_number_and_name, 0, sizeof found / sizeof *found);
    tcase_add_loop_test(tcase, an_unknown_code_is_refused_with_a_list, 0,
                        sizeof unknown / sizeof *unknown);
    tcase_add_test(tcase, a_refused_word_is_escaped_and_shortened);
    tcase_add_test(tcase, sources_are_cited_only_for_their_content);
    tcase_add_test(tcase, every_error_leads_to_the_diagnosis);
    suite_add_tcase(suite, tcase);
    return suite;
}
