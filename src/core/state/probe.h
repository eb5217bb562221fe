/* probe.h - tests whether ports that look free can be bound. Finds use that Windows' tables do
 * not list (WSL1, HNS, WinNAT and leaked reservations: microsoft/WSL#3311, #41162).
 *
 * Tries at most PROBE_MAX ports in total, evenly spread over the ports of the dynamic range
 * that look free (free_blocks.h). Closes each port before it tries the next.
 */
#ifndef CORE_STATE_PROBE_H
#define CORE_STATE_PROBE_H

#include "core/state/snapshot.h"

enum { PROBE_MAX = 64, PROBE_EXAMPLES = 4 };

struct probe_part {
    bool was_done; /* False: `why` is the reason */
    struct fault why;
    enum family family;                /* of the binds */
    uint32_t looked_free;              /* ports of the range that look free */
    uint32_t tried;                    /* ports tried, except those that got a socket meanwhile */
    uint32_t bound;                    /* successful binds */
    uint32_t in_use, excluded, other;  /* failed binds by enum bind_answer */
    uint16_t examples[PROBE_EXAMPLES]; /* ports whose bind failed */
    size_t example_count;
};

struct probe {
    struct probe_part parts[PROTOCOL_COUNT];
};

/* Marks a protocol that the machine cannot probe; that is not a failure. FAULT_DECLINED:
 * Ctrl-C. */
bool probe_run(const struct machine *machine, const struct snapshot *snapshot, struct probe *probe,
               struct fault *fault) MUST_CHECK;

uint32_t probe_unbindable(const struct probe_part *part);

#endif
