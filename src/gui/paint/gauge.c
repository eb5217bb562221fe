#include "gui/paint/gauge.h"

#include "core/base/text.h"
#include "core/use/verdict.h"
#include "gui/paint/canvas.h"

#include <stdio.h>

enum { PADDING_DIP = 2, GAP_DIP = 6, BAR_DIP = 10 };

static unsigned percent_of(const struct gauge_view *view)
{
    return usage_percent(view->in_use, view->available);
}

const char *gauge_text(char buffer[GAUGE_TEXT_SIZE], const struct gauge_view *view)
{
    char in_use[NUMBER_SIZE], available[NUMBER_SIZE], share[SHARE_SIZE];
    unsigned percent;

    if (!view->is_known || !view->available) {
        snprintf(buffer, GAUGE_TEXT_SIZE, "use unknown");
        return buffer;
    }
    percent = percent_of(view);
    snprintf(buffer, GAUGE_TEXT_SIZE, "%s of %s in use, %s%s", number_string(in_use, view->in_use),
             number_string(available, view->available),
             share_string(share, view->in_use, view->available),
             view->in_use >= view->available  ? ": none free"
             : percent >= PERCENT_NEARLY_FULL ? ": nearly full"
             : percent >= PERCENT_FILLING     ? ": filling up"
                                              : "");
    return buffer;
}

const char *gauge_value(char buffer[GAUGE_TEXT_SIZE], const struct gauge_view *view)
{
    char in_use[NUMBER_SIZE], available[NUMBER_SIZE], share[SHARE_SIZE];

    buffer[0] = '\0';
    if (view->is_known && view->available)
        snprintf(buffer, GAUGE_TEXT_SIZE, "%s of %s (%s)", number_string(in_use, view->in_use),
                 number_string(available, view->available),
                 share_string(share, view->in_use, view->available));
    return buffer;
}

int gauge_height(const struct scale *scale)
{
    return 2 * scale_px(scale->dpi, PADDING_DIP) + scale->line_px[FONT_STRONG] +
           2 * scale_px(scale->dpi, GAP_DIP) + scale_px(scale->dpi, BAR_DIP) +
           scale->line_px[FONT_BODY];
}

void gauge_bar(const RECT *rect, const struct gauge_view *view, const struct scale *scale,
               RECT *bar, int *filled_px)
{
    int top = rect->top + scale_px(scale->dpi, PADDING_DIP) + scale->line_px[FONT_STRONG] +
              scale_px(scale->dpi, GAP_DIP);
    LONG width = rect->right - rect->left;

    SetRect(bar, rect->left, top, rect->right, top + scale_px(scale->dpi, BAR_DIP));
    *filled_px = 0;
    if (!view->is_known || !view->available)
        return;
    if (view->in_use >= view->available)
        *filled_px = (int)width;
    else if (view->in_use) { /* a single port in use is visible, and so is a single free port */
        int wanted = (int)((uint64_t)width * view->in_use / view->available);
        int least = scale_px(scale->dpi, 2);

        *filled_px = wanted < least ? least : wanted;
    }
}

static void paint_bar(struct canvas *canvas, const RECT *rect, const struct gauge_view *view,
                      const struct theme *theme, const struct scale *scale)
{
    static const int marks[] = {PERCENT_FILLING, PERCENT_NEARLY_FULL};
    unsigned percent = view->is_known ? percent_of(view) : 0;
    COLORREF fill = percent >= PERCENT_NEARLY_FULL ? theme->bad
                    : percent >= PERCENT_FILLING   ? theme->warn
                                                   : theme->accent;
    bool is_plain = theme->kind == THEME_HIGH_CONTRAST;
    int filled, thin = scale_px(scale->dpi, 1);
    COLORREF quiet = color_blend(theme->state[PORT_CLASS_FREE], theme->text, 90);
    RECT bar, part;
    double radius;

    gauge_bar(rect, view, scale, &bar, &filled);
    radius = is_plain ? 0 : (bar.bottom - bar.top) / 2.0;
    if (is_plain) {
        canvas_frame(canvas, &bar, thin, theme->text);
        fill = theme->accent;
    } else {
        canvas_round(canvas, &bar, radius, &bar, theme->state[PORT_CLASS_FREE]);
    }
    if (!view->is_known || !view->available)
        return;
    part = bar;
    part.right = bar.left + filled;
    canvas_round(canvas, &bar, radius, &part, fill);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        int x = bar.left + MulDiv(bar.right - bar.left, marks[i], 100);
        RECT mark = {x, bar.top, x + thin, bar.bottom};

        canvas_fill(canvas, &mark, x < part.right ? theme->panel : quiet);
    }
}

void gauge_paint(HDC dc, const RECT *rect, const struct gauge_view *view, const struct theme *theme,
                 const struct scale *scale)
{
    RECT all = {0, 0, rect->right - rect->left, rect->bottom - rect->top}, line = all;
    char text[GAUGE_TEXT_SIZE];
    struct canvas canvas;
    int name_width;

    if (!canvas_begin(&canvas, dc, rect, theme->panel))
        return;
    line.top = scale_px(scale->dpi, PADDING_DIP);
    line.bottom = line.top + scale->line_px[FONT_STRONG];
    canvas_text(&canvas, &line, scale->font[FONT_STRONG], theme->text, DT_LEFT, view->name);
    name_width = text_width(scale->font[FONT_STRONG], view->name);
    line.left += name_width + scale_px(scale->dpi, 2 * GAP_DIP);
    canvas_text(&canvas, &line, scale->font[FONT_BODY], theme->text, DT_RIGHT | DT_END_ELLIPSIS,
                gauge_text(text, view));
    paint_bar(&canvas, &all, view, theme, scale);
    if (view->detail) {
        RECT bar;
        int filled;

        gauge_bar(&all, view, scale, &bar, &filled);
        SetRect(&line, 0, bar.bottom + scale_px(scale->dpi, GAP_DIP), all.right, 0);
        line.bottom = line.top + scale->line_px[FONT_BODY];
        canvas_text(&canvas, &line, scale->font[FONT_BODY], theme->muted, DT_LEFT | DT_END_ELLIPSIS,
                    view->detail);
    }
    canvas_end(&canvas, dc, rect);
}
