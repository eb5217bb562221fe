#include <string.h>

#include "cli/report.h"
#include "core/rules/error_code.h"

/* Colours of both schemes are at least 4.5 : 1 for text and 3 : 1 for marks; nothing is
 * told by colour alone. Printed, a page is light whatever the screen was. */
static const char style[] =
    ":root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;"
    "--tint:#f3f5f8;--held:#0a5fb4;--wait:#b45309;--good:#1a7f37;--bad:#b3261e;--mark:#7a3ea8}\n"
    "@media (prefers-color-scheme:dark){:root{--page:#14181d;--ink:#e6e9ed;--soft:#a3acb7;"
    "--line:#39424d;--tint:#1e242c;--held:#5aa9f5;--wait:#f0a64b;--good:#56d27c;--bad:#ff8a80;"
    "--mark:#cf9bf5}}\n"
    "@media print{:root{color-scheme:light;--page:#fff;--ink:#000;--soft:#444;--line:#bbb;"
    "--tint:#f3f5f8;--held:#0a5fb4;--wait:#b45309;--good:#1a7f37;--bad:#b3261e;--mark:#7a3ea8}"
    "body{font-size:9.5pt;padding:0}.scroll{overflow:visible}tr,.card{break-inside:avoid}"
    "h2,h3,caption{break-after:avoid}nav{display:none}table.wide{min-width:0}"
    "svg,.key i,.verdict{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:66rem;padding:1.5rem 1rem 3rem;background:var(--page);"
    "color:var(--ink);font:15px/1.5 \"Segoe UI\",system-ui,Tahoma,sans-serif}\n"
    "h1{font-size:1.6rem;line-height:1.2;margin:0 0 .2rem;overflow-wrap:anywhere}\n"
    "h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-bottom:.2rem;"
    "border-bottom:1px solid var(--line)}\n"
    "h3{font-size:1rem;margin:1.1rem 0 .3rem}.card h3{margin-top:0}\n"
    "ul,ol{margin:.3rem 0;padding-left:1.6rem}li{margin:.15rem 0;max-width:60rem}\n"
    "p{margin:.4rem 0;max-width:48rem}\n"
    ".soft{color:var(--soft)}\n"
    "nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;margin:1rem 0 0;"
    "padding:0}nav li,.key li{margin:0}\n"
    "a{color:var(--held)}\n"
    ".verdict{margin:1.2rem 0;padding:.8rem 1rem;border-left:.4rem solid var(--good);"
    "background:var(--tint)}\n"
    ".verdict.warn{border-color:var(--wait)}.verdict.bad{border-color:var(--bad)}\n"
    ".verdict p{margin:.2rem 0;max-width:none}.verdict .first{font-size:1.1rem;font-weight:600}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:1rem}\n"
    ".card{border:1px solid var(--line);padding:.8rem 1rem;min-width:0}\n"
    ".figure{font-size:1.3rem;font-weight:600}\n"
    "svg{display:block;width:100%}\n"
    ".bar{height:1.1rem;margin:.4rem 0}.map{height:4.5rem}\n"
    ".track{fill:var(--line)}.held{fill:var(--held)}.wait{fill:var(--wait)}"
    ".mark{fill:var(--mark)}.band{fill:var(--tint)}.rule{fill:var(--soft)}\n"
    ".axis{display:flex;justify-content:space-between;font-size:.8rem;color:var(--soft);"
    "font-variant-numeric:tabular-nums}\n"
    ".key{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:.3rem 0;padding:0;"
    "font-size:.9rem}\n"
    ".key i{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem;"
    "vertical-align:-.1rem}\n"
    "i.held{background:var(--held)}i.wait{background:var(--wait)}i.mark{background:var(--mark)}"
    "i.band{background:var(--tint);border:1px solid var(--soft)}i.track{background:var(--line)}\n"
    ".scroll{overflow-x:auto;margin:.6rem 0 1.2rem}\n"
    "table{border-collapse:collapse;width:100%;font-size:.93rem}table.wide{min-width:42rem}\n"
    "caption{text-align:left;font-weight:600;padding:.2rem 0 .4rem}\n"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;"
    "border-bottom:1px solid var(--line)}\n"
    "thead th{color:var(--soft);font-weight:600;white-space:nowrap}\n"
    "tbody th{font-weight:400}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".t{white-space:nowrap}.any{overflow-wrap:anywhere;min-width:8rem}\n"
    "code{font-family:Consolas,\"DejaVu Sans Mono\",monospace;font-size:.92em}\n"
    "footer{margin-top:2.5rem;padding-top:.8rem;border-top:1px solid var(--line);"
    "color:var(--soft);font-size:.9rem}\n";

