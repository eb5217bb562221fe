/* assessment.h - the state of the machine at one moment: ranges, journal, services, events and
 * diagnosis. An assessment is made less often than a sample and never changes. It has a count of
 * its owners; the last owner frees it. */
#ifndef GUI_ASSESSMENT_H
#define GUI_ASSESSMENT_H

#include <windows.h>

#include "core/diagnosis/diagnosis.h"
#include "core/state/snapshot.h"

struct assessment {
    volatile LONG holders;
    struct snapshot snapshot;
    struct diagnosis diagnosis;
    bool has_diagnosis;
};

/* Makes an assessment of the machine. If a second reading can improve the diagnosis, the function
 * waits one second and then, unless is_stopping(context) returns true, reads the machine again.
 * Returns NULL if memory runs out or the machine could not be read. */
struct assessment *assessment_make(const struct machine *machine,
                                   bool (*is_stopping)(void *context), void *context);
struct assessment *assessment_hold(struct assessment *assessment);
void assessment_release(struct assessment *assessment); /* NULL is allowed */

#endif
