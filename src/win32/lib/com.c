#include "win32/lib/com.h"

#include "win32/lib/late.h"
#include "win32/lib/system_message.h"

#include <sddl.h>

/* Grants COM_RIGHTS_EXECUTE to the accounts that call back. PS (principal self) stands for the
 * account of the process. */
static const wchar_t who_may_call[] = L"O:BAG:BAD:(A;;0x1;;;LS)(A;;0x1;;;NS)(A;;0x1;;;PS)"
                                      L"(A;;0x1;;;SY)(A;;0x1;;;BA)";

/* Stops at the first missing function, which the fault names. */
bool com_load(struct com *com, struct fault *fault)
{
    struct late ole = {.name = L"ole32.dll"}, automation = {.name = L"oleaut32.dll"};
#define BIND(member, dll, function)                                                                \
    ((com->member = (__typeof__(com->member))late_bind(&(dll), function, fault)) != NULL)
    return BIND(initialize, ole, "CoInitializeEx") && BIND(uninitialize, ole, "CoUninitialize") &&
           BIND(initialize_security, ole, "CoInitializeSecurity") &&
           BIND(create_instance, ole, "CoCreateInstance") &&
           BIND(set_proxy_blanket, ole, "CoSetProxyBlanket") &&
           BIND(string_make, automation, "SysAllocString") &&
           BIND(string_free, automation, "SysFreeString") &&
           BIND(variant_clear, automation, "VariantClear");
#undef BIND
}

/* Sets the security of the process. Ignores failures: RPC_E_TOO_LATE means that the security was
 * already set; after other errors COM's default security remains. COM needs the descriptor in
 * absolute form and copies it. */
static void secure(const struct com *com, DWORD capabilities)
{
    void *relative = NULL;
    SECURITY_DESCRIPTOR absolute;
    SID *owner = NULL;
    ACL *list = NULL;
    BOOL is_there = FALSE, is_default;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(who_may_call, SDDL_REVISION_1,
                                                              &relative, NULL)) {
        return;
    }
    if (GetSecurityDescriptorOwner(relative, (PSID *)&owner, &is_default) &&
        GetSecurityDescriptorDacl(relative, &is_there, &list, &is_default) && is_there &&
        InitializeSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION) &&
        SetSecurityDescriptorOwner(&absolute, owner, FALSE) &&
        SetSecurityDescriptorGroup(&absolute, owner, FALSE) &&
        SetSecurityDescriptorDacl(&absolute, TRUE, list, FALSE)) {
        com->initialize_security(&absolute, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                 RPC_C_IMP_LEVEL_IMPERSONATE, NULL, capabilities, NULL);
    }
    LocalFree(relative);
}

bool com_enter(struct com *com, DWORD capabilities, struct fault *fault)
{
    struct com entered = {.must_uninitialize = false};
    if (!com_load(&entered, fault))
        return false;
    HRESULT result = entered.initialize(NULL, COINIT_MULTITHREADED);
    if (FAILED(result) && result != RPC_E_CHANGED_MODE)
        return system_fault(fault, FAULT_UNAVAILABLE, (uint32_t)result, "COM could not be started");
    entered.must_uninitialize = SUCCEEDED(result);
    secure(&entered, capabilities);
    *com = entered;
    return true;
}

void com_leave(struct com *com)
{
    if (com->must_uninitialize)
        com->uninitialize();
    com->must_uninitialize = false;
}
