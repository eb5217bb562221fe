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
#include "fake_wmi.h"

/* What wbemcli.h only declares. */
static const CLSID class_locator = {
    0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};
static const IID iid_locator = {
    0xdc12a687, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

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