/* ---- pieces ----------------------------------------------------------- */

/* A cell of words, and one of a number. */
static void cell(struct html *html, const char *string)
{
    html_open(html, "td", "");
    html_text(html, string);
    html_close(html);
}

static void cell_number(struct html *html, uint64_t number)
{
    char digits[NUMBER_SIZE];

    html_element(html, "td", " class=\"n\"", "%s", number_string(digits, number));
}

/* Words that are squeezed cannot be read: on a narrow screen these tables scroll. */
enum table_width { TABLE_OF_FIGURES, TABLE_OF_WORDS };

/* Opens a table in a box that scrolls by itself where the screen is narrow. Columns:
 * titles separated by '|', those of numbers begin with '#'. */
static void open_table(struct html *html, enum table_width width, const char *caption,
                       const char *columns)
{
    struct text label;

    /* A caption is our own words, so that it can be an attribute, too. */
    text_init(&label);
    text_printf(&label, " class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"",
                caption);
    html_open(html, "div", text_string(&label));
    text_release(&label);
    html_open(html, "table", width == TABLE_OF_WORDS ? " class=\"wide\"" : "");
    html_element(html, "caption", "", "%s", caption);
    html_open(html, "thead", "");
    html_open(html, "tr", "");
    while (*columns) {
        size_t length = strcspn(columns, "|");
        bool is_number = *columns == '#';

        html_element(html, "th", is_number ? " scope=\"col\" class=\"n\"" : " scope=\"col\"",
                     "%.*s", (int)length - is_number, columns + is_number);
        columns += length + (columns[length] == '|');
    }
    html_close(html);
    html_close(html);
    html_open(html, "tbody", "");
}

static void close_table(struct html *html)
{
    html_close(html);
    html_close(html);
    html_close(html);
}

static void heading(struct html *html, const char *id, const char *words)
{
    struct text attributes;

    text_init(&attributes);
    text_printf(&attributes, " id=\"%s\"", id);
    html_element(html, "h2", text_string(&attributes), "%s", words);
    text_release(&attributes);
}

static const char *local_time(const struct report *report, int64_t ms, char buffer[TIME_SIZE])
{
    return time_local_string(buffer, ms, report->snapshot.survey.offset_seconds);
}

static void print_range(struct html *html, struct port_range range)
{
    char count[NUMBER_SIZE];

    html_printf(html, "%u-%u (%s ports)", (unsigned)range.start, (unsigned)range_end(range),
                number_string(count, range.count));
}

/* ---- top -------------------------------------------------------------- */

static void page_top(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    char time[TIME_SIZE];
    struct text os;

    text_init(&os);
    os_print(&survey->os, &os);
    html_open(html, "header", "");
    html_element(html, "h1", "", "Ports of %s",
                 *survey->identity.computer ? survey->identity.computer : "this machine");
    html_open(html, "p", " class=\"soft\"");
    html_printf(html, "%s, %s-bit", text_string(&os), survey->os.is_64_bit ? "64" : "32");
    if (survey->is_boot_known)
        html_printf(html, ", started %s", local_time(report, survey->boot.start_ms, time));
    html_text(html, ".");
    html_close(html);
    html_open(html, "p", " class=\"soft\"");
    html_printf(html, "Created %s local time (", local_time(report, survey->taken_ms, time));
    html_element(html, "span", " class=\"t\"", "%s", time_utc_string(time, survey->taken_ms));
    html_printf(html, ")%s%s.", *survey->identity.account ? " by " : "", survey->identity.account);
    html_close(html);
    html_close(html);
    text_release(&os);
}

