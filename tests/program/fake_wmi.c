/* fake_wmi.c - a COM class WbemLocator, which answers what a text file says.
 *
 * C:\fake\wmi.txt (fake_state.h), read anew at each connection:
 *
 *   row|root\StandardCimv2|MSFT_NetTCPSetting|SettingName=text:Internet|Name=TYPE:VALUE|...
 *       text:words   number:N (VT_I4, as uint16 comes)   big:N (uint64)   bool:0|1   null:
 *       real:N (a type that nobody asks for)
 *       start:tcp/ipv4   count:tcp/ipv4    what C:\fake\netsh.txt holds at that moment
 *   connect|NAMESPACE|RESULT    without it: S_OK where the namespace has rows, else 8004100E
 *   query|CLASS|RESULT          without it: S_OK where the class has rows, else 80041010
 *   next|CLASS|N|RESULT         after N rows; RESULT may also be: slow (not within the time it
 *                               was given), endless (rows for ever)
 *   method|CLASS|METHOD|RESULT|RETURN    what a call answers; RETURN may be empty: nothing at all.
 *                               Without it there is no such method
 *   blanket|RESULT              what proxies say to CoSetProxyBlanket; without it S_OK
 *   delay|MS                    before each row
 *
 * RESULT is an HRESULT in hex, or: hang (never answers). C:\fake\wmi.log gets a line for
 * each connection, query, blanket and call, that one with the number it was given. Only what
 * win32/lib/wmi.c calls is there; all else is E_NOTIMPL, and logged.
 */
#define COBJMACROS
#define CINTERFACE
#include "fake_state.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <ole2.h>
#include <wbemcli.h>

#define METHOD static HRESULT STDMETHODCALLTYPE
#define COUNTER static ULONG STDMETHODCALLTYPE

/* What wbemcli.h only declares. */
static const CLSID class_locator = {
    0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};
static const IID iid_locator = {
    0xdc12a687, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

static void tell(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));
static void tell(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    fake_state_log(FAKE_WMI_LOG, line);
}

/* A method that nobody is known to call. */
#define MISSING(name, ...)                                                                         \
    METHOD name(__VA_ARGS__)                                                                       \
    {                                                                                              \
        tell("missing " #name);                                                                    \
        return E_NOTIMPL;                                                                          \
    }

static void to_utf8(const wchar_t *wide, char *utf8, int size)
{
    utf8[0] = '\0';
    if (wide)
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, utf8, size, NULL, NULL);
}

/* May never return. */
static HRESULT result_of(const char *word)
{
    if (strcmp(word, "hang") == 0)
        Sleep(INFINITE);
    return (HRESULT)strtoul(word, NULL, 16);
}

/* The result that the state has for connect or query, or what follows from its rows. */
static HRESULT judge(const char *state, const char *kind, const char *name, size_t row_field,
                     HRESULT otherwise)
{
    struct fake_line line;
    const char *at = state;
    while (fake_state_find(&at, kind, 3, &line))
        if (_stricmp(line.fields[1], name) == 0)
            return result_of(line.fields[2]);
    for (at = state; fake_state_find(&at, "row", 3, &line);)
        if (_stricmp(line.fields[row_field], name) == 0)
            return S_OK;
    return otherwise;
}

/* ------------------------------------------------------------ the script, shared */

struct script {
    LONG users;
    char text[];
};

static struct script *script_load(void)
{
    char *text = fake_state_read(FAKE_WMI_STATE);
    struct script *script = text ? malloc(sizeof *script + strlen(text) + 1) : NULL;
    if (script) {
        script->users = 1;
        strcpy(script->text, text);
    }
    free(text);
    return script;
}

static struct script *script_share(struct script *script)
{
    InterlockedIncrement(&script->users);
    return script;
}

static void script_leave(struct script *script)
{
    if (InterlockedDecrement(&script->users) == 0)
        free(script);
}

/* ------------------------------------------------------------ CoSetProxyBlanket */

/* In one process there is no proxy; COM then asks the object itself. One for all, since
 * what it says is read from the state anew. */
METHOD security_query(IClientSecurity *self, REFIID id, void **object)
{
    (void)id;
    *object = self;
    return S_OK;
}

