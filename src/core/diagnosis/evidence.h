/* evidence.h - sentences with the figures that support a finding. */
#ifndef CORE_DIAGNOSIS_EVIDENCE_H
#define CORE_DIAGNOSIS_EVIDENCE_H

#include "core/diagnosis/finding.h"
#include "core/diagnosis/sentences.h"

/* Adds all evidence for the main finding, some evidence for the other family of its protocol
 * (beside) and for the other protocol, the logged events and the results of the probe. probe: NULL
 * if none was run. */
void evidence_show(const struct snapshot *snapshot, const struct probe *probe,
                   const struct finding *main, const struct finding *beside,
                   const struct finding *other, struct sentences *evidence);

/* Appends " in 240 blocks of 64" for the exclusions inside the running range of the finding; " in
 * 12 blocks" if the sizes of the blocks differ. Appends nothing if there is only one block. */
void evidence_print_blocks(const struct exclusions *exclusions, const struct finding *finding,
                           struct text *text);

#endif
