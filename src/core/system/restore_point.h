/* restore_point.h - Windows System Restore: lists and creates restore points, schedules a return.
 *
 * Windows clients since XP have System Restore; servers do not (SDK, SRSetRestorePointW: "None
 * supported"). Windows 8 and later silently skip a restore point within 24 hours of the last one
 * and still report success (Win32, "Calling SRSetRestorePoint"). Therefore the outcome is "made"
 * only if the list then contains a new restore point.
 */
#ifndef CORE_SYSTEM_RESTORE_POINT_H
#define CORE_SYSTEM_RESTORE_POINT_H

#include "core/base/fault.h"

struct restore_point {
    uint32_t sequence;
    int64_t created_ms;    /* ms since 1970 UTC; 0: unknown */
    uint32_t type;         /* 0 (application install) ... 12 (modify settings) */
    char description[520]; /* UTF-8, from outside maxport */
};

struct restore_points {
    struct restore_point *rows; /* owned; ascending by sequence */
    size_t count;
};

void restore_points_init(struct restore_points *points);
void restore_points_release(struct restore_points *points);

enum restore_point_outcome {
    RESTORE_POINT_MADE,        /* the list contains a new point: `sequence` */
    RESTORE_POINT_REUSED,      /* Windows kept an earlier point instead: `sequence` */
    RESTORE_POINT_UNAVAILABLE, /* this Windows has no System Restore, or it is off */
    RESTORE_POINT_FAILED,      /* the attempt failed */
};

/* Returns "made", "reused", "unavailable" or "failed", also for JSON. */
const char *restore_point_outcome_name(enum restore_point_outcome outcome);

struct restore_point_result {
    enum restore_point_outcome outcome;
    uint32_t sequence; /* of the point that was created or reused */
    uint32_t code;     /* Windows' error code; 0: none */
    /* Code of Windows crashed in this process and may have overwritten any memory of the process.
     * Therefore the process must not change the machine any more. */
    bool has_crashed;
    char why[256]; /* one sentence for the user, never empty */
};

enum return_result {
    RETURN_SCHEDULED,
    RETURN_REFUSED,   /* nothing will happen */
    RETURN_UNCERTAIN, /* Windows was asked, but its answer did not arrive: the return may happen */
};

struct restore_point_source {
    void *context;

    /* Creates a restore point and checks that it exists. May take minutes, up to a time limit. A
     * failure is reported only in the result. */
    void (*make)(void *context, const char *description, struct restore_point_result *);

    /* Fails with FAULT_UNAVAILABLE if this Windows has no System Restore. */
    bool (*list)(void *context, struct restore_points *, struct fault *);

    /* Schedules the return to the restore point for the next restart. Does not restart Windows.
     * Fills *fault unless the return is scheduled; RETURN_REFUSED with FAULT_MISSING: the restore
     * point does not exist. */
    enum return_result (*arm)(void *context, uint32_t sequence, struct fault *);
};

#endif
