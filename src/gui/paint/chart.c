#include "gui/paint/chart.h"

#include "core/base/text.h"
#include "gui/paint/canvas.h"

#include <stdio.h>
#include <stdlib.h>

enum { GAP_DIP = 6, SAMPLE_DIP = 26, ENTRY_GAP_DIP = 18, STEPS = 4 };

/* ---- styles ----------------------------------------------------------- */

enum line_kind { LINE_IN_USE, LINE_TIME_WAIT, LINE_BOUND, LINE_LIMIT, LINE_COUNT };

static uint32_t figure_of(const struct sample_use *use, enum line_kind kind)
{
    return kind == LINE_IN_USE      ? use->in_use
           : kind == LINE_TIME_WAIT ? use->time_wait
           : kind == LINE_BOUND     ? use->bound
                                    : use->available;
}

static bool is_line(const struct chart_view *view, enum line_kind kind)
{
    return kind == LINE_IN_USE || (kind == LINE_TIME_WAIT && view->shows_time_wait) ||
           (kind == LINE_BOUND && view->shows_bound && !view->bound_note) ||
           (kind == LINE_LIMIT && view->available);
}

static struct canvas_stroke stroke_of(enum line_kind kind, const struct theme *theme,
                                      const struct scale *scale)
{
    double dip = scale->dpi / 96.0;
    struct canvas_stroke strokes[LINE_COUNT] = {
        [LINE_IN_USE] = {2 * dip, {0}, theme->accent},
        [LINE_TIME_WAIT] = {1.75 * dip, {7 * dip, 4 * dip}, theme->state[PORT_CLASS_TIME_WAIT]},
        [LINE_BOUND] = {1.75 * dip, {2 * dip, 3 * dip}, theme->state[PORT_CLASS_BOUND]},
        [LINE_LIMIT] = {1.25 * dip, {9 * dip, 3 * dip, 2 * dip, 3 * dip}, theme->muted},
    };

    return strokes[kind];
}

/* ---- the legend ------------------------------------------------------- */

struct entry {
    char text[96];
    enum line_kind kind;
    RECT rect;
};

/* Places the entries of the legend from left to right, in as many lines as necessary. Returns the
 * height. */
static int lay_out_legend(int width, const struct chart_view *view, const struct scale *scale,
                          struct entry entries[LINE_COUNT], size_t *count)
{
    static const char *const names[] = {"In use", "TIME_WAIT", "Bound", "Limit"};
    const struct sample_use *now = view->count ? &view->points[view->count - 1].last : NULL;
    int sample = scale_px(scale->dpi, SAMPLE_DIP + GAP_DIP);
    int gap = scale_px(scale->dpi, ENTRY_GAP_DIP), line = scale->line_px[FONT_BODY];
    int x = 0, y = 0;

    *count = 0;
    for (int kind = 0; kind < LINE_COUNT; kind++) {
        struct entry *entry = &entries[*count];
        char number[NUMBER_SIZE];
        int needed;

        if (kind == LINE_BOUND && view->shows_bound && view->bound_note)
            snprintf(entry->text, sizeof entry->text, "Bound: %s", view->bound_note);
        else if (!is_line(view, kind))
            continue;
        else if (kind == LINE_LIMIT)
            snprintf(entry->text, sizeof entry->text, "%s %s", names[kind],
                     number_string(number, view->available));
        else if (now)
            snprintf(entry->text, sizeof entry->text, "%s %s", names[kind],
                     number_string(number, figure_of(now, kind)));
        else
            snprintf(entry->text, sizeof entry->text, "%s", names[kind]);
        needed =
            (is_line(view, kind) ? sample : 0) + text_width(scale->font[FONT_BODY], entry->text);
        if (x && x + needed > width) {
            x = 0;
            y += line + scale_px(scale->dpi, GAP_DIP) / 2;
        }
        entry->kind = kind;
        SetRect(&entry->rect, x, y, x + needed, y + line);
        x += needed + gap;
        ++*count;
    }
    return y + line;
}

static void paint_legend(struct canvas *canvas, const struct chart_view *view,
                         const struct theme *theme, const struct scale *scale)
{
    int sample = scale_px(scale->dpi, SAMPLE_DIP), gap = scale_px(scale->dpi, GAP_DIP);
    struct entry entries[LINE_COUNT];
    size_t count;

    lay_out_legend(canvas->width, view, scale, entries, &count);
    for (size_t i = 0; i < count; i++) {
        RECT text = entries[i].rect;
        double y = (text.top + text.bottom) / 2 + 0.5;
        struct canvas_point points[] = {{text.left, y}, {text.left + sample, y}};
        struct canvas_stroke stroke = stroke_of(entries[i].kind, theme, scale);
        RECT box = text;

        box.right = box.left + sample;
        if (is_line(view, entries[i].kind)) {
            text.left += sample + gap;
            canvas_line(canvas, &box, points, 2, &stroke);
        }
        canvas_text(canvas, &text, scale->font[FONT_BODY], theme->text, DT_LEFT | DT_END_ELLIPSIS,
                    entries[i].text);
    }
}

