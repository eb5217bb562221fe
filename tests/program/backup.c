/* The whole key in a .reg file: the same as reg export's, and good for putting back
 * what no tool of Windows writes, byte for byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "program/suites.h"
#include "program/witness.h"

/* ---- values of every odd kind ------------------------------------------ */

enum { LARGE = 65536 };

static const struct odd {
    const wchar_t *name;
    DWORD type;
    size_t length;
    const char *bytes; /* NULL: LARGE bytes of everything */
    bool is_plain;     /* such as `restore --value` takes: an ASCII name */
} odds[] = {
    {L"TestNone", REG_NONE, 3, "\1\2\3", true},
    {L"TestString", REG_SZ, 8, "a\0\"\0\\\0\0\0", true},
    {L"TestUnended", REG_SZ, 2, "a\0", true},
    {L"TestOddLength", REG_SZ, 3, "a\0b", true},
    {L"TestHalfPair", REG_SZ, 8,
     "a\0\x00\xdc"
     "b\0\0\0",
     true},
    {L"TestLines", REG_SZ, 8, "a\0\r\0\n\0\0\0", true},
    {L"TestEmpty", REG_SZ, 0, "", true},
    {L"TestExpand", REG_EXPAND_SZ, 8, "%\0a\0%\0\0\0", true},
    {L"TestBinary", REG_BINARY, 4, "\0\xff\x7f\x80", true},
    {L"TestLarge", REG_BINARY, LARGE, NULL, true},
    {L"TestNumber", REG_DWORD, 4, "\1\2\3\4", true},
    {L"TestShort", REG_DWORD, 2, "\1\2", true},
    {L"TestNoNumber", REG_DWORD, 0, "", true},
    {L"TestLong", REG_DWORD, 8, "\1\2\3\4\5\6\7\x08", true},
    {L"TestBigEndian", REG_DWORD_BIG_ENDIAN, 4, "\1\2\3\4", true},
    {L"TestMulti", REG_MULTI_SZ, 10, "a\0\0\0b\0\0\0\0\0", true},
    {L"TestQword", REG_QWORD, 8, "\1\2\3\4\5\6\7\x08", true},
    {L"TestType", 12345, 5, "\0\1\2\3\4", true},
    {L"Test Quote\" Back\\slash", REG_SZ, 4, "x\0\0\0", true},
    {L"", REG_SZ, 4, "d\0\0\0", false}, /* the key's default value */
    {L"TestGr\u00fc\u00df\u20ac", REG_SZ, 4, "\xac \0\0", false},
    {L"TestHalf\xd800", REG_SZ, 4, "h\0\0\0", false},
    {L"TestOtherHalf\xdc00x", REG_DWORD, 4, "\1\0\0\0", false},
};

enum { ODD_COUNT = sizeof odds / sizeof *odds };

static unsigned char large[LARGE];

static const void *odd_bytes(const struct odd *odd)
{
    return odd->bytes ? (const void *)odd->bytes : large;
}

/* Wine's reg import ends a string that has no end. */
static bool is_for_reg_import(const struct odd *odd)
{
    bool has_end = odd->bytes && odd->length >= 2 && odd->length % 2 == 0 &&
                   memcmp(odd->bytes + odd->length - 2, "\0", 2) == 0;

    return !is_wine() || odd->type != REG_SZ || odd->length == 0 || has_end;
}

static void odd_write(const struct odd *odd)
{
    for (size_t i = 0; !odd->bytes && i < LARGE; i++)
        large[i] = (unsigned char)(i ^ i >> 8);
    value_write(odd->name, odd->type, odd_bytes(odd), odd->length);
}

static void odd_delete_all(void)
{
    for (size_t i = 0; i < ODD_COUNT; i++)
        value_delete(odds[i].name);
}

/* Values that a failed test leaves must not make the next ones fail. */
static void odd_teardown(void)
{
    odd_delete_all();
    bare_teardown();
}

