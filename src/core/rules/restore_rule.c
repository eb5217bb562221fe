#include "core/rules/restore_rule.h"

#include <string.h>

#include "core/base/quote.h"

static const char *const never[] = {
    "Hostname", "NV Hostname", "Domain", "NV Domain", "DataBasePath", "NameServer", "SearchList",
};
static const char never_prefix[] = "Dhcp";

static bool is_printable_ascii(const char *name)
{
    for (; *name != '\0'; name++)
        if (*name < 0x20 || *name > 0x7e)
            return false;
    return true;
}

static bool is_never_written(const char *name)
{
    char start[sizeof never_prefix] = "";
    size_t length = strlen(name), most = sizeof start - 1;
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        if (ascii_compare(name, never[i]) == 0)
            return true;
    memcpy(start, name, length < most ? length : most);
    return ascii_compare(start, never_prefix) == 0;
}

static bool refuse(const char *name, const char *why, struct fault *fault)
{
    struct text quoted;
    text_init(&quoted);
    text_quote(&quoted, name);
    fault_set(fault, FAULT_USAGE, 0, "%s %s. Nothing was changed.", text_string(&quoted), why);
    text_release(&quoted);
    return false;
}

bool restore_rule_allows(const struct place *place, struct fault *fault)
{
    if (place->kind != PLACE_REGISTRY)
        return true;
    if (ascii_compare(place->key, TCPIP_PARAMETERS) != 0)
        return refuse(place->key, "is not Tcpip\\Parameters, the only key that maxport writes to",
                      fault);
    if (place->name[0] == '\0' || !is_printable_ascii(place->name))
        return refuse(place->name,
                      "is not the name of a setting; use plain ASCII, such as KeepAliveTime",
                      fault);
    if (is_never_written(place->name))
        return refuse(place->name,
                      "contains the identity or live data of this machine, which maxport "
                      "compares but never writes",
                      fault);
    return true;
}
