#include <stdio.h>

#include "fake/calls.h"

/* Writes to the draft of a page. Characters that do not fit are dropped and counted. */
static void write_page(struct fake *fake, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool is_rest = ((unsigned char)data[i] & 0xc0) == 0x80;
        if (data[i] == '\n') {
            if (fake->page_row < fake->page_rows)
                text_puts(&fake->draft, "\n");
            fake->page_row++;
            fake->page_column = 0;
            continue;
        }
        fake->page_column += !is_rest;
        if (fake->page_row < fake->page_rows && fake->page_column <= fake->page_columns)
            text_append(&fake->draft, &data[i], 1);
        else
            fake->cut += !is_rest;
    }
}

static bool screen_write(void *context, enum screen_stream stream, const char *data, size_t length)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_SCREEN_WRITE);
    if (fake_fails_before(mishap) || (stream == SCREEN_OUT && fake->has_reader_closed))
        return false;
    if (stream == SCREEN_OUT && fake->is_page_open)
        write_page(fake, data, length);
    else
        text_append(stream == SCREEN_ERROR ? &fake->error : &fake->out, data, length);
    struct fault fault;
    return fake_end(fake, CALL_SCREEN_WRITE, mishap, FAULT_FAILED, &fault);
}

static bool screen_reader_has_closed(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_READER);
    return fake->has_reader_closed;
}

static void screen_style(void *context, enum screen_style style)
{
    static const char *const marks[] = {
        [STYLE_NORMAL] = "<normal>",   [STYLE_STRONG] = "<strong>", [STYLE_GOOD] = "<good>",
        [STYLE_WARNING] = "<warning>", [STYLE_BAD] = "<bad>",
    };
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_STYLE);
    if (!fake->wants_color)
        fake_misused("screen.style without wants_color");
    text_puts(fake->is_page_open ? &fake->draft : &fake->out, marks[style]);
}

static bool screen_ask(void *context, char *answer, size_t size)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_SCREEN_ASK);
    if (!fake->can_ask)
        fake_misused("screen.ask without can_ask");
    if (fake_fails_at_all(mishap) || fake->answered >= FAKE_ANSWER_MAXIMUM ||
        !fake->answers[fake->answered])
        return false;
    snprintf(answer, size, "%s", fake->answers[fake->answered++]);
    return true;
}

static bool screen_can_ask(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_LOOK);
    return fake->can_ask;
}

static bool screen_is_console(void *context, enum screen_stream stream)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_LOOK);
    return fake->is_console[stream];
}

static bool screen_has_symbols(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_LOOK);
    return fake->is_console[SCREEN_OUT] && !fake->is_east_asian;
}

static unsigned screen_width(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_LOOK);
    return fake->width;
}

static bool screen_wants_color(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_LOOK);
    return fake->wants_color;
}

static bool screen_stop_requested(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_STOP);
    return fake->is_stop_requested;
}

static void screen_wait(void *context, uint32_t ms)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_WAIT);
    if (!fake->is_stop_requested)
        fake_pass(fake, ms);
}

static bool screen_page_begin(void *context)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_SCREEN_PAGE);
    if (!fake->is_console[SCREEN_OUT])
        fake_misused("screen.page_begin without a console");
    if (fake->is_page_open)
        fake_misused("screen.page_begin within a page");
    if (fake_fails_at_all(mishap))
        return false;
    fake->is_page_open = true;
    return true;
}

static void screen_page_start(void *context, unsigned *columns, unsigned *rows)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_LOOK);
    if (!fake->is_page_open)
        fake_misused("screen.page_start without a page");
    text_release(&fake->draft);
    fake->page_row = fake->page_column = 0;
    *columns = fake->page_columns;
    *rows = fake->page_rows;
}

static unsigned screen_page_row(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_LOOK);
    return fake->page_row;
}

static bool screen_page_show(void *context)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_SCREEN_PAGE);
    if (!fake->is_page_open)
        fake_misused("screen.page_show without a page");
    if (fake_fails_before(mishap))
        return false;
    text_release(&fake->page);
    fake->page = fake->draft;
    text_init(&fake->draft);
    fake->pages++;
    struct fault fault;
    return fake_end(fake, CALL_SCREEN_PAGE, mishap, FAULT_FAILED, &fault);
}

static void screen_page_end(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SCREEN_LOOK);
    if (!fake->is_page_open)
        fake_misused("screen.page_end without a page");
    fake->is_page_open = false;
}

const char *fake_page(const struct fake *fake)
{
    return text_string(&fake->page);
}

const char *fake_out(const struct fake *fake)
{
    return text_string(&fake->out);
}

const char *fake_error(const struct fake *fake)
{
    return text_string(&fake->error);
}

void fake_open_screen(struct fake *fake)
{
    fake->machine.screen = (struct screen){fake,
                                           screen_write,
                                           screen_reader_has_closed,
                                           screen_style,
                                           screen_ask,
                                           screen_can_ask,
                                           screen_is_console,
                                           screen_has_symbols,
                                           screen_width,
                                           screen_wants_color,
                                           screen_stop_requested,
                                           screen_wait,
                                           screen_page_begin,
                                           screen_page_start,
                                           screen_page_row,
                                           screen_page_show,
                                           screen_page_end};
}
