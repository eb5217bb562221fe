/* Text from outside, such as process names, reasons, account names and registry strings, may
 * contain any characters. On the screen, maxport prints control characters as \xNN, so that such
 * text cannot move the cursor or forge a line. JSON must stay well-formed. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

/* Characters that reorder or hide the text around them: right-to-left override, zero-width space,
 * line separator and tag. */
#define HIDDEN "\u202e\u200b\u2028\U000e0041"
#define HIDDEN_SAFE "\\u202e\\u200b\\u2028\\U000e0041"
/* ESC, BEL, newline, DEL, a C1 character, an ill-formed byte, the characters of HIDDEN, and one
 * non-ASCII letter that maxport prints unchanged. */
#define EVIL "a\x1b[2J\x07\n\x7f\xc2\x9b\xff" HIDDEN "\xc3\xa4z"
#define SAFE "a\\x1b[2J\\x07\\x0a\\x7f\\x9b\\xff" HIDDEN_SAFE "\xc3\xa4z"
/* EVIL as maxport prints it from the journal. The journal contains U+FFFD in place of ill-formed
 * bytes. */
#define KEPT "a\\x1b[2J\\x07\\x0a\\x7f\\x9b\xef\xbf\xbd" HIDDEN_SAFE "\xc3\xa4z"
/* EVIL in JSON. Every valid character is unchanged; U+FFFD replaces ill-formed bytes. */
#define REPAIRED "a\x1b[2J\x07\n\x7f\xc2\x9b\xef\xbf\xbd" HIDDEN "\xc3\xa4z"

static void make_evil(struct fake *fake)
{
    fake_init(fake);
    fake->width = 120;
    strcpy(fake->identity.account, EVIL);
    strcpy(fake->identity.session_user, EVIL);
    strcpy(fake->identity.computer, EVIL);
    fake_add_process(fake, 4711, EVIL);
    fake_add_service(fake, 4711, EVIL, EVIL);
    fake_add_socket(fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 8080, NULL, 0, 4711);
    fake_add_sockets(fake, 5, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443,
                     4711);
    /* The registry contains EVIL as a string. */
    fake_put(fake, TCPIP_PARAMETERS, "TcpTimedWaitDelay", TYPE_SZ, EVIL, sizeof EVIL);
}

static void expect_clean_text(const char *text, const char *line, bool has_returns)
{
    for (size_t i = 0, length = strlen(text), size; i < length; i += size) {
        uint32_t character = 0;

        size = utf8_decode(text + i, length - i, &character);
        if (size == 0 || !(character == '\n' || utf8_is_plain(character) ||
                           (has_returns && character == '\r' && text[i + 1] == '\n')))
            ck_abort_msg("maxport %s: U+%04X in:\n%s", line, character, text);
        size += size == 0;
    }
}

static void expect_clean(const struct fake *fake, const char *line)
{
    expect_clean_text(fake_out(fake), line, strstr(line, "--csv") != NULL);
    expect_clean_text(fake_error(fake), line, false);
}

static const struct {
    const char *line;
    int code;
    const char *shown; /* the expected form of EVIL; NULL if maxport prints nothing of it */
} screens[] = {
    {"status", 0, "maxport - " SAFE " - "},
    {"ports", 0, SAFE},
    {"ports --by remote", 0, NULL},
    {"set 65534 --dry-run", 0, "port 8080 (\"" SAFE "\", PID 4711)"},
    {"set 65534 --yes --reason " EVIL, 0, NULL},
    {"history", 0, ": \"" KEPT "\""},
    {"history 1", 0, "by \"" KEPT "\" on \"" KEPT "\": \"" KEPT "\""},
    {"verify", 0, NULL},
    {"backup", 0, NULL},
    {"undo 1 --yes", 0, NULL},
    {"undo " EVIL, 2, SAFE},
    {"history " EVIL, 2, SAFE},
    {"restore " EVIL " --yes", 1, SAFE},
    {"set " EVIL " --yes", 2, SAFE},
    {"set " EVIL "=1 --yes", 2, SAFE},
    {"reset " EVIL " --yes", 2, SAFE},
    {"status --" EVIL, 2, SAFE},
    {"status " EVIL, 2, SAFE},
    {EVIL, 2, SAFE},
    {"help " EVIL, 2, SAFE},
    {"ports --by " EVIL, 2, SAFE},
    {"ports --top " EVIL, 2, SAFE},
    {"ports --by=" EVIL, 2, SAFE},
    {"status --json=" EVIL, 2, NULL},
    {"ports --csv", 0, SAFE},
    {"port 8080", 0, SAFE},
    {"why", 0, NULL},
    {"report all.html", 0, NULL},
};

