#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/html.h"
#include "cli/run.h"
#include "suites.h"

/* ---- checks of a page ---- */

#define DOCUMENTS "C:\\Users\\ann\\Documents\\"

static const char usual_name[] = DOCUMENTS "maxport-SERVER1-20261122-100000.html";

static const char *page_of(const struct fake *fake, const char *name)
{
    const struct fake_file *file = fake_folder_find(&fake->files, name);

    ck_assert_msg(file, "file %s is missing; %zu others exist, the first %s", name,
                  fake->files.count, fake->files.count ? fake->files.files[0].name : "-");
    return file->data;
}

static bool is_void(const char *name)
{
    return strcmp(name, "meta") == 0 || strcmp(name, "br") == 0 || strcmp(name, "!DOCTYPE") == 0;
}

/* Checks that all elements are closed in the right order and all attributes are quoted. Each & must
 * begin an entity and each < must begin a tag. */
static void expect_balanced(const char *page)
{
    enum { DEPTH_MAX = 32, NAME_SIZE = 16 };
    char open[DEPTH_MAX][NAME_SIZE], name[NAME_SIZE];
    size_t depth = 0;

    for (const char *at = page; *at;) {
        size_t text = strcspn(at, "<&"), length;
        bool is_end;

        ck_assert_msg(!memchr(at, '>', text) || (depth && !strcmp(open[depth - 1], "style")),
                      "a bare > in: %.60s", at);
        at += text;
        if (!*at)
            break;
        if (*at == '&') {
            length = strcspn(at, "; <\n");
            ck_assert_msg(at[length] == ';' && length < 8, "a bare & in: %.40s", at);
            at += length;
            continue;
        }
        at++;
        is_end = *at == '/';
        at += is_end;
        length = strcspn(at, " />\n");
        ck_assert_msg(length > 0 && length < NAME_SIZE, "no element: <%.40s", at);
        memcpy(name, at, length);
        name[length] = '\0';
        for (at += length; *at && *at != '>'; at++)
            if (*at == '"') {
                at = strchr(at + 1, '"');
                ck_assert_ptr_nonnull(at);
            }
        ck_assert_int_eq(*at, '>');
        if (is_end) {
            ck_assert_msg(depth > 0 && strcmp(open[depth - 1], name) == 0,
                          "</%s> closes <%s>: %.60s", name, depth ? open[depth - 1] : "nothing",
                          at);
            depth--;
        } else if (at[-1] != '/' && !is_void(name)) {
            ck_assert_uint_lt(depth, DEPTH_MAX);
            strcpy(open[depth++], name);
        }
        at++;
    }
    ck_assert_uint_eq(depth, 0);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

/* Checks that the page loads no other file, runs no script, and is accessible to a screen
 * reader. */
static void expect_page(const char *page)
{
    static const char *const forbidden[] = {"http:",   "https:", " src=", "url(",    "@import",
                                            "<script", "<link",  "<img",  "<iframe", " onload"};

    expect_balanced(page);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        expect_not_in(page, forbidden[i]);
    for (const char *href = page; (href = strstr(href, "href=\"")); href++) {
        char id[40] = " id=\"";
        size_t length = strcspn(href + 7, "\"");

        ck_assert_int_eq(href[6], '#');
        ck_assert_uint_lt(length, 20);
        strncat(id, href + 7, length + 1);
        ck_assert_msg(strstr(page, id), "a link without a target: %.40s", href);
    }
    ck_assert_uint_eq(count_of(page, "<h1"), 1);
    ck_assert_uint_eq(count_of(page, "<table"), count_of(page, "<caption"));
    ck_assert_uint_eq(count_of(page, "<th>"), 0); /* every header cell must have a scope */
    expect_in(page, "<html lang=\"en\">");
    expect_in(page, "<meta charset=\"utf-8\">");
    expect_in(page, "Content-Security-Policy\" content=\"default-src 'none'; style-src");
    expect_in(page, "@media (prefers-color-scheme:dark)");
    expect_in(page, "@media print");
}

/* ---- a busy machine ---- */

static void busy(struct fake *fake)
{
    fake_init(fake);
    fake_put_number(fake, "MaxUserPort", 65534);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_WMI);
            fake_exclude(fake, (enum protocol)p, (enum family)f, 50000, 60, true);
        }
    fake_exclude(fake, PROTOCOL_TCP, FAMILY_IPV4, 1000, 100, false);
    fake_add_sockets(fake, 12000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 1500, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 62000, "10.0.0.9",
                     1433, 4711);
    fake_add_sockets(fake, 75, PROTOCOL_TCP, STATE_ESTABLISHED, "fe80::1", 64000,
                     "2001:db8:1111:2222:3333:4444:5555:6666", 443, 5000);
    fake_add_sockets(fake, 40, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50500, NULL, 0, 1234);
    fake_add_process(fake, 4711, "sqlagent.exe");
    fake_add_process(fake, 1234, "svchost.exe");
    fake_add_service(fake, 1234, "Dnscache", "DNS Client");
    fake_add_event(fake, 4231, fake->now_ms - 50 * 60 * 1000);
    fake_add_event(fake, 4227, fake->now_ms - 40 * 60 * 1000);
    fake->memory.is_pool_known = true;
    fake->memory.nonpaged_pool_bytes = 152 * 1024 * 1024;
}

