#include "core/use/verdict.h"

#include <stdio.h>
#include <string.h>

/* The rating of one protocol: of its fuller family, or of IPv4 and IPv6 together if that is
 * worse. */
struct tightness {
    const struct usage *usage;
    bool is_known;
    enum verdict_kind kind;
    enum verdict_kind of_family[FAMILY_COUNT];
    enum family family;              /* the fuller family */
    const struct usage_count *count; /* of this family */
    uint32_t available;              /* of this family */
    bool is_united;                  /* only IPv4 and IPv6 together reach this rating */
};

const char *verdict_name(enum verdict_kind kind)
{
    switch (kind) {
    case VERDICT_HEALTHY:
        return "healthy";
    case VERDICT_STRAINED:
        return "strained";
    case VERDICT_FILLING:
        return "filling";
    case VERDICT_NEARLY_FULL:
        return "nearly_full";
    case VERDICT_FULL:
        return "full";
    case VERDICT_UNKNOWN:
        break;
    }
    return "unknown";
}

static uint32_t left_of(uint32_t in_use, uint32_t available)
{
    return available > in_use ? available - in_use : 0;
}

static enum verdict_kind kind_of(uint32_t in_use, uint32_t available)
{
    uint64_t left = left_of(in_use, available);
    unsigned percent = usage_percent(in_use, available);
    if (left * 100 < available || left == 0)
        return VERDICT_FULL;
    return percent >= PERCENT_NEARLY_FULL ? VERDICT_NEARLY_FULL
           : percent >= PERCENT_FILLING   ? VERDICT_FILLING
                                          : VERDICT_HEALTHY;
}

bool verdict_is_reserved(const struct usage *usage, enum family family)
{
    uint32_t excluded = usage->excluded[family] - usage->excluded_in_use[family];
    return excluded > 0 &&
           (uint64_t)excluded * 100 >= (uint64_t)usage->range[family].count * PERCENT_STRAINED;
}

void verdict_print_excluded_in_use(const struct usage *usage, enum family family, struct text *text)
{
    if (!usage->excluded_in_use[family])
        return;
    text_puts(text, ", ");
    text_number(text, usage->excluded_in_use[family]);
    text_puts(text, " of them in use nevertheless");
}

bool verdict_is_waiting(const struct usage_count *count, uint32_t available)
{
    uint32_t waiting = count->by_state[PORT_TIME_WAIT];

    return waiting > 0 && (uint64_t)waiting * 100 >= (uint64_t)available * PERCENT_STRAINED;
}

static bool is_evaluable(const struct usage *usage, enum family family)
{
    return usage->is_available[family] && usage_available(usage, family) > 0;
}

enum verdict_kind verdict_of_family(const struct usage *usage, enum family family)
{
    uint32_t available = usage_available(usage, family);
    enum verdict_kind kind;
    if (!is_evaluable(usage, family))
        return VERDICT_UNKNOWN;
    kind = kind_of(usage->family[family].in_use, available);
    return kind == VERDICT_HEALTHY && (verdict_is_reserved(usage, family) ||
                                       verdict_is_waiting(&usage->family[family], available))
               ? VERDICT_STRAINED
               : kind;
}

enum verdict_kind verdict_of_united(const struct usage *usage)
{
    uint32_t available = usage_united_available(usage);
    return available && is_evaluable(usage, FAMILY_IPV4) && is_evaluable(usage, FAMILY_IPV6)
               ? kind_of(usage->united.in_use, available)
               : VERDICT_UNKNOWN;
}

bool verdict_is_tight(enum verdict_kind kind)
{
    return kind == VERDICT_FILLING || kind == VERDICT_NEARLY_FULL || kind == VERDICT_FULL;
}

static bool is_tighter(const struct tightness *a, const struct tightness *b)
{
    return (uint64_t)a->count->in_use * b->available > (uint64_t)b->count->in_use * a->available;
}

