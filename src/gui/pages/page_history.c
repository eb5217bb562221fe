/* page_history.c - the page that lists the changes and starts their undo or restore. */
#include "gui/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/change/entry_text.h"
#include "gui/button.h"
#include "gui/clipboard.h"
#include "gui/control.h"
#include "gui/field.h"
#include "gui/list.h"
#include "gui/pages/history_text.h"
#include "gui/popup.h"

enum { ID_LIST = 100, ID_EMPTY, ID_TROUBLE, ID_DETAIL, ID_UNDO, ID_RESTORE, ID_EXPORT };

enum { MENU_UNDO = 1, MENU_RESTORE, MENU_EXPORT, MENU_COPY };

enum {
    MARGIN = 20,
    GAP = 12,
    ROW = 30,
    /* maximum height of the list, as a share of the height of list and details */
    LIST_PERCENT = 46,
    PATH_NAME_SIZE = 64,
    DETAIL_COLUMNS = 96, /* the value of COLUMNS in entry_details.c */
    LABEL_COLUMNS = 16,
};

static const struct column columns[COLUMN_COUNT] = {
    [COLUMN_ID] = {L"Number", 70, true},
    [COLUMN_WHEN] = {L"When", 150, false},
    [COLUMN_COMMAND] = {L"Command", 85, false},
    [COLUMN_CHANGE] = {L"Before \x2192 after", 220, false},
    [COLUMN_STATE] = {L"State", 150, false},
    [COLUMN_WHO] = {L"Who", 130, false},
    [COLUMN_REASON] = {L"Reason", 120, false},
};

struct history {
    struct window *window;
    HWND page, list, empty, trouble, detail, undo, restore, export;
    struct list_calls calls;
    uint64_t selected; /* number of the entry; 0: none */
    /* Copy of the details of the selected entry; NULL: not received yet. */
    struct entry_details *entry_details;
    bool is_following; /* the page, not the user, is moving the selection */
    bool wants_undo;   /* Ctrl+Z was pressed: ask the user when the details have come */
};

static const struct survey *survey_of(const struct history *history)
{
    return history->window->assessment ? &history->window->assessment->snapshot.survey : NULL;
}

/* Returns the entry of a row; the newest entry is in row 0. */
static const struct journal_entry *entry_at(const struct history *history, size_t row)
{
    const struct survey *survey = survey_of(history);

    return survey && row < survey->journal.count
               ? &survey->journal.entries[survey->journal.count - 1 - row]
               : NULL;
}

static const struct journal_entry *selected_entry(const struct history *history)
{
    const struct survey *survey = survey_of(history);

    return survey && history->selected ? journal_find(&survey->journal, history->selected) : NULL;
}

/* ---- the list --------------------------------------------------------- */

static void print_cell(void *context, size_t row, int column, char *buffer, size_t size)
{
    const struct history *history = context;
    const struct journal_entry *entry = entry_at(history, row);
    struct text text;

    if (!entry)
        return;
    text_init(&text);
    history_print_cell(entry, survey_of(history), column, &text);
    strncpy(buffer, text_string(&text), size - 1);
    buffer[size - 1] = '\0';
    text_release(&text);
}

/* Returns the colour mark of a row. The column "state" contains the same information as text. */
static enum row_mark mark(void *context, size_t row)
{
    const struct history *history = context;
    const struct journal_entry *entry = entry_at(history, row);

    if (!entry)
        return ROW_PLAIN;
    if (entry->state == ENTRY_OPEN || entry->state == ENTRY_STUCK)
        return ROW_GONE;
    return survey_contradicts(survey_of(history), entry) ? ROW_CHANGED : ROW_PLAIN;
}

static void show_trouble(struct history *history)
{
    const struct survey *survey = survey_of(history);
    struct text text;

    text_init(&text);
    if (survey)
        history_print_trouble(survey, &text);
    control_set_text(history->trouble, text_string(&text));
    text_release(&text);
}

/* ---- details ---------------------------------------------------------- */

static bool can_do(const struct history *history, const struct possible_action *possible_action)
{
    return possible_action && !history->window->is_busy && possible_action->is_possible &&
           !possible_action->is_already;
}

/* Prints why the button of the action is disabled; prints nothing if it is not. The fault may end
 * with "Nothing was changed.", which is omitted because nothing was tried. */
static void print_obstacle(const struct possible_action *possible_action, const char *what,
                           struct text *text)
{
    static const char end[] = " Nothing was changed.";
    const char *why = possible_action->is_already ? "The registry already contains these values."
                                                  : possible_action->fault.text;
    size_t length = strlen(why), end_length = sizeof end - 1;
    struct text shown;

