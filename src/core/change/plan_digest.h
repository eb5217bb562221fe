/* plan_digest.h - a digest of everything that a plan would write.
 *
 * The option --expect-plan contains the digest of the plan that the user saw. A command with this
 * option refuses to carry out another plan. The digest covers the interrupted changes to resolve
 * first, and the place, `before` and `after` of each step.
 */
#ifndef CORE_CHANGE_PLAN_DIGEST_H
#define CORE_CHANGE_PLAN_DIGEST_H

#include "core/base/sha256.h"
#include "core/change/plan.h"

/* Fails only if memory runs out. */
bool plan_digest(const struct plan *plan, const struct resolving *resolving,
                 char digest[SHA256_HEX_SIZE], struct fault *fault) MUST_CHECK;

/* Appends a short summary, e.g. "MaxUserPort 5000 (0x1388) -> 65534 (0xfffe)". At most three items
 * are shown in full, followed by "and N more". */
void plan_summary(const struct plan *plan, const struct resolving *resolving, struct text *text);

#endif
