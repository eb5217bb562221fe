/* assessment.h - ranges, journal, services, events and diagnosis. Taken less often than a sample,
 * constant, with a reference count. */
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

/* Reads the machine. If there is a problem, reads again after one second, unless
 * is_stopping(context). NULL: out of memory, or the machine could not be read. */
struct assessment *assessment_make(const struct machine *machine,
                                   bool (*is_stopping)(void *context), void *context);
struct assessment *assessment_hold(struct assessment *assessment);
void assessment_release(struct assessment *assessment); /* NULL is allowed */

#endif
