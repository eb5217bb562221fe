/* headline.h - the headline of the page Now.
 *
 * The window takes samples more often than assessments. A headline never shows figures of an
 * assessment above gauges that show other figures of a newer sample: it is either about the newest
 * sample, or it states when it was checked.
 */
#ifndef GUI_MODEL_HEADLINE_H
#define GUI_MODEL_HEADLINE_H

#include "core/diagnosis/diagnosis.h"

struct headline {
    enum verdict_kind level;
    bool is_healthy;
    bool is_outdated; /* the assessment's culprit and doubt no longer belong to this headline */
};

/* Prints the headline. diagnosis: of the survey, NULL if there is none. usage: of the newest
 * sample, NULL if that sample could not be taken; then the headline is about the survey. */
void headline_make(const struct diagnosis *diagnosis, const struct survey *survey,
                   const struct usage *usage, struct headline *headline, struct text *text);

#endif
