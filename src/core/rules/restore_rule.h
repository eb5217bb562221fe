/* restore_rule.h - which places restore may write, and undo after it.
 *
 * Both take what they write from a file, so the file must not be able to name just
 * anything. `restore --value` asks for a name, journal_rule.h for an entry. In Tcpip\Parameters lie
 * settings beside the machine's identity and live data: those, and all subkeys (Interfaces holds
 * addresses and leases), are left alone whatever a file or a user says.
 */
#ifndef CORE_RULES_RESTORE_RULE_H
#define CORE_RULES_RESTORE_RULE_H

#include "core/base/place.h"

/* A range, or a value directly under TCPIP_PARAMETERS with a name of printable
 * ASCII (no other is documented, and the registry's rules of case are then ours),
 * other than Hostname, NV Hostname, Domain, NV Domain, DataBasePath, NameServer,
 * SearchList and Dhcp*.
 * FAULT_USAGE names the place and says why not. */
bool restore_rule_allows(const struct place *place, struct fault *fault) MUST_CHECK;

#endif
