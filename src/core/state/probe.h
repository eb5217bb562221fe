/* probe.h - tests whether ports that look free can be bound. A probe finds ports in use that the
 * tables of Windows do not list (WSL1, HNS, WinNAT and leaked reservations: microsoft/WSL#3311,
 * #41162).
 *
 * A probe tries at most PROBE_MAX ports in total, evenly spread over the ports of the
 * dynamic range that look free (free_blocks.h). Each socket is closed before the next port is
 * tried.
 */
#ifndef CORE_STATE_PROBE_H
#define CORE_STATE_PROBE_H

#include "core/state/snapshot.h"

enum { PROBE_MAX = 64, PROBE_EXAMPLES = 4 };

struct probe_part {
    bool was_done; /* False: `why` is the reason */
    struct fault why;
    enum family family;   /* of the binds */
    uint32_t looked_free; /* ports of the range that look free */
    uint32_t tried;       /* tried ports, without ports that a program has opened meanwhile */
    uint32_t bound;       /* successful binds */
    uint32_t in_use, excluded, other;  /* failed binds by enum bind_answer */
    uint16_t examples[PROBE_EXAMPLES]; /* some ports whose bind failed */
    size_t example_count;
};

struct probe {
    struct probe_part parts[PROTOCOL_COUNT];
};

/* If the machine cannot probe a protocol, does not fail, but sets was_done of this protocol to
 * false. Fails with FAULT_DECLINED after Ctrl-C. */
bool probe_run(const struct machine *machine, const struct snapshot *snapshot, struct probe *probe,
               struct fault *fault) MUST_CHECK;

uint32_t probe_unbindable(const struct probe_part *part);

#endif