/* ---- frame ------------------------------------------------------------ */

uint32_t chart_nice_step(uint32_t top, unsigned steps)
{
    static const uint32_t factors[] = {1, 2, 5};

    for (uint64_t power = 1;; power *= 10)
        for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
            if (power * factors[i] * steps >= top)
                return (uint32_t)(power * factors[i]);
}

static uint32_t highest_of(const struct chart_view *view)
{
    uint32_t highest = 0;

    for (size_t i = 0; i < view->count; i++)
        for (int kind = 0; kind < LINE_LIMIT; kind++) {
            uint32_t figure = figure_of(&view->points[i].highest, kind);

            if (is_line(view, kind) && figure > highest)
                highest = figure;
        }
    return highest;
}

/* Returns the smallest value that the upper edge may have, at least 10. If the limit is known, and
 * the highest line is between a quarter of the limit and the limit, or there are no points, the
 * value is the limit. In all other cases, the value is 10 % more than the highest line. */
static uint32_t wanted_top(const struct chart_view *view)
{
    uint32_t highest = highest_of(view), margin = highest + highest / 10;

    if (view->available && highest >= view->available / 4)
        margin = highest > view->available ? margin : view->available;
    else if (view->available && !view->count)
        margin = view->available;
    return margin < 10 ? 10 : margin;
}

void chart_frame(const RECT *rect, const struct chart_view *view, const struct scale *scale,
                 struct chart_frame *frame)
{
    int gap = scale_px(scale->dpi, GAP_DIP), small = scale->line_px[FONT_SMALL];
    uint32_t step = chart_nice_step(wanted_top(view), STEPS);
    struct entry entries[LINE_COUNT];
    char number[NUMBER_SIZE];
    size_t count;
    int legend = lay_out_legend(rect->right - rect->left, view, scale, entries, &count);

    frame->top = (wanted_top(view) + step - 1) / step * step;
    SetRect(&frame->plot,
            rect->left + text_width(scale->font[FONT_SMALL], number_string(number, frame->top)) +
                gap + scale_px(scale->dpi, 2),
            rect->top + legend + gap + small / 2, rect->right, rect->bottom - small - gap / 2);
}

int chart_y(const struct chart_frame *frame, uint32_t ports)
{
    LONG height = frame->plot.bottom - frame->plot.top;

    return (int)(frame->plot.bottom - (int64_t)height * ports / frame->top);
}

static double exact_x(const RECT *plot, const struct chart_view *view, int64_t monotonic_ms)
{
    double span_ms = usage_history_span_seconds(view->span) * 1000.0;

    return plot->right - (plot->right - plot->left) * ((view->now_ms - monotonic_ms) / span_ms);
}

int chart_x(const struct chart_frame *frame, const struct chart_view *view, int64_t monotonic_ms)
{
    return (int)exact_x(&frame->plot, view, monotonic_ms);
}

/* ---- the plot --------------------------------------------------------- */

static void paint_grid(struct canvas *canvas, const struct chart_frame *frame,
                       const struct theme *theme, const struct scale *scale)
{
    uint32_t step = chart_nice_step(frame->top, STEPS);
    int thin = scale_px(scale->dpi, 1), small = scale->line_px[FONT_SMALL];
    const RECT *plot = &frame->plot;

    for (uint32_t ports = 0; ports <= frame->top; ports += step) {
        int y = chart_y(frame, ports);
        RECT line = {plot->left, y, plot->right, y + thin};
        RECT label = {0, y - small / 2, plot->left - scale_px(scale->dpi, GAP_DIP), 0};
        char number[NUMBER_SIZE];

        label.bottom = label.top + small;
        canvas_fill(canvas, &line, ports ? theme->grid : theme->line);
        canvas_text(canvas, &label, scale->font[FONT_SMALL], theme->muted, DT_RIGHT,
                    number_string(number, ports));
    }
}

