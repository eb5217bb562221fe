#include "gui/paint/chart.h"

#include "../slot.h"
#include "../suites.h"
#include "gui/paint/canvas.h"

enum { WIDTH = 640, HEIGHT = 300, NOW_MS = 1000000 };

static const RECT rect = {5, 4, 5 + WIDTH, 4 + HEIGHT};
static struct usage_history_point points[61];
static struct chart_view view;
static struct chart_frame frame;
static struct canvas canvas;
static struct scale scale;
static struct theme theme;

/* Makes one sample per second for the last minute; all are equal. */
static void make_flat(uint32_t in_use, uint32_t time_wait, uint32_t bound)
{
    for (int i = 0; i <= 60; i++) {
        points[i] = (struct usage_history_point){.monotonic_ms = NOW_MS - (60 - i) * 1000,
                                                 .is_joined = i > 0};
        points[i].last = points[i].highest = (struct sample_use){.is_known = true,
                                                                 .in_use = in_use,
                                                                 .time_wait = time_wait,
                                                                 .bound = bound,
                                                                 .available = 16384};
    }
    view = (struct chart_view){.span = SPAN_60_S,
                               .now_ms = NOW_MS,
                               .points = points,
                               .count = 61,
                               .available = 16384,
                               .shows_time_wait = true,
                               .shows_bound = true};
}

static void paint_in(enum theme_kind kind, unsigned dpi)
{
    theme_fixed(&theme, kind);
    scale_open(&scale, dpi);
    ck_assert(canvas_open(&canvas, WIDTH + 10, HEIGHT + 8));
    chart_paint(canvas.dc, &rect, &view, &theme, &scale);
    chart_frame(&rect, &view, &scale, &frame);
}

static void paint(void)
{
    paint_in(THEME_LIGHT, 96);
}

static void close_all(void)
{
    canvas_close(&canvas);
    scale_close(&scale);
}

/* Returns the number of columns of the plot in which the pixel at y - 1 or the pixel at y has the
 * colour. */
static int columns_at(int y, COLORREF color)
{
    int count = 0;

    for (int x = frame.plot.left; x < frame.plot.right; x++)
        count += canvas_pixel(&canvas, x, y - 1) == color || canvas_pixel(&canvas, x, y) == color;
    return count;
}

static int plot_width(void)
{
    return frame.plot.right - frame.plot.left;
}

