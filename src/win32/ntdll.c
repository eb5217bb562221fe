#include "win32/ntdll.h"

#include "win32/lib/late.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <winternl.h>

enum {
    COMPLETE_IF_OPLOCKED = 0x100,
    SYNCHRONOUS = 0x20, /* FILE_SYNCHRONOUS_IO_NONALERT */
    OPEN_LINK_ITSELF = 0x200000,
    FOLDER_ONLY = 1,
    FILE_ONLY = 0x40,
    CLASS_RENAME = 10,
    CLASS_DISPOSITION = 13,
    CLASS_ATTRIBUTE_TAG = 35,
    CLASS_DISPOSITION_EX = 64,
    DELETE_IT = 1, /* flags of CLASS_DISPOSITION_EX */
    POSIX_SEMANTICS = 2,
    CLASS_VOLUME_ATTRIBUTES = 5,
    VOLUME_NAME_CHARACTERS = 64,
};

/* FILE_OPEN and FILE_CREATE from winternl.h, and status codes from ntstatus.h. */
enum { OPEN_EXISTING_ONE = 1, MAKE_NEW_ONE = 2 };
static const LONG oplock_break_in_progress = 0x108;
static const LONG cannot_break_oplock = (LONG)0xc0000909;
static const LONG delete_pending = (LONG)0xc0000056;

typedef LONG(NTAPI *nt_create_file)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *,
                                    LARGE_INTEGER *, ULONG attributes, ULONG share,
                                    ULONG disposition, ULONG options, void *ea, ULONG ea_length);
/* NtSetInformationFile, NtQueryInformationFile, NtQueryVolumeInformationFile */
typedef LONG(NTAPI *nt_information_file)(HANDLE, IO_STATUS_BLOCK *, void *, ULONG, int class);
typedef ULONG(NTAPI *rtl_status_to_error)(LONG);

/* FILE_RENAME_INFORMATION with room for a name. */
struct rename_information {
    BOOLEAN replace;
    HANDLE folder;
    ULONG name_bytes;
    wchar_t name[];
};

/* FILE_ATTRIBUTE_TAG_INFORMATION */
struct attribute_tag {
    ULONG attributes;
    ULONG tag;
};

/* FILE_FS_ATTRIBUTE_INFORMATION with room for a name. */
struct volume_attributes {
    ULONG flags;
    LONG longest_name;
    ULONG name_bytes;
    wchar_t name[VOLUME_NAME_CHARACTERS];
};

static late_function bind(const char *name)
{
    static struct late ntdll = {.name = L"ntdll.dll"};
    struct fault ignored;
    return late_bind(&ntdll, name, &ignored);
}

static DWORD error_of(LONG status)
{
    rtl_status_to_error convert = (rtl_status_to_error)bind("RtlNtStatusToDosError");
    if (status == oplock_break_in_progress || status == cannot_break_oplock)
        return ERROR_SHARING_VIOLATION;
    if (status == delete_pending)
        return ERROR_DELETE_PENDING; /* RtlNtStatusToDosError would return ERROR_ACCESS_DENIED */
    if (status >= 0)
        return ERROR_SUCCESS;
    return convert ? convert(status) : ERROR_CALL_NOT_IMPLEMENTED;
}

/* Converts a full path to \??\C:\... or \??\UNC\server\...; a relative name is not changed. The
 * result is malloc'ed. */
static wchar_t *native_name(HANDLE folder, const wchar_t *name)
{
    bool is_share = !folder && name[0] == L'\\' && name[1] == L'\\';
    const wchar_t *prefix = folder ? L"" : is_share ? L"\\??\\UNC" : L"\\??\\";
    size_t prefix_count = wcslen(prefix), count = wcslen(name + is_share) + 1;
    wchar_t *native = malloc((prefix_count + count) * sizeof *native);
    if (native) {
        memcpy(native, prefix, prefix_count * sizeof *native);
        memcpy(native + prefix_count, name + is_share, count * sizeof *native);
    }
    return native;
}

