#include "core/system/netsh_text.h"

#include <stdlib.h>
#include <string.h>

enum {
    DASHES_MIN = 3,
    NUMBER_MAX = 1000000, /* larger numbers become this number, which is not a port */
};

/* ---- lines ------------------------------------------------------------ */

struct line {
    const char *data;
    size_t length; /* without the line end */
    bool is_whole; /* the line has its line end */
};

struct lines {
    const char *next;
    size_t left;
};

static bool next_line(struct lines *lines, struct line *line)
{
    if (lines->left == 0)
        return false;
    const char *end = memchr(lines->next, '\n', lines->left);
    line->data = lines->next;
    line->is_whole = end;
    line->length = end ? (size_t)(end - lines->next) : lines->left;
    size_t taken = line->length + (end ? 1 : 0);
    lines->next += taken;
    lines->left -= taken;
    return true;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_dashed(const struct line *line)
{
    size_t dashes = 0;
    for (size_t i = 0; i < line->length; i++)
        if (line->data[i] == '-')
            dashes++;
        else if (!is_blank(line->data[i]))
            return false;
    return dashes >= DASHES_MIN;
}

static bool has_digit(const struct line *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (is_digit(line->data[i]))
            return true;
    return false;
}

static uint32_t number_between(const char *data, size_t from, size_t to)
{
    uint32_t number = 0;
    for (size_t i = from; i < to; i++) {
        number = number * 10 + (uint32_t)(data[i] - '0');
        if (number > NUMBER_MAX)
            number = NUMBER_MAX;
    }
    return number;
}

/* Reads the last number of the line. Rejects a number with a sign, and the last group of digits of
 * a number such as "49.152", because their meaning is unknown. */
static bool last_number(const struct line *line, uint32_t *number)
{
    size_t end = line->length;
    while (end > 0 && !is_digit(line->data[end - 1]))
        end--;
    size_t start = end;
    while (start > 0 && is_digit(line->data[start - 1]))
        start--;
    if (start == end || (start > 0 && line->data[start - 1] == '-') ||
        (start > 1 && is_digit(line->data[start - 2])))
        return false;
    *number = number_between(line->data, start, end);
    return true;
}

/* Moves *lines after the first dashed line. */
static bool skip_to_table(const char *data, size_t length, struct lines *lines, struct fault *fault)
{
    struct line line;
    bool has_words = false;
    if (length > 0 && memchr(data, '\0', length))
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "The output of netsh is not text.");
    *lines = (struct lines){.next = data, .left = length};
    while (next_line(lines, &line)) {
        if (is_dashed(&line) && line.is_whole)
            return true;
        for (size_t i = 0; i < line.length && !has_words; i++)
            has_words = !is_blank(line.data[i]);
    }
    return fault_set(fault, FAULT_UNAVAILABLE, 0,
                     has_words ? "The output of netsh has no dashed line, so it is not a table."
                               : "netsh printed nothing.");
}

/* ---- show dynamicport ------------------------------------------------- */

bool netsh_parse_range(const char *data, size_t length, struct port_range *range,
                       struct fault *fault)
{
    struct lines lines;
    struct line line;
    uint32_t numbers[2] = {0, 0};
    size_t count = 0;
    if (!skip_to_table(data, length, &lines, fault))
        return false;
    while (next_line(&lines, &line)) {
        if (is_dashed(&line))
            return fault_set(fault, FAULT_UNAVAILABLE, 0,
                             "The output of netsh contains two "
                             "tables.");
        if (!has_digit(&line))
            continue;
        if (count == 2)
            return fault_set(fault, FAULT_UNAVAILABLE, 0,
                             "The output of netsh contains more than two numbers.");
        if (!line.is_whole)
            return fault_set(fault, FAULT_UNAVAILABLE, 0, "The output of netsh is truncated.");
        if (!last_number(&line, &numbers[count++]))
            return fault_set(fault, FAULT_UNAVAILABLE, 0,
                             "The output of netsh contains a number that cannot be read.");
    }
    if (count < 2)
        return fault_set(fault, FAULT_UNAVAILABLE, 0,
                         "The output of netsh has %s below its dashed line; two are expected.",
                         count == 1 ? "one number" : "no number");
    if (numbers[0] < 1 || numbers[0] > HIGHEST_PORT || numbers[1] < 1 ||
        numbers[1] > HIGHEST_PORT - numbers[0] + 1)
        return fault_set(fault, FAULT_UNAVAILABLE, 0,
                         "The output of netsh is not a port range: start %lu, number %lu%s.",
                         (unsigned long)numbers[0], (unsigned long)numbers[1],
                         numbers[0] == NUMBER_MAX || numbers[1] == NUMBER_MAX ? " or more" : "");
    *range = (struct port_range){.start = numbers[0], .count = numbers[1]};
    return true;
}

