/* port_facts.h - what is known about one port, in sentences.
 *
 * Out of memory marks the sentences as incomplete (sentences.h).
 */
#ifndef CORE_DIAGNOSIS_PORT_FACTS_H
#define CORE_DIAGNOSIS_PORT_FACTS_H

#include "core/diagnosis/port_binds.h"
#include "core/diagnosis/port_rows.h"
#include "core/diagnosis/sentences.h"

/* Who uses it, which closed connections remain, and which exclusions contain it. */
void port_facts_add(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                    struct sentences *facts);

/* Inside or outside of the dynamic range, now and after a restart. */
void port_facts_add_ranges(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                           struct sentences *facts);

/* binds: NULL where none was tried. */
void port_facts_add_binds(const struct port_binds *binds, enum protocol protocol,
                          struct sentences *facts);

#endif
