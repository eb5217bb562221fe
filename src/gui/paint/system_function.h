/* system_function.h - functions that some Windows versions lack. */
#ifndef GUI_PAINT_SYSTEM_FUNCTION_H
#define GUI_PAINT_SYSTEM_FUNCTION_H

#include <windows.h>

typedef void (*system_function_pointer)(void);

/* Looks up a function of a DLL, which is loaded from System32 and never from the program's folder.
 * *module: handle of the DLL; NULL before the first call. Returns NULL if this Windows lacks the
 * DLL or the function. */
system_function_pointer system_function(HMODULE *module, const wchar_t *dll, const char *name);

#endif
