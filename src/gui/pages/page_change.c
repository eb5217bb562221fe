/* page_change.c - the page that sets a new value: it first shows the effect, then applies the
 * value. */
#include "gui/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <commctrl.h>
#include <oleacc.h>

#include "gui/button.h"
#include "gui/control.h"
#include "gui/drawing.h"
#include "gui/encoding.h"
#include "gui/field.h"
#include "gui/pages/change_text.h"
#include "gui/spinner.h"

enum {
    ID_STORED = 100,
    ID_BOUNDS,
    ID_VALUE_LABEL,
    ID_VALUE,
    ID_SPINNER,
    ID_SLIDER,
    ID_REFUSAL,
    ID_BAR,
    ID_EFFECT_LABEL,
    ID_EFFECT,
    ID_POINT_LABEL,
    ID_POINT_HINT,
    ID_REASON_LABEL,
    ID_REASON,
    ID_APPLY,
    ID_RESET,
    ID_SETTING = 200, /* + index in the catalog */
    ID_POINT = 220,   /* + enum change_point */
};

enum {
    MARGIN = 20,
    GAP = 12,
    ROW = 30,
    FIELD_WIDTH = 110,
    SPINNER_WIDTH = 18,
    LABEL_WIDTH = 110,
    EFFECT_MINIMUM = 45,
    COMFORTABLE_HEIGHT = 560,
    LISTENERS_MAXIMUM = 4096,
    VALUE_SIZE = 64,
};

struct change {
    struct window *window;
    HWND page;
    HWND settings[SETTINGS_MAX], stored, bounds, value_label, value, spinner, slider, refusal;
    HWND bar, effect_label, effect, point_label, points[CHANGE_POINT_COUNT], point_hint,
        reason_label;
    HWND reason, apply, reset;
    struct drawing_calls bar_calls;
    size_t setting; /* index in the catalog */
    enum change_point point;
    bool is_filled[SETTINGS_MAX]; /* the initial value of the field was set */
    char typed[SETTINGS_MAX][VALUE_SIZE];
    bool is_filling;         /* the page, not the user, is changing the field */
    bool is_wrong;           /* the value is invalid */
    unsigned serial;         /* number of the newest request for a preview */
    struct preview *preview; /* copy of the newest preview; NULL: not received yet */
    uint16_t listeners[LISTENERS_MAXIMUM];
    size_t listener_count;
};

static const struct survey *survey_of(const struct change *change)
{
    return change->window->assessment ? &change->window->assessment->snapshot.survey : NULL;
}

static const struct setting *chosen(const struct change *change)
{
    return setting_at(change->setting);
}

/* ---- the effect ------------------------------------------------------- */

static void gather_listeners(struct change *change, struct port_range range)
{
    const struct sample *sample = change->window->sample;

    change->listener_count = 0;
    for (uint32_t port = range.start;
         sample && !sample->is_missed && range.count && port <= range_end(range) &&
         port < ALL_PORTS && change->listener_count < LISTENERS_MAXIMUM;
         port++)
        if (sample->port_classes[PROTOCOL_TCP].classes[port] == PORT_CLASS_LISTENING)
            change->listeners[change->listener_count++] = (uint16_t)port;
}

static void make_bar(struct change *change, struct range_bar_view *view)
{
    const struct survey *survey = survey_of(change);
    const struct preview *preview = change->preview;
    const struct prediction *predicted = NULL;

    memset(view, 0, sizeof *view);
    view->present_name = "Now";
    view->predicted_name = "After a restart";
    view->unknown_words = "unknown";
    if (survey && survey->running[PROTOCOL_TCP][FAMILY_IPV4].is_known)
        view->present = survey->running[PROTOCOL_TCP][FAMILY_IPV4].range;
    if (preview && preview->is_made && preview->moves_range)
        predicted = &preview->after[PROTOCOL_TCP][FAMILY_IPV4];
    else if (survey)
        predicted = &survey->predicted[PROTOCOL_TCP][FAMILY_IPV4];
    if (predicted && predicted->is_known) {
        view->predicted = predicted->range;
        gather_listeners(change, predicted->range);
        view->listeners = change->listeners;
        view->listener_count = change->listener_count;
    }
}