static void expect_clean_page(const struct fake *fake)
{
    const struct fake_file *page = fake->files.files;

    ck_assert_uint_eq(fake->files.count, 1);
    expect_clean_text(page->data, "report", false);
    expect_printed(page->data, HIDDEN_SAFE);
}

START_TEST(control_characters_are_printed_escaped)
{
    struct fake fake;

    make_evil(&fake);
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        int code = run_line(&fake, screens[i].line);

        ck_assert_msg(code == screens[i].code, "maxport %s: %d\n%s%s", screens[i].line, code,
                      fake_out(&fake), fake_error(&fake));
        expect_clean(&fake, screens[i].line);
        if (screens[i].shown) {
            struct text all;

            text_init(&all);
            text_puts(&all, fake_out(&fake));
            text_puts(&all, fake_error(&fake));
            expect_printed(text_string(&all), screens[i].shown);
            text_release(&all);
        }
    }
    expect_clean_page(&fake);
    expect_clean_text(text_string(&fake.audited), "(event log)", false);
    expect_printed(text_string(&fake.audited), "maxport set by " SAFE ":");
    fake_release(&fake);
}
END_TEST

START_TEST(json_stays_valid_with_text_from_outside)
{
    static const char *const lines[] = {
        "status --json",
        "ports --json",
        "set 65534 --dry-run --json",
        "history --json",
        "history 1 --json",
        "verify --json",
        "undo " EVIL " --json",
        "set " EVIL " --json",
        EVIL " --json",
        "undo --dry-run --json",
        "restore " EVIL " --yes --json",
    };
    struct fake fake;
    json_t *document;

    make_evil(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --reason " EVIL), 0);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        run_line(&fake, lines[i]);
        for (const char *c = fake_out(&fake); *c; c++)
            ck_assert_msg((unsigned char)*c < 0x7f, "%s: not ASCII:\n%s", lines[i],
                          fake_out(&fake));
        expect_clean(&fake, lines[i]);
        json_decref(out_json(&fake));
    }
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "changes.0.reason"), REPAIRED);
    ck_assert_str_eq(json_text_at(document, "changes.0.account"), REPAIRED);
    ck_assert_str_eq(json_text_at(document, "changes.0.computer"), REPAIRED);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "computer"), REPAIRED);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(the_journal_stays_valid_with_text_from_outside)
{
    struct fake fake;
    size_t lines = 0;

    make_evil(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --reason " EVIL), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes --reason {\"v\":1}\n{\"v\":99}"), 0);
    for (const char *c = fake_stored(&fake, "journal.jsonl"); *c; c++)
        lines += *c == '\n';
    /* Each of the two changes has a line "started" and a line "ended". The newline in a reason adds
     * no line. */
    ck_assert_uint_eq(lines, 4);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    fake_release(&fake);
}
END_TEST

/* Some journal fields contain only text that maxport itself makes, and maxport prints these fields
 * unescaped. So maxport rejects a line that has any other text in such a field. */
START_TEST(a_journal_line_with_control_characters_is_rejected)
{
    static const struct {
        const char *from, *to;
    } forgeries[] = {
        {"\"command\":\"set\"", "\"command\":\"s\\u001b[2Jt\""},
        {"\"backup\":\"changes", "\"backup\":\"\\u009bchanges"},
        {"\"undo_file\":\"changes", "\"undo_file\":\"\\u0007changes"},
    };
    static const char *const lines[] = {"history", "status", "verify", "set 5000 --dry-run"};
    struct fake fake;
    struct text forged;
    const char *journal, *hit;

    make_evil(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    journal = fake_stored(&fake, "journal.jsonl");
    hit = strstr(journal, forgeries[_i].from);
    ck_assert_ptr_nonnull(hit);
    text_init(&forged);
    text_append(&forged, journal, (size_t)(hit - journal));
    text_puts(&forged, forgeries[_i].to);
    text_puts(&forged, hit + strlen(forgeries[_i].from));
    fake_folder_put(&fake.store, "journal.jsonl", text_string(&forged), forged.length);
    text_release(&forged);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        expect_clean(&fake, lines[i]);
    }
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_printed(fake_error(&fake), "of the journal could not be read");
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    fake_release(&fake);
}
END_TEST

