#include "cli/watch.h"

#include <stdlib.h>
#include <string.h>

#include "cli/frame/document.h"
#include "cli/frame/gauge.h"
#include "cli/frame/title.h"
#include "core/use/forecast.h"
#include "core/use/throttle.h"

enum {
    FRESH_MS = 60 * 1000, /* after this time, ranges and services are read again */
    /* The page shows an incomplete sample only after this many that it did not show. */
    PATIENCE = 3,
};

struct watch {
    const struct machine *machine;
    struct output *output;
    struct port_groups *view;
    struct series series;
    struct forecast forecast;
    uint32_t interval_ms; /* as requested */
    int64_t pause_ms;     /* between the starts of two samples */
    int64_t cost_ms;      /* duration of the latest sample */
    int64_t refreshed_ms; /* monotonic time when ranges and services were read */
    bool is_page;
    bool has_told_stretch;
    /* Set if the latest sample failed, or if it lacks a table and the page still shows an older
     * sample. */
    bool is_missed;
    int64_t missed_ms; /* ms since 1970; the time of the missing sample */
    unsigned missed_in_turn;
    struct fault missed_fault; /* FAULT_NONE: the sample lacks a table that the page shows */
};

/* ---- sampling --------------------------------------------------------- */

/* Returns whether the new sample lacks a table that the page shows. Under load a call to Windows
 * can fail once; the page then must not become empty. */
static bool lacks_a_table(const struct sockets *fresh, const struct sockets *shown)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (shown->tables[p][f].is_available && !fresh->tables[p][f].is_available)
                return true;
    return false;
}

static void note_missing_sample(struct watch *watch, int64_t now_ms, const struct fault *fault)
{
    watch->is_missed = true;
    watch->missed_ms = now_ms;
    watch->missed_in_turn++;
    watch->missed_fault = fault ? *fault : (struct fault){.kind = FAULT_NONE};
}

/* Reads the services. This can take seconds, so it is not done for each sample. */
static void read_services(struct watch *watch)
{
    const struct service_source *source = &watch->machine->services;
    struct port_groups *view = watch->view;

    if (!view->has_groups || view->by != GROUP_PROCESS || !source->read)
        return;
    services_release(&view->services);
    source->read(source->context, &view->services);
}

/* Reads ranges and services again, because they may have changed. */
static void refresh(struct watch *watch, int64_t monotonic_ms)
{
    struct port_groups *view = watch->view;
    struct survey survey;
    struct fault ignored;

    if (monotonic_ms - watch->refreshed_ms < FRESH_MS)
        return;
    watch->refreshed_ms = monotonic_ms;
    read_services(watch);
    if (!survey_take(watch->machine, SURVEY_RANGES, &survey, &ignored))
        return;
    memcpy(survey.usage, view->survey.usage, sizeof survey.usage);
    survey.has_usage = view->survey.has_usage;
    survey.has_bound = view->survey.has_bound;
    survey.taken_ms = view->survey.taken_ms;
    survey_release(&view->survey);
    view->survey = survey;
}

/* Takes a sample and adds it to the series. Fails only if the first sample fails or memory runs
 * out. */
static bool take_sample(struct watch *watch, struct fault *fault)
{
    const struct clock_source *clock = &watch->machine->clock;
    struct port_groups *view = watch->view;
    bool is_first = series_count(&watch->series) == 0;
    int64_t now_ms = clock->now_ms(clock->context), started_ms;
    struct sockets sockets;
    struct fault own;

    sockets_init(&sockets);
    refresh(watch, clock->monotonic_ms(clock->context));
    started_ms = clock->monotonic_ms(clock->context);
    watch->is_missed = false;
    if (!port_groups_fetch(watch->machine, view, &sockets, &own)) {
        if (is_first) {
            *fault = own;
            return false;
        }
        note_missing_sample(watch, now_ms, &own);
    } else if (watch->is_page && !is_first && watch->missed_in_turn < PATIENCE &&
               lacks_a_table(&sockets, &view->sockets)) {
        sockets_release(&sockets);
        note_missing_sample(watch, now_ms, NULL);
    } else {
        if (!port_groups_count(watch->machine, view, &sockets, fault))
            return false;
        view->survey.taken_ms = now_ms;
        view->survey.offset_seconds = clock->offset_seconds(clock->context, now_ms);
        series_add(&watch->series, started_ms, view->survey.usage);
        forecast_make(&watch->series, view->survey.usage, &watch->forecast);
        watch->missed_in_turn = 0;
    }
    /* Measure elapsed time, because CPU time would not include the work of the system. */
    watch->cost_ms = clock->monotonic_ms(clock->context) - started_ms;
    watch->pause_ms = throttle_ms(watch->cost_ms, watch->interval_ms);
    return true;
}