static void page_nav(struct html *html)
{
    html_raw(html, "<nav aria-label=\"Sections\"><ul><li><a "
                   "href=\"#diagnosis\">Diagnosis</a></li><li><a "
                   "href=\"#use\">Use</a></li><li><a href=\"#ranges\">Ranges</a></li><li><a "
                   "href=\"#exclusions\">Exclusions</a></li><li><a "
                   "href=\"#processes\">Processes</a></li><li><a href=\"#remotes\">Remote "
                   "endpoints</a></li><li><a href=\"#events\">Events</a></li><li><a "
                   "href=\"#changes\">Changes</a></li><li><a href=\"#gaps\">Not "
                   "checked</a></li></ul></nav>\n");
}

static bool is_restart_pending(const struct survey *survey)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (survey->range_origin[p][f].is_restart_pending)
                return true;
    return false;
}

static void page_verdict(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    const struct diagnosis *diagnosis = &report->diagnosis;
    const struct journal_entry *open = journal_open_entry(&survey->journal);
    enum verdict_kind level = diagnosis->main.level;

    html_open(html, "div",
              diagnosis->main.kind == DIAGNOSIS_HEALTHY               ? " class=\"verdict\""
              : level == VERDICT_FULL || level == VERDICT_NEARLY_FULL ? " class=\"verdict bad\""
                                                                      : " class=\"verdict warn\"");
    html_element(html, "p", " class=\"first\"", "%s", text_string(&diagnosis->verdict));
    if (diagnosis->is_weak)
        html_element(html, "p", "", "The evidence is weak: %s", text_string(&diagnosis->doubt));
    if (is_restart_pending(survey))
        html_element(html, "p", "",
                     "A restart is pending: MaxUserPort has changed since Windows started.");
    if (open)
        html_element(html, "p", "", "Change %llu (%s) was not completed; see Changes below.",
                     (unsigned long long)open->id, open->command);
    html_close(html);
}

static void print_sentences(struct html *html, const char *title, const char *list,
                            const struct sentences *sentences)
{
    if (!sentences->count)
        return;
    html_element(html, "h3", "", "%s", title);
    html_open(html, list, "");
    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->rows[i];

        html_open(html, "li", "");
        html_text(html, text_string(&sentence->text));
        if (sentence->is_inferred)
            html_text(html, " (Inferred.)");
        if (*sentence->command) {
            html_raw(html, "<br>");
            html_element(html, "code", "", "%s", sentence->command);
        }
        html_close(html);
    }
    html_close(html);
}

/* As `why` tells it. */
static void page_diagnosis(struct html *html, const struct report *report)
{
    const struct diagnosis *diagnosis = &report->diagnosis;

    heading(html, "diagnosis", "Diagnosis");
    print_sentences(html, "Evidence", "ul", &diagnosis->evidence);
    print_sentences(html, "Culprit", "ul", &diagnosis->culprit);
    print_sentences(html, "Remedies now", "ol", &diagnosis->now);
    print_sentences(html, "Remedies that need a restart", "ol", &diagnosis->after_restart);
}

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

/* A bar of 1000 units: what is held, then what only waits. */
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

