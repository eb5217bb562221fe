#include "core/rules/capacity.h"

#include <string.h>

#include "core/rules/setting.h"

static const uint64_t KB = 1024, MB = 1024 * 1024, GB = 1024 * 1024 * 1024;
static const uint64_t TB = UINT64_C(1024) * 1024 * 1024 * 1024;

static struct figure known(uint64_t value, enum confidence confidence, const char *source)
{
    return (struct figure){
        .is_known = true, .value = value, .confidence = confidence, .source = source};
}

static struct figure not_known(const char *source)
{
    return (struct figure){.confidence = CONFIDENCE_UNKNOWN, .source = source};
}

/* ---- a Windows by name ------------------------------------------------ */

enum { BITS_32 = 1, BITS_64 = 2 };

/* The build number in each row is the final build of that Windows or a late one. */
static const struct {
    const char *name;
    uint32_t major, minor, build;
    enum os_role role;
    unsigned bits;
    unsigned usual_bits;
} windows[] = {
    {"2000", 5, 0, 2195, OS_WORKSTATION, BITS_32, 32},
    {"xp", 5, 1, 2600, OS_WORKSTATION, BITS_32 | BITS_64, 32},
    {"2003", 5, 2, 3790, OS_SERVER, BITS_32 | BITS_64, 32},
    {"vista", 6, 0, 6002, OS_WORKSTATION, BITS_32 | BITS_64, 64},
    {"2008", 6, 0, 6002, OS_SERVER, BITS_32 | BITS_64, 64},
    {"7", 6, 1, 7601, OS_WORKSTATION, BITS_32 | BITS_64, 64},
    {"2008r2", 6, 1, 7601, OS_SERVER, BITS_64, 64},
    {"8", 6, 2, 9200, OS_WORKSTATION, BITS_32 | BITS_64, 64},
    {"2012", 6, 2, 9200, OS_SERVER, BITS_64, 64},
    {"8.1", 6, 3, 9600, OS_WORKSTATION, BITS_32 | BITS_64, 64},
    {"2012r2", 6, 3, 9600, OS_SERVER, BITS_64, 64},
    {"10", 10, 0, 19045, OS_WORKSTATION, BITS_32 | BITS_64, 64},
    {"2016", 10, 0, 14393, OS_SERVER, BITS_64, 64},
    {"2019", 10, 0, 17763, OS_SERVER, BITS_64, 64},
    {"11", 10, 0, 26100, OS_WORKSTATION, BITS_64, 64},
    {"2022", 10, 0, 20348, OS_SERVER, BITS_64, 64},
    {"2025", 10, 0, 26100, OS_SERVER, BITS_64, 64},
};

enum { WINDOWS_COUNT = sizeof windows / sizeof windows[0] };

static bool refuse_windows(const char *name, struct fault *fault)
{
    struct text all, shown;
    size_t length = strlen(name);

    text_init(&all);
    text_init(&shown);
    for (size_t i = 0; i < WINDOWS_COUNT; i++)
        text_printf(&all, "%s%s",
                    i == 0                  ? ""
                    : i + 1 < WINDOWS_COUNT ? ", "
                                            : " or ",
                    windows[i].name);
    text_safe(&shown, name, length < 80 ? length : 80);
    fault_set(fault, FAULT_USAGE, 0, "--windows must be %s, not \"%s%s\". Nothing was changed.",
              text_string(&all), text_string(&shown), length > 80 ? "..." : "");
    text_release(&shown);
    text_release(&all);
    return false;
}

bool capacity_windows(const char *name, unsigned bits, struct os_version *os, struct fault *fault)
{
    for (size_t i = 0; i < WINDOWS_COUNT; i++) {
        unsigned wanted = bits ? bits : windows[i].usual_bits;
        struct os_version found = {.major = windows[i].major,
                                   .minor = windows[i].minor,
                                   .build = windows[i].build,
                                   .role = windows[i].role,
                                   .is_64_bit = wanted == 64};

        if (ascii_compare(name, windows[i].name) != 0)
            continue;
        if (!(windows[i].bits & (wanted == 64 ? BITS_64 : BITS_32)))
            return fault_set(fault, FAULT_USAGE, 0,
                             "%s exists only in a %s-bit edition, not in "
                             "%u-bit.",
                             os_name(&found), wanted == 64 ? "32" : "64", wanted);
        /* XP's 64-bit edition was built from Server 2003 and has the version of Server 2003. */
        if (found.major == 5 && found.minor == 1 && wanted == 64) {
            found.minor = 2;
            found.build = 3790;
        }
        *os = found;
        return true;
    }
    return refuse_windows(name, fault);
}

