/* Fuzzes the functions that make text safe for the screen, repair it for JSON, convert it to names
 * in the registry, wrap it, compare it, and put it in a fault. */
#include <string.h>

#include "core/base/command_line.h"
#include "core/base/fault.h"
#include "core/base/text.h"
#include "core/base/utf16.h"
#include "fuzz/expect.h"

static bool is_well_formed(const char *data, size_t length)
{
    uint32_t character;

    for (size_t i = 0; i < length;) {
        size_t size = utf8_decode(data + i, length - i, &character);

        if (size == 0)
            return false;
        i += size;
    }
    return true;
}

static bool is_same(const struct text *text, const char *data, size_t length)
{
    return text->length == length && (length == 0 || memcmp(text->data, data, length) == 0);
}

/* Repeats a part of the table of utf8_is_plain(), so that the test fails if the table loses a line
 * of this part. */
static bool is_visible(uint32_t c)
{
    bool is_control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    bool is_direction = c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
                        (c >= 0x2066 && c <= 0x2069);
    bool is_zero_width = c == 0xad || (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff ||
                         (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0000 && c <= 0xe01ef);
    bool is_separator = c == 0x2028 || c == 0x2029;

    return !is_control && !is_direction && !is_zero_width && !is_separator;
}

static void check_safe(const struct text *text, bool has_lines)
{
    const char *data = text_string(text);
    uint32_t c;

    for (size_t i = 0, size; i < text->length; i += size) {
        size = utf8_decode(data + i, text->length - i, &c);
        EXPECT(size > 0, "ill-formed: %s", data);
        EXPECT(is_visible(c) ||
                   (has_lines && (c == '\n' || c == '\t' || (c == '\r' && data[i + 1] == '\n'))),
               "U+%04lX is in: %s", (unsigned long)c, data);
    }
}

static void make_safe(const char *data, size_t length)
{
    struct text once, twice, lines;

    text_init(&once);
    text_init(&twice);
    text_init(&lines);
    text_safe(&once, data, length);
    check_safe(&once, false);
    text_safe(&twice, text_string(&once), once.length);
    EXPECT(is_same(&twice, text_string(&once), once.length), "safe is not yet safe");
    text_safe_lines(&lines, data, length);
    check_safe(&lines, true);
    text_release(&lines);
    text_release(&twice);
    text_release(&once);
}

static void repair(const char *data, size_t length)
{
    struct text once, twice;

    text_init(&once);
    text_init(&twice);
    text_repair(&once, data, length);
    EXPECT(is_well_formed(text_string(&once), once.length), "%s", text_string(&once));
    if (is_well_formed(data, length))
        EXPECT(is_same(&once, data, length), "repaired, though it was whole");
    text_repair(&twice, text_string(&once), once.length);
    EXPECT(is_same(&twice, text_string(&once), once.length), "repaired is not yet whole");
    text_release(&twice);
    text_release(&once);
}

/* Converts UTF-8 to UTF-16 and back. */
static void as_name(const char *string)
{
    size_t length = strlen(string), count = 0;
    uint16_t *units = malloc((length + 1) * sizeof *units);
    bool is_name = utf16_from_string(string, units, &count);
    struct text back;

    text_init(&back);
    EXPECT(is_name == is_well_formed(string, length), "%s", string);
    if (is_name) {
        EXPECT(count <= length, "%zu units of %zu bytes", count, length);
        EXPECT(utf16_to_text(&back, units, count), "%s came back inexact", string);
        EXPECT(is_same(&back, string, length), "%s became %s", string, text_string(&back));
    }
    text_release(&back);
    free(units);
}

/* Converts any UTF-16 code units to UTF-8. If the conversion is exact, converting back must give
 * the same units. No name may contain a NUL. */
static void as_units(const uint8_t *data, size_t count)
{
    uint16_t *units = malloc((count + 1) * sizeof *units);
    uint16_t *again = malloc((3 * count + 1) * sizeof *again);
    size_t again_count = 0;
    struct text name;

    for (size_t i = 0; i < count; i++)
        units[i] = (uint16_t)(data[2 * i] | data[2 * i + 1] << 8);
    text_init(&name);
    bool is_exact = utf16_to_text(&name, units, count);
    EXPECT(name.length == strlen(text_string(&name)), "a NUL is in a name");
    EXPECT(is_exact == is_well_formed(text_string(&name), name.length), "exact or not?");
    if (is_exact) {
        EXPECT(utf16_from_string(text_string(&name), again, &again_count), "exact, yet ill-formed");
        EXPECT(again_count == count &&
                   (count == 0 || memcmp(again, units, count * sizeof *units) == 0),
               "other units came back");
    }
    text_release(&name);
    free(again);
    free(units);
}

/* Appends the words without the white space between them, and without full stops, which
 * text_wrap() omits after a command line. */
static void squeeze(struct text *to, const char *string)
{
    for (const char *at = string; *at; at++)
        if (!strchr(" .\t\r\n", *at))
            text_append(to, at, 1);
}

static void wrap(const char *string, unsigned width, unsigned indent)
{
    struct text wrapped, words, expected;

    text_init(&wrapped);
    text_init(&words);
    text_init(&expected);
    text_wrap(&wrapped, string, width, indent);
    for (const char *line = text_string(&wrapped); *line;) {
        size_t length = strcspn(line, "\n"), columns = 0;

        EXPECT(line[length] == '\n', "a line has no end");
        for (size_t i = 0; i < length; i++)
            columns += ((unsigned char)line[i] & 0xc0) != 0x80;
        size_t blanks = strspn(line, " ");
        bool is_command = command_line_length(line + blanks) > 0;

        EXPECT(blanks == indent || (is_command && blanks == indent + 2), "not indented by %u: %s",
               indent, line);
        EXPECT(columns <= width || is_command || !memchr(line + blanks, ' ', length - blanks),
               "wider than %u: %s", width, line);
        line += length + 1;
    }
    squeeze(&words, text_string(&wrapped));
    squeeze(&expected, string);
    EXPECT(is_same(&words, text_string(&expected), expected.length), "words were lost");
    text_release(&expected);
    text_release(&words);
    text_release(&wrapped);
}

static void compare(const char *string)
{
    const char *half = string + strlen(string) / 2;

    EXPECT(edit_distance(string, half) == edit_distance(half, string), "%s", string);
    EXPECT(edit_distance(string, string) == 0, "%s", string);
    EXPECT((ascii_compare(string, half) < 0) == (ascii_compare(half, string) > 0), "%s", string);
}

/* The text of a fault must be safe. It may be cut, but only between two characters. */
static void put_in_fault(const char *string)
{
    struct fault fault;

    fault_set(&fault, FAULT_FAILED, 0, "%s", string);
    check_safe(&(struct text){.data = fault.text, .length = strlen(fault.text)}, false);
    fault_prefix(&fault, "%s", string);
    check_safe(&(struct text){.data = fault.text, .length = strlen(fault.text)}, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const char *rest = (const char *)data + 2;
    size_t length = size - 2;
    char *string = strndup(rest, length);
    struct text number;

    make_safe(rest, length);
    repair(rest, length);
    as_name(string);
    as_units(data + 2, length / 2);
    wrap(string, data[0], data[1] % 32);
    compare(string);
    put_in_fault(string);
    text_init(&number);
    text_number(&number, (uint64_t)data[0] << data[1] % 57);
    EXPECT(number.length < NUMBER_SIZE, "%s", text_string(&number));
    text_release(&number);
    free(string);
    return 0;
}
