#include "core/system/restore_point.h"

#include <stdlib.h>
#include <string.h>

const char *restore_point_outcome_name(enum restore_point_outcome outcome)
{
    switch (outcome) {
    case RESTORE_POINT_MADE:
        return "made";
    case RESTORE_POINT_REUSED:
        return "reused";
    case RESTORE_POINT_UNAVAILABLE:
        return "unavailable";
    case RESTORE_POINT_FAILED:
        break;
    }
    return "failed";
}

void restore_points_init(struct restore_points *points)
{
    memset(points, 0, sizeof *points);
}

void restore_points_release(struct restore_points *points)
{
    free(points->rows);
    restore_points_init(points);
}