static void paint_bar(void *context, HWND drawing, HDC dc, const RECT *rect)
{
    struct change *change = context;
    struct range_bar_view view;

    (void)drawing;
    make_bar(change, &view);
    range_bar_paint(dc, rect, &view, &change->window->theme, &change->window->scale);
}

static void name_bar(struct change *change)
{
    struct range_bar_view view;
    struct text name;

    make_bar(change, &view);
    text_init(&name);
    change_print_ranges(&view, &name);
    drawing_refresh(change->bar, text_string(&name));
    text_release(&name);
}

static void enable(const struct change *change)
{
    const struct preview *preview = change->preview;
    const struct survey *survey = survey_of(change);
    bool can_apply = preview && preview->is_made && !preview->is_already && !change->is_wrong &&
                     !change->window->is_busy;
    bool can_reset = survey && survey->is_stored_known[change->setting] &&
                     survey->stored[change->setting].kind != VALUE_ABSENT &&
                     !change->window->is_busy;

    control_enable(change->apply, can_apply);
    control_enable(change->reset, can_reset);
}

static void show_preview(struct change *change)
{
    const struct preview *preview = change->preview;

    if (change->is_wrong)
        report_set(change->effect, "");
    else if (!preview)
        report_set(change->effect, "Calculating...");
    else if (!preview->is_made)
        report_set(change->effect, preview->fault.text);
    else if (preview->is_already)
        report_set(change->effect, "Already set; nothing would be written.");
    else
        report_set(change->effect, text_string(&preview->text));
    name_bar(change);
    enable(change);
}

static void forget_preview(struct change *change)
{
    preview_release(change->preview);
    change->preview = NULL;
}

/* Checks the value, with the same messages as the command `set`, and requests a preview. If the
 * value is the same as before, the page shows the previous preview until the new preview comes. */
static void check_value(struct change *change)
{
    const struct survey *survey = survey_of(change);
    char *text = control_text(change->value);
    struct value wanted;
    struct fault fault;
    uint32_t number;

    if (text)
        strncpy(change->typed[change->setting], text, VALUE_SIZE - 1);
    if (!survey || !text) {
        free(text);
        return;
    }
    change->is_wrong = !setting_parse(chosen(change), &survey->os, text, &number, &fault);
    free(text);
    control_set_text(change->refusal, change->is_wrong ? fault.text : "");
    ShowWindow(change->refusal, change->is_wrong ? SW_SHOW : SW_HIDE);
    ShowWindow(change->bounds, change->is_wrong ? SW_HIDE : SW_SHOW);
    if (!change->is_wrong) {
        if ((uint32_t)SendMessageW(change->slider, TBM_GETPOS, 0, 0) != number)
            SendMessageW(change->slider, TBM_SETPOS, TRUE, (LPARAM)number);
        wanted = value_number(number);
        worker_preview(change->window->worker, ++change->serial, change->setting, &wanted);
    }
    show_preview(change);
    InvalidateRect(change->page, NULL, FALSE);
}

/* ---- initial values --------------------------------------------------- */

static void lay_out(struct change *change);

static void show_stored(struct change *change)
{
    const struct survey *survey = survey_of(change);
    struct text text;
    bool is_new;

    if (!survey)
        return;
    text_init(&text);
    change_print_stored(survey, change->setting, &text);
    is_new = control_set_text(change->stored, text_string(&text));
    text_release(&text);
    text_init(&text);
    change_print_bounds(survey, change->setting, &text);
    control_set_text(change->bounds, text_string(&text));
    text_release(&text);
    if (is_new)
        lay_out(change); /* the text may have more lines or fewer */
}

