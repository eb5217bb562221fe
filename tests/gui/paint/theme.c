#include "gui/paint/theme.h"

#include "../suites.h"

#include <math.h>

static const enum theme_kind ours[] = {THEME_LIGHT, THEME_DARK};

START_TEST(contrast_matches_known_pairs)
{
    ck_assert_double_eq_tol(color_contrast(RGB(0, 0, 0), RGB(255, 255, 255)), 21, 0.001);
    ck_assert_double_eq_tol(color_contrast(RGB(255, 255, 255), RGB(118, 118, 118)), 4.54, 0.01);
    ck_assert_double_eq_tol(color_contrast(RGB(255, 0, 0), RGB(255, 255, 255)), 4.0, 0.01);
    ck_assert_double_eq_tol(color_contrast(RGB(9, 9, 9), RGB(9, 9, 9)), 1, 0.001);
}
END_TEST

START_TEST(every_text_has_enough_contrast)
{
    struct theme theme;

    theme_fixed(&theme, ours[_i]);
    const COLORREF texts[] = {theme.text, theme.muted, theme.accent,
                              theme.good, theme.warn,  theme.bad};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_msg(color_contrast(texts[i], theme.window) >= 4.5, "text %zu on window: %.2f", i,
                      color_contrast(texts[i], theme.window));
        ck_assert_msg(color_contrast(texts[i], theme.panel) >= 4.5, "text %zu on panel: %.2f", i,
                      color_contrast(texts[i], theme.panel));
    }
    ck_assert(color_contrast(theme.accent_text, theme.accent) >= 4.5);
    ck_assert_int_eq(theme.kind, ours[_i]);
    ck_assert_int_eq(theme.is_dark, ours[_i] == THEME_DARK);
}
END_TEST

START_TEST(every_state_contrasts_with_the_background)
{
    struct theme theme;

    theme_fixed(&theme, ours[_i]);
    for (int class = PORT_CLASS_FREE + 1; class < PORT_CLASS_COUNT; class ++) {
        ck_assert_msg(color_contrast(theme.state[class], theme.panel) >= 3, "%s on panel: %.2f",
                      port_class_name(class), color_contrast(theme.state[class], theme.panel));
        ck_assert_msg(color_contrast(theme.state[class], theme.state[PORT_CLASS_FREE]) >= 2.5,
                      "%s among free ports: %.2f", port_class_name(class),
                      color_contrast(theme.state[class], theme.state[PORT_CLASS_FREE]));
    }
    /* A free port differs slightly from the panel. */
    ck_assert(color_contrast(theme.state[PORT_CLASS_FREE], theme.panel) >= 1.15);
}
END_TEST

/* Matrices for four kinds of vision: normal, without the cones for red, without those for green,
 * without those for blue. A matrix converts a colour, as linear light, to the colour that people
 * with this vision see. Source: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
 * Simulation of Color Vision Deficiency", 2009, severity 1.0. */
static const double seen_by[4][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779},
     {-0.078411, 0.930809, 0.147602},
     {0.004733, 0.691367, 0.303900}},
};

