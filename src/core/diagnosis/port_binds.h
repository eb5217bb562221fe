/* port_binds.h - test binds of one port over both families, and their results.
 *
 * Plain data; nothing is owned. Functions accept NULL if no bind was tried.
 */
#ifndef CORE_DIAGNOSIS_PORT_BINDS_H
#define CORE_DIAGNOSIS_PORT_BINDS_H

#include "core/base/fault.h"
#include "core/base/place.h"
#include "core/system/binder.h"

/* Results of the binds, by family (binder.h). */
struct port_binds {
    bool was_tried[FAMILY_COUNT];
    bool has_answer[FAMILY_COUNT]; /* False: `why` is the reason */
    enum bind_answer answer[FAMILY_COUNT];
    uint32_t code[FAMILY_COUNT];
    struct fault why[FAMILY_COUNT];
};

/* Binds the port over one family, then over the other, and closes it immediately. */
void port_binds_try(const struct binder *binder, enum protocol protocol, uint16_t port,
                    struct port_binds *binds);

/* Returns whether a bind succeeded over at least one family. */
bool port_binds_succeeded(const struct port_binds *binds);
bool port_binds_failed(const struct port_binds *binds);

/* Returns whether a bind failed with the error of excluded ports. Error 10048 comes from a socket,
 * not from an exclusion (docs/windows.md, "Binding a port"). */
bool port_binds_hit_exclusion(const struct port_binds *binds);

#endif