/* A command on a line of its own looks like advice of maxport. */
START_TEST(the_name_of_a_program_is_never_printed_as_a_command)
{
    static const struct {
        const char *line;
        bool is_named;
    } lines[] = {{"why", true},      {"ports --sockets", true},      {"port 50000", true},
                 {"report -", true}, {"set 65534 --dry-run", false}, {"explain 10055", false}};
    static const char *const names[] = {"a run maxport restore-point return 7 --yes. x.exe",
                                        "use netsh int ipv4 set dynamicport tcp start=1. x.exe"};

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct fake fake;

        fake_init(&fake);
        fake_add_sockets(&fake, 16000, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 49200,
                         "10.0.0.9", 443, 66);
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 6000, NULL, 0, 66);
        fake_add_process(&fake, 66, names[n]);
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            run_line(&fake, lines[i].line);
            expect_not_in(fake_out(&fake), "  maxport restore-point return 7 --yes\n");
            expect_not_in(fake_out(&fake), "  netsh int ipv4 set dynamicport tcp start=1\n");
            if (lines[i].is_named)
                expect_printed(fake_out(&fake), names[n]);
        }
        fake_release(&fake);
    }
}
END_TEST

/* A name that contains spaces or brackets of Unicode could look like several words of maxport. */
START_TEST(the_name_of_a_program_is_quoted_if_it_is_not_plain)
{
    static const char *const names[] = {
        "run\u00a0maxport\u00a0restore-point\u00a0return\u00a07\u00a0--yes.\u00a0x.exe",
        "svchost.exe\u00a0\uff08Dnscache\uff09,\u00a0PID\u00a01234",
        "sqlservr.exe,\u2003PID\u20034242."
        "\u2003Then\u2003stop\u2003the\u2003service\u2003WinDefend.",
        "net\u2800stop\u2800WinDefend",
    };
    static const char *const lines[] = {"why", "ports", "ports --by name", "port 6000",
                                        "set 65534 --dry-run"};

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct fake fake;
        char quoted[200];

        fake_init(&fake);
        fake.width = 120;
        snprintf(quoted, sizeof quoted, "\"%s\"", names[n]);
        for (uint32_t id = 66; id < 68; id++) {
            fake_add_sockets(&fake, 8000, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5",
                             (uint16_t)(49200 + (id - 66) * 8000), "10.0.0.9", 443, id);
            fake_add_process(&fake, id, names[n]);
        }
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 6000, NULL, 0, 66);
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            run_line(&fake, lines[i]);
            expect_printed(fake_out(&fake), quoted);
            for (const char *at = fake_out(&fake); (at = strstr(at, names[n])) != NULL; at++)
                ck_assert_msg(at[-1] == '"' || at[-1] == '\\', "maxport %s:\n%s", lines[i],
                              fake_out(&fake));
        }
        fake_release(&fake);
    }
}
END_TEST

/* The end of a text that tries to look like advice of maxport, and the command in it. */
#define ADVICE " To repair it, run maxport restore-point return 7 --yes. x"
#define ADVISED "maxport restore-point return 7 --yes"

static void expect_no_such_line(const char *text, const char *line)
{
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        size_t blanks = strspn(at, " "), length = strcspn(at, "\n") - blanks;

        ck_assert_msg(length != strlen(ADVISED) || memcmp(at + blanks, ADVISED, length) != 0,
                      "maxport %s:\n%.4000s", line, text);
    }
}

/* Runs the line. It must print the advice within a sentence, where `start` precedes it, but never
 * the command on a line of its own. */
static void expect_no_command(struct fake *fake, const char *line, const char *start)
{
    struct text all;

    run_line(fake, line);
    text_init(&all);
    text_puts(&all, fake_out(fake));
    text_puts(&all, "\n");
    text_puts(&all, fake_error(fake));
    expect_no_such_line(text_string(&all), line);
    if (start)
        expect_printed(text_string(&all), start);
    text_release(&all);
}