/* ---- outbound --------------------------------------------------------- */

struct figure capacity_default_wait(const struct os_version *os, enum family family)
{
    if (!os_at_least(os, 5, 1, 0))
        return known(240, CONFIDENCE_DOCUMENTED,
                     "cc938217: on Windows 2000, TcpTimedWaitDelay defaults to 240 seconds.");
    if (!os_at_least(os, 6, 0, 0)) {
        if (family == FAMILY_IPV6)
            return known(
                240, os_at_least(os, 5, 2, 0) ? CONFIDENCE_INFERRED : CONFIDENCE_DOCUMENTED,
                "KB314053: the IPv6 stack of XP, which Server 2003 shares, uses 240 seconds.");
        if (os_at_least(os, 5, 2, 0))
            return known(120, CONFIDENCE_DOCUMENTED,
                         "cc757512: on Server 2003, TcpTimedWaitDelay defaults to 120 seconds.");
        return known(120, CONFIDENCE_DOCUMENTED,
                     "KB314053: on XP, TcpTimedWaitDelay defaults to 120 seconds over IPv4.");
    }
    return known(
        120, CONFIDENCE_DOCUMENTED,
        "Microsoft's BizTalk guide: TcpTimedWaitDelay defaults to 120 seconds on Vista to 8 and "
        "on \"8.1 and later\".");
}

struct figure capacity_disputed_wait(const struct os_version *os)
{
    if (!os_at_least(os, 6, 0, 0))
        return not_known("");
    return known(240, CONFIDENCE_DOCUMENTED,
                 "Microsoft's pages disagree about the default: the port-exhaustion page (2025) "
                 "and the ETW SystemConfig_Network page state 4 minutes, not 120 seconds. If the "
                 "difference matters, measure how long connections stay in TIME_WAIT.");
}

struct figure capacity_stored_wait(const struct os_version *os, enum family family,
                                   const struct value *stored)
{
    const struct setting *setting = setting_at(SETTING_TCP_TIMED_WAIT_DELAY);

    if (stored->kind == VALUE_ABSENT)
        return capacity_default_wait(os, family);
    if (setting_accepts(setting, os, stored))
        return known(stored->number,
                     os_at_least(os, 10, 0, 0) ? CONFIDENCE_INFERRED : CONFIDENCE_DOCUMENTED,
                     os_at_least(os, 10, 0, 0)
                         ? "TcpTimedWaitDelay as stored; Windows reads it at startup. "
                           "Microsoft's BizTalk guide implies that Windows 10 and later use it, "
                           "but no measurement is published."
                         : "TcpTimedWaitDelay as stored; Windows reads it at startup.");
    struct figure wait = capacity_default_wait(os, family);

    return known(wait.value, CONFIDENCE_UNKNOWN,
                 "The stored TcpTimedWaitDelay is not a documented value and its effect is "
                 "unknown, so maxport calculates with the documented default.");
}

struct destination_rate destination_rate_of_range(struct port_range range, uint32_t excluded,
                                                  enum confidence confidence, const char *source,
                                                  struct figure wait)
{
    uint32_t left = range.count > excluded ? range.count - excluded : 0;

    return (struct destination_rate){
        .range = range,
        .excluded = excluded,
        .ports = range.count ? known(left, confidence, source) : not_known(source),
        .wait_seconds = wait,
        .confidence = confidence_weaker(confidence, wait.confidence),
    };
}

struct destination_rate destination_rate_of_prediction(const struct prediction *prediction,
                                                       struct figure wait)
{
    struct destination_rate destination;

    if (prediction->is_known)
        return destination_rate_of_range(prediction->range, 0, prediction->confidence,
                                         prediction->source, wait);
    destination = destination_rate_of_range(prediction->neighbour, 0, CONFIDENCE_UNKNOWN,
                                            prediction->source, wait);
    destination.neighbour = prediction->neighbour_name;
    return destination;
}

