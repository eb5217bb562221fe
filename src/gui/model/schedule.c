#include "gui/model/schedule.h"

#include "core/use/throttle.h"

enum { RETRY_MS = 1000 };

void schedule_init(struct schedule *schedule, uint32_t interval_ms)
{
    *schedule = (struct schedule){.interval_ms = interval_ms};
}

void schedule_request_sample(struct schedule *schedule)
{
    schedule->sample_at_ms = 0;
}

void schedule_note_assessment(struct schedule *schedule, bool is_made, int64_t started_ms,
                              int64_t ended_ms)
{
    int64_t cost_ms = is_made ? ended_ms - started_ms : 0;

    schedule->has_assessment |= is_made;
    schedule->assessment_at_ms = started_ms + throttle_ms(cost_ms, SCHEDULE_ASSESSMENT_MS);
    schedule->assessment_soon_ms =
        is_made ? started_ms + throttle_ms(cost_ms, SCHEDULE_SOON_MS) : schedule->assessment_at_ms;
}

uint32_t schedule_note_sample(struct schedule *schedule, int64_t started_ms, uint32_t cost_ms,
                              bool is_outdating)
{
    int64_t pause_ms = throttle_ms(cost_ms, schedule->interval_ms);

    if (is_outdating && schedule->assessment_at_ms > schedule->assessment_soon_ms)
        schedule->assessment_at_ms = schedule->assessment_soon_ms;
    schedule->sample_at_ms = schedule->interval_ms ? started_ms + pause_ms : INT64_MAX;
    return (uint32_t)pause_ms;
}

void schedule_note_failed_sample(struct schedule *schedule, int64_t now_ms)
{
    schedule->sample_at_ms = now_ms + (schedule->interval_ms ? schedule->interval_ms : RETRY_MS);
}

static bool is_paused(const struct schedule *schedule)
{
    return !schedule->interval_ms && schedule->has_assessment;
}

bool schedule_assessment_is_due(const struct schedule *schedule, int64_t now_ms)
{
    return !is_paused(schedule) && now_ms >= schedule->assessment_at_ms;
}

bool schedule_sample_is_due(const struct schedule *schedule, int64_t now_ms)
{
    return now_ms >= schedule->sample_at_ms;
}

uint32_t schedule_wait_ms(const struct schedule *schedule, int64_t now_ms)
{
    int64_t next_ms = schedule->sample_at_ms;

    if (!is_paused(schedule) && schedule->assessment_at_ms < next_ms)
        next_ms = schedule->assessment_at_ms;
    if (next_ms == INT64_MAX)
        return SCHEDULE_NEVER;
    return next_ms > now_ms ? (uint32_t)(next_ms - now_ms) : 0;
}