START_TEST(the_page_contains_all_sections)
{
    struct fake fake;
    const char *page;

    busy(&fake);
    fake_add_service(&fake, 1234, "NlaSvc", "NLA");
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes --reason CHG0815"), 0);
    ck_assert_int_eq(run_line(&fake, "report ticket.html"), 0);
    expect_screen(&fake, "report/the_page_contains_all_sections");
    expect_fits(fake_out(&fake), 80);
    ck_assert_str_eq(fake_error(&fake), "");
    page = page_of(&fake, "ticket.html");
    expect_page(page);
    golden_check("cli/report/the_page_contains_all_sections.html", page);
    fake_release(&fake);
}
END_TEST

START_TEST(the_page_prints_changes_as_history_does)
{
    struct fake fake;
    const char *page;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_put_number(&fake, "MaxUserPort", 6000);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_in(fake_out(&fake), "done, undone");
    expect_in(fake_out(&fake), "done, undoes change 1");
    expect_in(fake_out(&fake), "done, no longer in effect");
    ck_assert_int_eq(run_line(&fake, "report states.html"), 0);
    page = page_of(&fake, "states.html");
    expect_in(page, "<td>done, undone</td>");
    expect_in(page, "<td>done, undoes change 1</td>");
    expect_in(page, "<td>done, no longer in effect</td>");
    fake_release(&fake);
}
END_TEST

START_TEST(the_page_lists_unreadable_data)
{
    struct fake fake;
    const char *page;

    fake_init(&fake);
    fake.can_show_bound = fake.can_show_owners = false;
    fake.is_boot_known = false;
    fake.store_state = STORE_UNTRUSTED;
    fake.tables[PROTOCOL_UDP][FAMILY_IPV6].is_available = false;
    fake.tables[PROTOCOL_UDP][FAMILY_IPV6].code = 50;
    fake_upset(&fake, FAKE_CALL(CALL_MEMORY_READ), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "report"), 0);
    page = page_of(&fake, usual_name);
    expect_page(page);
    page = strstr(page, "<h2 id=\"gaps\"");
    ck_assert_ptr_nonnull(page);
    golden_check("cli/report/the_page_lists_unreadable_data.html", page);
    fake_release(&fake);
}
END_TEST

START_TEST(a_page_is_written_even_without_data)
{
    struct fake fake;

    fake_init(&fake);
    fake_set_windows(&fake, 6, 1, 7601, OS_SERVER);
    /* The effect of MaxUserPort on this version of Windows is unknown. */
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH) | FAKE_CALL(CALL_MEMORY_READ), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "report"), 0);
    expect_page(page_of(&fake, usual_name));
    expect_in(page_of(&fake, usual_name), "<h2 id=\"use\">Use</h2>\n<p>Unknown: ");
    fake_release(&fake);
}
END_TEST

