#include "gui/popup.h"

#include "suites.h"

#include "gui/control.h"
#include "gui/paint/canvas.h"

#include <oleacc.h>

enum { FIRST = 1, UNAVAILABLE, LAST, WIDTH = 200, HEIGHT = 30, INSIDE = 3 };

static struct window window;
static HMENU menu;
static struct popup *popup;

static void open_popup(enum theme_kind theme)
{
    HMENU submenu = CreatePopupMenu();

    theme_fixed(&window.theme, theme);
    scale_open(&window.scale, 96);
    menu = CreatePopupMenu();
    AppendMenuW(menu, MF_STRING, FIRST, L"&First\tCtrl+F");
    AppendMenuW(menu, MF_STRING | MF_GRAYED, UNAVAILABLE, L"&Unavailable");
    AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
    AppendMenuW(submenu, MF_STRING, LAST, L"This && &that");
    AppendMenuW(menu, MF_POPUP, (UINT_PTR)submenu, L"&More");
    popup = popup_dress(&window, menu);
    ck_assert(popup != NULL);
}

static void close_popup(void)
{
    popup_undress(popup, menu);
    DestroyMenu(menu);
    scale_close(&window.scale);
}

static MENUITEMINFOW item_at(HMENU of, UINT position)
{
    MENUITEMINFOW info = {.cbSize = sizeof info, .fMask = MIIM_FTYPE | MIIM_DATA | MIIM_ID};

    ck_assert(GetMenuItemInfoW(of, position, TRUE, &info));
    return info;
}

static void draw_item(struct canvas *canvas, UINT position, UINT state)
{
    RECT all = {0, 0, WIDTH, HEIGHT};
    DRAWITEMSTRUCT draw = {.CtlType = ODT_MENU,
                           .itemState = state,
                           .hDC = canvas->dc,
                           .rcItem = all,
                           .itemData = item_at(menu, position).dwItemData};

    SelectClipRgn(canvas->dc, NULL);
    canvas_fill(canvas, &all, RGB(1, 2, 3));
    popup_draw(&draw);
}

/* Returns the best contrast of any pixel with the background. */
static double best_contrast(const struct canvas *canvas)
{
    COLORREF background = canvas_pixel(canvas, INSIDE, INSIDE);
    double best = 1;

    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double contrast = color_contrast(background, canvas_pixel(canvas, x, y));

            if (contrast > best)
                best = contrast;
        }
    return best;
}

START_TEST(items_have_the_colours_of_the_theme)
{
    struct canvas canvas;

    open_popup((enum theme_kind)_i);
    ck_assert(canvas_open(&canvas, WIDTH, HEIGHT));
    draw_item(&canvas, 0, 0);
    ck_assert_uint_eq(canvas_pixel(&canvas, INSIDE, INSIDE), window.theme.panel);
    ck_assert(best_contrast(&canvas) >= 3);
    draw_item(&canvas, 0, ODS_SELECTED);
    ck_assert_uint_eq(canvas_pixel(&canvas, INSIDE, INSIDE), window.theme.accent);
    ck_assert(best_contrast(&canvas) >= 3);
    draw_item(&canvas, 1, ODS_SELECTED | ODS_GRAYED);
    ck_assert_uint_eq(canvas_pixel(&canvas, INSIDE, INSIDE), window.theme.panel);
    draw_item(&canvas, 2, ODS_SELECTED);
    ck_assert_uint_eq(canvas_pixel(&canvas, INSIDE, INSIDE), window.theme.panel);
    ck_assert_uint_eq(canvas_pixel(&canvas, INSIDE, HEIGHT / 2), window.theme.line);
    canvas_close(&canvas);
    close_popup();
}
END_TEST

static size_t painted_pixels(const struct canvas *canvas, int left, int right)
{
    size_t count = 0;

    for (int y = 0; y < HEIGHT; y++)
        for (int x = left; x < right; x++)
            count += canvas_pixel(canvas, x, y) != window.theme.panel;
    return count;
}

START_TEST(a_chosen_item_has_a_mark_and_a_submenu_an_arrow)
{
    enum { MARK_END = 24, ARROW_BEGIN = WIDTH - 20 };
    struct canvas canvas;

    open_popup(THEME_DARK);
    ck_assert(canvas_open(&canvas, WIDTH, HEIGHT));
    draw_item(&canvas, 0, 0);
    ck_assert_uint_eq(painted_pixels(&canvas, 0, MARK_END), 0);
    ck_assert_uint_eq(painted_pixels(&canvas, ARROW_BEGIN, WIDTH), 0);
    draw_item(&canvas, 0, ODS_CHECKED);
    ck_assert_uint_gt(painted_pixels(&canvas, 0, MARK_END), 0);
    draw_item(&canvas, 3, 0);
    ck_assert_uint_gt(painted_pixels(&canvas, ARROW_BEGIN, WIDTH), 0);
    /* Windows paints its own arrow afterwards, which would be dark on dark, so popup_draw() must
     * make later painting of the item impossible. */
    SetPixelV(canvas.dc, WIDTH / 2, 1, RGB(1, 2, 3));
    ck_assert_uint_ne(canvas_pixel(&canvas, WIDTH / 2, 1), RGB(1, 2, 3));
    canvas_close(&canvas);
    close_popup();
}
END_TEST

