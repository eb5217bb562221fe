#include "gui/paint/range_bar.h"

#include "core/base/text.h"
#include "gui/paint/canvas.h"

#include <stdio.h>

enum { GAP_DIP = 6, BAR_DIP = 14, TICK_DIP = 5 };

/* ---- layout ----------------------------------------------------------- */

static int row_px(const struct scale *scale)
{
    return scale->line_px[FONT_BODY] + scale_px(scale->dpi, GAP_DIP / 2) +
           scale_px(scale->dpi, BAR_DIP) + scale_px(scale->dpi, GAP_DIP + 2);
}

/* Returns the height of the ticks of the axis and of the numbers below them. The ticks of listeners
 * are not included; they are in the gap above the axis. */
static int axis_px(const struct scale *scale)
{
    return scale_px(scale->dpi, TICK_DIP) + scale->line_px[FONT_SMALL];
}

int range_bar_height(const struct scale *scale)
{
    return 2 * row_px(scale) + axis_px(scale) + scale_px(scale->dpi, GAP_DIP) +
           scale->line_px[FONT_BODY];
}

void range_bar_frame(const RECT *rect, const struct scale *scale, RECT *present, RECT *predicted)
{
    int bar = scale_px(scale->dpi, BAR_DIP);
    int top = rect->top + scale->line_px[FONT_BODY] + scale_px(scale->dpi, GAP_DIP / 2);

    SetRect(present, rect->left, top, rect->right, top + bar);
    *predicted = *present;
    OffsetRect(predicted, 0, row_px(scale));
}

int range_bar_x(const RECT *bar, uint32_t port)
{
    return (int)(bar->left + (int64_t)(bar->right - bar->left) * port / ALL_PORTS);
}

static uint32_t common_ports(struct port_range a, struct port_range b)
{
    uint32_t from = a.start > b.start ? a.start : b.start;
    uint32_t a_end = a.start + a.count, b_end = b.start + b.count;
    uint32_t to = a_end < b_end ? a_end : b_end;

    return from < to ? to - from : 0;
}

void range_difference(struct port_range present, struct port_range predicted, uint32_t *gained,
                      uint32_t *lost)
{
    uint32_t common = common_ports(present, predicted);

    *gained = predicted.count - common;
    *lost = present.count - common;
}

/* ---- bars ------------------------------------------------------------- */

enum fill { FILL_KEPT, FILL_GAINED, FILL_LOST };

static void paint_fill(struct canvas *canvas, const RECT *part, enum fill fill,
                       const struct theme *theme, const struct scale *scale)
{
    int thin = scale_px(scale->dpi, 1);
    COLORREF color = fill == FILL_LOST ? theme->bad : theme->accent;

    if (fill == FILL_KEPT) {
        canvas_fill(canvas, part, theme->accent);
        return;
    }
    canvas_fill(canvas, part, color_blend(theme->panel, color, 40));
    canvas_hatch(canvas, part, fill == FILL_GAINED ? 1 : -1, scale_px(scale->dpi, 2),
                 scale_px(scale->dpi, 6), color);
    canvas_frame(canvas, part, thin, color);
}

/* Paints the ports from `from` to `to` - 1. */
static void paint_part(struct canvas *canvas, const RECT *bar, uint32_t from, uint32_t to,
                       enum fill fill, const struct theme *theme, const struct scale *scale)
{
    RECT part = *bar;

    if (from >= to)
        return;
    part.left = range_bar_x(bar, from);
    part.right = range_bar_x(bar, to);
    if (part.right == part.left)
        part.right++; /* so that even a few ports are visible */
    paint_fill(canvas, &part, fill, theme, scale);
}

static uint32_t end_of(struct port_range range)
{
    return range.start + range.count;
}

