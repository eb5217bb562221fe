#include "gui/dialog.h"

#include "core/diagnosis/sentences.h"
#include "gui/button.h"
#include "gui/control.h"
#include "gui/field.h"

static const wchar_t class_name[] = L"MaxportDialog";

enum { DIALOG_RESTYLE = WM_APP + 1 };
enum { ID_TEXT = 100, MARGIN = 16, BUTTON_HEIGHT = 32, WIDTH = 680, HEIGHT = 460 };

struct state {
    const struct dialog *dialog;
    struct scale scale; /* for the screen that shows the dialog */
    HWND text, verb, close;
    bool is_agreed, is_over;
};

static struct state *state_of(HWND window)
{
    return (struct state *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

static void lay_out(const struct state *state, HWND window)
{
    unsigned dpi = state->scale.dpi;
    int margin = scale_px(dpi, MARGIN), height = scale_px(dpi, BUTTON_HEIGHT);
    int gap = scale_px(dpi, 8), width, right;
    RECT client;

    GetClientRect(window, &client);
    right = client.right - margin;
    width = button_width(state->close, &state->scale);
    MoveWindow(state->close, right - width, client.bottom - margin - height, width, height, TRUE);
    if (state->verb) {
        right -= width + gap;
        width = button_width(state->verb, &state->scale);
        MoveWindow(state->verb, right - width, client.bottom - margin - height, width, height,
                   TRUE);
    }
    MoveWindow(state->text, margin, margin, client.right - 2 * margin,
               client.bottom - 3 * margin - height, TRUE);
}

static void restyle(struct state *state, HWND window, unsigned dpi)
{
    struct scale before = state->scale;

    scale_open(&state->scale, dpi);
    theme_dress(window, state->dialog->theme);
    controls_restyle(window, state->dialog->theme, &state->scale);
    scale_close(&before); /* closes the old fonts, which no control uses any more */
    lay_out(state, window);
    RedrawWindow(window, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_FRAME | RDW_ALLCHILDREN);
}

static void create(struct state *state, HWND window)
{
    const struct dialog *dialog = state->dialog;

    state->text = report_make(window, ID_TEXT);
    if (dialog->verb)
        state->verb = button_make(window, IDOK, dialog->verb,
                                  dialog->has_shield ? ROLE_SHIELD : ROLE_PRIMARY);
    state->close = button_make(window, IDCANCEL, dialog->verb ? L"Cancel" : L"Close", ROLE_PUSH);
    restyle(state, window, scale_window_dpi(window));
    report_set(state->text, dialog->text);
}

/* Returns a brush with the current panel colour. The brush is not stored, because the theme may
 * change while the dialog is open. */
static HBRUSH background(const struct state *state, HDC dc)
{
    SetDCBrushColor(dc, state->dialog->theme->panel);
    return GetStockObject(DC_BRUSH);
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct state *state = state_of(window);

    if (message == WM_NCCREATE) {
        state = ((CREATESTRUCTW *)lparam)->lpCreateParams;
        SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)state);
    }
    if (!state)
        return DefWindowProcW(window, message, wparam, lparam);
    switch (message) {
    case WM_CREATE:
        create(state, window);
        return 0;
    case WM_SIZE:
        if (state->close)
            lay_out(state, window);
        return 0;
    case SCALE_DPI_CHANGED:
        scale_follow_dpi(window, lparam);
        restyle(state, window, HIWORD(wparam));
        return 0;
    case DIALOG_RESTYLE:
        restyle(state, window, state->scale.dpi);
        return 0;
    case WM_ERASEBKGND: {
        RECT client;

        GetClientRect(window, &client);
        FillRect((HDC)wparam, &client, background(state, (HDC)wparam));
        return 1;
    }
    case WM_CTLCOLORSTATIC:
    case WM_CTLCOLOREDIT:
    case WM_CTLCOLORBTN:
        control_color((HWND)lparam, (HDC)wparam, state->dialog->theme);
        return (LRESULT)background(state, (HDC)wparam);
    case WM_DRAWITEM:
        button_draw((const DRAWITEMSTRUCT *)lparam, state->dialog->theme, &state->scale);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(wparam) == IDOK && !state->verb)
            wparam = IDCANCEL;
        if (LOWORD(wparam) == IDOK || LOWORD(wparam) == IDCANCEL) {
            state->is_agreed = LOWORD(wparam) == IDOK;
            state->is_over = true;
        }
        return 0;
    case WM_CLOSE:
        state->is_over = true;
        return 0;
    case DM_GETDEFID: /* asks for the button that Enter presses if no button has the focus */
        return MAKELRESULT(IDCANCEL, DC_HASDEFID);
    }
    return DefWindowProcW(window, message, wparam, lparam);
}

