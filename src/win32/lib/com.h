/* com.h - loads COM at its first use and sets it up once for the process.
 *
 * ole32.dll and oleaut32.dll are loaded late, because other commands do not need them.
 *
 * CoInitializeSecurity can be called only once in a process, but WMI and System Restore both need
 * it. WMI must be allowed to act for this process (impersonation level IMPERSONATE). For System
 * Restore, LocalService, NetworkService, System, Administrators and the account of the process must
 * be allowed to call back. The first com_enter() therefore sets the security for both. Sources:
 * Win32, "Setting Client Application Process Security" (WMI) and "Using System Restore". The
 * example on the page "Using System Restore" also sets the flag EOAC_NO_CUSTOM_MARSHAL. maxport
 * omits this flag, because WMI's objects use their own marshaler.
 */
#ifndef WIN32_LIB_COM_H
#define WIN32_LIB_COM_H

#include "core/base/fault.h"

#include <windows.h>

#include <ole2.h>

struct com {
    HRESULT(WINAPI *initialize)(void *reserved, DWORD model);
    void(WINAPI *uninitialize)(void);
    HRESULT(WINAPI *initialize_security)
    (SECURITY_DESCRIPTOR *, LONG, void *, void *, DWORD, DWORD, void *, DWORD, void *);
    HRESULT(WINAPI *create_instance)(REFCLSID, IUnknown *, DWORD, REFIID, void **);
    HRESULT(WINAPI *set_proxy_blanket)
    (IUnknown *, DWORD, DWORD, OLECHAR *, DWORD, DWORD, void *, DWORD);
    BSTR(WINAPI *string_make)(const OLECHAR *);
    void(WINAPI *string_free)(BSTR);
    HRESULT(WINAPI *variant_clear)(VARIANT *);
    bool must_uninitialize;
};

/* Only loads the functions. Fails with FAULT_UNAVAILABLE, which names the missing DLL or
 * function. */
bool com_load(struct com *com, struct fault *fault) MUST_CHECK;

/* Loads the functions, puts this thread into the multithreaded apartment, and sets the security of
 * the process. A thread that is already in another apartment stays there, and security that is
 * already set is not changed; the functions work nevertheless. Fails with FAULT_UNAVAILABLE, or
 * with FAULT_NO_MEMORY if COM has too little memory to start. capabilities: EOAC_NONE, or
 * EOAC_DISABLE_AAA for System Restore. With EOAC_DISABLE_AAA, COM cannot start a server that runs
 * under its caller's account, such as a shell extension in the window's Save dialog (Win32,
 * EOLE_AUTHENTICATION_CAPABILITIES). */
bool com_enter(struct com *com, DWORD capabilities, struct fault *fault) MUST_CHECK;

/* Call com_leave() in the thread that called com_enter(), after all COM objects are released. */
void com_leave(struct com *com);

#endif
