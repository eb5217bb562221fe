/* restore_rule.h - defines which places `restore`, and the `undo` of a restore, may write.
 *
 * Both commands write values from a file, so the places in the file must be restricted. The rule is
 * applied to the names of `restore --value` and to the places of journal entries (journal_rule.h).
 * Tcpip\Parameters contains settings, but also the identity of the machine and live data. maxport
 * never writes identity and live data, and never writes to a subkey (Interfaces contains addresses
 * and leases).
 */
#ifndef CORE_RULES_RESTORE_RULE_H
#define CORE_RULES_RESTORE_RULE_H

#include "core/base/place.h"

/* Allows a range, or a value directly under TCPIP_PARAMETERS whose name is printable ASCII, except
 * Hostname, NV Hostname, Domain, NV Domain, DataBasePath, NameServer, SearchList and Dhcp*. All
 * documented names are ASCII, and only in ASCII names do maxport and the registry ignore case in
 * the same way. Fails with FAULT_USAGE, which names the place and the reason. */
bool restore_rule_allows(const struct place *place, struct fault *fault) MUST_CHECK;

#endif