/* Shows the value that was last typed for the setting. The initial value is the stored number. If
 * no number is stored, it is the maximum or the minimum, as the catalog suggests. */
static void fill_value(struct change *change)
{
    const struct survey *survey = survey_of(change);
    const struct value *stored;
    uint32_t minimum, maximum;
    wchar_t typed[VALUE_SIZE];

    if (!survey)
        return;
    setting_bounds(chosen(change), &survey->os, &minimum, &maximum);
    stored = &survey->stored[change->setting];
    if (!change->is_filled[change->setting]) {
        bool is_number = survey->is_stored_known[change->setting] && stored->kind == VALUE_NUMBER;

        snprintf(change->typed[change->setting], VALUE_SIZE, "%lu",
                 (unsigned long)(is_number                          ? stored->number
                                 : chosen(change)->suggests_maximum ? maximum
                                                                    : minimum));
        change->is_filled[change->setting] = true;
    }
    change->is_filling = true;
    SendMessageW(change->slider, TBM_SETRANGEMIN, FALSE, (LPARAM)minimum);
    SendMessageW(change->slider, TBM_SETRANGEMAX, TRUE, (LPARAM)maximum);
    SendMessageW(change->slider, TBM_SETPAGESIZE, 0, (LPARAM)((maximum - minimum) / 20 + 1));
    SendMessageW(change->spinner, UDM_SETRANGE32, minimum, (LPARAM)maximum);
    control_set_wide(change->value,
                     encoding_fit(typed, VALUE_SIZE, change->typed[change->setting]));
    change->is_filling = false;
    forget_preview(change);
    check_value(change);
}

static void choose_setting(struct change *change, size_t setting)
{
    change->setting = setting;
    for (size_t i = 0; i < setting_count; i++)
        button_choose(change->settings[i], i == setting);
    show_stored(change);
    fill_value(change);
    SendMessageW(change->page, WM_SIZE, 0, 0);
}

static void choose_point(struct change *change, enum change_point point)
{
    const struct survey *survey = survey_of(change);

    change->point = point;
    for (int i = 0; i < CHANGE_POINT_COUNT; i++)
        button_choose(change->points[i], i == (int)point);
    if (control_set_text(change->point_hint,
                         survey && os_is_server(&survey->os) && point != CHANGE_POINT_SKIP
                             ? change_point_hint_of_servers
                             : change_points[point].hint))
        lay_out(change);
}

/* ---- applying --------------------------------------------------------- */

static void run(struct change *change, bool is_reset)
{
    const struct survey *survey = survey_of(change);
    const struct setting *setting = chosen(change);
    char *reason = control_text(change->reason);
    char words[PLACE_NAME_SIZE + VALUE_SIZE];
    struct text expect, shown;
    const char *arguments[RUN_ARGUMENTS_MAX];
    size_t count = 0;

    if (!survey || !reason || (!is_reset && !change->preview)) {
        free(reason);
        return;
    }
    text_init(&expect);
    text_init(&shown);
    value_write(is_reset ? &survey->stored[change->setting] : &change->preview->stored, &expect);
    snprintf(words, sizeof words, is_reset ? "%s" : "%s=%s", setting->name,
             change->typed[change->setting]);
    arguments[count++] = is_reset ? "reset" : "set";
    arguments[count++] = words;
    arguments[count++] = "--yes";
    arguments[count++] = "--expect";
    arguments[count++] = text_string(&expect);
    arguments[count++] = "--restore-point";
    arguments[count++] = change_points[change->point].option;
    if (*reason) {
        arguments[count++] = "--reason";
        arguments[count++] = reason;
    }
    if (is_reset)
        change_print_reset(survey, change->setting, &shown);
    else
        text_puts(&shown, text_string(&change->preview->text));
    window_confirm_and_run(change->window, is_reset ? L"Delete the value?" : L"Apply this change?",
                           text_string(&shown), is_reset ? L"&Delete" : L"&Apply", arguments,
                           count);
    text_release(&shown);
    text_release(&expect);
    free(reason);
}

