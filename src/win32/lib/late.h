/* late.h - functions that not every Windows has, from DLLs in System32 only.
 *
 * A static import of a DLL that is no KnownDLL is looked for beside the program
 * first, before any hardening can run; so such DLLs are loaded here, by their
 * full path. GetSystemDirectoryW gives it, never the environment.
 * Source: Microsoft Learn, "Dynamic-link library search order".
 */
#ifndef WIN32_LIB_LATE_H
#define WIN32_LIB_LATE_H

#include "core/base/fault.h"

#include <windows.h>

/* One DLL, held by the caller: {.name = L"iphlpapi.dll"}. Once loaded it stays
 * for the life of the process, so that its functions can be kept. Two threads
 * may use the same one: loading twice is harmless. */
struct late {
    const wchar_t *name; /* file name only */
    HMODULE module;      /* NULL until it was wanted */
};

/* Any function; cast it to its real type. */
typedef void (*late_function)(void);

/* The function, or NULL with FAULT_UNAVAILABLE: no such DLL, or it lacks the function. */
late_function late_bind(struct late *dll, const char *function, struct fault *fault) MUST_CHECK;

/* The same of kernel32.dll, which every process has. NULL: this Windows lacks it. */
late_function late_kernel32(const char *function) MUST_CHECK;

#endif
