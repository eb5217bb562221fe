/* trust.h - checks whether only administrators can write to a folder or key.
 *
 * An elevated maxport writes values from the store to the registry, so only administrators may be
 * able to write to the store. Any user can create folders in ProgramData, so an existing folder is
 * not trustworthy just because of its owner and access list. Both must pass these checks, and
 * store_record.h identifies the trusted folder.
 */
#ifndef WIN32_LIB_TRUST_H
#define WIN32_LIB_TRUST_H

#include "core/base/fault.h"

#include <windows.h>

enum { TRUST_SID_BYTES = 68 }; /* SECURITY_MAX_SID_SIZE */

/* length 0: no account. */
struct trust_sid {
    union {
        SID sid;
        uint8_t bytes[TRUST_SID_BYTES];
    };
    size_t length;
};

/* An additional trusted owner besides SYSTEM and Administrators: the owner of objects that an
 * elevated process creates. Usually this is Administrators. `user` is only set if a policy selects
 * another owner. */
struct trust_account {
    struct trust_sid user, owner;
    bool is_elevated;
};

/* Reads the account of this process; no account unless it is elevated, i.e. an enabled member of
 * Administrators. */
bool trust_account_read(struct trust_account *account, struct fault *fault) MUST_CHECK;

/* Returns whether only trusted accounts can write: the owner in the descriptor is SYSTEM,
 * Administrators or `account`, and every other account may only read and execute. Inherit-only
 * entries count too, because new files inherit them; those of CREATOR OWNER do not, because they
 * apply only to accounts that may create files anyway. False also for a missing DACL and for
 * entries of unknown kinds. False: *why (why_size bytes) is a sentence with the subject `it`, e.g.
 * "The folder". Depends only on its arguments. Source: Microsoft Learn, "ACE_HEADER", "File Access
 * Rights Constants". */
bool trust_descriptor(const void *descriptor, size_t length, const struct trust_account *account,
                      const char *it, char *why, size_t why_size) MUST_CHECK;

/* As trust_descriptor, for a folder above the store. Others may read it and create files and
 * folders in it, as Users may in ProgramData. They may not delete or rename it or its contents,
 * nor change its owner or access list. (A root folder cannot be deleted or renamed.)
 * TrustedInstaller is trusted too. Inherit-only entries do not count. */
bool trust_parent(const void *descriptor, size_t length, bool is_root,
                  const struct trust_account *account, const char *it, char *why,
                  size_t why_size) MUST_CHECK;

/* As trust_descriptor, for a registry key and its values. Others may read the key, but not write
 * or link it. Subkeys are not checked, so inherit-only entries do not count. TrustedInstaller is
 * trusted too. */
bool trust_key(const void *descriptor, size_t length, const struct trust_account *account,
               const char *it, char *why, size_t why_size) MUST_CHECK;

#endif