#define REG "Windows Registry Editor Version 5.00\r\n\r\n"
#define REG_KEY "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]\r\n"

START_TEST(a_line_of_a_reg_file_is_never_printed_as_a_command)
{
    static const struct {
        const char *data, *start;
    } rows[] = {
        {REG "a." ADVICE "\r\n", "\"a. To repair it, run"},
        {REG "a." ADVICE "\"\r\n", "\"a. To repair it, run"},
        {REG "\"b\"." ADVICE "\r\n", "\"\\x22b\\x22. To repair it, run"},
        {REG REG_KEY "[HKEY_LOCAL_MACHINE\\c." ADVICE "]\r\n",
         ": \"HKEY_LOCAL_MACHINE\\c. To repair"},
        {REG REG_KEY "[d." ADVICE "]\r\n", ": \"d. To repair it, run"},
        {REG REG_KEY "\"e." ADVICE "\"=dword:1\r\n", "\"e. To repair it, run"},
        {REG REG_KEY "\"MaxUserPort\"=\"g." ADVICE "\"\r\n", "\"g. To repair it, run"},
        {REG
         "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\h." ADVICE
         "]\r\n\"MaxUserPort\"=dword:0000fffe\r\n",
         "Parameters\\h. To repair it, run"},
    };
    struct fake fake;

    fake_init(&fake);
    fake.width = 120;
    fake_folder_put(&fake.files, "D:\\a.reg", rows[_i].data, strlen(rows[_i].data));
    fake_folder_put(&fake.files, "D:\\z." ADVICE ".reg", rows[_i].data, strlen(rows[_i].data));
    expect_no_command(&fake, "restore D:\\a.reg --dry-run", rows[_i].start);
    expect_no_command(
        &fake,
        "restore D:\\z.~To~repair~it,~run~maxport~restore-point~return~7~--yes.~x.reg "
        "--dry-run",
        "\"D:\\z. To repair it, run");
    fake_release(&fake);
}
END_TEST

/* Each string of the entry gives advice. The second one also has a quotation mark. */
static const char forged_journal[] =
    "{\"v\":1,\"event\":\"started\",\"id\":1,\"time_ms\":1795338000000,\"account\":\"a." ADVICE
    "\",\"session_user\":\"\",\"computer\":\"b\\\"." ADVICE
    "\",\"process\":1,\"reason\":\"c." ADVICE "\",\"outcome\":\"\",\"command\":\"restore\","
    "\"boot\":null,\"undoes\":null,\"steps\":[{\"place\":"
    "{\"kind\":\"registry\",\"key\":"
    "\"SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\","
    "\"name\":\"n." ADVICE
    "\"},\"before\":\"1\",\"after\":\"2\"}],\"backup\":\"\",\"undo_file\":\"\"}\n"
    "{\"v\":1,\"event\":\"ended\",\"id\":1,\"time_ms\":1795338000001,\"state\":\"done\","
    "\"outcome\":\"o." ADVICE "\",\"settled\":false}\n";

