#include "win32/lib/trust.h"

#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <sddl.h>
#include <stdio.h>
#include <string.h>

/* A rule that decides whether a descriptor is trusted. */
struct rule {
    DWORD harmless_rights; /* all accounts may have these */
    bool counts_inherit_only;
    bool trusts_installer;
};

/* All accounts may read, execute and pass through. */
static const struct rule content_rule = {
    .harmless_rights = FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE | FILE_READ_ATTRIBUTES |
                       READ_CONTROL | SYNCHRONIZE | GENERIC_READ | GENERIC_EXECUTE,
    .counts_inherit_only = true,
};

/* Other accounts may not delete or rename the folder and its contents, and may not get the right to
 * do so. */
static const struct rule parent_rule = {
    .harmless_rights = ~(DWORD)(DELETE | FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_ALL |
                                MAXIMUM_ALLOWED),
    .trusts_installer = true,
};
static const struct rule root_rule = {
    /* a drive's root folder cannot be deleted */
    .harmless_rights =
        ~(DWORD)(FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_ALL | MAXIMUM_ALLOWED),
    .trusts_installer = true,
};

/* Other accounts may not write or replace values of the key, and may not get the right to do so. */
static const struct rule key_rule = {
    .harmless_rights =
        ~(DWORD)(KEY_SET_VALUE | KEY_CREATE_SUB_KEY | KEY_CREATE_LINK | DELETE | WRITE_DAC |
                 WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL | MAXIMUM_ALLOWED),
    .trusts_installer = true,
};

/* ---- this process ----------------------------------------------------- */

static bool read_sid(HANDLE token, TOKEN_INFORMATION_CLASS which, struct trust_sid *sid,
                     DWORD *error)
{
    /* TOKEN_USER and TOKEN_OWNER both start with a pointer to the SID. */
    union {
        TOKEN_USER user;
        TOKEN_OWNER owner;
        uint8_t bytes[sizeof(TOKEN_USER) + TRUST_SID_BYTES];
    } information;
    DWORD length;
    BOOL is_read = GetTokenInformation(token, which, &information, sizeof information, &length);
    *error = GetLastError();
    if (!is_read)
        return false;
    PSID found = which == TokenUser ? information.user.User.Sid : information.owner.Owner;
    sid->length = GetLengthSid(found);
    memcpy(sid->bytes, found, sid->length);
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
                            "Cannot determine whether this account is an administrator");
    }
    struct trust_account found = {.is_elevated = is_member};
    if (is_member) {
        HANDLE token;
        BOOL is_open = OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
        error = GetLastError();
        bool is_read = false;
        if (is_open) {
            is_read = read_sid(token, TokenOwner, &found.owner, &error);
            /* Objects of an elevated process normally belong to Administrators. In this case, an
             * object that belongs to the user was created without elevation, so do not trust the
             * user. */
            if (is_read && !EqualSid(found.owner.bytes, administrators))
                is_read = read_sid(token, TokenUser, &found.user, &error);
            CloseHandle(token);
        }
        if (!is_read)
            return system_fault(fault, FAULT_FAILED, error, "The account could not be determined");
    }
    *account = found;
    return true;
}

/* ---- a descriptor ----------------------------------------------------- */

static bool is_well_known(PSID sid, WELL_KNOWN_SID_TYPE which)
{
    return IsWellKnownSid(sid, which);
}

/* Returns whether this is the SID of TrustedInstaller, which consists of NT SERVICE and the SHA-1
 * of the service's name. */
static bool is_installer(PSID sid)
{
    static const DWORD authorities[] = {80,         956008885,  3418522649,
                                        1831038044, 1853292631, 2271478464};
    enum { COUNT = sizeof authorities / sizeof *authorities };
    static const SID_IDENTIFIER_AUTHORITY nt = {SECURITY_NT_AUTHORITY};
    if (*GetSidSubAuthorityCount(sid) != COUNT ||
        memcmp(GetSidIdentifierAuthority(sid), &nt, sizeof nt) != 0) {
        return false;
    }
    for (DWORD i = 0; i < COUNT; i++)
        if (*GetSidSubAuthority(sid, i) != authorities[i])
            return false;
    return true;
}

