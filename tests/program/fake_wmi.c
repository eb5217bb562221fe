/* fake_wmi.c - a COM class WbemLocator whose answers are defined by a text file.
 *
 * The class reads C:\fake\wmi.txt (format: fake_state.h) at each connection:
 *
 *   row|root\StandardCimv2|MSFT_NetTCPSetting|SettingName=text:Internet|Name=TYPE:VALUE|...
 *                               an instance of a class. TYPE:VALUE is one of these:
 *       text:WORDS              a string
 *       number:N                VT_I4, the type of a uint16
 *       big:N                   a uint64
 *       bool:0, bool:1          a boolean
 *       null:                   NULL
 *       real:N                  a type that maxport does not use
 *       start:tcp/ipv4          the current start of this range in C:\fake\netsh.txt
 *       count:tcp/ipv4          the current count of this range in C:\fake\netsh.txt
 *   connect|NAMESPACE|RESULT    default: S_OK if the namespace has rows, else 8004100E
 *   query|CLASS|RESULT          default: S_OK if the class has rows, else 80041010
 *   next|CLASS|N|RESULT         the result after N rows; RESULT may also be "slow" (the call
 *                               exceeds its timeout) or "endless" (it repeats the rows for ever)
 *   method|CLASS|METHOD|RESULT|RETURN
 *                               the result of a method. If RETURN is empty, the method returns no
 *                               object. Default: the method does not exist
 *   blanket|RESULT              the result of CoSetProxyBlanket; default: S_OK
 *   delay|MS                    the wait before each row
 *
 * RESULT is an HRESULT in hexadecimal, or "hang" (the call never returns). For each connection,
 * query, blanket and method call, the class appends a line to C:\fake\wmi.log. The line of a method
 * call contains the number that the method received. Only the COM methods that win32/lib/wmi.c
 * calls are implemented. All others append a line to the log and return E_NOTIMPL.
 */
#include "fake_wmi.h"

/* The header wbemcli.h declares these identifiers, but does not define them. */
static const CLSID class_locator = {
    0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};
static const IID iid_locator = {
    0xdc12a687, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

/* The locator and the class factory exist once and are never freed, so references are not
 * counted. */
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
    return connection_make(resource, flags, services);
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

/* COM must never unload this DLL, because a hanging thread may still use its code. */
HRESULT WINAPI DllCanUnloadNow(void)
{
    return S_FALSE;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    /* Without this reference, COM may unload the DLL when the last apartment ends. */
    HMODULE pinned;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        DisableThreadLibraryCalls(instance);
        GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                           (const wchar_t *)(void *)&locator, &pinned);
    }
    return TRUE;
}
