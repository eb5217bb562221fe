/* trust.h - may what lies in a folder be believed?
 *
 * The store decides what an elevated maxport writes back into the registry, so
 * nobody but administrators may have been able to put things there. Any user
 * can make folders in ProgramData, so one that is there already proves nothing,
 * whatever its owner and access list: those are necessary, and store_record.h says
 * which folder is believed.
 */
#ifndef WIN32_LIB_TRUST_H
#define WIN32_LIB_TRUST_H

#include "core/base/fault.h"

#include <windows.h>

enum { TRUST_SID_BYTES = 68 }; /* SECURITY_MAX_SID_SIZE */

/* Of length 0: nobody. */
struct trust_sid {
    union {
        SID sid;
        uint8_t bytes[TRUST_SID_BYTES];
    };
    size_t length;
};

/* Who may own things besides SYSTEM and Administrators: the account to which belongs what an
 * elevated process makes. On Windows that is Administrators, unless a policy says otherwise;
 * only then `user` is somebody. */
struct trust_account {
    struct trust_sid user, owner;
    bool is_elevated;
};

/* The account of this process; nobody unless it is elevated, that is, an
 * enabled member of Administrators. */
bool trust_account_read(struct trust_account *account, struct fault *fault) MUST_CHECK;

/* True: the descriptor's owner is SYSTEM, Administrators or the account, and it lets nobody
 * else but this owner do more than read and execute. Inherit-only entries count,
 * since what is made there gets them; those of CREATOR OWNER are given to whom
 * may make files anyway. No DACL, and entries of unknown kinds, are not trusted.
 * False: *why (of why_size) is a sentence about `it`, such as "The folder".
 * Pure: it looks at nothing but its arguments.
 * Source: Microsoft Learn, "ACE_HEADER", "File Access Rights Constants". */
bool trust_descriptor(const void *descriptor, size_t length, const struct trust_account *account,
                      const char *it, char *why, size_t why_size) MUST_CHECK;

/* The same of a folder on the way to the store. Others may read it and make files and folders
 * there, as Users may in ProgramData, but may not delete or rename it (a root folder cannot
 * be) or what is in it, nor change its owner or access list. TrustedInstaller is trusted, too,
 * and inherit-only entries do not count. */
bool trust_parent(const void *descriptor, size_t length, bool is_root,
                  const struct trust_account *account, const char *it, char *why,
                  size_t why_size) MUST_CHECK;

/* The same of a registry key and its values: others may read it, but not write or link it. Keys
 * below it are not judged, so inherit-only entries do not count. TrustedInstaller is trusted. */
bool trust_key(const void *descriptor, size_t length, const struct trust_account *account,
               const char *it, char *why, size_t why_size) MUST_CHECK;

#endif