static HWND open(struct state *state)
{
    WNDCLASSEXW class = {.cbSize = sizeof class,
                         .lpfnWndProc = procedure,
                         .hInstance = GetModuleHandleW(NULL),
                         .hCursor = LoadCursorW(NULL, IDC_ARROW),
                         .lpszClassName = class_name};
    HWND owner = state->dialog->owner;
    unsigned dpi = scale_window_dpi(owner);
    int width = scale_px(dpi, WIDTH), height = scale_px(dpi, HEIGHT);
    RECT work = scale_work_area(MonitorFromWindow(owner, MONITOR_DEFAULTTONEAREST)), over, rect;

    RegisterClassExW(&class); /* fails if the class is already registered */
    GetWindowRect(owner, &over);
    rect.left = over.left + (over.right - over.left - width) / 2;
    rect.top = over.top + (over.bottom - over.top - height) / 2;
    rect.right = rect.left + width;
    rect.bottom = rect.top + height;
    scale_fit(&rect, &work); /* so that the buttons are on the screen */
    return CreateWindowExW(WS_EX_DLGMODALFRAME | WS_EX_CONTROLPARENT, class_name,
                           state->dialog->title, WS_POPUP | WS_CAPTION | WS_SYSMENU | WS_THICKFRAME,
                           rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top,
                           owner, NULL, GetModuleHandleW(NULL), state);
}

static BOOL CALLBACK restyle_dialog(HWND window, LPARAM unused)
{
    wchar_t name[32];

    (void)unused;
    if (GetClassNameW(window, name, 32) && lstrcmpW(name, class_name) == 0)
        SendMessageW(window, DIALOG_RESTYLE, 0, 0);
    return TRUE;
}

void dialogs_restyle(void)
{
    EnumThreadWindows(GetCurrentThreadId(), restyle_dialog, 0);
}

bool dialog_show(const struct dialog *dialog)
{
    struct state state = {.dialog = dialog};
    HWND own = open(&state), focus = GetFocus();
    bool was_disabled;
    MSG message;

    if (!own) {
        scale_close(&state.scale);
        return false;
    }
    was_disabled = EnableWindow(dialog->owner, FALSE);
    ShowWindow(own, SW_SHOW);
    SetFocus(state.close); /* so that Enter, pressed by mistake, changes nothing */
    while (!state.is_over && GetMessageW(&message, NULL, 0, 0) > 0) {
        if (IsDialogMessageW(own, &message))
            continue;
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    if (!state.is_over)
        /* WM_QUIT is for the main message loop, which must receive it too. */
        PostQuitMessage((int)message.wParam);
    EnableWindow(dialog->owner, !was_disabled);
    DestroyWindow(own);
    scale_close(&state.scale);
    SetForegroundWindow(dialog->owner);
    SetFocus(focus);
    return state.is_agreed;
}

void dialog_print_sentences(struct text *text, const char *heading,
                            const struct sentences *sentences)
{
    if (!sentences->count)
        return;
    text_printf(text, "\n%s\n", heading);
    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *row = &sentences->rows[i];

        text_printf(text, "- %s%s\n", row->is_inferred ? "(inferred) " : "",
                    text_string(&row->text));
        if (*row->command)
            text_printf(text, "      %s\n", row->command);
    }
}
