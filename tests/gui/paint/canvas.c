#include "gui/paint/canvas.h"

#include "../slot.h"
#include "../suites.h"

static const COLORREF white = RGB(255, 255, 255), black = RGB(0, 0, 0), red = RGB(255, 0, 0);
static struct canvas canvas;

static void open_white(int width, int height)
{
    RECT all = {0, 0, width, height};

    ck_assert(canvas_open(&canvas, width, height));
    canvas_fill(&canvas, &all, white);
}

static void close_canvas(void)
{
    canvas_close(&canvas);
}

static unsigned red_of(int x, int y)
{
    return GetRValue(canvas_pixel(&canvas, x, y));
}

START_TEST(pixels_have_the_expected_place_and_colour)
{
    RECT rect = {1, 2, 3, 4};

    open_white(5, 6);
    canvas_fill(&canvas, &rect, RGB(1, 2, 3));
    ck_assert_uint_eq(canvas_pixel(&canvas, 1, 2), RGB(1, 2, 3));
    ck_assert_uint_eq(canvas.pixels[2 * 5 + 1], 0x010203);
    ck_assert_uint_eq(canvas_pixel(&canvas, 3, 3), white);
    ck_assert_uint_eq(canvas_pixel(&canvas, 0, 2), white);
    ck_assert_uint_eq(canvas_pixel(&canvas, 5, 2), CLR_INVALID);
    ck_assert_uint_eq(canvas_pixel(&canvas, 1, -1), CLR_INVALID);
}
END_TEST

START_TEST(gdi_and_pixels_share_a_picture)
{
    RECT rect = {0, 0, 2, 2};

    open_white(4, 4);
    SetPixelV(canvas.dc, 1, 3, red);
    ck_assert_uint_eq(canvas_pixel(&canvas, 1, 3), red);
    canvas_fill(&canvas, &rect, red);
    ck_assert_uint_eq(GetPixel(canvas.dc, 1, 1), red);
}
END_TEST

START_TEST(painting_is_clipped_to_the_canvas)
{
    RECT rect = {-10, -10, 1000, 1}, clip = {-5, -5, 50, 50};
    struct canvas_point points[] = {{-100, 2.5}, {100, 2.5}};
    struct canvas_stroke stroke = {1, {0}, red};

    open_white(8, 8);
    canvas_fill(&canvas, &rect, black);
    canvas_frame(&canvas, &clip, 1, black);
    canvas_hatch(&canvas, &clip, -1, 0, 4, black);
    canvas_round(&canvas, &clip, 3, &clip, white);
    canvas_line(&canvas, &clip, points, 2, &stroke);
    canvas_area(&canvas, &clip, points, 2, 100, black, 255);
    for (int x = 0; x < 8; x++) {
        ck_assert_uint_eq(canvas_pixel(&canvas, x, 0), white);
        ck_assert_uint_eq(canvas_pixel(&canvas, x, 7), black);
    }
}
END_TEST

START_TEST(a_line_is_blended_by_the_covered_area)
{
    RECT all = {0, 0, 20, 10};
    struct canvas_point across[] = {{0, 4}, {20, 4}}, apart[] = {{10, 9}};
    struct canvas_stroke stroke = {2, {0}, black};

    open_white(20, 10);
    canvas_line(&canvas, &all, across, 2, &stroke); /* covers rows 3 and 4 completely */
    ck_assert_uint_eq(red_of(10, 2), 255);
    ck_assert_uint_eq(red_of(10, 3), 0);
    ck_assert_uint_eq(red_of(10, 4), 0);
    ck_assert_uint_eq(red_of(10, 5), 255);
    canvas_fill(&canvas, &all, white);
    across[0].y = across[1].y = 4.5; /* covers row 4 completely and half of rows 3 and 5 */
    canvas_line(&canvas, &all, across, 2, &stroke);
    ck_assert_uint_eq(red_of(10, 4), 0);
    ck_assert_uint_eq(red_of(10, 3), 127);
    ck_assert_uint_eq(red_of(10, 5), 127);
    ck_assert_uint_eq(red_of(10, 2), 255);
    canvas_line(&canvas, &all, apart, 1, &stroke); /* a single point is visible too */
    ck_assert_uint_lt(red_of(10, 8), 128);
    ck_assert_uint_eq(red_of(13, 8), 255);
}
END_TEST

