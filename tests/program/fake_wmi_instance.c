/* An object of WMI: an instance with the values of one row, a class with methods, or the parameters
 * or the result of a method. */
#include "fake_wmi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const IID iid_instance = {
    0xdc12a681, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

METHOD instance_query(IWbemClassObject *self, REFIID id, void **object)
{
    return query(self, id, &iid_instance, false, object);
}

COUNTER instance_share(IWbemClassObject *self)
{
    return (ULONG)InterlockedIncrement(&((struct instance *)self)->users);
}

COUNTER instance_leave(IWbemClassObject *self)
{
    LONG left = InterlockedDecrement(&((struct instance *)self)->users);
    if (left == 0) {
        if (((struct instance *)self)->script)
            script_leave(((struct instance *)self)->script);
        free(self);
    }
    return (ULONG)left;
}

METHOD instance_method(IWbemClassObject *self, LPCWSTR name, LONG flags, IWbemClassObject **in,
                       IWbemClassObject **out)
{
    struct instance *own = (struct instance *)self;
    struct fake_line line;
    char method[64];
    (void)flags;
    to_utf8(name, method, sizeof method);
    if (out)
        *out = NULL;
    if (!own->script || !find_method(own->script->text, own->row.fields[2], method, &line))
        return WBEM_E_NOT_FOUND;
    struct instance *made = instance_make(&line);
    *in = made ? &made->face : NULL;
    return made ? S_OK : E_OUTOFMEMORY;
}

METHOD instance_spawn(IWbemClassObject *self, LONG flags, IWbemClassObject **spawned)
{
    struct instance *made = instance_make(&((struct instance *)self)->row);
    (void)flags;
    *spawned = made ? &made->face : NULL;
    return made ? S_OK : E_OUTOFMEMORY;
}

METHOD instance_put(IWbemClassObject *self, LPCWSTR name, LONG flags, VARIANT *value, CIMTYPE type)
{
    struct instance *own = (struct instance *)self;
    char wanted[64];
    (void)flags, (void)type;
    to_utf8(name, wanted, sizeof wanted);
    if (V_VT(value) != VT_I4)
        return WBEM_E_TYPE_MISMATCH;
    snprintf(own->given, sizeof own->given, "%s=%lu", wanted, (unsigned long)V_I4(value));
    return S_OK;
}

static void set_text(VARIANT *value, const char *utf8)
{
    wchar_t wide[512] = L"";
    MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, 512);
    V_VT(value) = VT_BSTR;
    V_BSTR(value) = SysAllocString(wide);
}

/* Sets *value to the current start or count of a range such as "tcp/ipv4" in the state of the fake
 * netsh, or to NULL if the state does not contain this range. */
static void set_netsh(VARIANT *value, bool wants_start, const char *which)
{
    unsigned long start = 0, count = 0;
    char protocol[8] = "";
    char *state = fake_state_read(FAKE_NETSH_STATE);
    size_t length = strcspn(which, "/");
    V_VT(value) = VT_NULL;
    if (state && which[length] == '/' && length < sizeof protocol) {
        memcpy(protocol, which, length);
        if (fake_state_range(state, protocol, which + length + 1, &start, &count)) {
            V_VT(value) = VT_I4;
            V_I4(value) = (LONG)(wants_start ? start : count);
        }
    }
    free(state);
}

static CIMTYPE set_value(VARIANT *value, const char *type, const char *text)
{
    if (strcmp(type, "text") == 0) {
        set_text(value, text);
        return CIM_STRING;
    }
    if (strcmp(type, "big") == 0) {
        set_text(value, text);
        return CIM_UINT64;
    }
    if (strcmp(type, "number") == 0) {
        V_VT(value) = VT_I4;
        V_I4(value) = (LONG)strtoul(text, NULL, 10);
        return CIM_UINT16;
    }
    if (strcmp(type, "bool") == 0) {
        V_VT(value) = VT_BOOL;
        V_BOOL(value) = text[0] == '1' ? VARIANT_TRUE : VARIANT_FALSE;
        return CIM_BOOLEAN;
    }
    if (strcmp(type, "real") == 0) {
        V_VT(value) = VT_R8;
        V_R8(value) = strtod(text, NULL);
        return CIM_REAL64;
    }
    if (strcmp(type, "start") == 0 || strcmp(type, "count") == 0) {
        set_netsh(value, type[0] == 's', text);
        return CIM_UINT16;
    }
    V_VT(value) = VT_NULL;
    return CIM_UINT16;
}

