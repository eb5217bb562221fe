/* capacity.h - calculates how many connections ports, TIME_WAIT and memory allow.
 *
 * Every figure has a source and a confidence. A result is only as certain as its least certain
 * input.
 *
 * Outbound: a connection that this side closed occupies its local port for the TIME_WAIT
 * seconds. A rate of ports / seconds new connections per second can therefore be sustained.
 * Inbound: each connection needs a socket in non-paged pool.
 */
#ifndef CORE_RULES_CAPACITY_H
#define CORE_RULES_CAPACITY_H

#include "core/rules/range.h"

struct figure {
    bool is_known;
    uint64_t value;
    enum confidence confidence;
    const char *source; /* a sentence; valid as long as the input, or static; "" none */
};

/* ---- a Windows by name ------------------------------------------------ */

/* name: "2003", "8.1", "2012r2" ..., case ignored. bits: 32 or 64; 0: the usual number for the
 * named Windows. FAULT_USAGE lists all names, or reports that this Windows lacks these bits. */
bool capacity_windows(const char *name, unsigned bits, struct os_version *os,
                      struct fault *fault) MUST_CHECK;

/* ---- outbound --------------------------------------------------------- */

/* Seconds in TIME_WAIT if TcpTimedWaitDelay is absent (docs/windows.md,
 * "TcpTimedWaitDelay"). */
struct figure capacity_default_wait(const struct os_version *os, enum family family);
/* The default according to other Microsoft pages that disagree; unknown if none does. */
struct figure capacity_disputed_wait(const struct os_version *os);
/* Seconds with this value stored: the value if it is documented, else the default with a source
 * that says that the stored value was ignored. */
struct figure capacity_stored_wait(const struct os_version *os, enum family family,
                                   const struct value *stored);

/* New connections per second to one destination that can be sustained. */
struct destination_rate {
    struct port_range range; /* count 0: unknown */
    uint32_t excluded;       /* excluded ports of the range */
    struct figure ports;     /* usable ports of the range */
    struct figure wait_seconds;
    enum confidence confidence; /* of the rate: the weaker confidence of ports and wait_seconds */
    /* If no source covers this Windows: the Windows whose range was used instead. */
    const char *neighbour;
};

struct destination_rate destination_rate_of_range(struct port_range range, uint32_t excluded,
                                                  enum confidence confidence, const char *source,
                                                  struct figure wait);
/* The rate with the range of this Windows after a restart. If the range is unknown: the rate with
 * the range of a similar Windows and CONFIDENCE_UNKNOWN, or an unknown rate if no similar Windows
 * has a source. */
struct destination_rate destination_rate_of_prediction(const struct prediction *prediction,
                                                       struct figure wait);

bool destination_rate_is_known(const struct destination_rate *destination);
/* Tenths of connections per second, rounded to nearest. Requires destination_rate_is_known. */
uint64_t destination_rate_tenths(const struct destination_rate *destination);

/* Ports or TIME_WAIT seconds that a given rate requires. */
struct requirement {
    uint64_t ports;        /* required with the current TIME_WAIT seconds */
    bool has_enough_ports; /* enough ports are usable */
    uint32_t most_ports;   /* the most that any setting allows on this Windows */
    /* The lowest MaxUserPort with enough ports according to the rules; 0: there is none, or the
     * effect of MaxUserPort is unknown for this Windows and no similar Windows has a source. */
    uint32_t max_user_port;
    struct prediction prediction; /* with max_user_port */
    struct port_range netsh;      /* range to set with netsh, from Vista on; count 0: none */

    uint64_t
        wait_seconds; /* longest TIME_WAIT for the rate with the usable ports; 0: below a second */
    bool has_short_wait;            /* the current TIME_WAIT is not longer */
    uint32_t least_wait, most_wait; /* bounds of TcpTimedWaitDelay on this Windows */
    uint64_t best_tenths;           /* the rate with least_wait and most_ports */
};

/* rate_tenths > 0. Requires destination_rate_is_known. */
void capacity_requirement(const struct os_version *os, const struct destination_rate *destination,
                          uint64_t rate_tenths, struct requirement *requirement);

/* Parses "16.6", "1000": 0.1 to 1,000,000, at most one decimal. */
bool capacity_parse_rate(const char *text, uint64_t *tenths, struct fault *fault) MUST_CHECK;

/* ---- inbound ---------------------------------------------------------- */

/* ram_bytes 0: unknown. */

/* Limit of non-paged pool in bytes, from "Memory Limits for Windows and Windows Server
 * Releases" (Win32). Unknown if the page has no figure; the source says why. */
struct figure capacity_pool_limit(const struct os_version *os, uint64_t ram_bytes);

/* The SocketTools article's rule for 32-bit Windows 2000 to Server 2003. */
struct thumb_rule {
    bool applies;
    uint64_t pool_bytes; /* 1/8 of RAM, at most 256 MB; 0 if RAM is unknown */
    uint32_t theory;     /* socket handles in theory */
    uint32_t practice;   /* socket handles in practice, with 2 GB of RAM or more */
    bool has_practice;   /* False: less RAM, for which the rule has no figure */
    const char *source;
};
struct thumb_rule capacity_thumb_rule(const struct os_version *os, uint64_t ram_bytes);

struct session {
    uint32_t threads;
    uint64_t stack_bytes;  /* of each thread */
    uint64_t memory_bytes; /* in addition to the stacks */
};

/* Bytes of a thread's stack unless the program sets another size. */
struct figure capacity_default_stack(void);
/* Memory for sessions: the address space of one process on a 32-bit Windows, RAM on a 64-bit
 * one. */
struct figure capacity_session_budget(const struct os_version *os, uint64_t ram_bytes);
/* budget / session. FAULT_USAGE: the session needs no memory. */
bool capacity_sessions(struct figure budget, const struct session *session, struct figure *sessions,
                       struct fault *fault) MUST_CHECK;

/* Parses "1M", "256K", "2GB" or plain bytes: digits and K, M, G or T, optionally with B; no
 * decimals; 1 byte to 16 TB. `what` names the size in a fault. */
bool capacity_parse_size(const char *what, const char *text, uint64_t *bytes,
                         struct fault *fault) MUST_CHECK;
/* "256 MB", "1.5 GB", "700 bytes": powers of 1024, rounded down to a tenth. */
void size_print(uint64_t bytes, struct text *text);

#endif