/* ---- layout ----------------------------------------------------------- */

static int label_width(const struct change *change)
{
    const struct scale *scale = &change->window->scale;
    HWND labels[] = {change->value_label, change->point_label, change->reason_label};
    int widest = scale_px(scale->dpi, LABEL_WIDTH);

    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        wchar_t text[64];
        int width;

        GetWindowTextW(labels[i], text, 64);
        width = control_measure(scale, text, ROLE_TEXT, 0).cx + scale_px(scale->dpi, GAP);
        if (width > widest)
            widest = width;
    }
    return widest;
}

/* Shows the bar of the range at y, if the setting is MaxUserPort and enough height remains above
 * `bottom` for the text of the effect. Otherwise hides the bar; the text states the range, too.
 * Returns the y below the bar, or y if the bar is hidden. */
static int place_bar(struct change *change, int x, int y, int width, int gap, int bottom)
{
    const struct scale *scale = &change->window->scale;
    int end = y + range_bar_height(scale) + gap;
    bool is_shown = change->setting == SETTING_MAX_USER_PORT &&
                    end + scale_px(scale->dpi, ROW + EFFECT_MINIMUM) <= bottom;

    control_show(change->bar, is_shown);
    MoveWindow(change->bar, x, y, width, end - gap - y, TRUE);
    return is_shown ? end : y;
}

/* Places the rows of the page from its bottom upwards. Returns the y above them. */
static int place_rows_below(struct change *change, int label, int width, int bottom, int gap)
{
    const struct scale *scale = &change->window->scale;
    int margin = scale_px(scale->dpi, MARGIN), row = scale_px(scale->dpi, ROW), x, hint;
    int right = margin + width;

    bottom -= row;
    buttons_place((HWND[]){change->apply, change->reset}, 2, scale, margin + label, bottom, row);
    bottom -= gap + row;
    MoveWindow(change->reason_label, margin, bottom, label, row, TRUE);
    field_place(change->reason, scale, margin + label, bottom, width - label, row);
    bottom -= gap + row;
    MoveWindow(change->point_label, margin, bottom, label, row, TRUE);
    x = buttons_place(change->points, CHANGE_POINT_COUNT, scale, margin + label, bottom, row);
    x += scale_px(scale->dpi, GAP);
    hint = control_height(change->point_hint, scale, right - x);
    MoveWindow(change->point_hint, x, bottom + (row - hint) / 2, right - x, hint, TRUE);
    return bottom;
}

