#include "win32/console.h"

#include "win32/lib/wide.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BYTES = 8192, /* before Windows 8, WriteConsoleW uses a shared heap of 64 KiB */
    ANSWER_COUNT = 512,
    FOREGROUND = 0x0f,
    BACKGROUND = 0xf0,
    END_OF_INPUT = 0x1a, /* Ctrl-Z */
    LOOK_MS = 250,       /* interval of checks for a resized window */
    SEQUENCES = 0x5,     /* ENABLE_PROCESSED_OUTPUT, and ENABLE_VIRTUAL_TERMINAL_PROCESSING, which
                            older headers lack */
    UNKNOWN_MODE = 0x40000000,
};

/* These variables are global, because Windows calls the handler in a separate thread and passes
 * only the event number. */
static LONG stop_presses;
static HANDLE stop_event; /* set at the first press; ends every wait */
static struct console *volatile open_console;

/* Writes an escape sequence. Sequences are enabled only during this write, so that the console
 * never interprets other text as a sequence, and maxport need not restore the console's mode when
 * it ends. */
static void write_sequence(HANDLE output, const wchar_t *sequence)
{
    DWORD mode, written;
    if (!GetConsoleMode(output, &mode) || !SetConsoleMode(output, mode | SEQUENCES))
        return;
    WriteConsoleW(output, sequence, (DWORD)wcslen(sequence), &written, NULL);
    SetConsoleMode(output, mode);
}

/* Returns whether the console interprets escape sequences. Windows 10 1511 and later accept the
 * mode ENABLE_VIRTUAL_TERMINAL_PROCESSING; earlier versions refuse this mode. A console that
 * accepts even an unknown mode, as Wine's does, would print the sequences (docs/windows.md, "Text
 * and console"). */
static bool accepts_sequences(HANDLE output)
{
    DWORD mode;
    if (!GetConsoleMode(output, &mode))
        return false;
    bool is_accepted = SetConsoleMode(output, mode | SEQUENCES);
    bool accepts_all = is_accepted && SetConsoleMode(output, mode | UNKNOWN_MODE);
    SetConsoleMode(output, mode);
    return is_accepted && !accepts_all;
}

static void set_bold(struct console *console, bool is_bold)
{
    if (console->is_bold != is_bold)
        write_sequence(console->streams[SCREEN_OUT], is_bold ? L"\x1b[1m" : L"\x1b[22m");
    console->is_bold = is_bold;
}

static void restore_colors(struct console *console)
{
    if (!console->wants_color)
        return;
    set_bold(console, false);
    SetConsoleTextAttribute(console->streams[SCREEN_OUT], console->attributes);
}

static BOOL WINAPI on_control(DWORD event)
{
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        return FALSE;
    if (InterlockedIncrement(&stop_presses) == 1) {
        SetEvent(stop_event);
        return TRUE;
    }
    struct console *console = open_console;
    if (console) {
        restore_colors(console);
        page_restore_cursor(&console->page);
    }
    /* Windows' own handler would call ExitProcess. This handler calls TerminateProcess, because an
     * abandoned thread may hold the loader lock forever (background.h). */
    TerminateProcess(GetCurrentProcess(), (UINT)STATUS_CONTROL_C_EXIT);
    return FALSE;
}

/* ---- writing ---------------------------------------------------------- */

static bool write_chunk(HANDLE stream, const wchar_t *wide, size_t count)
{
    while (count > 0) {
        DWORD written = 0;
        if (!WriteConsoleW(stream, wide, (DWORD)count, &written, NULL) || written == 0)
            return false;
        wide += written;
        count -= written;
    }
    return true;
}

/* Returns the length of the next chunk: at most CHUNK_BYTES. A chunk ends after a whole character,
 * so that no surrogate pair is split. */
static size_t chunk_length(const char *data, size_t length)
{
    if (length <= CHUNK_BYTES)
        return length;
    size_t end = CHUNK_BYTES;
    while (end > CHUNK_BYTES - 4 && ((unsigned char)data[end] & 0xc0) == 0x80)
        end--;
    return end;
}