/* Pixels where two segments meet must be painted only once. */
START_TEST(a_line_of_two_segments_is_even)
{
    RECT all = {0, 0, 20, 20};
    struct canvas_point points[] = {{2, 10.25}, {10, 10.25}, {18, 10.25}};
    struct canvas_stroke stroke = {1, {0}, black};

    open_white(20, 20);
    canvas_line(&canvas, &all, points, 3, &stroke);
    for (int x = 4; x < 16; x++) {
        ck_assert_uint_eq(red_of(x, 10), red_of(5, 10));
        ck_assert_uint_eq(red_of(x, 9), red_of(5, 9));
    }
}
END_TEST

START_TEST(dashes_have_their_length)
{
    RECT all = {0, 0, 40, 5};
    struct canvas_point points[] = {{0, 2.5}, {15, 2.5}, {40, 2.5}};
    struct canvas_stroke stroke = {1, {4, 3, 1, 2}, black};

    open_white(40, 5);
    canvas_line(&canvas, &all, points, 3, &stroke);
    for (int x = 0; x < 40; x++) {
        int along = x % 10;
        bool is_drawn = along < 4 || along == 7;

        ck_assert_msg(red_of(x, 2) == (is_drawn ? 0 : 255), "x %d is %u", x, red_of(x, 2));
    }
}
END_TEST

START_TEST(an_area_ends_at_its_line)
{
    RECT all = {0, 0, 10, 10};
    struct canvas_point points[] = {{0, 2}, {10, 7}};

    open_white(10, 10);
    canvas_area(&canvas, &all, points, 2, 9, black, 255);
    for (int x = 0; x < 10; x++) {
        double y = 2 + (x + 0.5) / 2;

        ck_assert_uint_eq(red_of(x, 8), 0);
        ck_assert_uint_eq(red_of(x, 9), 255);
        ck_assert_uint_eq(red_of(x, (int)y - 1), 255);
        ck_assert_uint_eq(red_of(x, (int)y + 1), 0);
        /* In the row that the line crosses, the area fills the part below the line: a quarter or
         * three quarters of each pixel. */
        ck_assert_double_eq_tol(red_of(x, (int)y), 255 * (y - (int)y), 1);
    }
}
END_TEST

START_TEST(corners_are_round)
{
    RECT all = {0, 0, 20, 10}, clip = {0, 0, 15, 10};

    open_white(20, 10);
    canvas_round(&canvas, &all, 5, &clip, black);
    ck_assert_uint_eq(red_of(0, 0), 255);
    ck_assert_uint_lt(red_of(1, 1), 255); /* partly covered by the arc */
    ck_assert_uint_gt(red_of(1, 1), 0);
    ck_assert_uint_lt(red_of(0, 5), 10); /* almost completely covered */
    ck_assert_uint_eq(red_of(1, 5), 0);
    ck_assert_uint_lt(red_of(5, 0), 10);
    ck_assert_uint_eq(red_of(14, 5), 0);
    ck_assert_uint_eq(red_of(15, 5), 255);
}
END_TEST

START_TEST(hatches_slope_in_both_directions)
{
    RECT all = {0, 0, 30, 30};

    for (int slope = -1; slope <= 1; slope += 2) {
        open_white(30, 30);
        canvas_hatch(&canvas, &all, slope, 2, 6, black);
        for (int y = 1; y < 30; y++)
            for (int x = 1; x < 29; x++)
                ck_assert_uint_eq(red_of(x, y), red_of(x + slope, y - 1));
        int drawn = 0;
        for (int x = 0; x < 30; x++)
            drawn += red_of(x, 15) == 0;
        ck_assert_int_eq(drawn, 10);
        canvas_close(&canvas);
    }
}
END_TEST