static struct tightness tightness_of(const struct usage *usage)
{
    struct tightness result = {.usage = usage, .kind = VERDICT_UNKNOWN};
    enum verdict_kind united = verdict_of_united(usage);
    for (int f = 0; f < FAMILY_COUNT; f++) {
        struct tightness here = {.usage = usage,
                                 .is_known = true,
                                 .kind = verdict_of_family(usage, (enum family)f),
                                 .family = (enum family)f,
                                 .count = &usage->family[f],
                                 .available = usage_available(usage, (enum family)f)};
        if (here.kind != VERDICT_UNKNOWN &&
            (!result.is_known || here.kind > result.kind ||
             (here.kind == result.kind && is_tighter(&here, &result))))
            result = here;
    }
    for (int f = 0; f < FAMILY_COUNT; f++)
        result.of_family[f] = verdict_of_family(usage, (enum family)f);
    result.is_united = united != VERDICT_UNKNOWN && united > result.kind;
    if (result.is_united)
        result.kind = united;
    return result;
}

/* ---- words ------------------------------------------------------------ */

/* Prints the state of at least half of the ports in use, if there is such a state. where: "" or
 * e.g. "over IPv4, ". */
static void print_cause(struct text *text, const struct usage_count *count, const char *where)
{
    static const struct {
        enum port_state state;
        const char *words;
    } causes[] = {
        {PORT_TIME_WAIT, "connections in TIME_WAIT"},
        {PORT_BOUND, "bound ports without a connection (BOUND)"},
        {PORT_CLOSE_WAIT, "connections that programs have not closed (CLOSE_WAIT)"},
        {PORT_ESTABLISHED, "open connections (ESTABLISHED)"},
        {PORT_SYN_SENT, "connections without an answer yet (SYN_SENT)"},
        {PORT_LISTEN, "listening sockets"},
    };
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        uint32_t ports = count->by_state[causes[i].state];
        if (ports > 0 && (uint64_t)ports * 2 >= count->in_use) {
            text_printf(text, "; %s", where);
            text_share(text, ports, count->in_use);
            text_printf(text, " of the ports in use are %s", causes[i].words);
            return;
        }
    }
}

/* Prints e.g. "IPv4: 91 %", or if full, "IPv4: 84 of 16,384 ports are free". */
static void print_figure(struct text *text, const char *name, enum verdict_kind kind,
                         uint32_t in_use, uint32_t available)
{
    uint32_t left = left_of(in_use, available);
    text_printf(text, "%s: ", name);
    if (kind != VERDICT_FULL) {
        text_share(text, in_use, available);
    } else if (left == 0) {
        text_puts(text, "no port is free");
    } else {
        text_number_of(text, left, available);
        text_puts(text, left == 1 ? " ports is free" : " ports are free");
    }
}

/* Returns whether the sentence describes this family. */
static bool is_described(const struct tightness *tightness, enum family family)
{
    enum verdict_kind kind = tightness->of_family[family];
    if (kind == VERDICT_UNKNOWN)
        return false;
    return tightness->is_united ? tightness->usage->family[family].in_use > 0
                                : family == tightness->family || verdict_is_tight(kind);
}

static void print_figures(struct text *text, const struct tightness *tightness)
{
    const struct usage *usage = tightness->usage;
    const char *between = "";
    text_puts(text, " (");
    if (tightness->is_united) {
        print_figure(text, "combined", tightness->kind, usage->united.in_use,
                     usage_united_available(usage));
        between = "; ";
    }
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (is_described(tightness, (enum family)f)) {
            text_puts(text, between);
            print_figure(text, family_name((enum family)f), tightness->of_family[f],
                         usage->family[f].in_use, usage_available(usage, (enum family)f));
            between = "; ";
        }
    text_puts(text, ")");
}

static void print_causes(struct text *text, const struct tightness *tightness)
{
    bool is_one = !is_described(tightness, FAMILY_IPV4) || !is_described(tightness, FAMILY_IPV6);
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (is_described(tightness, (enum family)f))
            print_cause(text, &tightness->usage->family[f],
                        is_one && !tightness->is_united ? ""
                        : f == FAMILY_IPV4              ? "over IPv4, "
                                                        : "over IPv6, ");
}