METHOD instance_get(IWbemClassObject *self, LPCWSTR name, LONG flags, VARIANT *value, CIMTYPE *type,
                    LONG *flavor)
{
    /* The row is a copy, because the loop cuts the fields of the row. */
    struct fake_line row = ((struct instance *)self)->row;
    char wanted[128];
    (void)flags, (void)flavor;
    to_utf8(name, wanted, sizeof wanted);
    for (size_t i = 3; i < row.count; i++) {
        /* The fields of the copy still point into the text of the original row. */
        char *field = row.text + (row.fields[i] - ((struct instance *)self)->row.text);
        char *equals = strchr(field, '=');
        char *colon = equals ? strchr(equals, ':') : NULL;
        if (!colon)
            continue;
        *equals = *colon = '\0';
        if (_stricmp(field, wanted) == 0) {
            CIMTYPE found = set_value(value, equals + 1, colon + 1);
            if (type)
                *type = found;
            return S_OK;
        }
    }
    return WBEM_E_NOT_FOUND;
}

typedef IWbemClassObject co;
MISSING(instance_qualifiers, co *, IWbemQualifierSet **)
MISSING(instance_delete, co *, LPCWSTR)
MISSING(instance_names, co *, LPCWSTR, LONG, VARIANT *, SAFEARRAY **)
MISSING(instance_begin, co *, LONG)
MISSING(instance_next, co *, LONG, BSTR *, VARIANT *, CIMTYPE *, LONG *)
MISSING(instance_end, co *)
MISSING(instance_property_qualifiers, co *, LPCWSTR, IWbemQualifierSet **)
MISSING(instance_clone, co *, co **)
MISSING(instance_text, co *, LONG, BSTR *)
MISSING(instance_spawn_class, co *, LONG, co **)
MISSING(instance_compare, co *, LONG, co *)
MISSING(instance_origin, co *, LPCWSTR, BSTR *)
MISSING(instance_inherits, co *, LPCWSTR)
MISSING(instance_put_method, co *, LPCWSTR, LONG, co *, co *)
MISSING(instance_delete_method, co *, LPCWSTR)
MISSING(instance_begin_methods, co *, LONG)
MISSING(instance_next_method, co *, LONG, BSTR *, co **, co **)
MISSING(instance_end_methods, co *)
MISSING(instance_method_qualifiers, co *, LPCWSTR, IWbemQualifierSet **)
MISSING(instance_method_origin, co *, LPCWSTR, BSTR *)

static IWbemClassObjectVtbl instance_methods = {
    .QueryInterface = instance_query,
    .AddRef = instance_share,
    .Release = instance_leave,
    .GetQualifierSet = instance_qualifiers,
    .Get = instance_get,
    .Put = instance_put,
    .Delete = instance_delete,
    .GetNames = instance_names,
    .BeginEnumeration = instance_begin,
    .Next = instance_next,
    .EndEnumeration = instance_end,
    .GetPropertyQualifierSet = instance_property_qualifiers,
    .Clone = instance_clone,
    .GetObjectText = instance_text,
    .SpawnDerivedClass = instance_spawn_class,
    .SpawnInstance = instance_spawn,
    .CompareTo = instance_compare,
    .GetPropertyOrigin = instance_origin,
    .InheritsFrom = instance_inherits,
    .GetMethod = instance_method,
    .PutMethod = instance_put_method,
    .DeleteMethod = instance_delete_method,
    .BeginMethodEnumeration = instance_begin_methods,
    .NextMethod = instance_next_method,
    .EndMethodEnumeration = instance_end_methods,
    .GetMethodQualifierSet = instance_method_qualifiers,
    .GetMethodOrigin = instance_method_origin,
};

struct instance *instance_make(const struct fake_line *row)
{
    struct instance *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->face.lpVtbl = &instance_methods;
    made->users = 1;
    made->row = *row;
    for (size_t i = 0; i < row->count; i++)
        made->row.fields[i] = made->row.text + (row->fields[i] - row->text);
    return made;
}
