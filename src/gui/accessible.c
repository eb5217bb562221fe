#define COBJMACROS

#include "gui/accessible.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <oleacc.h>

#include "gui/encoding.h"
#include "gui/paint/system_function.h"

/* The libraries of the compiler contain a wrong IID_IAccessible. */
static const GUID unknown_id = {0, 0, 0, {0xc0, 0, 0, 0, 0, 0, 0, 0x46}};
static const GUID dispatch_id = {0x20400, 0, 0, {0xc0, 0, 0, 0, 0, 0, 0, 0x46}};
static const GUID accessible_id = {
    0x618736e0, 0x3c3d, 0x11cf, {0x81, 0x0c, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71}};

struct object {
    IAccessible accessible; /* must be first */
    LONG users;
    IAccessible *usual; /* the object of Windows for the control */
    HWND control;
};

static struct object *object_of(IAccessible *self)
{
    return (struct object *)self;
}

static IAccessible *usual(IAccessible *self)
{
    return object_of(self)->usual;
}

static bool is_self(VARIANT child)
{
    return child.vt == VT_I4 && child.lVal == CHILDID_SELF;
}

/* Reads the facts of the control. All facts are 0 if the control no longer exists. */
static void read_facts(IAccessible *self, struct accessible_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    SendMessageW(object_of(self)->control, ACCESSIBLE_FACTS, 0, (LPARAM)facts);
}

/* ---- IUnknown --------------------------------------------------------- */

static ULONG STDMETHODCALLTYPE add_ref(IAccessible *self)
{
    return (ULONG)InterlockedIncrement(&object_of(self)->users);
}

static ULONG STDMETHODCALLTYPE release(IAccessible *self)
{
    ULONG left = (ULONG)InterlockedDecrement(&object_of(self)->users);

    if (left == 0) {
        IAccessible_Release(usual(self));
        free(object_of(self));
    }
    return left;
}

static HRESULT STDMETHODCALLTYPE query(IAccessible *self, REFIID id, void **found)
{
    if (!IsEqualGUID(id, &unknown_id) && !IsEqualGUID(id, &dispatch_id) &&
        !IsEqualGUID(id, &accessible_id))
        /* another interface, such as IOleWindow */
        return IAccessible_QueryInterface(usual(self), id, found);
    add_ref(self);
    *found = self;
    return S_OK;
}

/* ---- what the control adds -------------------------------------------- */

static HRESULT STDMETHODCALLTYPE get_role(IAccessible *self, VARIANT child, VARIANT *role)
{
    struct accessible_facts facts;
    HRESULT result = IAccessible_get_accRole(usual(self), child, role);

    read_facts(self, &facts);
    if (is_self(child) && facts.role) {
        *role = (VARIANT){.vt = VT_I4, .lVal = facts.role};
        return S_OK;
    }
    return result;
}

static HRESULT STDMETHODCALLTYPE get_state(IAccessible *self, VARIANT child, VARIANT *state)
{
    struct accessible_facts facts;
    HRESULT result = IAccessible_get_accState(usual(self), child, state);

    read_facts(self, &facts);
    if (SUCCEEDED(result) && is_self(child) && state->vt == VT_I4)
        state->lVal |= facts.state;
    return result;
}

static HRESULT STDMETHODCALLTYPE get_value(IAccessible *self, VARIANT child, BSTR *value)
{
    typedef BSTR(WINAPI * make_string)(const OLECHAR *);
    static HMODULE oleaut32;
    make_string make = (make_string)system_function(&oleaut32, L"oleaut32.dll", "SysAllocString");
    struct accessible_facts facts;
    wchar_t *wide;

    read_facts(self, &facts);
    if (!make || !is_self(child) || !*facts.value)
        return IAccessible_get_accValue(usual(self), child, value);
    wide = encoding_wide(facts.value);
    *value = wide ? make(wide) : NULL;
    free(wide);
    return *value ? S_OK : E_OUTOFMEMORY;
}

/* ---- what Windows answers --------------------------------------------- */

#define PASS_ON(name, method, parameters, arguments)                                               \
    static HRESULT STDMETHODCALLTYPE name parameters                                               \
    {                                                                                              \
        return IAccessible_##method arguments;                                                     \
    }

PASS_ON(get_type_count, GetTypeInfoCount, (IAccessible * self, UINT *count), (usual(self), count))
PASS_ON(get_type, GetTypeInfo, (IAccessible * self, UINT index, LCID locale, ITypeInfo **type),
        (usual(self), index, locale, type))
PASS_ON(get_ids, GetIDsOfNames,
        (IAccessible * self, REFIID id, LPOLESTR *names, UINT count, LCID locale, DISPID *ids),
        (usual(self), id, names, count, locale, ids))
PASS_ON(invoke, Invoke,
        (IAccessible * self, DISPID member, REFIID id, LCID locale, WORD flags,
         DISPPARAMS *parameters, VARIANT *result, EXCEPINFO *exception, UINT *argument),
        (usual(self), member, id, locale, flags, parameters, result, exception, argument))
PASS_ON(get_parent, get_accParent, (IAccessible * self, IDispatch **parent), (usual(self), parent))
PASS_ON(get_child_count, get_accChildCount, (IAccessible * self, LONG *count), (usual(self), count))
PASS_ON(get_child, get_accChild, (IAccessible * self, VARIANT child, IDispatch **found),
        (usual(self), child, found))
