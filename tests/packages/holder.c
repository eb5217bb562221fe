/* holder WAY FILE - opens FILE and keeps it open for two minutes, or until the process is
 * terminated.
 *
 * WAY is one of these:
 * - image: loads FILE with LoadLibrary, as a program loads a DLL
 * - alone: opens FILE without sharing
 */
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <wchar.h>

int main(void)
{
    int count;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    void *held = NULL;

    if (count != 3)
        return 2;
    if (wcscmp(arguments[1], L"image") == 0)
        held = LoadLibraryW(arguments[2]);
    else if (wcscmp(arguments[1], L"alone") == 0)
        held = CreateFileW(arguments[2], GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (!held || held == INVALID_HANDLE_VALUE) {
        printf("not held: error %lu\n", GetLastError());
        return 1;
    }
    puts("held");
    fflush(stdout);
    Sleep(120000); /* usually the script terminates this process earlier */
    return 0;
}
