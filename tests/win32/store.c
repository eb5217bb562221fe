#include "win32/store.h"

#include "scratch.h"
#include "suites.h"
#include "win32/file.h"
#include "win32/trust.h"

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct scratch scratch; /* Check runs one test at a time */
static struct store_adapter adapter;
static struct store store;
static wchar_t folder[MAX_PATH];
static struct fault fault;
static struct store_preparation preparation;

static void open_scratch(void)
{
    scratch_open(&scratch);
    scratch_path(&scratch, L"maxport", folder);
    ASSERT_WORKS(store_at(folder, &adapter, &store, &fault));
}

static void close_scratch(void)
{
    store_close(&adapter);
    scratch_close(&scratch);
}

static wchar_t *in_store(const wchar_t *name)
{
    static wchar_t path[MAX_PATH];
    snwprintf(path, MAX_PATH, L"%ls\\%ls", folder, name);
    return path;
}

static enum store_state state_now(char why[STORE_PATH_SIZE])
{
    enum store_state state = STORE_ABSENT;
    ASSERT_WORKS(store.inspect(&adapter, &state, why, &fault));
    return state;
}

static void prepare(void)
{
    memset(&preparation, 'x', sizeof preparation);
    ASSERT_WORKS(store.prepare(&adapter, &preparation, &fault));
}

static void expect_read(const char *name, const char *content)
{
    char *data;
    size_t length;
    ASSERT_WORKS(store.read(&adapter, STORE_PRIVATE, name, &data, &length, &fault));
    ck_assert_uint_eq(length, strlen(content));
    ck_assert_str_eq(data, content);
    free(data);
}

static void set_dacl(const wchar_t *path, const wchar_t *sddl)
{
    PSECURITY_DESCRIPTOR descriptor;
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                                   &descriptor, NULL));
    ck_assert(SetFileSecurityW(path, DACL_SECURITY_INFORMATION, descriptor));
    LocalFree(descriptor);
}

/* As any user may make one in ProgramData. (Given to CreateDirectoryW, Wine would
 * take the list for a file mode and subtract the umask.) */
static void make_open_folder(const wchar_t *path)
{
    ck_assert(CreateDirectoryW(path, NULL));
    set_dacl(path, L"D:P(A;OICI;FA;;;WD)");
}

/* ------------------------------------------------------------ the folder */

START_TEST(reading_never_creates)
{
    char why[STORE_PATH_SIZE] = "untouched", *data = NULL, path[STORE_PATH_SIZE];
    size_t length;
    ck_assert_int_eq(state_now(why), STORE_ABSENT);
    ck_assert_str_eq(why, "");
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_ptr_null(data);
    store.path(&adapter, STORE_PUBLIC, "changes/1.reg", path);
    ck_assert_ptr_nonnull(strstr(path, "\\maxport\\changes\\1.reg"));
    ck_assert(!scratch_exists(folder));
}
END_TEST

START_TEST(writing_does_not_create_the_folder)
{
    ck_assert(!store.append(&adapter, "journal.jsonl", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.create(&adapter, "a", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.replace(&adapter, "a", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.lock(&adapter, 0, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!scratch_exists(folder));
}
END_TEST

START_TEST(prepare_makes_a_trusted_folder)
{
    char why[STORE_PATH_SIZE];
    prepare();
    ck_assert_str_eq(preparation.moved_to, "");
    ck_assert_str_eq(preparation.given_up, "");
    ck_assert_int_eq(state_now(why), STORE_TRUSTED);
    ck_assert_str_eq(why, "");
    ck_assert(scratch_exists(in_store(L"changes")));
}
END_TEST

START_TEST(prepare_keeps_what_is_there)
{
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    prepare();
    ck_assert_str_eq(preparation.moved_to, "");
    ck_assert_str_eq(preparation.given_up, "");
    expect_read("journal.jsonl", "one\n");
}
END_TEST

START_TEST(a_store_without_changes_gets_it)
{
    prepare();
    ck_assert(RemoveDirectoryW(in_store(L"changes")));
    prepare();
    ck_assert(scratch_exists(in_store(L"changes")));
}
END_TEST

START_TEST(an_untrusted_folder_is_moved_aside_unread)
{
    char why[STORE_PATH_SIZE], *data;
    size_t length;
    make_open_folder(folder);
    scratch_write(in_store(L"journal.jsonl"), "planted\n");
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    ck_assert_ptr_nonnull(strstr(why, "S-1-1-0"));
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.append(&adapter, "journal.jsonl", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.lock(&adapter, 0, &fault));

    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "maxport-untrusted-1"));
    ck_assert_int_eq(state_now(why), STORE_TRUSTED);
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    wchar_t path[MAX_PATH];
    scratch_expect(scratch_path(&scratch, L"maxport-untrusted-1\\journal.jsonl", path),
                   "planted\n");
}
END_TEST

START_TEST(a_second_one_gets_the_next_number)
{
    wchar_t path[MAX_PATH];
    make_open_folder(scratch_path(&scratch, L"maxport-untrusted-1", path));
    make_open_folder(folder);
    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "maxport-untrusted-2"));
}
END_TEST

