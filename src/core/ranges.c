#include "core/ranges.h"

const char *range_source_key(enum range_source source)
{
    switch (source) {
    case RANGE_SOURCE_RULE:
        return "rule";
    case RANGE_SOURCE_WMI:
        return "wmi";
    case RANGE_SOURCE_NETSH:
        return "netsh";
    case RANGE_SOURCE_UNKNOWN:
        break;
    }
    return "unknown";
}
