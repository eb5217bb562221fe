/* A connection to a WMI namespace. */
#include "fake_wmi.h"

#include <stdio.h>
#include <stdlib.h>

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

METHOD connection_enumerate(IWbemServices *self, const BSTR name, LONG flags, IWbemContext *context,
                            IEnumWbemClassObject **instances)
{
    struct connection *own = (struct connection *)self;
    char class[64];
    (void)flags, (void)context;
    to_utf8(name, class, sizeof class);
    IEnumWbemClassObject *made = enumeration_make(own->script, own->namespace, class);
    if (!made)
        return E_OUTOFMEMORY;
    log_line("query %s", class);
    HRESULT result =
        scripted_result(own->script->text, "query", class, 2, (HRESULT)WBEM_E_INVALID_CLASS);
    if (FAILED(result)) {
        IEnumWbemClassObject_Release(made);
        return result;
    }
    *instances = made;
    return result;
}

/* Returns an object for a class. GetMethod() of this object returns the object for the parameters
 * of a method. */
METHOD connection_get(IWbemServices *self, const BSTR path, LONG flags, IWbemContext *context,
                      IWbemClassObject **object, IWbemCallResult **result)
{
    struct connection *own = (struct connection *)self;
    struct fake_line row = {.count = 3};
    char class[64], line[FAKE_LINE_SIZE];
    const char *at = line;
    (void)flags, (void)context, (void)result;
    to_utf8(path, class, sizeof class);
    HRESULT judged =
        scripted_result(own->script->text, "query", class, 2, (HRESULT)WBEM_E_INVALID_CLASS);
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
    log_line("call %s.%s %s", class, method, in ? ((struct instance *)in)->given : "");
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

typedef IWbemClassObject co;
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

HRESULT connection_make(const wchar_t *namespace, LONG flags, IWbemServices **services)
{
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
    to_utf8(namespace, made->namespace, sizeof made->namespace);
    log_line("connect %s flags %lx", made->namespace, (unsigned long)flags);
    HRESULT result = scripted_result(made->script->text, "connect", made->namespace, 1,
                                     (HRESULT)WBEM_E_INVALID_NAMESPACE);
    if (FAILED(result)) {
        connection_leave(&made->face);
        return result;
    }
    *services = &made->face;
    return result;
}