static void print_strained(struct text *text, const struct tightness *tightness,
                           enum protocol protocol)
{
    const struct usage *usage = tightness->usage;
    enum family family = tightness->family;
    uint32_t waiting = tightness->count->by_state[PORT_TIME_WAIT];

    if (verdict_is_reserved(usage, family)) {
        text_puts(text, "Only ");
        text_number_of(text, tightness->available, usage->range[family].count);
        text_printf(text, " %s ports are usable (%s): ", protocol_name(protocol),
                    family_name(family));
        text_number(text, usage->excluded[family]);
        text_puts(text, " are excluded");
        verdict_print_excluded_in_use(usage, family, text);
        text_puts(text, ". ");
        text_number(text, left_of(tightness->count->in_use, tightness->available));
        text_puts(text, " are free.");
        return;
    }
    text_puts(text, "Many connections are opened and closed: ");
    text_number_of(text, waiting, tightness->available);
    text_printf(text, " %s ports (", protocol_name(protocol));
    text_share(text, waiting, tightness->available);
    text_printf(text, ") are in TIME_WAIT (%s).", family_name(family));
}

/* Prints e.g. "TCP is nearly full", the figures, and the state that at least half of the ports in
 * use have. */
static void print_tight(struct text *text, const struct tightness *tightness,
                        enum protocol protocol, const char *too)
{
    if (tightness->kind == VERDICT_STRAINED) {
        print_strained(text, tightness, protocol);
        return;
    }
    text_printf(text, "%s is %s%s", protocol_name(protocol),
                tightness->kind == VERDICT_FULL          ? "full"
                : tightness->kind == VERDICT_NEARLY_FULL ? "nearly full"
                                                         : "filling up",
                too);
    if (tightness->is_united)
        text_puts(text, ", if IPv4 and IPv6 share their ports, which is not documented");
    print_figures(text, tightness);
    print_causes(text, tightness);
    if (protocol == PROTOCOL_UDP && tightness->kind == VERDICT_FULL)
        text_puts(text, tightness->is_united ? "; DNS queries then fail" : "; DNS queries fail");
    else if (protocol == PROTOCOL_UDP && tightness->kind == VERDICT_NEARLY_FULL)
        text_puts(text, "; when no port is free, DNS queries fail");
    text_puts(text, ".");
}

enum gap { NO_GAP, NO_TABLE, NO_RANGE };

/* Returns why a family cannot be rated. */
static enum gap gap_of(const struct usage *usage, enum family family)
{
    if (!usage->is_available[family])
        return NO_TABLE;
    return is_evaluable(usage, family) ? NO_GAP : NO_RANGE;
}

static void print_unknown(struct text *text, const struct usage *usage)
{
    bool has_table = usage->is_available[FAMILY_IPV4] || usage->is_available[FAMILY_IPV6];
    text_printf(text, "The number of %s ports in use is unknown: the %s.",
                protocol_name(usage->protocol),
                has_table ? "running range is unknown" : "socket tables could not be read");
}

/* Prints which data is missing from the figures of the protocols that could be rated. */
static void print_gaps(struct text *text, const struct usage usages[PROTOCOL_COUNT],
                       const struct tightness tight[PROTOCOL_COUNT])
{
    for (int f = 0; f < FAMILY_COUNT; f++) {
        enum gap gaps[PROTOCOL_COUNT];
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            gaps[p] = tight[p].is_known ? gap_of(&usages[p], (enum family)f) : NO_GAP;
        if (gaps[PROTOCOL_TCP] != NO_GAP && gaps[PROTOCOL_TCP] == gaps[PROTOCOL_UDP]) {
            text_printf(text, " %s was not counted: its %s.", family_name((enum family)f),
                        gaps[PROTOCOL_TCP] == NO_TABLE ? "socket tables could not be read"
                                                       : "ranges are unknown");
            continue;
        }
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            if (gaps[p] != NO_GAP)
                text_printf(text, " %s over %s was not counted: its %s.",
                            protocol_name((enum protocol)p), family_name((enum family)f),
                            gaps[p] == NO_TABLE ? "table could not be read" : "range is unknown");
    }
    bool is_tcp = usages[PROTOCOL_TCP].is_partial, is_udp = usages[PROTOCOL_UDP].is_partial;
    if (is_tcp || is_udp)
        text_printf(text, " The %s could be read only partly, so more ports may be in use.",
                    is_tcp && is_udp ? "tables"
                    : is_tcp         ? "TCP table"
                                     : "UDP table");
}

