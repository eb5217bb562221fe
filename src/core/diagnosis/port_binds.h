/* port_binds.h - test binds of one port over both families, and their results.
 *
 * The struct owns nothing. The functions that read the struct also accept NULL, which means
 * that no bind was tried.
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

/* Tests a bind over each family, one after the other. Each test closes its socket immediately. */
void port_binds_try(const struct binder *binder, enum protocol protocol, uint16_t port,
                    struct port_binds *binds);

/* Return whether a bind succeeded, or failed, over at least one family. */
bool port_binds_succeeded(const struct port_binds *binds);
bool port_binds_failed(const struct port_binds *binds);

/* Returns whether a bind failed with error 10013, the error for excluded ports. For a port that a
 * socket uses, the error is 10048 (docs/windows.md, "Binding a port"). */
bool port_binds_hit_exclusion(const struct port_binds *binds);

#endif
