/* page_now.c - the page that shows whether there is a port problem: verdict, gauges, chart and a
 * map of all ports. */
#include "gui/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oleacc.h>

#include "gui/button.h"
#include "gui/clipboard.h"
#include "gui/control.h"
#include "gui/dialog.h"
#include "gui/drawing.h"
#include "gui/pages/now_text.h"
#include "gui/paint/chart.h"
#include "gui/paint/gauge.h"
#include "gui/paint/port_map.h"

enum {
    ID_VERDICT = 100,
    ID_DOUBT,
    ID_WHY,
    ID_NOTE,
    ID_GAUGE = 110, /* + enum protocol */
    ID_CHART = 120,
    ID_MAP,
    ID_PROTOCOL = 130, /* + enum protocol */
    ID_SPAN = 140,     /* + enum usage_history_span */
};

enum {
    MARGIN = 20,
    GAP = 12,
    BUTTON_HEIGHT = 30,
    CELL_MAXIMUM = 6,
    LEFT_MINIMUM = 400,
    POINTS_MAXIMUM = 1200, /* at least USAGE_HISTORY_SLOTS */
    DETAIL_SIZE = 256,
};

struct now {
    struct window *window;
    HWND verdict, doubt, note, why, gauges[PROTOCOL_COUNT], chart, map;
    HWND protocols[PROTOCOL_COUNT], spans[SPAN_COUNT];
    struct drawing_calls gauge_calls, chart_calls, map_calls;
    int hover; /* the port that the mouse or the keyboard has selected, or PORT_NONE */
    struct usage_history_point points[POINTS_MAXIMUM];
};

/* ---- texts ------------------------------------------------------------ */

static void make_gauge(const struct sample *sample, int p, struct gauge_view *view,
                       char detail[DETAIL_SIZE])
{
    enum family fuller = FAMILY_IPV4;
    struct text text;

    text_init(&text);
    now_print_detail(sample, p, &text);
    strncpy(detail, text_string(&text), DETAIL_SIZE - 1);
    detail[DETAIL_SIZE - 1] = '\0';
    text_release(&text);
    *view = (struct gauge_view){.name = protocol_name((enum protocol)p),
                                .is_known = now_is_counted(sample, p, &fuller),
                                .detail = detail};
    if (!view->is_known)
        return;
    view->in_use = sample->usage[p].family[fuller].in_use;
    view->available = usage_available(&sample->usage[p], fuller);
}

/* ---- values for screen readers ---------------------------------------- */

static void write_gauge_value(void *context, HWND drawing, char *value, size_t size)
{
    const struct now *now = context;
    char detail[DETAIL_SIZE];
    char figures[GAUGE_TEXT_SIZE];
    struct gauge_view view;

    make_gauge(now->window->sample, GetDlgCtrlID(drawing) - ID_GAUGE, &view, detail);
    snprintf(value, size, "%s", gauge_value(figures, &view));
}

/* Writes the port that the mouse or the keyboard has selected. */
static void write_map_value(void *context, HWND drawing, char *value, size_t size)
{
    const struct now *now = context;

    (void)drawing;
    if (now->hover != PORT_NONE)
        snprintf(value, size, "%s port %d", protocol_name(now->window->protocol), now->hover);
}

/* ---- painting --------------------------------------------------------- */

static void paint_gauge(void *context, HWND drawing, HDC dc, const RECT *rect)
{
    const struct now *now = context;
    int p = GetDlgCtrlID(drawing) - ID_GAUGE;
    char detail[DETAIL_SIZE];
    struct gauge_view view;

    make_gauge(now->window->sample, p, &view, detail);
    gauge_paint(dc, rect, &view, &now->window->theme, &now->window->scale);
}

