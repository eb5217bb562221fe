#include "win32/command_line.h"

#include "core/base/fault.h"
#include "win32/lib/late.h"

#include <stdlib.h>
#include <string.h>

enum {
    COMMAND_LINE_INFORMATION = 60,
    BASIC_INFORMATION = 0,
    /* Windows returns a UNICODE_STRING, followed by the text. The field for the length of the text
     * in bytes has 16 bits. */
    COMMAND_LINE_BYTES = 0x10000 + 64,
};

struct unicode_string {
    uint16_t bytes, capacity;
    wchar_t *text;
};

/* PROCESS_BASIC_INFORMATION; only the second field is used. */
struct basic_information {
    void *exit_status;
    uint8_t *peb;
    void *others[4];
};

/* Offsets for a process with this program's bitness. */
enum {
    PEB_PARAMETERS = sizeof(void *) == 8 ? 0x20 : 0x10,
    PARAMETERS_COMMAND_LINE = sizeof(void *) == 8 ? 0x70 : 0x40,
};
_Static_assert(sizeof(struct unicode_string) == 2 * sizeof(void *), "UNICODE_STRING");
_Static_assert(sizeof(struct basic_information) == 6 * sizeof(void *), "PROCESS_BASIC_INFORMATION");

/* Results of NtQueryInformationProcess (Microsoft Learn, "NTSTATUS Values"). Windows versions
 * before 8.1 do not know the class. */
#define CLASS_UNKNOWN ((LONG)0xC0000003) /* STATUS_INVALID_INFO_CLASS */
#define NOT_IMPLEMENTED ((LONG)0xC0000002)
#define ACCESS_DENIED ((LONG)0xC0000022)

typedef LONG(WINAPI *query_process)(HANDLE process, int class, void *data, ULONG bytes,
                                    ULONG *used);
typedef BOOL(WINAPI *is_wow64)(HANDLE process, BOOL *answer);

static query_process find_query(void)
{
    struct late ntdll = {.name = L"ntdll.dll"};
    struct fault ignored;
    return (query_process)late_bind(&ntdll, "NtQueryInformationProcess", &ignored);
}

static wchar_t *terminated(const wchar_t *text, size_t count)
{
    wchar_t *copy = malloc((count + 1) * sizeof *copy);
    if (copy) {
        memcpy(copy, text, count * sizeof *copy);
        copy[count] = L'\0';
    }
    return copy;
}

DWORD command_line_query(HANDLE process, wchar_t **text)
{
    query_process query = find_query();
    uint8_t *buffer = query ? malloc(COMMAND_LINE_BYTES) : NULL;
    DWORD code = ERROR_GEN_FAILURE;
    ULONG used = 0;
    LONG status;
    if (!buffer)
        return query ? ERROR_NOT_ENOUGH_MEMORY : ERROR_NOT_SUPPORTED;
    status = query(process, COMMAND_LINE_INFORMATION, buffer, COMMAND_LINE_BYTES, &used);
    if (status >= 0) {
        struct unicode_string string;
        memcpy(&string, buffer, sizeof string);
        /* If the text is outside of the buffer, this 32-bit program has received 64-bit data. */
        uintptr_t offset = (uintptr_t)string.text - (uintptr_t)buffer;
        *text = NULL;
        if (offset >= sizeof string && offset <= (size_t)COMMAND_LINE_BYTES - string.bytes)
            *text = terminated(string.text, string.bytes / sizeof(wchar_t));
        code = *text ? NO_ERROR : ERROR_GEN_FAILURE;
    } else if (status == CLASS_UNKNOWN || status == NOT_IMPLEMENTED) {
        code = ERROR_NOT_SUPPORTED;
    } else if (status == ACCESS_DENIED) {
        code = ERROR_ACCESS_DENIED;
    }
    free(buffer);
    return code;
}

static wchar_t *ask_command_line(uint32_t process)
{
    HANDLE handle = OpenProcess(PROCESS_LIMITED, FALSE, process);
    wchar_t *text;
    if (!handle)
        return NULL;
    if (command_line_query(handle, &text) != NO_ERROR)
        text = NULL;
    CloseHandle(handle);
    return text;
}

/* Returns whether the process is a 32-bit process on 64-bit Windows. If IsWow64Process is missing,
 * Windows is 32-bit. */
static bool is_under_wow64(HANDLE process)
{
    is_wow64 call = (is_wow64)late_kernel32("IsWow64Process");
    BOOL answer = FALSE;
    return call && call(process, &answer) && answer;
}

static bool read_at(HANDLE process, const uint8_t *address, void *data, size_t bytes)
{
    SIZE_T done = 0;
    return ReadProcessMemory(process, address, data, bytes, &done) && done == bytes;
}

static wchar_t *read_parameters(HANDLE process, query_process query)
{
    struct basic_information basic;
    struct unicode_string string;
    uint8_t *parameters;
    ULONG used = 0;
    if (query(process, BASIC_INFORMATION, &basic, sizeof basic, &used) < 0 || !basic.peb ||
        !read_at(process, basic.peb + PEB_PARAMETERS, &parameters, sizeof parameters) ||
        !read_at(process, parameters + PARAMETERS_COMMAND_LINE, &string, sizeof string)) {
        return NULL;
    }
    size_t count = string.bytes / sizeof(wchar_t);
    wchar_t *text = calloc(count + 1, sizeof *text);
    if (text && !read_at(process, (const uint8_t *)string.text, text, count * sizeof *text)) {
        free(text);
        return NULL;
    }
    return text;
}

static wchar_t *read_from_memory(uint32_t process)
{
    query_process query = find_query();
    HANDLE handle =
        query ? OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, process) : NULL;
    if (!handle)
        return NULL;
    wchar_t *text = NULL;
    if (is_under_wow64(handle) == is_under_wow64(GetCurrentProcess()))
        text = read_parameters(handle, query);
    CloseHandle(handle);
    return text;
}

wchar_t *command_line_read(uint32_t process, enum command_line_way way)
{
    wchar_t *text = way == COMMAND_LINE_ANY ? ask_command_line(process) : NULL;
    return text ? text : read_from_memory(process);
}