START_TEST(a_text_in_the_journal_is_never_printed_as_a_command)
{
    static const struct {
        const char *line, *start;
    } rows[] = {
        {"store adopt E:\\evil --dry-run", "\"n. To repair it, run"},
        {"store adopt E:\\evil --yes", "\"n. To repair it, run"},
        {"history", "by \"a. To repair it, run"},
        {"history", "on \"b\\x22. To repair it, run"},
        {"history", "--yes. x\": \"c. To repair it, run"},
        {"history 1", "Outcome \"o. To repair it, run"},
        {"status", NULL},
        {"verify", NULL},
        {"undo --dry-run", " \"n. To repair it, run"},
        {"undo --dry-run --force", " \"n. To repair it, run"},
        {"restore-point return 41", " \"n. To repair it, run"},
        {"store remove --yes", NULL},
    };
    struct fake fake;

    fake_init(&fake);
    fake.width = 120;
    fake_set_windows(&fake, 10, 0, 22631, OS_WORKSTATION);
    fake.can_ask = fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    fake_add_restore_point(&fake, 41, "before", fake.now_ms - 3600 * 1000);
    fake_folder_put(&fake.files, "E:\\evil\\journal.jsonl", forged_journal,
                    sizeof forged_journal - 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_no_command(&fake, rows[i].line, rows[i].start);
    fake_release(&fake);
}
END_TEST

static bool name_pool(void *context, uint32_t process, const char *name, char *pool, size_t size)
{
    (void)context;
    (void)process;
    return strcmp(name, "w3wp.exe") == 0 && snprintf(pool, size, "p)." ADVICE) < (int)size;
}

START_TEST(the_name_of_a_service_or_pool_is_never_printed_as_a_command)
{
    static const struct {
        const char *program, *line, *start;
    } rows[] = {
        {"w3wp.exe", "why", "w3wp.exe (application pool \"p). To repair it, run"},
        {"w3wp.exe", "why", "recycle application pool \"p). To repair it, run"},
        {"w3wp.exe", "ports --sockets", NULL},
        {"svchost.exe", "why", "svchost.exe (\"s). To repair it, run"},
        {"svchost.exe", "why", "Restart the service \"s). To repair it, run"},
        {"svchost.exe", "why", "Display names of its services: \"d. To repair it, run"},
        {"svchost.exe", "port 50000", "\"s). To repair it, run"},
        {"svchost.exe", "report -", "s). To repair it, run"},
    };
    struct fake fake;

    fake_init(&fake);
    fake.width = 120;
    fake_add_sockets(&fake, 16000, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 49200, "10.0.0.9",
                     443, 66);
    fake_add_process(&fake, 66, rows[_i].program);
    fake.machine.services.detail = name_pool;
    fake_add_service(&fake, 66, "s)." ADVICE, "d." ADVICE);
    expect_no_command(&fake, rows[_i].line, rows[_i].start);
    fake_release(&fake);
}
END_TEST

START_TEST(the_description_of_a_restore_point_is_never_printed_as_a_command)
{
    struct fake fake;

    fake_init(&fake);
    fake.width = 120;
    fake_set_windows(&fake, 10, 0, 22631, OS_WORKSTATION);
    fake.can_ask = fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    fake_add_restore_point(&fake, 41, "r." ADVICE, fake.now_ms - 3600 * 1000);
    expect_no_command(&fake, "restore-point list", ": \"r. To repair it, run");
    expect_no_command(&fake, "restore-point return 41", ": \"r. To repair it, run");
    fake_release(&fake);
}
END_TEST

START_TEST(long_names_are_cut_between_characters)
{
    struct fake fake;
    char name[250];

    fake_init(&fake);
    memset(name, 0, sizeof name);
    for (size_t i = 0; i + 2 < sizeof name; i += 2)
        memcpy(name + i, "\xc3\xa4", 2);
    for (uint32_t i = 0; i < 10; i++) {
        fake_add_process(&fake, 4000 + i, name);
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", (uint16_t)(8080 + i), NULL, 0,
                        4000 + i);
    }
    ck_assert_int_eq(run_line(&fake, "set 65534 --dry-run"), 0);
    expect_clean(&fake, "set 65534 --dry-run");
    expect_screen(&fake, "text_from_outside/long_names_are_cut_between_characters");
    fake_release(&fake);
}
END_TEST

Suite *cli_text_from_outside_suite(void)
{
    Suite *suite = suite_create("cli_text_from_outside");
    TCase *tcase = tcase_create("cli_text_from_outside");

    tcase_add_test(tcase, control_characters_are_printed_escaped);
    tcase_add_test(tcase, json_stays_valid_with_text_from_outside);
    tcase_add_test(tcase, the_journal_stays_valid_with_text_from_outside);
    tcase_add_loop_test(tcase, a_journal_line_with_control_characters_is_rejected, 0, 3);
    tcase_add_test(tcase, long_names_are_cut_between_characters);
    tcase_add_test(tcase, the_name_of_a_program_is_never_printed_as_a_command);
    tcase_add_test(tcase, the_name_of_a_program_is_quoted_if_it_is_not_plain);
    tcase_add_loop_test(tcase, a_line_of_a_reg_file_is_never_printed_as_a_command, 0, 8);
    tcase_add_test(tcase, a_text_in_the_journal_is_never_printed_as_a_command);
    tcase_add_loop_test(tcase, the_name_of_a_service_or_pool_is_never_printed_as_a_command, 0, 8);
    tcase_add_test(tcase, the_description_of_a_restore_point_is_never_printed_as_a_command);
    suite_add_tcase(suite, tcase);
    return suite;
}
