#include "gui/paint/range_bar.h"

#include "../slot.h"
#include "../suites.h"
#include "gui/paint/canvas.h"

static struct canvas canvas;
static struct scale scale;
static struct theme theme;
static RECT rect, present, predicted;

static void paint(const struct range_bar_view *view, unsigned dpi)
{
    theme_fixed(&theme, THEME_LIGHT);
    scale_open(&scale, dpi);
    SetRect(&rect, 3, 4, 3 + 1024, 4 + range_bar_height(&scale));
    ck_assert(canvas_open(&canvas, rect.right + 3, rect.bottom + 4));
    range_bar_paint(canvas.dc, &rect, view, &theme, &scale);
    range_bar_frame(&rect, &scale, &present, &predicted);
}

static void close_all(void)
{
    canvas_close(&canvas);
    scale_close(&scale);
}

enum assessment { LOOK_FREE, LOOK_KEPT, LOOK_GAINED, LOOK_LOST };

/* Returns how the ports near `port` look: one colour, or hatching over another colour. */
static enum assessment assessment_at(const RECT *bar, uint32_t port)
{
    int x = range_bar_x(bar, port), accent = 0, bad = 0, free = 0;

    for (int dx = 2; dx < 26; dx++) {
        COLORREF color = canvas_pixel(&canvas, x + dx, (bar->top + bar->bottom) / 2);

        accent += color == theme.accent;
        bad += color == theme.bad;
        free += color == theme.state[PORT_CLASS_FREE];
    }
    if (free == 24)
        return LOOK_FREE;
    if (accent == 24)
        return LOOK_KEPT;
    ck_assert_msg((accent > 0) != (bad > 0) && !free, "port %u: %d, %d, %d", port, accent, bad,
                  free);
    return accent ? LOOK_GAINED : LOOK_LOST;
}

START_TEST(gained_and_lost_ports_are_counted)
{
    static const struct {
        struct port_range present, predicted;
        uint32_t gained, lost;
    } cases[] = {
        {{49152, 16384}, {1025, 64511}, 48127, 0},      {{1025, 64511}, {49152, 16384}, 0, 48127},
        {{49152, 16384}, {49152, 16384}, 0, 0},         {{1000, 100}, {2000, 50}, 50, 100},
        {{20000, 20000}, {30000, 20000}, 10000, 10000}, {{1000, 1000}, {1200, 100}, 0, 900},
        {{1000, 100}, {1100, 100}, 100, 100},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t gained, lost;

        range_difference(cases[i].present, cases[i].predicted, &gained, &lost);
        ck_assert_uint_eq(gained, cases[i].gained);
        ck_assert_uint_eq(lost, cases[i].lost);
    }
}
END_TEST

START_TEST(ports_are_placed_in_proportion)
{
    RECT bar = {10, 0, 10 + 512, 5};

    ck_assert_int_eq(range_bar_x(&bar, 0), 10);
    ck_assert_int_eq(range_bar_x(&bar, 32768), 10 + 256);
    ck_assert_int_eq(range_bar_x(&bar, 65536), 10 + 512);
    ck_assert_int_eq(range_bar_x(&bar, 65535), 10 + 511);
}
END_TEST

START_TEST(gained_and_lost_ports_are_hatched)
{
    struct range_bar_view view = {{20000, 20000}, {30000, 20000}, "Now", "After a restart",
                                  NULL,           NULL,           0};
    static const struct {
        uint32_t port;
        enum assessment present, predicted;
    } at[] = {
        {1000, LOOK_FREE, LOOK_FREE},    {18000, LOOK_FREE, LOOK_FREE},
        {20100, LOOK_KEPT, LOOK_LOST},   {28000, LOOK_KEPT, LOOK_LOST},
        {30100, LOOK_KEPT, LOOK_KEPT},   {38000, LOOK_KEPT, LOOK_KEPT},
        {40200, LOOK_FREE, LOOK_GAINED}, {48000, LOOK_FREE, LOOK_GAINED},
        {50100, LOOK_FREE, LOOK_FREE},
    };

    for (unsigned dpi = 96; dpi <= 240; dpi += 48) {
        paint(&view, dpi);
        for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
            ck_assert_msg(assessment_at(&present, at[i].port) == at[i].present, "now, %u",
                          at[i].port);
            ck_assert_msg(assessment_at(&predicted, at[i].port) == at[i].predicted, "then, %u",
                          at[i].port);
        }
        close_all();
    }
}
END_TEST

/* The slopes must differ, because some users cannot distinguish the colours. */
START_TEST(gain_slopes_up_and_loss_slopes_down)
{
    struct range_bar_view view = {{20000, 20000}, {30000, 20000}, "Now", "After a restart",
                                  NULL,           NULL,           0};

    paint(&view, 96);
    for (int is_gain = 0; is_gain < 2; is_gain++) {
        COLORREF color = is_gain ? theme.accent : theme.bad;
        int left = range_bar_x(&predicted, is_gain ? 42000 : 22000);

        for (int y = predicted.top + 2; y < predicted.bottom - 2; y++)
            for (int x = left; x < left + 30; x++)
                ck_assert_int_eq(canvas_pixel(&canvas, x, y) == color,
                                 canvas_pixel(&canvas, is_gain ? x + 1 : x - 1, y - 1) == color);
    }
    close_all();
}
END_TEST

