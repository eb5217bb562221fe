#include "win32/store_record.h"

#include "win32/lib/late.h"
#include "win32/lib/system_message.h"
#include "win32/lib/trust.h"

#include <sddl.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const wchar_t key_name[] = STORE_RECORD_KEY;
static const wchar_t path_name[] = L"StorePath", volume_name[] = L"StoreVolume",
                     id_name[] = L"StoreIndex", copy_name[] = L"PublicCopy",
                     behind_name[] = L"PublicBehind";
/* Users may read the key, because a maxport that is not elevated finds the public copies with
 * it. */
static const wchar_t key_sddl[] = L"O:BAG:BAD:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;BU)";

#define SHOWN_KEY "The registry key HKEY_LOCAL_MACHINE\\SOFTWARE\\maxport"

/* ---- identities ------------------------------------------------------- */

/* FILE_ID_INFO from winbase.h; Windows 8 and later have it. */
struct file_id_info {
    ULONGLONG volume;
    BYTE id[STORE_ID_BYTES];
};
enum { FILE_ID_INFO_CLASS = 18 };

typedef BOOL(WINAPI *get_information)(HANDLE file, int class, void *data, DWORD bytes);

DWORD store_identity_read(HANDLE file, struct store_identity *identity)
{
    BY_HANDLE_FILE_INFORMATION information;
    if (!GetFileInformationByHandle(file, &information))
        return GetLastError();
    struct store_identity found = {.volume = information.dwVolumeSerialNumber};
    ULONGLONG index = (ULONGLONG)information.nFileIndexHigh << 32 | information.nFileIndexLow;
    memcpy(found.id, &index, sizeof index);
    get_information get = (get_information)late_kernel32("GetFileInformationByHandleEx");
    struct file_id_info id;
    if (get && get(file, FILE_ID_INFO_CLASS, &id, sizeof id))
        memcpy(found.id, id.id, sizeof found.id);
    *identity = found;
    return ERROR_SUCCESS;
}

bool store_identity_is_same(const struct store_identity *a, const struct store_identity *b)
{
    return a->volume == b->volume && memcmp(a->id, b->id, sizeof a->id) == 0;
}

/* ---- reading ---------------------------------------------------------- */

/* Reads a value. Fails if it does not have exactly this type and size. */
static bool read_value(HKEY key, const wchar_t *name, DWORD type, void *data, DWORD bytes)
{
    DWORD found_type = REG_NONE, found_bytes = bytes;
    return RegQueryValueExW(key, name, NULL, &found_type, data, &found_bytes) == ERROR_SUCCESS &&
           found_type == type && found_bytes == bytes;
}

static bool read_path(HKEY key, wchar_t path[STORE_FOLDER_CHARACTERS])
{
    DWORD type = REG_NONE, bytes = (STORE_FOLDER_CHARACTERS - 1) * sizeof *path;
    bool is_read =
        RegQueryValueExW(key, path_name, NULL, &type, (BYTE *)path, &bytes) == ERROR_SUCCESS &&
        type == REG_SZ;
    path[is_read ? bytes / sizeof *path : 0] = L'\0';
    return path[0] != L'\0';
}

/* Reads owner and DACL of a key. *descriptor is malloc'ed. */
static LSTATUS read_descriptor(HKEY key, void **descriptor, DWORD *length)
{
    const SECURITY_INFORMATION which = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    *descriptor = NULL;
    *length = 0;
    LSTATUS status = RegGetKeySecurity(key, which, NULL, length);
    if (status != ERROR_SUCCESS && status != ERROR_INSUFFICIENT_BUFFER)
        return status;
    *descriptor = malloc(*length + !*length);
    if (!*descriptor)
        return ERROR_NOT_ENOUGH_MEMORY;
    return RegGetKeySecurity(key, which, *descriptor, length);
}

/* Checks that only trusted accounts can write the record, because the record can make maxport trust
 * any folder. */
