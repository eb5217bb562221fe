/* late.h - looks up functions that not every Windows has, only in DLLs of System32.
 *
 * If a program imports a DLL statically and the DLL is not a KnownDLL, Windows searches for the DLL
 * first in the program's folder, before maxport can restrict the search. Such DLLs are therefore
 * loaded here, by their full path from GetSystemDirectoryW, never by a path from the environment.
 * Source: Microsoft Learn, "Dynamic-link library search order".
 */
#ifndef WIN32_LIB_LATE_H
#define WIN32_LIB_LATE_H

#include "core/base/fault.h"

#include <windows.h>

/* One DLL, owned by the caller: {.name = L"iphlpapi.dll"}. A loaded DLL is never unloaded, so its
 * functions remain valid. Two threads may use the same struct; loading twice is harmless. */
struct late {
    const wchar_t *name; /* file name only */
    HMODULE module;      /* NULL until the first use */
};

/* A function of any type; cast it to its real type. */
typedef void (*late_function)(void);

/* Returns a function of the DLL. Returns NULL with FAULT_UNAVAILABLE if the DLL or the function is
 * missing. */
late_function late_bind(struct late *dll, const char *function, struct fault *fault) MUST_CHECK;

/* Returns a function of kernel32.dll, or NULL if this Windows does not have it. */
late_function late_kernel32(const char *function) MUST_CHECK;

#endif