START_TEST(separate_ranges_are_both_drawn)
{
    struct range_bar_view view = {{10000, 5000}, {40000, 5000}, "Now", "After a restart",
                                  NULL,          NULL,          0};

    paint(&view, 96);
    ck_assert_int_eq(assessment_at(&predicted, 12000), LOOK_LOST);
    ck_assert_int_eq(assessment_at(&predicted, 42000), LOOK_GAINED);
    ck_assert_int_eq(assessment_at(&predicted, 30000), LOOK_FREE);
    close_all();
    view.present = (struct port_range){50000, 5000};
    view.predicted = (struct port_range){10000, 5000};
    paint(&view, 96);
    ck_assert_int_eq(assessment_at(&predicted, 12000), LOOK_GAINED);
    ck_assert_int_eq(assessment_at(&predicted, 52000), LOOK_LOST);
    close_all();
}
END_TEST

START_TEST(an_unknown_range_is_not_drawn)
{
    struct range_bar_view view = {{49152, 16384}, {0, 0}, "Now", "After a restart",
                                  "nobody knows", NULL,   0};

    paint(&view, 96);
    ck_assert_int_eq(assessment_at(&present, 60000), LOOK_KEPT);
    for (uint32_t port = 0; port < 63000; port += 1000)
        ck_assert_int_eq(assessment_at(&predicted, port), LOOK_FREE);
    close_all();
    view.present = (struct port_range){0, 0};
    view.predicted = (struct port_range){1025, 64511};
    paint(&view, 96);
    ck_assert_int_eq(assessment_at(&present, 60000), LOOK_FREE);
    /* It is unknown whether these ports are gained. */
    ck_assert_int_eq(assessment_at(&predicted, 60000), LOOK_KEPT);
    close_all();
}
END_TEST

START_TEST(a_range_of_one_port_is_visible)
{
    struct range_bar_view view = {{49152, 1}, {0, 0}, "Now", "After a restart", NULL, NULL, 0};

    paint(&view, 96);
    ck_assert_uint_eq(canvas_pixel(&canvas, range_bar_x(&present, 49152), present.top + 3),
                      theme.accent);
    close_all();
}
END_TEST

START_TEST(listeners_in_the_predicted_range_are_ticks)
{
    static const uint16_t listeners[] = {135, 5000, 30000, 60000};
    struct range_bar_view view = {{49152, 16384}, {5001, 40000}, "Now", "After a restart",
                                  NULL,           listeners,     4};

    paint(&view, 96);
    for (size_t i = 0; i < 4; i++) {
        COLORREF color =
            canvas_pixel(&canvas, range_bar_x(&predicted, listeners[i]), predicted.bottom + 2);

        ck_assert_uint_eq(color,
                          listeners[i] == 30000 ? theme.state[PORT_CLASS_LISTENING] : theme.panel);
    }
    close_all();
}
END_TEST

START_TEST(the_bars_stay_within_their_rectangle)
{
    struct range_bar_view view = {{49152, 16384}, {1025, 64511}, "Now", "After a restart",
                                  NULL,           NULL,          0};

    for (unsigned dpi = 96; dpi <= 240; dpi += 24) {
        paint(&view, dpi);
        ck_assert_int_ge(present.top, rect.top + scale.line_px[FONT_BODY]);
        ck_assert_int_ge(predicted.top, present.bottom + scale.line_px[FONT_BODY]);
        ck_assert_int_ge(rect.bottom,
                         predicted.bottom + scale.line_px[FONT_BODY] + scale.line_px[FONT_SMALL]);
        for (int x = 0; x < canvas.width; x++) {
            ck_assert_uint_eq(canvas_pixel(&canvas, x, rect.top - 1), 0);
            ck_assert_uint_eq(canvas_pixel(&canvas, x, rect.bottom), 0);
        }
        for (int y = 0; y < canvas.height; y++) {
            ck_assert_uint_eq(canvas_pixel(&canvas, rect.left - 1, y), 0);
            ck_assert_uint_eq(canvas_pixel(&canvas, rect.right, y), 0);
        }
        close_all();
    }
}
END_TEST

START_TEST(range_bar_paint_releases_gdi_objects)
{
    struct range_bar_view view = {{49152, 16384}, {1025, 64511}, "Now", "After a restart",
                                  NULL,           NULL,          0};

    paint(&view, 96);
    ASSERT_RELEASES_GDI(range_bar_paint(canvas.dc, &rect, &view, &theme, &scale));
    close_all();
}
END_TEST

Suite *range_bar_suite(void)
{
    Suite *suite = suite_create("range_bar");
    TCase *tests = tcase_create("range_bar");

    tcase_add_test(tests, gained_and_lost_ports_are_counted);
    tcase_add_test(tests, ports_are_placed_in_proportion);
    tcase_add_test(tests, gained_and_lost_ports_are_hatched);
    tcase_add_test(tests, gain_slopes_up_and_loss_slopes_down);
    tcase_add_test(tests, separate_ranges_are_both_drawn);
    tcase_add_test(tests, an_unknown_range_is_not_drawn);
    tcase_add_test(tests, a_range_of_one_port_is_visible);
    tcase_add_test(tests, listeners_in_the_predicted_range_are_ticks);
    tcase_add_test(tests, the_bars_stay_within_their_rectangle);
    tcase_add_test(tests, range_bar_paint_releases_gdi_objects);
    suite_add_tcase(suite, tests);
    return suite;
}
