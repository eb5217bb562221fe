/* evidence.h - the figures behind a finding, in sentences. */
#ifndef CORE_DIAGNOSIS_EVIDENCE_H
#define CORE_DIAGNOSIS_EVIDENCE_H

#include "core/diagnosis/finding.h"
#include "core/diagnosis/sentences.h"

/* All of the main finding, of the other protocol's what is not said by it, and events and
 * probe. probe: NULL where there was none. */
void evidence_show(const struct snapshot *snapshot, const struct probe *probe,
                   const struct finding *main, const struct finding *other,
                   struct sentences *evidence);

#endif