static void make_chart(struct now *now, struct chart_view *view)
{
    const struct window *window = now->window;
    const struct sample *sample = window->sample;
    enum family fuller;

    *view = (struct chart_view){
        .span = window->span,
        .now_ms = sample ? sample->monotonic_ms : 0,
        .points = now->points,
        .shows_time_wait = window->protocol == PROTOCOL_TCP,
        .shows_bound = window->protocol == PROTOCOL_TCP,
    };
    view->count = sample ? usage_history_read(&window->history[window->protocol], window->span,
                                              view->now_ms, now->points, POINTS_MAXIMUM)
                         : 0;
    if (now_is_counted(sample, (int)window->protocol, &fuller))
        view->available = usage_available(&sample->usage[window->protocol], fuller);
    if (sample && !sample->sockets.has_bound)
        view->bound_note = "not shown by this Windows";
}

static void paint_chart(void *context, HWND drawing, HDC dc, const RECT *rect)
{
    struct now *now = context;
    struct chart_view view;

    (void)drawing;
    make_chart(now, &view);
    chart_paint(dc, rect, &view, &now->window->theme, &now->window->scale);
}

static void paint_map(void *context, HWND drawing, HDC dc, const RECT *rect)
{
    const struct now *now = context;
    const struct window *window = now->window;
    const struct assessment *assessment = window->assessment;
    bool has_sample = window->sample && !window->sample->is_missed;
    struct port_map_view view = {.hover = now->hover};
    struct text hover;

    (void)drawing;
    text_init(&hover);
    if (has_sample) {
        view.classes = window->sample->port_classes[window->protocol].classes;
        if (now->hover != PORT_NONE) {
            now_print_port(window, now->hover, &hover);
            view.hover_text = text_string(&hover);
        }
        if (!window->sample->sockets.has_bound && window->protocol == PROTOCOL_TCP)
            view.note = "this Windows does not list bound, idle sockets";
    }
    if (assessment) {
        const struct survey *survey = &assessment->snapshot.survey;
        const struct running_range *running = &survey->running[window->protocol][FAMILY_IPV4];
        const struct prediction *predicted = &survey->predicted[window->protocol][FAMILY_IPV4];

        if (running->is_known)
            view.running = running->range;
        if (predicted->is_known)
            view.predicted = predicted->range;
    }
    port_map_paint(dc, rect, &view, &window->theme, &window->scale);
    text_release(&hover);
}

/* Refreshes the map. The name of the map, for screen readers, describes the port that the mouse or
 * the keyboard has selected. If no port is selected, the name contains the number of ports of each
 * class. */
static void show_map(struct now *now)
{
    const struct sample *sample = now->window->sample;
    struct text name;

    text_init(&name);
    if (now->hover != PORT_NONE && sample && !sample->is_missed)
        now_print_port(now->window, now->hover, &name);
    else
        now_print_counts(now->window, &name);
    drawing_refresh(now->map, text_string(&name));
    text_release(&name);
}

static void hover_map(void *context, HWND drawing, POINT at)
{
    struct now *now = context;
    RECT rect;
    int port;

    GetClientRect(drawing, &rect);
    port = at.x < 0 ? PORT_NONE : port_map_hit(&rect, &now->window->scale, at);
    if (port == now->hover || now->window->is_picture)
        return;
    now->hover = port;
    window_update_wants(now->window);
    show_map(now);
}

static void click_map(void *context, HWND drawing, POINT at)
{
    struct now *now = context;
    RECT rect;
    int port;

    GetClientRect(drawing, &rect);
    port = port_map_hit(&rect, &now->window->scale, at);
    if (port > 0)
        window_open_port_check(now->window, now->window->protocol, (uint16_t)port);
}

static bool key_map(void *context, HWND drawing, WPARAM key)
{
    struct now *now = context;
    int port = now->hover == PORT_NONE ? 0 : now->hover, step = 0;

    (void)drawing;
    switch (key) {
    case VK_LEFT:
        step = -1;
        break;
    case VK_RIGHT:
        step = 1;
        break;
    case VK_UP:
        step = -PORT_MAP_SIDE;
        break;
    case VK_DOWN:
        step = PORT_MAP_SIDE;
        break;
    case VK_RETURN:
    case VK_SPACE:
        if (port > 0)
            window_open_port_check(now->window, now->window->protocol, (uint16_t)port);
        return true;
    default:
        return false;
    }
    if (port + step >= 0 && port + step < PORT_MAP_PORTS)
        now->hover = port + step;
    window_update_wants(now->window);
    show_map(now);
    return true;
}