bool destination_rate_is_known(const struct destination_rate *destination)
{
    return destination->ports.is_known && destination->wait_seconds.is_known &&
           destination->wait_seconds.value;
}

static uint64_t rate_tenths(uint64_t ports, uint64_t seconds)
{
    return (ports * 10 + seconds / 2) / seconds;
}

uint64_t destination_rate_tenths(const struct destination_rate *destination)
{
    return rate_tenths(destination->ports.value, destination->wait_seconds.value);
}

/* Source: docs/windows.md, "Setting the range with netsh". */
static void require_ports(const struct os_version *os, struct requirement *requirement)
{
    struct value value = value_number(MAX_USER_PORT_MAXIMUM);
    struct prediction widest;
    uint32_t start;

    range_predict(os, PROTOCOL_TCP, FAMILY_IPV4, &value, &widest);
    if (!widest.is_known)
        widest.range = widest.neighbour;
    requirement->most_ports = widest.range.count;
    start = widest.range.start;
    if (widest.range.count && requirement->ports <= widest.range.count) {
        /* At most MAX_USER_PORT_MAXIMUM is needed, because the widest range has enough ports. */
        value.number = start + (uint32_t)requirement->ports - 1;
        if (value.number < MAX_USER_PORT_MINIMUM)
            value.number = MAX_USER_PORT_MINIMUM;
        requirement->max_user_port = value.number;
        range_predict(os, PROTOCOL_TCP, FAMILY_IPV4, &value, &requirement->prediction);
    }
    if (!os_at_least(os, 6, 0, 0))
        return;
    if (requirement->most_ports < RANGE_END_MAXIMUM - RANGE_START_MINIMUM + 1)
        requirement->most_ports = RANGE_END_MAXIMUM - RANGE_START_MINIMUM + 1;
    if (requirement->ports <= RANGE_END_MAXIMUM - RANGE_START_MINIMUM + 1) {
        requirement->netsh.count = requirement->ports < RANGE_COUNT_MINIMUM
                                       ? RANGE_COUNT_MINIMUM
                                       : (uint32_t)requirement->ports;
        requirement->netsh.start = RANGE_END_MAXIMUM - requirement->netsh.count + 1;
    }
}

void capacity_requirement(const struct os_version *os, const struct destination_rate *destination,
                          uint64_t rate, struct requirement *requirement)
{
    const struct setting *wait = setting_at(SETTING_TCP_TIMED_WAIT_DELAY);

    memset(requirement, 0, sizeof *requirement);
    requirement->ports = (rate * destination->wait_seconds.value + 9) / 10;
    requirement->has_enough_ports = destination->ports.value >= requirement->ports;
    require_ports(os, requirement);
    requirement->wait_seconds = destination->ports.value * 10 / rate;
    requirement->has_short_wait = destination->wait_seconds.value <= requirement->wait_seconds;
    setting_bounds(wait, os, &requirement->least_wait, &requirement->most_wait);
    requirement->best_tenths = rate_tenths(requirement->most_ports, requirement->least_wait);
}

/* ---- words into numbers ----------------------------------------------- */

static bool refuse(const char *what, const char *takes, const char *text, struct fault *fault)
{
    struct text shown;
    size_t length = strlen(text);

    text_init(&shown);
    text_safe(&shown, text, length < 80 ? length : 80);
    fault_set(fault, FAULT_USAGE, 0, "%s must be %s, not \"%s%s\". Nothing was changed.", what,
              takes, text_string(&shown), length > 80 ? "..." : "");
    text_release(&shown);
    return false;
}

/* Parses digits and moves *text after them. Returns false if there are no digits, or if the number
 * is above `most`. */
static bool take_number(const char **text, uint64_t most, uint64_t *number)
{
    uint64_t result = 0;
    const char *at = *text;

    for (; *at >= '0' && *at <= '9'; at++) {
        result = result * 10 + (uint64_t)(*at - '0');
        if (result > most)
            return false;
    }
    if (at == *text)
        return false;
    *text = at;
    *number = result;
    return true;
}