    if (possible_action->is_possible && !possible_action->is_already)
        return;
    if (length > end_length && strcmp(why + length - end_length, end) == 0)
        length -= end_length;
    text_init(&shown);
    text_append(&shown, why, length);
    text_wrap_labelled(text, what, text_string(&shown), DETAIL_COLUMNS, LABEL_COLUMNS);
    text_release(&shown);
}

static void show_detail(struct history *history)
{
    const struct entry_details *entry_details = history->entry_details;
    const struct journal_entry *entry = selected_entry(history);
    struct text text;

    text_init(&text);
    if (entry_details && entry) {
        text_puts(&text, text_string(&entry_details->description));
        print_obstacle(&entry_details->undo, "No undo         ", &text);
        print_obstacle(&entry_details->restore, "No restore      ", &text);
    } else if (entry) {
        text_puts(&text, "Calculating...");
    }
    report_set(history->detail, text_string(&text));
    text_release(&text);
    control_enable(history->undo, can_do(history, entry_details ? &entry_details->undo : NULL));
    control_enable(history->restore,
                   can_do(history, entry_details ? &entry_details->restore : NULL));
    control_enable(history->export, entry && *entry->backup);
}

static void forget_entry_details(struct history *history)
{
    entry_details_release(history->entry_details);
    history->entry_details = NULL;
}

static void choose(struct history *history, uint64_t id)
{
    if (history->selected != id)
        forget_entry_details(history);
    history->selected = id;
    if (id)
        worker_entry_details(history->window->worker, id);
    show_detail(history);
}

static void note_selection(void *context, int row)
{
    struct history *history = context;
    const struct journal_entry *entry = row >= 0 ? entry_at(history, (size_t)row) : NULL;

    if (!history->is_following)
        choose(history, entry ? entry->id : 0);
}

/* ---- actions ---------------------------------------------------------- */

static void run(struct history *history, const struct entry_details *entry_details, bool is_undo)
{
    const struct possible_action *possible_action =
        is_undo ? &entry_details->undo : &entry_details->restore;
    const char *arguments[ACTION_ARGUMENTS_MAX];
    size_t count = entry_details_arguments(entry_details, is_undo, arguments);
    wchar_t title[64];

    _snwprintf(title, 63, is_undo ? L"Undo change %hs?" : L"Restore the backup of entry %hs?",
               entry_details->number);
    title[63] = L'\0';
    window_confirm_and_run(history->window, title, text_string(&possible_action->text),
                           is_undo ? L"&Undo" : L"&Restore", arguments, count);
}

/* Asks the user to confirm the undo or the restore. Moves the details out of `history` meanwhile,
 * because newer details may replace them while the dialog is open. */
static void ask(struct history *history, bool is_undo)
{
    struct entry_details *entry_details = history->entry_details;

    if (!entry_details ||
        !can_do(history, is_undo ? &entry_details->undo : &entry_details->restore))
        return;
    history->entry_details = NULL;
    run(history, entry_details, is_undo);
    if (history->entry_details)
        entry_details_release(entry_details);
    else
        history->entry_details = entry_details;
    show_detail(history);
}

static void show_rows(struct history *history);

/* Handles Ctrl+Z: selects the newest change that can be undone. The question follows when the
 * details of this change have come. */
static void undo_newest(struct history *history)
{
    const struct survey *survey = survey_of(history);
    const struct journal_entry *newest = survey ? journal_newest_undoable(&survey->journal) : NULL;

    if (!newest) {
        window_report(history->window, survey ? "There is no change to undo."
                                              : "This machine has not been checked yet.");
        return;
    }
    history->wants_undo = true;
    choose(history, newest->id);
    show_rows(history);
}

static void take_entry_details(struct history *history, struct entry_details *entry_details)
{
    struct entry_details *copy;

    if (entry_details->entry != history->selected)
        return;
    copy = malloc(sizeof *copy);
    if (!copy)
        return;
    *copy = *entry_details;
    /* The copy owns the texts now, so the frame must not release them. */
    text_init(&entry_details->description);
    text_init(&entry_details->undo.text);
    text_init(&entry_details->restore.text);
    forget_entry_details(history);
    history->entry_details = copy;
    show_detail(history);
    if (!history->wants_undo)
        return;
    history->wants_undo = false;
    if (copy->undo.is_possible && !copy->undo.is_already)
        ask(history, true);
    else
        window_report_failure(history->window,
                              copy->undo.is_already
                                  ? "The registry already contains the values from "
                                    "before that change. Nothing was changed."
                                  : copy->undo.fault.text);
}

