/* planted.dll - a DLL that the tests copy, under the name of a system DLL, to a folder from which
 * maxport must not load DLLs. When the DLL is loaded, it creates a file beside itself with the name
 * of the DLL, followed by ".loaded". */
#include <wchar.h>
#include <windows.h>

/* Windows calls DllMain(), but no header declares this function. */
BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved)
{
    wchar_t path[MAX_PATH + 16];

    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH && GetModuleFileNameW(self, path, MAX_PATH)) {
        wcscat(path, L".loaded");
        CloseHandle(CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    }
    return TRUE;
}
