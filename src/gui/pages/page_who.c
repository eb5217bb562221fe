/* page_who.c - who has the ports: groups, or each socket, as a list that follows what
 * happens. */
#include "gui/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/button.h"
#include "gui/clipboard.h"
#include "gui/control.h"
#include "gui/field.h"
#include "gui/list.h"
#include "gui/model/rows_text.h"
#include "gui/model/usage_rows.h"

enum {
    ID_FILTER_LABEL = 100,
    ID_FILTER,
    ID_SAVE,
    ID_SUMMARY,
    ID_LIST,
    ID_EMPTY,
    ID_NOTE,
    ID_KIND = 120,     /* + usage_group, USAGE_ROWS_SOCKETS */
    ID_PROTOCOL = 130, /* + enum protocol; then both */
};

enum { MENU_WHY = 1, MENU_LOCATE, MENU_COPY };

enum { CHOICE_BOTH = PROTOCOL_COUNT, CHOICE_COUNT };

enum {
    MARGIN = 20,
    GAP = 12,
    ROW = 30,
    FIELD_WIDTH = 320,
    COLUMNS_MAX = 8,
    FILTER_SIZE = 128,
    CELL_SIZE = 512,
};

/* What a kind's list shows; `elastic` gets what is left of the width. */
static const struct kind_row {
    const wchar_t *button;
    size_t count, elastic;
    enum usage_rows_column columns[COLUMNS_MAX];
    struct column headings[COLUMNS_MAX];
    enum usage_rows_column sorted;
    bool is_descending;
} kind_rows[USAGE_ROWS_KIND_COUNT] = {
    [GROUP_PROCESS] = {L"&Process",
                       8,
                       0,
                       {USAGE_ROWS_NAME, USAGE_ROWS_PID, USAGE_ROWS_PROTOCOL, USAGE_ROWS_PORTS,
                        USAGE_ROWS_SHARE, USAGE_ROWS_COUNT, USAGE_ROWS_WAITING, USAGE_ROWS_MARK},
                       {{L"Process", 240, false},
                        {L"PID", 80, true},
                        {L"Protocol", 90, false},
                        {L"Ports", 90, true},
                        {L"% of usable", 120, true},
                        {L"Sockets", 90, true},
                        {L"TIME_WAIT", 110, true},
                        {L"Change", 90, false}},
                       USAGE_ROWS_PORTS,
                       true},
    [GROUP_REMOTE] = {L"&Remote endpoint",
                      7,
                      0,
                      {USAGE_ROWS_NAME, USAGE_ROWS_PROTOCOL, USAGE_ROWS_PORTS, USAGE_ROWS_SHARE,
                       USAGE_ROWS_COUNT, USAGE_ROWS_WAITING, USAGE_ROWS_MARK},
                      {{L"Remote endpoint", 240, false},
                       {L"Protocol", 90, false},
                       {L"Ports", 90, true},
                       {L"% of usable", 120, true},
                       {L"Sockets", 90, true},
                       {L"TIME_WAIT", 110, true},
                       {L"Change", 90, false}},
                      USAGE_ROWS_PORTS,
                      true},
    [GROUP_STATE] = {L"St&ate",
                     6,
                     0,
                     {USAGE_ROWS_NAME, USAGE_ROWS_PROTOCOL, USAGE_ROWS_PORTS, USAGE_ROWS_SHARE,
                      USAGE_ROWS_COUNT, USAGE_ROWS_MARK},
                     {{L"State", 240, false},
                      {L"Protocol", 90, false},
                      {L"Ports", 90, true},
                      {L"% of usable", 120, true},
                      {L"Sockets", 90, true},
                      {L"Change", 90, false}},
                     USAGE_ROWS_PORTS,
                     true},
    [GROUP_ADDRESS] = {L"&Local address",
                       7,
                       0,
                       {USAGE_ROWS_NAME, USAGE_ROWS_PROTOCOL, USAGE_ROWS_PORTS, USAGE_ROWS_SHARE,
                        USAGE_ROWS_COUNT, USAGE_ROWS_WAITING, USAGE_ROWS_MARK},
                       {{L"Local address", 240, false},
                        {L"Protocol", 90, false},
                        {L"Ports", 90, true},
                        {L"% of usable", 120, true},
                        {L"Sockets", 90, true},
                        {L"TIME_WAIT", 110, true},
                        {L"Change", 90, false}},
                       USAGE_ROWS_PORTS,
                       true},
    [USAGE_ROWS_SOCKETS] = {L"&Each socket",
                            7,
                            4,
                            {USAGE_ROWS_PROTOCOL, USAGE_ROWS_LOCAL, USAGE_ROWS_REMOTE,
                             USAGE_ROWS_STATE, USAGE_ROWS_PROCESS, USAGE_ROWS_PID, USAGE_ROWS_MARK},
                            {{L"Protocol", 90, false},
                             {L"Local", 180, false},
                             {L"Remote", 180, false},
                             {L"State", 130, false},
                             {L"Process", 180, false},
                             {L"PID", 80, true},
                             {L"Change", 90, false}},
                            USAGE_ROWS_LOCAL,
                            false},
};

