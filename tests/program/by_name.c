/* by_name.exe DLL [careless] - loads a DLL by its bare name, as another library within maxport
 * might do. It calls harden_process first, except with "careless". Exit code 0: loaded, 1: not
 * loaded, 2: harden_process failed. */
#include <windows.h>

#include <wchar.h>

#include "win32/harden.h"

/* The C library calls wmain, but no header of mingw-w64 declares it. */
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
