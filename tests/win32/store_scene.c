#include "store_scene.h"

#include "win32/lib/file.h"
#include "win32/ntdll.h"

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scratch scratch;
struct store_adapter adapter;
struct store store;
wchar_t folder[MAX_PATH];
struct fault fault;
struct store_preparation preparation;

void scene_open(void)
{
    scratch_open(&scratch);
    scratch_path(&scratch, L"maxport", folder);
    ASSERT_WORKS(store_at(folder, scratch.key, &adapter, &store, &fault));
}

void scene_close(void)
{
    scene_return_opens();
    scene_mark(0, 0);
    store_close(&adapter);
    scratch_close(&scratch);
}

void prepare(void)
{
    memset(&preparation, 'x', sizeof preparation);
    ASSERT_WORKS(store.prepare(&adapter, &preparation, &fault));
}

wchar_t *in_store(const wchar_t *name)
{
    static wchar_t path[MAX_PATH];
    snwprintf(path, MAX_PATH, L"%ls\\%ls", folder, name);
    return path;
}

wchar_t *beside(const wchar_t *name)
{
    static wchar_t path[MAX_PATH];
    return scratch_path(&scratch, name, path);
}

enum store_state state_now(char why[STORE_PATH_SIZE])
{
    enum store_state state = STORE_ABSENT;
    ASSERT_WORKS(store.inspect(&adapter, &state, why, &fault));
    return state;
}

void expect_state(enum store_state state)
{
    char why[STORE_PATH_SIZE];
    enum store_state found = state_now(why);
    ck_assert_msg(found == state, "%d: %s", found, why);
}

void expect_read(enum store_view view, const char *name, const char *content)
{
    char *data;
    size_t length;
    ASSERT_WORKS(store.read(&adapter, view, name, &data, &length, &fault));
    ck_assert_uint_eq(length, strlen(content));
    ck_assert_str_eq(data, content);
    free(data);
}

void append_line(const char *line)
{
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", line, strlen(line), &fault));
}

void set_dacl(const wchar_t *path, const wchar_t *sddl)
{
    PSECURITY_DESCRIPTOR descriptor;
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                                   &descriptor, NULL));
    ck_assert(SetFileSecurityW(path, DACL_SECURITY_INFORMATION, descriptor));
    LocalFree(descriptor);
}

/* The access list is set after the folder is created. If CreateDirectoryW() received the list, Wine
 * would convert the list to a file mode and apply the umask. */
void make_open_folder(const wchar_t *path)
{
    ck_assert(CreateDirectoryW(path, NULL));
    set_dacl(path, L"D:P(A;OICI;FA;;;WD)");
}

HKEY record_key(REGSAM access)
{
    HKEY key;
    ck_assert_int_eq(RegCreateKeyExW(scratch.key, L"SOFTWARE\\maxport", 0, NULL, 0,
                                     access | KEY_WOW64_64KEY, NULL, &key, NULL),
                     ERROR_SUCCESS);
    return key;
}

void forget_record(void)
{
    HKEY key = record_key(KEY_SET_VALUE);
    ck_assert_int_eq(RegDeleteValueW(key, L"StoreIndex"), ERROR_SUCCESS);
    RegCloseKey(key);
}

void open_second(struct store_adapter *other_adapter, struct store *other)
{
    ASSERT_WORKS(store_at(folder, scratch.key, other_adapter, other, &fault));
}

/* ------------------------------------------------------------ links */

bool is_wine(void)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
}

/* Creates a link, or removes the link if `target` is NULL. Runs Unix programs, because Wine's
 * CreateSymbolicLinkW() succeeds without creating a link, and Wine's RemoveDirectoryW() removes the
 * target of a link. */
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
    /* Wine's CreateProcessA() returns no valid handles for a Unix program. Closing the values in
     * `process` could close other handles. */
    for (unsigned waits = 0; waits < 100 && scratch_exists(link) != (target != NULL); waits++)
        Sleep(50); /* there is no handle to wait for */
}

bool make_link(const wchar_t *link, const wchar_t *target, bool is_folder)
{
    typedef BOOLEAN(WINAPI * create_symbolic_link)(const wchar_t *, const wchar_t *, DWORD);
    create_symbolic_link create = (create_symbolic_link)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"kernel32.dll"), "CreateSymbolicLinkW");
    if (!create || !create(link, target, is_folder))
        return false;
    if (is_wine())
        unix_link(link, target);
    ck_assert(scratch_exists(link));
    return true;
}

void remove_link(const wchar_t *link)
{
    if (is_wine())
        unix_link(link, NULL);
    else
        RemoveDirectoryW(link);
}

/* ------------------------------------------------------------ opens that never return */

static const wchar_t *hanging_end;
static DWORD hanging_access;
static HANDLE may_return;

DWORD __real_ntdll_open(const struct ntdll_open *request, HANDLE *file);
static DWORD root_attributes;

DWORD __wrap_ntdll_open(const struct ntdll_open *request, HANDLE *file);

static const wchar_t *deleted_end;
static DWORD deleted_until;
static void (*after_making)(void);

static bool ends_with(const wchar_t *name, const wchar_t *end)
{
    size_t count = wcslen(name), end_count = end ? wcslen(end) : 0;
    return end && count >= end_count && wcscmp(name + count - end_count, end) == 0;
}

