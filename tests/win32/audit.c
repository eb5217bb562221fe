/* Tests of the texts of maxport's events, which Event Viewer reads from maxport-events.dll, and
 * tests of long texts, which maxport shortens. */
#include "core/system/audit.h"

#include "suites.h"
#include "win32/audit.h"
#include "win32/lib/wide.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <windows.h>

/* Bits 30 and 31 of an ID are the severity with which win32/audit.c writes the event. */
static const struct {
    DWORD id;
    const char *text;
} rows[] = {
    {1u << 30 | AUDIT_CHANGED, "A change was applied and verified.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_UNDONE, "A change was undone and verified.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_ARMED, "A return to a System Restore point was scheduled. It takes place at "
                             "the next restart.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_RESOLVED, "An interrupted change was resolved.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_ADOPTED,
     "A store that was restored from files was taken over.\r\n\r\nwords\r\n"},
    {1u << 30 | AUDIT_STORE_REMOVED, "The store was removed.\r\n\r\nwords\r\n"},
    {2u << 30 | AUDIT_REFUSED,
     "A change was refused. None of its values was written.\r\n\r\nwords\r\n"},
    {2u << 30 | AUDIT_ROLLED_BACK,
     "A change failed. Every value that it wrote was restored.\r\n\r\nwords\r\n"},
    {2u << 30 | AUDIT_STORE_REPLACED,
     "An untrusted folder at the path of the store was renamed.\r\n\r\nwords\r\n"},
    {3u << 30 | AUDIT_STUCK,
     "A change failed, and not all values could be restored.\r\n\r\nwords\r\n"},
    {3u << 30 | AUDIT_UNCLOSED,
     "A change was applied, but its outcome could not be written to the journal.\r\n\r\nwords\r\n"},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static HMODULE texts;

static void set_up(void)
{
    wchar_t path[MAX_PATH];
    ck_assert_int_gt(MultiByteToWideChar(CP_UTF8, 0, EVENTS_DLL, -1, path, MAX_PATH), 0);
    texts = LoadLibraryExW(path, NULL, LOAD_LIBRARY_AS_DATAFILE); /* as Event Viewer loads it */
    ck_assert_msg(texts != NULL, "%s: error %lu", EVENTS_DLL, (unsigned long)GetLastError());
}

static void tear_down(void)
{
    FreeLibrary(texts);
}

/* Returns the text of an event, or "" if the DLL does not contain this text. */
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

START_TEST(every_event_has_a_text)
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

/* If you add a text to the DLL, also add it to this file and to core/system/audit.h. */
START_TEST(the_dll_contains_no_other_texts)
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

/* The DLL must contain only resources, so that a program that loads the DLL runs no code from
 * it. */
START_TEST(the_dll_contains_no_code)
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

/* ------------------------------------------------------------ long texts */

enum { STRING_UNITS_MAX = 31839 };

static wchar_t written[STRING_UNITS_MAX + 1];
static unsigned writes, refusals;

/* Takes the place of ReportEventW. Writes nothing and fails if the string is too long, as
 * ReportEventW does. The next `refusals` calls also write nothing and fail. */
static BOOL WINAPI write_event(HANDLE log, WORD type, WORD category, DWORD id, PSID user,
                               WORD count, DWORD bytes, LPCWSTR *strings, LPVOID data)
{
    (void)log, (void)type, (void)category, (void)id, (void)user, (void)bytes, (void)data;
    ck_assert_uint_eq(count, 1);
    size_t units = wcslen(strings[0]);
    writes++;
    if (units > STRING_UNITS_MAX || refusals > 0) {
        refusals -= refusals > 0;
        SetLastError(RPC_S_INVALID_BOUND);
        return FALSE;
    }
    memcpy(written, strings[0], (units + 1) * sizeof *written);
    return TRUE;
}

static void forget_writes(void)
{
    written[0] = L'\0';
    writes = refusals = 0;
}

/* Returns "x", followed by `count` characters that have two code units each. */
static char *long_text(size_t count)
{
    static const char character[] = "\xf0\x9f\x98\x80";
    char *text = malloc(count * 4 + 2);
    ck_assert_ptr_nonnull(text);
    text[0] = 'x';
    for (size_t i = 0; i < count; i++)
        memcpy(text + 1 + i * 4, character, 4);
    text[1 + count * 4] = '\0';
    return text;
}

/* Checks that the written text has `units` or `units` - 1 code units, that it ends with the mark,
 * and that the character before the mark is complete. */
static void expect_shortened(size_t units, unsigned original)
{
    wchar_t mark[96];
    snwprintf(mark, 96, L" ... [maxport shortened this text of %u characters]", original);
    size_t length = wcslen(written), mark_length = wcslen(mark);
    ck_assert_uint_le(length, units);
    ck_assert_uint_ge(length, units - 1);
    ck_assert(wcscmp(written + length - mark_length, mark) == 0);
    ck_assert_uint_eq(written[length - mark_length - 1], 0xde00);
    ck_assert_uint_eq(written[length - mark_length - 2], 0xd83d);
}

START_TEST(a_long_text_is_shortened_and_marked)
{
    /* In one of the two runs, the limit is between two characters; in the other run, it is within a
     * character. */
    for (size_t more = 0; more < 2; more++) {
        char *text = long_text(20000 + more);
        audit_report(AUDIT_CHANGED, text + more, write_event);
        free(text);
        ck_assert_uint_eq(writes, 1 + more);
        expect_shortened(30000, 40001 + (unsigned)more);
    }
}
END_TEST

START_TEST(a_text_that_fits_is_not_shortened)
{
    char *text = long_text(14999);
    audit_report(AUDIT_CHANGED, text, write_event);
    free(text);
    ck_assert_uint_eq(writes, 1);
    ck_assert_uint_eq(wcslen(written), 29999);
    ck_assert_uint_eq(written[29998], 0xde00);
}
END_TEST

START_TEST(a_refused_long_text_is_written_again_shortened)
{
    char *text = long_text(2000);
    refusals = 1;
    audit_report(AUDIT_STUCK, text, write_event);
    free(text);
    ck_assert_uint_eq(writes, 2);
    expect_shortened(1000, 4001);
    forget_writes();
    refusals = 1;
    /* The length of a short text cannot be the reason for a refusal, so maxport does not repeat the
     * call. */
    audit_report(AUDIT_STUCK, "short", write_event);
    ck_assert_uint_eq(writes, 1);
}
END_TEST

Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *tests = tcase_create("maxport-events.dll");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, every_event_has_a_text);
    tcase_add_test(tests, the_dll_contains_no_other_texts);
    tcase_add_test(tests, the_dll_contains_no_code);
    suite_add_tcase(suite, tests);
    TCase *texts_case = tcase_create("long texts");
    tcase_add_checked_fixture(texts_case, forget_writes, NULL);
    tcase_add_test(texts_case, a_long_text_is_shortened_and_marked);
    tcase_add_test(texts_case, a_text_that_fits_is_not_shortened);
    tcase_add_test(texts_case, a_refused_long_text_is_written_again_shortened);
    suite_add_tcase(suite, texts_case);
    return suite;
}
