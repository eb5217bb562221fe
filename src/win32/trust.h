/* trust.h - may what lies in a folder be believed?
 *
 * The store decides what an elevated maxport writes back into the registry, so
 * nobody but administrators may have been able to put things there. Any user
 * can make folders in ProgramData, so one that is there already proves nothing.
 */
#ifndef WIN32_TRUST_H
#define WIN32_TRUST_H

#include "core/fault.h"

#include <windows.h>

enum { TRUST_SID_BYTES = 68 }; /* SECURITY_MAX_SID_SIZE */

/* Whom to trust besides SYSTEM and Administrators: the account of an elevated
 * process, as user and as the owner of what it makes. A SID of length 0 is nobody. */
struct trust_account {
    union {
        SID sid;
        uint8_t bytes[TRUST_SID_BYTES];
    } user, owner;
    size_t user_length, owner_length;
    bool is_elevated;
};

/* The account of this process; nobody unless it is elevated, that is, an
 * enabled member of Administrators. */
bool trust_account_read(struct trust_account *account, struct fault *fault) MUST_CHECK;

/* True: the descriptor's owner is SYSTEM, Administrators or the account, and it
 * lets nobody else do more than read and execute. Inherit-only entries count,
 * since what is made there gets them; those of CREATOR OWNER are given to whom
 * may make files anyway. No DACL, and entries of unknown kinds, are not trusted.
 * False: *why (of why_size) is a sentence about `it`, such as "The folder".
 * Pure: it looks at nothing but its arguments.
 * Source: Microsoft Learn, "ACE_HEADER", "File Access Rights Constants". */
bool trust_descriptor(const void *descriptor, size_t length, const struct trust_account *account,
                      const char *it, char *why, size_t why_size) MUST_CHECK;

#endif