/* Simulates an open that does not return (as if another program had an oplock, or a file system
 * filter waited for a server), or the open of a file whose deletion is pending. The linker replaces
 * calls of ntdll_open() by calls of this function. */
DWORD __wrap_ntdll_open(const struct ntdll_open *request, HANDLE *file)
{
    if (ends_with(request->name, hanging_end) && request->access & hanging_access)
        WaitForSingleObject(may_return, INFINITE);
    if (ends_with(request->name, deleted_end) && GetTickCount() < deleted_until)
        return ERROR_DELETE_PENDING;
    DWORD error = __real_ntdll_open(request, file);
    if (!error && after_making && request->purpose == NTDLL_MAKE_FILE)
        after_making();
    if (!error && request->purpose == NTDLL_MAKE_FOLDER && !request->folder)
        root_attributes = request->attributes;
    return error;
}

DWORD scene_root_attributes(void)
{
    return root_attributes;
}

DWORD __real_file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                       SECURITY_ATTRIBUTES *security, HANDLE *file);
DWORD __wrap_file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                       SECURITY_ATTRIBUTES *security, HANDLE *file);

DWORD __wrap_file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                       SECURITY_ATTRIBUTES *security, HANDLE *file)
{
    if (ends_with(path, hanging_end) && access & hanging_access)
        WaitForSingleObject(may_return, INFINITE);
    return __real_file_open(path, access, disposition, flags, security, file);
}

void scene_after_making(void (*act)(void))
{
    after_making = act;
}

void scene_hang_opens(const wchar_t *end_of_name, DWORD access)
{
    may_return = CreateEventW(NULL, TRUE, FALSE, NULL);
    hanging_access = access;
    hanging_end = end_of_name;
}

static unsigned hanging_delete, deletes;

void scene_hang_delete(unsigned nth)
{
    may_return = CreateEventW(NULL, TRUE, FALSE, NULL);
    deletes = 0;
    hanging_delete = nth;
}

void scene_delete_for(const wchar_t *end_of_name, DWORD ms)
{
    deleted_until = GetTickCount() + ms;
    deleted_end = end_of_name;
}

void scene_return_opens(void)
{
    deleted_end = NULL;
    if (hanging_end || hanging_delete) {
        hanging_end = NULL;
        hanging_delete = 0;
        SetEvent(may_return); /* not closed: threads may still wait for it */
        Sleep(100);
    }
}

/* ------------------------------------------------------------ removals that fail */

static unsigned fails_at, removal_calls;
static bool fails_on;

static bool is_failing(void)
{
    removal_calls += fails_at > 0;
    return fails_at > 0 && (fails_on ? removal_calls >= fails_at : removal_calls == fails_at);
}

void scene_fail_removal(unsigned nth, bool and_all_later)
{
    fails_at = nth;
    fails_on = and_all_later;
    removal_calls = 0;
}

bool scene_end_failures(void)
{
    bool has_failed = fails_at > 0 && removal_calls >= fails_at;
    fails_at = 0;
    return has_failed;
}

DWORD __real_file_delete(const wchar_t *path);
DWORD __wrap_file_delete(const wchar_t *path);

DWORD __wrap_file_delete(const wchar_t *path)
{
    return is_failing() ? ERROR_ACCESS_DENIED : __real_file_delete(path);
}

DWORD __real_ntdll_delete(HANDLE file);
DWORD __wrap_ntdll_delete(HANDLE file);

DWORD __wrap_ntdll_delete(HANDLE file)
{
    if (hanging_delete && ++deletes == hanging_delete)
        WaitForSingleObject(may_return, INFINITE);
    return is_failing() ? ERROR_ACCESS_DENIED : __real_ntdll_delete(file);
}

bool __real_store_record_remove(HKEY root, struct fault *why);
static DWORD marked_attributes, marked_tag;

void scene_mark(DWORD attributes, DWORD tag)
{
    marked_attributes = attributes;
    marked_tag = tag;
}

DWORD __real_ntdll_attributes(HANDLE file, DWORD *attributes, DWORD *tag);
DWORD __wrap_ntdll_attributes(HANDLE file, DWORD *attributes, DWORD *tag);

DWORD __wrap_ntdll_attributes(HANDLE file, DWORD *attributes, DWORD *tag)
{
    DWORD error = __real_ntdll_attributes(file, attributes, tag);
    *attributes |= marked_attributes;
    if (marked_tag)
        *tag = marked_tag;
    return error;
}

bool __wrap_store_record_remove(HKEY root, struct fault *why);

bool __wrap_store_record_remove(HKEY root, struct fault *why)
{
    return is_failing() ? fault_set(why, FAULT_STORE, ERROR_ACCESS_DENIED, "Not removed.")
                        : __real_store_record_remove(root, why);
}

bool __real_store_record_write(HKEY root, const wchar_t *path,
                               const struct store_identity *identity, struct fault *why);
bool __wrap_store_record_write(HKEY root, const wchar_t *path,
                               const struct store_identity *identity, struct fault *why);

bool __wrap_store_record_write(HKEY root, const wchar_t *path,
                               const struct store_identity *identity, struct fault *why)
{
    return is_failing() ? fault_set(why, FAULT_STORE, ERROR_ACCESS_DENIED, "Not written.")
                        : __real_store_record_write(root, path, identity, why);
}
