#include "win32/os_version.h"

#include "win32/lib/late.h"
#include "win32/lib/wide.h"

#include <string.h>

#include <windows.h>

typedef LONG(WINAPI *rtl_get_version)(OSVERSIONINFOEXW *version);
typedef BOOL(WINAPI *is_wow64_process)(HANDLE process, BOOL *is_wow64);

bool os_version_number(struct os_version *os, struct fault *fault)
{
    struct late ntdll = {.name = L"ntdll.dll"};
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    rtl_get_version call = (rtl_get_version)late_bind(&ntdll, "RtlGetVersion", fault);
    if (!call)
        return false;
    LONG status = call(&version);
    if (status < 0) {
        return fault_set(fault, FAULT_UNAVAILABLE, (uint32_t)status,
                         "Windows did not report its version (RtlGetVersion, 0x%08lx).",
                         (unsigned long)status);
    }
    *os = (struct os_version){
        .major = version.dwMajorVersion,
        .minor = version.dwMinorVersion,
        .build = version.dwBuildNumber,
        .role = (enum os_role)version.wProductType,
        .service_pack = version.wServicePackMajor,
    };
    return true;
}

static bool is_64_bit(void)
{
#ifdef _WIN64
    return true;
#else
    is_wow64_process call = (is_wow64_process)late_kernel32("IsWow64Process");
    BOOL is_wow64 = FALSE;
    return call && call(GetCurrentProcess(), &is_wow64) && is_wow64;
#endif
}

static void read_registry(struct os_version *os)
{
    HKEY key;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", 0,
                      KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS) {
        return;
    }
    DWORD type, revision, bytes = sizeof revision;
    if (RegQueryValueExW(key, L"UBR", NULL, &type, (BYTE *)&revision, &bytes) == ERROR_SUCCESS &&
        type == REG_DWORD && bytes == sizeof revision) {
        os->revision = revision;
    }
    wchar_t product[128];
    bytes = sizeof product - sizeof product[0]; /* leaves room for a NUL, because the text in the
                                                   registry may have none */
    if (RegQueryValueExW(key, L"ProductName", NULL, &type, (BYTE *)product, &bytes) ==
            ERROR_SUCCESS &&
        type == REG_SZ) {
        product[bytes / sizeof product[0]] = L'\0';
        wide_copy_utf8(product, os->product, sizeof os->product);
    }
    RegCloseKey(key);
}

static bool read(void *context, struct os_version *os, struct fault *fault)
{
    (void)context;
    struct os_version found;
    if (!os_version_number(&found, fault))
        return false;
    found.is_64_bit = is_64_bit();
    read_registry(&found);
    *os = found;
    return true;
}

void os_version_open(struct os_version_source *functions)
{
    *functions = (struct os_version_source){.read = read};
}