static void lay_out(struct change *change)
{
    const struct scale *scale = &change->window->scale;
    int margin = scale_px(scale->dpi, MARGIN), gap = scale_px(scale->dpi, GAP);
    int row = scale_px(scale->dpi, ROW), frame = scale_px(scale->dpi, 6);
    int label = label_width(change), field = scale_px(scale->dpi, FIELD_WIDTH);
    int spinner = scale_px(scale->dpi, SPINNER_WIDTH), line, y = margin, x, width, bottom, inset,
        y_margin, title;
    RECT client;

    GetClientRect(change->page, &client);
    if (client.right < 4 * margin)
        return;
    width = client.right - 2 * margin;
    if (client.bottom < scale_px(scale->dpi, COMFORTABLE_HEIGHT)) {
        y = margin / 2; /* use less space in a low window, so that nothing overlaps */
        gap /= 3;
    }
    y_margin = y;
    line = control_measure(scale, L"Ag", ROLE_TEXT, 0).cy;
    inset = (row - line) / 2;
    buttons_place(change->settings, setting_count, scale, margin, y, row);
    y += row + gap;
    title = control_height(change->stored, scale, width);
    title = title > row ? title : row;
    MoveWindow(change->stored, margin, y, width, title, TRUE);
    y += title;
    MoveWindow(change->value_label, margin, y, label, row, TRUE);
    x = margin + label;
    field_place(change->value, scale, x, y, field, row);
    MoveWindow(change->spinner, x + field, y + inset - frame, spinner, line + 2 * frame, TRUE);
    x += field + spinner + 2 * gap;
    MoveWindow(change->slider, x, y, client.right - margin - x, row, TRUE);
    y += row + gap / 3;
    /* These two controls share a place; only one of them is visible. */
    MoveWindow(change->bounds, margin + label, y, width - label, line + 2, TRUE);
    MoveWindow(change->refusal, margin + label, y, width - label, 2 * line + 2, TRUE);
    y += 2 * line + gap;
    y = place_bar(change, margin, y, width, gap, client.bottom - y_margin - 3 * (row + gap));
    bottom = place_rows_below(change, label, width, client.bottom - y_margin, gap);
    MoveWindow(change->effect_label, margin, y, width, row, TRUE);
    y += row;
    if (bottom - gap - y < scale_px(scale->dpi, EFFECT_MINIMUM))
        bottom = y + scale_px(scale->dpi, EFFECT_MINIMUM) + gap;
    MoveWindow(change->effect, margin, y, width, bottom - gap - y, TRUE);
    InvalidateRect(change->page, NULL, TRUE);
}

/* ---- the page --------------------------------------------------------- */

static void create(struct change *change, HWND page)
{
    wchar_t name[PLACE_NAME_SIZE];

    change->page = page;
    change->bar_calls =
        (struct drawing_calls){.context = change, .paint = paint_bar, .role = ROLE_SYSTEM_DIAGRAM};
    for (size_t i = 0; i < setting_count; i++)
        change->settings[i] =
            button_make(page, ID_SETTING + (int)i,
                        encoding_fit(name, PLACE_NAME_SIZE, setting_at(i)->name), ROLE_CHOICE);
    change->stored = paragraph_make(page, ID_STORED, L"Checking this machine...", ROLE_TITLE);
    change->bounds = label_make(page, ID_BOUNDS, L"", ROLE_MUTED);
    change->value_label = label_make(page, ID_VALUE_LABEL, L"New &value", ROLE_LABEL);
    change->value = field_make(page, ID_VALUE, NULL, 0);
    SendMessageW(change->value, EM_SETLIMITTEXT, VALUE_SIZE - 1, 0);
    change->spinner = spinner_make(page, ID_SPINNER, change->value, &change->window->theme);
    change->slider = slider_make(page, ID_SLIDER, L"New value");
    change->refusal = paragraph_make(page, ID_REFUSAL, L"", ROLE_BAD);
    change->bar = drawing_make(page, ID_BAR, L"Port range", &change->bar_calls);
    change->effect_label = label_make(page, ID_EFFECT_LABEL, L"Effect", ROLE_STRONG);
    change->effect = report_make(page, ID_EFFECT);
    change->point_label = label_make(page, ID_POINT_LABEL, L"Restore point", ROLE_LABEL);
    for (int i = 0; i < CHANGE_POINT_COUNT; i++)
        change->points[i] = button_make(page, ID_POINT + i, change_points[i].title, ROLE_CHOICE);
    change->point_hint = paragraph_make(page, ID_POINT_HINT, L"", ROLE_MUTED);
    change->reason_label = label_make(page, ID_REASON_LABEL, L"&Reason", ROLE_LABEL);
    change->reason =
        field_make(page, ID_REASON, L"A ticket or a reason; recorded in the journal", 0);
    change->apply = button_make(page, ID_APPLY, L"&Apply...",
                                change->window->is_elevated ? ROLE_PRIMARY : ROLE_SHIELD);
    change->reset = button_make(page, ID_RESET, L"&Delete the value...", ROLE_PUSH);
    choose_setting(change, SETTING_MAX_USER_PORT);
    choose_point(change, CHANGE_POINT_AUTO);
    enable(change);
}

