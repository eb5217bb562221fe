/* port_facts.h - sentences with the facts about one port.
 *
 * If memory runs out, sentences_are_whole() returns false for the list.
 */
#ifndef CORE_DIAGNOSIS_PORT_FACTS_H
#define CORE_DIAGNOSIS_PORT_FACTS_H

#include "core/diagnosis/port_binds.h"
#include "core/diagnosis/port_rows.h"
#include "core/diagnosis/sentences.h"

/* Adds the users of the port, its remaining closed connections, and the exclusions that contain the
 * port. */
void port_facts_add(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                    struct sentences *facts);

/* Adds whether the port is inside the running dynamic range, and whether the next restart will move
 * the range to include the port. */
void port_facts_add_ranges(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                           struct sentences *facts);

/* Adds the results of the test binds. binds: NULL if no bind was tried. */
void port_facts_add_binds(const struct port_binds *binds, enum protocol protocol,
                          struct sentences *facts);

#endif