static bool is_stretched(const struct watch *watch)
{
    return watch->pause_ms > watch->interval_ms;
}

/* Returns the time between two samples: as requested, or longer if samples are slow. */
static int64_t longer_ms(const struct watch *watch)
{
    return is_stretched(watch) ? watch->pause_ms : watch->interval_ms;
}

/* Prints "a sample takes 430 ms; to stay below 5 % of one core, maxport takes one every 9 seconds
 * instead of every 2 seconds". */
static void print_stretch(struct text *text, const struct watch *watch)
{
    char cost[NUMBER_SIZE], pause[DURATION_SIZE], interval[DURATION_SIZE];

    text_printf(text,
                "a sample takes %s ms; to stay below %d %% of one core, maxport takes one every "
                "%s instead of every %s",
                number_string(cost, (uint64_t)watch->cost_ms), THROTTLE_PERCENT,
                duration_words(pause, (uint32_t)((watch->pause_ms + 999) / 1000)),
                duration_words(interval, watch->interval_ms / 1000));
}

/* ---- the rate in words ------------------------------------------------ */

/* Prints, for example, "rising by 12 ports/s, full in 14 min at this rate". */
static void print_rate(struct text *text, const struct watch *watch, enum protocol p, enum family f)
{
    const struct usage *usage = &watch->view->survey.usage[p];
    char duration[DURATION_SIZE];
    struct rate rate;
    uint32_t seconds;

    series_rate(&watch->series, p, f, &rate);
    switch (rate.trend) {
    case TREND_UNKNOWN:
        text_puts(text, "rate not yet known");
        break;
    case TREND_STEADY:
        text_puts(text, "steady");
        break;
    case TREND_RISING:
        text_puts(text, "rising by ");
        speed_print(rate.ports_per_second, text);
        break;
    case TREND_FALLING:
        text_puts(text, "falling by ");
        speed_print(rate.ports_per_second, text);
        break;
    }
    if (usage->family[f].in_use >= usage_available(usage, f))
        text_puts(text, ", FULL");
    else if (series_full_in(&watch->series, p, f, &seconds))
        text_printf(text, ", full in %s at this rate", duration_string(duration, seconds));
}

static bool is_counted(const struct usage *usage)
{
    enum family fuller = usage_fuller(usage);

    return usage->is_available[fuller] && usage->range[fuller].count;
}

/* ---- the page --------------------------------------------------------- */

static void print_title(struct watch *watch)
{
    char interval[DURATION_SIZE], more[DURATION_SIZE + 32];

    snprintf(more, sizeof more, "every %s - q to stop",
             duration_string(interval, (uint32_t)((longer_ms(watch) + 999) / 1000)));
    output_title(watch->output, &watch->view->survey, "", more);
}

static void print_trend(struct watch *watch, enum protocol p)
{
    const struct usage *usage = &watch->view->survey.usage[p];
    enum family fuller = usage_fuller(usage);
    struct text words;

    if (!is_counted(usage))
        return;
    text_init(&words);
    print_rate(&words, watch, p, fuller);
    if (usage->family[fuller].in_use >= usage_available(usage, fuller))
        output_style(watch->output, STYLE_BAD);
    else if (watch->forecast.of[p].kind == FORECAST_WARNING)
        output_style(watch->output, STYLE_WARNING);
    output_paragraph(watch->output, GAUGE_COLUMN, "%s", text_string(&words));
    output_style(watch->output, STYLE_NORMAL);
    text_release(&words);
}

/* Prints a warning, with the same words as the window, if the ports will run out soon. */
static void print_forecast(struct watch *watch)
{
    struct text words;

    if (forecast_level(&watch->forecast, VERDICT_HEALTHY) == VERDICT_HEALTHY)
        return;
    text_init(&words);
    forecast_print(&watch->forecast, &words);
    output_style(watch->output, STYLE_WARNING);
    output_paragraph(watch->output, 2, "! %s", text_string(&words));
    output_style(watch->output, STYLE_NORMAL);
    text_release(&words);
}