static void paint_times(struct canvas *canvas, const struct chart_frame *frame,
                        const struct chart_view *view, const struct theme *theme,
                        const struct scale *scale)
{
    static const struct {
        uint32_t step_seconds, unit_seconds;
        const char *unit;
    } axes[SPAN_COUNT] = {
        [SPAN_60_S] = {10, 1, "s"},
        [SPAN_10_MIN] = {120, 60, "min"},
        [SPAN_1_H] = {600, 60, "min"},
        [SPAN_24_H] = {4 * 3600, 3600, "h"},
    };
    const RECT *plot = &frame->plot;
    uint32_t span = usage_history_span_seconds(view->span), step = axes[view->span].step_seconds;
    int small = scale->line_px[FONT_SMALL], thin = scale_px(scale->dpi, 1);
    LONG right_of_free = plot->right;

    for (uint32_t seconds = 0; seconds <= span; seconds += step) {
        int x = (int)(plot->right - (int64_t)(plot->right - plot->left) * seconds / span);
        RECT line = {x, plot->top, x + thin, plot->bottom}, label;
        char text[32];
        int width;

        if (seconds && seconds < span)
            canvas_fill(canvas, &line, theme->grid);
        if (seconds)
            snprintf(text, sizeof text, "%u %s",
                     (unsigned)(seconds / axes[view->span].unit_seconds), axes[view->span].unit);
        else
            snprintf(text, sizeof text, "now");
        width = text_width(scale->font[FONT_SMALL], text);
        SetRect(&label,
                seconds == 0      ? plot->right - width
                : seconds == span ? plot->left
                                  : x - width / 2,
                canvas->height - small, 0, canvas->height);
        label.right = label.left + width;
        if (label.right > right_of_free)
            continue;
        canvas_text(canvas, &label, scale->font[FONT_SMALL], theme->muted, DT_LEFT, text);
        right_of_free = label.left - scale_px(scale->dpi, GAP_DIP);
    }
}

/* Returns the end of the line that starts at point i: the points from i to end - 1 are joined. */
static size_t run_end(const struct chart_view *view, size_t i)
{
    while (++i < view->count && view->points[i].is_joined)
        ;
    return i;
}

static void paint_series(struct canvas *canvas, const struct chart_frame *frame,
                         const struct chart_view *view, enum line_kind kind,
                         struct canvas_point *points, const struct theme *theme,
                         const struct scale *scale)
{
    struct canvas_stroke stroke = stroke_of(kind, theme, scale);
    const RECT *plot = &frame->plot;
    double height = plot->bottom - plot->top;

    for (size_t i = 0, end; i < view->count; i = end) {
        size_t count = 0;

        end = run_end(view, i);
        for (size_t p = i; p < end; p++) {
            uint32_t ports = figure_of(&view->points[p].highest, kind);

            points[count++] =
                (struct canvas_point){exact_x(plot, view, view->points[p].monotonic_ms),
                                      plot->bottom - height * ports / frame->top};
        }
        if (kind == LINE_IN_USE && theme->kind != THEME_HIGH_CONTRAST)
            canvas_area(canvas, plot, points, count, plot->bottom, stroke.color,
                        theme->is_dark ? 48 : 30);
        if (count == 1)
            stroke.width_px *= 2; /* makes a single point visible */
        canvas_line(canvas, plot, points, count, &stroke);
        stroke = stroke_of(kind, theme, scale);
    }
}

static void paint_limit(struct canvas *canvas, const struct chart_frame *frame,
                        const struct chart_view *view, const struct theme *theme,
                        const struct scale *scale)
{
    struct canvas_stroke stroke = stroke_of(LINE_LIMIT, theme, scale);
    const RECT *plot = &frame->plot;
    int gap = scale_px(scale->dpi, GAP_DIP), small = scale->line_px[FONT_SMALL];
    char number[NUMBER_SIZE], text[64];
    RECT label = *plot;

    if (view->available <= frame->top) {
        double y = chart_y(frame, view->available) + 0.5;
        struct canvas_point points[] = {{plot->left, y}, {plot->right, y}};

        canvas_line(canvas, plot, points, 2, &stroke);
        return;
    }
    snprintf(text, sizeof text, "limit: %s (above this chart)",
             number_string(number, view->available));
    label.top += gap / 2;
    label.bottom = label.top + small;
    label.right -= gap;
    canvas_text(canvas, &label, scale->font[FONT_SMALL], theme->muted, DT_RIGHT, text);
}

void chart_paint(HDC dc, const RECT *rect, const struct chart_view *view, const struct theme *theme,
                 const struct scale *scale)
{
    RECT all = {0, 0, rect->right - rect->left, rect->bottom - rect->top};
    struct canvas_point *points = calloc(view->count + 1, sizeof *points);
    struct chart_frame frame;
    struct canvas canvas;

    chart_frame(&all, view, scale, &frame);
    if (!canvas_begin(&canvas, dc, rect, theme->panel)) {
        free(points);
        return;
    }
    paint_legend(&canvas, view, theme, scale);
    if (frame.plot.right > frame.plot.left && frame.plot.bottom > frame.plot.top) {
        paint_times(&canvas, &frame, view, theme, scale);
        paint_grid(&canvas, &frame, theme, scale);
        if (view->available)
            paint_limit(&canvas, &frame, view, theme, scale);
        for (int kind = 0; kind < LINE_LIMIT && points; kind++)
            if (is_line(view, kind))
                paint_series(&canvas, &frame, view, kind, points, theme, scale);
        if (!view->count)
            canvas_text(&canvas, &frame.plot, scale->font[FONT_BODY], theme->muted, DT_CENTER,
                        "No samples yet");
    }
    canvas_end(&canvas, dc, rect);
    free(points);
}