/* ---- .reg files, read simply -------------------------------------------- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Reads a line and its continuations into `line`, whatever is not ASCII as \uXXXX. Returns the
 * beginning of the next line. */
static const wchar_t *read_joined_line(const wchar_t *unit, const wchar_t *end, char *line)
{
    char *put = line;
    bool goes_on = true;

    while (goes_on && unit < end) {
        goes_on = false;
        while (unit < end && *unit != L'\r') {
            if (*unit >= 0x80)
                put += sprintf(put, "\\u%04x", *unit);
            else
                *put++ = (char)*unit;
            unit++;
        }
        ck_assert(end - unit >= 2 && unit[1] == L'\n'); /* CRLF and nothing else */
        unit += 2;
        if (put > line && put[-1] == '\\' && line[0] != '[') {
            put--;
            goes_on = true;
            while (unit < end && *unit == L' ')
                unit++;
        }
    }
    *put = '\0';
    return unit;
}

/* "[key]" or "[key] name=data", to be freed; NULL for an empty line, a comment or the header.
 * `key` is the newest key line. */
static char *with_its_key(const char *line, char *key)
{
    size_t size = strlen(key) + strlen(line) + 2;
    char *whole;

    if (line[0] == '[') {
        strcpy(key, line);
        return _strdup(line);
    }
    if (line[0] == '"' || line[0] == '@') {
        whole = malloc(size);
        snprintf(whole, size, "%s %s", key, line);
        return whole;
    }
    ck_assert_msg(!*line || *line == ';' ||
                      strcmp(line, "Windows Registry Editor Version 5.00") == 0,
                  "a strange line: %s", line);
    return NULL;
}