static bool evaluate_key(HKEY key, struct fault *fault)
{
    struct trust_account account;
    void *descriptor;
    DWORD length;
    char why[768];
    if (!trust_account_read(&account, fault))
        return false;
    LSTATUS status = read_descriptor(key, &descriptor, &length);
    bool is_trusted = status == ERROR_SUCCESS &&
                      trust_key(descriptor, length, &account, SHOWN_KEY, why, sizeof why);
    free(descriptor);
    if (status != ERROR_SUCCESS)
        return system_fault(fault, FAULT_FAILED, (uint32_t)status,
                            SHOWN_KEY " cannot be examined (its owner and access)");
    return is_trusted ||
           fault_set(fault, FAULT_STORE, 0,
                     "%s The record of the store in it is not used. Nothing was changed. Let only "
                     "SYSTEM and Administrators own and change this key.",
                     why);
}

bool store_record_read(HKEY root, struct store_trace *trace, struct fault *fault)
{
    HKEY key;
    LSTATUS status =
        RegOpenKeyExW(root, key_name, 0, KEY_QUERY_VALUE | READ_CONTROL | KEY_WOW64_64KEY, &key);
    *trace = (struct store_trace){.copy = STORE_NO_COPY};
    if (status == ERROR_FILE_NOT_FOUND)
        return true;
    if (status != ERROR_SUCCESS)
        return system_fault(fault, FAULT_FAILED, (uint32_t)status, SHOWN_KEY " could not be read");
    if (!evaluate_key(key, fault)) {
        RegCloseKey(key);
        return false;
    }
    trace->is_present =
        read_path(key, trace->path) &&
        read_value(key, volume_name, REG_DWORD, &trace->identity.volume, sizeof(DWORD)) &&
        read_value(key, id_name, REG_BINARY, trace->identity.id, STORE_ID_BYTES);
    if (!read_value(key, copy_name, REG_DWORD, &trace->copy, sizeof(DWORD)))
        trace->copy = STORE_NO_COPY;
    if (!read_value(key, behind_name, REG_DWORD, &trace->behind, sizeof(DWORD)))
        trace->behind = 0;
    RegCloseKey(key);
    return true;
}

/* ---- writing ---------------------------------------------------------- */

static bool open_to_write(HKEY root, HKEY *key, struct fault *fault)
{
    SECURITY_ATTRIBUTES security = {.nLength = sizeof security};
    BOOL is_made = ConvertStringSecurityDescriptorToSecurityDescriptorW(
        key_sddl, SDDL_REVISION_1, &security.lpSecurityDescriptor, NULL);
    DWORD error = GetLastError();
    if (!is_made)
        return system_fault(fault, FAULT_STORE, error,
                            "A security descriptor could not be "
                            "created");
    LSTATUS status =
        RegCreateKeyExW(root, key_name, 0, NULL, REG_OPTION_NON_VOLATILE,
                        KEY_SET_VALUE | KEY_QUERY_VALUE | KEY_WOW64_64KEY, &security, key, NULL);
    LocalFree(security.lpSecurityDescriptor);
    if (status != ERROR_SUCCESS) {
        return system_fault(fault, FAULT_STORE, (uint32_t)status,
                            SHOWN_KEY " could not be written, and maxport trusts only a store "
                                      "that is recorded there");
    }
    return true;
}

bool store_record_prepare(HKEY root, struct fault *fault)
{
    HKEY key;
    if (!open_to_write(root, &key, fault))
        return false;
    RegCloseKey(key);
    return true;
}

static LSTATUS write_value(HKEY key, const wchar_t *name, DWORD type, const void *data,
                           size_t bytes)
{
    return RegSetValueExW(key, name, 0, type, data, (DWORD)bytes);
}

