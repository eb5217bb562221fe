/* com.h - COM, loaded when it is first wanted, and set up once for the process.
 *
 * ole32.dll and oleaut32.dll are loaded late, which spares every other command their
 * start-up.
 *
 * CoInitializeSecurity counts once for the whole process, and both WMI and System
 * Restore need it: WMI wants to act in our name (impersonation level IMPERSONATE),
 * System Restore to be called back by LocalService, NetworkService, System,
 * Administrators and ourselves. Whoever comes first sets it for both.
 * Sources: Win32, "Setting Client Application Process Security" (WMI) and "Using System
 * Restore". Left out of what the latter shows: EOAC_NO_CUSTOM_MARSHAL, since WMI's
 * objects come by a marshaler of their own.
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

/* Only the functions. FAULT_UNAVAILABLE says what is lacking. */
bool com_load(struct com *com, struct fault *fault) MUST_CHECK;

/* The functions, this thread in the multithreaded apartment, and the process' security.
 * A thread that somebody put into another apartment stays there, which will do; so
 * does a process whose security was set before. FAULT_UNAVAILABLE.
 * capabilities: EOAC_NONE, or EOAC_DISABLE_AAA for System Restore. The latter makes every
 * server fail that is to run as whoever activates it, the shell's extensions in the
 * window's Save dialog among them (Win32, EOLE_AUTHENTICATION_CAPABILITIES). */
bool com_enter(struct com *com, DWORD capabilities, struct fault *fault) MUST_CHECK;

/* For the thread that entered. All of COM's objects are released before. */
void com_leave(struct com *com);

#endif
