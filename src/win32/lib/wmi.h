/* wmi.h - Windows Management Instrumentation: the instances of a class, one by one.
 *
 * Nothing here has a limit on its own but wmi_each: a WMI service that hangs keeps
 * wmi_open for as long as it likes (WBEM_FLAG_CONNECT_USE_MAX_WAIT: two minutes). So
 * all of it belongs in a thread of background.h, and open, each and close in the
 * same one: COM (com.h) is set up for that thread, in the multithreaded apartment.
 * Sources: Win32, "Creating a WMI Application Using C++"; mingw's wbemcli.h.
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

/* Connects to a namespace of this computer, such as L"root\\StandardCimv2".
 * FAULT_DENIED; FAULT_UNAVAILABLE with the HRESULT in fault->code. */
bool wmi_open(struct wmi *wmi, const wchar_t *namespace, struct fault *fault) MUST_CHECK;
void wmi_close(struct wmi *wmi);

enum wmi_kind {
    WMI_ABSENT, /* the class has no such property: optional ones, on older systems */
    WMI_NULL,   /* it has, and the instance says nothing */
    WMI_NUMBER, /* integers of all sizes, and booleans as 0 and 1 */
    WMI_TEXT,
    WMI_OTHER,
};

enum { WMI_PROPERTIES_MAX = 8, WMI_TEXT_SIZE = 776 }; /* 258 UTF-16 units */

struct wmi_value {
    enum wmi_kind kind;
    int64_t number;
    char text[WMI_TEXT_SIZE]; /* UTF-8, from outside; also the digits of 64-bit numbers */
};

/* One instance: values in the order in which the properties were asked for. */
typedef void (*wmi_row)(void *context, const struct wmi_value *values);

/* Calls row for every instance of the class. When it fails some may have been seen.
 * FAULT_UNAVAILABLE: no such class, an error, or not done within limit_ms. */
bool wmi_each(struct wmi *wmi, const wchar_t *class, const wchar_t *const *properties,
              size_t property_count, DWORD limit_ms, wmi_row row, void *context,
              struct fault *fault) MUST_CHECK;

/* Calls a method of the class itself that takes one uint32, and gives what it returned:
 * WMI_ABSENT where it said nothing. FAULT_DENIED; FAULT_UNAVAILABLE. */
bool wmi_call(struct wmi *wmi, const wchar_t *class, const wchar_t *method,
              const wchar_t *parameter, uint32_t number, struct wmi_value *answer,
              struct fault *fault) MUST_CHECK;

#endif