/* The .reg file as sorted lines, one for each key and each value (with_its_key). free() it. */
static char *reg_values(const wchar_t *path)
{
    size_t length, count = 0;
    char *data = file_read(path, &length);
    const wchar_t *unit = (const wchar_t *)data, *end = unit + length / 2;
    char *line = calloc(length + 1, 6), *key = calloc(length + 1, 6);
    char **lines = calloc(length + 1, sizeof *lines);
    char *sorted;

    ck_assert(line && key && lines);
    ck_assert_uint_eq(length % 2, 0);
    ck_assert_uint_eq(*unit, 0xfeff);
    for (unit++; unit < end;) {
        unit = read_joined_line(unit, end, line);
        lines[count] = with_its_key(line, key);
        count += lines[count] != NULL;
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    sorted = calloc(1, length * 6 + strlen(key) * count + 1000 * count + 1);
    for (size_t i = 0, at = 0; i < count; i++) {
        at += (size_t)sprintf(sorted + at, "%s\n", lines[i]);
        free(lines[i]);
    }
    free(lines);
    free(key);
    free(line);
    free(data);
    return sorted;
}

/* ------------------------------------------------------------------------- */

START_TEST(a_backup_says_what_reg_export_says)
{
    static const wchar_t *const named[] = {L"Interfaces", L"Interfaces\\{0815}", NULL};
    HKEY key, below;

    /* What reg.exe can express: the rest it mangles. */
    for (size_t i = 0; i < ODD_COUNT; i++)
        if (odds[i].is_plain && odds[i].type != REG_SZ && odds[i].type != REG_MULTI_SZ &&
            !(odds[i].type == REG_DWORD && odds[i].length != 4)) /* reg export assumes 4 */
            odd_write(&odds[i]);
    value_write(L"TestString", REG_SZ, odds[1].bytes, odds[1].length);
    value_write_number(L"MaxUserPort", 60000);
    key = key_open(KEY_PATH, KEY_CREATE_SUB_KEY);
    ck_assert_int_eq(
        RegCreateKeyExW(key, SCRATCH_SUBKEY, 0, NULL, 0, KEY_WRITE, NULL, &below, NULL),
        ERROR_SUCCESS);
    RegCloseKey(key);
    for (size_t i = 0; named[i]; i++) {
        ck_assert_int_eq(RegCreateKeyExW(below, named[i], 0, NULL, 0, KEY_WRITE, NULL, &key, NULL),
                         ERROR_SUCCESS);
        RegSetValueExW(key, L"Value", 0, REG_DWORD, (const BYTE *)"\1\2\3\4", 4);
        RegCloseKey(key);
    }
    RegCloseKey(below);
    ASSERT_EXIT(maxport("backup \"%s\"", utf8(scratch_path(L"ours.reg"))), 0);
    ASSERT_EXIT(reg("export " KEY_FULL " \"%s\" /y", utf8(scratch_path(L"theirs.reg"))), 0);
    char *ours = reg_values(scratch_path(L"ours.reg"));
    char *theirs = reg_values(scratch_path(L"theirs.reg"));
    ck_assert_ptr_nonnull(strstr(ours, "\"MaxUserPort\"=dword:0000ea60"));
    ck_assert_ptr_nonnull(strstr(ours, "{0815}] \"Value\"=dword:04030201"));
    bool is_same = strcmp(ours, theirs) == 0;
    size_t at = 0;
    while (ours[at] && ours[at] == theirs[at])
        at++;
    for (; at > 0 && ours[at - 1] != '\n';)
        at--;
    if (!is_same)
        fprintf(stderr, "ours:\n%.300s\ntheirs:\n%.300s\n", ours + at, theirs + at);
    free(ours);
    free(theirs);
    ck_assert(is_same);
}
END_TEST

START_TEST(reg_import_of_a_backup_mends_a_damaged_key)
{
    value_write_number(L"MaxUserPort", 60000);
    char *before = key_snapshot();
    ASSERT_EXIT(maxport("backup \"%s\"", utf8(scratch_path(L"ours.reg"))), 0);
    value_delete(L"MaxUserPort");
    if (is_wine()) { /* a real machine wants these */
        value_write(L"Domain", REG_DWORD, "\1\2\3\4", 4);
        value_delete(L"DataBasePath");
    }
    ASSERT_EXIT(reg("import \"%s\"", utf8(scratch_path(L"ours.reg"))), 0);
    ASSERT_KEY_IS(before);
    free(before);
}
END_TEST

START_TEST(reg_import_of_a_backup_brings_odd_values_back_byte_for_byte)
{
    for (size_t i = 0; i < ODD_COUNT; i++)
        if (is_for_reg_import(&odds[i]))
            odd_write(&odds[i]);
    char *before = key_snapshot();
    ASSERT_EXIT(maxport("backup \"%s\"", utf8(scratch_path(L"ours.reg"))), 0);
    ASSERT_KEY_IS(before);
    odd_delete_all();
    ASSERT_EXIT(reg("import \"%s\"", utf8(scratch_path(L"ours.reg"))), 0);
    for (size_t i = 0; i < ODD_COUNT; i++)
        if (is_for_reg_import(&odds[i]))
            assert_value(odds[i].name, odds[i].type, odd_bytes(&odds[i]), odds[i].length);
    ASSERT_KEY_IS(before);
    free(before);
}
END_TEST

START_TEST(restore_brings_named_odd_values_back_byte_for_byte)
{
    char line[4096] = "restore 1 --yes";

    for (size_t i = 0; i < ODD_COUNT; i++)
        odd_write(&odds[i]);
    char *before = key_snapshot();
    ASSERT_EXIT(maxport("backup"), 0);
    for (size_t i = 0; i < ODD_COUNT; i++)
        if (odds[i].is_plain) {
            char name[128] = "";

            for (const wchar_t *c = odds[i].name; *c; c++)
                sprintf(name + strlen(name), *c == L'"' ? "\\%c" : "%c", (char)*c);
            value_delete(odds[i].name);
            sprintf(line + strlen(line), " --value \"%s\"", name);
        }
    ASSERT_EXIT(maxport("%s", line), 0);
    ASSERT_KEY_IS(before);
    /* All of it is one change. */
    ASSERT_EXIT(maxport("undo --yes"), 0);
    for (size_t i = 0; i < ODD_COUNT; i++)
        if (odds[i].is_plain)
            ck_assert(value_is_absent(odds[i].name));
    free(before);
}
END_TEST

START_TEST(restore_puts_back_settings_and_leaves_everything_else)
{
    value_write_number(L"MaxUserPort", 60000);
    ASSERT_EXIT(maxport("backup \"%s\"", utf8(scratch_path(L"ours.reg"))), 0);
    value_delete(L"MaxUserPort");
    value_write_number(L"TcpTimedWaitDelay", 30);
    value_write(L"TestNumber", REG_DWORD, "\1\2\3\4", 4);
    const struct run *run = maxport("restore \"%s\" --yes", utf8(scratch_path(L"ours.reg")));
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "TestNumber"); /* compared, and told */
    assert_number(L"MaxUserPort", 60000);
    assert_number(L"TcpTimedWaitDelay", 30); /* not in the file, and not --exact */
    assert_value(L"TestNumber", REG_DWORD, "\1\2\3\4", 4);
    ASSERT_EXIT(maxport("restore \"%s\" --yes --exact", utf8(scratch_path(L"ours.reg"))), 0);
    ck_assert(value_is_absent(L"TcpTimedWaitDelay"));
    assert_value(L"TestNumber", REG_DWORD, "\1\2\3\4", 4);
}
END_TEST

