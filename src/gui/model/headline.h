/* headline.h - the headline of the page Now.
 *
 * The window takes samples more often than assessments, so the gauges below the headline can show
 * newer figures than the assessment. In this case, the headline either describes the newest sample,
 * or describes the assessment and states its time.
 */
#ifndef GUI_MODEL_HEADLINE_H
#define GUI_MODEL_HEADLINE_H

#include "core/diagnosis/diagnosis.h"

struct headline {
    enum verdict_kind level;
    bool is_healthy;
    /* The headline no longer agrees with the assessment, so do not show the assessment's culprit
     * and doubt below it. */
    bool is_outdated;
};

/* Prints the headline. diagnosis: the diagnosis of the survey; NULL: none. usage: the port use in
 * the newest sample; NULL: the sample could not be taken, so the headline describes the survey. */
void headline_make(const struct diagnosis *diagnosis, const struct survey *survey,
                   const struct usage *usage, struct headline *headline, struct text *text);

#endif
