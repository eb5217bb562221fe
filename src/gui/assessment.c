#include "gui/assessment.h"

#include <stdlib.h>

enum { AGAIN_MS = 1000 };

/* Reads the machine a second time. The comparison shows which processes use more ports than before,
 * and which processes used the ports that are now in TIME_WAIT. The caller calls this function only
 * if a second reading can improve the diagnosis, because the function waits one second. */
static void assess_again(const struct machine *machine, struct assessment *assessment,
                         bool (*is_stopping)(void *context), void *context)
{
    struct diagnosis better;
    struct fault ignored;

    Sleep(AGAIN_MS);
    if (is_stopping(context) || !snapshot_refresh(machine, &assessment->snapshot, &ignored) ||
        !diagnosis_make(&assessment->snapshot, NULL, &better, &ignored))
        return;
    diagnosis_release(&assessment->diagnosis);
    assessment->diagnosis = better;
}

struct assessment *assessment_make(const struct machine *machine,
                                   bool (*is_stopping)(void *context), void *context)
{
    struct assessment *assessment = calloc(1, sizeof *assessment);
    struct fault ignored;

    if (!assessment)
        return NULL;
    if (!snapshot_take(machine, SNAPSHOT_EVENTS | SNAPSHOT_MISPLACED, &assessment->snapshot,
                       &ignored)) {
        free(assessment);
        return NULL;
    }
    assessment->holders = 1;
    assessment->has_diagnosis =
        diagnosis_make(&assessment->snapshot, NULL, &assessment->diagnosis, &ignored);
    if (assessment->has_diagnosis && diagnosis_gains_by_sampling(&assessment->diagnosis))
        assess_again(machine, assessment, is_stopping, context);
    return assessment;
}

struct assessment *assessment_hold(struct assessment *assessment)
{
    InterlockedIncrement(&assessment->holders);
    return assessment;
}

void assessment_release(struct assessment *assessment)
{
    if (!assessment || InterlockedDecrement(&assessment->holders) > 0)
        return;
    if (assessment->has_diagnosis)
        diagnosis_release(&assessment->diagnosis);
    snapshot_release(&assessment->snapshot);
    free(assessment);
}