START_TEST(a_file_of_that_name_is_moved_aside)
{
    char why[STORE_PATH_SIZE];
    wchar_t path[MAX_PATH];
    scratch_write(folder, "I am a file");
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    prepare();
    scratch_expect(scratch_path(&scratch, L"maxport-untrusted-1", path), "I am a file");
    ck_assert_int_eq(state_now(why), STORE_TRUSTED);
}
END_TEST

/* Kept open, so that it cannot be renamed. */
START_TEST(a_squatted_name_is_given_up)
{
    char why[STORE_PATH_SIZE], path[STORE_PATH_SIZE];
    struct store_adapter other_adapter;
    struct store other;
    make_open_folder(folder);
    HANDLE held =
        CreateFileW(folder, GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    prepare();
    ck_assert_int_eq(state_now(why), STORE_TRUSTED);
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "x", 1, &fault));
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    store.path(&adapter, STORE_PUBLIC, "journal.jsonl", path);
    ck_assert_ptr_nonnull(strstr(path, "maxport-store-"));
    ck_assert_str_eq(preparation.moved_to, "");
    ck_assert_ptr_nonnull(strstr(preparation.given_up, "maxport"));
    ck_assert(!scratch_exists(in_store(L"journal.jsonl")));
    CloseHandle(held);
    /* The next program finds it, and so does one after the name was let go. */
    for (int i = 0; i < 2; i++) {
        char *data;
        size_t length;
        ASSERT_WORKS(store_at(folder, &other_adapter, &other, &fault));
        ASSERT_WORKS(other.prepare(&other_adapter, &preparation, &fault));
        ASSERT_WORKS(other.read(&other_adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
        ck_assert_str_eq(data, "one\n");
        free(data);
        RemoveDirectoryW(folder);
    }
    ck_assert(!scratch_exists(folder));
}
END_TEST

/* Nor is one believed that somebody else has put there. */
START_TEST(a_planted_refuge_is_not_used)
{
    char why[STORE_PATH_SIZE], path[STORE_PATH_SIZE];
    wchar_t planted[MAX_PATH];
    make_open_folder(scratch_path(&scratch, L"maxport-store-0", planted));
    make_open_folder(folder);
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    prepare();
    store.path(&adapter, STORE_PUBLIC, "", path);
    ck_assert_ptr_null(strstr(path, "maxport-store-"));
}
END_TEST

static bool is_wine(void)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
}

/* Wine's CreateSymbolicLinkW succeeds and makes nothing, and its RemoveDirectoryW takes
 * what a link leads to; Unix is asked instead. target NULL: removes the link. */
static void unix_link(const wchar_t *link, const wchar_t *target)
{
    typedef char *(CDECL * unix_file_name)(const wchar_t *);
    unix_file_name name_of = (unix_file_name)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name");
    char *unix_name = name_of(link), *unix_target = target ? name_of(target) : NULL;
    char command[2 * MAX_PATH + 16];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    ck_assert_ptr_nonnull(unix_name);
    snprintf(command, sizeof command, target ? "ln -s \"%s\" \"%s\"" : "unlink \"%.0s%s\"",
             target ? unix_target : "", unix_name);
    HeapFree(GetProcessHeap(), 0, unix_name);
    HeapFree(GetProcessHeap(), 0, unix_target);
    ck_assert(CreateProcessA(target ? "Z:\\bin\\ln" : "Z:\\bin\\unlink", command, NULL, NULL, FALSE,
                             0, NULL, NULL, &startup, &process));
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    for (unsigned waits = 0; waits < 100 && scratch_exists(link) != (target != NULL); waits++) {
        Sleep(50); /* the handle of a Unix process says nothing about it */
    }
}

