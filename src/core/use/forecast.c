#include "core/use/forecast.h"

#include <string.h>

static bool is_to_be_warned_of(const struct forecast_part *part)
{
    uint64_t reach = (uint64_t)part->watched_seconds * FORECAST_REACH;
    bool is_watched_enough = part->watched_seconds >= FORECAST_WATCHED_SECONDS ||
                             part->full_in_seconds <= part->watched_seconds;

    return is_watched_enough && part->full_in_seconds <= FORECAST_SOON_SECONDS &&
           part->full_in_seconds <= reach &&
           (!part->is_waiting || part->full_in_seconds <= FORECAST_WAIT_SECONDS);
}

static void look_ahead(const struct series *series, enum protocol protocol, enum family family,
                       struct forecast_part *part)
{
    const struct series_sample *oldest, *newest;
    const struct sample_use *then, *now;

    if (!series_full_in(series, protocol, family, &part->full_in_seconds) ||
        part->full_in_seconds > FORECAST_HORIZON_SECONDS ||
        !series_ends(series, protocol, family, &oldest, &newest) || oldest == newest)
        return;
    then = &oldest->by[protocol][family];
    now = &newest->by[protocol][family];
    if (now->in_use >= now->available)
        return; /* already full: nothing to predict */
    part->watched_seconds = (uint32_t)((newest->monotonic_ms - oldest->monotonic_ms) / 1000);
    part->is_waiting =
        now->time_wait > then->time_wait && now->in_use > then->in_use &&
        (uint64_t)(now->time_wait - then->time_wait) * 2 >= now->in_use - then->in_use;
    part->in_use = now->in_use;
    part->available = now->available;
    part->kind = is_to_be_warned_of(part) ? FORECAST_WARNING : FORECAST_RISING;
}

void forecast_make(const struct series *series, const struct usage usage[PROTOCOL_COUNT],
                   struct forecast *forecast)
{
    memset(forecast, 0, sizeof *forecast);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        look_ahead(series, (enum protocol)p, usage_fuller(&usage[p]), &forecast->of[p]);
}

static bool warns(const struct forecast *forecast)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        if (forecast->of[p].kind == FORECAST_WARNING)
            return true;
    return false;
}

enum verdict_kind forecast_level(const struct forecast *forecast, enum verdict_kind level)
{
    bool is_milder = level < VERDICT_FILLING || level == VERDICT_UNKNOWN;

    return warns(forecast) && is_milder ? VERDICT_FILLING : level;
}

/* Prints e.g. "TCP runs out of ports in 6 minutes at the rate of the last 90 seconds; 37 % are in
 * use now." */
static void print_part(const struct forecast_part *part, enum protocol protocol, struct text *text)
{
    char full_in[DURATION_SIZE], watched[DURATION_SIZE], share[SHARE_SIZE];

    duration_words(full_in, part->full_in_seconds);
    duration_words(watched, part->watched_seconds);
    if (part->kind == FORECAST_WARNING) {
        text_printf(text,
                    "%s runs out of ports in %s at the rate of the last %s; %s are in use now.",
                    protocol_name(protocol), full_in, watched,
                    share_string(share, part->in_use, part->available));
        return;
    }
    text_printf(text, "At the rate of the last %s, %s would be full in %s, ", watched,
                protocol_name(protocol), full_in);
    if (part->is_waiting && part->full_in_seconds > FORECAST_WAIT_SECONDS)
        text_puts(text, "but most of the new ports in use are in TIME_WAIT and become free without "
                        "further action, so the increase may stop earlier.");
    else
        text_puts(text, "but such a short increase may stop earlier.");
}

void forecast_print(const struct forecast *forecast, struct text *text)
{
    const char *between = "";

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        if (forecast->of[p].kind == FORECAST_QUIET)
            continue;
        text_puts(text, between);
        print_part(&forecast->of[p], (enum protocol)p, text);
        between = " ";
    }
}

void forecast_print_verdict(const struct forecast *forecast, const char *verdict, bool is_healthy,
                            struct text *text)
{
    struct text sentence;

    text_init(&sentence);
    forecast_print(forecast, &sentence);
    if (!is_healthy || !warns(forecast))
        text_printf(text, "%s%s", verdict, sentence.length ? " " : "");
    text_puts(text, text_string(&sentence));
    text_release(&sentence);
}
