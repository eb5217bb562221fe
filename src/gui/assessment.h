/* assessment.h - ranges, journal, services, events, and what is wrong: read less often than a
 * sample, never changed, and kept by as many as need it. */
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

/* Reads the machine; where something is wrong a second time after a second, unless
 * is_stopping(context) by then. NULL: no memory, or it could not be read. */
struct assessment *assessment_make(const struct machine *machine,
                                   bool (*is_stopping)(void *context), void *context);
struct assessment *assessment_hold(struct assessment *assessment);
void assessment_release(struct assessment *assessment); /* NULL is fine */

#endif
