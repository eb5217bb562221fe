#include "core/rules/range.h"

#include <stdio.h>

#include "core/rules/setting.h"

/* The cases of a stored MaxUserPort that the sources distinguish. */
enum situation {
    ABSENT = 1,
    VALID = 2, /* a number within the documented bounds */
    OTHER = 4,
    HIGHEST = 8, /* the highest valid number, the only number that was measured */
    ABSENT_OR_VALID = ABSENT | VALID,
};

/* How the range is derived from the number N in MaxUserPort. */
enum course {
    UNKNOWN_EFFECT,
    OLD_DEFAULT, /* 1025-5000 */
    NEW_DEFAULT, /* 49152-65535 */
    FROM_1024,   /* 1024-N */
    FROM_1025,   /* 1025-N */
};

enum {
    ON_TCP = 1 << PROTOCOL_TCP,
    ON_UDP = 1 << PROTOCOL_UDP,
    ON_BOTH = ON_TCP | ON_UDP,
    OVER_IPV4 = 1 << FAMILY_IPV4,
    OVER_IPV6 = 1 << FAMILY_IPV6,
    OVER_EITHER = OVER_IPV4 | OVER_IPV6,
};

enum edition { ANY_EDITION, SERVERS };

struct version {
    uint32_t major, minor, build;
};

/* The first matching row applies. */
struct rule {
    struct version from, below; /* from <= Windows < below */
    enum edition edition;
    unsigned protocols, families;
    enum situation situations;
    enum course course;
    enum confidence confidence;
    const char *source;
    enum course
        neighbour; /* if the effect is unknown: the effect on the nearest Windows with a source */
};

/* clang-format off */
#define WINDOWS_2000  {5, 0, 0}
#define WINDOWS_XP    {5, 1, 0}
#define WINDOWS_VISTA {6, 0, 0}
#define WINDOWS_7     {6, 1, 0}
#define WINDOWS_10    {10, 0, 0}
#define SERVER_2022   {10, 0, 20348}
#define WINDOWS_11    {10, 0, 22000}
#define AFTER_11      {10, 1, 0}
#define NO_END        {UINT32_MAX, 0, 0}
/* clang-format on */

static const char neighbours[] = "Windows 10 and 11";

/* Sentences that several rows use. */
static const char udp_of_2000[] =
    "bb878133 states that TCP and UDP share one limit on XP and Server 2003; on Windows 2000, "
    "HSC's paper on Windows services observed that both take their ports from one sequence.";
static const char unmeasured[] =
    "No source states what MaxUserPort does on Windows 7, 8 and 8.1 or Server 2008 R2, 2012 and "
    "2012 R2.";
static const char too_new[] = "This Windows is newer than all sources.";
static const char no_rule[] = "No source covers this Windows.";

