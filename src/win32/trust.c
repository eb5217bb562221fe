#include "win32/trust.h"

#include "win32/system_message.h"
#include "win32/wide.h"

#include <sddl.h>
#include <stdio.h>
#include <string.h>

/* All that strangers may have: reading, and running or passing through. */
static const DWORD harmless_rights = FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE |
                                     FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE |
                                     GENERIC_READ | GENERIC_EXECUTE;

/* ------------------------------------------------------------ this process */

static bool read_sid(HANDLE token, TOKEN_INFORMATION_CLASS which, uint8_t sid[TRUST_SID_BYTES],
                     size_t *sid_length, DWORD *error)
{
    /* TOKEN_USER and TOKEN_OWNER both begin with a pointer to the SID. */
    union {
        TOKEN_USER user;
        TOKEN_OWNER owner;
        uint8_t bytes[sizeof(TOKEN_USER) + TRUST_SID_BYTES];
    } information;
    DWORD length;
    BOOL is_read = GetTokenInformation(token, which, &information, sizeof information, &length);
    *error = GetLastError();
    if (!is_read) {
        return false;
    }
    PSID found = which == TokenUser ? information.user.User.Sid : information.owner.Owner;
    *sid_length = GetLengthSid(found);
    memcpy(sid, found, *sid_length);
    return true;
}

static bool well_known_sid(WELL_KNOWN_SID_TYPE which, uint8_t sid[TRUST_SID_BYTES])
{
    DWORD length = TRUST_SID_BYTES;
    return CreateWellKnownSid(which, NULL, sid, &length);
}

bool trust_account_read(struct trust_account *account, struct fault *fault)
{
    uint8_t administrators[TRUST_SID_BYTES];
    BOOL is_member = FALSE;
    bool is_asked = well_known_sid(WinBuiltinAdministratorsSid, administrators) &&
                    CheckTokenMembership(NULL, administrators, &is_member);
    DWORD error = GetLastError();
    if (!is_asked) {
        return system_fault(fault, FAULT_FAILED, error,
                            "It cannot be told whether this is an administrator");
    }
    struct trust_account found = {.is_elevated = is_member};
    if (is_member) {
        HANDLE token;
        BOOL is_open = OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
        error = GetLastError();
        bool is_read = false;
        if (is_open) {
            is_read = read_sid(token, TokenUser, found.user.bytes, &found.user_length, &error) &&
                      read_sid(token, TokenOwner, found.owner.bytes, &found.owner_length, &error);
            CloseHandle(token);
        }
        if (!is_read) {
            return system_fault(fault, FAULT_FAILED, error, "The account cannot be told");
        }
    }
    *account = found;
    return true;
}

/* ------------------------------------------------------------ a descriptor */

static bool is_well_known(PSID sid, WELL_KNOWN_SID_TYPE which)
{
    return IsWellKnownSid(sid, which);
}

static bool is_trusted_sid(PSID sid, const struct trust_account *account)
{
    return is_well_known(sid, WinLocalSystemSid) ||
           is_well_known(sid, WinBuiltinAdministratorsSid) ||
           (account->user_length > 0 && EqualSid(sid, (PSID)account->user.bytes)) ||
           (account->owner_length > 0 && EqualSid(sid, (PSID)account->owner.bytes));
}

static void sid_string(PSID sid, char *buffer, size_t size)
{
    wchar_t *wide;
    if (ConvertSidToStringSidW(sid, &wide)) {
        wide_copy_utf8(wide, buffer, size);
        LocalFree(wide);
    } else {
        snprintf(buffer, size, "somebody");
    }
}

/* An entry's SID, or NULL where the entry is too short to hold it. */
static PSID ace_sid(const ACCESS_ALLOWED_ACE *ace)
{
    const size_t sid_offset = offsetof(ACCESS_ALLOWED_ACE, SidStart);
    size_t room = ace->Header.AceSize;
    PSID sid = (PSID)&ace->SidStart;
    if (room < sid_offset + sizeof(SID) - sizeof(DWORD) || !IsValidSid(sid) ||
        room < sid_offset + GetLengthSid(sid)) {
        return NULL;
    }
    return sid;
}

static bool trust_ace(const ACE_HEADER *header, const struct trust_account *account, const char *it,
                      char *why, size_t why_size)
{
    switch (header->AceType) {
    case ACCESS_DENIED_ACE_TYPE:
    case ACCESS_DENIED_OBJECT_ACE_TYPE:
    case ACCESS_DENIED_CALLBACK_ACE_TYPE:
    case ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE:
        return true; /* they only take rights away */
    case ACCESS_ALLOWED_ACE_TYPE:
        break;
    default:
        snprintf(why, why_size, "%s has an access entry of kind %u, which maxport cannot judge.",
                 it, header->AceType);
        return false;
    }
    const ACCESS_ALLOWED_ACE *ace = (const ACCESS_ALLOWED_ACE *)header;
    PSID sid = ace_sid(ace);
    if (!sid) {
        snprintf(why, why_size, "%s has a malformed access entry.", it);
        return false;
    }
    if ((ace->Mask & ~harmless_rights) == 0 || is_trusted_sid(sid, account) ||
        is_well_known(sid, WinCreatorOwnerSid)) {
        return true;
    }
    char name[192];
    sid_string(sid, name, sizeof name);
    snprintf(why, why_size,
             "%s can be changed by %s, who is no administrator of this computer (rights 0x%lx).",
             it, name, (unsigned long)ace->Mask);
    return false;
}

static bool trust_dacl(PSECURITY_DESCRIPTOR descriptor, const struct trust_account *account,
                       const char *it, char *why, size_t why_size)
{
    BOOL is_present = FALSE, is_defaulted;
    PACL dacl = NULL;
    if (!GetSecurityDescriptorDacl(descriptor, &is_present, &dacl, &is_defaulted) || !is_present ||
        !dacl) {
        snprintf(why, why_size, "%s has no access list, so anyone can change it.", it);
        return false;
    }
    if (!IsValidAcl(dacl)) {
        snprintf(why, why_size, "%s has a malformed access list.", it);
        return false;
    }
    for (DWORD i = 0; i < dacl->AceCount; i++) {
        void *ace;
        if (!GetAce(dacl, i, &ace)) {
            snprintf(why, why_size, "%s has a malformed access list.", it);
            return false;
        }
        if (!trust_ace(ace, account, it, why, why_size)) {
            return false;
        }
    }
    return true;
}

bool trust_descriptor(const void *descriptor, size_t length, const struct trust_account *account,
                      const char *it, char *why, size_t why_size)
{
    PSECURITY_DESCRIPTOR security = (PSECURITY_DESCRIPTOR)descriptor;
    PSID owner = NULL;
    BOOL is_defaulted;
    why[0] = '\0';
    if (length < sizeof(SECURITY_DESCRIPTOR_RELATIVE) || !IsValidSecurityDescriptor(security) ||
        GetSecurityDescriptorLength(security) > length) {
        snprintf(why, why_size, "%s has a malformed security descriptor.", it);
        return false;
    }
    if (!GetSecurityDescriptorOwner(security, &owner, &is_defaulted) || !owner) {
        snprintf(why, why_size, "%s has no owner.", it);
        return false;
    }
    if (!is_trusted_sid(owner, account)) {
        char name[192];
        sid_string(owner, name, sizeof name);
        snprintf(why, why_size, "%s belongs to %s, who is no administrator of this computer.", it,
                 name);
        return false;
    }
    return trust_dacl(security, account, it, why, why_size);
}
