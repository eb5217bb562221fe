#include "gui/pages/who_text.h"

#include <string.h>

#include "core/state/blind_spots.h"

static bool shows(const struct who_view *view, int protocol)
{
    return view->is_both || (int)view->window->protocol == protocol;
}

static void print_use(const struct who_view *view, struct text *text)
{
    const struct sample *sample = view->window->sample;

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        const struct usage *usage = &sample->usage[p];
        enum family fuller = usage_fuller(usage);
        char in_use[NUMBER_SIZE], available[NUMBER_SIZE];

        if (!shows(view, p))
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

void who_print_summary(const struct who_view *view, struct text *text)
{
    size_t count = count_present(view->rows);
    char number[NUMBER_SIZE];

    if (!view->rows->is_filled || !view->window->sample || view->window->sample->is_missed)
        return;
    text_printf(text, "%s row%s%s", number_string(number, count), count == 1 ? "" : "s",
                *view->rows->filter ? " matching the filter" : "");
    print_use(view, text);
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

static void add_blind_spot(void *context, const struct text *sentence)
{
    add_sentence(context, text_string(sentence));
}

void who_print_note(const struct who_view *view, struct text *text)
{
    const struct sample *sample = view->window->sample;
    int kind = (int)view->window->grouping;
    bool is_of_processes = usage_group_has_owners(view->window->grouping);
    bool has_processes = is_of_processes || kind == USAGE_ROWS_SOCKETS;
    struct blind_view blind;

    if (!view->rows->is_filled || !sample || sample->is_missed)
        return;
    blind = (struct blind_view){.sockets = &sample->sockets,
                                .shows = {shows(view, PROTOCOL_TCP), shows(view, PROTOCOL_UDP)},
                                .shows_owners = has_processes,
                                .has_names = sample->has_names,
                                .names_why = ""};
    blind_spots_list(&blind, add_blind_spot, text);
    if (is_of_processes && shows(view, PROTOCOL_TCP) && waits_mostly(&sample->usage[PROTOCOL_TCP]))
        add_sentence(text, "Connections in TIME_WAIT belong to no process. To see their "
                           "remote endpoints, group by remote endpoint.");
    if (kind == USAGE_ROWS_SOCKETS)
        add_sentence(text, "All ports are listed, including ports outside the dynamic port "
                           "range.");
    if (kind == GROUP_REMOTE)
        add_sentence(text, "Listening and bound sockets have no remote endpoint and are not "
                           "listed.");
}

static void print_ranges(const struct who_view *view, struct text *text)
{
    const struct sample *sample = view->window->sample;
    bool is_known = false;
    struct text ranges;

    text_init(&ranges);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        struct port_range range = sample->usage[p].range[usage_fuller(&sample->usage[p])];

        if (!shows(view, p) || !range.count)
            continue;
        text_printf(&ranges, "%s %s %u-%u", is_known ? "," : ":", protocol_name((enum protocol)p),
                    (unsigned)range.start, (unsigned)range_end(range));
        is_known = true;
    }
    if (is_known)
        text_printf(text, "No %s%ssocket uses a port of the dynamic port range%s.",
                    view->is_both ? "" : protocol_name(view->window->protocol),
                    view->is_both ? "" : " ", text_string(&ranges));
    else
        text_puts(text, "The running range is unknown, so the ports inside it cannot be counted. "
                        "To list all sockets, select \"Each socket\".");
    text_release(&ranges);
}

void who_explain_empty(const struct who_view *view, struct text *text)
{
    const struct sample *sample = view->window->sample;
    const struct usage_rows *usage_rows = view->rows;

    if (sample && sample->is_missed) {
        text_puts(text, "The socket tables could not be read. ");
        text_puts(text, sample->fault.text);
    } else if (!sample || !usage_rows->is_filled) {
        text_puts(text, view->window->interval_ms ? "Reading the socket tables..."
                                                  : "Paused. Press F5 to read the socket tables.");
    } else if (*usage_rows->filter && usage_rows->count) {
        text_puts(text, "No row contains \"");
        text_safe(text, view->filter, strlen(view->filter));
        text_puts(text, "\".");
    } else if (view->window->grouping == GROUP_REMOTE && !view->is_both &&
               view->window->protocol == PROTOCOL_UDP) {
        text_puts(text, "UDP sockets have no remote endpoint.");
    } else if (view->window->grouping == (enum usage_group)USAGE_ROWS_SOCKETS) {
        text_printf(text, "No %s%ssocket was found.",
                    view->is_both ? "" : protocol_name(view->window->protocol),
                    view->is_both ? "" : " ");
    } else {
        print_ranges(view, text);
    }
}
