#define COBJMACROS

#include "gui/accessible.h"

#include "suites.h"

#include "gui/button.h"
#include "gui/comctl.h"
#include "gui/control.h"
#include "gui/drawing.h"

#include <stdio.h>

#include <initguid.h> /* the libraries have a wrong IID_IAccessible */

#include <oleacc.h>

static HWND page;

static void set_up(void)
{
    ck_assert(comctl_load());
    page = CreateWindowExW(0, L"STATIC", L"", WS_POPUP, 0, 0, 100, 100, NULL, NULL, NULL, NULL);
    ck_assert(page != NULL);
}

static void tear_down(void)
{
    DestroyWindow(page);
}

static IAccessible *open_accessible(HWND control)
{
    IAccessible *accessible = NULL;

    ck_assert_int_eq(AccessibleObjectFromWindow(control, (DWORD)OBJID_CLIENT, &IID_IAccessible,
                                                (void **)&accessible),
                     S_OK);
    return accessible;
}

static const VARIANT self = {.vt = VT_I4, .lVal = CHILDID_SELF};

static LONG role_of(HWND control)
{
    IAccessible *accessible = open_accessible(control);
    VARIANT role = {.vt = VT_EMPTY};

    ck_assert_int_eq(IAccessible_get_accRole(accessible, self, &role), S_OK);
    IAccessible_Release(accessible);
    return role.lVal;
}

static LONG state_of(HWND control)
{
    IAccessible *accessible = open_accessible(control);
    VARIANT state = {.vt = VT_EMPTY};

    ck_assert_int_eq(IAccessible_get_accState(accessible, self, &state), S_OK);
    IAccessible_Release(accessible);
    return state.lVal;
}

START_TEST(buttons_have_the_role_and_the_state_of_what_they_are)
{
    HWND tab = button_make(page, 1, L"&Tab", ROLE_TAB);
    HWND choice = button_make(page, 2, L"&Choice", ROLE_CHOICE);

    ck_assert_int_eq(role_of(tab), ROLE_SYSTEM_PAGETAB);
    ck_assert(!(state_of(tab) & STATE_SYSTEM_SELECTED));
    button_choose(tab, true);
    ck_assert(state_of(tab) & STATE_SYSTEM_SELECTED);
    ck_assert_int_eq(role_of(choice), ROLE_SYSTEM_RADIOBUTTON);
    ck_assert(!(state_of(choice) & STATE_SYSTEM_CHECKED));
    button_choose(choice, true);
    ck_assert(state_of(choice) & STATE_SYSTEM_CHECKED);
    ck_assert_int_eq(role_of(button_make(page, 3, L"&Menu", ROLE_MENU)), ROLE_SYSTEM_BUTTONMENU);
    ck_assert_int_eq(role_of(button_make(page, 4, L"&Go", ROLE_PUSH)), ROLE_SYSTEM_PUSHBUTTON);
}
END_TEST

static void write_value(void *context, HWND drawing, char *value, size_t size)
{
    (void)drawing;
    snprintf(value, size, "%s", (const char *)context);
}

START_TEST(a_drawing_has_a_role_a_value_and_its_usual_name)
{
    char shown[] = "5 of 10 (50 %)";
    struct drawing_calls calls = {
        .context = shown, .role = ROLE_SYSTEM_PROGRESSBAR, .value = write_value};
    HWND drawing = drawing_make(page, 1, L"TCP", &calls);
    IAccessible *accessible = open_accessible(drawing);
    BSTR name = NULL, value = NULL;
    IUnknown *unknown = NULL;

    ck_assert_int_eq(role_of(drawing), ROLE_SYSTEM_PROGRESSBAR);
    ck_assert(state_of(drawing) & STATE_SYSTEM_READONLY);
    ck_assert_int_eq(IAccessible_get_accName(accessible, self, &name), S_OK);
    ck_assert_int_eq(lstrcmpW(name, L"TCP"), 0);
    ck_assert_int_eq(IAccessible_get_accValue(accessible, self, &value), S_OK);
    ck_assert_int_eq(lstrcmpW(value, L"5 of 10 (50 %)"), 0);
    ck_assert_int_eq(IAccessible_QueryInterface(accessible, &IID_IUnknown, (void **)&unknown),
                     S_OK);
    IUnknown_Release(unknown);
    SysFreeString(name);
    SysFreeString(value);
    IAccessible_Release(accessible);
}
END_TEST

START_TEST(an_object_outlives_its_control)
{
    HWND tab = button_make(page, 1, L"&Tab", ROLE_TAB);
    IAccessible *accessible = open_accessible(tab);
    VARIANT state = {.vt = VT_EMPTY};

    DestroyWindow(tab);
    IAccessible_get_accState(accessible, self, &state); /* must not crash */
    ck_assert_uint_eq(IAccessible_Release(accessible), 0);
}
END_TEST

Suite *accessible_suite(void)
{
    Suite *suite = suite_create("accessible");
    TCase *tests = tcase_create("accessible");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, buttons_have_the_role_and_the_state_of_what_they_are);
    tcase_add_test(tests, a_drawing_has_a_role_a_value_and_its_usual_name);
    tcase_add_test(tests, an_object_outlives_its_control);
    suite_add_tcase(suite, tests);
    return suite;
}