START_TEST(text_from_outside_never_becomes_markup)
{
    static const char evil[] = "<script>alert(1)</script>\"'&\x1b[31m\x80\u202egpj.exe";
    struct fake fake;
    const char *page;

    busy(&fake);
    fake_add_process(&fake, 5000, evil);
    strcpy(fake.identity.account, "<b>\"&'");
    strcpy(fake.identity.computer, "A<i>\u202eB");
    fake_put(&fake, TCPIP_PARAMETERS, "TcpTimedWaitDelay", TYPE_SZ, "<\0>\0", 4);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes --reason </td><h1>&amp;"), 0);
    ck_assert_int_eq(run_line(&fake, "report page.html"), 0);
    page = page_of(&fake, "page.html");
    expect_page(page);
    expect_in(page,
              "&quot;&lt;script&gt;alert(1)&lt;/script&gt;\\x22&#39;&amp;\\x1b[31m\\x80\\u202e"
              "gpj.exe&quot;, PID 5000"); /* maxport quotes a name that contains "(" */
    expect_in(page, "<h1>Ports of A&lt;i&gt;\\u202eB</h1>");
    expect_in(page, "by &lt;b&gt;&quot;&amp;&#39;.");
    expect_in(page, "&lt;/td&gt;&lt;h1&gt;&amp;amp;");
    for (const char *c = page; *c; c++)
        ck_assert_msg((unsigned char)*c >= 0x20 || *c == '\n', "byte %u", (unsigned char)*c);
    fake_release(&fake);
}
END_TEST

START_TEST(each_table_has_at_most_50_rows)
{
    struct fake fake;
    const char *page;

    fake_init(&fake);
    for (unsigned i = 0; i < 70; i++) {
        struct text address;

        text_init(&address);
        text_printf(&address, "192.168.1.%u", i);
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", (uint16_t)(50000 + i),
                        text_string(&address), 80, 6000 + i);
        fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", (uint16_t)(50000 + i), NULL, 0,
                        6000 + i);
        fake_add_event(&fake, 4227, fake.now_ms - 100000 + (int)i * 1000);
        text_release(&address);
    }
    ck_assert_int_eq(run_line(&fake, "report"), 0);
    page = page_of(&fake, usual_name);
    expect_page(page);
    ck_assert_uint_eq(count_of(page, "<code>192.168.1."), 50);
    ck_assert_uint_eq(count_of(page, "Processes not shown: 20, none with more ports."), 2);
    expect_in(page, "Remote endpoints not shown: 20, none with more ports.");
    expect_in(page, "Events not shown: 20, all older.");
    fake_release(&fake);
}
END_TEST

/* ---- the file ---- */

START_TEST(the_default_name_contains_computer_and_time)
{
    struct fake fake;

    fake_init(&fake);
    fake.offset_seconds = 3600;
    strcpy(fake.identity.computer, "WEB 1\\..\u00fc");
    ck_assert_int_eq(run_line(&fake, "report"), 0);
    page_of(&fake, DOCUMENTS "maxport-WEB-1------20261122-110000.html");
    fake.identity.computer[0] = '\0';
    ck_assert_int_eq(run_line(&fake, "report"), 0);
    page_of(&fake, DOCUMENTS "maxport-20261122-110000.html");
    ck_assert_uint_eq(fake.registry_writes + fake.store_writes + fake.range_writes, 0);
    fake_release(&fake);
}
END_TEST

START_TEST(a_report_never_replaces_another)
{
    struct fake fake;

    fake_init(&fake);
    fake_folder_put(&fake.files, usual_name, "mine", 4);
    ck_assert_int_eq(run_line(&fake, "report"), 0);
    ck_assert_str_eq(page_of(&fake, usual_name), "mine");
    expect_page(page_of(&fake, DOCUMENTS "maxport-SERVER1-20261122-100000-2.html"));
    expect_in(fake_out(&fake), DOCUMENTS "maxport-SERVER1-20261122-100000-2.html");
    ck_assert_int_eq(run_line(&fake, "report"), 0);
    expect_page(page_of(&fake, DOCUMENTS "maxport-SERVER1-20261122-100000-3.html"));
    ck_assert_int_eq(run_line(&fake, "report --overwrite"), 2);
    ck_assert_uint_eq(fake.files.count, 3);
    fake_release(&fake);
}
END_TEST

START_TEST(without_documents_a_file_must_be_named)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_FILES_DOCUMENTS), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "report"), 1);
    expect_in(fake_error(&fake), "Name a FILE");
    ck_assert_uint_eq(fake.files.count, 0);
    ck_assert_int_eq(run_line(&fake, "report page.html"), 0);
    fake_release(&fake);
}
END_TEST

START_TEST(a_dash_prints_the_page)
{
    struct fake fake;

    busy(&fake);
    ck_assert_int_eq(run_line(&fake, "report -"), 0);
    expect_page(fake_out(&fake));
    ck_assert_uint_eq(fake.files.count, 0);
    ck_assert_int_eq(run_line(&fake, "report - --json"), 2);
    ck_assert_int_eq(run_line(&fake, "report - --overwrite"), 2);
    fake_release(&fake);
}
END_TEST

