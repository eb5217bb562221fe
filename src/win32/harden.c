#include "win32/harden.h"

#include "win32/lib/late.h"

#include <windows.h>

/* Constants that headers for Windows XP do not have. */
enum {
    SEARCH_SYSTEM32 = 0x00000800,     /* LOAD_LIBRARY_SEARCH_SYSTEM32 */
    IMAGE_LOAD_POLICY = 10,           /* PROCESS_MITIGATION_POLICY: ProcessImageLoadPolicy */
    IMAGE_LOAD_NO_REMOTE = 1,         /* NoRemoteImages */
    IMAGE_LOAD_NO_LOW_LABEL = 2,      /* NoLowMandatoryLabelImages */
    IMAGE_LOAD_PREFER_SYSTEM32 = 4,   /* PreferSystem32Images */
    REDIRECTION_TRUST = 16,           /* ProcessRedirectionTrustPolicy of Windows 11 */
    ENFORCE_REDIRECTION_TRUST = 1,    /* EnforceRedirectionTrust */
    HEAP_TERMINATE_ON_CORRUPTION = 1, /* HeapEnableTerminationOnCorruption */
};

static bool harden_dll_search(void)
{
    typedef BOOL(WINAPI * set_default_dll_directories)(DWORD);
    set_default_dll_directories set_default =
        (set_default_dll_directories)late_kernel32("SetDefaultDllDirectories");
    /* Removes the current folder from the search. Without KB2533623, Windows cannot restrict the
     * search further. */
    bool is_hardened = SetDllDirectoryW(L"");
    if (set_default)
        is_hardened = set_default(SEARCH_SYSTEM32);
    return is_hardened;
}

static void harden_heap(void)
{
    typedef BOOL(WINAPI * heap_set_information)(HANDLE, int, void *, SIZE_T);
    heap_set_information set = (heap_set_information)late_kernel32("HeapSetInformation");
    if (set)
        set(NULL, HEAP_TERMINATE_ON_CORRUPTION, NULL, 0);
}

/* Forbids DLLs from the network and DLLs that low-integrity programs wrote. Does not forbid dynamic
 * code and extension points, because virus scanners and input methods for Chinese and Japanese need
 * them. */
static void harden_by_policies(void)
{
    typedef BOOL(WINAPI * set_mitigation_policy)(int, void *, SIZE_T);
    set_mitigation_policy set = (set_mitigation_policy)late_kernel32("SetProcessMitigationPolicy");
    DWORD flags = IMAGE_LOAD_NO_REMOTE | IMAGE_LOAD_NO_LOW_LABEL | IMAGE_LOAD_PREFER_SYSTEM32;
    if (set)
        set(IMAGE_LOAD_POLICY, &flags, sizeof flags);
    flags = ENFORCE_REDIRECTION_TRUST; /* do not follow junctions of standard users */
    if (set)
        set(REDIRECTION_TRUST, &flags, sizeof flags);
}

bool harden_process(void)
{
    bool is_hardened = harden_dll_search();
    harden_heap();
    /* SEM_NOGPFAULTERRORBOX is not set, because it would prevent Windows' crash reports. */
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    harden_by_policies();
    return is_hardened;
}
