#include "gui/paint/system_function.h"

system_function_pointer system_function(HMODULE *module, const wchar_t *dll, const char *name)
{
    enum { SYSTEM32_ONLY = 0x800 }; /* LOAD_LIBRARY_SEARCH_SYSTEM32 */

    if (!*module)
        *module = LoadLibraryExW(dll, NULL, SYSTEM32_ONLY);
    return *module ? (system_function_pointer)GetProcAddress(*module, name) : NULL;
}