static double linear(unsigned value)
{
    double v = value / 255.0;

    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double lab_part(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static void lab_of(COLORREF color, const double eye[3][3], double lab[3])
{
    double light[3] = {linear(GetRValue(color)), linear(GetGValue(color)),
                       linear(GetBValue(color))};
    double seen[3], x, y, z;

    for (int i = 0; i < 3; i++)
        seen[i] =
            fmin(fmax(eye[i][0] * light[0] + eye[i][1] * light[1] + eye[i][2] * light[2], 0), 1);
    x = lab_part((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.95047);
    y = lab_part(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
    z = lab_part((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.08883);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

/* In the colour space CIELAB, a distance of 2.3 is just visible if two areas are side by side.
 * Small dots need a distance that is several times larger. */
START_TEST(states_differ_for_colour_blind_people)
{
    struct theme theme;

    theme_fixed(&theme, ours[_i]);
    for (int eye = 0; eye < 4; eye++)
        for (int a = 0; a < PORT_CLASS_COUNT; a++)
            for (int b = 0; b < a; b++) {
                double x[3], y[3], distance;

                lab_of(theme.state[a], seen_by[eye], x);
                lab_of(theme.state[b], seen_by[eye], y);
                distance = sqrt(pow(x[0] - y[0], 2) + pow(x[1] - y[1], 2) + pow(x[2] - y[2], 2));
                ck_assert_msg(distance >= 18, "%s and %s, eye %d: %.1f", port_class_name(a),
                              port_class_name(b), eye, distance);
            }
}
END_TEST

START_TEST(every_state_has_a_class)
{
    static const enum port_class expected[PORT_STATE_COUNT] = {
        [PORT_LISTEN] = PORT_CLASS_LISTENING,
        [PORT_ESTABLISHED] = PORT_CLASS_CONNECTED,
        [PORT_CLOSE_WAIT] = PORT_CLASS_CONNECTED,
        [PORT_SYN_SENT] = PORT_CLASS_CONNECTED,
        [PORT_SYN_RECEIVED] = PORT_CLASS_CONNECTED,
        [PORT_FIN_WAIT_1] = PORT_CLASS_CONNECTED,
        [PORT_FIN_WAIT_2] = PORT_CLASS_CONNECTED,
        [PORT_LAST_ACK] = PORT_CLASS_CONNECTED,
        [PORT_CLOSING] = PORT_CLASS_CONNECTED,
        [PORT_BOUND] = PORT_CLASS_BOUND,
        [PORT_OPEN] = PORT_CLASS_BOUND,
        [PORT_TIME_WAIT] = PORT_CLASS_TIME_WAIT,
        [PORT_DELETE_TCB] = PORT_CLASS_TIME_WAIT,
        [PORT_CLOSED] = PORT_CLASS_TIME_WAIT,
        [PORT_UNKNOWN] = PORT_CLASS_CONNECTED,
    };

    for (int state = 0; state < PORT_STATE_COUNT; state++)
        ck_assert_int_eq(port_class_of(state), expected[state]);
    ck_assert_str_eq(port_class_name(PORT_CLASS_TIME_WAIT), "TIME_WAIT");
}
END_TEST

static const wchar_t personalize[] =
    L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize";

/* The test restores the old value at the end. If the key did not exist, an empty key remains. */
START_TEST(the_theme_follows_the_setting_of_windows)
{
    static const struct {
        DWORD type, value, size;
        bool is_dark;
    } settings[] = {
        {REG_DWORD, 0, 4, true},
        {REG_DWORD, 1, 4, false},
        {REG_BINARY, 0, 4, false}, /* Windows never writes this type */
        {REG_DWORD, 0, 2, false},
    };
    DWORD before, type, size = sizeof before;
    struct theme theme;
    HKEY key;

    ck_assert_int_eq(RegCreateKeyExW(HKEY_CURRENT_USER, personalize, 0, NULL, 0, KEY_ALL_ACCESS,
                                     NULL, &key, NULL),
                     0);
    bool had = !RegQueryValueExW(key, L"AppsUseLightTheme", NULL, &type, (BYTE *)&before, &size);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        RegSetValueExW(key, L"AppsUseLightTheme", 0, settings[i].type,
                       (const BYTE *)&settings[i].value, settings[i].size);
        theme_read(&theme);
        ck_assert_int_eq(theme.kind, settings[i].is_dark ? THEME_DARK : THEME_LIGHT);
    }
    RegDeleteValueW(key, L"AppsUseLightTheme");
    theme_read(&theme);
    ck_assert_int_eq(theme.kind, THEME_LIGHT);
    if (had)
        RegSetValueExW(key, L"AppsUseLightTheme", 0, type, (const BYTE *)&before, size);
    RegCloseKey(key);
}
END_TEST

/* In high contrast, the theme must use only the colours of the user. */
START_TEST(high_contrast_uses_the_colours_of_windows)
{
    static const int indices[] = {COLOR_WINDOW,        COLOR_WINDOWTEXT, COLOR_HIGHLIGHT,
                                  COLOR_HIGHLIGHTTEXT, COLOR_HOTLIGHT,   COLOR_GRAYTEXT};
    static const COLORREF wanted[] = {RGB(0, 0, 0), RGB(255, 255, 255), RGB(26, 235, 255),
                                      RGB(0, 0, 0), RGB(255, 255, 0),   RGB(63, 242, 63)};
    enum { COUNT = sizeof indices / sizeof *indices };
    COLORREF before[COUNT];
    struct theme theme;

    for (int i = 0; i < COUNT; i++)
        before[i] = GetSysColor(indices[i]);
    ck_assert(SetSysColors(COUNT, indices, wanted));
    theme_fixed(&theme, THEME_HIGH_CONTRAST);
    SetSysColors(COUNT, indices, before);
    ck_assert_int_eq(theme.kind, THEME_HIGH_CONTRAST);
    ck_assert(theme.is_dark);
    ck_assert_uint_eq(theme.window, wanted[0]);
    ck_assert_uint_eq(theme.panel, wanted[0]);
    ck_assert_uint_eq(theme.text, wanted[1]);
    ck_assert_uint_eq(theme.muted, wanted[1]);
    ck_assert_uint_eq(theme.accent, wanted[2]);
    ck_assert_uint_eq(theme.accent_text, wanted[3]);
    ck_assert_uint_eq(theme.state[PORT_CLASS_LISTENING], wanted[4]);
    ck_assert_uint_eq(theme.state[PORT_CLASS_EXCLUDED], wanted[5]);
    const COLORREF all[] = {theme.line,     theme.grid,     theme.good,
                            theme.warn,     theme.bad,      theme.state[0],
                            theme.state[2], theme.state[3], theme.state[4]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        bool is_known = false;

        for (int w = 0; w < COUNT; w++)
            is_known |= all[i] == wanted[w];
        ck_assert_msg(is_known, "colour %zu is not a colour of Windows", i);
    }
}
END_TEST

Suite *theme_suite(void)
{
    Suite *suite = suite_create("theme");
    TCase *tests = tcase_create("theme");

    tcase_add_test(tests, contrast_matches_known_pairs);
    tcase_add_loop_test(tests, every_text_has_enough_contrast, 0, 2);
    tcase_add_loop_test(tests, every_state_contrasts_with_the_background, 0, 2);
    tcase_add_loop_test(tests, states_differ_for_colour_blind_people, 0, 2);
    tcase_add_test(tests, every_state_has_a_class);
    tcase_add_test(tests, the_theme_follows_the_setting_of_windows);
    tcase_add_test(tests, high_contrast_uses_the_colours_of_windows);
    suite_add_tcase(suite, tests);
    return suite;
}