START_TEST(restore_never_writes_the_identity_of_the_machine)
{
    static const char *const names[] = {"Hostname",     "NV Hostname",    "Domain",  "NV Domain",
                                        "DataBasePath", "DhcpNameServer", "hostname"};

    ASSERT_EXIT(maxport("backup \"%s\"", utf8(scratch_path(L"ours.reg"))), 0);
    char *before = key_snapshot();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ASSERT_EXIT(maxport("restore \"%s\" --yes --value \"%s\"", utf8(scratch_path(L"ours.reg")),
                            names[i]),
                    2);
    ASSERT_KEY_IS(before);
    ck_assert(!is_there(store_path(L"")));
    free(before);
}
END_TEST

START_TEST(restore_takes_what_reg_export_wrote)
{
    value_write_number(L"MaxUserPort", 60000);
    ASSERT_EXIT(reg("export " KEY_FULL " \"%s\" /y", utf8(scratch_path(L"theirs.reg"))), 0);
    value_write_number(L"MaxUserPort", 50000);
    ASSERT_EXIT(maxport("restore \"%s\" --yes", utf8(scratch_path(L"theirs.reg"))), 0);
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(a_backup_never_replaces_a_file_unless_told_to)
{
    file_write(scratch_path(L"mine.reg"), "mine", 4);
    const struct run *run = maxport("backup \"%s\"", utf8(scratch_path(L"mine.reg")));
    ASSERT_EXIT(run, 2);
    ASSERT_SAYS(run->err, "--overwrite");
    size_t length;
    char *data = file_read(scratch_path(L"mine.reg"), &length);
    ck_assert_str_eq(data, "mine");
    free(data);
    ASSERT_EXIT(maxport("backup \"%s\" --overwrite", utf8(scratch_path(L"mine.reg"))), 0);
    char *values = reg_values(scratch_path(L"mine.reg"));
    ck_assert_ptr_nonnull(strstr(values, "DataBasePath"));
    free(values);
}
END_TEST

/* ---- files that are refused whole ---------------------------------------- */

#define HEAD "Windows Registry Editor Version 5.00\r\n\r\n"
#define KEY "[" KEY_FULL "]\r\n"
#define OF_KEY(lines) HEAD KEY lines

static const struct {
    const char *what;
    const char *text; /* written as UTF-16LE with a mark */
    const char *says;
    bool is_8_bit, has_no_mark;
} bad_files[] = {
    {"empty", "", "", true, true},
    {"no header", KEY "\"MaxUserPort\"=dword:0000ea60\r\n", "line 1", false, false},
    {"REGEDIT4", "REGEDIT4\r\n\r\n" KEY "\"MaxUserPort\"=dword:0000ea60\r\n", "", true, true},
    {"8-bit", OF_KEY("\"MaxUserPort\"=dword:0000ea60\r\n"), "", true, true},
    {"no byte order mark", OF_KEY("\"MaxUserPort\"=dword:0000ea60\r\n"), "", false, true},
    {"truncated", OF_KEY("\"MaxUserPort\"=dword:0000ea60\r\n\"TcpTimedWaitDelay\"=dwo"), "line 5",
     false, false},
    {"bad line", OF_KEY("\"MaxUserPort\"=dword:0000ea60\r\nnonsense\r\n"), "line 5", false, false},
    {"bad number", OF_KEY("\"MaxUserPort\"=dword:0000ea60\r\n\"Other\"=dword:xyz\r\n"), "line 5",
     false, false},
    {"another key",
     HEAD "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Other]\r\n\"MaxUserPort\"=dword:0000ea60\r\n", "line 3",
     false, false},
    {"another key too",
     OF_KEY("\"MaxUserPort\"=dword:0000ea60\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Other]\r\n"),
     "line 6", false, false},
    {"deleted key", HEAD "[-" KEY_FULL "]\r\n", "line 3", false, false},
};

START_TEST(a_bad_file_is_refused_whole)
{
    const char *text = bad_files[_i].text;
    wchar_t wide[2048] = {0xfeff};
    size_t start = bad_files[_i].has_no_mark ? 0 : 1;
    int count = MultiByteToWideChar(CP_UTF8, 0, text, -1, wide + start, 2000);

    ck_assert_int_gt(count, 0);
    if (bad_files[_i].is_8_bit)
        file_write(scratch_path(L"bad.reg"), text, strlen(text));
    else
        file_write(scratch_path(L"bad.reg"), wide, ((size_t)count - 1 + start) * 2);
    char *before = key_snapshot();
    const struct run *run = maxport("restore \"%s\" --yes", utf8(scratch_path(L"bad.reg")));
    ck_assert_msg(run->exit_code == 2, "%s: exit code %lu\n%s%s", bad_files[_i].what,
                  run->exit_code, run->out, run->err);
    ck_assert_msg(says(run->err, bad_files[_i].says), "%s: %s", bad_files[_i].what, run->err);
    ASSERT_SAYS(run->err, "bad.reg");
    ASSERT_KEY_IS(before);
    ck_assert(!is_there(store_path(L"")));
    free(before);
}
END_TEST

Suite *backup_suite(void)
{
    Suite *suite = suite_create("backup");
    TCase *tests = tcase_create("backup");

    tcase_add_checked_fixture(tests, bare_setup, odd_teardown);
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, a_backup_says_what_reg_export_says);
    tcase_add_test(tests, reg_import_of_a_backup_mends_a_damaged_key);
    tcase_add_test(tests, reg_import_of_a_backup_brings_odd_values_back_byte_for_byte);
    tcase_add_test(tests, restore_brings_named_odd_values_back_byte_for_byte);
    tcase_add_test(tests, restore_puts_back_settings_and_leaves_everything_else);
    tcase_add_test(tests, restore_never_writes_the_identity_of_the_machine);
    tcase_add_test(tests, restore_takes_what_reg_export_wrote);
    tcase_add_test(tests, a_backup_never_replaces_a_file_unless_told_to);
    tcase_add_loop_test(tests, a_bad_file_is_refused_whole, 0,
                        (int)(sizeof bad_files / sizeof *bad_files));
    return suite;
}