bool capacity_parse_rate(const char *text, uint64_t *tenths, struct fault *fault)
{
    enum { MOST = 1000 * 1000 };
    const char *at = text;
    uint64_t whole, tenth = 0;
    bool is_good = take_number(&at, MOST, &whole);

    if (is_good && *at == '.') {
        at++;
        is_good = take_number(&at, 9, &tenth) && at[-2] == '.';
    }
    if (!is_good || *at || whole * 10 + tenth == 0 || whole * 10 + tenth > (uint64_t)MOST * 10)
        return refuse("--rate",
                      "a number of connections per second from 0.1 to 1000000, with at most one "
                      "decimal",
                      text, fault);
    *tenths = whole * 10 + tenth;
    return true;
}

bool capacity_parse_size(const char *what, const char *text, uint64_t *bytes, struct fault *fault)
{
    static const struct {
        char letter;
        uint64_t bytes;
    } units[] = {{'K', 1024},
                 {'M', 1024 * 1024},
                 {'G', 1024 * 1024 * 1024},
                 {'T', UINT64_C(1024) * 1024 * 1024 * 1024}};
    const char *at = text;
    uint64_t number, unit = 1;
    bool is_good = take_number(&at, 16 * TB, &number) && number > 0;

    for (size_t i = 0; is_good && i < sizeof units / sizeof units[0]; i++)
        if ((*at & ~0x20) == units[i].letter) {
            unit = units[i].bytes;
            at++;
            break;
        }
    if (is_good && (*at & ~0x20) == 'B')
        at++;
    if (!is_good || *at || number > 16 * TB / unit)
        return refuse(what, "a size such as 64K, 1M or 2G, from 1 byte to 16T", text, fault);
    *bytes = number * unit;
    return true;
}

void size_print(uint64_t bytes, struct text *text)
{
    static const char *const names[] = {"KB", "MB", "GB", "TB"};
    uint64_t unit = KB;
    size_t index = 0;

    if (bytes < KB) {
        text_printf(text, "%u bytes", (unsigned)bytes);
        return;
    }
    while (bytes / unit >= 1024 && index + 1 < sizeof names / sizeof names[0]) {
        unit *= 1024;
        index++;
    }
    text_number(text, bytes / unit);
    if (bytes % unit * 10 / unit)
        text_printf(text, ".%u", (unsigned)(bytes % unit * 10 / unit));
    text_printf(text, " %s", names[index]);
}

/* ---- inbound ---------------------------------------------------------- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Source: docs/windows.md, "Non-paged pool". */
static struct figure limit_of_32_bit(const struct os_version *os, uint64_t ram)
{
    if (!os_at_least(os, 5, 1, 0))
        return not_known("Win32 \"Memory Limits for Windows\" does not cover Windows 2000.");
    if (!os_at_least(os, 6, 0, 0))
        return known(256 * MB, CONFIDENCE_DOCUMENTED,
                     "Win32 \"Memory Limits for Windows\": 256 MB on 32-bit XP and Server 2003, or "
                     "128 MB if Windows was started with the option /3GB.");
    if (!os_at_least(os, 6, 1, 0) && !os_is_server(os))
        return not_known("Win32 \"Memory Limits for Windows\": on 32-bit Vista the limits are "
                         "kernel address space, RAM and, from SP1, NonPagedPoolLimit.");
    if (os_at_least(os, 6, 3, 0) && !os_at_least(os, 10, 0, 0))
        return known(least(ram, 2 * GB), CONFIDENCE_INFERRED,
                     "Win32 \"Memory Limits for Windows\" states RAM or 16 TB for 32-bit 8.1 "
                     "too, but its kernel has 2 GB of address space, which is the limit.");
    return known(least(ram / 4 * 3, 2 * GB), CONFIDENCE_DOCUMENTED,
                 "Win32 \"Memory Limits for Windows\": 75 % of RAM or 2 GB on 32-bit Windows, "
                 "whichever is smaller.");
}

enum { SERVER_2019_BUILD = 17763, WINDOWS_11_BUILD = 22000 };