static void print_sentence(struct text *text, const struct usage usages[PROTOCOL_COUNT],
                           const struct tightness tight[PROTOCOL_COUNT], enum protocol worst)
{
    enum protocol other = worst == PROTOCOL_TCP ? PROTOCOL_UDP : PROTOCOL_TCP;
    bool is_alarming = tight[worst].is_known && tight[worst].kind != VERDICT_HEALTHY;
    bool is_other_alarming = tight[other].is_known && tight[other].kind != VERDICT_HEALTHY;
    if (!tight[worst].is_known) {
        text_puts(text, "The number of ports in use is unknown: ");
        bool has_table = false;
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++)
                has_table |= usages[p].is_available[f];
        text_puts(text, has_table ? "the running ranges are unknown."
                                  : "the socket tables could not be read.");
        return;
    }
    if (is_alarming) {
        print_tight(text, &tight[worst], worst, "");
        if (is_other_alarming) {
            text_puts(text, " ");
            print_tight(text, &tight[other], other, " too");
        }
    } else {
        const char *between = tight[other].is_known ? "Enough ports are free: " : "";
        for (int p = 0; p < PROTOCOL_COUNT; p++) {
            if (!tight[p].is_known)
                continue;
            text_printf(text, "%s%s uses ", between, protocol_name((enum protocol)p));
            text_share(text, tight[p].count->in_use, tight[p].available);
            text_puts(text, tight[other].is_known ? "" : " of its ports");
            between = ", ";
        }
        text_puts(text, ".");
    }
    if (!tight[other].is_known) {
        text_puts(text, " ");
        print_unknown(text, &usages[other]);
    }
    print_gaps(text, usages, tight);
}

void verdict_make(const struct usage usages[PROTOCOL_COUNT], struct verdict *verdict)
{
    struct tightness tight[PROTOCOL_COUNT];
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        tight[p] = tightness_of(&usages[p]);
    const struct tightness *tcp = &tight[PROTOCOL_TCP], *udp = &tight[PROTOCOL_UDP];
    bool is_udp = udp->is_known && (!tcp->is_known || udp->kind > tcp->kind ||
                                    (udp->kind == tcp->kind && is_tighter(udp, tcp)));
    const struct tightness *worst = is_udp ? udp : tcp;

    *verdict = (struct verdict){
        .kind = worst->kind,
        .protocol = is_udp ? PROTOCOL_UDP : PROTOCOL_TCP,
        .family = worst->family,
        .is_union_only = worst->is_united,
    };
    /* The verdict "healthy" is only valid if TCP and UDP could be rated. */
    if (worst->kind == VERDICT_HEALTHY && (!tcp->is_known || !udp->is_known))
        verdict->kind = VERDICT_UNKNOWN;
    if (worst->is_known && worst->count->in_use > 0)
        verdict->is_mostly_time_wait =
            (uint64_t)worst->count->by_state[PORT_TIME_WAIT] * 2 >= worst->count->in_use;

    struct text text;
    text_init(&text);
    print_sentence(&text, usages, tight, verdict->protocol);
    snprintf(verdict->sentence, sizeof verdict->sentence, "%s", text_string(&text));
    text_release(&text);
}

void verdict_print_healthy(const struct usage usages[PROTOCOL_COUNT], struct text *text)
{
    text_puts(text, "No port problem now:");
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        enum family fuller = usage_fuller(&usages[p]);

        text_printf(text, "%s %s uses ", p ? "," : "", protocol_name((enum protocol)p));
        text_share(text, usages[p].family[fuller].in_use, usage_available(&usages[p], fuller));
    }
    text_puts(text, ".");
}