static void print_card(struct html *html, const struct report *report, int p, int f)
{
    const struct usage *usage = &report->snapshot.survey.usage[p];
    const struct usage_count *count = &usage->family[f];
    uint32_t available = usage_available(usage, (enum family)f);
    char in_use[NUMBER_SIZE], of[NUMBER_SIZE];

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
    html_element(html, "p", " class=\"figure\"", "%u %% in use",
                 usage_percent(count->in_use, available));
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

/* The map has so many columns of so many ports each. */
enum { MAP_COLUMNS = 512, MAP_PORTS = 65536 / MAP_COLUMNS, MAP_HEIGHT = 100 };

static void map_rect(struct text *svg, const char *class, unsigned x, unsigned width, unsigned y,
                     unsigned height)
{
    text_printf(svg, "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/>", class, x,
                y, width, height);
}

/* A range as columns, at least one wide. */
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
        /* A single port is to be seen, too. */
        here = taken ? 4 + taken * (MAP_HEIGHT - 4) / MAP_PORTS : 0;
        if (here == height && column < MAP_COLUMNS)
            continue;
        if (height)
            map_rect(svg, "held", start, column - start, MAP_HEIGHT - height, height);
        start = column;
        height = here;
    }
}

static void print_map(struct html *html, const struct report *report, int p)
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
        "show the same as figures\">",
        (unsigned)MAP_COLUMNS, protocol_name((enum protocol)p));
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (survey->running[p][f].is_known)
            map_range(&svg, "band", survey->running[p][f].range, 0, MAP_HEIGHT);
    map_use(&svg, &map);
    map_rect(&svg, "calculated", 0, MAP_COLUMNS, MAP_HEIGHT, 1);
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

static void print_capacity(struct html *html, const struct report *report)
{
    const struct destination_rate *stream = &report->stream;
    struct figure disputed = capacity_disputed_wait(&report->snapshot.survey.os);
    bool is_default =
        report->snapshot.survey.stored[SETTING_TCP_TIMED_WAIT_DELAY].kind == VALUE_ABSENT;
    char ports[NUMBER_SIZE], whole[NUMBER_SIZE];
    uint64_t tenths;

    if (!stream_has_rate(stream))
        return;
    tenths = stream_rate_tenths(stream);
    html_open(html, "p", "");
    html_printf(html,
                "One destination sustains %s.%u new TCP connections per second: %s ports / %u s "
                "in TIME_WAIT (%s).",
                number_string(whole, tenths / 10), (unsigned)(tenths % 10),
                number_string(ports, stream->ports.value), (unsigned)stream->wait_seconds.value,
                basis_name(stream->basis));
    if (is_default && disputed.is_known)
        html_printf(html,
                    " If TIME_WAIT lasts %u s, as other Microsoft pages state, the rate is half "
                    "of that.",
                    (unsigned)disputed.value);
    html_close(html);
}

static void page_use(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;

    heading(html, "use", "Use");
    if (!survey->has_usage) {
        html_element(html, "p", "", "Unknown: %s", survey->usage_fault.text);
        return;
    }
    html_open(html, "div", " class=\"cards\"");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            print_card(html, report, p, f);
    html_close(html);
    html_raw(html, "<ul class=\"key\"><li><i class=\"held\"></i>in use by a program or its "
                   "peer</li><li><i class=\"wait\"></i>in TIME_WAIT</li><li><i "
                   "class=\"track\"></i>free</li></ul>\n");
    html_element(html, "p", " class=\"soft\"",
                 "A port in use is a distinct local port inside the running range, including "
                 "listeners. A port with a thousand connections counts once, under its most "
                 "significant state.");
    print_capacity(html, report);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        print_map(html, report, p);
    html_raw(html, "<ul class=\"key\"><li><i class=\"held\"></i>ports in use: a full column is 128 "
                   "of 128</li><li><i class=\"band\"></i>running range (grey line below)</li>"
                   "<li><i class=\"mark\"></i>excluded (lowest line)</li></ul>\n");
}

/* ---- ranges ----------------------------------------------------------- */

static const char *source_words(const struct running_range *running)
{
    switch (running->source) {
    case RANGE_SOURCE_WMI:
        return "WMI";
    case RANGE_SOURCE_NETSH:
        return "netsh";
    case RANGE_SOURCE_RULE:
        return "calculated";
    case RANGE_SOURCE_UNKNOWN:
        break;
    }
    return "none";
}