static bool write_console(HANDLE stream, const char *data, size_t length)
{
    wchar_t wide[CHUNK_BYTES];
    while (length > 0) {
        size_t bytes = chunk_length(data, length);
        int count = MultiByteToWideChar(CP_UTF8, 0, data, (int)bytes, wide, CHUNK_BYTES);
        if (count <= 0 || !write_chunk(stream, wide, (size_t)count))
            return false;
        data += bytes;
        length -= bytes;
    }
    return true;
}

static bool write_file(HANDLE stream, const char *data, size_t length)
{
    while (length > 0) {
        DWORD bytes = length > MAXLONG ? MAXLONG : (DWORD)length, written = 0;
        if (!WriteFile(stream, data, bytes, &written, NULL) || written == 0)
            return false;
        data += written;
        length -= written;
    }
    return true;
}

static bool write(void *context, enum screen_stream which, const char *data, size_t length)
{
    struct console *console = context;
    HANDLE stream = console->streams[which];
    if (!stream)
        return true;
    if (which == SCREEN_OUT && console->page.is_open) {
        page_put(&console->page, data, length);
        return true;
    }
    if (console->is_console[which])
        return write_console(stream, data, length);
    bool is_written = write_file(stream, data, length);
    DWORD error = is_written ? ERROR_SUCCESS : GetLastError();
    /* Wine reports ERROR_PIPE_NOT_CONNECTED for a pipe of the shell. */
    if (which == SCREEN_OUT &&
        (error == ERROR_NO_DATA || error == ERROR_BROKEN_PIPE || error == ERROR_PIPE_NOT_CONNECTED))
        console->has_reader_closed = true;
    return is_written;
}

static bool reader_has_closed(void *context)
{
    return ((struct console *)context)->has_reader_closed;
}

/* ---- colours ---------------------------------------------------------- */

static WORD attributes_of(const struct console *console, enum screen_style style)
{
    WORD found = console->attributes;
    /* Bright colours on a dark background, dark colours on a bright one. */
    WORD bright = found & BACKGROUND_INTENSITY ? 0 : FOREGROUND_INTENSITY;
    WORD color;
    switch (style) {
    case STYLE_GOOD:
        color = FOREGROUND_GREEN | bright;
        break;
    case STYLE_WARNING:
        color = FOREGROUND_RED | FOREGROUND_GREEN | bright;
        break;
    case STYLE_BAD:
        color = FOREGROUND_RED | bright;
        break;
    default: /* also for STYLE_STRONG: on a light scheme, bright white would be invisible */
        return found;
    }
    bool is_invisible = color == (found & BACKGROUND) >> 4;
    return is_invisible ? found : (WORD)((found & ~FOREGROUND) | color);
}

/* Many consoles show bold text in the bright variant of its colour. On a background of this bright
 * colour, the text would be invisible. */
static bool bold_is_visible(WORD attributes)
{
    return ((attributes & FOREGROUND) | FOREGROUND_INTENSITY) != (attributes & BACKGROUND) >> 4;
}

static void style(void *context, enum screen_style which)
{
    struct console *console = context;
    if (!console->wants_color)
        return;
    if (console->page.is_open) {
        console->page.current = attributes_of(console, which);
        return;
    }
    set_bold(console, false);
    SetConsoleTextAttribute(console->streams[SCREEN_OUT], attributes_of(console, which));
    if (which == STYLE_STRONG && console->has_bold && bold_is_visible(console->attributes))
        set_bold(console, true);
}

/* ---- asking ----------------------------------------------------------- */

/* The data of the thread that reads a line. A separate thread reads, because Ctrl-C must end the
 * wait, and under Wine Ctrl-C does not end ReadConsoleW. The thread may run longer than its caller;
 * the last of the two frees the struct. */
struct inquiry {
    LONG users;
    HANDLE input;
    bool has_line;
    wchar_t line[ANSWER_COUNT];
};

/* Reads to the end of the line and drops characters that do not fit. False: the user pressed
 * Ctrl-C, or the input has ended. */
