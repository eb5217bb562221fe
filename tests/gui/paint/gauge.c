#include "gui/paint/gauge.h"

#include "../slot.h"
#include "../suites.h"
#include "gui/paint/canvas.h"

#include <string.h>

static const unsigned dpis[] = {96, 120, 144, 192, 240};
static struct canvas canvas;
static struct scale scale;
static struct theme theme;
static RECT rect;

static void paint(unsigned dpi, enum theme_kind kind, const struct gauge_view *view)
{
    theme_fixed(&theme, kind);
    scale_open(&scale, dpi);
    SetRect(&rect, 7, 3, 7 + scale_px(dpi, 400), 3 + gauge_height(&scale));
    ck_assert(canvas_open(&canvas, rect.right + 7, rect.bottom + 3));
    gauge_paint(canvas.dc, &rect, view, &theme, &scale);
}

static void close_all(void)
{
    canvas_close(&canvas);
    scale_close(&scale);
}

/* Counts the pixels of the colour along the middle of the bar, in the columns `from` to `to` -
 * 1. */
static int count_along(const RECT *bar, int from, int to, COLORREF color)
{
    int count = 0;

    for (int x = from; x < to; x++)
        count += canvas_pixel(&canvas, x, (bar->top + bar->bottom) / 2) == color;
    return count;
}

static const struct {
    uint32_t in_use, available;
    int of_1000; /* thousandths of the bar's width */
} fills[] = {
    {0, 16384, 0},       {8192, 16384, 500},   {4096, 16384, 250},
    {12000, 16000, 750}, {16384, 16384, 1000},
};

START_TEST(the_bar_is_filled_in_proportion_to_use)
{
    for (size_t d = 0; d < sizeof dpis / sizeof *dpis; d++) {
        struct gauge_view view = {"TCP", true, fills[_i].in_use, fills[_i].available, "detail"};
        RECT bar;
        int filled, width;

        paint(dpis[d], THEME_LIGHT, &view);
        gauge_bar(&rect, &view, &scale, &bar, &filled);
        width = bar.right - bar.left;
        ck_assert_int_eq(width, scale_px(dpis[d], 400));
        ck_assert_int_eq(filled, width * fills[_i].of_1000 / 1000);
        /* All pixels left of `filled` must have the colour, except the marks. No other pixel may
         * have it. */
        COLORREF color = fills[_i].in_use == fills[_i].available ? theme.bad : theme.accent;
        bool is_full = fills[_i].of_1000 == 1000;
        /* the rounded ends are slightly shorter */
        int from = bar.left + 1, to = bar.left + filled - is_full;
        int marks = is_full ? 2 * scale_px(dpis[d], 1) : 0;
        if (filled)
            ck_assert_int_eq(count_along(&bar, from, to, color), to - from - marks);
        ck_assert_int_eq(count_along(&bar, bar.left + filled, bar.right, color), 0);
        close_all();
    }
}
END_TEST

START_TEST(one_used_or_one_free_port_is_visible)
{
    struct gauge_view view = {"TCP", true, 1, 64511, NULL};
    RECT bar;
    int filled;

    paint(96, THEME_DARK, &view);
    gauge_bar(&rect, &view, &scale, &bar, &filled);
    ck_assert_int_gt(filled, 0);
    ck_assert_int_gt(count_along(&bar, bar.left, bar.right, theme.accent), 0);
    close_all();
    view.in_use = 64510;
    paint(96, THEME_DARK, &view);
    gauge_bar(&rect, &view, &scale, &bar, &filled);
    ck_assert_int_eq(filled, bar.right - bar.left - 1);
    ck_assert_uint_ne(canvas_pixel(&canvas, bar.right - 1, (bar.top + bar.bottom) / 2), theme.bad);
    close_all();
}
END_TEST

/* The thresholds equal the thresholds of the bar on the console. They are compared with
 * the rounded percentage, so 79.5 % already counts as 80 %. */
