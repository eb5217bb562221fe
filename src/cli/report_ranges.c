#include "cli/report_parts.h"

#include "cli/report_table.h"

void report_range(struct html *html, struct port_range range)
{
    char count[NUMBER_SIZE];

    html_printf(html, "%u-%u (%s ports)", (unsigned)range.start, (unsigned)range_end(range),
                number_string(count, range.count));
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
    const char *range_origin = range_origin_words(survey->range_origin[p][f]);
    const char *note = running->is_known ? survey->running_note[p][f] : "";

    html_open(html, "tr", "");
    html_element(html, "th", " scope=\"row\" class=\"t\"", "%s over %s",
                 protocol_name((enum protocol)p), family_name((enum family)f));
    html_open(html, "td", "");
    if (running->is_known)
        report_range(html, running->range);
    else
        html_text(html, "unknown");
    html_close(html);
    table_cell(html, source_words(running));
    table_cell(html, confidence_name(survey->running_confidence[p][f]));
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
        report_range(html, predicted->range);
    else
        html_text(html, "unknown");
    html_close(html);
    table_cell(html, confidence_name(predicted->confidence));
    table_cell(html, predicted->source);
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
    table_cell(html, text_string(&otherwise));
    table_cell(html, setting->source);
    html_close(html);
    text_release(&otherwise);
    text_release(&value);
}

void report_ranges(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;

    report_heading(html, "ranges", "Ranges: stored, running, predicted");
    table_open(html, TABLE_OF_WORDS, "Stored in the registry", "Setting|Value|Default|Source");
    for (size_t i = 0; i < setting_count; i++)
        print_stored_row(html, survey, i);
    table_close(html);
    table_open(html, TABLE_OF_WORDS, "Running now", "Range|Ports|Read from|Confidence|Details");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            print_running_row(html, survey, p, f);
    table_close(html);
    table_open(html, TABLE_OF_WORDS, "Predicted after a restart", "Range|Ports|Confidence|Source");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            print_predicted_row(html, survey, p, f);
    table_close(html);
    if (survey->is_auto_reuse_known) {
        html_open(html, "p", "");
        html_text(html, "Auto-reuse range: ");
        if (survey->auto_reuse.count)
            report_range(html, survey->auto_reuse);
        else
            html_text(html, "off");
        html_text(html, ".");
        html_close(html);
    }
}

void report_exclusions(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    const struct exclusions *exclusions = &survey->exclusions;
    bool is_known = false;

    report_heading(html, "exclusions", "Exclusions");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            is_known |= exclusions->is_known[p][f];
    if (!exclusions->count) {
        html_element(html, "p", "", "%s", is_known ? "No excluded ports were found." : "Unknown.");
        return;
    }
    table_open(html, TABLE_OF_WORDS, "Ports that Windows never assigns automatically",
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
        table_number(html, row->range.count);
        if (running->is_known)
            table_number(html,
                         exclusions_within(&alone, row->protocol, row->family, running->range));
        else
            table_cell(html, "unknown");
        table_cell(html, row->is_administered
                             ? "administered: netsh, an installer, or HNS (inferred)"
                             : "probably Windows or a program");
        html_close(html);
    }
    table_close(html);
}
