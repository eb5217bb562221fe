#include "fakes.h"

#include "fake_state.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

static const wchar_t class_key[] =
    L"Software\\Classes\\CLSID\\{4590F811-1D3A-11D0-891F-00AA004B2E24}\\InprocServer32";
static const wchar_t overrides_key[] = L"Software\\Wine\\DllOverrides";
static const wchar_t maxport_key[] = L"Software\\Wine\\AppDefaults\\maxport.exe\\DllOverrides";
static const wchar_t wmi_dll[] = FAKE_FOLDER L"\\fake_wmi.dll";

/* The DLL that was registered for the class before the fake was installed. */
static wchar_t usual_dll[MAX_PATH];

const char fakes_plain_wmi[] =
    "row|root\\StandardCimv2|MSFT_NetTCPSetting|SettingName=text:Automatic|"
    "DynamicPortRangeStartPort=null:|DynamicPortRangeNumberOfPorts=null:\n"
    "row|root\\StandardCimv2|MSFT_NetTCPSetting|SettingName=text:Internet|"
    "DynamicPortRangeStartPort=start:tcp/ipv4|DynamicPortRangeNumberOfPorts=count:tcp/ipv4|"
    "AutoReusePortRangeStartPort=number:0|AutoReusePortRangeNumberOfPorts=number:0\n"
    "row|root\\StandardCimv2|MSFT_NetUDPSetting|"
    "DynamicPortRangeStartPort=start:udp/ipv4|DynamicPortRangeNumberOfPorts=count:udp/ipv4\n";

const char fakes_plain_netsh[] = "language|english\n"
                                 "range|tcp|ipv4|49152|16384\n"
                                 "range|tcp|ipv6|49152|16384\n"
                                 "range|udp|ipv4|49152|16384\n"
                                 "range|udp|ipv6|49152|16384\n";

bool fakes_can_run(void)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
}

/* ------------------------------------------------------------ installing */

/* Copies a file from the folder of this test executable. */
static void copy_fake(const wchar_t *name, const wchar_t *to)
{
    wchar_t from[MAX_PATH];
    ck_assert_msg(fakes_can_run(), "fakes are for Wine only");
    DWORD count = GetModuleFileNameW(NULL, from, MAX_PATH);
    ck_assert(count > 0 && count < MAX_PATH - 32);
    wcscpy(wcsrchr(from, L'\\') + 1, name);
    CreateDirectoryW(FAKE_FOLDER, NULL);
    if (!CopyFileW(from, to, FALSE)) {
        /* If a hanging thread uses a DLL, the file cannot be replaced. Then the existing copy is
         * used. */
        DWORD code = GetLastError();
        ck_assert_msg(GetFileAttributesW(to) != INVALID_FILE_ATTRIBUTES, "%ls to %ls: error %lu",
                      from, to, (unsigned long)code);
    }
}

static void set_text(HKEY root, const wchar_t *key_name, const wchar_t *name, const wchar_t *text)
{
    HKEY key;
    ck_assert_int_eq(RegCreateKeyExW(root, key_name, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL),
                     ERROR_SUCCESS);
    LSTATUS status = RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)text,
                                    (DWORD)((wcslen(text) + 1) * sizeof *text));
    RegCloseKey(key);
    ck_assert_int_eq(status, ERROR_SUCCESS);
}

void fakes_install_wmi(void)
{
    copy_fake(L"fake_wmi.dll", wmi_dll);
    if (!usual_dll[0]) {
        HKEY key;
        DWORD bytes = sizeof usual_dll - sizeof *usual_dll;
        ck_assert_int_eq(RegOpenKeyExW(HKEY_LOCAL_MACHINE, class_key, 0, KEY_QUERY_VALUE, &key),
                         ERROR_SUCCESS);
        RegQueryValueExW(key, NULL, NULL, NULL, (BYTE *)usual_dll, &bytes);
        RegCloseKey(key);
    }
    set_text(HKEY_LOCAL_MACHINE, class_key, NULL, wmi_dll);
    fakes_set_wmi("");
}

void fakes_uninstall_wmi(void)
{
    if (usual_dll[0])
        set_text(HKEY_LOCAL_MACHINE, class_key, NULL, usual_dll);
}

/* Wine runs its own netsh unless the registry contains an override, so this function sets one. */
void fakes_install_netsh(void)
{
    wchar_t path[MAX_PATH];
    UINT count = GetSystemDirectoryW(path, MAX_PATH);
    ck_assert(count > 0 && count < MAX_PATH - 32);
    wcscat(path, L"\\netsh.exe");
    copy_fake(L"fake_netsh.exe", path);
    set_text(HKEY_CURRENT_USER, overrides_key, L"netsh.exe", L"native,builtin");
    fakes_set_netsh("");
}