static void print_missed(struct watch *watch)
{
    const struct survey *survey = &watch->view->survey;
    char time[TIME_SIZE];

    if (!watch->is_missed)
        return;
    time_local_string(time, watch->missed_ms, survey->offset_seconds);
    output_style(watch->output, STYLE_WARNING);
    if (watch->missed_fault.kind == FAULT_NONE)
        output_paragraph(watch->output, 2,
                         "! Not all tables could be read at %s; the latest complete sample is "
                         "shown.",
                         time);
    else
        output_paragraph(watch->output, 2, "! No sample at %s; the latest one is shown. %s", time,
                         watch->missed_fault.text);
    output_style(watch->output, STYLE_NORMAL);
}

static unsigned rows_left(const struct watch *watch, unsigned rows)
{
    const struct screen *screen = watch->output->screen;
    unsigned row;

    output_flush(watch->output);
    row = screen->page_row(screen->context);
    return row < rows ? rows - row : 0;
}

/* Prints an empty line, a heading and the largest groups that fit into `rows`. */
static void print_groups(struct watch *watch, enum protocol protocol, size_t rows)
{
    size_t all = port_groups_number(watch->view, protocol), top = watch->view->top, shown;
    char more[NUMBER_SIZE];

    if (rows < 3 || all == 0)
        return;
    rows -= 2;
    if (top > rows)
        top = rows;
    if (top < all && top == rows)
        top--; /* for the line "and N more" */
    output_puts(watch->output, "\n");
    shown = port_groups_print(watch->output, watch->view, protocol, top);
    if (shown < all)
        output_printf(watch->output, "  and %s more\n", number_string(more, all - shown));
}

/* Returns the number of rows for UDP, which is at most a quarter of the rows. TCP gets the rest. */
static size_t rows_for_udp(const struct watch *watch, size_t left)
{
    size_t all = port_groups_number(watch->view, PROTOCOL_UDP);
    size_t wanted = (all < watch->view->top ? all : watch->view->top) + 2;

    if (all == 0)
        return 0;
    if (wanted < left / 4)
        return wanted;
    return left / 4 >= 3 ? left / 4 : 0;
}

static void print_page(struct watch *watch, unsigned rows)
{
    struct output *output = watch->output;
    size_t left, udp;

    print_title(watch);
    output_puts(output, "\n");
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        output_gauge(output, &watch->view->survey.usage[p]);
        print_trend(watch, (enum protocol)p);
    }
    print_forecast(watch);
    print_missed(watch);
    if (is_stretched(watch)) {
        struct text words;

        text_init(&words);
        print_stretch(&words, watch);
        output_paragraph(output, 2, "Sampling less often: %s.", text_string(&words));
        text_release(&words);
    }
    left = rows_left(watch, rows);
    udp = rows_for_udp(watch, left);
    print_groups(watch, PROTOCOL_TCP, left - udp);
    print_groups(watch, PROTOCOL_UDP, rows_left(watch, rows));
}

static bool show_page(struct watch *watch, struct fault *fault)
{
    const struct screen *screen = watch->output->screen;
    unsigned columns, rows;

    screen->page_start(screen->context, &columns, &rows);
    output_set_width(watch->output, columns);
    if (series_count(&watch->series))
        print_page(watch, rows);
    else
        output_puts(watch->output, "maxport - reading the socket tables\n");
    output_flush(watch->output);
    return screen->page_show(screen->context) ||
           fault_set(fault, FAULT_FAILED, 0, "The screen could not be drawn.");
}

/* ---- a line a sample -------------------------------------------------- */

static void print_line(struct watch *watch)
{
    const struct survey *survey = &watch->view->survey;
    char time[TIME_SIZE], in_use[NUMBER_SIZE], of[NUMBER_SIZE], share[SHARE_SIZE];
    struct text line;

    text_init(&line);
    if (watch->is_missed)
        text_printf(&line, "%s  unknown: %s",
                    time_local_string(time, watch->missed_ms, survey->offset_seconds),
                    watch->missed_fault.text);
    else
        text_printf(&line, "%s ",
                    time_local_string(time, survey->taken_ms, survey->offset_seconds));
    for (int p = 0; p < PROTOCOL_COUNT && !watch->is_missed; p++) {
        const struct usage *usage = &survey->usage[p];
        enum family fuller = usage_fuller(usage);
        const struct usage_count *count = &usage->family[fuller];
        uint32_t available = usage_available(usage, fuller);

        text_printf(&line, "%s %s ", p ? ";" : "", protocol_name((enum protocol)p));
        if (!is_counted(usage)) {
            text_puts(&line, "unknown");
            continue;
        }
        text_printf(&line, "%s of %s (%s), ", number_string(in_use, count->in_use),
                    number_string(of, available), share_string(share, count->in_use, available));
        if (p == PROTOCOL_TCP)
            text_printf(&line, "TIME_WAIT %s, ",
                        number_string(in_use, count->by_state[PORT_TIME_WAIT]));
        if (usage->is_partial)
            text_puts(&line, "incomplete, ");
        print_rate(&line, watch, (enum protocol)p, fuller);
    }
    text_puts(&line, "\n");
    output_text(watch->output, &line);
    text_release(&line);
}

