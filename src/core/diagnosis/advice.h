/* advice.h - what helps now, and what helps after a restart, for a diagnosis. */
#ifndef CORE_DIAGNOSIS_ADVICE_H
#define CORE_DIAGNOSIS_ADVICE_H

#include "core/diagnosis/diagnosis.h"

/* Fills diagnosis->now and ->after_restart from the rest of it. */
void advice_give(const struct snapshot *snapshot, struct diagnosis *diagnosis);

/* What to do about a process that holds ports: its service, its application pool, or
 * the program itself; never to end what Windows cannot run without. */
void advice_on_process(const struct snapshot *snapshot, uint32_t process,
                       struct sentences *sentences);

/* Seconds that a closed connection waits; 0 unknown. */
uint32_t advice_wait_seconds(const struct snapshot *snapshot, enum family family);

#endif
