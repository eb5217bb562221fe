/* port_binds.h - test binds of one port over both families, and what they showed.
 *
 * Plain data; the faults in it own nothing. Where no bind was tried, NULL may be passed.
 */
#ifndef CORE_DIAGNOSIS_PORT_BINDS_H
#define CORE_DIAGNOSIS_PORT_BINDS_H

#include "core/base/fault.h"
#include "core/base/place.h"
#include "core/system/binder.h"

/* Real binds, by family (binder.h). */
struct port_binds {
    bool was_tried[FAMILY_COUNT];
    bool has_answer[FAMILY_COUNT]; /* false: `why` is the reason */
    enum bind_answer answer[FAMILY_COUNT];
    uint32_t code[FAMILY_COUNT];
    struct fault why[FAMILY_COUNT];
};

/* Binds the port over one family, then the other, and releases it immediately. */
void port_binds_try(const struct binder *binder, enum protocol protocol, uint16_t port,
                    struct port_binds *binds);

/* Over one family at least. */
bool port_binds_succeeded(const struct port_binds *binds);
bool port_binds_failed(const struct port_binds *binds);

/* Failed with the code of excluded ports. 10048 alone comes from a socket, not from the
 * exclusion (docs/windows.md, "Binding a port"). */
bool port_binds_hit_exclusion(const struct port_binds *binds);

#endif