static struct figure limit_of_64_bit(const struct os_version *os, uint64_t ram)
{
    if (!os_at_least(os, 6, 0, 0))
        return known(least(ram, 128 * GB), CONFIDENCE_DOCUMENTED,
                     "Win32 \"Memory Limits for Windows\": up to 128 GB on 64-bit XP and Server "
                     "2003, depending on configuration and RAM.");
    if (!os_at_least(os, 6, 1, 0) && !os_is_server(os))
        return known(least(ram / 5 * 2, 128 * GB), CONFIDENCE_DOCUMENTED,
                     "Win32 \"Memory Limits for Windows\": 40 % of RAM up to 128 GB on 64-bit "
                     "Vista.");
    if (!os_at_least(os, 6, 2, 0))
        return known(least(ram / 4 * 3, 128 * GB), CONFIDENCE_DOCUMENTED,
                     "Win32 \"Memory Limits for Windows\": 75 % of RAM up to 128 GB on 64-bit "
                     "Windows 7, Server 2008 and 2008 R2.");
    if (os_at_least(os, 6, 3, 0) && !os_at_least(os, 10, 0, 0))
        return known(least(ram, 16 * TB), CONFIDENCE_DOCUMENTED,
                     "Win32 \"Memory Limits for Windows\": RAM or 16 TB, whichever is smaller, on "
                     "8.1 and Server 2012 R2.");
    if (!os_at_least(os, 10, 0, os_is_server(os) ? SERVER_2019_BUILD : WINDOWS_11_BUILD))
        return known(least(ram, 128 * GB), CONFIDENCE_DOCUMENTED,
                     "Win32 \"Memory Limits for Windows\": RAM or 128 GB, whichever is smaller, "
                     "the general rule for releases up to Windows 10 and Server 2016.");
    return known(least(ram, 128 * GB), CONFIDENCE_INFERRED,
                 "Win32 \"Memory Limits for Windows\": RAM or 128 GB, whichever is smaller. The "
                 "page covers releases up to Windows 10 and Server 2016; for later releases this "
                 "is inferred.");
}

struct figure capacity_pool_limit(const struct os_version *os, uint64_t ram)
{
    struct figure limit = os->is_64_bit ? limit_of_64_bit(os, ram) : limit_of_32_bit(os, ram);

    /* A limit that depends on RAM is calculated as 0 if RAM is unknown. Return an unknown limit
     * with the same source instead of 0. */
    return limit.is_known && !limit.value ? not_known(limit.source) : limit;
}

struct thumb_rule capacity_thumb_rule(const struct os_version *os, uint64_t ram)
{
    if (os->is_64_bit || os_at_least(os, 6, 0, 0))
        return (struct thumb_rule){.source = ""};
    return (struct thumb_rule){
        .applies = true,
        .pool_bytes = least(ram / 8, 256 * MB),
        .theory = 25000,
        .practice = 16000,
        .has_practice = !ram || ram >= 2 * GB,
        .source = "A vendor's rule of thumb, not Microsoft's: \"Maximum Socket Connections\", "
                  "SocketTools knowledge base.",
    };
}

struct figure capacity_default_stack(void)
{
    return known(1 * MB, CONFIDENCE_DOCUMENTED,
                 "Win32 \"Thread Stack Size\": by default, linkers reserve 1 MB for each thread.");
}

struct figure capacity_session_budget(const struct os_version *os, uint64_t ram)
{
    if (!os->is_64_bit)
        return known(
            2 * GB, CONFIDENCE_DOCUMENTED,
            "Win32 \"Memory Limits for Windows\": a 32-bit process has 2 GB of address space, or 3 "
            "GB if it is large-address-aware and Windows was started with the option /3GB.");
    static const char source[] =
        "A 64-bit process has 8 TB of address space or more, so RAM is the limit. Stacks are "
        "counted in full, although Windows commits them page by page and a page file extends RAM "
        "at the cost of speed.";

    return ram ? known(ram, CONFIDENCE_INFERRED, source) : not_known(source);
}

bool capacity_sessions(struct figure budget, const struct session *session, struct figure *sessions,
                       struct fault *fault)
{
    /* The cost is below 2^63: at most 100,000 threads with 16 TB each (see capacity_parse_size). */
    uint64_t cost = session->threads * session->stack_bytes + session->memory_bytes;

    if (!cost)
        return fault_set(fault, FAULT_USAGE, 0,
                         "A session without threads and memory uses nothing; use "
                         "--threads-per-session or --memory-per-session.");
    *sessions = budget;
    sessions->value = budget.is_known ? budget.value / cost : 0;
    return true;
}