static bool read_line(HANDLE input, wchar_t line[ANSWER_COUNT])
{
    size_t count = 0;
    for (;;) {
        wchar_t part[ANSWER_COUNT];
        DWORD got = 0;
        if (!ReadConsoleW(input, part, ANSWER_COUNT, &got, NULL) || got == 0)
            return false;
        if (count == 0 && part[0] == END_OF_INPUT)
            return false;
        bool is_end = part[got - 1] == L'\n' || part[got - 1] == L'\r';
        for (DWORD i = 0; i < got && count < ANSWER_COUNT - 1; i++)
            if (part[i] != L'\r' && part[i] != L'\n')
                line[count++] = part[i];
        if (is_end) {
            line[count] = L'\0';
            return true;
        }
    }
}

static void leave(struct inquiry *inquiry)
{
    if (InterlockedDecrement(&inquiry->users) == 0)
        free(inquiry);
}

static DWORD WINAPI run(void *parameter)
{
    struct inquiry *inquiry = parameter;
    inquiry->has_line = read_line(inquiry->input, inquiry->line);
    leave(inquiry);
    return 0;
}

static bool stop_requested(void *context)
{
    (void)context;
    return InterlockedCompareExchange(&stop_presses, 0, 0) != 0;
}

/* Reads the user's answer. False: the user pressed Ctrl-C, the input has ended, or memory ran
 * out. */
static bool read_answer(HANDLE input, char *answer, size_t size)
{
    struct inquiry *inquiry = malloc(sizeof *inquiry);
    if (!inquiry)
        return false;
    *inquiry = (struct inquiry){.users = 2, .input = input};
    HANDLE ends[2] = {stop_event, CreateThread(NULL, 0, run, inquiry, 0, NULL)};
    if (!ends[1]) {
        free(inquiry);
        return false;
    }
    /* If the stop event is set and the thread has ended too, the stop event has priority, because
     * it comes first in the array. */
    bool is_answered =
        WaitForMultipleObjects(2, ends, FALSE, INFINITE) == WAIT_OBJECT_0 + 1 && inquiry->has_line;
    if (is_answered)
        wide_copy_utf8(inquiry->line, answer, size);
    CloseHandle(ends[1]);
    leave(inquiry);
    return is_answered;
}

static bool ask(void *context, char *answer, size_t size)
{
    struct console *console = context;
    DWORD mode;
    if (!console->can_ask || !stop_event || stop_requested(console) ||
        !GetConsoleMode(console->input, &mode)) {
        return false;
    }
    SetConsoleMode(console->input,
                   mode | ENABLE_PROCESSED_INPUT | ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
    FlushConsoleInputBuffer(console->input); /* keys pressed before the question do not count */
    bool is_answered = read_answer(console->input, answer, size);
    SetConsoleMode(console->input, mode);
    /* On Ctrl-C, Windows ends the read just before it calls the handler, so check the handler's
     * counter too. */
    return is_answered && !stop_requested(console);
}

/* ---- waiting, and the page -------------------------------------------- */

/* While a page is shown, the keys q and Esc end the command, as Ctrl-C does. Other keys are
 * discarded, because no question waits for an answer. */
static void read_page_keys(const struct console *console)
{
    DWORD count = 0, got;
    while (console->page.is_open && console->can_ask &&
           GetNumberOfConsoleInputEvents(console->input, &count) && count > 0) {
        INPUT_RECORD record;
        if (!ReadConsoleInputW(console->input, &record, 1, &got) || got != 1)
            return;
        const KEY_EVENT_RECORD *key = &record.Event.KeyEvent;
        bool is_end = key->uChar.UnicodeChar == L'q' || key->uChar.UnicodeChar == L'Q' ||
                      key->uChar.UnicodeChar == L'\x1b';
        if (record.EventType == KEY_EVENT && key->bKeyDown && is_end)
            InterlockedCompareExchange(&stop_presses, 1, 0);
    }
}

static void wait(void *context, uint32_t ms)
{
    struct console *console = context;
    uint32_t passed = 0;
    while (passed < ms && !stop_requested(console) && !page_is_resized(&console->page)) {
        uint32_t part = ms - passed;
        if (console->page.is_open && part > LOOK_MS)
            part = LOOK_MS;
        if (stop_event)
            WaitForSingleObject(stop_event, part);
        else
            Sleep(part);
        read_page_keys(console);
        passed += part;
    }
}

static bool page_begin(void *context)
{
    struct console *console = context;
    return console->is_console[SCREEN_OUT] &&
           page_open(&console->page, console->streams[SCREEN_OUT], console->attributes);
}

static void page_start(void *context, unsigned *columns, unsigned *rows)
{
    struct console *console = context;
    page_clear(&console->page);
    *columns = console->page.columns;
    *rows = console->page.rows;
}

static unsigned page_row(void *context)
{
    const struct console *console = context;
    return console->page.row;
}

static bool page_show(void *context)
{
    struct console *console = context;
    return page_draw(&console->page);
}

static void page_end(void *context)
{
    struct console *console = context;
    page_close(&console->page);
}

/* ---- properties ------------------------------------------------------- */

static bool can_ask(void *context)
{
    const struct console *console = context;
    return console->can_ask;
}

static bool is_console(void *context, enum screen_stream which)
{
    const struct console *console = context;
    return console->is_console[which];
}

/* Checks the OEM code page, too, because the console keeps its East Asian font after
 * `chcp 65001`. */
static bool has_symbols(void *context)
{
    return is_console(context, SCREEN_OUT) && !page_is_east_asian(GetConsoleOutputCP()) &&
           !page_is_east_asian(GetOEMCP());
}

static unsigned width(void *context)
{
    const struct console *console = context;
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!console->is_console[SCREEN_OUT] ||
        !GetConsoleScreenBufferInfo(console->streams[SCREEN_OUT], &info) ||
        info.srWindow.Right <= info.srWindow.Left) {
        return 80;
    }
    unsigned columns = (unsigned)(info.srWindow.Right - info.srWindow.Left + 1);
    /* A character in the last column of the buffer moves the cursor to the next line, and a newline
     * would then add an empty line (Win32, SetConsoleMode, ENABLE_WRAP_AT_EOL_OUTPUT). */
    return info.srWindow.Right + 1 >= info.dwSize.X ? columns - 1 : columns;
}

