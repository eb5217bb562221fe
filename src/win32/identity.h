/* identity.h - the port `identity`.
 *
 * account       the token's user (LookupAccountSidW), or its SID where no name is found
 * session_user  WTSQuerySessionInformationW of this session: under runas or UAC
 *               with another account, the person at the desk
 * computer      GetComputerNameExW(ComputerNamePhysicalDnsHostname), which a
 *               cluster's environment does not bend
 * is_elevated   CheckTokenMembership(Administrators): true on XP for any
 *               administrator, and false for the filtered token of UAC, in
 *               which that group is for deny only
 */
#ifndef WIN32_IDENTITY_H
#define WIN32_IDENTITY_H

#include "core/system/identity.h"

void identity_open(struct identity_source *functions);

#endif