struct who {
    struct window *window;
    HWND page, kinds[USAGE_ROWS_KIND_COUNT], protocols[CHOICE_COUNT];
    HWND filter_label, filter, save, summary, list, empty, note;
    struct list_calls calls;
    struct usage_rows usage_rows;
    enum usage_rows_column sorted[USAGE_ROWS_KIND_COUNT];
    bool is_descending[USAGE_ROWS_KIND_COUNT];
    bool is_both;           /* protocols */
    enum protocol protocol; /* as it was shown last */
    int64_t filled_ms;      /* monotonic, of the sample that the roster holds */
    bool has_selection;
    struct usage_rows_key selection;
    bool is_following; /* the list's selection is moved by us */
};

static const struct kind_row *kind_of(const struct who *who)
{
    return &kind_rows[who->window->grouping];
}

/* ---- what there is to show --------------------------------------------- */

/* Does the newest sample hold what is to be shown? */
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

static bool shows(const struct who *who, int protocol)
{
    return who->is_both || (int)who->window->protocol == protocol;
}

static void print_use(const struct who *who, struct text *text)
{
    const struct sample *sample = who->window->sample;

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        const struct usage *usage = &sample->usage[p];
        enum family fuller = usage_fuller(usage);
        char in_use[NUMBER_SIZE], available[NUMBER_SIZE];

        if (!shows(who, p))
            continue;
        if (usage->is_available[fuller] && usage->range[fuller].count)
            text_printf(text, " \xc2\xb7 %s: %s of %s ports in use",
                        protocol_name((enum protocol)p),
                        number_string(in_use, usage->family[fuller].in_use),
                        number_string(available, usage_available(usage, fuller)));
        else
            text_printf(text, " \xc2\xb7 %s: unknown", protocol_name((enum protocol)p));
    }
}

static size_t count_present(const struct usage_rows *usage_rows)
{
    size_t count = 0;

    for (size_t i = 0; i < usage_rows->shown_count; i++)
        count += rows_at(usage_rows, i)->mark != MARK_GONE;
    return count;
}

static void show_summary(struct who *who)
{
    size_t count = count_present(&who->usage_rows);
    char number[NUMBER_SIZE];
    struct text text;

    text_init(&text);
    if (who->usage_rows.is_filled && who->window->sample && !who->window->sample->is_missed) {
        text_printf(&text, "%s row%s%s", number_string(number, count), count == 1 ? "" : "s",
                    *who->usage_rows.filter ? " matching the filter" : "");
        print_use(who, &text);
    }
    control_set_text(who->summary, text_string(&text));
    text_release(&text);
}

static void add_sentence(struct text *text, const char *sentence)
{
    text_puts(text, text->length ? " " : "");
    text_puts(text, sentence);
}

static bool waits_mostly(const struct usage *usage)
{
    const struct usage_count *count = &usage->united;

    return count->in_use && count->by_state[PORT_TIME_WAIT] >= count->in_use / 2;
}

static void add_tables(const struct who *who, struct text *text)
{
    const struct sample *sample = who->window->sample;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct socket_table *table = &sample->sockets.tables[p][f];

            if (!shows(who, p) || (table->is_available && !table->is_partial))
                continue;
            text_printf(text, "%s%s over %s is %s", text->length ? " " : "",
                        protocol_name((enum protocol)p), family_name((enum family)f),
                        table->is_available
                            ? "shown only partly, because its table kept growing during reading."
                            : "missing: its table could not be read");
            if (!table->is_available && table->code)
                text_printf(text, " (error %lu)", (unsigned long)table->code);
            text_puts(text, table->is_available ? "" : ".");
        }
}