/* ---- show excludedportrange ------------------------------------------- */

/* Reads a line of the form "start end [*]". Returns false for any other line. */
static bool read_row(const struct line *line, uint32_t numbers[2], bool *is_administered)
{
    const char *data = line->data;
    size_t at = 0;
    for (size_t n = 0; n < 2; n++) {
        while (at < line->length && is_blank(data[at]))
            at++;
        size_t start = at;
        while (at < line->length && is_digit(data[at]))
            at++;
        if (at == start)
            return false;
        numbers[n] = number_between(data, start, at);
        if (n == 0 && at < line->length && !is_blank(data[at]))
            return false;
    }
    while (at < line->length && is_blank(data[at]))
        at++;
    *is_administered = at < line->length && data[at] == '*';
    if (*is_administered)
        at++;
    while (at < line->length && is_blank(data[at]))
        at++;
    return at == line->length;
}

/* Fills `rows`, which has room for all rows below the dashed line. */
static bool read_rows(struct lines lines, enum protocol protocol, enum family family,
                      struct exclusion *rows, size_t *count, struct fault *fault)
{
    struct line line;
    uint32_t numbers[2];
    bool is_administered, is_over = false;
    *count = 0;
    while (next_line(&lines, &line)) {
        if (is_dashed(&line))
            return fault_set(fault, FAULT_UNAVAILABLE, 0,
                             "The output of netsh contains two "
                             "tables.");
        if (!read_row(&line, numbers, &is_administered)) {
            /* Text may follow the list, but no line with digits. */
            if (has_digit(&line))
                return fault_set(fault, FAULT_UNAVAILABLE, 0,
                                 "The output of netsh contains a line that is not a pair of "
                                 "ports.");
            is_over = true;
            continue;
        }
        if (is_over)
            return fault_set(fault, FAULT_UNAVAILABLE, 0,
                             "The output of netsh contains ports after the end of the list.");
        if (!line.is_whole)
            return fault_set(fault, FAULT_UNAVAILABLE, 0, "The output of netsh is truncated.");
        if (numbers[0] < 1 || numbers[0] > numbers[1] || numbers[1] > HIGHEST_PORT)
            return fault_set(fault, FAULT_UNAVAILABLE, 0,
                             "The output of netsh contains invalid ports: %lu to %lu%s.",
                             (unsigned long)numbers[0], (unsigned long)numbers[1],
                             numbers[1] == NUMBER_MAX ? " or more" : "");
        rows[(*count)++] = (struct exclusion){
            .protocol = protocol,
            .family = family,
            .range = {.start = numbers[0], .count = numbers[1] - numbers[0] + 1},
            .is_administered = is_administered,
        };
    }
    return true;
}

bool netsh_parse_exclusions(const char *data, size_t length, enum protocol protocol,
                            enum family family, struct exclusions *exclusions, struct fault *fault)
{
    struct lines lines, counted;
    struct line line;
    uint32_t numbers[2];
    bool ignored;
    size_t row_count = 0;
    if (!skip_to_table(data, length, &lines, fault))
        return false;
    for (counted = lines; next_line(&counted, &line);)
        row_count += read_row(&line, numbers, &ignored);
    struct exclusion *rows = malloc((row_count + 1) * sizeof *rows);
    if (!rows)
        return fault_no_memory(fault);
    bool is_ok = read_rows(lines, protocol, family, rows, &row_count, fault) &&
                 exclusions_add(exclusions, rows, row_count, fault);
    free(rows);
    return is_ok;
}