static bool wants_color(void *context)
{
    const struct console *console = context;
    return console->wants_color;
}

static HANDLE standard(DWORD which, bool *is_a_console)
{
    HANDLE stream = GetStdHandle(which);
    DWORD mode;
    *is_a_console = false;
    if (!stream || stream == INVALID_HANDLE_VALUE)
        return NULL;
    *is_a_console = GetConsoleMode(stream, &mode);
    return stream;
}

void console_open(struct console *console, struct screen *functions)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    wchar_t no_color[2];
    memset(console, 0, sizeof *console);
    console->streams[SCREEN_OUT] = standard(STD_OUTPUT_HANDLE, &console->is_console[SCREEN_OUT]);
    console->streams[SCREEN_ERROR] = standard(STD_ERROR_HANDLE, &console->is_console[SCREEN_ERROR]);
    console->input = standard(STD_INPUT_HANDLE, &console->can_ask);
    if (console->is_console[SCREEN_OUT] &&
        GetConsoleScreenBufferInfo(console->streams[SCREEN_OUT], &info)) {
        console->attributes = info.wAttributes;
        /* The result is 0 if NO_COLOR is not set or is empty (no-color.org). */
        console->wants_color = GetEnvironmentVariableW(L"NO_COLOR", no_color, 2) == 0;
        console->has_bold = console->wants_color && accepts_sequences(console->streams[SCREEN_OUT]);
    }
    InterlockedExchange(&stop_presses, 0);
    stop_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    open_console = console;
    SetConsoleCtrlHandler(on_control, TRUE);

    *functions = (struct screen){
        .context = console,
        .write = write,
        .reader_has_closed = reader_has_closed,
        .style = style,
        .ask = ask,
        .can_ask = can_ask,
        .is_console = is_console,
        .has_symbols = has_symbols,
        .width = width,
        .wants_color = wants_color,
        .stop_requested = stop_requested,
        .wait = wait,
        .page_begin = page_begin,
        .page_start = page_start,
        .page_row = page_row,
        .page_show = page_show,
        .page_end = page_end,
    };
}

void console_close(struct console *console)
{
    SetConsoleCtrlHandler(on_control, FALSE);
    open_console = NULL;
    page_close(&console->page);
    restore_colors(console);
    if (stop_event) {
        CloseHandle(stop_event);
        stop_event = NULL;
    }
}
