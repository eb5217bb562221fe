#include "cli/frame/gauge.h"

#include "core/use/verdict.h"

static void print_bar(struct output *output, unsigned percent)
{
    unsigned cells = output->width - 40 > 50 ? 50 : output->width - 40;
    unsigned full = percent * cells / 100;

    if (!cells)
        return; /* no space for a bar; the figures show the same */
    output_puts(output, "[");
    output_style(output, percent >= PERCENT_NEARLY_FULL ? STYLE_BAD
                         : percent >= PERCENT_FILLING   ? STYLE_WARNING
                                                        : STYLE_GOOD);
    for (unsigned i = 0; i < full; i++)
        output_puts(output, output->uses_unicode ? "\u2588" : "#");
    output_style(output, STYLE_NORMAL);
    for (unsigned i = full; i < cells; i++)
        output_puts(output, output->uses_unicode ? "\u2591" : ".");
    output_puts(output, "]");
}

/* Prints one figure of a row. A line breaks only between two figures. *column is the current
 * column, 0 before the first figure. */
static void print_figure(struct output *output, size_t *column, const char *name, uint32_t ports)
{
    char number[NUMBER_SIZE];
    struct text figure;

    text_init(&figure);
    text_printf(&figure, "%s %s", name, number_string(number, ports));
    if (*column && *column + 3 + figure.length <= output->width) {
        output_puts(output, " - ");
        *column += 3;
    } else {
        output_printf(output, "%s%*s", *column ? "\n" : "", GAUGE_COLUMN, "");
        *column = GAUGE_COLUMN;
    }
    output_text(output, &figure);
    *column += figure.length;
    text_release(&figure);
}

/* Prints the ports by state. family: its name and number of ports, or NULL if only one family has
 * ports in use. */
static void print_states(struct output *output, const struct usage_count *count, const char *family)
{
    static const struct {
        enum port_state state;
        const char *name;
        bool is_always_shown;
    } shown[] = {
        {PORT_TIME_WAIT, "TIME_WAIT", true}, {PORT_ESTABLISHED, "established", true},
        {PORT_LISTEN, "listening", true},    {PORT_CLOSE_WAIT, "CLOSE_WAIT", false},
        {PORT_BOUND, "bound", false},
    };
    uint32_t other = count->in_use;
    size_t column = 0;

    if (family)
        print_figure(output, &column, family, count->in_use);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        uint32_t ports = count->by_state[shown[i].state];

        other -= ports;
        if (!ports && !shown[i].is_always_shown)
            continue;
        print_figure(output, &column, shown[i].name, ports);
    }
    if (other)
        print_figure(output, &column, "other", other);
    output_puts(output, "\n");
}

/* Prints the figures of each family separately, if both have ports in use. */
static void print_families(struct output *output, const struct usage *usage)
{
    size_t column = 0;

    if (usage->protocol == PROTOCOL_TCP) {
        for (int f = 0; f < FAMILY_COUNT; f++)
            print_states(output, &usage->family[f], family_name((enum family)f));
        print_figure(output, &column, "combined", usage->united.in_use);
    } else {
        print_figure(output, &column, "IPv4", usage->family[FAMILY_IPV4].in_use);
        print_figure(output, &column, "IPv6", usage->family[FAMILY_IPV6].in_use);
        print_figure(output, &column, "combined", usage->united.in_use);
    }
    output_puts(output, "\n");
}

void output_verdict(struct output *output, const struct verdict *verdict)
{
    bool is_bad = verdict->kind == VERDICT_NEARLY_FULL || verdict->kind == VERDICT_FULL;

    output_style(output, verdict->kind == VERDICT_HEALTHY ? STYLE_STRONG
                         : is_bad                         ? STYLE_BAD
                                                          : STYLE_WARNING);
    output_paragraph(output, 2, "%s", verdict->sentence);
    output_style(output, STYLE_NORMAL);
}

void output_gauge(struct output *output, const struct usage *usage)
{
    enum family fuller = usage_fuller(usage);
    uint32_t available = usage_available(usage, fuller);
    const struct usage_count *count = &usage->family[fuller];
    unsigned percent = usage_percent(count->in_use, available);
    char in_use[NUMBER_SIZE], of[NUMBER_SIZE], share[SHARE_SIZE];
    struct text figures;

    if (!available || (!usage->is_available[FAMILY_IPV4] && !usage->is_available[FAMILY_IPV6])) {
        output_labelled(output, usage->protocol == PROTOCOL_TCP ? "  TCP" : "  UDP",
                        available ? "use unknown: the socket table could not be read"
                                  : "use unknown: the running range is unknown, see below",
                        GAUGE_COLUMN);
        return;
    }
    output_printf(output, "  %s  ", protocol_name(usage->protocol));
    print_bar(output, percent);
    text_init(&figures);
    text_printf(&figures, "%s of %s", number_string(in_use, count->in_use),
                number_string(of, available));
    output_printf(output, " %16s ports %6s\n", text_string(&figures),
                  share_string(share, count->in_use, available));
    text_release(&figures);
    if (usage->family[FAMILY_IPV4].in_use && usage->family[FAMILY_IPV6].in_use)
        print_families(output, usage);
    else if (usage->protocol == PROTOCOL_TCP)
        print_states(output, count, NULL);
    if (!usage->is_available[FAMILY_IPV4])
        output_paragraph(output, GAUGE_COLUMN, "IPv6 only: the IPv4 table could not be read");
    if (usage->is_partial)
        output_paragraph(output, GAUGE_COLUMN, "incomplete: the table kept growing during reading");
}