DWORD ntdll_open(const struct ntdll_open *request, HANDLE *file)
{
    static const DWORD kinds[] = {[NTDLL_MAKE_FILE] = FILE_ONLY, [NTDLL_MAKE_FOLDER] = FOLDER_ONLY};
    nt_create_file create = (nt_create_file)bind("NtCreateFile");
    if (!create)
        return ERROR_CALL_NOT_IMPLEMENTED;
    wchar_t *name = native_name(request->folder, request->name);
    if (!name)
        return ERROR_NOT_ENOUGH_MEMORY;
    size_t bytes = wcslen(name) * sizeof *name;
    UNICODE_STRING string = {
        .Length = (USHORT)bytes, .MaximumLength = (USHORT)bytes, .Buffer = name};
    SECURITY_QUALITY_OF_SERVICE quality = {
        .Length = sizeof quality,
        .ImpersonationLevel = SecurityIdentification,
        .ContextTrackingMode = SECURITY_STATIC_TRACKING,
        .EffectiveOnly = TRUE,
    };
    OBJECT_ATTRIBUTES attributes = {
        .Length = sizeof attributes,
        .RootDirectory = request->folder,
        .ObjectName = &string,
        .Attributes = OBJ_CASE_INSENSITIVE,
        .SecurityDescriptor = request->security,
        .SecurityQualityOfService = &quality,
    };
    IO_STATUS_BLOCK block;
    HANDLE opened = NULL;
    LONG status = create(
        &opened, request->access | SYNCHRONIZE, &attributes, &block, NULL,
        request->attributes ? request->attributes : FILE_ATTRIBUTE_NORMAL, request->share,
        request->purpose == NTDLL_OPEN ? OPEN_EXISTING_ONE : MAKE_NEW_ONE,
        SYNCHRONOUS | OPEN_LINK_ITSELF | COMPLETE_IF_OPLOCKED | kinds[request->purpose], NULL, 0);
    free(name);
    DWORD error = error_of(status);
    if (!error)
        *file = opened;
    else if (status >= 0)
        CloseHandle(opened); /* because a read would wait for the oplock's owner */
    return error == ERROR_ALREADY_EXISTS && request->purpose == NTDLL_MAKE_FILE ? ERROR_FILE_EXISTS
                                                                                : error;
}

static DWORD call_information(const char *function, HANDLE file, void *data, size_t bytes,
                              int class)
{
    nt_information_file call = (nt_information_file)bind(function);
    IO_STATUS_BLOCK block;
    return call ? error_of(call(file, &block, data, (ULONG)bytes, class))
                : ERROR_CALL_NOT_IMPLEMENTED;
}

static DWORD set_information(HANDLE file, void *data, size_t bytes, int class)
{
    return call_information("NtSetInformationFile", file, data, bytes, class);
}

DWORD ntdll_rename(HANDLE file, HANDLE folder, const wchar_t *name, bool replace)
{
    wchar_t *native = native_name(folder, name);
    size_t count = native ? wcslen(native) : 0;
    size_t bytes = sizeof(struct rename_information) + (count + 1) * sizeof *native;
    struct rename_information *information = native ? calloc(1, bytes) : NULL;
    DWORD error = ERROR_NOT_ENOUGH_MEMORY;
    if (information) {
        information->replace = replace;
        information->folder = folder;
        information->name_bytes = (ULONG)(count * sizeof *native);
        memcpy(information->name, native, count * sizeof *native);
        error = set_information(file, information, bytes, CLASS_RENAME);
    }
    free(information);
    free(native);
    return error;
}

DWORD ntdll_delete(HANDLE file)
{
    ULONG flags = DELETE_IT | POSIX_SEMANTICS;
    BOOLEAN is_deleted = TRUE;
    return set_information(file, &flags, sizeof flags, CLASS_DISPOSITION_EX)
               ? set_information(file, &is_deleted, sizeof is_deleted, CLASS_DISPOSITION)
               : ERROR_SUCCESS;
}

DWORD ntdll_attributes(HANDLE file, DWORD *attributes, DWORD *tag)
{
    struct attribute_tag found = {0};
    DWORD error =
        call_information("NtQueryInformationFile", file, &found, sizeof found, CLASS_ATTRIBUTE_TAG);
    *attributes = found.attributes;
    *tag = found.tag;
    return error;
}

DWORD ntdll_volume_flags(HANDLE file, DWORD *flags)
{
    struct volume_attributes found = {0};
    DWORD error = call_information("NtQueryVolumeInformationFile", file, &found, sizeof found,
                                   CLASS_VOLUME_ATTRIBUTES);
    *flags = found.flags;
    return error;
}