PASS_ON(get_name, get_accName, (IAccessible * self, VARIANT child, BSTR *name),
        (usual(self), child, name))
PASS_ON(get_description, get_accDescription, (IAccessible * self, VARIANT child, BSTR *text),
        (usual(self), child, text))
PASS_ON(get_help, get_accHelp, (IAccessible * self, VARIANT child, BSTR *help),
        (usual(self), child, help))
PASS_ON(get_help_topic, get_accHelpTopic,
        (IAccessible * self, BSTR *file, VARIANT child, LONG *topic),
        (usual(self), file, child, topic))
PASS_ON(get_shortcut, get_accKeyboardShortcut, (IAccessible * self, VARIANT child, BSTR *key),
        (usual(self), child, key))
PASS_ON(get_focus, get_accFocus, (IAccessible * self, VARIANT *child), (usual(self), child))
PASS_ON(get_selection, get_accSelection, (IAccessible * self, VARIANT *children),
        (usual(self), children))
PASS_ON(get_action, get_accDefaultAction, (IAccessible * self, VARIANT child, BSTR *action),
        (usual(self), child, action))
PASS_ON(select_child, accSelect, (IAccessible * self, LONG flags, VARIANT child),
        (usual(self), flags, child))
PASS_ON(locate, accLocation,
        (IAccessible * self, LONG *left, LONG *top, LONG *width, LONG *height, VARIANT child),
        (usual(self), left, top, width, height, child))
PASS_ON(navigate, accNavigate, (IAccessible * self, LONG to, VARIANT from, VARIANT *end),
        (usual(self), to, from, end))
PASS_ON(hit_test, accHitTest, (IAccessible * self, LONG left, LONG top, VARIANT *child),
        (usual(self), left, top, child))
PASS_ON(act, accDoDefaultAction, (IAccessible * self, VARIANT child), (usual(self), child))
PASS_ON(put_name, put_accName, (IAccessible * self, VARIANT child, BSTR name),
        (usual(self), child, name))
PASS_ON(put_value, put_accValue, (IAccessible * self, VARIANT child, BSTR value),
        (usual(self), child, value))

static IAccessibleVtbl functions = {
    .QueryInterface = query,
    .AddRef = add_ref,
    .Release = release,
    .GetTypeInfoCount = get_type_count,
    .GetTypeInfo = get_type,
    .GetIDsOfNames = get_ids,
    .Invoke = invoke,
    .get_accParent = get_parent,
    .get_accChildCount = get_child_count,
    .get_accChild = get_child,
    .get_accName = get_name,
    .get_accValue = get_value,
    .get_accDescription = get_description,
    .get_accRole = get_role,
    .get_accState = get_state,
    .get_accHelp = get_help,
    .get_accHelpTopic = get_help_topic,
    .get_accKeyboardShortcut = get_shortcut,
    .get_accFocus = get_focus,
    .get_accSelection = get_selection,
    .get_accDefaultAction = get_action,
    .accSelect = select_child,
    .accLocation = locate,
    .accNavigate = navigate,
    .accHitTest = hit_test,
    .accDoDefaultAction = act,
    .put_accName = put_name,
    .put_accValue = put_value,
};

/* ---- the answer ------------------------------------------------------- */

static IAccessible *make(HWND control)
{
    typedef HRESULT(WINAPI * create_usual)(HWND, LONG, REFIID, void **);
    static HMODULE oleacc;
    create_usual create =
        (create_usual)system_function(&oleacc, L"oleacc.dll", "CreateStdAccessibleObject");
    void *found = NULL;
    struct object *object;

    if (!create || FAILED(create(control, (LONG)OBJID_CLIENT, &accessible_id, &found)) || !found)
        return NULL;
    object = calloc(1, sizeof *object);
    if (!object) {
        IAccessible_Release((IAccessible *)found);
        return NULL;
    }
    *object = (struct object){
        .accessible.lpVtbl = &functions, .users = 1, .usual = found, .control = control};
    return &object->accessible;
}

LRESULT accessible_answer(HWND control, WPARAM wparam, LPARAM lparam)
{
    typedef LRESULT(WINAPI * pack)(REFIID, WPARAM, IUnknown *);
    typedef HRESULT(WINAPI * initialize)(void *, DWORD);
    static HMODULE oleacc, ole32;
    pack answer = (pack)system_function(&oleacc, L"oleacc.dll", "LresultFromObject");
    initialize begin = (initialize)system_function(&ole32, L"ole32.dll", "CoInitializeEx");
    IAccessible *accessible;
    LRESULT result;

    /* A screen reader in another process calls the object through COM, so this thread joins a COM
     * apartment and stays in it until the thread ends. */
    if ((LONG)lparam != (LONG)OBJID_CLIENT || !answer || !begin ||
        FAILED(begin(NULL, COINIT_APARTMENTTHREADED)))
        return 0;
    accessible = make(control);
    if (!accessible)
        return 0;
    result = answer(&accessible_id, wparam, (IUnknown *)accessible);
    IAccessible_Release(accessible);
    return result > 0 ? result : 0;
}
