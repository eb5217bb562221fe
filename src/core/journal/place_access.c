#include "core/journal/place_access.h"

static bool read_registry(const struct machine *machine, const struct place *place,
                          struct value *value, struct fault *fault)
{
    return machine->registry.read(machine->registry.context, place, value, fault);
}

static bool write_registry(const struct machine *machine, const struct place *place,
                           const struct value *value, struct fault *fault)
{
    return machine->registry.write(machine->registry.context, place, value, fault);
}

static bool flush_registry(const struct machine *machine, const struct place *place,
                           struct fault *fault)
{
    return machine->registry.flush(machine->registry.context, place->key, fault);
}

static bool read_range(const struct machine *machine, const struct place *place,
                       struct value *value, struct fault *fault)
{
    struct port_range range;

    if (!machine->ranges.read_one(machine->ranges.context, place->protocol, place->family, &range,
                                  fault))
        return fault_prefix(fault, "The running %s %s range could not be read",
                            protocol_name(place->protocol), family_name(place->family));
    *value = value_range(range);
    return true;
}

static bool write_range(const struct machine *machine, const struct place *place,
                        const struct value *value, struct fault *fault)
{
    if (value->kind != VALUE_RANGE)
        return fault_set(fault, FAULT_FAILED, 0, "A dynamic port range cannot be absent.");
    return machine->ranges.write(machine->ranges.context, place->protocol, place->family,
                                 value->range, fault);
}

/* Does nothing, because netsh itself stores the running range persistently. */
static bool flush_nothing(const struct machine *machine, const struct place *place,
                          struct fault *fault)
{
    (void)machine;
    (void)place;
    (void)fault;
    return true;
}

static bool refuse(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, 0,
                     "This Windows has no command to change a running dynamic port range.");
}

bool place_access_of(const struct machine *machine, const struct place *place,
                     struct place_access *holder, struct fault *fault)
{
    switch (place->kind) {
    case PLACE_REGISTRY:
        *holder = (struct place_access){machine, read_registry, write_registry, flush_registry};
        return true;
    case PLACE_RANGE:
        if (!machine->ranges.read_one || !machine->ranges.write)
            break;
        *holder = (struct place_access){machine, read_range, write_range, flush_nothing};
        return true;
    case PLACE_KIND_COUNT:
        break;
    }
    return refuse(fault);
}

bool place_access_read(const struct machine *machine, const struct place *place,
                       struct value *value, struct fault *fault)
{
    if (place->kind == PLACE_REGISTRY)
        return read_registry(machine, place, value, fault);
    if (place->kind == PLACE_RANGE && machine->ranges.read_one)
        return read_range(machine, place, value, fault);
    return refuse(fault);
}