static void export_backup(struct history *history)
{
    const struct journal_entry *entry = selected_entry(history);
    wchar_t suggestion[PATH_NAME_SIZE];
    char path[STORE_PATH_SIZE], backup[sizeof entry->backup];
    struct fault fault;

    if (!entry || !*entry->backup)
        return;
    /* A copy, because a new assessment may replace the entry while the dialog is open. */
    memcpy(backup, entry->backup, sizeof backup);
    _snwprintf(suggestion, PATH_NAME_SIZE - 1, L"maxport-backup-%llu.reg",
               (unsigned long long)entry->id);
    suggestion[PATH_NAME_SIZE - 1] = L'\0';
    if (window_ask_path(history->window, L"Registry files (*.reg)\0*.reg\0All files\0*.*\0", L"reg",
                        suggestion, path) &&
        !worker_export(history->window->worker, backup, path, &fault))
        window_report_failure(history->window, fault.text);
}

static void open_menu(void *context, size_t row, POINT screen)
{
    struct history *history = context;
    const struct entry_details *entry_details = history->entry_details;
    const struct journal_entry *entry = entry_at(history, row);
    HMENU menu = CreatePopupMenu();
    UINT chosen;

    if (!menu || !entry) {
        DestroyMenu(menu);
        return;
    }
    AppendMenuW(
        menu, MF_STRING | (entry_details && can_do(history, &entry_details->undo) ? 0 : MF_GRAYED),
        MENU_UNDO, L"&Undo...");
    AppendMenuW(menu,
                MF_STRING |
                    (entry_details && can_do(history, &entry_details->restore) ? 0 : MF_GRAYED),
                MENU_RESTORE, L"&Restore...");
    AppendMenuW(menu, MF_STRING | (*entry->backup ? 0 : MF_GRAYED), MENU_EXPORT,
                L"&Export .reg...");
    AppendMenuW(menu, MF_STRING, MENU_COPY, L"&Copy\tCtrl+C");
    chosen = popup_track(history->window, menu, TPM_RIGHTBUTTON, screen);
    DestroyMenu(menu);
    if (chosen == MENU_UNDO || chosen == MENU_RESTORE)
        ask(history, chosen == MENU_UNDO);
    else if (chosen == MENU_EXPORT)
        export_backup(history);
    else if (chosen == MENU_COPY)
        SendMessageW(history->page, PAGE_COPY, 0, 0);
}

static void print_row(const struct history *history, size_t row, struct text *text)
{
    char cell[512];

    for (int c = 0; c < COLUMN_COUNT; c++) {
        print_cell((void *)history, row, c, cell, sizeof cell);
        text_printf(text, "%s%s", c ? "\t" : "", cell);
    }
    text_puts(text, "\r\n");
}

/* Copies the selected row or, without a selection, all rows. */
static bool copy(const struct history *history)
{
    const struct survey *survey = survey_of(history);
    int selected = list_selected(history->list);
    struct text text;
    bool is_copied;

    text_init(&text);
    for (size_t i = 0; survey && i < survey->journal.count; i++)
        if (selected < 0 || i == (size_t)selected)
            print_row(history, i, &text);
    is_copied = text.length && clipboard_copy(history->window->frame, text_string(&text));
    text_release(&text);
    if (is_copied)
        window_report(history->window,
                      selected >= 0 ? "Copied the selected row." : "Copied all rows.");
    return is_copied;
}

/* ---- layout ----------------------------------------------------------- */

static void lay_out(struct history *history)
{
    const struct scale *scale = &history->window->scale;
    const struct survey *survey = survey_of(history);
    int margin = scale_px(scale->dpi, MARGIN), gap = scale_px(scale->dpi, GAP);
    int row = scale_px(scale->dpi, ROW), y = margin, x, width, trouble, bottom, share, needed;
    int line = (int)control_measure(scale, L"Ag", ROLE_TEXT, 0).cy + 2;
    bool is_empty = !survey || !survey->journal.count;
    HWND buttons[] = {history->undo, history->restore, history->export};
    HWND rest[] = {history->list, history->detail, history->undo, history->restore,
                   history->export};
    RECT client;

    GetClientRect(history->page, &client);
    if (client.right < 4 * margin)
        return;
    width = client.right - 2 * margin;
    trouble = control_height(history->trouble, scale, width);
    if (trouble) {
        MoveWindow(history->trouble, margin, y, width, trouble, TRUE);
        y += trouble + gap;
    }
    ShowWindow(history->trouble, trouble ? SW_SHOW : SW_HIDE);
    ShowWindow(history->empty, is_empty ? SW_SHOW : SW_HIDE);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        control_show(rest[i], !is_empty);
    bottom = client.bottom - margin;
    MoveWindow(history->empty, margin, y + (bottom - y) / 2 - line, width, 2 * line, TRUE);
    bottom -= row;
    x = margin;
    for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++) {
        int each = button_width(buttons[i], scale);

        MoveWindow(buttons[i], x, bottom, each, row, TRUE);
        x += each + gap;
    }
    bottom -= gap;
    share = (bottom - gap - y) * LIST_PERCENT / 100;
    needed = list_height(history->list, is_empty ? 0 : survey->journal.count);
    if (needed < share)
        share = needed;
    MoveWindow(history->list, margin, y, width, share, TRUE);
    list_fill(history->list, COLUMN_CHANGE);
    y += share + gap;
    MoveWindow(history->detail, margin, y, width, bottom - y, TRUE);
}