/* ---- updates ---------------------------------------------------------- */

static enum role verdict_role(enum verdict_kind level, bool is_healthy)
{
    switch (level) {
    case VERDICT_FILLING:
        return ROLE_WARN_TITLE;
    case VERDICT_NEARLY_FULL:
    case VERDICT_FULL:
        return ROLE_BAD_TITLE;
    default:
        return is_healthy ? ROLE_TITLE : ROLE_WARN_TITLE;
    }
}

static void show_sample(struct now *now)
{
    const struct window *window = now->window;
    struct text name;

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        char detail[DETAIL_SIZE], figures[GAUGE_TEXT_SIZE];
        struct gauge_view view;

        make_gauge(window->sample, p, &view, detail);
        text_init(&name);
        text_printf(&name, "%s: %s. %s", view.name, gauge_text(figures, &view), detail);
        drawing_refresh(now->gauges[p], text_string(&name));
        text_release(&name);
        button_choose(now->protocols[p], p == (int)window->protocol);
    }
    for (int s = 0; s < SPAN_COUNT; s++)
        button_choose(now->spans[s], s == (int)window->span);
    text_init(&name);
    text_printf(&name, "%s ports over the last %s", protocol_name(window->protocol),
                usage_history_span_name(window->span));
    drawing_refresh(now->chart, text_string(&name));
    text_release(&name);
    show_map(now);
}

static void lay_out(struct now *now, HWND page);

/* Shows the verdict. Call this function after every assessment and every sample. */
static void show_verdict(struct now *now, HWND page)
{
    const struct assessment *assessment = now->window->assessment;
    const char *doubt = "";
    struct headline headline;
    struct text text, note;
    bool is_new;

    if (!assessment)
        return;
    text_init(&text);
    text_init(&note);
    now_print_verdict(now->window, &headline, &text);
    now_print_note(assessment, &note);
    control_set_role(now->verdict, verdict_role(headline.level, headline.is_healthy));
    if (headline.is_outdated)
        doubt = "";
    else if (assessment->has_diagnosis && assessment->diagnosis.is_weak)
        doubt = text_string(&assessment->diagnosis.doubt);
    else if (assessment->has_diagnosis && assessment->diagnosis.culprit.count)
        doubt = text_string(&assessment->diagnosis.culprit.rows[0].text);
    is_new = control_set_text(now->verdict, text_string(&text));
    is_new |= control_set_text(now->doubt, doubt);
    is_new |= control_set_text(now->note, text_string(&note));
    if (is_new) {
        lay_out(now, page);
        InvalidateRect(page, NULL, TRUE);
    }
    text_release(&note);
    text_release(&text);
}

static void show_why(struct now *now)
{
    const struct assessment *assessment = now->window->assessment;
    const struct diagnosis *diagnosis;
    struct text text;

    if (!assessment || !assessment->has_diagnosis) {
        window_report(now->window, "This machine has not been checked yet.");
        return;
    }
    diagnosis = &assessment->diagnosis;
    /* The dialog prints the verdict of the assessment, because its other figures are from the
     * assessment as well. The verdict on the page may be newer. */
    text_init(&text);
    text_printf(&text, "%s\n", text_string(&diagnosis->verdict));
    if (diagnosis->is_weak)
        text_printf(&text, "The evidence is weak: %s\n", text_string(&diagnosis->doubt));
    if (survey_restart_is_pending(&assessment->snapshot.survey))
        text_printf(&text, "%s\n", survey_restart_words);
    dialog_print_sentences(&text, "Evidence", &diagnosis->evidence);
    dialog_print_sentences(&text, "Culprit", &diagnosis->culprit);
    dialog_print_sentences(&text, "Remedies now", &diagnosis->now);
    dialog_print_sentences(&text, "Remedies that need a restart", &diagnosis->after_restart);
    dialog_print_sentences(&text, "What could not be checked", &diagnosis->unseen);
    now_print_notes(assessment, &text);
    window_show_text(now->window, L"Why", text_string(&text));
    text_release(&text);
}