/* What is missing, in words. */
static void show_note(struct who *who)
{
    const struct sample *sample = who->window->sample;
    int kind = (int)who->window->grouping;
    bool has_processes = kind == GROUP_PROCESS || kind == USAGE_ROWS_SOCKETS;
    struct text text;

    text_init(&text);
    if (who->usage_rows.is_filled && sample && !sample->is_missed) {
        add_tables(who, &text);
        if (has_processes && !sample->sockets.has_owners)
            add_sentence(&text, "This Windows does not report which process owns a socket.");
        else if (has_processes && !sample->has_names)
            add_sentence(&text, "The process names could not be read.");
        if (kind == GROUP_PROCESS && shows(who, PROTOCOL_TCP) &&
            waits_mostly(&sample->usage[PROTOCOL_TCP]))
            add_sentence(&text, "Connections in TIME_WAIT belong to no process. To see their "
                                "remote endpoints, group by remote endpoint.");
        if (kind == USAGE_ROWS_SOCKETS)
            add_sentence(&text, "All ports are listed, including ports outside the dynamic port "
                                "range.");
        if (kind == GROUP_REMOTE)
            add_sentence(&text, "Listening and bound sockets have no remote endpoint and are not "
                                "listed.");
        if (!sample->sockets.has_bound && shows(who, PROTOCOL_TCP))
            add_sentence(&text, "This Windows does not list TCP ports that are bound but neither "
                                "listening nor connected.");
    }
    control_set_text(who->note, text_string(&text));
    text_release(&text);
}

static void print_ranges(const struct who *who, struct text *text)
{
    const struct sample *sample = who->window->sample;
    bool is_known = false;
    struct text ranges;

    text_init(&ranges);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        struct port_range range = sample->usage[p].range[usage_fuller(&sample->usage[p])];

        if (!shows(who, p) || !range.count)
            continue;
        text_printf(&ranges, "%s %s %u-%u", is_known ? "," : ":", protocol_name((enum protocol)p),
                    (unsigned)range.start, (unsigned)range_end(range));
        is_known = true;
    }
    if (is_known)
        text_printf(text, "No %s%ssocket uses a port of the dynamic port range%s.",
                    who->is_both ? "" : protocol_name(who->window->protocol),
                    who->is_both ? "" : " ", text_string(&ranges));
    else
        text_puts(text, "The running range is unknown, so the ports inside it cannot be counted. "
                        "To list all sockets, select \"Each socket\".");
    text_release(&ranges);
}

/* Why there is no row. */
static void explain_empty(const struct who *who, struct text *text)
{
    const struct sample *sample = who->window->sample;
    const struct usage_rows *usage_rows = &who->usage_rows;

    if (sample && sample->is_missed) {
        text_puts(text, "The socket tables could not be read. ");
        text_puts(text, sample->fault.text);
    } else if (!sample || !usage_rows->is_filled) {
        text_puts(text, who->window->interval_ms ? "Reading the socket tables..."
                                                 : "Paused. Press F5 to read the socket tables.");
    } else if (*usage_rows->filter && usage_rows->count) {
        char *filter = control_text(who->filter);

        text_puts(text, "No row contains \"");
        if (filter)
            text_safe(text, filter, strlen(filter));
        text_puts(text, "\".");
        free(filter);
    } else if (who->window->grouping == GROUP_REMOTE && !who->is_both &&
               who->window->protocol == PROTOCOL_UDP) {
        text_puts(text, "UDP sockets have no remote endpoint.");
    } else if (who->window->grouping == (enum usage_group)USAGE_ROWS_SOCKETS) {
        text_printf(text, "No %s%ssocket was found.",
                    who->is_both ? "" : protocol_name(who->window->protocol),
                    who->is_both ? "" : " ");
    } else {
        print_ranges(who, text);
    }
}

/* ---- the list ---------------------------------------------------------- */

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
    const struct kind_row *kind = kind_of(who);

    for (size_t i = 0; i < kind->count; i++)
        if (kind->columns[i] == who->usage_rows.column)
            list_show_sort(who->list, (int)i, who->usage_rows.is_descending);
}

static void show_rows(struct who *who)
{
    bool is_empty = who->usage_rows.shown_count == 0;
    struct text text;

    who->is_following = true;
    list_refresh(who->list, who->usage_rows.shown_count);
    who->is_following = false;
    follow_selection(who);
    text_init(&text);
    if (is_empty)
        explain_empty(who, &text);
    control_set_text(who->empty, text_string(&text));
    text_release(&text);
    ShowWindow(who->list, is_empty ? SW_HIDE : SW_SHOW);
    ShowWindow(who->empty, is_empty ? SW_SHOW : SW_HIDE);
    EnableWindow(who->save, who->usage_rows.is_filled);
    show_summary(who);
    show_note(who);
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
        usage_rows_hide(&who->usage_rows, (enum protocol)p, !shows(who, p));
    choose_buttons(who);
    show_rows(who);
}

