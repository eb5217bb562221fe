#define COBJMACROS
#define CINTERFACE
#include "win32/lib/wmi.h"

#include "win32/lib/com.h"
#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <stdio.h>
#include <stdlib.h>

#include <wbemcli.h>

/* wbemcli.h only declares these GUIDs, so they are defined here. */
static const CLSID class_locator = {
    0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};
static const IID interface_locator = {
    0xdc12a687, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

/* ---- connecting ------------------------------------------------------- */

static bool wmi_fault(const struct wmi *wmi, HRESULT result, const char *what, struct fault *fault)
{
    system_fault(fault, FAULT_UNAVAILABLE, (uint32_t)result, "WMI (%s) %s", wmi->namespace, what);
    if (result == (HRESULT)WBEM_E_ACCESS_DENIED)
        fault->kind = FAULT_DENIED;
    else if (fault->kind == FAULT_MISSING)
        fault->kind = FAULT_UNAVAILABLE;
    return false;
}

/* Allows the WMI service to act for this process. Ignores a failure, because the proxy's default
 * settings may be sufficient. */
static void act_for_us(const struct com *com, void *proxy)
{
    com->set_proxy_blanket(proxy, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, NULL, RPC_C_AUTHN_LEVEL_CALL,
                           RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE);
}

static HRESULT connect(const struct com *com, const wchar_t *namespace, IWbemServices **services)
{
    IWbemLocator *locator = NULL;
    HRESULT result = com->create_instance(&class_locator, NULL, CLSCTX_INPROC_SERVER,
                                          &interface_locator, (void **)&locator);
    if (FAILED(result))
        return result;
    BSTR name = com->string_make(namespace);
    result = name ? IWbemLocator_ConnectServer(locator, name, NULL, NULL, NULL,
                                               WBEM_FLAG_CONNECT_USE_MAX_WAIT, NULL, NULL, services)
                  : E_OUTOFMEMORY;
    com->string_free(name);
    IWbemLocator_Release(locator);
    if (SUCCEEDED(result))
        act_for_us(com, *services);
    return result;
}

bool wmi_open(struct wmi *wmi, const wchar_t *namespace, struct fault *fault)
{
    struct com com;
    struct wmi opened = {.services = NULL};
    wide_copy_utf8(namespace, opened.namespace, sizeof opened.namespace);
    if (!com_enter(&com, EOAC_NONE, fault))
        return false;
    opened.must_uninitialize = com.must_uninitialize;
    HRESULT result = connect(&com, namespace, &opened.services);
    if (FAILED(result) || !opened.services) {
        com_leave(&com);
        return wmi_fault(&opened, FAILED(result) ? result : E_POINTER, "could not be reached",
                         fault);
    }
    *wmi = opened;
    return true;
}

void wmi_close(struct wmi *wmi)
{
    struct com com;
    struct fault ignored;
    if (wmi->services) {
        IWbemServices_Release(wmi->services);
        wmi->services = NULL;
    }
    if (com_load(&com, &ignored)) {
        com.must_uninitialize = wmi->must_uninitialize;
        com_leave(&com);
    }
    wmi->must_uninitialize = false;
}

/* ---- instances -------------------------------------------------------- */

static bool parse_number(const char *text, int64_t *number)
{
    char *end;
    *number = strtoll(text, &end, 10);
    return end != text && *end == '\0';
}

/* WMI returns 64-bit integers as text (Win32, "Numbers", WMI SDK). */
static void take_text(const wchar_t *wide, CIMTYPE type, struct wmi_value *value)
{
    value->kind = WMI_TEXT;
    if (wide) /* a NULL BSTR is "" */
        wide_copy_utf8(wide, value->text, sizeof value->text);
    if ((type == CIM_UINT64 || type == CIM_SINT64) && parse_number(value->text, &value->number))
        value->kind = WMI_NUMBER;
}

static void take_value(const VARIANT *variant, CIMTYPE type, struct wmi_value *value)
{
    value->kind = WMI_NUMBER;
    switch (V_VT(variant)) {
    case VT_EMPTY:
    case VT_NULL:
        value->kind = WMI_NULL;
        return;
    case VT_UI1:
        value->number = V_UI1(variant);
        return;
    case VT_I2:
        value->number = V_I2(variant);
        return;
    case VT_UI2:
        value->number = V_UI2(variant);
        return;
    case VT_I4: /* WMI returns uint16 and uint32 in this type, too */
        value->number = type == CIM_UINT32 ? (int64_t)(uint32_t)V_I4(variant) : V_I4(variant);
        return;
    case VT_UI4:
        value->number = V_UI4(variant);
        return;
    case VT_BOOL:
        value->number = V_BOOL(variant) != VARIANT_FALSE;
        return;
    case VT_BSTR:
        take_text(V_BSTR(variant), type, value);
        return;
    default:
        value->kind = WMI_OTHER;
        return;
    }
}

static void read_values(const struct com *com, IWbemClassObject *instance,
                        const wchar_t *const *properties, size_t count, struct wmi_value *values)
{
    for (size_t i = 0; i < count; i++) {
        VARIANT variant;
        CIMTYPE type = 0;
        values[i] = (struct wmi_value){.kind = WMI_ABSENT};
        V_VT(&variant) = VT_EMPTY;
        if (SUCCEEDED(IWbemClassObject_Get(instance, properties[i], 0, &variant, &type, NULL))) {
            take_value(&variant, type, &values[i]);
            com->variant_clear(&variant);
        }
    }
}

/* Calls row() for each instance. Returns WBEM_S_FALSE after the last instance, WBEM_S_TIMEDOUT if
 * limit_ms has passed, or an error. */
static HRESULT visit(const struct com *com, IEnumWbemClassObject *instances,
                     const wchar_t *const *properties, size_t count, DWORD limit_ms, wmi_row row,
                     void *context)
{
    struct wmi_value values[WMI_PROPERTIES_MAX];
    DWORD start = GetTickCount(), elapsed;
    while ((elapsed = GetTickCount() - start) < limit_ms) {
        IWbemClassObject *instance = NULL;
        ULONG got = 0;
        HRESULT result =
            IEnumWbemClassObject_Next(instances, (LONG)(limit_ms - elapsed), 1, &instance, &got);
        if (result != WBEM_S_NO_ERROR)
            return result;
        if (got != 1 || !instance)
            return WBEM_E_FAILED;
        read_values(com, instance, properties, count, values);
        IWbemClassObject_Release(instance);
        row(context, values);
    }
    return WBEM_S_TIMEDOUT;
}

bool wmi_each(struct wmi *wmi, const wchar_t *class, const wchar_t *const *properties,
              size_t property_count, DWORD limit_ms, wmi_row row, void *context,
              struct fault *fault)
{
    struct com com;
    IEnumWbemClassObject *instances = NULL;
    char class_name[64], what[128];
    if (!com_load(&com, fault))
        return false;
    if (property_count > WMI_PROPERTIES_MAX)
        return fault_set(fault, FAULT_FAILED, 0, "Too many properties were requested from WMI.");
    /* Request whole instances: a query that names the properties would fail if one of the
     * properties is missing. */
    BSTR name = com.string_make(class);
    HRESULT result = name ? IWbemServices_CreateInstanceEnum(wmi->services, name,
                                                             WBEM_FLAG_FORWARD_ONLY |
                                                                 WBEM_FLAG_RETURN_IMMEDIATELY,
                                                             NULL, &instances)
                          : E_OUTOFMEMORY;
    com.string_free(name);
    if (SUCCEEDED(result) && !instances)
        result = E_POINTER;
    if (SUCCEEDED(result)) {
        act_for_us(&com, instances);
        result = visit(&com, instances, properties, property_count, limit_ms, row, context);
        IEnumWbemClassObject_Release(instances);
    }
    if (result == WBEM_S_FALSE)
        return true;
    if (result == WBEM_S_TIMEDOUT) {
        return fault_set(fault, FAULT_UNAVAILABLE, (uint32_t)result,
                         "WMI did not respond within %lu seconds.",
                         (unsigned long)(limit_ms + 999) / 1000);
    }
    wide_copy_utf8(class, class_name, sizeof class_name);
    snprintf(what, sizeof what, "returned no data for %s", class_name);
    return wmi_fault(wmi, result, what, fault);
}

/* ---- methods ---------------------------------------------------------- */

/* Makes an object for the method's parameters and sets `parameter` to `number` in this object. */
static HRESULT make_parameters(IWbemServices *services, BSTR class, const wchar_t *method,
                               const wchar_t *parameter, uint32_t number,
                               IWbemClassObject **parameters)
{
    IWbemClassObject *definition = NULL, *signature = NULL, *made = NULL;
    VARIANT value;
    HRESULT result = IWbemServices_GetObject(services, class, 0, NULL, &definition, NULL);
    if (SUCCEEDED(result) && definition) {
        result = IWbemClassObject_GetMethod(definition, method, 0, &signature, NULL);
        IWbemClassObject_Release(definition);
    }
    /* A method without parameters has no signature, so it is not the expected method. */
    if (SUCCEEDED(result) && signature) {
        result = IWbemClassObject_SpawnInstance(signature, 0, &made);
        IWbemClassObject_Release(signature);
    }
    if (FAILED(result) || !made)
        return FAILED(result) ? result : (HRESULT)WBEM_E_INVALID_METHOD;
    V_VT(&value) = VT_I4; /* WMI's type for a uint32 (Win32, "Numbers", WMI SDK) */
    V_I4(&value) = (LONG)number;
    result = IWbemClassObject_Put(made, parameter, 0, &value, 0);
    if (FAILED(result)) {
        IWbemClassObject_Release(made);
        return result;
    }
    *parameters = made;
    return result;
}

bool wmi_call(struct wmi *wmi, const wchar_t *class, const wchar_t *method,
              const wchar_t *parameter, uint32_t number, struct wmi_value *answer,
              struct fault *fault)
{
    static const wchar_t *const return_value[] = {L"ReturnValue"};
    struct com com;
    IWbemClassObject *parameters = NULL, *said = NULL;
    char class_name[64], method_name[64], what[160];
    if (!com_load(&com, fault))
        return false;
    BSTR class_string = com.string_make(class), method_string = com.string_make(method);
    HRESULT result =
        class_string && method_string
            ? make_parameters(wmi->services, class_string, method, parameter, number, &parameters)
            : E_OUTOFMEMORY;
    if (SUCCEEDED(result)) {
        result = IWbemServices_ExecMethod(wmi->services, class_string, method_string, 0, NULL,
                                          parameters, &said, NULL);
        IWbemClassObject_Release(parameters);
    }
    com.string_free(method_string);
    com.string_free(class_string);
    if (FAILED(result)) {
        wide_copy_utf8(class, class_name, sizeof class_name);
        wide_copy_utf8(method, method_name, sizeof method_name);
        snprintf(what, sizeof what, "could not run %s.%s", class_name, method_name);
        return wmi_fault(wmi, result, what, fault);
    }
    *answer = (struct wmi_value){.kind = WMI_ABSENT};
    if (said) {
        read_values(&com, said, return_value, 1, answer);
        IWbemClassObject_Release(said);
    }
    return true;
}