static const struct rule rules[] = {
    /* Any Windows: a MaxUserPort that is not a REG_DWORD within the documented bounds. */
    {WINDOWS_2000, NO_END, ANY_EDITION, ON_BOTH, OVER_EITHER, OTHER, UNKNOWN_EFFECT,
     CONFIDENCE_UNKNOWN,
     "No source states whether a MaxUserPort that is not a REG_DWORD from 5000 to 65534 is "
     "clamped, ignored or replaced by the default.",
     UNKNOWN_EFFECT},

    /* 2000, XP, Server 2003. */
    {WINDOWS_2000, WINDOWS_XP, ANY_EDITION, ON_BOTH, OVER_IPV6, ABSENT_OR_VALID, UNKNOWN_EFFECT,
     CONFIDENCE_UNKNOWN, "Windows 2000 has no IPv6.", UNKNOWN_EFFECT},
    {WINDOWS_2000, WINDOWS_VISTA, ANY_EDITION, ON_TCP, OVER_IPV4, ABSENT, OLD_DEFAULT,
     CONFIDENCE_DOCUMENTED,
     "cc938196 (Windows 2000), KB196271 (XP) and cc758002 (Server 2003) state 1024 to 5000; "
     "Windows does not assign port 1024, which leaves 3,976 ports (KB929851).",
     UNKNOWN_EFFECT},
    {WINDOWS_2000, WINDOWS_VISTA, ANY_EDITION, ON_TCP, OVER_IPV4, VALID, FROM_1025,
     CONFIDENCE_DOCUMENTED,
     "cc938196 (Windows 2000), KB196271 (XP) and cc758002 (Server 2003): MaxUserPort is the "
     "highest port that Windows assigns; Windows does not assign port 1024 (KB929851).",
     UNKNOWN_EFFECT},
    {WINDOWS_2000, WINDOWS_XP, ANY_EDITION, ON_UDP, OVER_IPV4, ABSENT, OLD_DEFAULT,
     CONFIDENCE_INFERRED, udp_of_2000, UNKNOWN_EFFECT},
    {WINDOWS_2000, WINDOWS_XP, ANY_EDITION, ON_UDP, OVER_IPV4, VALID, FROM_1025,
     CONFIDENCE_INFERRED, udp_of_2000, UNKNOWN_EFFECT},
    {WINDOWS_XP, WINDOWS_VISTA, ANY_EDITION, ON_UDP, OVER_IPV4, ABSENT, OLD_DEFAULT,
     CONFIDENCE_DOCUMENTED,
     "bb878133: the limit of 5000 applies to TCP and UDP. After MS08-037 is installed, only DNS "
     "uses 49152-65535.",
     UNKNOWN_EFFECT},
    {WINDOWS_XP, WINDOWS_VISTA, ANY_EDITION, ON_UDP, OVER_IPV4, VALID, FROM_1025,
     CONFIDENCE_DOCUMENTED,
     "bb878133: the same MaxUserPort limits TCP and UDP. With MS08-037, DNS uses ports from this "
     "range too.",
     UNKNOWN_EFFECT},
    {WINDOWS_XP, WINDOWS_VISTA, ANY_EDITION, ON_BOTH, OVER_IPV6, ABSENT, OLD_DEFAULT,
     CONFIDENCE_INFERRED,
     "Inferred from IPv4; on XP and Server 2003, IPv6 has its own stack (KB314053).",
     UNKNOWN_EFFECT},
    {WINDOWS_XP, WINDOWS_VISTA, ANY_EDITION, ON_BOTH, OVER_IPV6, VALID, UNKNOWN_EFFECT,
     CONFIDENCE_UNKNOWN,
     "No source states whether MaxUserPort affects IPv6, which has its own stack on XP and "
     "Server 2003 (KB314053).",
     UNKNOWN_EFFECT},

    /* Vista, Server 2008 and later, without MaxUserPort. */
    {WINDOWS_VISTA, AFTER_11, ANY_EDITION, ON_BOTH, OVER_EITHER, ABSENT, NEW_DEFAULT,
     CONFIDENCE_DOCUMENTED, "KB929851: from Vista and Server 2008 on, the default is 49152-65535.",
     UNKNOWN_EFFECT},

    /* Vista and Server 2008, with MaxUserPort. */
    {WINDOWS_VISTA, WINDOWS_7, ANY_EDITION, ON_TCP, OVER_IPV4, VALID, FROM_1025,
     CONFIDENCE_INFERRED,
     "KB929851: Server 2008 with Exchange 2007, which sets MaxUserPort to 60000, uses 1025-60000.",
     UNKNOWN_EFFECT},
    {WINDOWS_VISTA, WINDOWS_7, ANY_EDITION, ON_BOTH, OVER_EITHER, VALID, UNKNOWN_EFFECT,
     CONFIDENCE_UNKNOWN,
     "No source states what MaxUserPort does to UDP or IPv6 on Vista and Server 2008.",
     UNKNOWN_EFFECT},

    /* 7, 8, 8.1, Server 2008 R2, 2012 and 2012 R2, with MaxUserPort. */
    {WINDOWS_7, WINDOWS_10, ANY_EDITION, ON_TCP, OVER_EITHER, VALID, UNKNOWN_EFFECT,
     CONFIDENCE_UNKNOWN, unmeasured, FROM_1024},
    {WINDOWS_7, WINDOWS_10, ANY_EDITION, ON_UDP, OVER_EITHER, VALID, UNKNOWN_EFFECT,
     CONFIDENCE_UNKNOWN, unmeasured, NEW_DEFAULT},

    /* 10 and 11, Server 2016 to 2025, with MaxUserPort. */
    {WINDOWS_10, SERVER_2022, ANY_EDITION, ON_TCP, OVER_IPV4, VALID, FROM_1024, CONFIDENCE_INFERRED,
     "Two reports are consistent with a range from 1024 to MaxUserPort but do not state the value: "
     "actions/runner-images PR #1442 (Server 2016 and 2019) and microsoft/WSL#40984.",
     UNKNOWN_EFFECT},
    {SERVER_2022, AFTER_11, SERVERS, ON_TCP, OVER_IPV4, VALID, FROM_1024, CONFIDENCE_INFERRED,
     "Inferred from Windows 11, where nmap PR #3499 measured it; no measurement is published for "
     "Server 2022 and 2025.",
     UNKNOWN_EFFECT},
    {SERVER_2022, WINDOWS_11, ANY_EDITION, ON_TCP, OVER_IPV4, VALID, FROM_1024, CONFIDENCE_INFERRED,
     "Inferred from Windows 11, where nmap PR #3499 measured a MaxUserPort of 65534.",
     UNKNOWN_EFFECT},
    {WINDOWS_11, AFTER_11, ANY_EDITION, ON_TCP, OVER_IPV4, HIGHEST, FROM_1024, CONFIDENCE_MEASURED,
     "nmap PR #3499: on Windows 11, a MaxUserPort of 65534 resulted in 1024-65534.",
     UNKNOWN_EFFECT},
    {WINDOWS_11, AFTER_11, ANY_EDITION, ON_TCP, OVER_IPV4, VALID, FROM_1024, CONFIDENCE_INFERRED,
     "Inferred from nmap PR #3499, which measured 65534 on Windows 11 and no other value.",
     UNKNOWN_EFFECT},
    {WINDOWS_10, AFTER_11, ANY_EDITION, ON_TCP, OVER_IPV6, VALID, FROM_1024, CONFIDENCE_INFERRED,
     "Inferred from IPv4: MSFT_NetTCPSetting has one TCP range without an address family.",
     UNKNOWN_EFFECT},
    {WINDOWS_10, AFTER_11, ANY_EDITION, ON_UDP, OVER_EITHER, VALID, NEW_DEFAULT,
     CONFIDENCE_INFERRED,
     "One report is consistent with this: UDP stayed at 49152-65535 while TCP had 1024-15000 "
     "(microsoft/WSL#40984).",
     UNKNOWN_EFFECT},

    /* Newer than all sources. */
    {AFTER_11, NO_END, ANY_EDITION, ON_BOTH, OVER_EITHER, ABSENT, NEW_DEFAULT, CONFIDENCE_INFERRED,
     "KB929851 states this default for Vista and later; this Windows is newer than all sources.",
     UNKNOWN_EFFECT},
    {AFTER_11, NO_END, ANY_EDITION, ON_TCP, OVER_EITHER, VALID, UNKNOWN_EFFECT, CONFIDENCE_UNKNOWN,
     too_new, FROM_1024},
    {AFTER_11, NO_END, ANY_EDITION, ON_UDP, OVER_EITHER, VALID, UNKNOWN_EFFECT, CONFIDENCE_UNKNOWN,
     too_new, NEW_DEFAULT},
};

