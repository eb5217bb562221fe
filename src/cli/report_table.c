#include "cli/report_table.h"

#include <string.h>

/* ---- pieces ----------------------------------------------------------- */

void table_cell(struct html *html, const char *string)
{
    html_open(html, "td", "");
    html_text(html, string);
    html_close(html);
}

void table_number(struct html *html, uint64_t number)
{
    char digits[NUMBER_SIZE];

    html_element(html, "td", " class=\"n\"", "%s", number_string(digits, number));
}

void table_open(struct html *html, enum table_width width, const char *caption, const char *columns)
{
    struct text label;

    /* A caption is constant text of maxport, so it is safe in an attribute. */
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

void table_close(struct html *html)
{
    html_close(html);
    html_close(html);
    html_close(html);
}

void report_heading(struct html *html, const char *id, const char *words)
{
    struct text attributes;

    text_init(&attributes);
    text_printf(&attributes, " id=\"%s\"", id);
    html_element(html, "h2", text_string(&attributes), "%s", words);
    text_release(&attributes);
}

const char *report_time(const struct report *report, int64_t ms, char buffer[TIME_SIZE])
{
    return time_local_string(buffer, ms, report->snapshot.survey.offset_seconds);
}
