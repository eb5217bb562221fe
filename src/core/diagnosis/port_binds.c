#include "core/diagnosis/port_binds.h"

void port_binds_try(const struct binder *binder, enum protocol protocol, uint16_t port,
                    struct port_binds *binds)
{
    for (int f = 0; f < FAMILY_COUNT; f++) {
        binds->was_tried[f] = true;
        if (!binder->try_bind)
            fault_set(&binds->why[f], FAULT_UNAVAILABLE, 0,
                      "maxport cannot test a bind on this machine.");
        else
            binds->has_answer[f] =
                binder->try_bind(binder->context, protocol, (enum family)f, port, &binds->answer[f],
                                 &binds->code[f], &binds->why[f]);
    }
}

bool port_binds_succeeded(const struct port_binds *binds)
{
    for (int f = 0; binds && f < FAMILY_COUNT; f++)
        if (binds->has_answer[f] && binds->answer[f] == BIND_FREE)
            return true;
    return false;
}

bool port_binds_failed(const struct port_binds *binds)
{
    for (int f = 0; binds && f < FAMILY_COUNT; f++)
        if (binds->has_answer[f] && binds->answer[f] != BIND_FREE)
            return true;
    return false;
}

bool port_binds_hit_exclusion(const struct port_binds *binds)
{
    for (int f = 0; binds && f < FAMILY_COUNT; f++)
        if (binds->has_answer[f] && binds->answer[f] == BIND_EXCLUDED)
            return true;
    return false;
}
