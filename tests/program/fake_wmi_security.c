#include "fake_wmi.h"

#include <stdlib.h>

/* Implements CoSetProxyBlanket(). Within one process there is no proxy, so COM calls the object
 * itself. All objects can share one implementation, because it reads its result from the state at
 * each call. */
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
    log_line("blanket authentication %lu level %lu impersonation %lu capabilities %lu",
             authentication, level, impersonation, capabilities);
    return result;
}

MISSING(security_get, IClientSecurity *, IUnknown *, DWORD *, DWORD *, OLECHAR **, DWORD *, DWORD *,
        void **, DWORD *)
MISSING(security_copy, IClientSecurity *, IUnknown *, IUnknown **)

static IClientSecurityVtbl security_methods = {security_query, security_count, security_count,
                                               security_get,   security_set,   security_copy};
static IClientSecurity security = {&security_methods};

HRESULT query(void *self, REFIID id, const IID *own, bool has_security, void **object)
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
