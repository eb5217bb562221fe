/* diagnosis.h - what is wrong with the ports, who is behind it, and what helps.
 *
 * A pure function of what was looked at (snapshot.h, probe.h): it asks nothing but the
 * snapshot's own source of application pools. The worse off of TCP and UDP, by finding.h's
 * rules, is the diagnosis.
 */
#ifndef CORE_DIAGNOSIS_DIAGNOSIS_H
#define CORE_DIAGNOSIS_DIAGNOSIS_H

#include "core/diagnosis/finding.h"
#include "core/diagnosis/sentences.h"

struct diagnosis {
    struct finding of[PROTOCOL_COUNT];
    struct finding main; /* the worse of the two */
    bool is_weak;
    struct text verdict;
    struct text doubt; /* why the evidence is weak; empty where it is not */
    struct sentences evidence, culprit, now, after_restart, unseen;
};

/* probe: NULL where there was none. Fails only for want of memory. */
bool diagnosis_make(const struct snapshot *snapshot, const struct probe *probe,
                    struct diagnosis *diagnosis, struct fault *fault) MUST_CHECK;
void diagnosis_release(struct diagnosis *diagnosis);

/* Would more looks name owners or show growth? */
bool diagnosis_gains_by_looking(const struct diagnosis *diagnosis);

#endif