/* Returns bits of enum situation. */
static unsigned situations_of(const struct value *max_user_port)
{
    if (max_user_port->kind == VALUE_ABSENT)
        return ABSENT;
    if (max_user_port->kind == VALUE_NUMBER && max_user_port->number >= MAX_USER_PORT_MINIMUM &&
        max_user_port->number <= MAX_USER_PORT_MAXIMUM)
        return max_user_port->number == MAX_USER_PORT_MAXIMUM ? VALID | HIGHEST : VALID;
    return OTHER;
}

static bool fits(const struct rule *rule, const struct os_version *os, enum protocol protocol,
                 enum family family, unsigned situations)
{
    return (rule->situations & situations) != 0 && (rule->protocols & 1U << protocol) != 0 &&
           (rule->families & 1U << family) != 0 &&
           (rule->edition == ANY_EDITION || os_is_server(os)) &&
           os_at_least(os, rule->from.major, rule->from.minor, rule->from.build) &&
           !os_at_least(os, rule->below.major, rule->below.minor, rule->below.build);
}

static const struct rule *find_rule(const struct os_version *os, enum protocol protocol,
                                    enum family family, unsigned situations)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (fits(&rules[i], os, protocol, family, situations))
            return &rules[i];
    return NULL;
}

static struct port_range follow(enum course course, uint32_t number)
{
    switch (course) {
    case OLD_DEFAULT:
        return (struct port_range){.start = 1025, .count = 5000 - 1025 + 1};
    case NEW_DEFAULT:
        return (struct port_range){.start = 49152, .count = 16384};
    case FROM_1024:
        return (struct port_range){.start = 1024, .count = number - 1024 + 1};
    case FROM_1025:
        return (struct port_range){.start = 1025, .count = number - 1025 + 1};
    case UNKNOWN_EFFECT:
        break;
    }
    return (struct port_range){0};
}

