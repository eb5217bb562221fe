#include "program/witness.h"

#include <shlobj.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static wchar_t store[STORE_PATHS], scratch[STORE_PATHS];
static char *key_at_begin;

bool is_wine(void)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
}

/* ------------------------------------------------------------ growing text */

struct growing {
    char *data;
    size_t length;
};

static void grow(struct growing *text, const char *format, ...)
    __attribute__((format(gnu_printf, 2, 3)));

static void grow(struct growing *text, const char *format, ...)
{
    va_list list, again;
    int more;
    char *longer;

    va_start(list, format);
    va_copy(again, list);
    more = vsnprintf(NULL, 0, format, list);
    longer = realloc(text->data, text->length + (size_t)more + 1);
    ck_assert_ptr_nonnull(longer);
    text->data = longer;
    vsnprintf(longer + text->length, (size_t)more + 1, format, again);
    text->length += (size_t)more;
    va_end(again);
    va_end(list);
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ------------------------------------------------------------ registry */

HKEY key_open(const wchar_t *path, REGSAM access)
{
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, access, &key);

    ck_assert_msg(error == ERROR_SUCCESS, "%ls cannot be opened: error %ld", path, error);
    return key;
}

void value_write(const wchar_t *name, DWORD type, const void *data, size_t length)
{
    HKEY key = key_open(KEY_PATH, KEY_SET_VALUE);
    LONG error = RegSetValueExW(key, name, 0, type, data, (DWORD)length);

    RegCloseKey(key);
    ck_assert_int_eq(error, ERROR_SUCCESS);
}

void value_write_number(const wchar_t *name, DWORD number)
{
    value_write(name, REG_DWORD, &number, sizeof number);
}

void value_delete(const wchar_t *name)
{
    HKEY key = key_open(KEY_PATH, KEY_SET_VALUE);
    LONG error = RegDeleteValueW(key, name);

    RegCloseKey(key);
    ck_assert(error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND);
}

bool value_is_absent(const wchar_t *name)
{
    HKEY key = key_open(KEY_PATH, KEY_QUERY_VALUE);
    LONG error = RegQueryValueExW(key, name, NULL, NULL, NULL, NULL);

    RegCloseKey(key);
    ck_assert(error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND);
    return error == ERROR_FILE_NOT_FOUND;
}

void assert_value(const wchar_t *name, DWORD type, const void *data, size_t length)
{
    static unsigned char found[128 * 1024];
    HKEY key = key_open(KEY_PATH, KEY_QUERY_VALUE);
    DWORD found_type = 0, found_length = sizeof found;
    LONG error = RegQueryValueExW(key, name, NULL, &found_type, found, &found_length);

    RegCloseKey(key);
    ck_assert_msg(error == ERROR_SUCCESS, "%ls: error %ld", name, error);
    ck_assert_msg(found_type == type, "%ls has the type %lu", name, found_type);
    ck_assert_msg(found_length == length, "%ls has the length %lu", name, found_length);
    ck_assert_msg(memcmp(found, data, length) == 0, "%ls has other bytes", name);
}

void assert_number(const wchar_t *name, DWORD number)
{
    assert_value(name, REG_DWORD, &number, sizeof number);
}

/* Appends the code units of a name. Spaces, backslashes and units that are not printable ASCII are
 * in hexadecimal, because a name may be invalid UTF-16. */
static void grow_units(struct growing *text, const wchar_t *units, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (units[i] > 0x20 && units[i] < 0x7f && units[i] != '\\')
            grow(text, "%c", units[i]);
        else
            grow(text, "\\%04x", units[i]);
}

struct rows {
    char **rows;
    size_t count;
};

static void add_row(struct rows *rows, char *row)
{
    char **longer = realloc(rows->rows, (rows->count + 1) * sizeof *longer);

    ck_assert_ptr_nonnull(longer);
    rows->rows = longer;
    longer[rows->count++] = row;
}

