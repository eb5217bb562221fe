/* Tests of regfile_read() with .reg files in the forms that regedit and people write. */
#include "core/journal/regfile_merge.h"

#include "core/journal/regfile_scene.h"
#include "suites.h"

#define VALUE "\"MaxUserPort\"=dword:0000fffe\r\n"

static const struct {
    const char *text;  /* the whole file, in an 8-bit code page or UTF-8 */
    uint32_t number;   /* expected value of MaxUserPort */
    unsigned line;     /* line of MaxUserPort */
    unsigned replaced; /* line of an earlier MaxUserPort; 0: there is none */
    unsigned ignored;  /* number of ignored keys */
} accepted[] = {
    {"Windows Registry Editor Version 5.00\n\n; tuned\n" KEY VALUE, 65534, 5, 0, 0},
    {"\xef\xbb\xbf" HEADER "; f\xc3\xbcr\r\n" KEY VALUE, 65534, 4, 0, 0},
    {HEADER "; f\xfcr viele Verbindungen\r\n" KEY VALUE, 65534, 4, 0, 0},
    {HEADER KEY "\"MaxUserPort\"=dword:0000fffe ; h\xf6"
                "chster Port\r\n",
     65534, 3, 0, 0},
    {HEADER KEY "\"MaxUserPort\"=dword:fffe\r\n", 65534, 3, 0, 0},
    {HEADER KEY "\"MaxUserPort\"=dword:0000FFFE   \r\n", 65534, 3, 0, 0},
    {"Windows Registry Editor Version 5.00   \r\n" KEY VALUE, 65534, 3, 0, 0},
    {HEADER
     "[HKEY_CURRENT_USER\\Software\\Example]\r\n\"a\"=dword:00000001\r\n\"b\"=odd\r\n" KEY VALUE
     "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Example]\r\n\"MaxUserPort\"=dword:00001388\r\n",
     65534, 6, 0, 2},
    {HEADER "[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Example]\r\n" KEY VALUE, 65534, 4, 0, 1},
    {HEADER KEY VALUE
     "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\PARAMETERS]\r\n"
     "\"TcpTimedWaitDelay\"=dword:0000001e\r\n",
     65534, 3, 0, 0},
    {HEADER KEY "\"MaxUserPort\"=dword:00008000\r\n" VALUE, 65534, 4, 3, 0},
    {HEADER KEY "\"MaxUserPort\"=dword:00008000\r\n" KEY "\"maxuserport\"=dword:0000fffe\r\n",
     65534, 5, 3, 0},
    {HEADER "[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "] ; the key\r\n" VALUE, 65534, 3, 0, 0},
    {HEADER KEY "\"a;b\"=\"c;d\"\r\n" VALUE, 65534, 4, 0, 0},
};

START_TEST(files_of_people_are_read)
{
    struct regfile file;
    struct fault fault;
    const char *text = accepted[_i].text;
    ck_assert_msg(read_bytes(text, strlen(text), &file, &fault), "%s", fault.text);
    const struct regfile_value *value = regfile_find(&file, TCPIP_PARAMETERS, "MaxUserPort");
    ck_assert_ptr_nonnull(value);
    ck_assert_int_eq(value->value.kind, VALUE_NUMBER);
    ck_assert_uint_eq(value->value.number, accepted[_i].number);
    ck_assert_uint_eq(value->line, accepted[_i].line);
    ck_assert_uint_eq(value->replaced_line, accepted[_i].replaced);
    ck_assert_uint_eq(file.ignored_count, accepted[_i].ignored);
    regfile_release(&file);
}
END_TEST

static const struct {
    const char *text, *words;
} refused[] = {
    {HEADER KEY "\"Max\xdcserPort\"=dword:0000fffe\r\n",
     "line 3: the line contains a character that 8-bit"},
    {HEADER KEY "\"MaxUserPort\"=dword:\r\n",
     "line 3: dword: is not followed by 1 to 8 hex digits"},
    {HEADER KEY "\"MaxUserPort\"=dword:00000fffe\r\n", "line 3: dword:"},
    {HEADER "[HKLM\\" TCPIP_PARAMETERS "]\r\n" VALUE,
     "line 2: a .reg file must spell the root out"},
    {HEADER "[-HKCU\\x]\r\n", "line 2: a .reg file must spell the root out"},
    {HEADER "[-HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "]\r\n", "line 2: the line deletes a key"},
    {HEADER "[-HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "\\Interfaces]\r\n",
     "the line deletes a key"},
    {HEADER "\r\n-[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "]\r\n",
     "line 3: this is not a line of a .reg "
     "file; to delete a key, write [-HKEY_"},
    {"\xef\xbb\xbf" HEADER "; f\xfcr\r\n" KEY VALUE, "line 2: the text is not valid UTF-8"},
    {"REGEDIT4\r\n" KEY VALUE, "REGEDIT4"},
    {"Windows Registry Editor Version 4.00\r\n" KEY VALUE, "the first line is not"},
};

START_TEST(a_line_without_a_certain_meaning_is_refused)
{
    struct regfile file;
    struct fault fault;
    const char *text = refused[_i].text;
    ck_assert(!read_bytes(text, strlen(text), &file, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_msg(strstr(fault.text, refused[_i].words) != NULL, "%s", fault.text);
    ck_assert_msg(strstr(fault.text, "Nothing was changed.") != NULL, "%s", fault.text);
}
END_TEST

START_TEST(keys_and_values_that_repeat_are_merged_in_any_number)
{
    enum { REPEATS = 300 };
    struct regfile file;
    struct fault fault;
    struct text text;
    text_init(&text);
    text_puts(&text, HEADER);
    for (int i = 0; i < REPEATS; i++)
        text_printf(&text,
                    KEY
                    "\"n\"=dword:%x\r\n\"v%d\"=dword:1\r\n[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS
                    "\\k%d]\r\n\"n\"=dword:%x\r\n",
                    i, i, i % 7, i);
    ck_assert_msg(read_bytes(text_string(&text), text.length, &file, &fault), "%s", fault.text);
    text_release(&text);
    ck_assert_uint_eq(file.key_count, 8);
    ck_assert_uint_eq(file.count, 1 + REPEATS + 7);
    ck_assert_uint_eq(regfile_find(&file, TCPIP_PARAMETERS, "N")->value.number, REPEATS - 1);
    ck_assert_uint_eq(regfile_find(&file, TCPIP_PARAMETERS, "v17")->value.number, 1);
    ck_assert_uint_eq(regfile_find(&file, TCPIP_PARAMETERS "\\K3", "n")->value.number, 297);
    for (size_t k = 0; k < file.key_count; k++)
        for (size_t i = 0; i < file.keys[k].count; i++)
            ck_assert_str_eq(file.values[file.keys[k].first + i].key, file.keys[k].path);
    regfile_release(&file);
}
END_TEST

Suite *regfile_merge_suite(void)
{
    Suite *suite = suite_create("regfile_merge");
    TCase *tests = tcase_create("regfile_merge");
    tcase_add_loop_test(tests, files_of_people_are_read, 0, COUNT(accepted));
    tcase_add_loop_test(tests, a_line_without_a_certain_meaning_is_refused, 0, COUNT(refused));
    tcase_add_test(tests, keys_and_values_that_repeat_are_merged_in_any_number);
    suite_add_tcase(suite, tests);
    return suite;
}