COUNTER security_count(IClientSecurity *self)
{
    (void)self;
    return 1;
}

METHOD security_set(IClientSecurity *self, IUnknown *proxy, DWORD authentication,
                    DWORD authorization, OLECHAR *principal, DWORD level, DWORD impersonation,
                    void *identity, DWORD capabilities)
{
    (void)self, (void)proxy, (void)authorization, (void)principal, (void)identity;
    struct fake_line line;
    char *state = fake_state_read(FAKE_WMI_STATE);
    const char *at = state ? state : "";
    HRESULT result = fake_state_find(&at, "blanket", 2, &line) ? result_of(line.fields[1]) : S_OK;
    free(state);
    tell("blanket authentication %lu level %lu impersonation %lu capabilities %lu", authentication,
         level, impersonation, capabilities);
    return result;
}

MISSING(security_get, IClientSecurity *, IUnknown *, DWORD *, DWORD *, OLECHAR **, DWORD *, DWORD *,
        void **, DWORD *)
MISSING(security_copy, IClientSecurity *, IUnknown *, IUnknown **)

static IClientSecurityVtbl security_methods = {security_query, security_count, security_count,
                                               security_get,   security_set,   security_copy};
static IClientSecurity security = {&security_methods};

/* QueryInterface of all objects here: themselves, and perhaps the above. */
static HRESULT query(void *self, REFIID id, const IID *own, bool has_security, void **object)
{
    if (IsEqualIID(id, &IID_IUnknown) || IsEqualIID(id, own)) {
        *object = self;
        IUnknown_AddRef((IUnknown *)self);
        return S_OK;
    }
    if (has_security && IsEqualIID(id, &IID_IClientSecurity)) {
        *object = &security;
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

/* ------------------------------------------------------------ an instance */

static const IID iid_instance = {
    0xdc12a681, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

struct instance {
    IWbemClassObject face; /* first: COM's pointer is ours */
    LONG users;
    struct fake_line row;  /* its fields from the fourth on are "NAME=TYPE:VALUE" */
    struct script *script; /* of a class: where its methods are; else NULL */
    char given[128];       /* "NAME=NUMBER", of a method's parameters */
};

static struct instance *instance_make(const struct fake_line *row);

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

/* The state's line about a method. */
static bool find_method(const char *state, const char *class, const char *method,
                        struct fake_line *line)
{
    while (fake_state_find(&state, "method", 5, line))
        if (_stricmp(line->fields[1], class) == 0 && _stricmp(line->fields[2], method) == 0)
            return true;
    return false;
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

/* "tcp/ipv4": what netsh would say of it. */
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
    struct fake_line row = ((struct instance *)self)->row; /* cut up below, so a copy */
    char wanted[128];
    (void)flags, (void)flavor;
    to_utf8(name, wanted, sizeof wanted);
    for (size_t i = 3; i < row.count; i++) {
        /* Fields point into the original's text. */
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

static struct instance *instance_make(const struct fake_line *row)
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

/* ------------------------------------------------------------ an enumeration */

static const IID iid_enumeration = {
    0x027947e1, 0xd731, 0x11ce, {0xa3, 0x57, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01}};

struct enumeration {
    IEnumWbemClassObject face;
    LONG users;
    struct script *script;
    char namespace[64], class[64];
    const char *at; /* in the script */
    unsigned seen;
};

METHOD enumeration_query(IEnumWbemClassObject *self, REFIID id, void **object)
{
    return query(self, id, &iid_enumeration, true, object);
}

COUNTER enumeration_share(IEnumWbemClassObject *self)
{
    return (ULONG)InterlockedIncrement(&((struct enumeration *)self)->users);
}

COUNTER enumeration_leave(IEnumWbemClassObject *self)
{
    struct enumeration *own = (struct enumeration *)self;
    LONG left = InterlockedDecrement(&own->users);
    if (left == 0) {
        script_leave(own->script);
        free(own);
    }
    return (ULONG)left;
}

static bool find_row(struct enumeration *own, struct fake_line *row)
{
    while (fake_state_find(&own->at, "row", 3, row)) {
        if (_stricmp(row->fields[1], own->namespace) == 0 &&
            _stricmp(row->fields[2], own->class) == 0) {
            return true;
        }
    }
    return false;
}

METHOD enumeration_next(IEnumWbemClassObject *self, LONG timeout_ms, ULONG wanted,
                        IWbemClassObject **objects, ULONG *got)
{
    struct enumeration *own = (struct enumeration *)self;
    struct fake_line line;
    const char *at = own->script->text;
    *got = 0;
    if (wanted != 1)
        return WBEM_E_INVALID_PARAMETER;
    if (fake_state_find(&at, "delay", 2, &line))
        Sleep(strtoul(line.fields[1], NULL, 10));
    bool is_endless = false;
    for (at = own->script->text; fake_state_find(&at, "next", 4, &line);) {
        if (_stricmp(line.fields[1], own->class) != 0 ||
            own->seen < strtoul(line.fields[2], NULL, 10)) {
            continue;
        }
        is_endless = strcmp(line.fields[3], "endless") == 0;
        if (strcmp(line.fields[3], "slow") == 0) {
            Sleep((DWORD)timeout_ms);
            return WBEM_S_TIMEDOUT;
        }
        if (!is_endless)
            return result_of(line.fields[3]);
    }
    if (is_endless)
        own->at = own->script->text;
    struct instance *made = find_row(own, &line) ? instance_make(&line) : NULL;
    if (!made)
        return WBEM_S_FALSE;
    own->seen++;
    *objects = &made->face;
    *got = 1;
    return S_OK;
}

MISSING(enumeration_reset, IEnumWbemClassObject *)
MISSING(enumeration_next_async, IEnumWbemClassObject *, ULONG, IWbemObjectSink *)
MISSING(enumeration_clone, IEnumWbemClassObject *, IEnumWbemClassObject **)
MISSING(enumeration_skip, IEnumWbemClassObject *, LONG, ULONG)

static IEnumWbemClassObjectVtbl enumeration_methods = {
    .QueryInterface = enumeration_query,
    .AddRef = enumeration_share,
    .Release = enumeration_leave,
    .Reset = enumeration_reset,
    .Next = enumeration_next,
    .NextAsync = enumeration_next_async,
    .Clone = enumeration_clone,
    .Skip = enumeration_skip,
};

/* ------------------------------------------------------------ a connection */

static const IID iid_services = {
    0x9556dc99, 0x828c, 0x11cf, {0xa3, 0x7e, 0x00, 0xaa, 0x00, 0x32, 0x40, 0xc7}};

struct connection {
    IWbemServices face;
    LONG users;
    struct script *script;
    char namespace[64];
};

METHOD connection_query(IWbemServices *self, REFIID id, void **object)
{
    return query(self, id, &iid_services, true, object);
}

COUNTER connection_share(IWbemServices *self)
{
    return (ULONG)InterlockedIncrement(&((struct connection *)self)->users);
}

COUNTER connection_leave(IWbemServices *self)
{
    struct connection *own = (struct connection *)self;
    LONG left = InterlockedDecrement(&own->users);
    if (left == 0) {
        script_leave(own->script);
        free(own);
    }
    return (ULONG)left;
}

METHOD connection_enumerate(IWbemServices *self, const BSTR class, LONG flags,
                            IWbemContext *context, IEnumWbemClassObject **instances)
{
    struct connection *own = (struct connection *)self;
    (void)flags, (void)context;
    struct enumeration *made = calloc(1, sizeof *made);
    if (!made)
        return E_OUTOFMEMORY;
    made->face.lpVtbl = &enumeration_methods;
    made->users = 1;
    made->script = script_share(own->script);
    made->at = own->script->text;
    strcpy(made->namespace, own->namespace);
    to_utf8(class, made->class, sizeof made->class);
    tell("query %s", made->class);
    HRESULT result =
        judge(own->script->text, "query", made->class, 2, (HRESULT)WBEM_E_INVALID_CLASS);
    if (FAILED(result)) {
        enumeration_leave(&made->face);
        return result;
    }
    *instances = &made->face;
    return result;
}

/* A class, which knows its methods. */
METHOD connection_get(IWbemServices *self, const BSTR path, LONG flags, IWbemContext *context,
                      IWbemClassObject **object, IWbemCallResult **result)
{
    struct connection *own = (struct connection *)self;
    struct fake_line row = {.count = 3};
    char class[64], line[FAKE_LINE_SIZE];
    const char *at = line;
    (void)flags, (void)context, (void)result;
    to_utf8(path, class, sizeof class);
    HRESULT judged = judge(own->script->text, "query", class, 2, (HRESULT)WBEM_E_INVALID_CLASS);
    if (FAILED(judged))
        return judged;
    snprintf(line, sizeof line, "row|%s|%s", own->namespace, class);
    struct instance *made = fake_state_next(&at, &row) ? instance_make(&row) : NULL;
    if (!made)
        return E_OUTOFMEMORY;
    made->script = script_share(own->script);
    *object = &made->face;
    return S_OK;
}

METHOD connection_call(IWbemServices *self, const BSTR path, const BSTR name, LONG flags,
                       IWbemContext *context, IWbemClassObject *in, IWbemClassObject **out,
                       IWbemCallResult **result)
{
    struct connection *own = (struct connection *)self;
    struct fake_line line, row;
    char class[64], method[64], answer[FAKE_LINE_SIZE];
    const char *at = answer;
    (void)flags, (void)context, (void)result;
    to_utf8(path, class, sizeof class);
    to_utf8(name, method, sizeof method);
    tell("call %s.%s %s", class, method, in ? ((struct instance *)in)->given : "");
    if (!find_method(own->script->text, class, method, &line))
        return WBEM_E_INVALID_METHOD;
    HRESULT judged = result_of(line.fields[3]);
    if (FAILED(judged) || !*line.fields[4])
        return judged;
    snprintf(answer, sizeof answer, "row|method|answer|ReturnValue=number:%s", line.fields[4]);
    struct instance *made = fake_state_next(&at, &row) ? instance_make(&row) : NULL;
    *out = made ? &made->face : NULL;
    return made ? judged : E_OUTOFMEMORY;
}

typedef IWbemServices sv;
typedef IWbemContext cx;
typedef IWbemObjectSink sk;
typedef IWbemCallResult cr;
MISSING(connection_open, sv *, const BSTR, LONG, cx *, sv **, cr **)
MISSING(connection_cancel, sv *, sk *)
MISSING(connection_sink, sv *, LONG, sk **)
MISSING(connection_get_async, sv *, const BSTR, LONG, cx *, sk *)
MISSING(connection_put_class, sv *, co *, LONG, cx *, cr **)
MISSING(connection_put_class_async, sv *, co *, LONG, cx *, sk *)
MISSING(connection_delete_class, sv *, const BSTR, LONG, cx *, cr **)
MISSING(connection_delete_class_async, sv *, const BSTR, LONG, cx *, sk *)
MISSING(connection_classes, sv *, const BSTR, LONG, cx *, IEnumWbemClassObject **)
MISSING(connection_classes_async, sv *, const BSTR, LONG, cx *, sk *)
MISSING(connection_put, sv *, co *, LONG, cx *, cr **)
MISSING(connection_put_async, sv *, co *, LONG, cx *, sk *)
MISSING(connection_delete, sv *, const BSTR, LONG, cx *, cr **)
MISSING(connection_delete_async, sv *, const BSTR, LONG, cx *, sk *)
MISSING(connection_enumerate_async, sv *, const BSTR, LONG, cx *, sk *)
MISSING(connection_ask, sv *, const BSTR, const BSTR, LONG, cx *, IEnumWbemClassObject **)
MISSING(connection_ask_async, sv *, const BSTR, const BSTR, LONG, cx *, sk *)
MISSING(connection_notify, sv *, const BSTR, const BSTR, LONG, cx *, IEnumWbemClassObject **)
MISSING(connection_notify_async, sv *, const BSTR, const BSTR, LONG, cx *, sk *)
MISSING(connection_call_async, sv *, const BSTR, const BSTR, LONG, cx *, co *, sk *)

static IWbemServicesVtbl connection_methods = {
    .QueryInterface = connection_query,
    .AddRef = connection_share,
    .Release = connection_leave,
    .OpenNamespace = connection_open,
    .CancelAsyncCall = connection_cancel,
    .QueryObjectSink = connection_sink,
    .GetObject = connection_get,
    .GetObjectAsync = connection_get_async,
    .PutClass = connection_put_class,
    .PutClassAsync = connection_put_class_async,
    .DeleteClass = connection_delete_class,
    .DeleteClassAsync = connection_delete_class_async,
    .CreateClassEnum = connection_classes,
    .CreateClassEnumAsync = connection_classes_async,
    .PutInstance = connection_put,
    .PutInstanceAsync = connection_put_async,
    .DeleteInstance = connection_delete,
    .DeleteInstanceAsync = connection_delete_async,
    .CreateInstanceEnum = connection_enumerate,
    .CreateInstanceEnumAsync = connection_enumerate_async,
    .ExecQuery = connection_ask,
    .ExecQueryAsync = connection_ask_async,
    .ExecNotificationQuery = connection_notify,
    .ExecNotificationQueryAsync = connection_notify_async,
    .ExecMethod = connection_call,
    .ExecMethodAsync = connection_call_async,
};

/* ------------------------------------------------------------ the locator and its factory */

/* Both are there once, for ever. */
COUNTER locator_count(IWbemLocator *self)
{
    (void)self;
    return 1;
}

METHOD locator_query(IWbemLocator *self, REFIID id, void **object)
{
    return query(self, id, &iid_locator, false, object);
}

METHOD locator_connect(IWbemLocator *self, const BSTR resource, const BSTR user,
                       const BSTR password, const BSTR locale, LONG flags, const BSTR authority,
                       IWbemContext *context, IWbemServices **services)
{
    (void)self, (void)user, (void)password, (void)locale, (void)authority, (void)context;
    struct connection *made = calloc(1, sizeof *made);
    if (!made)
        return E_OUTOFMEMORY;
    made->face.lpVtbl = &connection_methods;
    made->users = 1;
    made->script = script_load();
    if (!made->script) {
        free(made);
        return E_OUTOFMEMORY;
    }
    to_utf8(resource, made->namespace, sizeof made->namespace);
    tell("connect %s flags %lx", made->namespace, (unsigned long)flags);
    HRESULT result =
        judge(made->script->text, "connect", made->namespace, 1, (HRESULT)WBEM_E_INVALID_NAMESPACE);
    if (FAILED(result)) {
        connection_leave(&made->face);
        return result;
    }
    *services = &made->face;
    return result;
}

static IWbemLocatorVtbl locator_methods = {locator_query, locator_count, locator_count,
                                           locator_connect};
static IWbemLocator locator = {&locator_methods};

COUNTER factory_count(IClassFactory *self)
{
    (void)self;
    return 1;
}

METHOD factory_query(IClassFactory *self, REFIID id, void **object)
{
    return query(self, id, &IID_IClassFactory, false, object);
}

METHOD factory_create(IClassFactory *self, IUnknown *outer, REFIID id, void **object)
{
    (void)self;
    *object = NULL;
    return outer ? CLASS_E_NOAGGREGATION : locator_query(&locator, id, object);
}

METHOD factory_lock(IClassFactory *self, BOOL is_locked)
{
    (void)self, (void)is_locked;
    return S_OK;
}

static IClassFactoryVtbl factory_methods = {factory_query, factory_count, factory_count,
                                            factory_create, factory_lock};
static IClassFactory factory = {&factory_methods};

HRESULT WINAPI DllGetClassObject(REFCLSID class, REFIID id, void **object)
{
    *object = NULL;
    return IsEqualCLSID(class, &class_locator) ? factory_query(&factory, id, object)
                                               : CLASS_E_CLASSNOTAVAILABLE;
}

/* Never: a thread may hang in here. */
HRESULT WINAPI DllCanUnloadNow(void)
{
    return S_FALSE;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    HMODULE pinned; /* COM unloads what it likes when its last apartment ends */
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        DisableThreadLibraryCalls(instance);
        GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                           (const wchar_t *)(void *)&locator, &pinned);
    }
    return TRUE;
}