/* False: this account may not make links. */
static bool make_link(const wchar_t *link, const wchar_t *target, bool is_folder)
{
    typedef BOOLEAN(WINAPI * create_symbolic_link)(const wchar_t *, const wchar_t *, DWORD);
    create_symbolic_link create = (create_symbolic_link)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"kernel32.dll"), "CreateSymbolicLinkW");
    if (!create || !create(link, target, is_folder)) {
        return false;
    }
    if (is_wine()) {
        unix_link(link, target);
    }
    ck_assert(scratch_exists(link));
    return true;
}

START_TEST(a_link_is_never_followed)
{
    char why[STORE_PATH_SIZE], *data;
    size_t length;
    wchar_t target[MAX_PATH], path[MAX_PATH];
    /* All would be well with where it leads. */
    scratch_path(&scratch, L"target", target);
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    ck_assert(MoveFileW(folder, target));
    if (!make_link(folder, target, true)) {
        return;
    }
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    ck_assert_ptr_nonnull(strstr(why, "link"));
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.append(&adapter, "journal.jsonl", "two\n", 4, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.lock(&adapter, 0, &fault));
    if (is_wine()) { /* whose rename follows links */
        unix_link(folder, NULL);
    } else {
        prepare();
        ck_assert_int_eq(state_now(why), STORE_TRUSTED);
        ck_assert(GetFileAttributesW(scratch_path(&scratch, L"maxport-untrusted-1", path)) &
                  FILE_ATTRIBUTE_REPARSE_POINT);
        ck_assert(!(GetFileAttributesW(folder) & FILE_ATTRIBUTE_REPARSE_POINT));
    }
    scratch_expect(wcscat(target, L"\\journal.jsonl"), "one\n");
}
END_TEST

static const struct {
    const wchar_t *name; /* is a link */
    const char *file;    /* is asked for */
    bool is_folder;
} linked[] = {
    {L"changes", "changes\\1.reg", true},
    {L"changes\\1.reg", "changes\\1.reg", false},
    {L"journal.jsonl", "journal.jsonl", false},
    {L"lock", NULL, false},
};

/* Wherever on the way to a file it lies, and though all would be well behind it. Wine has no
 * links to files: a symbolic link of Unix looks like the file itself. */
START_TEST(a_link_within_is_never_followed)
{
    wchar_t target[MAX_PATH], link[MAX_PATH];
    char *data;
    size_t length;
    bool is_linked, is_done;
    if (is_wine() && !linked[_i].is_folder) {
        return;
    }
    prepare();
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "one", 3, &fault));
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
    scratch_path(&scratch, L"target", target);
    wcscpy(link, in_store(linked[_i].name));
    ck_assert(MoveFileW(link, target));
    is_linked = make_link(link, target, linked[_i].is_folder);
    if (linked[_i].file) {
        is_done = is_linked && store.read(&adapter, STORE_PRIVATE, linked[_i].file, &data, &length, &fault);
        ck_assert(!is_done);
        ck_assert(!is_linked || fault.kind == FAULT_STORE);
        is_done = is_linked && store.append(&adapter, linked[_i].file, "two\n", 4, &fault);
    } else {
        is_done = is_linked && store.lock(&adapter, 0, &fault);
    }
    ck_assert(!is_done);
    ck_assert_msg(!is_linked || strstr(fault.text, "link"), "%s", fault.text);
    if (is_linked && is_wine()) { /* or what cleans up would follow it */
        unix_link(link, NULL);
    }
}
END_TEST

START_TEST(an_untrusted_subfolder_is_not_used)
{
    char *data;
    size_t length;
    prepare();
    ck_assert(RemoveDirectoryW(in_store(L"changes")));
    make_open_folder(in_store(L"changes"));
    scratch_write(in_store(L"changes\\1.reg"), "planted");
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "changes\\1.reg", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.create(&adapter, "changes\\2.reg", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "changes-untrusted-1"));
    ASSERT_WORKS(store.create(&adapter, "changes\\2.reg", "x", 1, &fault));
}
END_TEST

