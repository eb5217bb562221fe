#include "win32/store_file.h"

#include "win32/lib/file.h"
#include "win32/store_record.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum { MAKE_ATTEMPTS = 4 };

/* ---- names ------------------------------------------------------------ */

static bool is_name_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/* Accepts an ASCII name, but not "..", "x." (which Windows treats as "x") or a device. */
static bool take_component(const char *text, size_t count, wchar_t component[STORE_NAME_CHARACTERS])
{
    if (count == 0 || count >= STORE_NAME_CHARACTERS || text[count - 1] == '.')
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_name_character(text[i]))
            return false;
        component[i] = (wchar_t)text[i];
    }
    component[count] = L'\0';
    return !file_is_device_name(component, count);
}

bool store_name_parse(const char *text, struct store_name *name, struct fault *fault)
{
    size_t count = strcspn(text, "/\\");
    *name = (struct store_name){0};
    bool is_name = text[count]
                       ? take_component(text, count, name->folder) &&
                             take_component(text + count + 1, strlen(text + count + 1), name->leaf)
                       : take_component(text, count, name->leaf);
    return is_name || fault_set(fault, FAULT_STORE, ERROR_INVALID_NAME,
                                "%s is not a valid name in the store.", text);
}

bool store_name_enter(struct store_folder *root, const struct store_name *name,
                      struct store_folder *folder, struct fault *fault)
{
    if (!name->folder[0]) {
        *folder = *root;
        return true;
    }
    bool is_open = store_folder_enter(root, name->folder, folder, fault);
    store_folder_close(root);
    return is_open;
}

/* ---- reading ---------------------------------------------------------- */

bool store_file_read(const struct store_folder *folder, const wchar_t *leaf, char **data,
                     size_t *length, struct fault *fault)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    HANDLE file;
    if (!store_folder_path(folder, leaf, path, fault) ||
        !store_folder_open_file(folder, leaf, GENERIC_READ, &file, fault))
        return false;
    DWORD error = file_read(file, STORE_FILE_BYTES, data, length);
    CloseHandle(file);
    return error ? store_fault(fault, FAULT_FAILED, error, path, "read") : true;
}

bool store_read_private(struct store_adapter *adapter, const char *text, char **data,
                        size_t *length, struct fault *fault)
{
    struct store_name name;
    struct store_folder root, folder;
    if (adapter->is_read_only)
        return fault_set(fault, FAULT_DENIED, ERROR_ACCESS_DENIED,
                         "Only maxport run as administrator can read the private files of the "
                         "store.");
    if (!store_name_parse(text, &name, fault) || !store_folder_open(adapter, &root, fault) ||
        !store_name_enter(&root, &name, &folder, fault))
        return false;
    bool is_read = store_file_read(&folder, name.leaf, data, length, fault);
    store_folder_close(&folder);
    return is_read;
}

/* ---- writing ---------------------------------------------------------- */

/* Marks the public copies as outdated, by counting up `behind` in the record. Called before and
 * after every write: a maxport that is publishing meanwhile sees that the count has changed, and
 * does not reset the count. */
static void note_behind(struct store_adapter *adapter)
{
    struct store_trace trace;
    struct fault ignored;
    if (!store_record_read(adapter->root, &trace, &ignored))
        return;
    store_record_write_behind(adapter->root, trace.behind + 1 ? trace.behind + 1 : 1);
}

/* Changes the fault of a writing operation: a missing or unreadable file becomes FAULT_STORE. */
static void fault_of_writing(struct fault *fault)
{
    if (fault->kind == FAULT_MISSING || fault->kind == FAULT_FAILED)
        fault->kind = FAULT_STORE;
}

bool store_file_locate(struct store_adapter *adapter, const char *text, struct store_name *name,
                       struct store_folder *folder, struct fault *fault)
{
    struct store_folder root;
    if (!store_name_parse(text, name, fault))
        return false;
    if (!store_folder_open(adapter, &root, fault) ||
        !store_name_enter(&root, name, folder, fault)) {
        fault_of_writing(fault);
        return false;
    }
    return true;
}

/* The type of create_in(), replace_in() and append_in(). */
typedef bool write_in(const struct store_folder *folder, const wchar_t *leaf, const void *data,
                      size_t length, struct fault *fault);

