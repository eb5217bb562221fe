/* planted.dll - a DLL by a system DLL's name in a folder where none should be looked for.
 * It tells that it was loaded by a file of its own name and ".loaded". */
#include <wchar.h>
#include <windows.h>

/* Windows calls it, and no header declares it. */
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
