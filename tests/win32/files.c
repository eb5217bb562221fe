#include "win32/files.h"

#include "store_scene.h"
#include "suites.h"
#include "win32/bounded_open.h"
#include "win32/lib/file.h"
#include "win32/lib/wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct files files;

static void open_scratch(void)
{
    scratch_open(&scratch);
    files_open(&files);
}

static void close_scratch(void)
{
    scratch_close(&scratch);
}

/* Returns the path of `name` in the scratch folder, in UTF-8. */
static const char *path_of(const wchar_t *name)
{
    static char path[4096];
    wchar_t wide[MAX_PATH];
    wide_copy_utf8(scratch_path(&scratch, name, wide), path, sizeof path);
    return path;
}

static unsigned count_files(void)
{
    wchar_t pattern[MAX_PATH];
    WIN32_FIND_DATAW found;
    unsigned count = 0;
    HANDLE search = FindFirstFileW(scratch_path(&scratch, L"*", pattern), &found);
    ck_assert_ptr_ne(search, INVALID_HANDLE_VALUE);
    do {
        count += !(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    return count;
}

/* The open does not return, as if another program had an oplock on the file or a server did not
 * respond. */
START_TEST(reading_ends_if_the_open_never_returns)
{
    char *data;
    size_t length;
    const char *path = path_of(L"held.reg");
    ASSERT_WORKS(files.write(NULL, path, false, "a", 1, &fault));
    scene_hang_opens(L"held.reg", GENERIC_READ);
    DWORD start = GetTickCount();
    bool is_read = files.read(NULL, path, 3, &data, &length, &fault);
    DWORD took = GetTickCount() - start;
    scene_return_opens();
    ck_assert(!is_read);
    ck_assert_uint_lt(took, BOUNDED_USER_OPEN_MS + 2000);
    ck_assert_uint_eq(fault.code, ERROR_TIMEOUT);
    ASSERT_WORKS(files.read(NULL, path, 3, &data, &length, &fault));
    free(data);
}
END_TEST

START_TEST(a_written_file_is_read_unchanged)
{
    char *data;
    size_t length;
    const char *path = path_of(L"b\x00e4\x20ac \xd83d\xde00.reg");
    ASSERT_WORKS(files.write(NULL, path, false, "a\0b", 3, &fault));
    ASSERT_WORKS(files.read(NULL, path, 3, &data, &length, &fault));
    ck_assert_uint_eq(length, 3);
    ck_assert_mem_eq(data, "a\0b", 4);
    free(data);
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(existing_files_are_replaced_only_on_request)
{
    wchar_t wide[MAX_PATH];
    scratch_write(scratch_path(&scratch, L"f", wide), "old");
    ck_assert(!files.write(NULL, path_of(L"f"), false, "new", 3, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    scratch_expect(wide, "old");
    ASSERT_WORKS(files.write(NULL, path_of(L"f"), true, "new", 3, &fault));
    scratch_expect(wide, "new");
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

static void swap_folder(void)
{
    wchar_t from[MAX_PATH], to[MAX_PATH];
    ck_assert(
        MoveFileW(scratch_path(&scratch, L"chosen", from), scratch_path(&scratch, L"moved", to)));
    ck_assert(CreateDirectoryW(from, NULL));
}

/* During the write, another folder replaces the chosen folder, as a junction could do. The file
 * must not appear in the new folder, and no partial file may be left. */
START_TEST(a_folder_swapped_during_a_write_is_refused)
{
    wchar_t wide[MAX_PATH];
    ck_assert(CreateDirectoryW(scratch_path(&scratch, L"chosen", wide), NULL));
    scene_after_making(swap_folder);
    bool is_written = files.write(NULL, path_of(L"chosen\\f"), true, "new", 3, &fault);
    scene_after_making(NULL);
    ck_assert(!is_written);
    ck_assert_msg(strstr(fault.text, "its folder was moved or replaced") != NULL, "%s", fault.text);
    /* RemoveDirectoryW() succeeds only if the folder is empty. */
    ck_assert(RemoveDirectoryW(scratch_path(&scratch, L"chosen", wide)));
    /* To delete a file, Wine uses the path with which the file was opened, so under Wine the
     * partial file stays in the moved folder. */
    if (!is_wine())
        ck_assert(RemoveDirectoryW(scratch_path(&scratch, L"moved", wide)));
}
END_TEST

START_TEST(a_file_above_the_limit_is_refused)
{
    char *data = NULL;
    size_t length = 0;
    wchar_t wide[MAX_PATH];
    scratch_write(scratch_path(&scratch, L"f", wide), "12345");
    ck_assert(!files.read(NULL, path_of(L"f"), 4, &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_null(data);
    ASSERT_WORKS(files.read(NULL, path_of(L"f"), 5, &data, &length, &fault));
    ck_assert_str_eq(data, "12345");
    free(data);
}
END_TEST

START_TEST(missing_files_and_folders_are_reported)
{
    char *data;
    size_t length;
    ck_assert(!files.read(NULL, path_of(L"no"), 9, &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert(!files.write(NULL, path_of(L"no\\f"), true, "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert(!files.read(NULL, path_of(L"."), 9, &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert(!files.write(NULL, path_of(L"."), true, "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert(!files.read(NULL, "", 9, &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
}
END_TEST

START_TEST(devices_pipes_and_streams_are_refused)
{
    static const char *const paths[] = {
        "NUL",
        "con",
        "C:\\nul.txt",
        "C:\\aux .txt",
        "COM1",
        "C:\\windows\\lpt9.reg",
        "CONIN$",
        "C:\\COM\xc2\xb2",
        "\\\\.\\C:",
        "\\\\.\\pipe\\x",
        "\\\\?\\GLOBALROOT\\Device\\Null",
        "\\\\?\\C:\\nul",
        "C:\\file:stream",
        "C:\\folder\\prn\\file",
        "file.reg::$DATA",
        "\xff",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char *data;
        size_t length;
        ck_assert_msg(!files.read(NULL, paths[i], 9, &data, &length, &fault), "%s", paths[i]);
        ck_assert_msg(fault.kind == FAULT_USAGE, "%s: %s", paths[i], fault.text);
        ck_assert_msg(!files.write(NULL, paths[i], true, "x", 1, &fault), "%s", paths[i]);
        ck_assert_msg(fault.kind == FAULT_USAGE, "%s: %s", paths[i], fault.text);
    }
}
END_TEST

START_TEST(names_similar_to_device_names_are_files)
{
    static const wchar_t *const names[] = {L"nu", L"null", L"con-1", L"com", L"com0", L"xcom1"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert(!file_is_device_name(names[i], wcslen(names[i])));
        ASSERT_WORKS(files.write(NULL, path_of(names[i]), false, "x", 1, &fault));
    }
}
END_TEST

START_TEST(relative_paths_start_in_the_current_folder)
{
    wchar_t before[MAX_PATH], wide[MAX_PATH];
    char *data;
    size_t length;
    ck_assert_uint_ne(GetCurrentDirectoryW(MAX_PATH, before), 0);
    ck_assert(SetCurrentDirectoryW(scratch.folder));
    bool is_written = files.write(NULL, "a.reg", false, "x", 1, &fault);
    bool is_read = files.read(NULL, ".\\a.reg", 9, &data, &length, &fault);
    SetCurrentDirectoryW(before);
    ck_assert_msg(is_written && is_read, "%s", fault.text);
    free(data);
    ck_assert(scratch_exists(scratch_path(&scratch, L"a.reg", wide)));
}
END_TEST

START_TEST(long_paths_are_supported)
{
    enum { FOLDERS = 6 };
    wchar_t verbatim[2048], component[101];
    char path[8192], *data;
    size_t length;
    wmemset(component, L'd', 100);
    component[100] = L'\0';
    snwprintf(verbatim, 2048, L"\\\\?\\%ls", scratch.folder);
    for (unsigned i = 0; i < FOLDERS; i++) {
        wcscat(verbatim, L"\\");
        wcscat(verbatim, component);
        ck_assert(CreateDirectoryW(verbatim, NULL));
    }
    wcscat(verbatim, L"\\f.reg");
    wide_copy_utf8(verbatim + 4, path, sizeof path);
    bool is_written = files.write(NULL, path, false, "x", 1, &fault);
    bool is_refused = !files.write(NULL, path, false, "x", 1, &fault);
    bool is_read = files.read(NULL, path, 9, &data, &length, &fault);
    wide_copy_utf8(verbatim, path, sizeof path);
    bool is_written_verbatim = files.write(NULL, path, true, "y", 1, &fault);
    DeleteFileW(verbatim);
    for (unsigned i = 0; i < FOLDERS; i++) {
        *wcsrchr(verbatim, L'\\') = L'\0';
        ck_assert(RemoveDirectoryW(verbatim));
        if (i + 1 == FOLDERS)
            break;
    }
    ck_assert_msg(is_written && is_refused && is_read && is_written_verbatim, "%s", fault.text);
    ck_assert_uint_eq(length, 1);
    free(data);
}
END_TEST

START_TEST(reading_and_writing_wait_for_a_file_in_use)
{
    wchar_t wide[MAX_PATH];
    char *data;
    size_t length;
    scratch_write(scratch_path(&scratch, L"f", wide), "old");
    HANDLE holder = scratch_hold(wide, 300);
    bool is_read = files.read(NULL, path_of(L"f"), 9, &data, &length, &fault);
    WaitForSingleObject(holder, INFINITE);
    CloseHandle(holder);
    ck_assert_msg(is_read, "%s", fault.text);
    free(data);
    holder = scratch_hold(wide, 300);
    bool is_written = files.write(NULL, path_of(L"f"), true, "new", 3, &fault);
    WaitForSingleObject(holder, INFINITE);
    CloseHandle(holder);
    ck_assert_msg(is_written, "%s", fault.text);
    scratch_expect(wide, "new");
}
END_TEST

START_TEST(a_failed_write_leaves_no_temporary_file)
{
    wchar_t wide[MAX_PATH];
    scratch_write(scratch_path(&scratch, L"f", wide), "old");
    HANDLE holder = scratch_hold(wide, FILE_PATIENCE_MS + 1000);
    bool is_written = files.write(NULL, path_of(L"f"), true, "new", 3, &fault);
    WaitForSingleObject(holder, INFINITE);
    CloseHandle(holder);
    ck_assert(!is_written);
    scratch_expect(wide, "old");
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(temporary_files_of_other_programs_are_kept)
{
    wchar_t wide[MAX_PATH], name[64];
    snwprintf(name, 64, L"maxport-%lu-0.tmp", (unsigned long)GetCurrentProcessId());
    scratch_write(scratch_path(&scratch, name, wide), "theirs");
    ASSERT_WORKS(files.write(NULL, path_of(L"f"), false, "x", 1, &fault));
    scratch_expect(wide, "theirs");
    ck_assert_uint_eq(count_files(), 2);
}
END_TEST

Suite *files_suite(void)
{
    Suite *suite = suite_create("files");
    TCase *tests = tcase_create("files");
    tcase_add_checked_fixture(tests, open_scratch, close_scratch);
    tcase_add_test(tests, reading_ends_if_the_open_never_returns);
    tcase_add_test(tests, a_written_file_is_read_unchanged);
    tcase_add_test(tests, existing_files_are_replaced_only_on_request);
    tcase_add_test(tests, a_folder_swapped_during_a_write_is_refused);
    tcase_add_test(tests, a_file_above_the_limit_is_refused);
    tcase_add_test(tests, missing_files_and_folders_are_reported);
    tcase_add_test(tests, devices_pipes_and_streams_are_refused);
    tcase_add_test(tests, names_similar_to_device_names_are_files);
    tcase_add_test(tests, relative_paths_start_in_the_current_folder);
    tcase_add_test(tests, long_paths_are_supported);
    tcase_add_test(tests, reading_and_writing_wait_for_a_file_in_use);
    tcase_add_test(tests, a_failed_write_leaves_no_temporary_file);
    tcase_add_test(tests, temporary_files_of_other_programs_are_kept);
    suite_add_tcase(suite, tests);
    return suite;
}