static void collect_key(HKEY key, const wchar_t *path, struct rows *rows)
{
    static unsigned char data[256 * 1024];
    wchar_t name[16384];
    DWORD count, length, type;

    for (DWORD i = 0;; i++) {
        struct growing row = {0};
        LONG error;

        count = 16384;
        length = sizeof data;
        error = RegEnumValueW(key, i, name, &count, NULL, &type, data, &length);
        if (error == ERROR_NO_MORE_ITEMS)
            break;
        ck_assert_int_eq(error, ERROR_SUCCESS);
        grow(&row, "%ls : ", path);
        grow_units(&row, name, count);
        grow(&row, " : %lu : ", type);
        for (DWORD b = 0; b < length; b++)
            grow(&row, "%02x", data[b]);
        add_row(rows, row.data);
    }
    for (DWORD i = 0;; i++) {
        wchar_t below[1024];
        struct growing row = {0};
        HKEY subkey;
        LONG error;

        count = 256;
        error = RegEnumKeyExW(key, i, name, &count, NULL, NULL, NULL, NULL);
        if (error == ERROR_NO_MORE_ITEMS)
            break;
        ck_assert_int_eq(error, ERROR_SUCCESS);
        snwprintf(below, 1024, L"%ls\\%ls", path, name);
        grow(&row, "%ls", below);
        add_row(rows, row.data);
        if (RegOpenKeyExW(key, name, 0, KEY_READ, &subkey) == ERROR_SUCCESS) {
            collect_key(subkey, below, rows);
            RegCloseKey(subkey);
        }
    }
}

char *key_snapshot(void)
{
    struct rows rows = {0};
    struct growing all = {0};
    HKEY key = key_open(KEY_PATH, KEY_READ);

    collect_key(key, L"", &rows);
    RegCloseKey(key);
    qsort(rows.rows, rows.count, sizeof *rows.rows, compare_strings);
    grow(&all, "%s", "");
    for (size_t i = 0; i < rows.count; i++) {
        grow(&all, "%s\n", rows.rows[i]);
        free(rows.rows[i]);
    }
    free(rows.rows);
    return all.data;
}

void assert_key_is(const char *snapshot, const char *file, int line)
{
    char *now = key_snapshot();
    bool is_same = strcmp(now, snapshot) == 0;

    if (!is_same)
        fprintf(stderr, "%s:%d: the key was\n%.4000s\nand is\n%.4000s\n", file, line, snapshot,
                now);
    free(now);
    ck_assert_msg(is_same, "%s:%d: the key has changed", file, line);
}

static void key_delete_below(HKEY parent, const wchar_t *name)
{
    HKEY key;
    wchar_t child[256];
    DWORD count = 256;

    if (RegOpenKeyExW(parent, name, 0, KEY_READ, &key) != ERROR_SUCCESS)
        return;
    while (RegEnumKeyExW(key, 0, child, &count, NULL, NULL, NULL, NULL) == ERROR_SUCCESS) {
        key_delete_below(key, child);
        count = 256;
    }
    RegCloseKey(key);
    RegDeleteKeyW(parent, name);
}

const struct run *reg(const char *arguments, ...)
{
    wchar_t program[MAX_PATH];
    char line[4096];
    va_list list;

    va_start(list, arguments);
    ck_assert_int_lt(vsnprintf(line, sizeof line, arguments, list), (int)sizeof line);
    va_end(list);
    ck_assert_uint_ne(GetSystemDirectoryW(program, MAX_PATH - 16), 0);
    wcscat(program, L"\\reg.exe");
    return run_way(&(struct way){.program = program}, line);
}

/* ------------------------------------------------------------ files */

static const wchar_t *path_in(const wchar_t *folder, const wchar_t *name)
{
    static wchar_t paths[4][STORE_PATHS + 64];
    static unsigned next;
    wchar_t *path = paths[next++ % 4];

    snwprintf(path, STORE_PATHS + 64, name[0] ? L"%ls\\%ls" : L"%ls", folder, name);
    return path;
}

const wchar_t *store_path(const wchar_t *name)
{
    return path_in(store, name);
}

const wchar_t *scratch_path(const wchar_t *name)
{
    return path_in(scratch, name);
}