START_TEST(an_untrusted_file_is_not_used)
{
    char *data;
    size_t length;
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "one\n", 4, &fault));
    set_dacl(in_store(L"journal.jsonl"), L"D:P(A;;FA;;;WD)");
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.append(&adapter, "journal.jsonl", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    scratch_expect(in_store(L"journal.jsonl"), "one\n");
}
END_TEST

/* ------------------------------------------------------------ files */

START_TEST(names_stay_within_the_store)
{
    static const char *const names[] = {
        "",    ".",     "..",      "../x",         "a/../b",   "/x",       "\\x",
        "C:x", "C:\\x", "a//b",    "a/",           "x.",       "x ",       "a b",
        "a*",  "nul",   "con.txt", "changes/lpt1", "x:stream", "\xc3\xa4",
    };
    prepare();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *data;
        size_t length;
        ck_assert_msg(!store.create(&adapter, names[i], "x", 1, &fault), "%s", names[i]);
        ck_assert_msg(fault.kind == FAULT_STORE, "%s", names[i]);
        ck_assert_msg(!store.read(&adapter, STORE_PRIVATE, names[i], &data, &length, &fault), "%s", names[i]);
        ck_assert_msg(!store.append(&adapter, names[i], "x", 1, &fault), "%s", names[i]);
        ck_assert_msg(!store.replace(&adapter, names[i], "x", 1, &fault), "%s", names[i]);
    }
}
END_TEST

START_TEST(create_makes_new_files_only)
{
    prepare();
    ASSERT_WORKS(store.create(&adapter, "changes/12.reg", "one", 3, &fault));
    ck_assert(!store.create(&adapter, "changes\\12.reg", "two", 3, &fault));
    ck_assert_int_eq(fault.kind, FAULT_EXISTS);
    ck_assert_uint_eq(fault.code, ERROR_FILE_EXISTS);
    expect_read("changes\\12.reg", "one");
    ASSERT_WORKS(store.create(&adapter, "empty", "", 0, &fault));
    expect_read("empty", "");
}
END_TEST

START_TEST(replace_leaves_no_temporary)
{
    prepare();
    ASSERT_WORKS(store.replace(&adapter, "state.json", "one", 3, &fault));
    expect_read("state.json", "one");
    scratch_write(in_store(L"state.json.tmp"), "left behind by a kill");
    ASSERT_WORKS(store.replace(&adapter, "state.json", "two", 3, &fault));
    expect_read("state.json", "two");
    ck_assert(!scratch_exists(in_store(L"state.json.tmp")));
}
END_TEST

START_TEST(append_adds_to_the_end)
{
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "two\n", 4, &fault));
    expect_read("journal.jsonl", "one\ntwo\n");
}
END_TEST

START_TEST(large_files_are_whole)
{
    enum { LENGTH = 5 * 1000 * 1000 };
    char *written = malloc(LENGTH), *data;
    size_t length;
    ck_assert_ptr_nonnull(written);
    for (size_t i = 0; i < LENGTH; i++) {
        written[i] = (char)(i * 31 + i / 251);
    }
    prepare();
    ASSERT_WORKS(store.create(&adapter, "large", written, LENGTH, &fault));
    ASSERT_WORKS(store.append(&adapter, "large", written, LENGTH, &fault));
    ASSERT_WORKS(store.read(&adapter, STORE_PRIVATE, "large", &data, &length, &fault));
    ck_assert_uint_eq(length, 2 * LENGTH);
    ck_assert_int_eq(memcmp(data, written, LENGTH), 0);
    ck_assert_int_eq(memcmp(data + LENGTH, written, LENGTH), 0);
    ck_assert_int_eq(data[length], '\0');
    free(data);
    free(written);
}
END_TEST

