/* capacity.h - calculates the number of connections that ports, TIME_WAIT and memory allow.
 *
 * Every known figure has a confidence and usually a source. A result is only as certain as its
 * least certain input.
 *
 * Outbound: a connection that this side closed occupies its local port for the TIME_WAIT seconds.
 * Therefore the sustainable rate to one destination, in new connections per second, is the number
 * of ports divided by these seconds. Inbound: each connection needs a socket in non-paged pool.
 */
#ifndef CORE_RULES_CAPACITY_H
#define CORE_RULES_CAPACITY_H

#include "core/rules/range.h"

struct figure {
    bool is_known;
    uint64_t value;
    enum confidence confidence;
    const char *source; /* a sentence, static or valid as long as the input; "": none */
};

/* ---- a Windows by name ------------------------------------------------ */

/* name: "2003", "8.1", "2012r2" ..., case ignored. bits: 32, 64, or 0 for the usual number of the
 * named Windows. Fails with FAULT_USAGE if the name is unknown (the text lists all names) or if the
 * named Windows has no edition with these bits. */
bool capacity_windows(const char *name, unsigned bits, struct os_version *os,
                      struct fault *fault) MUST_CHECK;

/* ---- outbound --------------------------------------------------------- */

/* Returns the seconds in TIME_WAIT if TcpTimedWaitDelay is absent (docs/windows.md,
 * "TcpTimedWaitDelay"). */
struct figure capacity_default_wait(const struct os_version *os, enum family family);
/* Returns the default according to Microsoft pages that contradict capacity_default_wait(); unknown
 * if no page contradicts it. */
struct figure capacity_disputed_wait(const struct os_version *os);
/* Returns the seconds in TIME_WAIT if TcpTimedWaitDelay is `stored`: the stored value if the
 * documentation allows it, else the default. If the documentation does not allow the stored value,
 * the confidence is CONFIDENCE_UNKNOWN, and the source says that maxport did not use the value. */
struct figure capacity_stored_wait(const struct os_version *os, enum family family,
                                   const struct value *stored);

/* The sustainable rate of new connections to one destination. */
struct destination_rate {
    struct port_range range; /* count 0: unknown */
    uint32_t excluded;       /* excluded ports of the range */
    struct figure ports;     /* usable ports of the range */
    struct figure wait_seconds;
    enum confidence confidence; /* of the rate: the weaker confidence of ports and wait_seconds */
    /* If no source covers this Windows: the similar Windows whose range was used instead; else
     * NULL. */
    const char *neighbour;
};

struct destination_rate destination_rate_of_range(struct port_range range, uint32_t excluded,
                                                  enum confidence confidence, const char *source,
                                                  struct figure wait);
/* Returns the rate for the predicted range. If the prediction is unknown, uses the range of a
 * similar Windows and sets the confidence to CONFIDENCE_UNKNOWN. If no similar Windows has a
 * source, the rate is unknown. */
struct destination_rate destination_rate_of_prediction(const struct prediction *prediction,
                                                       struct figure wait);

bool destination_rate_is_known(const struct destination_rate *destination);
/* Returns the rate in tenths of connections per second, rounded to the nearest tenth. Requires
 * destination_rate_is_known(). */
uint64_t destination_rate_tenths(const struct destination_rate *destination);

/* The ports or TIME_WAIT seconds that a given rate requires. */
struct requirement {
    uint64_t ports;        /* required with the current TIME_WAIT seconds */
    bool has_enough_ports; /* enough ports are usable */
    uint32_t most_ports;   /* the most ports that any setting allows on this Windows */
    /* The lowest MaxUserPort that gives enough ports according to the rules. 0: no MaxUserPort
     * gives enough ports, or its effect is unknown on this Windows and on similar ones. */
    uint32_t max_user_port;
    struct prediction prediction; /* the range with max_user_port */
    struct port_range netsh;      /* range to set with netsh on Vista and later; count 0: none */

    uint64_t wait_seconds; /* longest TIME_WAIT in seconds that allows the rate with the usable
                              ports; 0: below 1 second */
    bool has_short_wait;   /* the current TIME_WAIT is at most wait_seconds */
    uint32_t least_wait, most_wait; /* bounds of TcpTimedWaitDelay on this Windows */
    uint64_t best_tenths;           /* the rate with least_wait and most_ports */
};

/* rate_tenths > 0. Requires destination_rate_is_known(). */
void capacity_requirement(const struct os_version *os, const struct destination_rate *destination,
                          uint64_t rate_tenths, struct requirement *requirement);

/* Parses a rate such as "16.6" or "1000": from 0.1 to 1,000,000, with at most one decimal. */
bool capacity_parse_rate(const char *text, uint64_t *tenths, struct fault *fault) MUST_CHECK;

/* ---- inbound ---------------------------------------------------------- */

/* In the functions below, ram_bytes 0 means that the size of RAM is unknown. */

/* Returns the limit of non-paged pool in bytes, from "Memory Limits for Windows and Windows Server
 * Releases" (Win32). The figure is unknown if the page has no limit for this Windows; the source
 * of the figure then gives the reason. The figure is also unknown if the limit depends on RAM and
 * the size of RAM is unknown. */
struct figure capacity_pool_limit(const struct os_version *os, uint64_t ram_bytes);

/* The SocketTools article's rule for 32-bit Windows 2000 to Server 2003. */
struct thumb_rule {
    bool applies;
    uint64_t pool_bytes; /* 1/8 of RAM, at most 256 MB; 0 if RAM is unknown */
    uint32_t theory;     /* socket handles in theory */
    uint32_t practice;   /* socket handles in practice, with 2 GB of RAM or more */
    bool has_practice;   /* False: less RAM, for which the rule states no figure */
    const char *source;
};
struct thumb_rule capacity_thumb_rule(const struct os_version *os, uint64_t ram_bytes);

struct session {
    uint32_t threads;
    uint64_t stack_bytes;  /* of each thread */
    uint64_t memory_bytes; /* in addition to the stacks */
};

/* Returns the bytes of a thread's stack if the program sets no other size. */
struct figure capacity_default_stack(void);
/* Returns the bytes of memory for sessions: the address space of one process on a 32-bit Windows,
 * or the RAM on a 64-bit Windows. */
struct figure capacity_session_budget(const struct os_version *os, uint64_t ram_bytes);
/* Sets *sessions to the number of sessions that fit into the budget. Fails with FAULT_USAGE if the
 * session needs no memory. */
bool capacity_sessions(struct figure budget, const struct session *session, struct figure *sessions,
                       struct fault *fault) MUST_CHECK;

/* Parses a size such as "1M", "256K", "2GB" or plain bytes: digits and K, M, G or T, optionally
 * with B; no decimals; 1 byte to 16 TB. `what` is the name of the size in a fault. */
bool capacity_parse_size(const char *what, const char *text, uint64_t *bytes,
                         struct fault *fault) MUST_CHECK;
/* Appends "256 MB", "1.5 GB" or "700 bytes". The units are powers of 1024; rounds down to a
 * tenth. */
void size_print(uint64_t bytes, struct text *text);

#endif