const char *utf8(const wchar_t *wide)
{
    static char texts[4][3 * STORE_PATHS];
    static unsigned next;
    char *text = texts[next++ % 4];

    ck_assert_int_gt(WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, 3 * STORE_PATHS, NULL, NULL),
                     0);
    return text;
}

bool is_there(const wchar_t *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

char *file_read(const wchar_t *path, size_t *length)
{
    HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);
    DWORD size, got = 0;
    char *data;

    ck_assert_msg(file != INVALID_HANDLE_VALUE, "%ls cannot be opened: error %lu", path,
                  GetLastError());
    size = GetFileSize(file, NULL);
    data = malloc((size_t)size + 1);
    ck_assert_ptr_nonnull(data);
    ck_assert(ReadFile(file, data, size, &got, NULL) && got == size);
    CloseHandle(file);
    data[size] = '\0';
    *length = size;
    return data;
}

void file_write(const wchar_t *path, const void *data, size_t length)
{
    DWORD written;
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);

    ck_assert_msg(file != INVALID_HANDLE_VALUE, "%ls cannot be made: error %lu", path,
                  GetLastError());
    ck_assert(WriteFile(file, data, (DWORD)length, &written, NULL));
    CloseHandle(file);
}

static void walk(const wchar_t *folder, void (*visit)(void *, const wchar_t *, WIN32_FIND_DATAW *),
                 void *context)
{
    wchar_t pattern[2 * MAX_PATH], path[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    snwprintf(pattern, 2 * MAX_PATH, L"%ls\\*", folder);
    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        snwprintf(path, 2 * MAX_PATH, L"%ls\\%ls", folder, found.cFileName);
        visit(context, path, &found);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

static void delete_found(void *context, const wchar_t *path, WIN32_FIND_DATAW *found)
{
    (void)context;
    if (found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY &&
        !(found->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
        tree_delete(path);
    else
        SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL), DeleteFileW(path), RemoveDirectoryW(path);
}

void tree_delete(const wchar_t *path)
{
    if (!is_there(path))
        return;
    walk(path, delete_found, NULL);
    SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
    if (!RemoveDirectoryW(path))
        DeleteFileW(path);
}

static void list_found(void *context, const wchar_t *path, WIN32_FIND_DATAW *found)
{
    struct rows *rows = context;
    struct growing row = {0};

    /* The file "lock" is omitted, because its content varies and is written only for people. */
    if (wcscmp(found->cFileName, L"lock") == 0)
        return;
    grow(&row, "%s %lu", utf8(path + wcslen(store)), found->nFileSizeLow);
    add_row(rows, row.data);
    if (found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        walk(path, list_found, rows);
}

char *store_listing(void)
{
    struct rows rows = {0};
    struct growing all = {0};

    grow(&all, "%s", is_there(store) ? "store\n" : "");
    walk(store, list_found, &rows);
    qsort(rows.rows, rows.count, rows.rows ? sizeof *rows.rows : 1, compare_strings);
    for (size_t i = 0; i < rows.count; i++) {
        grow(&all, "%s\n", rows.rows[i]);
        free(rows.rows[i]);
    }
    free(rows.rows);
    return all.data;
}

json_t *journal_lines(void)
{
    size_t length;
    char *journal = file_read(store_path(L"journal.jsonl"), &length);
    json_t *lines = json_array();

    ck_assert_msg(length > 0 && journal[length - 1] == '\n',
                  "the journal does not end with a newline: %s", journal);
    for (char *line = journal; *line;) {
        size_t line_length = strcspn(line, "\n");
        json_error_t error;
        json_t *object = json_loadb(line, line_length, JSON_REJECT_DUPLICATES, &error);

        ck_assert_msg(json_is_object(object), "not a JSON object: %.*s", (int)line_length, line);
        json_array_append_new(lines, object);
        line += line_length + 1;
    }
    ck_assert_uint_eq(strlen(journal), length); /* the journal must not contain a NUL */
    free(journal);
    return lines;
}

/* ------------------------------------------------------------ fixtures */

static bool is_set(const wchar_t *name)
{
    HKEY key;
    bool is_found =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, KEY_PATH, 0, KEY_QUERY_VALUE, &key) == ERROR_SUCCESS;

    if (is_found) {
        is_found = RegQueryValueExW(key, name, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
        RegCloseKey(key);
    }
    return is_found;
}

/* This function must not use the checks of the library Check, because no test runs yet. */
bool witness_begin(const char **why)
{
    wchar_t said[8];

    /* In a Wine prefix, the first program that needs a window starts explorer.exe, which keeps the
     * standard error of that program open. So this process starts explorer.exe before maxport does:
     * no caller waits until the standard error of this process is closed. */
    if (is_wine())
        GetDesktopWindow();
    *why = "the path of ProgramData or of the folder for temporary files is unknown";
    if (SHGetFolderPathW(NULL, CSIDL_COMMON_APPDATA, NULL, SHGFP_TYPE_CURRENT, store) != S_OK ||
        wcslen(store) > STORE_PATHS - 64 || !GetTempPathW(STORE_PATHS - 64, scratch))
        return false;
    wcscat(store, L"\\maxport");
    snwprintf(scratch + wcslen(scratch), 64, L"maxport-program-tests-%lu", GetCurrentProcessId());
    *why = "these tests change HKEY_LOCAL_MACHINE and delete maxport's store. Set "
           "MAXPORT_TESTS_MAY_CHANGE_THIS_MACHINE=yes on a machine that nobody needs";
    if (!is_wine() &&
        (GetEnvironmentVariableW(L"MAXPORT_TESTS_MAY_CHANGE_THIS_MACHINE", said, 8) != 3 ||
         wcscmp(said, L"yes") != 0))
        return false;
    *why = "this machine has a maxport store, which these tests would delete";
    if (is_there(store))
        return false;
    *why = "this machine has a MaxUserPort or TcpTimedWaitDelay, which these tests would delete";
    return !is_set(L"MaxUserPort") && !is_set(L"TcpTimedWaitDelay");
}

static void delete_set_aside(void *context, const wchar_t *path, WIN32_FIND_DATAW *found)
{
    (void)context;
    if (_wcsnicmp(found->cFileName, L"maxport-untrusted-", 18) == 0 ||
        _wcsnicmp(found->cFileName, L"maxport-store-", 14) == 0)
        tree_delete(path);
}

/* Deletes the record of the store in the registry. */
static void record_delete(void)
{
    static const wchar_t *const names[] = {L"StorePath", L"StoreVolume", L"StoreIndex",
                                           L"PublicCopy", L"PublicBehind"};
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\maxport", 0, KEY_SET_VALUE | KEY_WOW64_64KEY,
                      &key) != ERROR_SUCCESS)
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        RegDeleteValueW(key, names[i]);
    RegCloseKey(key);
}

static void make_bare(void)
{
    wchar_t above[STORE_PATHS];
    HKEY key = key_open(KEY_PATH, KEY_SET_VALUE | KEY_READ);

    RegDeleteValueW(key, L"MaxUserPort");
    RegDeleteValueW(key, L"TcpTimedWaitDelay");
    key_delete_below(key, SCRATCH_SUBKEY);
    RegCloseKey(key);
    tree_delete(store);
    tree_delete(scratch);
    record_delete();
    wcscpy(above, store);
    *wcsrchr(above, L'\\') = L'\0';
    walk(above, delete_set_aside, NULL);
}

void bare_setup(void)
{
    make_bare();
    if (!key_at_begin)
        key_at_begin = key_snapshot();
    ck_assert(CreateDirectoryW(scratch, NULL));
}

void bare_teardown(void)
{
    run_forget();
    make_bare();
    ck_assert(!is_there(store));
    if (is_wine()) /* on a real machine, Windows also writes to this key, e.g. for DHCP */
        ASSERT_KEY_IS(key_at_begin);
}

TCase *bare_case(Suite *suite, const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, bare_setup, bare_teardown);
    suite_add_tcase(suite, tests);
    return tests;
}