static void on_command(struct change *change, unsigned id, unsigned notice)
{
    if (id >= ID_SETTING && id < ID_SETTING + setting_count) {
        choose_setting(change, id - ID_SETTING);
    } else if (id >= ID_POINT && id < ID_POINT + CHANGE_POINT_COUNT) {
        choose_point(change, (enum change_point)(id - ID_POINT));
    } else if (id == ID_VALUE && notice == EN_CHANGE && !change->is_filling) {
        forget_preview(change);
        check_value(change);
    } else if ((id == ID_VALUE || id == ID_REASON) &&
               (notice == EN_SETFOCUS || notice == EN_KILLFOCUS)) {
        InvalidateRect(change->page, NULL, FALSE);
    } else if (id == ID_APPLY) {
        run(change, false);
    } else if (id == ID_RESET) {
        run(change, true);
    }
}

static void slide(struct change *change)
{
    wchar_t number[16];

    _snwprintf(number, 16, L"%ld", (long)SendMessageW(change->slider, TBM_GETPOS, 0, 0));
    control_set_wide(change->value, number);
}

static void paint(const struct change *change)
{
    const struct window *window = change->window;
    PAINTSTRUCT what;
    HDC dc = BeginPaint(change->page, &what);

    field_frame(change->value, dc, &window->theme, &window->scale, change->is_wrong);
    field_frame(change->reason, dc, &window->theme, &window->scale, false);
    EndPaint(change->page, &what);
}

/* Moves the content of the preview to a copy, because the frame releases the original. */
static void take_preview(struct change *change, struct preview *preview)
{
    struct preview *copy;

    if (preview->serial != change->serial)
        return;
    copy = malloc(sizeof *copy);
    if (!copy)
        return;
    *copy = *preview;
    text_init(&preview->text); /* the copy owns the text now */
    preview->stored = value_absent();
    forget_preview(change);
    change->preview = copy;
    show_preview(change);
}

static LRESULT CALLBACK procedure(HWND page, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct change *change = page_state(page);

    switch (message) {
    case WM_CREATE:
        create(change, page);
        return 0;
    case WM_SIZE:
        lay_out(change);
        return 0;
    case WM_PAINT:
        paint(change);
        return 0;
    case WM_HSCROLL:
        if ((HWND)lparam == change->slider)
            slide(change);
        return 0;
    case WM_COMMAND:
        on_command(change, LOWORD(wparam), HIWORD(wparam));
        return 0;
    case PAGE_ASSESSMENT:
        show_stored(change);
        choose_point(change, change->point);
        if (change->is_filled[change->setting])
            check_value(change); /* the new assessment may change the preview */
        else
            fill_value(change);
        return 0;
    case PAGE_SAMPLE:
        if (change->window->page == PAGE_CHANGE)
            name_bar(change);
        return 0;
    case PAGE_ANSWER:
        if (wparam == ANSWER_PREVIEW)
            take_preview(change, (struct preview *)lparam);
        return 0;
    case PAGE_RESTYLE:
        /* The slider keeps a picture of its background. It makes a new picture at WM_ENABLE (Win32,
         * "About Trackbar Controls"), but not at WM_PAINT. */
        SendMessageW(change->slider, WM_ENABLE, IsWindowEnabled(change->slider), 0);
        break;
    case PAGE_IS_READY:
        return change->preview != NULL;
    case WM_NCDESTROY:
        forget_preview(change);
        free(change);
        break; /* page_default then clears the state */
    }
    return page_default(page, message, wparam, lparam);
}

HWND page_change_create(struct window *window)
{
    struct change *change = calloc(1, sizeof *change);

    if (!change)
        return NULL;
    change->window = window;
    return page_window(window, L"Change", procedure, change);
}
