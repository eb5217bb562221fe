/* restore_point.h - Windows' own System Restore: what it has, makes, and arms.
 *
 * Windows clients from XP on; servers have none (SDK, SRSetRestorePointW:
 * "None supported"). Windows 8 and later silently skip a point within 24 hours of
 * the last one and still report success (Win32, "Calling SRSetRestorePoint"), so
 * "made" is only said where the list has a new point afterwards.
 */
#ifndef CORE_SYSTEM_RESTORE_POINT_H
#define CORE_SYSTEM_RESTORE_POINT_H

#include "core/base/fault.h"

struct restore_point {
    uint32_t sequence;
    int64_t created_ms;    /* ms since 1970 UTC; 0 unknown */
    uint32_t type;         /* 0 application install ... 12 modify settings */
    char description[520]; /* UTF-8, from outside */
};

struct restore_points {
    struct restore_point *rows; /* owned; ascending by sequence */
    size_t count;
};

void restore_points_init(struct restore_points *points);
void restore_points_release(struct restore_points *points);
const struct restore_point *restore_points_newest(const struct restore_points *points);

enum restore_point_outcome {
    RESTORE_POINT_MADE,        /* the list has a new one: `sequence` */
    RESTORE_POINT_REUSED,      /* Windows kept to an earlier one: `sequence` */
    RESTORE_POINT_UNAVAILABLE, /* this Windows has no System Restore, or it is switched off */
    RESTORE_POINT_FAILED,      /* it was tried and did not work */
};

/* "made", "reused", "unavailable", "failed": also its name in JSON. */
const char *restore_point_outcome_name(enum restore_point_outcome outcome);

struct restore_point_result {
    enum restore_point_outcome outcome;
    uint32_t sequence; /* made or reused */
    uint32_t code;     /* what Windows said, 0 none */
    /* Windows' code crashed within this process, and may have written anywhere in its
     * memory: it must not change the machine any more. */
    bool has_crashed;
    char why[256]; /* one sentence for a person, always */
};

struct restore_point_source {
    void *context;

    /* Makes one and looks whether it came into being. Slow: up to minutes; gives
     * up after its own limit. Never fails as a call: the result says all. */
    void (*make)(void *context, const char *description, struct restore_point_result *);

    /* FAULT_UNAVAILABLE: this Windows has none. */
    bool (*list)(void *context, struct restore_points *, struct fault *);

    /* Arms Windows' restore to that point; it happens at the next restart, which
     * is the caller's. FAULT_MISSING: no such point. */
    bool (*arm)(void *context, uint32_t sequence, struct fault *);
};

#endif