static void print_csv(struct watch *watch)
{
    const struct survey *survey = &watch->view->survey;
    char time[TIME_SIZE];

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        const struct usage *usage = &survey->usage[p];
        enum family fuller = usage_fuller(usage);
        const struct usage_count *count = &usage->family[fuller];
        uint32_t available = usage_available(usage, fuller), seconds;
        struct rate rate;

        output_printf(watch->output, "%s,%s,",
                      time_utc_string(time, watch->is_missed ? watch->missed_ms : survey->taken_ms),
                      protocol_key((enum protocol)p));
        if (watch->is_missed || !is_counted(usage)) {
            output_puts(watch->output, ",,,,,,,,\r\n");
            continue;
        }
        output_printf(
            watch->output, "%s,%lu,%lu,%u,%lu,%lu,%s,", family_key(fuller),
            (unsigned long)count->in_use, (unsigned long)available,
            usage_percent(count->in_use, available), (unsigned long)count->by_state[PORT_TIME_WAIT],
            (unsigned long)count->by_state[PORT_BOUND], usage->is_partial ? "true" : "false");
        series_rate(&watch->series, (enum protocol)p, fuller, &rate);
        if (rate.trend != TREND_UNKNOWN)
            output_printf(watch->output, "%.3f", rate.ports_per_second);
        output_puts(watch->output, ",");
        if (series_full_in(&watch->series, (enum protocol)p, fuller, &seconds))
            output_printf(watch->output, "%lu", (unsigned long)seconds);
        output_puts(watch->output, "\r\n");
    }
}

static json_t *document_protocol(const struct watch *watch, enum protocol p)
{
    static const char *const trends[] = {
        [TREND_UNKNOWN] = NULL,
        [TREND_STEADY] = "steady",
        [TREND_RISING] = "rising",
        [TREND_FALLING] = "falling",
    };
    const struct usage *usage = &watch->view->survey.usage[p];
    enum family fuller = usage_fuller(usage);
    const struct usage_count *count = &usage->family[fuller];
    uint32_t available = usage_available(usage, fuller), seconds;
    struct rate rate;

    if (!is_counted(usage))
        return json_null();
    series_rate(&watch->series, p, fuller, &rate);
    return json_pack("{s:s, s:I, s:I, s:i, s:I, s:I, s:b, s:s?, s:o, s:o, s:b}", "family",
                     family_key(fuller), "in_use", (json_int_t)count->in_use, "available",
                     (json_int_t)available, "percent", (int)usage_percent(count->in_use, available),
                     "time_wait", (json_int_t)count->by_state[PORT_TIME_WAIT], "bound",
                     (json_int_t)count->by_state[PORT_BOUND], "is_partial", usage->is_partial,
                     "trend", trends[rate.trend], "ports_per_second",
                     rate.trend == TREND_UNKNOWN ? json_null() : json_real(rate.ports_per_second),
                     "seconds_to_full",
                     series_full_in(&watch->series, p, fuller, &seconds) ? json_integer(seconds)
                                                                         : json_null(),
                     "runs_out_soon", watch->forecast.of[p].kind == FORECAST_WARNING);
}

static json_t *document_groups(const struct port_groups *view)
{
    json_t *groups = json_array();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        size_t shown = 0;

        for (size_t i = 0; i < view->groups.count && shown < view->top; i++) {
            if (view->groups.rows[i].protocol != (enum protocol)p)
                continue;
            json_array_append_new(groups, port_groups_document(view, &view->groups.rows[i]));
            shown++;
        }
    }
    return groups;
}

