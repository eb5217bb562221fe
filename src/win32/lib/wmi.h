/* wmi.h - Windows Management Instrumentation: reads the instances of a class, calls a method.
 *
 * Only wmi_each() has a time limit. If the WMI service hangs, wmi_open() blocks for up to two
 * minutes (WBEM_FLAG_CONNECT_USE_MAX_WAIT). Use these functions in a thread of background.h. Open,
 * use and close a connection in the same thread, because COM is initialized only for the thread
 * that opened the connection (com.h). Sources: Win32, "Creating a WMI Application Using C++";
 * mingw's wbemcli.h.
 */
#ifndef WIN32_LIB_WMI_H
#define WIN32_LIB_WMI_H

#include "core/base/fault.h"

#include <windows.h>

struct IWbemServices;

struct wmi {
    struct IWbemServices *services;
    char namespace[64];
    bool must_uninitialize;
};

/* Connects to a namespace of this computer, e.g. L"root\\StandardCimv2". Fails with FAULT_DENIED if
 * access was denied, with FAULT_NO_MEMORY if memory ran out, and otherwise with FAULT_UNAVAILABLE.
 * fault->code is the HRESULT, or a Win32 error code if COM could not be loaded. */
bool wmi_open(struct wmi *wmi, const wchar_t *namespace, struct fault *fault) MUST_CHECK;
void wmi_close(struct wmi *wmi);

enum wmi_kind {
    WMI_ABSENT, /* the class does not have the property, e.g. on an older Windows */
    WMI_NULL,   /* the class has the property, but the instance has no value */
    WMI_NUMBER, /* integers of all sizes, and booleans as 0 and 1 */
    WMI_TEXT,
    WMI_OTHER,
};

enum { WMI_PROPERTIES_MAX = 8, WMI_TEXT_SIZE = 776 }; /* room for 258 UTF-16 units */

struct wmi_value {
    enum wmi_kind kind;
    int64_t number;
    char text[WMI_TEXT_SIZE]; /* UTF-8, from outside maxport; digits for a 64-bit number */
};

/* Receives one instance. `values` has the order of the requested properties. */
typedef void (*wmi_row)(void *context, const struct wmi_value *values);

/* Calls row() for every instance of the class. Before a failure, row() may have been called for
 * some instances. Fails with FAULT_UNAVAILABLE if the class does not exist or the query did not
 * finish within limit_ms. Fails with FAULT_FAILED if more than WMI_PROPERTIES_MAX properties are
 * requested. Other errors of WMI cause the same faults as in wmi_open(). */
bool wmi_each(struct wmi *wmi, const wchar_t *class, const wchar_t *const *properties,
              size_t property_count, DWORD limit_ms, wmi_row row, void *context,
              struct fault *fault) MUST_CHECK;

/* Calls a static method of the class with one uint32 parameter. *answer is the method's return
 * value, or WMI_ABSENT if the method returns none. Fails with the same faults as wmi_open(). */
bool wmi_call(struct wmi *wmi, const wchar_t *class, const wchar_t *method,
              const wchar_t *parameter, uint32_t number, struct wmi_value *answer,
              struct fault *fault) MUST_CHECK;

#endif
