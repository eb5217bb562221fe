/* identity.h - the interface `identity`.
 *
 * account       the token's user (LookupAccountSidW), or the user's SID if the user has no name
 * session_user  WTSQuerySessionInformationW of this session: the logged-on user, even
 *               if runas or UAC selected another account
 * computer      GetComputerNameExW(ComputerNamePhysicalDnsHostname), or the NetBIOS name if
 *               that call returns no name; environment variables of a cluster change neither
 * is_elevated   CheckTokenMembership(Administrators): on XP true for any administrator;
 *               with UAC false for a filtered token, in which the group is deny-only
 */
#ifndef WIN32_IDENTITY_H
#define WIN32_IDENTITY_H

#include "core/system/identity.h"

void identity_open(struct identity_source *functions);

/* Writes the account of a SID as DOMAIN\NAME, or as the SID if no name is found. May take long if a
 * domain controller does not respond. */
bool identity_name_sid(void *sid, char account[IDENTITY_SIZE], struct fault *fault) MUST_CHECK;
/* Writes the SID itself: S-1-5-18. */
bool identity_print_sid(void *sid, char text[IDENTITY_SIZE], struct fault *fault) MUST_CHECK;
bool identity_is_elevated(void) MUST_CHECK;

#endif