START_TEST(only_overwrite_replaces_an_existing_file)
{
    struct fake fake;

    fake_init(&fake);
    fake_folder_put(&fake.files, "old.html", "mine", 4);
    ck_assert_int_eq(run_line(&fake, "report old.html"), 2);
    expect_in(fake_error(&fake), "--overwrite");
    ck_assert_str_eq(page_of(&fake, "old.html"), "mine");
    ck_assert_str_eq(fake_out(&fake), "");
    ck_assert_int_eq(run_line(&fake, "report old.html --overwrite"), 0);
    expect_page(page_of(&fake, "old.html"));
    fake_release(&fake);
}
END_TEST

START_TEST(an_unwritable_file_fails_the_report)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_FILES_WRITE), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "report page.html"), 1);
    ck_assert_ptr_null(fake_folder_find(&fake.files, "page.html"));
    ck_assert_str_eq(fake_out(&fake), "");
    ck_assert_int_eq(run_line(&fake, "report a b"), 2);
    ck_assert_int_eq(run_line(&fake, "report --json --overwrite"), 2);
    fake_release(&fake);
}
END_TEST

START_TEST(an_interrupted_report_leaves_no_file)
{
    struct fake fake;

    busy(&fake); /* with so many ports in use, report takes a second sample */
    fake.is_stop_requested = true;
    ck_assert_int_eq(run_line(&fake, "report"), 5);
    expect_screen(&fake, "report/an_interrupted_report_leaves_no_file");
    ck_assert_uint_eq(fake.files.count, 0);
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_the_report)
{
    struct fake fake;
    json_t *document;

    busy(&fake);
    ck_assert_int_eq(run_line(&fake, "report --json"), 0);
    ck_assert_uint_eq(fake.files.count, 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.report/1");
    ck_assert(json_is_null(json_at(document, "file")));
    ck_assert_str_eq(json_text_at(document, "computer"), "SERVER1");
    ck_assert_str_eq(json_text_at(document, "verdict.kind"), "filling");
    ck_assert_str_eq(json_text_at(document, "diagnosis.kind"), "time_wait_churn");
    ck_assert_int_eq(json_number_at(document, "settings.MaxUserPort.stored"), 65534);
    ck_assert_str_eq(json_text_at(document, "ranges.tcp.ipv4.running.source"), "wmi");
    ck_assert_int_eq(json_number_at(document, "ranges.tcp.ipv4.running.excluded"), 60);
    ck_assert_str_eq(json_text_at(document, "ranges.udp.ipv6.predicted.confidence"), "inferred");
    ck_assert_uint_eq(json_array_size(json_at(document, "exclusions")), 5);
    ck_assert_int_eq(json_number_at(document, "usage.tcp.in_use"), 13500);
    ck_assert_int_eq(json_number_at(document, "processes.0.ports"), 12000);
    ck_assert(json_is_null(json_at(document, "processes.0.pid")));
    ck_assert_int_eq(json_number_at(document, "processes.1.pid"), 4711);
    ck_assert_str_eq(json_text_at(document, "remotes.0.address"), "10.0.0.9");
    ck_assert_int_eq(json_number_at(document, "remotes.0.port"), 443);
    ck_assert_uint_eq(json_array_size(json_at(document, "events.rows")), 2);
    ck_assert_uint_eq(json_array_size(json_at(document, "changes")), 0);
    ck_assert_int_eq(json_number_at(document, "pool_in_use_bytes"), 159383552);
    ck_assert(json_is_array(json_at(document, "not_shown")));
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "report page.html --json"), 0);
    document = out_json(&fake);
    expect_in(json_text_at(document, "file"), "page.html");
    json_decref(document);
    expect_page(page_of(&fake, "page.html"));
    fake_release(&fake);
}
END_TEST

START_TEST(report_survives_every_failing_call)
{
    for (unsigned nth = 1;; nth++) {
        struct fake fake;
        const struct fake_file *file;
        bool has_struck;

        busy(&fake);
        fake_upset(&fake, FAKE_FAILABLE & ~FAKE_CALL(CALL_SCREEN_WRITE), nth, FAIL_BEFORE);
        int code = run_line(&fake, "report page.html");
        has_struck = fake.has_struck;
        file = fake_folder_find(&fake.files, "page.html");
        ck_assert((code == 0) == (file != NULL));
        ck_assert(code == 0 || fake.struck == CALL_OS_VERSION_READ ||
                  fake.struck == CALL_FILES_WRITE);
        if (file)
            expect_page(file->data);
        fake_release(&fake);
        if (!has_struck)
            break;
    }
}
END_TEST

