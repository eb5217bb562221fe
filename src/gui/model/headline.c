#include "gui/model/headline.h"

#include <string.h>

/* Returns whether both show the same figures. */
static bool is_same_use(const struct usage *a, const struct usage *b)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (memcmp(&a[p].family[f], &b[p].family[f], sizeof a[p].family[f]) != 0 ||
                usage_available(&a[p], (enum family)f) != usage_available(&b[p], (enum family)f) ||
                a[p].is_available[f] != b[p].is_available[f])
                return false;
    return true;
}

static void print_time(const struct survey *survey, struct text *text)
{
    enum { DATE_LENGTH = sizeof "2026-11-22 " - 1 };
    char time[TIME_SIZE];

    time_local_string(time, survey->taken_ms, survey->offset_seconds);
    text_printf(text, " (Checked at %s.)", strlen(time) > DATE_LENGTH ? time + DATE_LENGTH : time);
}

void headline_make(const struct diagnosis *diagnosis, const struct survey *survey,
                   const struct usage *usage, struct headline *headline, struct text *text)
{
    bool was_healthy = diagnosis ? diagnosis->main.kind == DIAGNOSIS_HEALTHY
                                 : survey->verdict.kind == VERDICT_HEALTHY;
    enum verdict_kind level = diagnosis ? diagnosis->main.level : survey->verdict.kind;
    const char *assessed = diagnosis ? text_string(&diagnosis->verdict) : survey->verdict.sentence;
    bool is_current = !usage || is_same_use(usage, survey->usage);
    struct verdict fresh = survey->verdict;

    if (!is_current)
        verdict_make(usage, &fresh);
    *headline = (struct headline){.level = level, .is_healthy = was_healthy};
    if (is_current) {
        text_puts(text, assessed);
    } else if (was_healthy && fresh.kind == VERDICT_HEALTHY) {
        verdict_print_healthy(usage, text);
    } else if (was_healthy || verdict_is_tight(level) || verdict_is_tight(fresh.kind)) {
        headline->level = fresh.kind;
        headline->is_healthy = fresh.kind == VERDICT_HEALTHY;
        headline->is_outdated = verdict_is_tight(level) != verdict_is_tight(fresh.kind);
        text_puts(text, fresh.sentence);
    } else {
        text_puts(text, assessed);
        print_time(survey, text);
    }
}