/* The newest sample, if it is another one than is shown. */
static void show_sample(struct who *who)
{
    const struct sample *sample = who->window->sample;
    struct usage_rows_input input;
    struct fault fault;

    if (who->window->protocol != who->protocol) { /* by the menu or another page */
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
    const struct kind_row *row = &kind_rows[kind];

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

/* A second click turns it round; figures begin with the largest. */
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

/* ---- what can be done with a row --------------------------------------- */

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
    enum { SYSTEM_PROCESS = 4 };

    return row->owner != 0 && row->owner != (uint32_t)OWNER_UNKNOWN && row->owner != SYSTEM_PROCESS;
}

static void locate(const struct who *who, uint32_t process)
{
    const struct locator *locator = who->window->locator;
    struct fault fault;

    if (!locator->show(locator->context, process, &fault))
        window_report_failure(who->window, fault.text);
}

/* The selected row, or all of them below their headings. */
static bool copy(const struct who *who)
{
    const struct kind_row *kind = kind_of(who);
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
    window_report(who->window, !is_copied      ? "The clipboard is in use by another program."
                               : selected >= 0 ? "Copied the selected row."
                                               : "Copied all rows.");
    return is_copied;
}

static void save(struct who *who)
{
    char path[STORE_PATH_SIZE];
    struct text text;

    if (!who->usage_rows.is_filled ||
        !window_ask_path(who->window, L"CSV for spreadsheets (*.csv)\0*.csv\0All files\0*.*\0",
                         L"csv", L"maxport-ports.csv", path))
        return;
    text_init(&text);
    rows_text_print_csv(&who->usage_rows, &text);
    if (text.is_broken || !worker_save(who->window->worker, text.data, text.length, path)) {
        window_report_failure(who->window,
                              "Not enough memory to save the file. Nothing was written.");
        if (text.is_broken)
            text_release(&text);
    }
}

static void open_menu(void *context, size_t index, POINT screen)
{
    struct who *who = context;
    const struct usage_rows_row *row = rows_at(&who->usage_rows, index);
    struct usage_rows_row kept;
    wchar_t why[64];
    HMENU menu = CreatePopupMenu();
    uint16_t port;
    int chosen;

    if (!row || !menu)
        return;
    kept = *row; /* the roster may be filled anew while the menu is open */
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
    chosen = TrackPopupMenu(menu, TPM_RETURNCMD | TPM_RIGHTBUTTON, screen.x, screen.y, 0, who->page,
                            NULL);
    DestroyMenu(menu);
    if (chosen == MENU_WHY)
        window_open_port_check(who->window, (enum protocol)kept.key.protocol, port);
    else if (chosen == MENU_LOCATE)
        locate(who, kept.owner);
    else if (chosen == MENU_COPY)
        copy(who);
}

/* ---- layout ------------------------------------------------------------ */

static void lay_out(struct who *who)
{
    const struct scale *scale = &who->window->scale;
    int margin = scale_px(scale->dpi, MARGIN), gap = scale_px(scale->dpi, GAP);
    int row = scale_px(scale->dpi, ROW), y = margin, x, width, label, note, field;
    int line = (int)control_measure(scale, L"Ag", ROLE_TEXT, 0).cy + 2, bottom, save_width;
    RECT client;

    GetClientRect(who->page, &client);
    if (client.right < 4 * margin)
        return;
    width = client.right - 2 * margin;
    buttons_place(who->kinds, USAGE_ROWS_KIND_COUNT, scale, margin, y, row);
    x = client.right - margin - buttons_width(who->protocols, CHOICE_COUNT, scale);
    buttons_place(who->protocols, CHOICE_COUNT, scale, x, y, row);
    y += row + gap;
    label = (int)control_measure(scale, L"Filter", ROLE_LABEL, 0).cx + gap;
    save_width = button_width(who->save, scale);
    MoveWindow(who->filter_label, margin, y, label, row, TRUE);
    field = scale_px(scale->dpi, FIELD_WIDTH);
    field_place(who->filter, scale, margin + label, y, field, row);
    MoveWindow(who->save, client.right - margin - save_width, y, save_width, row, TRUE);
    x = margin + label + field + gap;
    MoveWindow(who->summary, x, y, client.right - margin - save_width - gap - x, row, TRUE);
    y += row + gap;
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

/* ---- the page ---------------------------------------------------------- */

static void create(struct who *who, HWND page)
{
    static const wchar_t *const protocols[CHOICE_COUNT] = {L"&TCP", L"&UDP", L"&Both"};
    const struct kind_row *kind = kind_of(who);

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
        who->kinds[k] = button_make(page, ID_KIND + k, kind_rows[k].button, ROLE_CHOICE);
        who->sorted[k] = kind_rows[k].sorted;
        who->is_descending[k] = kind_rows[k].is_descending;
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
    case PAGE_SHOWN: /* what was shown long ago is nothing to compare with */
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
        break; /* page_default forgets the state */
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
