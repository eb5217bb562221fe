/* by_name.exe DLL [careless]: loads a DLL by its bare name after harden_process, as a library
 * of somebody else's might do within maxport; "careless": without harden_process before it.
 * Exit code 0: loaded, 1: not loaded, 2: harden_process failed. */
#include <windows.h>

#include <wchar.h>

#include "win32/harden.h"

/* The C library calls it, and no header of mingw-w64 declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    HMODULE module;

    if (argc < 2 || (argc == 2 && !harden_process()))
        return 2;
    module = LoadLibraryW(argv[1]);
    if (module)
        FreeLibrary(module);
    return module ? 0 : 1;
}