/* ---- html ---- */

static const struct {
    const char *text, *escaped;
} escapes[] = {
    {"", ""},
    {"a & b", "a &amp; b"},
    {"<i>", "&lt;i&gt;"},
    {"\"'", "&quot;&#39;"},
    {"\x01\t\n\x7f", "\\x01\\x09\\x0a\\x7f"},
    {"\xff<", "\\xff&lt;"},
    {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"\u202e\u2066\u200f\u061c", "\\u202e\\u2066\\u200f\\u061c"},
    {"\xc2\x85", "\\x85"},
    {"&lt;", "&amp;lt;"},
    /* Each run of right-to-left words is isolated, because such words can reorder the text beside
     * them. */
    {"\u05d0\u05d1 \u05d2 (1204)", "<bdi>\u05d0\u05d1 \u05d2</bdi> (1204)"},
    {"a\u0627,\u07c0\ufefc", "a<bdi>\u0627</bdi>,<bdi>\u07c0\ufefc</bdi>"},
    {"\U00010800\U0001e943 < \u058f\u0900", "<bdi>\U00010800\U0001e943</bdi> &lt; \u058f\u0900"},
};

START_TEST(html_text_is_escaped)
{
    struct html html;

    html_init(&html);
    html_text(&html, escapes[_i].text);
    ck_assert_str_eq(text_string(&html.text), escapes[_i].escaped);
    html_release(&html);
    html_init(&html);
    html_printf(&html, "%s", escapes[_i].text);
    ck_assert_str_eq(text_string(&html.text), escapes[_i].escaped);
    html_release(&html);
}
END_TEST

START_TEST(a_title_contains_no_markup)
{
    struct html html;

    html_init(&html);
    html_element(&html, "title", "", "%s", "\u05d0 1");
    html_element(&html, "h1", "", "%s", "\u05d0 1");
    ck_assert_str_eq(text_string(&html.text),
                     "<title>\u05d0 1</title>\n<h1><bdi>\u05d0</bdi> 1</h1>\n");
    html_release(&html);
}
END_TEST

START_TEST(unbalanced_html_is_reported)
{
    struct html html;

    html_init(&html);
    html_open(&html, "p", " class=\"x\"");
    html_element(&html, "strong", "", "%d < %d", 1, 2);
    ck_assert(!html_is_whole(&html));
    html_close(&html);
    ck_assert(html_is_whole(&html));
    ck_assert_str_eq(text_string(&html.text), "<p class=\"x\"><strong>1 &lt; 2</strong></p>\n");
    html_close(&html);
    ck_assert(!html_is_whole(&html));
    html_release(&html);
    html_init(&html);
    for (int i = 0; i <= HTML_DEPTH_MAX; i++)
        html_open(&html, "p", "");
    ck_assert(!html_is_whole(&html));
    html_release(&html);
}
END_TEST

Suite *report_suite(void)
{
    Suite *suite = suite_create("report");
    TCase *tcase = tcase_create("report");

    tcase_add_test(tcase, the_page_contains_all_sections);
    tcase_add_test(tcase, the_page_prints_changes_as_history_does);
    tcase_add_test(tcase, the_page_lists_unreadable_data);
    tcase_add_test(tcase, a_page_is_written_even_without_data);
    tcase_add_test(tcase, text_from_outside_never_becomes_markup);
    tcase_add_test(tcase, each_table_has_at_most_50_rows);
    tcase_add_test(tcase, the_default_name_contains_computer_and_time);
    tcase_add_test(tcase, a_report_never_replaces_another);
    tcase_add_test(tcase, without_documents_a_file_must_be_named);
    tcase_add_test(tcase, a_dash_prints_the_page);
    tcase_add_test(tcase, only_overwrite_replaces_an_existing_file);
    tcase_add_test(tcase, an_unwritable_file_fails_the_report);
    tcase_add_test(tcase, an_interrupted_report_leaves_no_file);
    tcase_add_test(tcase, json_contains_the_report);
    tcase_add_test(tcase, report_survives_every_failing_call);
    tcase_add_loop_test(tcase, html_text_is_escaped, 0, sizeof escapes / sizeof *escapes);
    tcase_add_test(tcase, a_title_contains_no_markup);
    tcase_add_test(tcase, unbalanced_html_is_reported);
    suite_add_tcase(suite, tcase);
    return suite;
}