START_TEST(axis_steps_are_round_numbers)
{
    static const struct {
        uint32_t top, step;
    } cases[] = {{1, 1},    {4, 1},     {5, 2},        {10, 5},       {20, 5},        {21, 10},
                 {100, 50}, {999, 500}, {16384, 5000}, {20000, 5000}, {64511, 20000}, {0, 1}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(chart_nice_step(cases[i].top, 4) == cases[i].step, "%u: %u", cases[i].top,
                      chart_nice_step(cases[i].top, 4));
}
END_TEST

START_TEST(lines_have_the_right_height)
{
    make_flat(10000, 7000, 2000);
    paint();
    ck_assert_uint_eq(frame.top, 20000);
    int height = frame.plot.bottom - frame.plot.top;
    ck_assert_int_eq(chart_y(&frame, 0), frame.plot.bottom);
    ck_assert_int_eq(chart_y(&frame, 20000), frame.plot.top);
    ck_assert_int_eq(chart_y(&frame, 10000), frame.plot.bottom - height / 2);
    /* The lines are solid, dashed and dotted, because lines must never differ by colour alone. */
    ck_assert_int_eq(columns_at(chart_y(&frame, 10000), theme.accent), plot_width());
    int dashed = columns_at(chart_y(&frame, 7000), theme.state[PORT_CLASS_TIME_WAIT]);
    int dotted = columns_at(chart_y(&frame, 2000), theme.state[PORT_CLASS_BOUND]);
    ck_assert_int_gt(dashed, plot_width() / 2);
    ck_assert_int_lt(dashed, plot_width() * 3 / 4);
    ck_assert_int_gt(dotted, plot_width() / 4);
    ck_assert_int_lt(dotted, plot_width() / 2);
    /* These two colours must not occur at other heights. */
    for (int ports = 1000; ports < 20000; ports += 1000) {
        if (ports != 10000)
            ck_assert_int_eq(columns_at(chart_y(&frame, ports), theme.accent), 0);
        if (ports != 7000)
            ck_assert_int_eq(columns_at(chart_y(&frame, ports), theme.state[PORT_CLASS_TIME_WAIT]),
                             0);
    }
    close_all();
}
END_TEST

START_TEST(the_limit_is_drawn_as_a_line)
{
    make_flat(9000, 0, 0);
    view.available = 12000;
    paint();
    int limit = columns_at(chart_y(&frame, 12000), theme.muted) +
                columns_at(chart_y(&frame, 12000) + 1, theme.muted);
    ck_assert_int_gt(limit, plot_width() / 3);
    close_all();
    view.available = 0; /* unknown */
    paint();
    ck_assert_int_eq(columns_at(chart_y(&frame, 12000), theme.muted), 0);
    close_all();
}
END_TEST

START_TEST(the_top_of_the_axis_fits_use_and_limit)
{
    static const struct {
        uint32_t in_use, available, top;
    } cases[] = {
        {100, 16384, 150},    /* far below the limit, so only the lower part is shown */
        {4095, 16384, 6000},  /* just below a quarter of the limit */
        {4096, 16384, 20000}, /* a quarter of the limit, so the limit is included */
        {16384, 16384, 20000}, {60000, 64511, 80000},
        {0, 16384, 10},        /* an empty chart also has a scale */
        {500, 0, 600},         /* limit unknown */
        {20000, 16384, 30000}, /* above the limit, after the range was changed */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_flat(cases[i].in_use, 0, 0);
        view.available = cases[i].available;
        view.shows_time_wait = view.shows_bound = false;
        paint();
        ck_assert_msg(frame.top == cases[i].top, "%u of %u: %u", cases[i].in_use,
                      cases[i].available, frame.top);
        ck_assert_int_eq(columns_at(chart_y(&frame, cases[i].in_use), theme.accent), plot_width());
        close_all();
    }
}
END_TEST

START_TEST(a_gap_in_the_samples_is_not_drawn)
{
    make_flat(10000, 0, 0);
    for (int i = 30; i < 61; i++)
        points[i - 10] = points[i]; /* seconds 40 to 31 before now are missing */
    points[20].is_joined = false;
    view.count = 51;
    paint();
    int y = chart_y(&frame, 10000);
    int from = chart_x(&frame, &view, NOW_MS - 41000), to = chart_x(&frame, &view, NOW_MS - 30000);
    ck_assert_int_gt(to - from, 80);
    for (int x = frame.plot.left; x < frame.plot.right; x++) {
        bool is_drawn = canvas_pixel(&canvas, x, y) == theme.accent ||
                        canvas_pixel(&canvas, x, y - 1) == theme.accent;

        if (x < from || x > to)
            ck_assert_msg(is_drawn, "column %d is empty", x);
        else if (x > from + 1 && x < to - 1)
            ck_assert_msg(!is_drawn, "column %d of the gap is drawn", x);
    }
    close_all();
}
END_TEST

START_TEST(a_single_sample_is_drawn_as_a_dot)
{
    make_flat(10000, 0, 0);
    points[0] = points[40];
    points[0].is_joined = false;
    view.count = 1;
    paint();
    int x = chart_x(&frame, &view, NOW_MS - 20000), y = chart_y(&frame, 10000);
    ck_assert_uint_eq(canvas_pixel(&canvas, x, y), theme.accent);
    ck_assert_int_lt(columns_at(y, theme.accent), 6);
    close_all();
}
END_TEST

/* If samples are close together, the chart shows the highest, because users look for peaks. */
START_TEST(peaks_are_visible)
{
    make_flat(5000, 0, 0);
    points[30].highest.in_use = 15000;
    paint();
    int x = chart_x(&frame, &view, points[30].monotonic_ms);
    bool is_there = false;
    for (int dx = -2; dx <= 2; dx++)
        for (int dy = 0; dy < 4; dy++)
            is_there |= canvas_pixel(&canvas, x + dx, chart_y(&frame, 15000) + dy) == theme.accent;
    ck_assert(is_there);
    close_all();
}
END_TEST

static int ink_in(const RECT *where)
{
    int count = 0;

    for (int y = where->top; y < where->bottom; y++)
        for (int x = where->left; x < where->right; x++)
            count += color_contrast(canvas_pixel(&canvas, x, y), theme.panel) > 2;
    return count;
}

START_TEST(a_chart_without_samples_shows_a_message)
{
    make_flat(0, 0, 0);
    view.count = 0;
    view.available = 0;
    paint();
    RECT middle = frame.plot;
    InflateRect(&middle, -plot_width() / 3, -100);
    ck_assert_int_gt(ink_in(&middle), 50);
    close_all();
    view.count = 61;
    paint();
    ck_assert_int_eq(ink_in(&middle), 0);
    close_all();
}
END_TEST

/* Labels, legend and lines must stay inside the rectangle at every DPI, in the light and the dark
 * theme. */
START_TEST(the_chart_stays_within_its_rectangle)
{
    static const unsigned dpis[] = {96, 120, 144, 192, 240};

    for (size_t d = 0; d < sizeof dpis / sizeof *dpis; d++)
        for (int span = 0; span < SPAN_COUNT; span++) {
            make_flat(16384, 12000, 800);
            view.span = (enum usage_history_span)span;
            paint_in(span % 2 ? THEME_DARK : THEME_LIGHT, dpis[d]);
            ck_assert_int_gt(frame.plot.bottom - frame.plot.top, 60);
            ck_assert_int_gt(plot_width(), WIDTH / 2);
            ck_assert_int_lt(frame.plot.top, rect.bottom);
            for (int x = 0; x < canvas.width; x++) {
                ck_assert_uint_eq(canvas_pixel(&canvas, x, rect.top - 1), 0);
                ck_assert_uint_eq(canvas_pixel(&canvas, x, rect.bottom), 0);
            }
            for (int y = 0; y < canvas.height; y++) {
                ck_assert_uint_eq(canvas_pixel(&canvas, rect.left - 1, y), 0);
                ck_assert_uint_eq(canvas_pixel(&canvas, rect.right, y), 0);
                /* no label is cut off at the left edge */
                if (y > frame.plot.top && y < rect.bottom)
                    ck_assert_uint_eq(canvas_pixel(&canvas, rect.left, y), theme.panel);
            }
            close_all();
        }
}
END_TEST

START_TEST(tiny_rectangles_are_tolerated)
{
    make_flat(100, 50, 5);
    theme_fixed(&theme, THEME_DARK);
    scale_open(&scale, 96);
    ck_assert(canvas_open(&canvas, 50, 50));
    for (int width = 0; width < 40; width += 3)
        for (int height = 0; height < 40; height += 3) {
            RECT tiny = {5, 5, 5 + width, 5 + height}, all = {0, 0, 50, 50};

            canvas_fill(&canvas, &all, RGB(0, 0, 0));
            chart_paint(canvas.dc, &tiny, &view, &theme, &scale);
            ck_assert_uint_eq(canvas_pixel(&canvas, 5 + width, 5), 0);
            ck_assert_uint_eq(canvas_pixel(&canvas, 5, 5 + height), 0);
        }
    close_all();
}
END_TEST

START_TEST(chart_paint_releases_gdi_objects)
{
    make_flat(10000, 7000, 2000);
    paint();
    ASSERT_RELEASES_GDI(chart_paint(canvas.dc, &rect, &view, &theme, &scale));
    close_all();
}
END_TEST

Suite *chart_suite(void)
{
    Suite *suite = suite_create("chart");
    TCase *tests = tcase_create("chart");

    tcase_add_test(tests, axis_steps_are_round_numbers);
    tcase_add_test(tests, lines_have_the_right_height);
    tcase_add_test(tests, the_limit_is_drawn_as_a_line);
    tcase_add_test(tests, the_top_of_the_axis_fits_use_and_limit);
    tcase_add_test(tests, a_gap_in_the_samples_is_not_drawn);
    tcase_add_test(tests, a_single_sample_is_drawn_as_a_dot);
    tcase_add_test(tests, peaks_are_visible);
    tcase_add_test(tests, a_chart_without_samples_shows_a_message);
    tcase_add_test(tests, the_chart_stays_within_its_rectangle);
    tcase_add_test(tests, tiny_rectangles_are_tolerated);
    tcase_add_test(tests, chart_paint_releases_gdi_objects);
    suite_add_tcase(suite, tests);
    return suite;
}