static bool is_trusted_sid(PSID sid, const struct rule *rule)
{
    return is_well_known(sid, WinLocalSystemSid) ||
           is_well_known(sid, WinBuiltinAdministratorsSid) ||
           (rule->trusts_installer && is_installer(sid));
}

static bool is_same(PSID sid, const struct trust_sid *other)
{
    return other->length > 0 && EqualSid(sid, (PSID)other->bytes);
}

static bool is_trusted_owner(PSID sid, const struct trust_account *account, const struct rule *rule)
{
    return is_trusted_sid(sid, rule) || is_same(sid, &account->user) ||
           is_same(sid, &account->owner);
}

static void sid_string(PSID sid, char *buffer, size_t size)
{
    wchar_t *wide;
    if (ConvertSidToStringSidW(sid, &wide)) {
        wide_copy_utf8(wide, buffer, size);
        LocalFree(wide);
    } else {
        snprintf(buffer, size, "an unknown account");
    }
}

/* Returns the SID of an entry, or NULL if the entry is malformed. */
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

static bool trust_ace(const ACE_HEADER *header, PSID owner, const struct rule *rule, const char *it,
                      char *why, size_t why_size)
{
    if (header->AceFlags & INHERIT_ONLY_ACE && !rule->counts_inherit_only)
        return true;
    switch (header->AceType) {
    case ACCESS_DENIED_ACE_TYPE:
    case ACCESS_DENIED_OBJECT_ACE_TYPE:
    case ACCESS_DENIED_CALLBACK_ACE_TYPE:
    case ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE:
        return true; /* entries of these types only deny rights */
    case ACCESS_ALLOWED_ACE_TYPE:
        break;
    default:
        snprintf(why, why_size,
                 "%s has an access entry of type %u, which maxport cannot "
                 "evaluate.",
                 it, header->AceType);
        return false;
    }
    const ACCESS_ALLOWED_ACE *ace = (const ACCESS_ALLOWED_ACE *)header;
    PSID sid = ace_sid(ace);
    if (!sid) {
        snprintf(why, why_size, "%s has a malformed access entry.", it);
        return false;
    }
    /* The owner is trusted and can get every right anyway. */
    if ((ace->Mask & ~rule->harmless_rights) == 0 || is_trusted_sid(sid, rule) ||
        EqualSid(sid, owner) || is_well_known(sid, WinCreatorOwnerSid)) {
        return true;
    }
    char name[192];
    sid_string(sid, name, sizeof name);
    snprintf(why, why_size,
             "%s can be changed by %s (rights 0x%lx), not only by SYSTEM and Administrators.", it,
             name, (unsigned long)ace->Mask);
    return false;
}

static bool trust_dacl(PSECURITY_DESCRIPTOR descriptor, PSID owner, const struct rule *rule,
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
        if (!trust_ace(ace, owner, rule, it, why, why_size))
            return false;
    }
    return true;
}

static bool trust_by(const struct rule *rule, const void *descriptor, size_t length,
                     const struct trust_account *account, const char *it, char *why,
                     size_t why_size)
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
    if (!is_trusted_owner(owner, account, rule)) {
        char name[192];
        sid_string(owner, name, sizeof name);
        snprintf(why, why_size, "%s belongs to %s, not to SYSTEM or Administrators.", it, name);
        return false;
    }
    return trust_dacl(security, owner, rule, it, why, why_size);
}

bool trust_descriptor(const void *descriptor, size_t length, const struct trust_account *account,
                      const char *it, char *why, size_t why_size)
{
    return trust_by(&content_rule, descriptor, length, account, it, why, why_size);
}

bool trust_parent(const void *descriptor, size_t length, bool is_root,
                  const struct trust_account *account, const char *it, char *why, size_t why_size)
{
    return trust_by(is_root ? &root_rule : &parent_rule, descriptor, length, account, it, why,
                    why_size);
}

bool trust_key(const void *descriptor, size_t length, const struct trust_account *account,
               const char *it, char *why, size_t why_size)
{
    return trust_by(&key_rule, descriptor, length, account, it, why, why_size);
}
