/* advice.h - adds remedies for a finding, without and with a restart. */
#ifndef CORE_DIAGNOSIS_ADVICE_H
#define CORE_DIAGNOSIS_ADVICE_H

#include "core/diagnosis/finding.h"
#include "core/diagnosis/sentences.h"

void advice_now(const struct snapshot *snapshot, const struct finding *main, struct sentences *now);
void advice_after_restart(const struct snapshot *snapshot, const struct finding *main,
                          struct sentences *after);

/* Adds advice on how to free the ports of a process: restart its service, its application pool or
 * the program. Never advises the user to end a process that Windows needs. */
void advice_on_process(const struct snapshot *snapshot, uint32_t process,
                       struct sentences *sentences);

/* Returns a running range with clearly more ports, which a user can set at once. The count is 0 if
 * there is none, or if this Windows cannot change its running range. */
struct port_range advice_wider_range(const struct survey *survey, enum protocol protocol,
                                     enum family family);

/* Returns whether the process cannot be ended without a restart of Windows. */
bool advice_is_vital(const struct snapshot *snapshot, uint32_t process);

/* Returns the seconds that a closed connection stays in TIME_WAIT; 0: unknown. */
uint32_t advice_wait_seconds(const struct snapshot *snapshot, enum family family);

#endif
