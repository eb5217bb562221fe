/* page_who.c - the page that lists which processes and endpoints use the ports, as groups or single
 * sockets. Every sample updates the page while it is shown. */
#include "gui/button.h"

#include <stdio.h>
#include <stdlib.h>

#include "gui/clipboard.h"
#include "gui/control.h"
#include "gui/field.h"
#include "gui/list.h"
#include "gui/model/rows_text.h"
#include "gui/model/usage_rows.h"
#include "gui/page.h"
#include "gui/pages/who_kinds.h"
#include "gui/pages/who_text.h"
#include "gui/popup.h"

enum {
    ID_FILTER_LABEL = 100,
    ID_FILTER,
    ID_SAVE,
    ID_SUMMARY,
    ID_LIST,
    ID_EMPTY,
    ID_NOTE,
    ID_KIND = 120,     /* + enum usage_group or USAGE_ROWS_SOCKETS */
    ID_PROTOCOL = 130, /* + enum protocol; the next id selects both protocols */
};

enum { MENU_WHY = 1, MENU_LOCATE, MENU_COPY, MENU_SORT /* + index of a column */ };

enum { CHOICE_BOTH = PROTOCOL_COUNT, CHOICE_COUNT };

enum {
    MARGIN = 20,
    GAP = 12,
    ROW = 30,
    FIELD_WIDTH = 320,
    FILTER_SIZE = 128,
    CELL_SIZE = 512,
};

struct who {
    struct window *window;
    HWND page, kinds[USAGE_ROWS_KIND_COUNT], protocols[CHOICE_COUNT];
    HWND filter_label, filter, save, summary, list, empty, note;
    struct list_calls calls;
    struct usage_rows usage_rows;
    enum usage_rows_column sorted[USAGE_ROWS_KIND_COUNT];
    bool is_descending[USAGE_ROWS_KIND_COUNT];
    bool is_both;           /* both protocols are shown */
    enum protocol protocol; /* window->protocol when the rows were last shown */
    int64_t filled_ms;      /* monotonic time of the sample whose rows are shown */
    bool has_selection;
    struct usage_rows_key selection;
    bool is_following; /* the page, not the user, is moving the selection */
};

static const struct who_kind *kind_of(const struct who *who)
{
    return &who_kinds[who->window->grouping];
}

/* ---- data ------------------------------------------------------------- */

/* Fills the input from the newest sample. Returns whether the sample contains the data that the
 * list needs. */
static bool take_input(const struct who *who, struct usage_rows_input *input)
{
    const struct sample *sample = who->window->sample;
    int kind = (int)who->window->grouping;

    if (!sample || sample->is_missed)
        return false;
    if (kind == USAGE_ROWS_SOCKETS ? !sample->wants_owners
                                   : !sample->has_groups || (int)sample->grouping != kind)
        return false;
    *input = (struct usage_rows_input){.kind = kind,
                                       .sockets = &sample->sockets,
                                       .groups = &sample->groups,
                                       .group_names = sample->group_names,
                                       .processes = &sample->processes,
                                       .has_names = sample->has_names,
                                       .usage = sample->usage};
    return true;
}

/* ---- the list --------------------------------------------------------- */

static void lay_out(struct who *who);

static void follow_selection(struct who *who)
{
    int row = who->has_selection ? usage_rows_find(&who->usage_rows, &who->selection) : -1;

    who->is_following = true;
    list_select(who->list, row);
    who->is_following = false;
}

static void show_sort(struct who *who)
{
    const struct who_kind *kind = kind_of(who);

    for (size_t i = 0; i < kind->count; i++)
        if (kind->columns[i] == who->usage_rows.column)
            list_show_sort(who->list, (int)i, who->usage_rows.is_descending);
}

static void show_text(const struct who *who, HWND label,
                      void (*print)(const struct who_view *view, struct text *text))
{
    char *filter = control_text(who->filter);
    struct who_view view = {.window = who->window,
                            .rows = &who->usage_rows,
                            .is_both = who->is_both,
                            .filter = filter ? filter : ""};
    struct text text;

    text_init(&text);
    if (print)
        print(&view, &text);
    control_set_text(label, text_string(&text));
    text_release(&text);
    free(filter);
}