static bool copy(const struct now *now)
{
    const struct window *window = now->window;
    struct headline headline;
    struct text text;
    bool is_copied;

    text_init(&text);
    if (window->assessment) {
        now_print_verdict(window, &headline, &text);
        text_puts(&text, "\r\n");
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        char *name = control_text(now->gauges[p]);

        text_printf(&text, "%s\r\n", name ? name : "");
        free(name);
    }
    is_copied = clipboard_copy(now->window->frame, text_string(&text));
    text_release(&text);
    return is_copied;
}

/* ---- layout ----------------------------------------------------------- */

/* Returns the width of the map together with the legend beside it. The cells are as large as
 * possible, from 6 down to 2 pixels, so that the rest of the page still fits. If cells of 2 pixels
 * are too large, the map gets the whole width that the rest does not need. Returns 0 if this width
 * is too small for a map. */
static int map_width(const struct now *now, int width, int height)
{
    const struct scale *scale = &now->window->scale;
    int most = width - scale_px(scale->dpi, LEFT_MINIMUM);
    RECT rect = {0, 0, most, height};
    struct port_map_frame frame;

    for (int cell = CELL_MAXIMUM; cell > 1; cell--) {
        SIZE size = port_map_size(scale, cell);

        if (size.cx <= most && size.cy <= height)
            return size.cx;
    }
    port_map_frame(&rect, scale, &frame);
    return frame.cell_px ? most : 0;
}

static void lay_out(struct now *now, HWND page)
{
    const struct scale *scale = &now->window->scale;
    int margin = scale_px(scale->dpi, MARGIN), gap = scale_px(scale->dpi, GAP);
    int button = scale_px(scale->dpi, BUTTON_HEIGHT), gauge = gauge_height(scale);
    int why, y = margin, verdict, doubt, note, left, map, bottom, x;
    RECT client;

    GetClientRect(page, &client);
    if (client.right < 2 * margin)
        return;
    why = button_width(now->why, scale);
    verdict = control_height(now->verdict, scale, client.right - 2 * margin - why - gap);
    MoveWindow(now->verdict, margin, y, client.right - 2 * margin - why - gap, verdict, TRUE);
    MoveWindow(now->why, client.right - margin - why, y, why, button, TRUE);
    y += verdict + gap / 3;
    doubt = control_height(now->doubt, scale, client.right - 2 * margin - why - gap);
    MoveWindow(now->doubt, margin, y, client.right - 2 * margin - why - gap, doubt, TRUE);
    y += doubt;
    note = control_height(now->note, scale, client.right - 2 * margin);
    if (note)
        y += gap / 3;
    MoveWindow(now->note, margin, y, client.right - 2 * margin, note, TRUE);
    y += note + gap;
    bottom = client.bottom - margin;
    map = map_width(now, client.right - 2 * margin - 2 * gap, bottom - y);
    left = client.right - 2 * margin - (map ? map + 2 * gap : 0);
    MoveWindow(now->map, client.right - margin - map, y, map, bottom - y, TRUE);
    control_show(now->map, map != 0);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        MoveWindow(now->gauges[p], margin, y, left, gauge, TRUE);
        y += gauge + gap / 2;
    }
    y += gap / 2;
    buttons_place(now->protocols, PROTOCOL_COUNT, scale, margin, y, button);
    x = margin + left - buttons_width(now->spans, SPAN_COUNT, scale);
    buttons_place(now->spans, SPAN_COUNT, scale, x, y, button);
    y += button + gap / 2;
    MoveWindow(now->chart, margin, y, left, bottom - y, TRUE);
}

