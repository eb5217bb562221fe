#include "gui/pages/now_text.h"

#include <string.h>

#include "core/state/notes.h"
#include "gui/paint/port_map.h"

bool now_is_counted(const struct sample *sample, int p, enum family *fuller)
{
    const struct usage *usage;

    if (!sample || sample->is_missed)
        return false;
    usage = &sample->usage[p];
    *fuller = usage_fuller(usage);
    return usage->is_available[*fuller] && usage->range[*fuller].count;
}

static void print_rate(const struct sample *sample, int p, struct text *text)
{
    char duration[DURATION_SIZE];

    switch (sample->rate[p].trend) {
    case TREND_UNKNOWN:
        return;
    case TREND_STEADY:
        text_puts(text, "steady");
        break;
    case TREND_RISING:
    case TREND_FALLING:
        text_puts(text, sample->rate[p].trend == TREND_RISING ? "rising by " : "falling by ");
        speed_print(sample->rate[p].ports_per_second, text);
        break;
    }
    if (sample->is_running_out[p]) /* not a warning; only the verdict warns */
        text_printf(text, ", full in %s", duration_string(duration, sample->full_in_seconds[p]));
}

void now_print_detail(const struct sample *sample, int p, struct text *text)
{
    /* The line has room for three parts. The trend and the time until full are parts, too. */
    enum { STATES_SHOWN = 3 };
    int room = STATES_SHOWN;
    const struct usage_count *use;
    bool is_shown[PORT_STATE_COUNT] = {false};
    enum family fuller;

    if (!now_is_counted(sample, p, &fuller)) {
        text_puts(text, !sample             ? "reading the socket tables..."
                        : sample->is_missed ? sample->fault.text
                                            : "the socket table or its range could not be read");
        return;
    }
    use = &sample->usage[p].family[fuller];
    if (sample->usage[p].is_partial)
        text_puts(text, "incomplete, more ports are in use \xc2\xb7 ");
    print_rate(sample, p, text);
    room -= (sample->rate[p].trend != TREND_UNKNOWN) + sample->is_running_out[p];
    for (int shown = 0; shown < room && p == PROTOCOL_TCP; shown++) {
        int most = -1;
        char number[NUMBER_SIZE];

        for (int s = 0; s < PORT_STATE_COUNT; s++)
            if (!is_shown[s] && use->by_state[s] &&
                (most < 0 || use->by_state[s] > use->by_state[most]))
                most = s;
        if (most < 0)
            break;
        is_shown[most] = true;
        text_printf(text, "%s%s %s", text->length ? " \xc2\xb7 " : "",
                    port_state_name((enum port_state)most),
                    number_string(number, use->by_state[most]));
    }
    text_printf(text, "%s%s", text->length ? " \xc2\xb7 " : "", family_name(fuller));
}

static const struct socket_row *find_row(const struct window *window, int port)
{
    const struct sample *sample = window->sample;
    uint8_t state = sample->port_classes[window->protocol].states[port];

    for (size_t i = 0; i < sample->sockets.count; i++) {
        const struct socket_row *row = &sample->sockets.rows[i];

        if (row->local_port == port && row->protocol == (uint8_t)window->protocol &&
            port_state_of(row) == (enum port_state)state)
            return row;
    }
    return NULL;
}

void now_print_port(const struct window *window, int port, struct text *text)
{
    const struct sample *sample = window->sample;
    const struct port_classes *port_classes = &sample->port_classes[window->protocol];
    const struct socket_row *row = find_row(window, port);
    char endpoint[ENDPOINT_SIZE], name[300];

    text_printf(text, "%s %d: ", protocol_name(window->protocol), port);
    if (!row) {
        text_puts(text, port_class_name((enum port_class)port_classes->classes[port]));
        return;
    }
    text_puts(text, port_state_name(port_state_of(row)));
    if (row->has_remote)
        text_printf(
            text, ", to %s",
            endpoint_string(endpoint, (enum family)row->family, row->remote, row->remote_port));
    if (row->owner != 0 && row->owner != (uint32_t)OWNER_UNKNOWN && sample->has_names) {
        processes_name(&sample->processes, row->owner, name);
        text_puts(text, ", ");
        text_safe(text, name, strlen(name));
        text_printf(text, ", PID %lu", (unsigned long)row->owner);
    }
}

void now_print_counts(const struct window *window, struct text *text)
{
    uint32_t counts[PORT_CLASS_COUNT] = {0};
    char number[NUMBER_SIZE];

    text_printf(text, "Map of all %s ports", protocol_name(window->protocol));
    if (!window->sample || window->sample->is_missed)
        return;
    for (size_t i = 0; i < PORT_MAP_PORTS; i++)
        counts[window->sample->port_classes[window->protocol].classes[i]]++;
    for (int c = 0; c < PORT_CLASS_COUNT; c++)
        text_printf(text, "%s %s %s", c ? "," : ":", port_class_name((enum port_class)c),
                    number_string(number, counts[c]));
}

static const struct forecast *forecast_of(const struct window *window)
{
    static const struct forecast quiet;

    return window->sample && !window->sample->is_missed ? &window->sample->forecast : &quiet;
}

void now_print_verdict(const struct window *window, struct headline *headline, struct text *text)
{
    const struct assessment *assessment = window->assessment;
    const struct sample *sample = window->sample;
    const struct usage *usage = sample && !sample->is_missed ? sample->usage : NULL;
    struct text sentence;

    text_init(&sentence);
    headline_make(assessment->has_diagnosis ? &assessment->diagnosis : NULL,
                  &assessment->snapshot.survey, usage, headline, &sentence);
    headline->level = forecast_level(forecast_of(window), headline->level);
    forecast_print_verdict(forecast_of(window), text_string(&sentence), headline->is_healthy, text);
    text_release(&sentence);
}

void now_print_note(const struct assessment *assessment, struct text *text)
{
    struct survey_notes notes;

    notes_make(&assessment->snapshot.survey, &notes);
    if (notes.count && !notes.rows[0].is_remark) {
        text_append(text, text_string(&notes.rows[0].text), notes.rows[0].fact_length);
        if (notes.count > 1)
            text_printf(text, " (1 of %zu notes; click Why to see all)", notes.count);
    }
    notes_release(&notes);
}

void now_print_notes(const struct assessment *assessment, struct text *text)
{
    struct survey_notes notes;

    notes_make(&assessment->snapshot.survey, &notes);
    if (notes.count)
        text_puts(text, "\nNotes on settings and ranges\n");
    for (size_t i = 0; i < notes.count; i++) {
        text_printf(text, "- %s\n", text_string(&notes.rows[i].text));
        if (*notes.rows[i].command)
            text_printf(text, "      %s\n", notes.rows[i].command);
    }
    notes_release(&notes);
}