void range_predict(const struct os_version *os, enum protocol protocol, enum family family,
                   const struct value *max_user_port, struct prediction *prediction)
{
    const struct rule *rule = find_rule(os, protocol, family, situations_of(max_user_port));
    if (!rule) {
        *prediction = (struct prediction){.confidence = CONFIDENCE_UNKNOWN, .source = no_rule};
        return;
    }
    bool is_known = rule->course != UNKNOWN_EFFECT;
    bool has_neighbour = !is_known && rule->neighbour != UNKNOWN_EFFECT;
    *prediction = (struct prediction){
        .is_known = is_known,
        .range = follow(rule->course, max_user_port->number),
        .confidence = rule->confidence,
        .source = rule->source,
        .neighbour = follow(is_known ? UNKNOWN_EFFECT : rule->neighbour, max_user_port->number),
        .neighbour_name = has_neighbour ? neighbours : NULL,
    };
}

struct port_range range_default(const struct os_version *os, enum protocol protocol,
                                enum family family)
{
    struct value absent = value_absent();
    struct prediction prediction;
    range_predict(os, protocol, family, &absent, &prediction);
    return prediction.range;
}

bool range_matches_max_user_port(const struct os_version *os, struct port_range running,
                                 uint32_t max_user_port)
{
    bool may_start_at_1025 = !os_at_least(os, 6, 1, 0);
    if (running.count == 0 || range_end(running) != max_user_port)
        return false;
    return running.start == 1024 || (running.start == 1025 && may_start_at_1025);
}

const char *range_command(char buffer[RANGE_COMMAND_SIZE], struct port_range range,
                          enum protocol protocol, enum family family)
{
    snprintf(buffer, RANGE_COMMAND_SIZE, "maxport range set --start %lu --count %lu%s%s",
             (unsigned long)range.start, (unsigned long)range.count,
             protocol == PROTOCOL_UDP ? " --udp" : "", family == FAMILY_IPV6 ? " --ipv6" : "");
    return buffer;
}
