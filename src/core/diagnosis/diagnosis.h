/* diagnosis.h - diagnoses port problems: cause, culprit and remedies.
 *
 * The result depends only on the input (snapshot.h, probe.h), with one exception: diagnosis_make()
 * asks Windows, through `detail` and `process_source` of the snapshot, for the application pool of
 * a process, and for path, account and start of the culprit. The diagnosis is the worst of the
 * findings for TCP and UDP over IPv4 and IPv6; finding.h contains the rules. The families are
 * counted apart: no sentence compares a count of one family with a total of another.
 */
#ifndef CORE_DIAGNOSIS_DIAGNOSIS_H
#define CORE_DIAGNOSIS_DIAGNOSIS_H

#include "core/diagnosis/finding.h"
#include "core/diagnosis/sentences.h"

struct diagnosis {
    struct finding of[PROTOCOL_COUNT];     /* the worse family of each protocol */
    struct finding beside[PROTOCOL_COUNT]; /* the other family */
    struct finding main;                   /* the worse of `of` */
    bool is_weak;
    struct text verdict;
    struct text doubt; /* why the evidence is weak; empty if it is strong */
    struct sentences evidence, culprit, now, after_restart, unseen;
};

/* probe: NULL if none was run. Fails only if memory runs out. */
bool diagnosis_make(const struct snapshot *snapshot, const struct probe *probe,
                    struct diagnosis *diagnosis, struct fault *fault) MUST_CHECK;
void diagnosis_release(struct diagnosis *diagnosis);

/* Returns whether further samples could identify owners or show growth. */
bool diagnosis_gains_by_sampling(const struct diagnosis *diagnosis);

#endif