START_TEST(a_held_file_is_waited_for)
{
    struct {
        const char *name;
        bool (*work)(void *, const char *, const void *, size_t, struct fault *);
    } const works[] = {{"append", store.append}, {"replace", store.replace}};
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "one\n", 4, &fault));
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        HANDLE holder = scratch_hold(in_store(L"journal.jsonl"), 300);
        DWORD start = GetTickCount();
        bool is_done = works[i].work(&adapter, "journal.jsonl", "two\n", 4, &fault);
        DWORD waited = GetTickCount() - start;
        WaitForSingleObject(holder, INFINITE);
        CloseHandle(holder);
        ck_assert_msg(is_done, "%s: %s", works[i].name, fault.text);
        ck_assert_uint_ge(waited, 200);
    }
    HANDLE holder = scratch_hold(in_store(L"journal.jsonl"), 300);
    expect_read("journal.jsonl", "two\n");
    WaitForSingleObject(holder, INFINITE);
    CloseHandle(holder);
}
END_TEST

START_TEST(patience_ends)
{
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "one\n", 4, &fault));
    HANDLE holder = scratch_hold(in_store(L"journal.jsonl"), 2 * FILE_PATIENCE_MS + 3000);
    bool is_appended = store.append(&adapter, "journal.jsonl", "x", 1, &fault);
    enum fault_kind kind = fault.kind;
    uint32_t code = fault.code;
    bool is_replaced = store.replace(&adapter, "journal.jsonl", "x", 1, &fault);
    WaitForSingleObject(holder, INFINITE);
    CloseHandle(holder);
    ck_assert(!is_appended);
    ck_assert_int_eq(kind, FAULT_STORE);
    ck_assert_uint_eq(code, ERROR_SHARING_VIOLATION);
    ck_assert(!is_replaced);
    ck_assert(!scratch_exists(in_store(L"journal.jsonl.tmp")));
    expect_read("journal.jsonl", "one\n");
}
END_TEST

START_TEST(a_reader_is_in_nobodys_way)
{
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "one\n", 4, &fault));
    HANDLE reader = CreateFileW(in_store(L"journal.jsonl"), GENERIC_READ,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(reader, INVALID_HANDLE_VALUE);
    bool is_appended = store.append(&adapter, "journal.jsonl", "two\n", 4, &fault);
    CloseHandle(reader);
    ck_assert(is_appended);
    expect_read("journal.jsonl", "one\ntwo\n");
}
END_TEST

/* ------------------------------------------------------------ the copy for everybody */

/* Wine runs as one Unix user, whom no access list keeps from a file: so the linker has
 * store.c call this instead of file_open. */
static const wchar_t *denied_name; /* NULL: nothing is denied */

DWORD __real_file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                       SECURITY_ATTRIBUTES *security, HANDLE *file);
DWORD __wrap_file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                       SECURITY_ATTRIBUTES *security, HANDLE *file);

DWORD __wrap_file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                       SECURITY_ATTRIBUTES *security, HANDLE *file)
{
    const wchar_t *name = wcsrchr(path, L'\\');
    if (denied_name && name && wcscmp(name + 1, denied_name) == 0) {
        return ERROR_ACCESS_DENIED;
    }
    return __real_file_open(path, access, disposition, flags, security, file);
}

/* What one who is no administrator gets of the journal. */
static bool read_as_user(char **data, size_t *length)
{
    denied_name = L"journal.jsonl";
    bool is_read = store.read(&adapter, STORE_PUBLIC, "journal.jsonl", data, length, &fault);
    denied_name = NULL;
    return is_read;
}

static void expect_read_as_user(const char *content)
{
    char *data;
    size_t length;
    ASSERT_WORKS(read_as_user(&data, &length));
    ck_assert_str_eq(data, content);
    free(data);
}

static bool users_may_open(const wchar_t *path)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    DWORD length = 0;
    wchar_t *sddl;
    GetFileSecurityW(path, DACL_SECURITY_INFORMATION, NULL, 0, &length);
    descriptor = malloc(length);
    ck_assert(GetFileSecurityW(path, DACL_SECURITY_INFORMATION, descriptor, length, &length));
    ck_assert(ConvertSecurityDescriptorToStringSecurityDescriptorW(
        descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &sddl, NULL));
    /* Wine has everybody where Windows has the users, since a file mode knows no groups. */
    bool may_open = wcsstr(sddl, L";BU)") || wcsstr(sddl, L";WD)");
    LocalFree(sddl);
    free(descriptor);
    return may_open;
}