START_TEST(text_is_painted_in_its_rectangle)
{
    RECT line = {50, 10, 150, 30};
    struct scale scale;
    int left = 200, right = 0, top = 200, bottom = 0;

    scale_open(&scale, 96);
    open_white(200, 60);
    canvas_text(&canvas, &line, scale.font[FONT_BODY], black, DT_RIGHT, "M\xc3\xbcnchen & M");
    for (int y = 0; y < 60; y++)
        for (int x = 0; x < 200; x++)
            if (red_of(x, y) < 200) {
                left = x < left ? x : left;
                right = x > right ? x : right;
                top = y < top ? y : top;
                bottom = y > bottom ? y : bottom;
            }
    int width = text_width(scale.font[FONT_BODY], "M\xc3\xbcnchen & M");
    ck_assert_int_ge(top, 10);
    ck_assert_int_lt(bottom, 30);
    ck_assert_int_ge(right, 144);
    ck_assert_int_le(right, 150);
    ck_assert_int_ge(left, 150 - width - 2);
    ck_assert_int_le(left, 150 - width + 4);
    /* An ampersand is painted, not treated as the mark of a shortcut letter. */
    ck_assert_int_gt(width, text_width(scale.font[FONT_BODY], "M\xc3\xbcnchen  M"));
    /* U+00FC is one character, not two. */
    ck_assert_int_eq(text_width(scale.font[FONT_BODY], "\xc3\xbc"),
                     text_width(scale.font[FONT_BODY], "u"));
    scale_close(&scale);
}
END_TEST

START_TEST(canvas_paragraph_returns_the_height)
{
    RECT narrow = {0, 0, 60, 200};
    struct scale scale;

    scale_open(&scale, 96);
    open_white(60, 200);
    int one = canvas_paragraph(&canvas, &narrow, scale.font[FONT_BODY], black, "one");
    int more = canvas_paragraph(&canvas, &narrow, scale.font[FONT_BODY], black,
                                "words that do not fit into one line of that width");
    ck_assert_int_eq(one, scale.line_px[FONT_BODY]);
    ck_assert_int_ge(more, 3 * one);
    ck_assert_int_eq(canvas_paragraph(&canvas, &narrow, scale.font[FONT_BODY], black, ""), 0);
    scale_close(&scale);
}
END_TEST

START_TEST(impossible_sizes_are_refused)
{
    RECT nothing = {5, 5, 5, 20};
    struct canvas part;

    open_white(10, 10);
    ck_assert(!canvas_open(&part, 0, 5));
    ck_assert(!canvas_open(&part, 5, -1));
    ck_assert(!canvas_open(&part, 40000, 1));
    canvas_close(&part);
    ck_assert(!canvas_begin(&part, canvas.dc, &nothing, red));
    ck_assert_uint_eq(red_of(5, 9), 255);
}
END_TEST

/* If memory for a canvas is missing, the rectangle must be filled, not left unpainted. */
START_TEST(a_rectangle_without_memory_is_filled)
{
    RECT huge = {2, 2, 40000, 6};
    struct canvas part;

    open_white(10, 10);
    ck_assert(!canvas_begin(&part, canvas.dc, &huge, red));
    ck_assert_uint_eq(canvas_pixel(&canvas, 2, 2), red);
    ck_assert_uint_eq(canvas_pixel(&canvas, 1, 2), white);
    ck_assert_uint_eq(canvas_pixel(&canvas, 9, 5), red);
    ck_assert_uint_eq(canvas_pixel(&canvas, 9, 6), white);
}
END_TEST

START_TEST(canvas_fit_keeps_a_canvas_of_the_same_size)
{
    open_white(10, 10);
    uint32_t *pixels = canvas.pixels;
    ck_assert(canvas_fit(&canvas, 10, 10));
    ck_assert_ptr_eq(canvas.pixels, pixels);
    ck_assert_uint_eq(red_of(3, 3), 255);
    ck_assert(canvas_fit(&canvas, 12, 10));
    ck_assert_int_eq(canvas.width, 12);
    ck_assert(canvas_fit(&canvas, 12, 9));
    ck_assert_int_eq(canvas.height, 9);
}
END_TEST

static void begin_and_end(void)
{
    RECT rect = {1, 1, 4, 4};
    struct canvas part;

    ck_assert(canvas_begin(&part, canvas.dc, &rect, red));
    canvas_end(&part, canvas.dc, &rect);
}