void fakes_forbid_netsh(void)
{
    ck_assert_msg(fakes_can_run(), "fakes are for Wine only");
    set_text(HKEY_CURRENT_USER, overrides_key, L"netsh.exe", L"");
}

void fakes_uninstall_netsh(void)
{
    HKEY key;
    if (RegOpenKeyExW(HKEY_CURRENT_USER, overrides_key, 0, KEY_SET_VALUE, &key) == ERROR_SUCCESS) {
        RegDeleteValueW(key, L"netsh.exe");
        RegCloseKey(key);
    }
}

/* Returns the path of a DLL in system32 (`path`) and the path at which the original file is kept
 * (`usual`). */
static void system_paths(const wchar_t *name, wchar_t path[MAX_PATH], wchar_t usual[MAX_PATH])
{
    UINT count = GetSystemDirectoryW(path, MAX_PATH);
    ck_assert(count > 0 && count < MAX_PATH - 32);
    wcscat(wcscat(path, L"\\"), name);
    wcscpy(usual, path);
    wcscat(usual, L".usual");
}

/* No override is needed: src/cmake/wine permits only a srclient.dll that is not Wine's own. */
void fakes_install_srclient(void)
{
    wchar_t path[MAX_PATH], usual[MAX_PATH];
    system_paths(L"srclient.dll", path, usual);
    CopyFileW(path, usual, TRUE);
    copy_fake(L"fake_srclient.dll", path);
    fakes_set_srclient("");
}

void fakes_uninstall_srclient(void)
{
    wchar_t path[MAX_PATH], usual[MAX_PATH];
    system_paths(L"srclient.dll", path, usual);
    if (CopyFileW(usual, path, FALSE))
        DeleteFileW(usual);
}

/* Wine loads its own iphlpapi.dll unless the registry contains an override, so this function sets
 * one. This process has loaded Wine's iphlpapi.dll, so the file can be renamed, but not
 * overwritten. */
void fakes_install_iphlpapi(void)
{
    wchar_t path[MAX_PATH], usual[MAX_PATH];
    system_paths(L"iphlpapi.dll", path, usual);
    if (GetFileAttributesW(usual) == INVALID_FILE_ATTRIBUTES)
        ck_assert_msg(MoveFileW(path, usual), "%ls cannot be renamed: error %lu", path,
                      (unsigned long)GetLastError());
    copy_fake(L"fake_iphlpapi.dll", path);
    set_text(HKEY_CURRENT_USER, maxport_key, L"iphlpapi", L"native,builtin");
    fakes_set_iphlpapi("");
}

void fakes_uninstall_iphlpapi(void)
{
    wchar_t path[MAX_PATH], usual[MAX_PATH];
    system_paths(L"iphlpapi.dll", path, usual);
    RegDeleteKeyW(HKEY_CURRENT_USER, maxport_key);
    if (GetFileAttributesW(usual) != INVALID_FILE_ATTRIBUTES)
        MoveFileExW(usual, path, MOVEFILE_REPLACE_EXISTING);
}

/* ------------------------------------------------------------ states and logs */

void fakes_set_iphlpapi(const char *state)
{
    ck_assert(fake_state_write(FAKE_IPHLPAPI_STATE, state));
}

void fakes_set_srclient(const char *state)
{
    CreateDirectoryW(FAKE_FOLDER, NULL);
    DeleteFileW(FAKE_SRCLIENT_LOG);
    ck_assert(fake_state_write(FAKE_SRCLIENT_STATE, state));
}

void fakes_set_wmi(const char *state)
{
    DeleteFileW(FAKE_WMI_LOG);
    ck_assert(fake_state_write(FAKE_WMI_STATE, state));
}

void fakes_set_netsh(const char *state)
{
    DeleteFileW(FAKE_NETSH_LOG);
    ck_assert(fake_state_write(FAKE_NETSH_STATE, state));
}

static const char *read_kept(const wchar_t *path)
{
    static char *text;
    free(text);
    text = fake_state_read(path);
    ck_assert_ptr_nonnull(text);
    return text;
}

const char *fakes_wmi_log(void)
{
    return read_kept(FAKE_WMI_LOG);
}

const char *fakes_srclient_log(void)
{
    return read_kept(FAKE_SRCLIENT_LOG);
}

const char *fakes_netsh_log(void)
{
    return read_kept(FAKE_NETSH_LOG);
}

const char *fakes_netsh_state(void)
{
    return read_kept(FAKE_NETSH_STATE);
}

size_t fakes_count(const char *text, const char *words)
{
    size_t count = 0;
    while ((text = strstr(text, words)) != NULL) {
        text += strlen(words);
        count++;
    }
    return count;
}

bool fakes_netsh_hangs(void)
{
    HANDLE mutex = OpenMutexW(SYNCHRONIZE, FALSE, FAKE_NETSH_HANGS);
    if (mutex)
        CloseHandle(mutex);
    return mutex != NULL;
}