static void print_running_row(struct html *html, const struct survey *survey, int p, int f)
{
    const struct running_range *running = &survey->running[p][f];
    const char *range_origin = range_origin_words(survey->range_origin[p][f].kind);
    const char *note = running->is_known ? survey->running_note[p][f] : "";

    html_open(html, "tr", "");
    html_element(html, "th", " scope=\"row\" class=\"t\"", "%s over %s",
                 protocol_name((enum protocol)p), family_name((enum family)f));
    html_open(html, "td", "");
    if (running->is_known)
        print_range(html, running->range);
    else
        html_text(html, "unknown");
    html_close(html);
    cell(html, source_words(running));
    cell(html, confidence_name(survey->running_confidence[p][f]));
    html_open(html, "td", "");
    html_text(html, running->is_known ? range_origin : running->why);
    if (*note)
        html_printf(html, "%s%s", running->is_known && *range_origin ? ". " : "", note);
    html_close(html);
    html_close(html);
}

static void print_predicted_row(struct html *html, const struct survey *survey, int p, int f)
{
    const struct prediction *predicted = &survey->predicted[p][f];

    html_open(html, "tr", "");
    html_element(html, "th", " scope=\"row\" class=\"t\"", "%s over %s",
                 protocol_name((enum protocol)p), family_name((enum family)f));
    html_open(html, "td", "");
    if (predicted->is_known)
        print_range(html, predicted->range);
    else
        html_text(html, "unknown");
    html_close(html);
    cell(html, confidence_name(predicted->confidence));
    cell(html, predicted->source);
    html_close(html);
}

static void print_stored_row(struct html *html, const struct survey *survey, size_t index)
{
    const struct setting *setting = setting_at(index);
    const struct value *stored = &survey->stored[index];
    struct text value, otherwise;

    text_init(&value);
    text_init(&otherwise);
    if (!survey->is_stored_known[index])
        text_printf(&value, "could not be read: %s", survey->stored_fault[index].text);
    else
        value_print(stored, &value);
    setting_default_print(setting, &survey->os, &otherwise);
    html_open(html, "tr", "");
    html_element(html, "th", " scope=\"row\"", "%s", setting->name);
    html_open(html, "td", " class=\"any\"");
    html_text(html, text_string(&value));
    if (survey->is_stored_known[index] && !setting_accepts(setting, &survey->os, stored))
        html_text(html, ": not a documented value; its effect is unknown");
    html_close(html);
    cell(html, text_string(&otherwise));
    cell(html, setting->source);
    html_close(html);
    text_release(&otherwise);
    text_release(&value);
}

static void page_ranges(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;

    heading(html, "ranges", "Ranges: stored, running, predicted");
    open_table(html, TABLE_OF_WORDS, "Stored in the registry", "Setting|Value|Default|Source");
    for (size_t i = 0; i < SETTING_COUNT; i++)
        print_stored_row(html, survey, i);
    close_table(html);
    open_table(html, TABLE_OF_WORDS, "Running now", "Range|Ports|Read from|Confidence|Details");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            print_running_row(html, survey, p, f);
    close_table(html);
    open_table(html, TABLE_OF_WORDS, "Predicted after a restart", "Range|Ports|Confidence|Source");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            print_predicted_row(html, survey, p, f);
    close_table(html);
    if (survey->is_auto_reuse_known) {
        html_open(html, "p", "");
        html_text(html, "Auto-reuse range: ");
        if (survey->auto_reuse.count)
            print_range(html, survey->auto_reuse);
        else
            html_text(html, "off");
        html_text(html, ".");
        html_close(html);
    }
}