static void show_rows(struct who *who)
{
    bool is_empty = who->usage_rows.shown_count == 0;

    who->is_following = true;
    list_refresh(who->list, who->usage_rows.shown_count);
    who->is_following = false;
    follow_selection(who);
    show_text(who, who->empty, is_empty ? who_explain_empty : NULL);
    control_show(who->list, !is_empty);
    ShowWindow(who->empty, is_empty ? SW_SHOW : SW_HIDE);
    control_enable(who->save, who->usage_rows.is_filled);
    show_text(who, who->summary, who_print_summary);
    show_text(who, who->note, who_print_note);
    lay_out(who);
}

static void choose_buttons(const struct who *who)
{
    for (int k = 0; k < USAGE_ROWS_KIND_COUNT; k++)
        button_choose(who->kinds[k], k == (int)who->window->grouping);
    for (int p = 0; p < CHOICE_COUNT; p++)
        button_choose(who->protocols[p], p == CHOICE_BOTH
                                             ? who->is_both
                                             : !who->is_both && p == (int)who->window->protocol);
}

static void show_protocols(struct who *who)
{
    who->protocol = who->window->protocol;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        usage_rows_hide(&who->usage_rows, (enum protocol)p,
                        !who->is_both && p != (int)who->window->protocol);
    choose_buttons(who);
    show_rows(who);
}

/* Shows the newest sample. Does nothing if it is already shown. */
static void show_sample(struct who *who)
{
    const struct sample *sample = who->window->sample;
    struct usage_rows_input input;
    struct fault fault;

    /* the menu or another page has changed the protocol */
    if (who->window->protocol != who->protocol) {
        who->is_both = false;
        show_protocols(who);
    }
    if (!take_input(who, &input)) {
        if (!who->usage_rows.is_filled || (sample && sample->is_missed)) {
            usage_rows_clear(&who->usage_rows);
            show_rows(who);
        }
        return;
    }
    if (who->usage_rows.is_filled && who->filled_ms == sample->monotonic_ms)
        return;
    who->filled_ms = sample->monotonic_ms;
    if (!usage_rows_fill(&who->usage_rows, &input, &fault))
        window_report(who->window, fault.text);
    show_rows(who);
}

static void choose_kind(struct who *who, int kind)
{
    const struct who_kind *row = &who_kinds[kind];

    who->window->grouping = (enum usage_group)kind;
    who->has_selection = false;
    usage_rows_clear(&who->usage_rows);
    usage_rows_sort(&who->usage_rows, who->sorted[kind], who->is_descending[kind]);
    list_refresh(who->list, 0);
    list_set_columns(who->list, row->headings, row->count);
    list_fill(who->list, (int)row->elastic);
    show_sort(who);
    choose_buttons(who);
    if (who->window->worker)
        window_update_wants(who->window);
    show_sample(who);
}

static void print_cell(void *context, size_t row, int column, char *buffer, size_t size)
{
    const struct who *who = context;
    const struct usage_rows_row *what = rows_at(&who->usage_rows, row);

    if (what && column >= 0 && (size_t)column < kind_of(who)->count)
        rows_text_cell(&who->usage_rows, what, kind_of(who)->columns[column], buffer, size);
}

static enum row_mark mark(void *context, size_t row)
{
    static const enum row_mark marks[] = {[MARK_NONE] = ROW_PLAIN,
                                          [MARK_NEW] = ROW_NEW,
                                          [MARK_CHANGED] = ROW_CHANGED,
                                          [MARK_GONE] = ROW_GONE};
    const struct who *who = context;
    const struct usage_rows_row *what = rows_at(&who->usage_rows, row);

    return what ? marks[what->mark] : ROW_PLAIN;
}

/* Sorts by the column that was clicked. A second click reverses the order. Columns of numbers begin
 * with the largest. */
static void sort(void *context, int column)
{
    struct who *who = context;
    int kind = (int)who->window->grouping;
    enum usage_rows_column wanted = kind_of(who)->columns[column];

    who->is_descending[kind] = wanted == who->sorted[kind]
                                   ? !who->is_descending[kind]
                                   : kind_of(who)->headings[column].is_right;
    who->sorted[kind] = wanted;
    usage_rows_sort(&who->usage_rows, wanted, who->is_descending[kind]);
    show_sort(who);
    show_rows(who);
}

static void note_selection(void *context, int row)
{
    struct who *who = context;
    const struct usage_rows_row *what;

    if (who->is_following)
        return;
    what = row >= 0 ? rows_at(&who->usage_rows, (size_t)row) : NULL;
    who->has_selection = what != NULL;
    if (what)
        who->selection = what->key;
}

/* ---- actions on a row ------------------------------------------------- */