START_TEST(users_cannot_open_what_is_appended_to_and_read_its_copy)
{
    char *data;
    size_t length;
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "two\n", 4, &fault));
    ck_assert(!users_may_open(in_store(L"journal.jsonl")));
    ck_assert(users_may_open(in_store(L"journal.jsonl.copy")));
    expect_read_as_user("one\ntwo\n");
    /* Without a copy it is the file itself that is told. */
    ck_assert(DeleteFileW(in_store(L"journal.jsonl.copy")));
    ck_assert(!read_as_user(&data, &length));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_ptr_nonnull(strstr(fault.text, "journal.jsonl cannot be opened"));
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "three\n", 6, &fault));
    expect_read_as_user("one\ntwo\nthree\n");
}
END_TEST

START_TEST(who_keeps_the_copy_open_is_in_nobodys_way)
{
    char *data;
    size_t length;
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    HANDLE held =
        CreateFileW(in_store(L"journal.jsonl.copy"), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    DWORD start = GetTickCount();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "two\n", 4, &fault));
    ck_assert_uint_lt(GetTickCount() - start, FILE_PATIENCE_MS);
    CloseHandle(held);
    expect_read("journal.jsonl", "one\ntwo\n");
    /* What is old is not shown as if it were all. */
    ck_assert(!read_as_user(&data, &length));
    ck_assert_ptr_nonnull(strstr(fault.text, "is not up to date"));
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "three\n", 6, &fault));
    expect_read_as_user("one\ntwo\nthree\n");
}
END_TEST

START_TEST(an_untrusted_copy_is_not_read)
{
    char *data;
    size_t length;
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    set_dacl(in_store(L"journal.jsonl.copy"), L"D:P(A;;FA;;;WD)");
    ck_assert(!read_as_user(&data, &length));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
}
END_TEST

/* ------------------------------------------------------------ the lock */

START_TEST(one_writer_at_a_time)
{
    struct store_adapter other;
    struct store second;
    prepare();
    ASSERT_WORKS(store_at(folder, &other, &second, &fault));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    DWORD start = GetTickCount();
    ck_assert(!second.lock(&other, 200, &fault));
    ck_assert_uint_ge(GetTickCount() - start, 150);
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    char holder[64];
    snprintf(holder, sizeof holder, "process %lu (", (unsigned long)GetCurrentProcessId());
    ck_assert_msg(strstr(fault.text, holder) != NULL, "%s", fault.text);
    ck_assert(!store.lock(&adapter, 0, &fault)); /* it is not counted */
    store.unlock(&adapter);
    store.unlock(&adapter);
    ASSERT_WORKS(second.lock(&other, 0, &fault));
    ck_assert(!store.lock(&adapter, 0, &fault));
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    second.unlock(&other);
    scratch_expect(in_store(L"lock"), "");
}
END_TEST

START_TEST(the_lock_dies_with_its_process)
{
    prepare();
    HANDLE process = scratch_start_lock_holder(folder);
    ck_assert(!store.lock(&adapter, 0, &fault));
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    char holder[64];
    snprintf(holder, sizeof holder, "process %lu (", (unsigned long)GetProcessId(process));
    ck_assert_msg(strstr(fault.text, holder) != NULL, "%s", fault.text);
    ck_assert(TerminateProcess(process, 1));
    ASSERT_WORKS(store.lock(&adapter, 10000, &fault));
    WaitForSingleObject(process, INFINITE);
    CloseHandle(process);
    store.unlock(&adapter);
}
END_TEST

/* ------------------------------------------------------------ all of it */

static void fill(void)
{
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "12345", 5, &fault));
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "123", 3, &fault));
    ASSERT_WORKS(store.create(&adapter, "changes\\1-undo.reg", "12", 2, &fault));
}

START_TEST(remove_leaves_nothing)
{
    struct store_size size, removed;
    fill();
    ASSERT_WORKS(store.measure(&adapter, STORE_PRIVATE, &size, &fault));
    ck_assert_uint_eq(size.files, 3);
    ck_assert_uint_eq(size.bytes, 10);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    ck_assert_uint_eq(removed.files, 4); /* the lock, too */
    ck_assert_uint_eq(GetFileAttributesW(folder), INVALID_FILE_ATTRIBUTES);
    /* And one can begin anew. */
    prepare();
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
}
END_TEST