static bool print_json(struct watch *watch, struct fault *fault)
{
    const struct survey *survey = &watch->view->survey;
    json_t *document = json_pack(
        "{s:s, s:s, s:o, s:I, s:I}", "schema", "maxport.ports-watch/1", "version", MAXPORT_VERSION,
        "time", document_time(watch->is_missed ? watch->missed_ms : survey->taken_ms), "cost_ms",
        (json_int_t)watch->cost_ms, "interval_ms", (json_int_t)watch->pause_ms);
    char *dump;

    if (watch->is_missed) {
        json_object_set_new(document, "error",
                            json_pack("{s:s, s:o, s:I}", "kind",
                                      fault_name(watch->missed_fault.kind), "text",
                                      document_text(watch->missed_fault.text), "code",
                                      (json_int_t)watch->missed_fault.code));
    } else {
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            json_object_set_new(document, protocol_key((enum protocol)p),
                                document_protocol(watch, (enum protocol)p));
        if (watch->view->has_groups)
            json_object_set_new(document, "groups", document_groups(watch->view));
    }
    /* Six digits are precise enough for a rate. */
    dump = document ? json_dumps(document, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(document);
    if (!dump)
        return fault_no_memory(fault);
    output_json_dump(watch->output, dump, strlen(dump));
    output_puts(watch->output, "\n");
    free(dump);
    return true;
}

static bool print_sample(struct watch *watch, struct fault *fault)
{
    struct output *output = watch->output;
    bool is_printed = true;

    if (is_stretched(watch) && !watch->has_told_stretch && !output->is_json) {
        struct text words;

        text_init(&words);
        print_stretch(&words, watch);
        output_remark(output, "maxport: Sampling less often: %s.", text_string(&words));
        text_release(&words);
        watch->has_told_stretch = true;
    }
    if (output->is_json)
        is_printed = print_json(watch, fault);
    else if (output->is_csv)
        print_csv(watch);
    else
        print_line(watch);
    output_flush(output);
    return is_printed;
}

/* ---- going on --------------------------------------------------------- */

/* Shows the page until the next sample is due. If the window is resized, draws the page again and
 * continues to wait. */
static bool show_until(struct watch *watch, int64_t due_ms, struct fault *fault)
{
    const struct clock_source *clock = &watch->machine->clock;
    const struct screen *screen = watch->output->screen;
    int64_t left_ms = due_ms - clock->monotonic_ms(clock->context);

    if (!watch->is_page && !print_sample(watch, fault))
        return false;
    do {
        if (watch->is_page && !show_page(watch, fault))
            return false;
        if (left_ms <= 0 || !output_continues(watch->output))
            break;
        screen->wait(screen->context, left_ms < UINT32_MAX ? (uint32_t)left_ms : UINT32_MAX);
        left_ms = due_ms - clock->monotonic_ms(clock->context);
    } while (left_ms > 0 && output_continues(watch->output));
    return true;
}

static bool go_on(struct watch *watch, struct fault *fault)
{
    const struct clock_source *clock = &watch->machine->clock;

    if (watch->is_page && !show_page(watch, fault)) /* before the first sample */
        return false;
    while (output_continues(watch->output)) {
        int64_t started_ms = clock->monotonic_ms(clock->context);

        if (!take_sample(watch, fault) || !show_until(watch, started_ms + watch->pause_ms, fault))
            return false;
    }
    return true;
}

bool watch_run(struct invocation *invocation, struct port_groups *view, uint32_t seconds,
               struct fault *fault)
{
    struct output *output = &invocation->output;
    const struct screen *screen = output->screen;
    const struct machine *machine = invocation->machine;
    struct watch watch = {
        .machine = machine,
        .output = output,
        .view = view,
        .interval_ms = seconds * 1000,
        .refreshed_ms = machine->clock.monotonic_ms(machine->clock.context),
    };
    bool is_done;

    series_init(&watch.series);
    view->wants_services = false;
    read_services(&watch);
    watch.is_page = !output->is_json && !output->is_csv &&
                    screen->is_console(screen->context, SCREEN_OUT) &&
                    screen->page_begin(screen->context);
    if (output->is_csv)
        output_puts(output, "time,protocol,family,in_use,available,percent,time_wait,bound,"
                            "is_partial,ports_per_second,seconds_to_full\r\n");
    is_done = go_on(&watch, fault);
    if (watch.is_page)
        screen->page_end(screen->context);
    return is_done;
}