static void page_exclusions(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    const struct exclusions *exclusions = &survey->exclusions;
    bool is_known = false;

    heading(html, "exclusions", "Exclusions");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            is_known |= exclusions->is_known[p][f];
    if (!exclusions->count) {
        html_element(html, "p", "", "%s", is_known ? "No excluded ports were found." : "Unknown.");
        return;
    }
    open_table(html, TABLE_OF_WORDS, "Ports that Windows never assigns automatically",
               "For|Ports|#Count|#In the running range|Set by");
    for (size_t i = 0; i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];
        const struct running_range *running = &survey->running[row->protocol][row->family];
        struct exclusions alone = {.rows = &exclusions->rows[i], .count = 1};

        html_open(html, "tr", "");
        html_element(html, "th", " scope=\"row\" class=\"t\"", "%s over %s",
                     protocol_name(row->protocol), family_name(row->family));
        html_element(html, "td", " class=\"t\"", "%u-%u", (unsigned)row->range.start,
                     (unsigned)range_end(row->range));
        cell_number(html, row->range.count);
        if (running->is_known)
            cell_number(html,
                        exclusions_within(&alone, row->protocol, row->family, running->range));
        else
            cell(html, "unknown");
        cell(html, row->is_administered ? "probably netsh" : "probably Windows or a program");
        html_close(html);
    }
    close_table(html);
}

/* ---- who -------------------------------------------------------------- */

static void print_left_out(struct html *html, const char *what, size_t all, size_t most,
                           const char *which)
{
    char number[NUMBER_SIZE];

    if (all > most)
        html_element(html, "p", " class=\"soft\"", "%s not shown: %s, %s.", what,
                     number_string(number, all - most), which);
}

static void print_group_figures(struct html *html, const struct report *report,
                                const struct usage_bucket *bucket)
{
    uint32_t in_use = report->snapshot.survey.usage[bucket->protocol].united.in_use;
    unsigned percent = usage_percent(bucket->ports, in_use);

    cell_number(html, bucket->ports);
    if (bucket->ports && !percent)
        html_element(html, "td", " class=\"n\"", "<1 %%");
    else
        html_element(html, "td", " class=\"n\"", "%u %%", percent);
    cell_number(html, bucket->sockets);
    if (bucket->protocol == PROTOCOL_TCP)
        cell_number(html, bucket->time_wait);
}

static void print_processes(struct html *html, const struct report *report, int p)
{
    const struct usage_groups *groups = &report->processes;

    if (!groups->total[p]) {
        html_element(html, "p", "", "No %s port of the running range is in use.",
                     protocol_name((enum protocol)p));
        return;
    }
    open_table(html, TABLE_OF_FIGURES,
               p == PROTOCOL_TCP ? "Processes with TCP ports" : "Processes with UDP ports",
               p == PROTOCOL_TCP ? "Process|#Ports|#% of use|#Sockets|#TIME_WAIT"
                                 : "Process|#Ports|#% of use|#Sockets");
    for (size_t i = 0; i < groups->count; i++) {
        const struct usage_bucket *bucket = &groups->rows[i];
        struct text name;

        if ((int)bucket->protocol != p)
            continue;
        text_init(&name);
        report_name_process(report, bucket, &name);
        html_open(html, "tr", "");
        html_element(html, "th", " scope=\"row\" class=\"any\"", "%s", text_string(&name));
        print_group_figures(html, report, bucket);
        html_close(html);
        text_release(&name);
    }
    close_table(html);
    print_left_out(html, "Processes", groups->total[p], REPORT_GROUPS_MAX, "none with more ports");
}

static void page_processes(struct html *html, const struct report *report)
{
    heading(html, "processes", "Processes");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        print_processes(html, report, p);
    html_element(html, "p", " class=\"soft\"",
                 "Connections in TIME_WAIT belong to no process; their destinations are listed "
                 "under Remote endpoints. A port that two groups share counts in both.");
}

