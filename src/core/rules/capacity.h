/* capacity.h - how many connections ports, waiting time and memory allow.
 *
 * Arithmetic on figures that each carry who says so and how far that can be
 * trusted; a result is never surer than the least sure of what went into it.
 *
 * Outbound: a connection that this side closed keeps its local port for the
 * TIME_WAIT seconds, so that ports / seconds new connections a second can go on
 * for ever. Inbound: each connection takes a socket out of non-paged pool.
 */
#ifndef CORE_RULES_CAPACITY_H
#define CORE_RULES_CAPACITY_H

#include "core/rules/range.h"

/* From the surest to the least sure. */
enum basis {
    BASIS_GIVEN,         /* on the command line */
    BASIS_SEEN,          /* Windows said so on this machine */
    BASIS_DOCUMENTED,    /* Microsoft says so */
    BASIS_MEASURED,      /* somebody looked and published the figures */
    BASIS_INFERRED,      /* follows from the above for a neighbour */
    BASIS_RULE_OF_THUMB, /* a vendor's, not Microsoft's */
    BASIS_UNKNOWN,       /* no source says; a figure, where there is one, is a guess */
};

const char *basis_name(enum basis basis); /* "rule of thumb" */
const char *basis_key(enum basis basis);  /* "rule_of_thumb", in JSON */
enum basis basis_of(enum confidence confidence);
enum basis basis_weaker(enum basis a, enum basis b);

struct figure {
    bool is_known;
    uint64_t value;
    enum basis basis;
    const char *source; /* a sentence; static, or as long-lived as what it was made of; "" none */
};

/* ---- a Windows by name ---- */

/* "2003", "8.1", "2012r2" ... (case ignored) and 32 or 64 bits; 0: as that Windows
 * usually was. FAULT_USAGE names all of them, or the bits that it did not come in. */
bool capacity_windows(const char *name, unsigned bits, struct os_version *os,
                      struct fault *fault) MUST_CHECK;

/* ---- outbound ---- */

/* Seconds in TIME_WAIT where TcpTimedWaitDelay is absent (docs/windows.md,
 * "TcpTimedWaitDelay"). */
struct figure capacity_default_wait(const struct os_version *os, enum family family);
/* What other pages of Microsoft say that default is; not known where none disagrees. */
struct figure capacity_disputed_wait(const struct os_version *os);
/* With that value stored: itself where it is documented, else the default, and the
 * source says that the stored one was passed over. */
struct figure capacity_stored_wait(const struct os_version *os, enum family family,
                                   const struct value *stored);

/* New connections a second that one destination sustains. */
struct destination_rate {
    struct port_range range; /* count 0: not known */
    uint32_t excluded;       /* ports of it that nobody is given */
    struct figure ports;     /* what is left */
    struct figure wait_seconds;
    enum basis basis; /* of the rate: the weaker of the two */
    /* Where no source says what this Windows does: whose range was taken instead. */
    const char *neighbour;
};

struct destination_rate stream_of_range(struct port_range range, uint32_t excluded,
                                        enum basis basis, const char *source, struct figure wait);
/* With the range that this Windows would use after a restart; where that is unknown
 * its neighbour's, with BASIS_UNKNOWN; not known where there is none. */
struct destination_rate stream_of_prediction(const struct prediction *prediction,
                                             struct figure wait);

bool stream_has_rate(const struct destination_rate *stream);
/* Tenths of connections a second, rounded to the nearest. Only with a rate. */
uint64_t stream_rate_tenths(const struct destination_rate *stream);

/* What a rate needs, the other way round. */
struct requirement {
    uint64_t ports;        /* with the stream's wait */
    bool has_enough_ports; /* the stream's own */
    uint32_t most_ports;   /* that any setting can give on this Windows */
    /* The lowest MaxUserPort whose range holds them, by the rule; 0: none can, or
     * MaxUserPort's effect is unknown and has no neighbour. */
    uint32_t max_user_port;
    struct prediction prediction; /* with that MaxUserPort */
    struct port_range netsh;      /* Microsoft's way from Vista on; count 0: none */

    uint64_t wait_seconds;          /* with the stream's ports, at most; 0: less than a second */
    bool has_short_wait;            /* the stream's own is no longer than that */
    uint32_t least_wait, most_wait; /* that TcpTimedWaitDelay takes on this Windows */
    uint64_t best_tenths;           /* with least_wait and most_ports */
};

/* rate_tenths > 0; the stream has a rate. */
void capacity_requirement(const struct os_version *os, const struct destination_rate *stream,
                          uint64_t rate_tenths, struct requirement *need);

/* "16.6", "1000": 0.1 to 1,000,000, at most one decimal. */
bool capacity_parse_rate(const char *text, uint64_t *tenths, struct fault *fault) MUST_CHECK;

/* ---- inbound ---- */

/* RAM of 0 bytes is RAM that is not known. */

/* Bytes of non-paged pool at most, by "Memory Limits for Windows and Windows Server
 * Releases" (Win32). Not known where the page gives no figure; the source says why. */
struct figure capacity_pool_limit(const struct os_version *os, uint64_t ram_bytes);

/* The SocketTools article's rule for 32-bit Windows 2000 to Server 2003. */
struct thumb_rule {
    bool applies;
    uint64_t pool_bytes; /* 1/8 of RAM, at most 256 MB; 0 where RAM is not known */
    uint32_t theory;     /* socket handles */
    uint32_t practice;   /* ... with 2 GB of RAM or more */
    bool has_practice;   /* false: there is less, for which the rule gives no figure */
    const char *source;
};
struct thumb_rule capacity_thumb_rule(const struct os_version *os, uint64_t ram_bytes);

struct session {
    uint32_t threads;
    uint64_t stack_bytes;  /* of each thread */
    uint64_t memory_bytes; /* beside the stacks */
};

/* What a thread's stack takes where the program does not say otherwise. */
struct figure capacity_default_stack(void);
/* What sessions are paid from: the address space of the one process on a 32-bit
 * Windows, RAM on a 64-bit one. */
struct figure capacity_session_budget(const struct os_version *os, uint64_t ram_bytes);
/* budget / session; FAULT_USAGE for a session that takes nothing. */
bool capacity_sessions(struct figure budget, const struct session *session, struct figure *sessions,
                       struct fault *fault) MUST_CHECK;

/* "1M", "256K", "2GB", or plain bytes: digits and K, M, G or T, optionally with B; no
 * decimals. 1 byte to 16 TB. `what` names it in a refusal. */
bool capacity_parse_size(const char *what, const char *text, uint64_t *bytes,
                         struct fault *fault) MUST_CHECK;
/* "256 MB", "1.5 GB", "700 bytes": in powers of 1024, rounded down to a tenth. */
void size_print(uint64_t bytes, struct text *text);

#endif
