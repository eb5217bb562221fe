/* trust.h - checks whether only administrators can write to a folder or key.
 *
 * An elevated maxport writes values from the store to the registry, so only administrators may be
 * able to write to the store. Any user can create folders in ProgramData, so the owner and access
 * list of an existing folder do not make it trustworthy. The folder must pass these checks, and it
 * must also be the folder that the record identifies (store_record.h).
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

/* An account that is trusted in addition to SYSTEM and Administrators. `owner` owns the objects
 * that an elevated process creates; usually this is Administrators. `user` is set only if a policy
 * selects another owner. */
struct trust_account {
    struct trust_sid user, owner;
    bool is_elevated;
};

/* Reads the account of this process. If the process is not elevated, i.e. not an enabled member of
 * Administrators, *account contains no account. */
bool trust_account_read(struct trust_account *account, struct fault *fault) MUST_CHECK;

/* Returns whether only trusted accounts can write: the owner in the descriptor is SYSTEM,
 * Administrators or `account`, and every other account may only read and execute. Inherit-only
 * entries count too, because new files inherit them. Entries of CREATOR OWNER do not count: a new
 * file inherits them for its creator, and only trusted accounts can create files. Also returns
 * false if the DACL is missing or has entries of unknown kinds. If the result is false, `why`
 * (why_size bytes) receives the reason as a sentence with the subject `it`, e.g. "The folder". The
 * result depends only on the arguments. Source: Microsoft Learn, "ACE_HEADER", "File Access Rights
 * Constants". */
bool trust_descriptor(const void *descriptor, size_t length, const struct trust_account *account,
                      const char *it, char *why, size_t why_size) MUST_CHECK;

/* As trust_descriptor(), for a folder above the store. Other accounts may read the folder and
 * create files and folders in it, as the group Users may in ProgramData. Other accounts may not
 * delete or rename the folder or its contents, and may not change its owner or access list. (A root
 * folder cannot be deleted or renamed.) TrustedInstaller is trusted too. Inherit-only entries do
 * not count. */
bool trust_parent(const void *descriptor, size_t length, bool is_root,
                  const struct trust_account *account, const char *it, char *why,
                  size_t why_size) MUST_CHECK;

/* As trust_descriptor(), for a registry key and its values. Other accounts may read the key, but
 * may not write to it or create a link in it. Subkeys are not checked, so inherit-only entries do
 * not count. TrustedInstaller is trusted too. */
bool trust_key(const void *descriptor, size_t length, const struct trust_account *account,
               const char *it, char *why, size_t why_size) MUST_CHECK;

#endif
