#include "core/holder.h"

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

bool holder_of(const struct machine *machine, const struct place *place, struct holder *holder,
               struct fault *fault)
{
    switch (place->kind) {
    case PLACE_REGISTRY:
        *holder = (struct holder){machine, read_registry, write_registry, flush_registry};
        return true;
    case PLACE_RANGE:
    case PLACE_KIND_COUNT:
        break;
    }
    return fault_set(fault, FAULT_UNAVAILABLE, 0,
                     "This maxport cannot change a running dynamic port range.");
}

bool holder_read(const struct machine *machine, const struct place *place, struct value *value,
                 struct fault *fault)
{
    struct holder holder;

    return holder_of(machine, place, &holder, fault) &&
           holder.read(machine, place, value, fault);
}
