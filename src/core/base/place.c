#include "core/base/place.h"

#include <stdio.h>
#include <string.h>

#include "core/base/quote.h"
#include "core/base/text.h"

const char *protocol_name(enum protocol protocol)
{
    return protocol == PROTOCOL_UDP ? "UDP" : "TCP";
}

const char *protocol_key(enum protocol protocol)
{
    return protocol == PROTOCOL_UDP ? "udp" : "tcp";
}

const char *family_name(enum family family)
{
    return family == FAMILY_IPV6 ? "IPv6" : "IPv4";
}

const char *family_key(enum family family)
{
    return family == FAMILY_IPV6 ? "ipv6" : "ipv4";
}

const char *family_over(enum family family)
{
    return family == FAMILY_IPV4 ? " over IPv4" : " over IPv6";
}

bool place_registry(struct place *place, const char *key, const char *name, struct fault *fault)
{
    size_t key_length = strlen(key), name_length = strlen(name);
    if (key_length >= PLACE_KEY_SIZE)
        return fault_set(fault, FAULT_USAGE, 0,
                         "The registry key path has %zu bytes, more than the supported %d.",
                         key_length, PLACE_KEY_SIZE - 1);
    if (name_length >= PLACE_NAME_SIZE)
        return fault_set(fault, FAULT_USAGE, 0,
                         "The registry value name has %zu bytes, more than the supported %d.",
                         name_length, PLACE_NAME_SIZE - 1);
    *place = (struct place){.kind = PLACE_REGISTRY};
    memcpy(place->key, key, key_length);
    memcpy(place->name, name, name_length);
    return true;
}

struct place place_range(enum protocol protocol, enum family family)
{
    return (struct place){.kind = PLACE_RANGE, .protocol = protocol, .family = family};
}

bool place_equal(const struct place *a, const struct place *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == PLACE_RANGE)
        return a->protocol == b->protocol && a->family == b->family;
    return ascii_compare(a->key, b->key) == 0 && ascii_compare(a->name, b->name) == 0;
}

const char *place_label(const struct place *place, char buffer[PLACE_NAME_SIZE + 32])
{
    if (place->kind == PLACE_RANGE)
        snprintf(buffer, PLACE_NAME_SIZE + 32, "%s %s dynamic port range",
                 protocol_name(place->protocol), family_name(place->family));
    else
        return place->name[0] != '\0' ? name_quote(place->name, buffer, PLACE_NAME_SIZE + 32)
                                      : strcpy(buffer, "(Default)");
    return buffer;
}