static bool find_port(const struct who *who, const struct usage_rows_row *row, uint16_t *port)
{
    struct usage_rows_input input;

    return take_input(who, &input) && usage_rows_first_port(&who->usage_rows, row, &input, port);
}

static void open_port_check(struct who *who, const struct usage_rows_row *row)
{
    uint16_t port;

    if (find_port(who, row, &port))
        window_open_port_check(who->window, (enum protocol)row->key.protocol, port);
    else
        window_report(who->window, "This row no longer has a port.");
}

static void open_row(void *context, size_t row)
{
    struct who *who = context;
    const struct usage_rows_row *what = rows_at(&who->usage_rows, row);

    if (what)
        open_port_check(who, what);
}

static bool has_program(const struct usage_rows_row *row)
{

    return row->owner != 0 && row->owner != (uint32_t)OWNER_UNKNOWN && row->owner != SYSTEM_PROCESS;
}

static void locate(const struct who *who, uint32_t process)
{
    const struct locator *locator = who->window->locator;
    struct fault fault;

    if (!locator->show(locator->context, process, &fault))
        window_report_failure(who->window, fault.text);
}

/* Copies the selected row. Without a selection, copies the headings and all rows that are not
 * gone. */
static bool copy(const struct who *who)
{
    const struct who_kind *kind = kind_of(who);
    int selected = list_selected(who->list);
    char heading[CELL_SIZE];
    struct text text;
    bool is_copied;

    if (!who->usage_rows.shown_count)
        return false;
    text_init(&text);
    if (selected >= 0) {
        rows_text_print_row(&who->usage_rows, rows_at(&who->usage_rows, (size_t)selected),
                            kind->columns, kind->count, &text);
    } else {
        for (size_t i = 0; i < kind->count; i++) {
            WideCharToMultiByte(CP_UTF8, 0, kind->headings[i].title, -1, heading, CELL_SIZE, NULL,
                                NULL);
            text_printf(&text, "%s%s", i ? "\t" : "", heading);
        }
        text_puts(&text, "\r\n");
        for (size_t i = 0; i < who->usage_rows.shown_count; i++)
            if (rows_at(&who->usage_rows, i)->mark != MARK_GONE)
                rows_text_print_row(&who->usage_rows, rows_at(&who->usage_rows, i), kind->columns,
                                    kind->count, &text);
    }
    is_copied = !text.is_broken && clipboard_copy(who->window->frame, text_string(&text));
    text_release(&text);
    window_report(who->window,
                  !is_copied
                      ? "Nothing was copied: another program uses the clipboard, or memory ran out."
                  : selected >= 0 ? "Copied the selected row."
                                  : "Copied all rows.");
    return is_copied;
}

static void save(struct who *who)
{
    char path[STORE_PATH_SIZE];
    struct text text;
    struct fault fault;

    if (!who->usage_rows.is_filled ||
        !window_ask_path(who->window, L"CSV for spreadsheets (*.csv)\0*.csv\0All files\0*.*\0",
                         L"csv", L"maxport-ports.csv", path))
        return;
    text_init(&text);
    rows_text_print_csv(&who->usage_rows, &text);
    if (text.is_broken) {
        text_release(&text);
        window_report_failure(who->window,
                              "Not enough memory to save the file. Nothing was written.");
    } else if (!worker_save(who->window->worker, text.data, text.length, path, &fault)) {
        window_report_failure(who->window, fault.text);
    }
}

/* The menu with which users without a mouse sort the list. */
static HMENU make_sort_menu(const struct who *who)
{
    const struct who_kind *kind = kind_of(who);
    HMENU menu = CreatePopupMenu();

    for (size_t i = 0; menu && i < kind->count; i++)
        AppendMenuW(menu, MF_STRING | (kind->columns[i] == who->usage_rows.column ? MF_CHECKED : 0),
                    MENU_SORT + i, kind->headings[i].title);
    return menu;
}