bool store_record_write(HKEY root, const wchar_t *path, const struct store_identity *identity,
                        struct fault *fault)
{
    HKEY key;
    if (!open_to_write(root, &key, fault))
        return false;
    LSTATUS status = RegDeleteValueW(key, id_name);
    if (status == ERROR_FILE_NOT_FOUND)
        status = ERROR_SUCCESS;
    RegDeleteValueW(key, copy_name);
    RegDeleteValueW(key, behind_name);
    if (status == ERROR_SUCCESS)
        status = write_value(key, path_name, REG_SZ, path, (wcslen(path) + 1) * sizeof *path);
    if (status == ERROR_SUCCESS)
        status = write_value(key, volume_name, REG_DWORD, &identity->volume, sizeof(DWORD));
    if (status == ERROR_SUCCESS)
        status = write_value(key, id_name, REG_BINARY, identity->id, sizeof identity->id);
    if (status == ERROR_SUCCESS)
        status = RegFlushKey(key); /* a power cut must not lose the record */
    RegCloseKey(key);
    if (status != ERROR_SUCCESS)
        return system_fault(fault, FAULT_STORE, (uint32_t)status,
                            SHOWN_KEY " could not be written");
    return true;
}

static DWORD write_number(HKEY root, const wchar_t *name, DWORD number)
{
    HKEY key;
    LSTATUS status = RegOpenKeyExW(root, key_name, 0, KEY_SET_VALUE | KEY_WOW64_64KEY, &key);
    if (status == ERROR_SUCCESS) {
        status = write_value(key, name, REG_DWORD, &number, sizeof number);
        if (status == ERROR_SUCCESS)
            status = RegFlushKey(key); /* a power cut must not restore an old number */
        RegCloseKey(key);
    }
    return (DWORD)status;
}

DWORD store_record_write_copy(HKEY root, DWORD copy)
{
    return write_number(root, copy_name, copy);
}

DWORD store_record_write_behind(HKEY root, DWORD behind)
{
    return write_number(root, behind_name, behind);
}

/* ---- removing --------------------------------------------------------- */

typedef LSTATUS(WINAPI *delete_key)(HKEY root, const wchar_t *name, REGSAM view, DWORD reserved);

LSTATUS store_record_delete_key(HKEY root, const wchar_t *name)
{
    struct late advapi = {.name = L"advapi32.dll"};
    struct fault ignored;
    delete_key remove = (delete_key)late_bind(&advapi, "RegDeleteKeyExW", &ignored);
    /* Only 32-bit Windows XP has no RegDeleteKeyExW. RegDeleteKeyW is sufficient there, because
     * 32-bit Windows has only one view. */
    return remove ? remove(root, name, KEY_WOW64_64KEY, 0) : RegDeleteKeyW(root, name);
}

bool store_record_remove(HKEY root, struct fault *fault)
{
    static const wchar_t *const names[] = {id_name, path_name, volume_name, copy_name, behind_name};
    HKEY key;
    DWORD subkeys = 1, values = 1;
    LSTATUS status =
        RegOpenKeyExW(root, key_name, 0, KEY_SET_VALUE | KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    if (status == ERROR_FILE_NOT_FOUND)
        return true;
    if (status == ERROR_SUCCESS) {
        for (size_t i = 0; i < sizeof names / sizeof *names && status == ERROR_SUCCESS; i++) {
            status = RegDeleteValueW(key, names[i]);
            if (status == ERROR_FILE_NOT_FOUND)
                status = ERROR_SUCCESS;
        }
        RegQueryInfoKeyW(key, NULL, NULL, NULL, &subkeys, NULL, NULL, &values, NULL, NULL, NULL,
                         NULL);
        RegCloseKey(key);
    }
    if (status == ERROR_SUCCESS && !subkeys && !values)
        status = store_record_delete_key(root, key_name);
    if (status != ERROR_SUCCESS) {
        return system_fault(fault, FAULT_STORE, (uint32_t)status,
                            SHOWN_KEY ", the record of the store, could not be removed");
    }
    return true;
}
