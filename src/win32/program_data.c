#include "win32/program_data.h"

#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

static const wchar_t key_name[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";

/* Reads a string value. False: the value is missing or empty, is not a string, or is too long. */
static bool read_text(HKEY key, const wchar_t *name, wchar_t text[MAX_PATH])
{
    DWORD type = REG_NONE, bytes = (MAX_PATH - 1) * sizeof *text;
    bool is_read =
        RegQueryValueExW(key, name, NULL, &type, (BYTE *)text, &bytes) == ERROR_SUCCESS &&
        (type == REG_SZ || type == REG_EXPAND_SZ);
    text[is_read ? bytes / sizeof *text : 0] = L'\0';
    return text[0] != L'\0';
}

/* Expands a variable at the start of the text. Takes its value from GetSystemWindowsDirectoryW, not
 * from the environment. */
static bool expand(const wchar_t *text, wchar_t path[MAX_PATH])
{
    static const struct {
        const wchar_t *name;
        bool is_drive; /* use only the drive of the folder */
    } variables[] = {{L"%SystemDrive%", true}, {L"%SystemRoot%", false}, {L"%windir%", false}};
    wchar_t windows[MAX_PATH] = L"";
    const wchar_t *rest = text;
    UINT count = GetSystemWindowsDirectoryW(windows, MAX_PATH);
    if (count == 0 || count >= MAX_PATH)
        return false;
    path[0] = L'\0';
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        size_t length = wcslen(variables[i].name);
        if (_wcsnicmp(text, variables[i].name, length) == 0) {
            if (variables[i].is_drive)
                windows[2] = L'\0';
            memcpy(path, windows, sizeof windows);
            rest = text + length;
        }
    }
    size_t start = wcslen(path), more = wcslen(rest);
    if (start + more >= MAX_PATH || wcschr(rest, L'%'))
        return false;
    memcpy(path + start, rest, (more + 1) * sizeof *path);
    return true;
}

/* Changes slashes to backslashes and removes trailing backslashes. False: the path does not have
 * the form C:\folder. */
static bool make_regular(wchar_t path[MAX_PATH])
{
    size_t count = wcslen(path);
    for (size_t i = 0; i < count; i++)
        if (path[i] == L'/')
            path[i] = L'\\';
    while (count > 3 && path[count - 1] == L'\\')
        path[--count] = L'\0';
    bool is_letter = (path[0] >= L'A' && path[0] <= L'Z') || (path[0] >= L'a' && path[0] <= L'z');
    return is_letter && path[1] == L':' && path[2] == L'\\' && path[3];
}

static bool read_all_users(HKEY key, wchar_t text[MAX_PATH])
{
    wchar_t profiles[MAX_PATH], all_users[MAX_PATH];
    if (!read_text(key, L"ProfilesDirectory", profiles) ||
        !read_text(key, L"AllUsersProfile", all_users) ||
        wcslen(profiles) + 1 + wcslen(all_users) >= MAX_PATH)
        return false;
    snwprintf(text, MAX_PATH, L"%ls\\%ls", profiles, all_users);
    return true;
}

bool program_data_path(HKEY root, wchar_t path[MAX_PATH], struct fault *fault)
{
    wchar_t text[MAX_PATH], found[MAX_PATH];
    HKEY key;
    LSTATUS status = RegOpenKeyExW(root, key_name, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    if (status != ERROR_SUCCESS)
        return system_fault(fault, FAULT_STORE, (uint32_t)status,
                            "The registry key HKEY_LOCAL_MACHINE\\%s, which names the folder for "
                            "the data of all users, could not be read",
                            "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
    bool is_named = read_text(key, L"ProgramData", text) || read_all_users(key, text);
    RegCloseKey(key);
    if (!is_named)
        return fault_set(fault, FAULT_STORE, 0,
                         "The registry does not name the folder for the data of all users "
                         "(ProgramData).");
    if (!expand(text, found) || !make_regular(found)) {
        char utf8[3 * MAX_PATH];
        wide_copy_utf8(text, utf8, sizeof utf8);
        return fault_set(fault, FAULT_STORE, 0,
                         "The registry names \"%s\" as the folder for the data of all users, which "
                         "is not a folder on a drive.",
                         utf8);
    }
    memcpy(path, found, sizeof found);
    return true;
}