static bool write_file(struct store_adapter *adapter, const char *text, const void *data,
                       size_t length, write_in *write, struct fault *fault)
{
    struct store_name name;
    struct store_folder folder;
    if (!store_file_locate(adapter, text, &name, &folder, fault))
        return false;
    note_behind(adapter);
    bool is_done = write(&folder, name.leaf, data, length, fault);
    note_behind(adapter);
    store_folder_close(&folder);
    return is_done;
}

/* Writes a new file completely or not at all. */
static bool create_in(const struct store_folder *folder, const wchar_t *leaf, const void *data,
                      size_t length, struct fault *fault)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    HANDLE file;
    if (!store_folder_path(folder, leaf, path, fault))
        return false;
    DWORD error = store_folder_make_file(folder, leaf, GENERIC_WRITE, &file);
    if (error)
        return store_fault(fault, error == ERROR_FILE_EXISTS ? FAULT_EXISTS : FAULT_STORE, error,
                           path, "created");
    error = file_write(file, data, length);
    CloseHandle(file);
    if (error) {
        file_delete(path);
        return store_fault(fault, FAULT_STORE, error, path, "written");
    }
    return true;
}

bool store_create(void *context, const char *text, const void *data, size_t length,
                  struct fault *fault)
{
    return write_file(context, text, data, length, create_in, fault);
}

static bool replace_in(const struct store_folder *folder, const wchar_t *leaf, const void *data,
                       size_t length, struct fault *fault)
{
    wchar_t temporary_leaf[STORE_NAME_CHARACTERS + 4], path[STORE_PATH_CHARACTERS],
        temporary[STORE_PATH_CHARACTERS];
    snwprintf(temporary_leaf, STORE_NAME_CHARACTERS + 4, L"%ls.tmp", leaf);
    if (!store_folder_path(folder, leaf, path, fault) ||
        !store_folder_path(folder, temporary_leaf, temporary, fault))
        return false;
    DWORD error = file_delete(temporary); /* left by a killed process */
    if (error)
        return store_fault(fault, FAULT_STORE, error, temporary, "deleted");
    if (!create_in(folder, temporary_leaf, data, length, fault))
        return false;
    error = file_rename(temporary, path, MOVEFILE_REPLACE_EXISTING);
    if (error) {
        file_delete(temporary);
        return store_fault(fault, FAULT_STORE, error, path, "replaced");
    }
    return true;
}

bool store_replace(void *context, const char *text, const void *data, size_t length,
                   struct fault *fault)
{
    return write_file(context, text, data, length, replace_in, fault);
}

bool store_file_open_or_make(const struct store_folder *folder, const wchar_t *leaf, DWORD access,
                             bool *is_new, HANDLE *file, struct fault *fault)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    DWORD error = ERROR_FILE_EXISTS;
    if (!store_folder_path(folder, leaf, path, fault))
        return false;
    for (unsigned attempt = 0; attempt < MAKE_ATTEMPTS && error == ERROR_FILE_EXISTS; attempt++) {
        *is_new = false;
        if (store_folder_open_file(folder, leaf, access, file, fault))
            return true;
        if (fault->kind != FAULT_MISSING) {
            fault_of_writing(fault);
            return false;
        }
        *is_new = true;
        error = store_folder_make_file(folder, leaf, access, file);
    }
    return error ? store_fault(fault, FAULT_STORE, error, path, "created") : true;
}

static bool append_in(const struct store_folder *folder, const wchar_t *leaf, const void *data,
                      size_t length, struct fault *fault)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    HANDLE file;
    bool is_new;
    if (!store_folder_path(folder, leaf, path, fault) ||
        !store_file_open_or_make(folder, leaf, GENERIC_WRITE, &is_new, &file, fault))
        return false;
    LARGE_INTEGER zero = {.QuadPart = 0}, end;
    BOOL is_at_end = SetFilePointerEx(file, zero, &end, FILE_END);
    DWORD error = GetLastError();
    if (is_at_end) {
        error = file_write(file, data, length);
        if (error && SetFilePointerEx(file, end, NULL, FILE_BEGIN) && SetEndOfFile(file))
            FlushFileBuffers(file);
    }
    CloseHandle(file);
    if (error && is_new)
        file_delete(path);
    return error ? store_fault(fault, FAULT_STORE, error, path, "written") : true;
}

bool store_append(void *context, const char *text, const void *data, size_t length,
                  struct fault *fault)
{
    return write_file(context, text, data, length, append_in, fault);
}