static void page_remotes(struct html *html, const struct report *report)
{
    const struct usage_groups *groups = &report->remotes;

    heading(html, "remotes", "Remote endpoints");
    if (!groups->count) {
        html_element(html, "p", "", "No connection uses a port of the running range.");
        return;
    }
    open_table(html, TABLE_OF_FIGURES, "Remote endpoints of TCP connections",
               "Remote endpoint|#Ports|#% of use|#Sockets|#TIME_WAIT");
    for (size_t i = 0; i < groups->count; i++) {
        const struct usage_bucket *bucket = &groups->rows[i];
        char end[ENDPOINT_SIZE];

        html_open(html, "tr", "");
        html_open(html, "th", " scope=\"row\" class=\"any\"");
        html_element(
            html, "code", "", "%s",
            endpoint_string(end, (enum family)bucket->family, bucket->address, bucket->port));
        html_close(html);
        print_group_figures(html, report, bucket);
        html_close(html);
    }
    close_table(html);
    print_left_out(html, "Remote endpoints", groups->total[PROTOCOL_TCP], REPORT_GROUPS_MAX,
                   "none with more ports");
}

/* ---- when ------------------------------------------------------------- */

static const char *event_words(uint32_t id)
{
    const struct error_code *row;

    for (size_t i = 0; (row = error_code_at(i)); i++)
        if (row->kind == EXPLAINS_EVENT && row->code == id)
            return row->title;
    return "";
}

static void page_events(struct html *html, const struct report *report)
{
    const struct events *events = &report->snapshot.events;
    char number[NUMBER_SIZE], time[TIME_SIZE];

    heading(html, "events", "Events of source Tcpip in the System log");
    if (!events->is_known) {
        html_element(html, "p", "", "Unknown: the event log could not be read. %s", events->why);
        return;
    }
    html_element(html, "p", "",
                 "Events 4227, 4231 and 4266 in the last %d hours: %s%s. Their presence proves a "
                 "problem; their absence proves nothing.",
                 SNAPSHOT_EVENTS_HOURS, events->is_cut ? "at least " : "",
                 events->count ? number_string(number, events->count) : "none");
    if (!events->count)
        return;
    open_table(html, TABLE_OF_FIGURES, "Events, newest first", "Time|Event|Meaning");
    for (size_t i = 0; i < events->count && i < REPORT_EVENTS_MAX; i++) {
        html_open(html, "tr", "");
        html_element(html, "td", " class=\"t\"", "%s",
                     local_time(report, events->rows[i].time_ms, time));
        html_element(html, "td", "", "%lu", (unsigned long)events->rows[i].id);
        cell(html, event_words(events->rows[i].id));
        html_close(html);
    }
    close_table(html);
    print_left_out(html, "Events", events->count, REPORT_EVENTS_MAX, "all older");
}

static const char *state_words(const struct journal_entry *entry)
{
    static const char *const words[] = {
        [ENTRY_OPEN] = "INTERRUPTED",        [ENTRY_DONE] = "done",
        [ENTRY_ROLLED_BACK] = "rolled back", [ENTRY_STUCK] = "ROLLBACK FAILED",
        [ENTRY_BACKUP] = "backup",
    };

    return entry->is_undone ? "done, later undone" : words[entry->state];
}

static void print_steps(struct html *html, const struct journal_entry *entry)
{
    char label[PLACE_NAME_SIZE + 32];

    for (size_t i = 0; i < entry->step_count; i++) {
        struct text line;

        text_init(&line);
        value_print(&entry->steps[i].before, &line);
        text_puts(&line, " \u2192 ");
        value_print(&entry->steps[i].after, &line);
        html_open(html, "div", "");
        html_printf(html, "%s: %s", place_label(&entry->steps[i].place, label), text_string(&line));
        html_close(html);
        text_release(&line);
    }
    if (*entry->outcome)
        html_element(html, "div", " class=\"soft\"", "%s", entry->outcome);
}

