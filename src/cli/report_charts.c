#include "cli/report_parts.h"

/* ---- use -------------------------------------------------------------- */

static void print_states(struct html *html, const struct usage_count *count)
{
    char number[NUMBER_SIZE];
    bool is_first = true;

    for (int s = 0; s < PORT_STATE_COUNT; s++) {
        if (!count->by_state[s])
            continue;
        html_printf(html, "%s%s %s", is_first ? "" : ", ",
                    number_string(number, count->by_state[s]), port_state_name((enum port_state)s));
        is_first = false;
    }
}

/* Draws a bar that is 1000 units wide: first the ports in use by open sockets, then the ports in
 * TIME_WAIT. */
static void print_bar(struct html *html, const struct usage_count *count, uint32_t available)
{
    uint64_t used = count->in_use < available ? count->in_use : available;
    uint64_t waiting = count->by_state[PORT_TIME_WAIT];
    unsigned all = (unsigned)(used * 1000 / available);
    unsigned wait = (unsigned)((waiting < used ? waiting : used) * 1000 / available);
    struct text svg;

    text_init(&svg);
    text_printf(&svg,
                "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" "
                "aria-hidden=\"true\"><rect class=\"track\" width=\"1000\" height=\"10\"/>"
                "<rect class=\"held\" width=\"%u\" height=\"10\"/>"
                "<rect class=\"wait\" x=\"%u\" width=\"%u\" height=\"10\"/></svg>\n",
                all - wait, all - wait, wait);
    html_raw(html, text_string(&svg));
    html->text.is_broken |= svg.is_broken;
    text_release(&svg);
}

void report_card(struct html *html, const struct report *report, int p, int f)
{
    const struct usage *usage = &report->snapshot.survey.usage[p];
    const struct usage_count *count = &usage->family[f];
    uint32_t available = usage_available(usage, (enum family)f);
    char in_use[NUMBER_SIZE], of[NUMBER_SIZE], share[SHARE_SIZE];

    html_open(html, "div", " class=\"card\"");
    html_element(html, "h3", "", "%s over %s", protocol_name((enum protocol)p),
                 family_name((enum family)f));
    if (!usage->is_available[f] || !available) {
        html_element(html, "p", "", "Use unknown: %s.",
                     usage->is_available[f] ? "the running range is unknown"
                                            : "the socket table could not be read");
        html_close(html);
        return;
    }
    html_element(html, "p", " class=\"figure\"", "%s in use",
                 share_string(share, count->in_use, available));
    print_bar(html, count, available);
    html_element(html, "p", "", "%s of %s ports", number_string(in_use, count->in_use),
                 number_string(of, available));
    if (count->in_use && p == PROTOCOL_TCP) {
        html_open(html, "p", " class=\"soft\"");
        print_states(html, count);
        html_close(html);
    }
    html_close(html);
}

enum { MAP_COLUMNS = 512, MAP_PORTS = ALL_PORTS / MAP_COLUMNS, MAP_HEIGHT = 100 };

static void map_rect(struct text *svg, const char *class, unsigned x, unsigned width, unsigned y,
                     unsigned height)
{
    text_printf(svg, "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/>", class, x,
                y, width, height);
}

/* Marks the columns of a range; a range has at least one column. */
static void map_range(struct text *svg, const char *class, struct port_range range, unsigned y,
                      unsigned height)
{
    unsigned first = range.start / MAP_PORTS;

    if (range.count)
        map_rect(svg, class, first, range_end(range) / MAP_PORTS - first + 1, y, height);
}

static void map_use(struct text *svg, const struct port_map *map)
{
    unsigned start = 0, height = 0;

    for (unsigned column = 0; column <= MAP_COLUMNS; column++) {
        unsigned taken = 0, here = 0;

        for (unsigned i = 0; column < MAP_COLUMNS && i < MAP_PORTS; i++)
            taken += map->is_taken[column * MAP_PORTS + i];
        /* Keep even a single port visible. */
        here = taken ? 4 + taken * (MAP_HEIGHT - 4) / MAP_PORTS : 0;
        if (here == height && column < MAP_COLUMNS)
            continue;
        if (height)
            map_rect(svg, "held", start, column - start, MAP_HEIGHT - height, height);
        start = column;
        height = here;
    }
}

void report_map(struct html *html, const struct report *report, int p)
{
    const struct survey *survey = &report->snapshot.survey;
    struct exclusions none = {.count = 0};
    struct port_map map; /* 64 KB */
    struct text svg;

    port_map_fill(&map, &report->snapshot.sockets, &none, (enum protocol)p);
    text_init(&svg);
    text_printf(
        &svg,
        "<svg class=\"map\" viewBox=\"0 0 %u 120\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"Map of all %s ports: use, running range and exclusions; the tables below "
        "list the same data\">",
        (unsigned)MAP_COLUMNS, protocol_name((enum protocol)p));
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (survey->running[p][f].is_known)
            map_range(&svg, "band", survey->running[p][f].range, 0, MAP_HEIGHT);
    map_use(&svg, &map);
    map_rect(&svg, "rule", 0, MAP_COLUMNS, MAP_HEIGHT, 1);
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (survey->running[p][f].is_known)
            map_range(&svg, "track", survey->running[p][f].range, MAP_HEIGHT + 3, 6);
    for (size_t i = 0; i < survey->exclusions.count; i++)
        if ((int)survey->exclusions.rows[i].protocol == p)
            map_range(&svg, "mark", survey->exclusions.rows[i].range, MAP_HEIGHT + 11, 9);
    text_puts(&svg, "</svg>\n");
    html_element(html, "h3", "", "Map of %s ports", protocol_name((enum protocol)p));
    html_raw(html, text_string(&svg));
    html->text.is_broken |= svg.is_broken;
    text_release(&svg);
    html_raw(html, "<div class=\"axis\" aria-hidden=\"true\"><span>0</span><span>16384</span>"
                   "<span>32768</span><span>49152</span><span>65535</span></div>\n");
}