static void open_menu(void *context, size_t index, POINT screen)
{
    struct who *who = context;
    const struct usage_rows_row *row = rows_at(&who->usage_rows, index);
    struct usage_rows_row kept;
    wchar_t why[64];
    HMENU menu = CreatePopupMenu();
    uint16_t port;
    UINT chosen;

    if (!row || !menu) {
        DestroyMenu(menu);
        return;
    }
    kept = *row; /* a copy, because the rows may change while the menu is open */
    if (find_port(who, row, &port)) {
        _snwprintf(why, 63, L"&Why %ls port %u...",
                   row->key.protocol == PROTOCOL_UDP ? L"UDP" : L"TCP", (unsigned)port);
        why[63] = L'\0';
        AppendMenuW(menu, MF_STRING, MENU_WHY, why);
        SetMenuDefaultItem(menu, MENU_WHY, FALSE);
    }
    AppendMenuW(menu, MF_STRING | (has_program(row) ? 0 : MF_GRAYED), MENU_LOCATE,
                L"Open &file location");
    AppendMenuW(menu, MF_STRING, MENU_COPY, L"&Copy row\tCtrl+C");
    AppendMenuW(menu, MF_POPUP, (UINT_PTR)make_sort_menu(who), L"&Sort by");
    chosen = popup_track(who->window, menu, TPM_RIGHTBUTTON, screen);
    DestroyMenu(menu);
    if (chosen == MENU_WHY)
        window_open_port_check(who->window, (enum protocol)kept.key.protocol, port);
    else if (chosen == MENU_LOCATE)
        locate(who, kept.owner);
    else if (chosen == MENU_COPY)
        copy(who);
    else if (chosen >= MENU_SORT)
        sort(who, (int)(chosen - MENU_SORT));
}

/* ---- layout ----------------------------------------------------------- */

static void lay_out(struct who *who)
{
    const struct scale *scale = &who->window->scale;
    int margin = scale_px(scale->dpi, MARGIN), gap = scale_px(scale->dpi, GAP);
    int row = scale_px(scale->dpi, ROW), y = margin, x, width, label, note, field, summary;
    int line = (int)control_measure(scale, L"Ag", ROLE_TEXT, 0).cy + 2, bottom, save_width;
    RECT client;

    GetClientRect(who->page, &client);
    if (client.right < 4 * margin)
        return;
    width = client.right - 2 * margin;
    x = client.right - margin - buttons_width(who->protocols, CHOICE_COUNT, scale);
    if (buttons_place(who->kinds, USAGE_ROWS_KIND_COUNT, scale, margin, y, row) > x) {
        x = margin; /* the window is narrow: place the protocols below the groupings */
        y += row + gap;
    }
    buttons_place(who->protocols, CHOICE_COUNT, scale, x, y, row);
    y += row + gap;
    label = (int)control_measure(scale, L"Filter", ROLE_LABEL, 0).cx + gap;
    save_width = button_width(who->save, scale);
    MoveWindow(who->filter_label, margin, y, label, row, TRUE);
    field = scale_px(scale->dpi, FIELD_WIDTH);
    field_place(who->filter, scale, margin + label, y, field, row);
    MoveWindow(who->save, client.right - margin - save_width, y, save_width, row, TRUE);
    x = margin + label + field + gap;
    summary = client.right - margin - save_width - gap - x;
    if (control_height(who->summary, scale, summary) > line) { /* below the filter */
        y += row + gap / 2;
        MoveWindow(who->summary, margin, y, width, line, TRUE);
        y += line + gap / 2;
    } else {
        MoveWindow(who->summary, x, y, summary, row, TRUE);
        y += row + gap;
    }
    bottom = client.bottom - margin;
    note = control_height(who->note, scale, width);
    if (note) {
        MoveWindow(who->note, margin, bottom - note, width, note, TRUE);
        bottom -= note + gap;
    }
    ShowWindow(who->note, note ? SW_SHOW : SW_HIDE);
    MoveWindow(who->list, margin, y, width, bottom - y, TRUE);
    MoveWindow(who->empty, margin, y + (bottom - y) / 2 - line, width, 2 * line, TRUE);
    list_fill(who->list, (int)kind_of(who)->elastic);
}

/* ---- the page --------------------------------------------------------- */