static uint32_t lower(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t higher(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Paints the parts of range `a` that are outside of range `b`. */
static void paint_difference(struct canvas *canvas, const RECT *bar, struct port_range a,
                             struct port_range b, enum fill fill, const struct theme *theme,
                             const struct scale *scale)
{
    paint_part(canvas, bar, a.start, lower(end_of(a), b.start), fill, theme, scale);
    paint_part(canvas, bar, higher(a.start, end_of(b)), end_of(a), fill, theme, scale);
}

static void paint_track(struct canvas *canvas, const RECT *bar, const struct theme *theme,
                        const struct scale *scale)
{
    canvas_fill(canvas, bar, theme->state[PORT_CLASS_FREE]);
    if (theme->kind == THEME_HIGH_CONTRAST)
        canvas_frame(canvas, bar, scale_px(scale->dpi, 1), theme->text);
}

static void paint_predicted(struct canvas *canvas, const RECT *bar,
                            const struct range_bar_view *view, const struct theme *theme,
                            const struct scale *scale)
{
    struct port_range now = view->present, then = view->predicted;

    if (!now.count) {
        paint_part(canvas, bar, then.start, end_of(then), FILL_KEPT, theme, scale);
        return;
    }
    if (common_ports(now, then))
        paint_part(canvas, bar, higher(now.start, then.start), lower(end_of(now), end_of(then)),
                   FILL_KEPT, theme, scale);
    paint_difference(canvas, bar, then, now, FILL_GAINED, theme, scale);
    paint_difference(canvas, bar, now, then, FILL_LOST, theme, scale);
}

/* ---- words ------------------------------------------------------------ */

static void paint_heading(struct canvas *canvas, const RECT *bar, const char *name,
                          struct port_range range, const char *unknown, const struct theme *theme,
                          const struct scale *scale)
{
    RECT line = *bar;
    char number[NUMBER_SIZE], text[80];

    line.bottom = bar->top - scale_px(scale->dpi, GAP_DIP / 2);
    line.top = line.bottom - scale->line_px[FONT_BODY];
    canvas_text(canvas, &line, scale->font[FONT_STRONG], theme->text, DT_LEFT, name);
    line.left += text_width(scale->font[FONT_STRONG], name) + scale_px(scale->dpi, 2 * GAP_DIP);
    if (range.count) {
        snprintf(text, sizeof text, "%u-%u, %s ports", (unsigned)range.start,
                 (unsigned)range_end(range), number_string(number, range.count));
        unknown = text;
    }
    canvas_text(canvas, &line, scale->font[FONT_BODY], range.count ? theme->text : theme->muted,
                DT_RIGHT | DT_END_ELLIPSIS, unknown);
}

static void paint_axis(struct canvas *canvas, const RECT *bar, const struct theme *theme,
                       const struct scale *scale)
{
    static const uint32_t marks[] = {0, 16384, 32768, 49152, 65535};
    int thin = scale_px(scale->dpi, 1), tick = scale_px(scale->dpi, TICK_DIP);
    int top = bar->bottom + scale_px(scale->dpi, GAP_DIP + 2);
    LONG left_of_free = bar->left - tick;
    LONG last_width = text_width(scale->font[FONT_SMALL], "65535");
    RECT axis = {bar->left, top, bar->right, top + thin};

    canvas_fill(canvas, &axis, theme->muted);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        bool is_last = i == sizeof marks / sizeof *marks - 1;
        int x = is_last ? (int)bar->right - thin : range_bar_x(bar, marks[i]);
        RECT line = {x, top, x + thin, top + tick}, label;
        char text[16];
        int width;

        canvas_fill(canvas, &line, theme->muted);
        snprintf(text, sizeof text, "%u", (unsigned)marks[i]);
        width = text_width(scale->font[FONT_SMALL], text);
        SetRect(&label,
                i == 0    ? bar->left
                : is_last ? bar->right - width
                          : x - width / 2,
                top + tick, 0, top + tick + scale->line_px[FONT_SMALL]);
        label.right = label.left + width;
        if (label.left < left_of_free + tick ||
            (!is_last && label.right + tick > bar->right - last_width))
            continue;
        canvas_text(canvas, &label, scale->font[FONT_SMALL], theme->muted, DT_LEFT, text);
        left_of_free = label.right;
    }
}

static size_t paint_listeners(struct canvas *canvas, const RECT *bar,
                              const struct range_bar_view *view, const struct theme *theme,
                              const struct scale *scale)
{
    int thin = scale_px(scale->dpi, 1);
    size_t count = 0;

    for (size_t i = 0; i < view->listener_count; i++) {
        int x = range_bar_x(bar, view->listeners[i]);
        RECT tick = {x, bar->bottom + thin, x + thin,
                     bar->bottom + scale_px(scale->dpi, GAP_DIP + 1)};

        if (!view->predicted.count || !range_contains(view->predicted, view->listeners[i]))
            continue;
        canvas_fill(canvas, &tick, theme->state[PORT_CLASS_LISTENING]);
        count++;
    }
    return count;
}

/* Draws an entry of the legend: a sample of the fill and its meaning. Returns the x of the next
 * entry. */
static int paint_key(struct canvas *canvas, int x, int y, enum fill fill, const char *text,
                     const struct theme *theme, const struct scale *scale)
{
    int line = scale->line_px[FONT_BODY], gap = scale_px(scale->dpi, GAP_DIP);
    int width = text_width(scale->font[FONT_BODY], text), sample = scale_px(scale->dpi, 20);
    int high = scale_px(scale->dpi, 12);
    RECT box = {x, y + (line - high) / 2, x + sample, 0};
    RECT words = {x + sample + gap, y, x + sample + gap + width, y + line};

    box.bottom = box.top + high;
    paint_fill(canvas, &box, fill, theme, scale);
    canvas_text(canvas, &words, scale->font[FONT_BODY], theme->text, DT_LEFT, text);
    return words.right + 3 * gap;
}

static void paint_keys(struct canvas *canvas, const struct range_bar_view *view, size_t listeners,
                       const struct theme *theme, const struct scale *scale)
{
    int y = canvas->height - scale->line_px[FONT_BODY], x = 0;
    uint32_t gained = 0, lost = 0;
    char text[96], number[NUMBER_SIZE];

    if (view->present.count && view->predicted.count) {
        range_difference(view->present, view->predicted, &gained, &lost);
        if (gained) {
            snprintf(text, sizeof text, "%s port%s gained", number_string(number, gained),
                     gained == 1 ? "" : "s");
            x = paint_key(canvas, x, y, FILL_GAINED, text, theme, scale);
        }
        if (lost) {
            snprintf(text, sizeof text, "%s port%s lost", number_string(number, lost),
                     lost == 1 ? "" : "s");
            x = paint_key(canvas, x, y, FILL_LOST, text, theme, scale);
        }
        if (!gained && !lost) {
            RECT line = {x, y, canvas->width, canvas->height};

            canvas_text(canvas, &line, scale->font[FONT_BODY], theme->text, DT_LEFT, "No change");
            x +=
                text_width(scale->font[FONT_BODY], "No change") + scale_px(scale->dpi, 3 * GAP_DIP);
        }
    }
    if (listeners) {
        int thin = scale_px(scale->dpi, 1), gap = scale_px(scale->dpi, GAP_DIP);
        int high = scale_px(scale->dpi, GAP_DIP + 4);
        RECT tick = {x, y + (scale->line_px[FONT_BODY] - high) / 2, x + 2 * thin, 0};
        RECT words = {x + 2 * thin + gap, y, canvas->width, canvas->height};

        tick.bottom = tick.top + high;
        canvas_fill(canvas, &tick, theme->state[PORT_CLASS_LISTENING]);
        snprintf(text, sizeof text, "%s %s inside", number_string(number, listeners),
                 listeners == 1 ? "listener" : "listeners");
        canvas_text(canvas, &words, scale->font[FONT_BODY], theme->text, DT_LEFT | DT_END_ELLIPSIS,
                    text);
    }
}

void range_bar_paint(HDC dc, const RECT *rect, const struct range_bar_view *view,
                     const struct theme *theme, const struct scale *scale)
{
    RECT all = {0, 0, rect->right - rect->left, rect->bottom - rect->top}, present, predicted;
    struct canvas canvas;
    size_t listeners;

    if (!canvas_begin(&canvas, dc, rect, theme->panel))
        return;
    range_bar_frame(&all, scale, &present, &predicted);
    paint_heading(&canvas, &present, view->present_name, view->present, "unknown", theme, scale);
    paint_track(&canvas, &present, theme, scale);
    if (view->present.count)
        paint_part(&canvas, &present, view->present.start, end_of(view->present), FILL_KEPT, theme,
                   scale);
    paint_heading(&canvas, &predicted, view->predicted_name, view->predicted,
                  view->unknown_words ? view->unknown_words : "unknown", theme, scale);
    paint_track(&canvas, &predicted, theme, scale);
    if (view->predicted.count)
        paint_predicted(&canvas, &predicted, view, theme, scale);
    listeners = paint_listeners(&canvas, &predicted, view, theme, scale);
    paint_axis(&canvas, &predicted, theme, scale);
    paint_keys(&canvas, view, listeners, theme, scale);
    canvas_end(&canvas, dc, rect);
}