static void page_changes(struct html *html, const struct report *report)
{
    const struct journal *journal = &report->snapshot.survey.journal;
    char time[TIME_SIZE];

    heading(html, "changes", "Changes made by maxport");
    if (*report->snapshot.survey.store_trouble) {
        html_element(html, "p", "", "Unknown: %s", report->snapshot.survey.store_trouble);
        return;
    }
    if (!journal->count) {
        html_element(html, "p", "", "None.");
        return;
    }
    open_table(html, TABLE_OF_WORDS, "Changes, newest first",
               "#No.|When|Command|Outcome|Values|By, reason");
    for (size_t i = journal->count; i > 0 && journal->count - i < REPORT_CHANGES_MAX; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];

        html_open(html, "tr", "");
        cell_number(html, entry->id);
        html_element(html, "td", " class=\"t\"", "%s", local_time(report, entry->started_ms, time));
        cell(html, entry->command);
        cell(html, state_words(entry));
        html_open(html, "td", " class=\"any\"");
        print_steps(html, entry);
        html_close(html);
        html_element(html, "td", " class=\"any\"", "%s%s%s",
                     *entry->account ? entry->account : "an unknown account",
                     *entry->reason ? ": " : "", entry->reason);
        html_close(html);
    }
    close_table(html);
    print_left_out(html, "Changes", journal->count, REPORT_CHANGES_MAX, "all older");
}

static void print_gaps(struct html *html, const struct sentences *sentences)
{
    for (size_t i = 0; i < sentences->count; i++)
        html_element(html, "li", "", "%s", text_string(&sentences->rows[i].text));
}

static void page_gaps(struct html *html, const struct report *report)
{
    heading(html, "gaps", "What could not be checked");
    if (!report->gaps.count && !report->diagnosis.unseen.count) {
        html_element(html, "p", "", "Everything that maxport checks could be read.");
        return;
    }
    html_open(html, "ul", "");
    print_gaps(html, &report->diagnosis.unseen);
    print_gaps(html, &report->gaps);
    html_close(html);
}

static void page_memory(struct html *html, const struct report *report)
{
    struct figure limit = capacity_pool_limit(
        &report->snapshot.survey.os, report->has_memory ? report->memory.physical_bytes : 0);
    struct text text;

    if (!report->has_memory)
        return;
    text_init(&text);
    text_puts(&text, "Memory: ");
    size_print(report->memory.physical_bytes, &text);
    text_puts(&text, " of RAM");
    if (report->memory.is_pool_known) {
        text_puts(&text, "; ");
        size_print(report->memory.nonpaged_pool_bytes, &text);
        text_puts(&text, " of non-paged pool (used for sockets) in use");
    }
    if (limit.is_known) {
        text_puts(&text, ", of at most ");
        size_print(limit.value, &text);
        text_printf(&text, " (%s)", basis_name(limit.basis));
    }
    html_element(html, "p", "", "%s.", text_string(&text));
    text_release(&text);
}

static void page_head(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    char time[TIME_SIZE];

    html_raw(html, "<!DOCTYPE html>\n");
    html_open(html, "html", " lang=\"en\"");
    html_open(html, "head", "");
    /* The policy forbids what the page does not do anyway: to load or to run anything. */
    html_raw(html, "<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"generator\" content=\"maxport " MAXPORT_VERSION "\">\n");
    html_element(html, "title", "", "maxport - %s - %s",
                 *survey->identity.computer ? survey->identity.computer : "this machine",
                 local_time(report, survey->taken_ms, time));
    html_open(html, "style", "");
    html_raw(html, style);
    html_close(html);
    html_close(html);
}

void report_page(const struct report *report, struct html *html)
{
    page_head(html, report);
    html_open(html, "body", "");
    page_top(html, report);
    page_verdict(html, report);
    page_nav(html);
    html_open(html, "main", "");
    page_diagnosis(html, report);
    page_use(html, report);
    page_memory(html, report);
    page_ranges(html, report);
    page_exclusions(html, report);
    page_processes(html, report);
    page_remotes(html, report);
    page_events(html, report);
    page_changes(html, report);
    page_gaps(html, report);
    html_close(html);
    html_open(html, "footer", "");
    html_element(html, "p", "",
                 "Created by maxport " MAXPORT_VERSION
                 ". Confidence: documented by Microsoft, measured by a third party, inferred "
                 "from those, or unknown. This page contains account names, process names and "
                 "addresses of this machine.");
    html_close(html);
    html_close(html);
    html_close(html);
}