static void create(struct who *who, HWND page)
{
    static const wchar_t *const protocols[CHOICE_COUNT] = {L"&TCP", L"&UDP", L"&Both"};
    const struct who_kind *kind = kind_of(who);

    who->page = page;
    who->is_both = true;
    usage_rows_init(&who->usage_rows);
    who->calls = (struct list_calls){.context = who,
                                     .cell = print_cell,
                                     .mark = mark,
                                     .sort = sort,
                                     .select = note_selection,
                                     .open = open_row,
                                     .menu = open_menu};
    for (int k = 0; k < USAGE_ROWS_KIND_COUNT; k++) {
        who->kinds[k] = button_make(page, ID_KIND + k, who_kinds[k].button, ROLE_CHOICE);
        who->sorted[k] = who_kinds[k].sorted;
        who->is_descending[k] = who_kinds[k].is_descending;
    }
    for (int p = 0; p < CHOICE_COUNT; p++)
        who->protocols[p] = button_make(page, ID_PROTOCOL + p, protocols[p], ROLE_CHOICE);
    who->filter_label = label_make(page, ID_FILTER_LABEL, L"&Filter", ROLE_LABEL);
    who->filter = field_make(page, ID_FILTER, L"Any text: a name, a port, a state", 0);
    SendMessageW(who->filter, EM_SETLIMITTEXT, FILTER_SIZE - 1, 0);
    who->summary = label_make(page, ID_SUMMARY, L"", ROLE_MUTED);
    who->save = button_make(page, ID_SAVE, L"Sa&ve CSV...", ROLE_PUSH);
    who->list = list_make(page, ID_LIST, L"Who uses the ports", kind->headings, kind->count,
                          &who->calls, &who->window->theme, &who->window->scale);
    who->empty = paragraph_make(page, ID_EMPTY, L"", ROLE_MUTED);
    SetWindowLongPtrW(who->empty, GWL_STYLE,
                      (GetWindowLongPtrW(who->empty, GWL_STYLE) & ~SS_TYPEMASK) | SS_CENTER);
    who->note = paragraph_make(page, ID_NOTE, L"", ROLE_MUTED);
    usage_rows_sort(&who->usage_rows, kind->sorted, kind->is_descending);
    show_sort(who);
    show_protocols(who);
}

static void on_command(struct who *who, unsigned id, unsigned notice)
{
    if (id >= ID_KIND && id < ID_KIND + USAGE_ROWS_KIND_COUNT) {
        choose_kind(who, (int)(id - ID_KIND));
    } else if (id >= ID_PROTOCOL && id < ID_PROTOCOL + CHOICE_COUNT) {
        who->is_both = id == ID_PROTOCOL + CHOICE_BOTH;
        if (!who->is_both) {
            who->protocol = (enum protocol)(id - ID_PROTOCOL);
            window_set_protocol(who->window, who->protocol);
        }
        show_protocols(who);
    } else if (id == ID_FILTER && notice == EN_CHANGE) {
        char *filter = control_text(who->filter);

        usage_rows_filter(&who->usage_rows, filter ? filter : "");
        free(filter);
        show_rows(who);
    } else if (id == ID_FILTER && (notice == EN_SETFOCUS || notice == EN_KILLFOCUS)) {
        InvalidateRect(who->page, NULL, FALSE);
    } else if (id == ID_SAVE) {
        save(who);
    }
}

static void paint(const struct who *who)
{
    PAINTSTRUCT what;
    HDC dc = BeginPaint(who->page, &what);

    field_frame(who->filter, dc, &who->window->theme, &who->window->scale, false);
    EndPaint(who->page, &what);
}

static LRESULT CALLBACK procedure(HWND page, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct who *who = page_state(page);

    switch (message) {
    case WM_CREATE:
        create(who, page);
        return 0;
    case WM_SIZE:
        lay_out(who);
        return 0;
    case WM_PAINT:
        paint(who);
        return 0;
    case WM_COMMAND:
        on_command(who, LOWORD(wparam), HIWORD(wparam));
        return 0;
    case PAGE_RESTYLE:
        list_restyle(who->list);
        break;
    case PAGE_SHOWN:
        /* Forget the old rows: a comparison with old rows would mark too many rows. */
        usage_rows_clear(&who->usage_rows);
        show_sample(who);
        return 0;
    case PAGE_SAMPLE:
        if (who->window->page == PAGE_WHO)
            show_sample(who);
        return 0;
    case PAGE_WANTS:
        switch ((int)who->window->grouping) {
        case GROUP_PROCESS:
        case GROUP_NAME:
            return WANT_OWNERS | WANT_GROUPS;
        case USAGE_ROWS_SOCKETS:
            return WANT_OWNERS;
        default:
            return WANT_GROUPS;
        }
    case PAGE_COPY:
        return copy(who);
    case PAGE_SAVE:
        save(who);
        return TRUE;
    case PAGE_IS_READY:
        return who->usage_rows.is_filled;
    case WM_NCDESTROY:
        usage_rows_release(&who->usage_rows);
        free(who);
        break; /* page_default then clears the state */
    }
    return page_default(page, message, wparam, lparam);
}

HWND page_who_create(struct window *window)
{
    struct who *who = calloc(1, sizeof *who);

    if (!who)
        return NULL;
    who->window = window;
    return page_window(window, L"Who", procedure, who);
}