/* ---- the page --------------------------------------------------------- */

static void show_rows(struct history *history)
{
    const struct survey *survey = survey_of(history);
    const struct journal *journal = survey ? &survey->journal : NULL;
    int selected = -1;

    if (!journal)
        return;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].id == history->selected)
            selected = (int)(journal->count - 1 - i);
    history->is_following = true;
    list_refresh(history->list, journal->count);
    list_select(history->list, selected);
    history->is_following = false;
    if (selected >= 0)
        list_reveal(history->list, selected);
}

static void show_assessment(struct history *history)
{
    const struct survey *survey = survey_of(history);
    const struct journal *journal = survey ? &survey->journal : NULL;
    uint64_t id = history->selected;

    if (!journal)
        return;
    if (!journal_find(journal, id))
        id = journal->count ? journal->entries[journal->count - 1].id : 0;
    control_set_text(history->empty, *survey->store_trouble
                                         ? "The changes made on this machine could not be read."
                                     : survey->is_journal_behind
                                         ? "The changes made on this machine are not shown yet."
                                         : "maxport has not changed anything on this machine.");
    choose(history, id);
    show_rows(history);
    show_trouble(history);
    lay_out(history);
}

static void create(struct history *history, HWND page)
{
    const struct window *window = history->window;

    history->page = page;
    history->calls = (struct list_calls){.context = history,
                                         .cell = print_cell,
                                         .mark = mark,
                                         .select = note_selection,
                                         .menu = open_menu};
    history->trouble = paragraph_make(page, ID_TROUBLE, L"", ROLE_WARN);
    history->list = list_make(page, ID_LIST, L"Changes and backups", columns, COLUMN_COUNT,
                              &history->calls, &window->theme, &window->scale);
    history->empty = paragraph_make(page, ID_EMPTY, L"Checking this machine...", ROLE_MUTED);
    SetWindowLongPtrW(history->empty, GWL_STYLE,
                      (GetWindowLongPtrW(history->empty, GWL_STYLE) & ~SS_TYPEMASK) | SS_CENTER);
    history->detail = report_make(page, ID_DETAIL);
    history->undo =
        button_make(page, ID_UNDO, L"&Undo...", window->is_elevated ? ROLE_PRIMARY : ROLE_SHIELD);
    history->restore = button_make(page, ID_RESTORE, L"&Restore...",
                                   window->is_elevated ? ROLE_PUSH : ROLE_SHIELD);
    history->export = button_make(page, ID_EXPORT, L"&Export .reg...", ROLE_PUSH);
    show_detail(history);
}

static void on_command(struct history *history, unsigned id)
{
    switch (id) {
    case ID_UNDO:
    case ID_RESTORE:
        ask(history, id == ID_UNDO);
        break;
    case ID_EXPORT:
        export_backup(history);
        break;
    }
}

static LRESULT CALLBACK procedure(HWND page, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct history *history = page_state(page);

    switch (message) {
    case WM_CREATE:
        create(history, page);
        return 0;
    case WM_SIZE:
        lay_out(history);
        return 0;
    case WM_COMMAND:
        on_command(history, LOWORD(wparam));
        return 0;
    case PAGE_RESTYLE:
        list_restyle(history->list);
        break;
    case PAGE_ASSESSMENT:
        show_assessment(history);
        return 0;
    case PAGE_ANSWER:
        if (wparam == ANSWER_ENTRY_DETAILS)
            take_entry_details(history, (struct entry_details *)lparam);
        return 0;
    case PAGE_COPY:
        return copy(history);
    case PAGE_SAVE:
        export_backup(history);
        return TRUE;
    case PAGE_UNDO:
        undo_newest(history);
        return 0;
    case PAGE_IS_READY:
        return history->entry_details != NULL || !history->selected;
    case WM_NCDESTROY:
        forget_entry_details(history);
        free(history);
        break; /* page_default then clears the state */
    }
    return page_default(page, message, wparam, lparam);
}

HWND page_history_create(struct window *window)
{
    struct history *history = calloc(1, sizeof *history);

    if (!history)
        return NULL;
    history->window = window;
    return page_window(window, L"History", procedure, history);
}
