/* plan_digest.h - a digest of everything that a plan would write.
 *
 * --expect-plan passes the digest of the plan that the user saw, so that another plan is
 * refused. The digest covers the interrupted changes to resolve first and each step: place,
 * before, after.
 */
#ifndef CORE_CHANGE_PLAN_DIGEST_H
#define CORE_CHANGE_PLAN_DIGEST_H

#include "core/base/sha256.h"
#include "core/change/plan.h"

/* FAULT_NO_MEMORY is the only failure. */
bool plan_digest(const struct plan *plan, const struct resolving *resolving,
                 char digest[SHA256_HEX_SIZE], struct fault *fault) MUST_CHECK;

/* A short summary: "MaxUserPort 5000 -> 65534; and 3 more". */
void plan_summary(const struct plan *plan, const struct resolving *resolving, struct text *text);

#endif