START_TEST(remove_leaves_what_is_not_its_own)
{
    struct store_size removed;
    fill();
    ck_assert(CreateDirectoryW(in_store(L"changes\\mine"), NULL));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ck_assert(!store.remove(&adapter, &removed, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(strstr(fault.text, "changes\\mine is no file of maxport's"));
    expect_read("journal.jsonl", "12345"); /* the last to go */
    ck_assert(GetFileAttributesW(in_store(L"changes\\mine")) != INVALID_FILE_ATTRIBUTES);
    /* The lock was given up. */
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
}
END_TEST

START_TEST(remove_tells_which_file_somebody_holds)
{
    struct store_size removed;
    fill();
    HANDLE holder = CreateFileW(in_store(L"changes\\1.reg"), GENERIC_READ, FILE_SHARE_READ, NULL,
                                OPEN_EXISTING, 0, NULL);
    ck_assert(holder != INVALID_HANDLE_VALUE);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ck_assert(!store.remove(&adapter, &removed, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(strstr(fault.text, "1.reg cannot be removed"));
    expect_read("journal.jsonl", "12345");
    CloseHandle(holder);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    ck_assert_uint_eq(GetFileAttributesW(folder), INVALID_FILE_ATTRIBUTES);
}
END_TEST

START_TEST(the_product_has_its_folder)
{
    wchar_t product[STORE_FOLDER_CHARACTERS];
    ASSERT_WORKS(store_product_folder(product, &fault));
    ck_assert_int_eq(product[1], L':');
    ck_assert_int_eq(wcscmp(wcsrchr(product, L'\\'), L"\\maxport"), 0);
}
END_TEST

Suite *store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *tests = tcase_create("store");
    tcase_add_checked_fixture(tests, open_scratch, close_scratch);
    tcase_add_test(tests, reading_never_creates);
    tcase_add_test(tests, writing_does_not_create_the_folder);
    tcase_add_test(tests, prepare_makes_a_trusted_folder);
    tcase_add_test(tests, prepare_keeps_what_is_there);
    tcase_add_test(tests, a_store_without_changes_gets_it);
    tcase_add_test(tests, an_untrusted_folder_is_moved_aside_unread);
    tcase_add_test(tests, a_second_one_gets_the_next_number);
    tcase_add_test(tests, a_file_of_that_name_is_moved_aside);
    tcase_add_test(tests, a_squatted_name_is_given_up);
    tcase_add_test(tests, a_planted_refuge_is_not_used);
    tcase_add_test(tests, a_link_is_never_followed);
    tcase_add_loop_test(tests, a_link_within_is_never_followed, 0, sizeof linked / sizeof *linked);
    tcase_add_test(tests, an_untrusted_subfolder_is_not_used);
    tcase_add_test(tests, an_untrusted_file_is_not_used);
    tcase_add_test(tests, names_stay_within_the_store);
    tcase_add_test(tests, create_makes_new_files_only);
    tcase_add_test(tests, replace_leaves_no_temporary);
    tcase_add_test(tests, append_adds_to_the_end);
    tcase_add_test(tests, large_files_are_whole);
    tcase_add_test(tests, a_held_file_is_waited_for);
    tcase_add_test(tests, patience_ends);
    tcase_add_test(tests, a_reader_is_in_nobodys_way);
    tcase_add_test(tests, users_cannot_open_what_is_appended_to_and_read_its_copy);
    tcase_add_test(tests, who_keeps_the_copy_open_is_in_nobodys_way);
    tcase_add_test(tests, an_untrusted_copy_is_not_read);
    tcase_add_test(tests, one_writer_at_a_time);
    tcase_add_test(tests, the_lock_dies_with_its_process);
    tcase_add_test(tests, remove_leaves_nothing);
    tcase_add_test(tests, remove_leaves_what_is_not_its_own);
    tcase_add_test(tests, remove_tells_which_file_somebody_holds);
    tcase_add_test(tests, the_product_has_its_folder);
    suite_add_tcase(suite, tests);
    return suite;
}
