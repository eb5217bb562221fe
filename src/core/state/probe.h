/* probe.h - do ports that look free bind? Finds use that no table of Windows shows
 * (WSL1, HNS, WinNAT and leaked reservations: microsoft/WSL#3311, #41162).
 *
 * At most PROBE_MAX ports in all, evenly spread over those of the dynamic range that
 * look free (free_blocks.h), one at a time, each closed before the next is tried.
 */
#ifndef CORE_STATE_PROBE_H
#define CORE_STATE_PROBE_H

#include "core/state/snapshot.h"

enum { PROBE_MAX = 64, PROBE_EXAMPLES = 4 };

struct probe_part {
    bool was_done; /* false: `why` says what stood in the way */
    struct fault why;
    enum family family;   /* over which it was tried */
    uint32_t looked_free; /* ports of the range, of which some were tried */
    uint32_t tried;       /* whose answer counts: not those that got a socket meanwhile */
    uint32_t bound;       /* could be */
    uint32_t in_use, excluded, other;  /* could not, by what Windows said (binder.h) */
    uint16_t examples[PROBE_EXAMPLES]; /* of those that could not */
    size_t example_count;
};

struct probe {
    struct probe_part parts[PROTOCOL_COUNT];
};

/* Only what the machine cannot do is marked; FAULT_DECLINED: Ctrl-C. */
bool probe_run(const struct machine *machine, const struct snapshot *snapshot, struct probe *probe,
               struct fault *fault) MUST_CHECK;

uint32_t probe_unbindable(const struct probe_part *part);

/* How many of the ports that look free are held, by the ports tried: the 95 % interval
 * (Wilson's). Reservations come in blocks, so that it is a guess all the same. Exact
 * where every one was tried. */
void probe_estimate(const struct probe_part *part, uint32_t *low, uint32_t *high);

#endif
