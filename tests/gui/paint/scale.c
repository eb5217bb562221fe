#include "gui/paint/scale.h"

#include "../slot.h"
#include "../suites.h"

START_TEST(sizes_are_rounded_to_at_least_one_pixel)
{
    ck_assert_int_eq(scale_px(96, 10), 10);
    ck_assert_int_eq(scale_px(120, 10), 13); /* 12.5 */
    ck_assert_int_eq(scale_px(144, 10), 15);
    ck_assert_int_eq(scale_px(240, 10), 25);
    ck_assert_int_eq(scale_px(24, 1), 1);
    ck_assert_int_eq(scale_px(240, 0), 0);
    ck_assert_int_eq(scale_px(192, -3), -6);
}
END_TEST

START_TEST(fonts_grow_with_the_dpi)
{
    struct scale small, large;

    scale_open(&small, 96);
    scale_open(&large, 240);
    for (int font = 0; font < FONT_COUNT; font++) {
        ck_assert_ptr_nonnull(small.font[font]);
        ck_assert_int_ge(small.line_px[font], 10);
        /* 2.5 times, apart from rounding and hinting */
        ck_assert_int_ge(large.line_px[font], small.line_px[font] * 22 / 10);
        ck_assert_int_le(large.line_px[font], small.line_px[font] * 28 / 10);
    }
    ck_assert_int_gt(small.line_px[FONT_TITLE], small.line_px[FONT_BODY]);
    ck_assert_int_le(small.line_px[FONT_SMALL], small.line_px[FONT_BODY]);
    scale_close(&small);
    scale_close(&large);
}
END_TEST

START_TEST(the_strong_font_is_bolder_than_the_body_font)
{
    struct scale scale;
    LOGFONTW body, strong;

    scale_open(&scale, 96);
    ck_assert(GetObjectW(scale.font[FONT_BODY], sizeof body, &body));
    ck_assert(GetObjectW(scale.font[FONT_STRONG], sizeof strong, &strong));
    ck_assert(strong.lfWeight > body.lfWeight || wcscmp(strong.lfFaceName, body.lfFaceName) != 0);
    ck_assert_int_eq(strong.lfHeight, body.lfHeight);
    scale_close(&scale);
}
END_TEST

static void open_and_close(void)
{
    struct scale scale;

    scale_open(&scale, 96);
    ck_assert_ptr_ne(scale.font[FONT_BODY], GetStockObject(DEFAULT_GUI_FONT));
    scale_close(&scale);
}

START_TEST(fonts_are_released)
{
    ASSERT_RELEASES_GDI(open_and_close());
}
END_TEST

START_TEST(metrics_grow_with_the_dpi)
{
    ck_assert_uint_ge(scale_system_dpi(), 72);
    ck_assert_uint_ge(scale_window_dpi(NULL), 72); /* without a window, the DPI of the system */
    ck_assert_int_gt(scale_metric(SM_CXVSCROLL, 192), scale_metric(SM_CXVSCROLL, 96));
}
END_TEST

START_TEST(a_rectangle_is_fitted_into_the_area)
{
    static const RECT area = {0, 40, 1920, 1080};
    static const struct {
        RECT rect, fitted;
    } rows[] = {
        {{10, 50, 900, 700}, {10, 50, 900, 700}},
        {{1500, 800, 2000, 1200}, {1420, 680, 1920, 1080}}, /* beyond the right and the bottom */
        {{-100, -50, 540, 410}, {0, 40, 640, 500}},         /* beyond the left and the top */
        {{360, 200, 3560, 2100}, {0, 40, 1920, 1080}},      /* larger: 1280 x 760 dip at 240 dpi */
        {{0, 40, 1920, 1080}, {0, 40, 1920, 1080}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        RECT rect = rows[i].rect;

        scale_fit(&rect, &area);
        ck_assert_msg(EqualRect(&rect, &rows[i].fitted), "row %u: %ld, %ld, %ld, %ld", (unsigned)i,
                      rect.left, rect.top, rect.right, rect.bottom);
    }
}
END_TEST

Suite *scale_suite(void)
{
    Suite *suite = suite_create("scale");
    TCase *tests = tcase_create("scale");

    tcase_add_test(tests, sizes_are_rounded_to_at_least_one_pixel);
    tcase_add_test(tests, a_rectangle_is_fitted_into_the_area);
    tcase_add_test(tests, fonts_grow_with_the_dpi);
    tcase_add_test(tests, the_strong_font_is_bolder_than_the_body_font);
    tcase_add_test(tests, fonts_are_released);
    tcase_add_test(tests, metrics_grow_with_the_dpi);
    suite_add_tcase(suite, tests);
    return suite;
}
