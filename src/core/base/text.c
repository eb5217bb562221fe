#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/command_line.h"
#include "core/base/heap.h"

void text_init(struct text *text)
{
    *text = (struct text){0};
}

void text_release(struct text *text)
{
    free(text->data);
    text_init(text);
}

/* Empties the text, so that a caller that does not check is_broken finds an empty text. */
static void text_break(struct text *text)
{
    text->is_broken = true;
    text->length = 0;
    heap_count_failure();
}

/* Makes room for `more` bytes and a NUL. */
static bool text_reserve(struct text *text, size_t more)
{
    if (text->is_broken)
        return false;
    if (text->data && more < text->capacity - text->length)
        return true;
    size_t capacity = text->capacity ? text->capacity : 64;
    if (more < SIZE_MAX - text->length) {
        size_t needed = text->length + more + 1;
        while (capacity < needed)
            capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
        char *data = realloc(text->data, capacity);
        if (data) {
            text->data = data;
            text->capacity = capacity;
            return true;
        }
    }
    text_break(text);
    return false;
}

void text_append(struct text *text, const char *data, size_t length)
{
    if (!text_reserve(text, length))
        return;
    if (length > 0)
        memcpy(text->data + text->length, data, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_puts(struct text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

void text_vprintf(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) {
        text_break(text);
    } else if (text_reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(text, format, arguments);
    va_end(arguments);
}

const char *text_string(const struct text *text)
{
    return text->data && !text->is_broken ? text->data : "";
}

/* Characters that are invisible or only format other characters, in ascending order: Unicode's
 * Default_Ignorable_Code_Point, Bidi_Control, format characters (Cf), line and paragraph
 * separators, interlinear marks, and the noncharacters U+FFFE and U+FFFF. */
static const struct {
    uint32_t first, last;
} invisible[] = {
    {0x00ad, 0x00ad},   {0x034f, 0x034f},   {0x0600, 0x0605},   {0x061c, 0x061c},
    {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},   {0x08e2, 0x08e2},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},
    {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool utf8_is_plain(uint32_t character)
{
    if (character < 0xad) /* the most frequent case */
        return character >= 0x20 && (character < 0x7f || character >= 0xa0);
    for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++)
        if (character <= invisible[i].last)
            return character < invisible[i].first;
    return true;
}

size_t utf8_safe(const char *data, size_t length, char safe[UTF8_SAFE_SIZE])
{
    uint32_t character;
    size_t size = utf8_decode(data, length, &character);
    unsigned long shown = size > 0 ? character : (unsigned char)*data;
    if (size > 0 && utf8_is_plain(character))
        snprintf(safe, UTF8_SAFE_SIZE, "%.*s", (int)size, data);
    else if (shown < 0x100)
        snprintf(safe, UTF8_SAFE_SIZE, "\\x%02lx", shown);
    else
        snprintf(safe, UTF8_SAFE_SIZE, shown < 0x10000 ? "\\u%04lx" : "\\U%08lx", shown);
    return size > 0 ? size : 1;
}

/* Returns whether data begins with a tab or a line end. */
static bool is_layout(const char *data, size_t length)
{
    return *data == '\n' || *data == '\t' || (*data == '\r' && length > 1 && data[1] == '\n');
}

static bool is_plain_at(const char *data, size_t length, size_t *size)
{
    uint32_t character;
    *size = utf8_decode(data, length, &character);
    return *size > 0 && utf8_is_plain(character);
}

static void make_safe(struct text *text, const char *data, size_t length, bool keeps_layout)
{
    size_t done = 0; /* bytes of data already appended */
    for (size_t i = 0, size; i < length; i += size) {
        char safe[UTF8_SAFE_SIZE];
        if (is_plain_at(data + i, length - i, &size) ||
            (keeps_layout && is_layout(data + i, length - i)))
            continue;
        size = utf8_safe(data + i, length - i, safe);
        text_append(text, data + done, i - done);
        text_puts(text, safe);
        done = i + size;
    }
    text_append(text, data + done, length - done);
}

void text_safe(struct text *text, const char *data, size_t length)
{
    make_safe(text, data, length, false);
}

void text_safe_lines(struct text *text, const char *data, size_t length)
{
    make_safe(text, data, length, true);
}

void text_repair(struct text *text, const char *data, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t character;
        size_t size = utf8_decode(data + i, length - i, &character);
        if (size == 0) {
            text_puts(text, "\xef\xbf\xbd");
            i++;
        } else {
            text_append(text, data + i, size);
            i += size;
        }
    }
}

const char *number_string(char buffer[NUMBER_SIZE], uint64_t number)
{
    char reversed[NUMBER_SIZE];
    size_t count = 0, digits = 0;
    do {
        if (digits > 0 && digits % 3 == 0)
            reversed[count++] = ',';
        reversed[count++] = (char)('0' + number % 10);
        digits++;
        number /= 10;
    } while (number > 0);
    for (size_t i = 0; i < count; i++)
        buffer[i] = reversed[count - 1 - i];
    buffer[count] = '\0';
    return buffer;
}

const char *share_string(char buffer[SHARE_SIZE], uint64_t part, uint64_t whole)
{
    uint64_t percent = part >= whole ? 100 * (part > 0) : (part * 200 + whole) / (2 * whole);

    if (percent == 0 && part > 0)
        return strcpy(buffer, "<1 %");
    if (percent == 100 && part < whole)
        return strcpy(buffer, ">99 %");
    snprintf(buffer, SHARE_SIZE, "%u %%", (unsigned)percent);
    return buffer;
}

void text_share(struct text *text, uint64_t part, uint64_t whole)
{
    char share[SHARE_SIZE];

    text_puts(text, share_string(share, part, whole));
}

const char *tenths_string(char buffer[TENTHS_SIZE], uint64_t tenths)
{
    char whole[NUMBER_SIZE];
    snprintf(buffer, TENTHS_SIZE, "%s.%u", number_string(whole, tenths / 10),
             (unsigned)(tenths % 10));
    return buffer;
}

void text_number(struct text *text, uint64_t number)
{
    char buffer[NUMBER_SIZE];
    text_puts(text, number_string(buffer, number));
}

void text_number_of(struct text *text, uint64_t part, uint64_t whole)
{
    text_number(text, part);
    text_puts(text, " of ");
    text_number(text, whole);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Returns the number of bytes of the longest beginning of data that fits into *columns, and reduces
 * *columns to what remains. An ill-formed byte takes one column. */
static size_t fit(const char *data, size_t length, size_t *columns)
{
    size_t at = 0;
    while (at < length) {
        uint32_t character = 0;
        size_t size = utf8_decode(data + at, length - at, &character);
        size_t taken = utf8_is_wide(character) ? 2 : 1;
        if (taken > *columns)
            break;
        *columns -= taken;
        at += size > 0 ? size : 1;
    }
    return at;
}

static size_t columns_of(const char *data, size_t length)
{
    size_t rest = SIZE_MAX;
    fit(data, length, &rest);
    return SIZE_MAX - rest;
}

static bool has_odd_quotes(const char *data, size_t length)
{
    bool is_odd = false;

    for (size_t i = 0; i < length; i++)
        is_odd ^= data[i] == '"';
    return is_odd;
}

/* What text_wrap_labelled() has written so far. */
struct wrap {
    struct text *text;
    const char *label; /* of the next line; "" after the first */
    unsigned width, indent;
    size_t column;
    bool is_open; /* the current line has words, but no newline yet */
};

static void end_line(struct wrap *wrap)
{
    if (wrap->is_open)
        text_append(wrap->text, "\n", 1);
    wrap->is_open = false;
}

static void put_word(struct wrap *wrap, const char *word, size_t length)
{
    size_t columns = columns_of(word, length);

    if (wrap->is_open && wrap->column + 1 + columns > wrap->width)
        end_line(wrap);
    if (wrap->is_open) {
        text_append(wrap->text, " ", 1);
        wrap->column++;
    } else {
        text_puts(wrap->text, wrap->label);
        for (wrap->column = utf8_columns(wrap->label); wrap->column < wrap->indent; wrap->column++)
            text_append(wrap->text, " ", 1);
        wrap->label = "";
        wrap->is_open = true;
    }
    text_append(wrap->text, word, length);
    wrap->column += columns;
}

/* Returns whether a command after this word gets a line of its own: the word asks the reader to run
 * the command. */
static bool introduces(const char *word, size_t length)
{
    static const char *const words[] = {"run", "use", "example"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (length == strlen(words[i]) && memcmp(word, words[i], length) == 0)
            return true;
    return word[length - 1] == ':';
}

/* Writes a command line as a line of its own if the sentence ends after it, without the full stop.
 * Returns the number of bytes written of `command`, or 0 if the sentence continues. */
static size_t put_command(struct wrap *wrap, const char *command, size_t length)
{
    size_t taken = length + (command[length] == '.');

    if (command[taken] && !is_space(command[taken]))
        return 0;
    if (taken == length && command[length + strspn(command + length, " \t\r\n")])
        return 0;
    end_line(wrap);
    for (unsigned i = 0; i < wrap->indent + 2; i++)
        text_append(wrap->text, " ", 1);
    text_append(wrap->text, command, length);
    text_append(wrap->text, "\n", 1);
    return taken;
}

void text_wrap(struct text *text, const char *paragraph, unsigned width, unsigned indent)
{
    text_wrap_labelled(text, "", paragraph, width, indent);
}

void text_wrap_labelled(struct text *text, const char *label, const char *paragraph, unsigned width,
                        unsigned indent)
{
    struct wrap wrap = {.text = text, .label = label, .width = width, .indent = indent};
    bool is_introduced = false, is_quoted = false;

    for (const char *at = paragraph;;) {
        size_t command, length, taken;

        while (is_space(*at))
            at++;
        if (*at == '\0')
            break;
        /* Text from outside maxport is quoted (quote.h), so that it is not taken for a command of
         * maxport. */
        command = is_quoted ? 0 : command_line_length(at);
        taken = command && is_introduced ? put_command(&wrap, at, command) : 0;
        is_introduced = false;
        if (!taken) {
            for (length = command; at[length] && !is_space(at[length]); length++)
                continue;
            put_word(&wrap, at, length);
            is_quoted ^= has_odd_quotes(at, length);
            is_introduced = introduces(at, length);
            taken = length;
        }
        at += taken;
    }
    end_line(&wrap);
}

static char *put_digits(char *to, unsigned number, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--) {
        to[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    return to + digits;
}

/* Rounds down, so that times before 1970 are correct. */
static int64_t floor_divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

/* Writes seconds since 1970 as a date and a time of the proleptic Gregorian calendar. */
static const char *time_string(char buffer[TIME_SIZE], int64_t seconds, char between,
                               const char *after)
{
    /* 0001-01-01 00:00:00 and 9999-12-31 23:59:59 */
    if (seconds < -62135596800 || seconds > 253402300799) {
        memcpy(buffer, "unknown", sizeof "unknown");
        return buffer;
    }
    int64_t days = floor_divide(seconds, 86400);
    unsigned rest = (unsigned)(seconds - days * 86400);

    /* Years start in March here, so that the leap day is the last day of a year. An era has 400
     * years or 146,097 days. There are 719,468 days from 0000-03-01 to 1970-01-01. */
    unsigned from_origin = (unsigned)(days + 719468);
    unsigned era = from_origin / 146097, day_of_era = from_origin % 146097;
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month_from_march = (5 * day_of_year + 2) / 153;
    unsigned day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    unsigned year = era * 400 + year_of_era + (month <= 2);

    char *to = put_digits(buffer, year, 4);
    *to++ = '-';
    to = put_digits(to, month, 2);
    *to++ = '-';
    to = put_digits(to, day, 2);
    *to++ = between;
    to = put_digits(to, rest / 3600, 2);
    *to++ = ':';
    to = put_digits(to, rest / 60 % 60, 2);
    *to++ = ':';
    to = put_digits(to, rest % 60, 2);
    memcpy(to, after, strlen(after) + 1);
    return buffer;
}

const char *time_utc_string(char buffer[TIME_SIZE], int64_t unix_ms)
{
    return time_string(buffer, floor_divide(unix_ms, 1000), 'T', "Z");
}

const char *time_local_string(char buffer[TIME_SIZE], int64_t unix_ms, int32_t offset_seconds)
{
    return time_string(buffer, floor_divide(unix_ms, 1000) + offset_seconds, ' ', "");
}

size_t utf8_decode(const char *data, size_t length, uint32_t *character)
{
    /* The lowest character of each length. A lower character would be overlong. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)data;
    uint32_t lead = bytes[0], value;
    size_t size;
    if (lead < 0x80) {
        *character = lead;
        return 1;
    }
    if (lead >= 0xc0 && lead < 0xe0) {
        size = 2;
        value = lead & 0x1f;
    } else if (lead >= 0xe0 && lead < 0xf0) {
        size = 3;
        value = lead & 0x0f;
    } else if (lead >= 0xf0 && lead < 0xf8) {
        size = 4;
        value = lead & 0x07;
    } else {
        return 0;
    }
    if (size > length)
        return 0;
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3f);
    }
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 0;
    *character = value;
    return size;
}

bool utf8_is_wide(uint32_t character)
{
    /* Every character of U+3041..U+33FF counts, although a few are not assigned. The last three
     * ranges are emoji and the supplementary ideographic planes. */
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0x33ff}, {0x3400, 0x4dbf},
                  {0x4e00, 0xa4cf},   {0xa960, 0xa97f},  {0xac00, 0xd7a3}, {0xf900, 0xfaff},
                  {0xfe30, 0xfe6f},   {0xff01, 0xff60},  {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
                  {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
    if (character < ranges[0].first) /* the most frequent case */
        return false;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (character <= ranges[i].last)
            return character >= ranges[i].first;
    return false;
}

size_t utf8_columns(const char *string)
{
    return columns_of(string, strlen(string));
}

size_t utf8_fit(const char *string, size_t columns)
{
    return fit(string, strlen(string), &columns);
}

static int ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

int ascii_compare(const char *a, const char *b)
{
    while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
        a++;
        b++;
    }
    return ascii_lower(*a) - ascii_lower(*b);
}

size_t edit_distance(const char *a, const char *b)
{
    /* A common prefix or suffix needs no edits. */
    while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
        a++;
        b++;
    }
    size_t a_length = strlen(a), b_length = strlen(b);
    while (a_length > 0 && b_length > 0 &&
           ascii_lower(a[a_length - 1]) == ascii_lower(b[b_length - 1])) {
        a_length--;
        b_length--;
    }
    if (a_length > b_length) {
        const char *text = a;
        size_t length = a_length;
        a = b;
        a_length = b_length;
        b = text;
        b_length = length;
    }

    /* Longer words are not typing errors; return a large distance. */
    enum { LONGEST = 64 };
    if (a_length > LONGEST)
        return b_length;
    /* row[i]: edits from the first i characters of a to the first j characters of b */
    size_t row[LONGEST + 1];
    for (size_t i = 0; i <= a_length; i++)
        row[i] = i;
    for (size_t j = 1; j <= b_length; j++) {
        size_t diagonal = row[0];
        row[0] = j;
        for (size_t i = 1; i <= a_length; i++) {
            size_t best = diagonal + (ascii_lower(a[i - 1]) != ascii_lower(b[j - 1]));
            if (row[i] + 1 < best)
                best = row[i] + 1;
            if (row[i - 1] + 1 < best)
                best = row[i - 1] + 1;
            diagonal = row[i];
            row[i] = best;
        }
    }
    return row[a_length];
}