START_TEST(each_threshold_changes_colour_and_text)
{
    static const struct {
        uint32_t in_use;
        int is; /* 0 good, 1 warning, 2 bad */
        const char *text;
    } steps[] = {
        {794, 0, "794 of 1,000 in use, 79 %"},
        {795, 1, "795 of 1,000 in use, 80 %: filling up"},
        {894, 1, "894 of 1,000 in use, 89 %: filling up"},
        {895, 2, "895 of 1,000 in use, 90 %: nearly full"},
        {999, 2, "999 of 1,000 in use, >99 %: nearly full"},
        {1000, 2, "1,000 of 1,000 in use, 100 %: none free"},
        {1003, 2, "1,003 of 1,000 in use, 100 %: none free"},
    };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct gauge_view view = {"UDP", true, steps[i].in_use, 1000, NULL};
        char text[GAUGE_TEXT_SIZE];
        RECT bar;
        int filled;

        ck_assert_str_eq(gauge_text(text, &view), steps[i].text);
        paint(96, THEME_LIGHT, &view);
        const COLORREF colors[] = {theme.accent, theme.warn, theme.bad};
        gauge_bar(&rect, &view, &scale, &bar, &filled);
        ck_assert_uint_eq(canvas_pixel(&canvas, bar.left + 20, (bar.top + bar.bottom) / 2),
                          colors[steps[i].is]);
        close_all();
    }
}
END_TEST

START_TEST(unknown_use_is_stated_and_not_drawn)
{
    static const struct gauge_view views[] = {
        {"TCP", false, 5000, 16384, "the table could not be read"},
        {"TCP", true, 5000, 0, "the range is not known"},
    };

    for (size_t i = 0; i < 2; i++) {
        char text[GAUGE_TEXT_SIZE];
        RECT bar;
        int filled;

        ck_assert_str_eq(gauge_text(text, &views[i]), "use unknown");
        ck_assert_str_eq(gauge_value(text, &views[i]), "");
        paint(96, THEME_LIGHT, &views[i]);
        gauge_bar(&rect, &views[i], &scale, &bar, &filled);
        ck_assert_int_eq(filled, 0);
        ck_assert_int_eq(
            count_along(&bar, bar.left + 1, bar.right - 1, theme.state[PORT_CLASS_FREE]),
            bar.right - bar.left - 2);
        close_all();
    }
}
END_TEST

/* Name, figures and detail must be inside the rectangle and must not overlap. */
START_TEST(texts_fit_the_gauge_without_overlap)
{
    struct gauge_view view = {"TCP", true, 15900, 16384, "TIME_WAIT 12,840"};

    for (size_t d = 0; d < sizeof dpis / sizeof *dpis; d++) {
        char text[GAUGE_TEXT_SIZE];

        paint(dpis[d], THEME_LIGHT, &view);
        ck_assert_int_lt(text_width(scale.font[FONT_STRONG], view.name) +
                             text_width(scale.font[FONT_BODY], gauge_text(text, &view)),
                         rect.right - rect.left - scale_px(dpis[d], 12));
        /* Pixels outside of the rectangle must remain black. */
        for (int x = 0; x < canvas.width; x++) {
            ck_assert_uint_eq(canvas_pixel(&canvas, x, 2), 0);
            ck_assert_uint_eq(canvas_pixel(&canvas, x, rect.bottom), 0);
            /* The last row must contain no text, because text there could be cut off. */
            if (x >= rect.left && x < rect.right)
                ck_assert_uint_eq(canvas_pixel(&canvas, x, rect.bottom - 1), theme.panel);
        }
        for (int y = 0; y < canvas.height; y++) {
            ck_assert_uint_eq(canvas_pixel(&canvas, 6, y), 0);
            ck_assert_uint_eq(canvas_pixel(&canvas, rect.right, y), 0);
        }
        close_all();
    }
}
END_TEST

START_TEST(gauge_paint_releases_gdi_objects)
{
    struct gauge_view view = {"TCP", true, 15900, 16384, "TIME_WAIT 12,840"};

    paint(96, THEME_LIGHT, &view);
    ASSERT_RELEASES_GDI(gauge_paint(canvas.dc, &rect, &view, &theme, &scale));
    close_all();
}
END_TEST

Suite *gauge_suite(void)
{
    Suite *suite = suite_create("gauge");
    TCase *tests = tcase_create("gauge");

    tcase_add_loop_test(tests, the_bar_is_filled_in_proportion_to_use, 0,
                        sizeof fills / sizeof *fills);
    tcase_add_test(tests, one_used_or_one_free_port_is_visible);
    tcase_add_test(tests, each_threshold_changes_colour_and_text);
    tcase_add_test(tests, unknown_use_is_stated_and_not_drawn);
    tcase_add_test(tests, texts_fit_the_gauge_without_overlap);
    tcase_add_test(tests, gauge_paint_releases_gdi_objects);
    suite_add_tcase(suite, tests);
    return suite;
}
