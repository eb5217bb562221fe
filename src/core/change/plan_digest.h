/* plan_digest.h - one number for all that a plan would write.
 *
 * Whoever was shown a plan names its digest when it is carried out: another plan is then
 * refused. The digest covers what is settled first and each step: place, before, after.
 */
#ifndef CORE_CHANGE_PLAN_DIGEST_H
#define CORE_CHANGE_PLAN_DIGEST_H

#include "core/base/sha256.h"
#include "core/change/plan.h"

/* FAULT_NO_MEMORY is the only failure. */
bool plan_digest(const struct plan *plan, const struct settling *settling,
                 char digest[SHA256_HEX_SIZE], struct fault *fault) MUST_CHECK;

/* What it covers, for a sentence: "MaxUserPort 5000 -> 65534"; of much only the first. */
void plan_summary(const struct plan *plan, const struct settling *settling, struct text *text);

#endif
