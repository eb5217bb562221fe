/* advice.h - what helps now, and what helps after a restart, for a finding. */
#ifndef CORE_DIAGNOSIS_ADVICE_H
#define CORE_DIAGNOSIS_ADVICE_H

#include "core/diagnosis/finding.h"
#include "core/diagnosis/sentences.h"

void advice_now(const struct snapshot *snapshot, const struct finding *main, struct sentences *now);
void advice_after_restart(const struct snapshot *snapshot, const struct finding *main,
                          struct sentences *after);

/* What to do about a process that holds ports: its service, its application pool, or
 * the program itself; never to end what Windows cannot run without. */
void advice_on_process(const struct snapshot *snapshot, uint32_t process,
                       struct sentences *sentences);

/* Seconds that a closed connection waits; 0 unknown. */
uint32_t advice_wait_seconds(const struct snapshot *snapshot, enum family family);

#endif