START_TEST(canvas_functions_release_gdi_objects)
{
    RECT rect = {0, 0, 5, 5};
    struct scale scale;

    scale_open(&scale, 96);
    open_white(5, 5);
    ASSERT_RELEASES_GDI(begin_and_end());
    ck_assert_uint_eq(canvas_pixel(&canvas, 3, 3), red);
    ck_assert_uint_eq(canvas_pixel(&canvas, 4, 4), white);
    ASSERT_RELEASES_GDI(text_width(scale.font[FONT_BODY], "M"));
    ASSERT_RELEASES_GDI(canvas_text(&canvas, &rect, scale.font[FONT_BODY], red, DT_LEFT, "M"));
    ASSERT_RELEASES_GDI(canvas_fit(&canvas, canvas.width == 5 ? 6 : 5, 5));
    scale_close(&scale);
}
END_TEST

/* ---- pictures of windows ----------------------------------------------- */

/* Paints the window only when the window is asked to print itself: in two colours if the window has
 * a text, otherwise in one. */
static LRESULT CALLBACK print_only(HWND own, UINT message, WPARAM wparam, LPARAM lparam)
{
    RECT rect = {0, 0, 8, 8};

    if (message != WM_PRINT && message != WM_PRINTCLIENT)
        return DefWindowProcW(own, message, wparam, lparam);
    SetDCBrushColor((HDC)wparam, red);
    FillRect((HDC)wparam, &rect, GetStockObject(DC_BRUSH));
    if (GetWindowTextLengthW(own))
        SetPixelV((HDC)wparam, 5, 6, white);
    return 0;
}

static HWND open_window(const wchar_t *text)
{
    WNDCLASSW class = {.lpfnWndProc = print_only, .lpszClassName = L"PrintOnly"};

    RegisterClassW(&class); /* fails if the class is already registered */
    return CreateWindowExW(0, L"PrintOnly", text, WS_POPUP, 0, 0, 8, 8, NULL, NULL, NULL, NULL);
}

/* The screen shows nothing of the window, as in session 0 and behind the lock screen. */
START_TEST(a_window_that_the_screen_does_not_show_prints_itself)
{
    HWND own = open_window(L"two colours");

    ck_assert(canvas_of_window(&canvas, own));
    ck_assert_uint_eq(canvas_pixel(&canvas, 5, 6), white);
    ck_assert_uint_eq(canvas_pixel(&canvas, 1, 1), red);
    DestroyWindow(own);
}
END_TEST

START_TEST(a_picture_of_one_colour_is_refused)
{
    HWND own = open_window(L"");

    ck_assert(!canvas_of_window(&canvas, own));
    ck_assert(canvas.dc == NULL);
    DestroyWindow(own);
}
END_TEST

Suite *canvas_suite(void)
{
    Suite *suite = suite_create("canvas");
    TCase *tests = tcase_create("canvas");

    tcase_add_checked_fixture(tests, NULL, close_canvas);
    tcase_add_test(tests, pixels_have_the_expected_place_and_colour);
    tcase_add_test(tests, gdi_and_pixels_share_a_picture);
    tcase_add_test(tests, painting_is_clipped_to_the_canvas);
    tcase_add_test(tests, a_line_is_blended_by_the_covered_area);
    tcase_add_test(tests, a_line_of_two_segments_is_even);
    tcase_add_test(tests, dashes_have_their_length);
    tcase_add_test(tests, an_area_ends_at_its_line);
    tcase_add_test(tests, corners_are_round);
    tcase_add_test(tests, hatches_slope_in_both_directions);
    tcase_add_test(tests, text_is_painted_in_its_rectangle);
    tcase_add_test(tests, canvas_paragraph_returns_the_height);
    tcase_add_test(tests, impossible_sizes_are_refused);
    tcase_add_test(tests, a_rectangle_without_memory_is_filled);
    tcase_add_test(tests, canvas_fit_keeps_a_canvas_of_the_same_size);
    tcase_add_test(tests, canvas_functions_release_gdi_objects);
    tcase_add_test(tests, a_window_that_the_screen_does_not_show_prints_itself);
    tcase_add_test(tests, a_picture_of_one_colour_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
