/* restore_rule.h - the places that `restore`, and `undo` of a restore, may write.
 *
 * Both commands write values from a file, so the places in the file must be restricted.
 * `restore --value` checks a name, journal_rule.h an entry. Tcpip\Parameters contains not only
 * settings but also the machine's identity and live data. maxport never writes those, nor any
 * subkey (Interfaces contains addresses and leases).
 */
#ifndef CORE_RULES_RESTORE_RULE_H
#define CORE_RULES_RESTORE_RULE_H

#include "core/base/place.h"

/* Allows a range, or a value directly under TCPIP_PARAMETERS whose name is printable ASCII,
 * except Hostname, NV Hostname, Domain, NV Domain, DataBasePath, NameServer, SearchList and
 * Dhcp*. Only ASCII names are documented, and for them maxport and the registry agree on case.
 * FAULT_USAGE names the place and the reason. */
bool restore_rule_allows(const struct place *place, struct fault *fault) MUST_CHECK;

#endif