START_TEST(an_item_is_wide_enough_for_its_text_and_its_key)
{
    MEASUREITEMSTRUCT with_key = {0}, separator = {0}, without = {0};

    open_popup(THEME_LIGHT);
    with_key.itemData = item_at(menu, 0).dwItemData;
    without.itemData = item_at(menu, 3).dwItemData;
    separator.itemData = item_at(menu, 2).dwItemData;
    popup_measure(&with_key);
    popup_measure(&without);
    popup_measure(&separator);
    ck_assert_int_gt((int)with_key.itemWidth,
                     control_measure(&window.scale, L"First", ROLE_TEXT, 0).cx +
                         control_measure(&window.scale, L"Ctrl+F", ROLE_TEXT, 0).cx);
    ck_assert_uint_gt(with_key.itemWidth, without.itemWidth);
    ck_assert_uint_eq(with_key.itemHeight, without.itemHeight);
    ck_assert_uint_lt(separator.itemHeight, without.itemHeight);
    close_popup();
}
END_TEST

START_TEST(letters_choose_items)
{
    HMENU submenu, plain = CreatePopupMenu();

    open_popup(THEME_LIGHT);
    submenu = GetSubMenu(menu, 3);
    ck_assert_int_eq(popup_find(menu, L'f'), MAKELRESULT(0, MNC_EXECUTE));
    ck_assert_int_eq(popup_find(menu, L'M'), MAKELRESULT(3, MNC_EXECUTE));
    ck_assert_int_eq(popup_find(menu, L'i'), 0);
    ck_assert_int_eq(popup_find(submenu, L't'), MAKELRESULT(0, MNC_EXECUTE));
    ck_assert_int_eq(popup_find(submenu, L'&'), 0);
    AppendMenuW(plain, MF_STRING, FIRST, L"&First");
    ck_assert_int_eq(popup_find(plain, L'f'), 0);
    DestroyMenu(plain);
    close_popup();
}
END_TEST

START_TEST(screen_readers_find_the_text_of_an_item)
{
    const MSAAMENUINFO *accessible;

    open_popup(THEME_LIGHT);
    accessible = (const MSAAMENUINFO *)item_at(GetSubMenu(menu, 3), 0).dwItemData;
    ck_assert_uint_eq(accessible->dwMSAASignature, (DWORD)MSAA_MENU_SIG);
    ck_assert_uint_eq(accessible->cchWText, 11);
    ck_assert_int_eq(lstrcmpW(accessible->pszWText, L"This & that"), 0);
    close_popup();
}
END_TEST

START_TEST(a_menu_is_plain_again_afterwards)
{
    wchar_t text[32];

    open_popup(THEME_DARK);
    ck_assert(item_at(menu, 0).fType & MFT_OWNERDRAW);
    popup_undress(popup, menu);
    for (UINT i = 0; i < 4; i++) {
        ck_assert(!(item_at(menu, i).fType & MFT_OWNERDRAW));
        ck_assert_uint_eq(item_at(menu, i).dwItemData, 0);
    }
    ck_assert(item_at(menu, 2).fType & MFT_SEPARATOR);
    ck_assert_uint_eq(item_at(menu, 0).wID, FIRST);
    GetMenuStringW(menu, 0, text, 32, MF_BYPOSITION);
    ck_assert_int_eq(lstrcmpW(text, L"&First\tCtrl+F"), 0);
    popup = NULL;
    close_popup();
}
END_TEST

Suite *popup_suite(void)
{
    Suite *suite = suite_create("popup");
    TCase *tests = tcase_create("popup");

    tcase_add_loop_test(tests, items_have_the_colours_of_the_theme, THEME_LIGHT,
                        THEME_HIGH_CONTRAST + 1);
    tcase_add_test(tests, a_chosen_item_has_a_mark_and_a_submenu_an_arrow);
    tcase_add_test(tests, an_item_is_wide_enough_for_its_text_and_its_key);
    tcase_add_test(tests, letters_choose_items);
    tcase_add_test(tests, screen_readers_find_the_text_of_an_item);
    tcase_add_test(tests, a_menu_is_plain_again_afterwards);
    suite_add_tcase(suite, tests);
    return suite;
}
