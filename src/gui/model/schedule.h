/* schedule.h - when the worker of the window takes samples and makes assessments.
 *
 * Samples are taken often, at the interval that the user selects, and assessments less often. While
 * the window is paused, neither is due, unless it is requested. The only exception is the first
 * assessment with its sample: without it the window shows nothing.
 *
 * All times are milliseconds of the monotonic clock.
 */
#ifndef GUI_MODEL_SCHEDULE_H
#define GUI_MODEL_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SCHEDULE_ASSESSMENT_MS = 30 * 1000, /* usual time between assessments */
    /* Shortest time between assessments, used if a sample outdates the newest assessment. */
    SCHEDULE_SOON_MS = 5000,
};

struct schedule {
    uint32_t interval_ms; /* between two samples; 0: the window is paused */
    int64_t assessment_at_ms, assessment_soon_ms, sample_at_ms;
    bool has_assessment;
};

/* Makes an assessment and a sample due immediately. */
void schedule_init(struct schedule *schedule, uint32_t interval_ms);

/* Makes a sample due immediately, also while the window is paused. */
void schedule_request_sample(struct schedule *schedule);

/* Call this function after each attempt to make an assessment. */
void schedule_note_assessment(struct schedule *schedule, bool is_made, int64_t started_ms,
                              int64_t ended_ms);

/* Call this function after each sample. cost_ms: the time that the sample took. is_outdating: the
 * sample outdates the newest assessment. Returns the time from the start of the sample to the start
 * of the next one; while the window is paused, the shortest time that throttle.h allows. */
uint32_t schedule_note_sample(struct schedule *schedule, int64_t started_ms, uint32_t cost_ms,
                              bool is_outdating);

/* Call this function instead of schedule_note_sample if the sample could not be taken. */
void schedule_note_failed_sample(struct schedule *schedule, int64_t now_ms);

bool schedule_assessment_is_due(const struct schedule *schedule, int64_t now_ms);
bool schedule_sample_is_due(const struct schedule *schedule, int64_t now_ms);

/* Returns the time until a sample or an assessment is due, or SCHEDULE_NEVER if neither will be due
 * without a request. */
#define SCHEDULE_NEVER UINT32_MAX
uint32_t schedule_wait_ms(const struct schedule *schedule, int64_t now_ms);

#endif
