/* The texts of maxport's events, as Event Viewer gets them from maxport-events.dll. */
#include "core/system/audit.h"

#include "suites.h"
#include "win32/lib/wide.h"

#include <check.h>
#include <string.h>

#include <windows.h>

/* win32/audit.c writes them with these severities in bits 30 and 31. */
static const struct {
    DWORD id;
    const char *text;
} rows[] = {
    {1u << 30 | AUDIT_CHANGED, "A setting was changed, and read back as written.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_UNDONE,
     "A change was taken back, and read back as written.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_ARMED, "Windows' own System Restore was armed. It happens at the next "
                             "restart.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_SETTLED, "A change that had been interrupted was settled.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_ADOPTED,
     "A store that was restored from files was taken over.\r\n\r\nwords\r\n"},
    {2u << 30 | AUDIT_REFUSED, "A change was refused. Nothing of it was written.\r\n\r\nwords\r\n"},
    {2u << 30 | AUDIT_ROLLED_BACK,
     "A change failed. Every value that it wrote was put back.\r\n\r\nwords\r\n"},
    {2u << 30 | AUDIT_STORE_REPLACED,
     "An untrusted folder was moved out of the store's place.\r\n\r\nwords\r\n"},
    {3u << 30 | AUDIT_STUCK,
     "A change failed, and not everything could be put back.\r\n\r\nwords\r\n"},
    {3u << 30 | AUDIT_UNCLOSED,
     "A change stands, but the journal could not be closed.\r\n\r\nwords\r\n"},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static HMODULE texts;

static void set_up(void)
{
    wchar_t path[MAX_PATH];
    ck_assert_int_gt(MultiByteToWideChar(CP_UTF8, 0, EVENTS_DLL, -1, path, MAX_PATH), 0);
    texts = LoadLibraryExW(path, NULL, LOAD_LIBRARY_AS_DATAFILE); /* as Event Viewer does */
    ck_assert_msg(texts != NULL, "%s: error %lu", EVENTS_DLL, (unsigned long)GetLastError());
}

static void tear_down(void)
{
    FreeLibrary(texts);
}

/* "": the DLL has no such text. */
static const char *text_of(DWORD id)
{
    static char utf8[1024];
    wchar_t wide[512] = L"";
    DWORD_PTR inserts[] = {(DWORD_PTR)L"words"};
    FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY, texts, id, 0, wide,
                   512, (va_list *)inserts);
    wide_copy_utf8(wide, utf8, sizeof utf8);
    return utf8;
}

START_TEST(every_event_has_its_text)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        ck_assert_str_eq(text_of(rows[i].id), rows[i].text);
}
END_TEST

static bool is_row(DWORD id)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].id == id)
            return true;
    return false;
}

/* One that is added to the DLL is to be added here, and to core/system/audit.h. */
START_TEST(there_are_no_other_texts)
{
    for (DWORD severity = 0; severity < 4; severity++) {
        for (DWORD id = 1; id < 1000; id++) {
            DWORD whole = severity << 30 | id;
            ck_assert_msg(is_row(whole) || !*text_of(whole), "%lx: %s", (unsigned long)whole,
                          text_of(whole));
        }
    }
}
END_TEST

/* Resources alone: nothing to be run, and nothing that holds the program open. */
START_TEST(the_dll_has_no_code)
{
    HRSRC table = FindResourceW(texts, MAKEINTRESOURCEW(1), (const wchar_t *)RT_MESSAGETABLE);
    ck_assert_ptr_nonnull(table);
    const char *base = (const char *)((ULONG_PTR)texts & ~(ULONG_PTR)3);
    const IMAGE_DOS_HEADER *dos = (const IMAGE_DOS_HEADER *)base;
    const IMAGE_NT_HEADERS *headers = (const IMAGE_NT_HEADERS *)(base + dos->e_lfanew);
    ck_assert_uint_eq(headers->Signature, IMAGE_NT_SIGNATURE);
    ck_assert_uint_eq(headers->OptionalHeader.AddressOfEntryPoint, 0);
}
END_TEST

Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *tests = tcase_create("maxport-events.dll");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, every_event_has_its_text);
    tcase_add_test(tests, there_are_no_other_texts);
    tcase_add_test(tests, the_dll_has_no_code);
    suite_add_tcase(suite, tests);
    return suite;
}