/* ---- the page --------------------------------------------------------- */

static void create(struct now *now, HWND page)
{
    static const wchar_t *const names[PROTOCOL_COUNT] = {L"&TCP", L"&UDP"};
    static const wchar_t *const spans[SPAN_COUNT] = {L"60 s", L"10 min", L"1 h", L"24 h"};

    now->hover = PORT_NONE;
    now->gauge_calls = (struct drawing_calls){.context = now,
                                              .paint = paint_gauge,
                                              .role = ROLE_SYSTEM_PROGRESSBAR,
                                              .value = write_gauge_value};
    now->chart_calls =
        (struct drawing_calls){.context = now, .paint = paint_chart, .role = ROLE_SYSTEM_CHART};
    now->map_calls = (struct drawing_calls){.context = now,
                                            .paint = paint_map,
                                            .hover = hover_map,
                                            .click = click_map,
                                            .role = ROLE_SYSTEM_DIAGRAM,
                                            .value = write_map_value,
                                            .key = key_map};
    now->verdict = paragraph_make(page, ID_VERDICT, L"Checking this machine...", ROLE_TITLE);
    now->doubt = paragraph_make(page, ID_DOUBT, L"", ROLE_MUTED);
    now->note = paragraph_make(page, ID_NOTE, L"", ROLE_WARN);
    now->why = button_make(page, ID_WHY, L"Wh&y...", ROLE_PUSH);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        now->gauges[p] = drawing_make(page, ID_GAUGE + p, names[p], &now->gauge_calls);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        now->protocols[p] = button_make(page, ID_PROTOCOL + p, names[p], ROLE_CHOICE);
    for (int s = 0; s < SPAN_COUNT; s++)
        now->spans[s] = button_make(page, ID_SPAN + s, spans[s], ROLE_CHOICE);
    now->chart = drawing_make(page, ID_CHART, L"Ports in use over time", &now->chart_calls);
    now->map = drawing_make(page, ID_MAP, L"Map of all ports", &now->map_calls);
}

static void on_command(struct now *now, unsigned id)
{
    if (id == ID_WHY)
        show_why(now);
    else if (id >= ID_PROTOCOL && id < ID_PROTOCOL + PROTOCOL_COUNT)
        window_set_protocol(now->window, (enum protocol)(id - ID_PROTOCOL));
    else if (id >= ID_SPAN && id < ID_SPAN + SPAN_COUNT) {
        now->window->span = (enum usage_history_span)(id - ID_SPAN);
        show_sample(now);
    }
}

static LRESULT CALLBACK procedure(HWND page, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct now *now = page_state(page);

    switch (message) {
    case WM_CREATE:
        create(now, page);
        return 0;
    case WM_SIZE:
        lay_out(now, page);
        return 0;
    case WM_COMMAND:
        on_command(now, LOWORD(wparam));
        return 0;
    case PAGE_SHOWN:
        show_verdict(now, page);
        show_sample(now);
        return 0;
    case PAGE_SAMPLE:
        if (now->window->page == PAGE_NOW) {
            show_verdict(now, page);
            show_sample(now);
        }
        return 0;
    case PAGE_ASSESSMENT:
        show_verdict(now, page);
        return 0;
    case PAGE_WANTS: /* the text about the selected port names the owner */
        return now->hover == PORT_NONE ? 0 : WANT_OWNERS;
    case PAGE_COPY:
        return copy(now);
    case WM_NCDESTROY:
        free(now);
        break; /* page_default then clears the state */
    }
    return page_default(page, message, wparam, lparam);
}

HWND page_now_create(struct window *window)
{
    struct now *now = calloc(1, sizeof *now);

    if (!now)
        return NULL;
    now->window = window;
    return page_window(window, L"Now", procedure, now);
}
