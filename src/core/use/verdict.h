/* verdict.h - rates how full the ports are, and describes the rating in words. */
#ifndef CORE_USE_VERDICT_H
#define CORE_USE_VERDICT_H

#include "core/base/text.h"
#include "core/use/usage.h"

/* Thresholds in percent of the usable ports, for every screen, gauge and diagnosis. */
enum { PERCENT_FILLING = 80, PERCENT_NEARLY_FULL = 90 };
/* If half of the range is excluded, or half of the usable ports are in TIME_WAIT, maxport warns
 * even while ports are free, because on ordinary machines far fewer ports are excluded or
 * in TIME_WAIT. This threshold is maxport's own choice; no source defines it. */
enum { PERCENT_STRAINED = 50 };

enum verdict_kind {
    VERDICT_HEALTHY,     /* less than PERCENT_FILLING */
    VERDICT_STRAINED,    /* less than PERCENT_FILLING, but exclusions or TIME_WAIT reach
                            PERCENT_STRAINED */
    VERDICT_FILLING,     /* PERCENT_FILLING or more */
    VERDICT_NEARLY_FULL, /* PERCENT_NEARLY_FULL or more */
    VERDICT_FULL,        /* less than 1 % of the usable ports is free, or none */
    VERDICT_UNKNOWN,     /* the tables or the ranges could not be read */
};

const char *verdict_name(enum verdict_kind kind); /* in JSON: "healthy" ... */

struct verdict {
    enum verdict_kind kind;
    enum protocol protocol; /* the protocol with the worse rating; if equal, the fuller one */
    enum family family;
    bool is_mostly_time_wait; /* at least half of the ports in use are in TIME_WAIT */
    bool is_union_only;       /* only IPv4 and IPv6 together reach this level */
    char sentence[1024];      /* one or more whole sentences, UTF-8 */
};

/* Return whether exclusions, or connections in TIME_WAIT, reach PERCENT_STRAINED. */
bool verdict_is_reserved(const struct usage *usage, enum family family);
bool verdict_is_waiting(const struct usage_count *count, uint32_t available);

/* Prints e.g. ", 12 of them in use nevertheless" after the number of excluded ports, or nothing. */
void verdict_print_excluded_in_use(const struct usage *usage, enum family family,
                                   struct text *text);

/* Return the rating of one family, and of IPv4 and IPv6 together. VERDICT_UNKNOWN: its table or
 * range is unknown, or the families cannot be counted together. */
enum verdict_kind verdict_of_family(const struct usage *usage, enum family family);
enum verdict_kind verdict_of_united(const struct usage *usage);
/* Returns whether PERCENT_FILLING or more is in use. */
bool verdict_is_tight(enum verdict_kind kind);

void verdict_make(const struct usage usages[PROTOCOL_COUNT], struct verdict *verdict);

/* Prints that there is no port problem, and the use of each protocol's fuller family. */
void verdict_print_healthy(const struct usage usages[PROTOCOL_COUNT], struct text *text);

#endif
