/* by_name.exe DLL [careless] - loads a DLL by its name without a path, as another library in
 * maxport's process might do. Unless "careless" is given, the program first calls harden_process().
 * Exit codes: 0 if the DLL was loaded, 1 if it was not loaded, 2 if harden_process() failed. */
#include <windows.h>

#include <wchar.h>

#include "win32/harden.h"

/* The C library calls wmain(), but no header of mingw-w64 declares this function. */
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
