#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/quote.h"
#include "core/base/utf16.h"
#include "core/journal/regfile.h"
#include "core/journal/regfile_builder.h"
#include "core/journal/regfile_encoding.h"
#include "core/journal/regfile_merge.h"

static const char header[] = "Windows Registry Editor Version 5.00";
static const char root[] = "HKEY_LOCAL_MACHINE";

static const char no_character[] = "the line contains a character that 8-bit text does not define: "
                                   "open the file in Notepad and save it as UTF-16 LE";

struct reader {
    struct regfile_builder builder;
    char label[300]; /* quoted, and safe for a screen */
    uint16_t *units; /* the whole file without the BOM */
    size_t count, next;
    /* The current line without its end; positions are offsets into `text`. */
    const uint16_t *text;
    size_t length;
    unsigned line;
    bool has_newline;
    uint16_t *quoted;  /* the latest quoted string, unescaped; has room for any line */
    struct text bytes; /* the data being read */
    /* The key that regfile_read() reads. NULL in regfile_parse(), which accepts only the format
     * that maxport writes. */
    const char *key;
    bool is_8_bit, is_ignoring; /* the file is 8-bit text; the current key is ignored */
};

/* Quotes the path. A path that is too long is cut at the front, because the end distinguishes
 * files. */
static void set_label(struct reader *reader, const char *label)
{
    struct text text;
    char shown[sizeof reader->label - 2]; /* without quotation marks */
    text_init(&text);
    text_safe(&text, label, strlen(label));
    const char *string = text_string(&text);
    size_t length = strlen(string), room = sizeof shown - 4;
    if (length > room) {
        string += length - room;
        while (((unsigned char)*string & 0xc0) == 0x80)
            string++;
        snprintf(shown, sizeof shown, "...%s", string);
    } else {
        snprintf(shown, sizeof shown, "%s", string);
    }
    name_quote(shown, reader->label, sizeof reader->label);
    text_release(&text);
}

static bool refuse(const struct reader *reader, struct fault *fault, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Sets the fault to "FILE, line N: what. Nothing was changed." */
static bool refuse(const struct reader *reader, struct fault *fault, const char *format, ...)
{
    struct text what;
    va_list arguments;
    char sentence[512];
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    text_init(&what);
    text_repair(&what, sentence, strlen(sentence)); /* a cut may have split a character */
    fault_set(fault, FAULT_USAGE, 0, "%s, line %u: %s. Nothing was changed.", reader->label,
              reader->line, text_string(&what));
    text_release(&what);
    return false;
}

/* Refuses the line and quotes its start. */
static bool refuse_line(const struct reader *reader, struct fault *fault, const char *why)
{
    enum { SHOWN = 60 };
    struct text raw, safe;
    bool is_cut = reader->length > SHOWN;
    text_init(&raw);
    text_init(&safe);
    utf16_to_text(&raw, reader->text, is_cut ? SHOWN : reader->length);
    text_quote(&safe, text_string(&raw));
    refuse(reader, fault, "%s: %s%s", why, text_string(&safe), is_cut ? "..." : "");
    text_release(&raw);
    text_release(&safe);
    return false;
}

static bool is_blank(uint16_t unit)
{
    return unit == ' ' || unit == '\t';
}

/* Returns the position of the comment after a key or a value, or the length of the line if there is
 * no comment. The path of a key may contain semicolons, so a comment after a key must follow a
 * closing bracket. */
static size_t find_comment(const struct reader *reader)
{
    bool is_path = reader->length > 0 && reader->text[0] == '[', is_quoted = false;
    bool is_after_bracket = false;
    for (size_t i = 0; i < reader->length; i++) {
        uint16_t unit = reader->text[i];
        if (is_path) {
            if (unit == ';' && is_after_bracket)
                return i;
            is_after_bracket = unit == ']' || (is_after_bracket && is_blank(unit));
        } else if (unit == '"') {
            is_quoted = !is_quoted;
        } else if (unit == '\\' && is_quoted) {
            i++;
        } else if (unit == ';' && !is_quoted) {
            return i;
        }
    }
    return reader->length;
}

/* Moves to the next line. Returns false at the end of the file. */
static bool next_line(struct reader *reader)
{
    if (reader->next == reader->count)
        return false;
    reader->text = reader->units + reader->next;
    size_t rest = reader->count - reader->next, length = 0;
    while (length < rest && reader->text[length] != '\n')
        length++;
    reader->has_newline = length < rest;
    reader->next += length + reader->has_newline;
    if (reader->has_newline && length > 0 && reader->text[length - 1] == '\r')
        length--;
    reader->length = length;
    reader->line++;
    if (reader->key && length > 0 && reader->text[0] != ';')
        reader->length = find_comment(reader);
    return true;
}

/* Returns whether only blanks follow. */
static bool ends_at(const struct reader *reader, size_t at)
{
    while (at < reader->length && is_blank(reader->text[at]))
        at++;
    return at == reader->length;
}

/* Returns the position after `string`, or 0 if the line does not contain `string` at `at`. */
static size_t skip_string(const struct reader *reader, size_t at, const char *string)
{
    size_t length = strlen(string);
    if (reader->length - at < length)
        return 0;
    for (size_t i = 0; i < length; i++)
        if (reader->text[at + i] != (unsigned char)string[i])
            return 0;
    return at + length;
}

static int hex_value(uint16_t unit)
{
    if (unit >= '0' && unit <= '9')
        return unit - '0';
    if (unit >= 'a' && unit <= 'f')
        return unit - 'a' + 10;
    if (unit >= 'A' && unit <= 'F')
        return unit - 'A' + 10;
    return -1;
}

/* Reads up to `most` hex digits into *number. Returns the position after them. */
static size_t read_hex(const struct reader *reader, size_t at, size_t most, uint32_t *number)
{
    size_t end = at;
    *number = 0;
    while (end < reader->length && end - at < most && hex_value(reader->text[end]) >= 0)
        *number = *number << 4 | (uint32_t)hex_value(reader->text[end++]);
    return end;
}

/* Reads the quoted string at *at into `quoted`, and moves *at after it. */
static bool read_quoted(struct reader *reader, size_t *at, size_t *count, struct fault *fault)
{
    *count = 0;
    for (size_t i = *at + 1; i < reader->length; i++) {
        uint16_t unit = reader->text[i];
        if (unit == '"') {
            *at = i + 1;
            return true;
        }
        if (unit == '\\') {
            i++;
            unit = i < reader->length ? reader->text[i] : 0;
            if (i < reader->length && unit != '\\' && unit != '"')
                return refuse_line(reader, fault, "a backslash is not followed by \\ or \"");
        }
        reader->quoted[(*count)++] = unit;
    }
    return refuse_line(reader, fault,
                       "a string has no closing quote on its line: the file is truncated, or the "
                       "string contains a line break (maxport writes such strings as hex(1):)");
}

/* Returns the position after `word`, or 0 if the line does not contain `word` at `at`. Ignores
 * ASCII case. */
static size_t skip_word(const struct reader *reader, size_t at, size_t end, const char *word)
{
    for (; *word; word++, at++) {
        uint16_t unit = at < end ? reader->text[at] : 0;
        if (unit >= 'a' && unit <= 'z')
            unit -= 'a' - 'A';
        if (unit != (*word >= 'a' && *word <= 'z' ? *word - ('a' - 'A') : *word))
            return 0;
    }
    return at;
}

/* Returns whether the path at `at` is the key to read, or one of its subkeys. */
static bool is_wanted(const struct reader *reader, size_t at, size_t end)
{
    size_t after = skip_word(reader, at, end, root);
    if (!after || after == end || reader->text[after] != '\\')
        return false;
    after = skip_word(reader, after + 1, end, reader->key);
    return after && (after == end || reader->text[after] == '\\');
}

/* Returns whether the root is abbreviated. regedit ignores such a key, which the author of the file
 * surely did not intend. */
static bool is_abbreviated(const struct reader *reader, size_t at, size_t end)
{
    static const char *const roots[] = {"HKLM", "HKCU", "HKCR", "HKU", "HKCC"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        size_t after = skip_word(reader, at, end, roots[i]);
        if (after && (after == end || reader->text[after] == '\\'))
            return true;
    }
    return false;
}

/* Reads the line of a key: [HKEY_LOCAL_MACHINE\...] */
static bool read_key(struct reader *reader, struct fault *fault)
{
    size_t end = reader->length;
    while (end > 1 && is_blank(reader->text[end - 1]))
        end--;
    if (reader->text[end - 1] != ']')
        return refuse_line(reader, fault, "a key has no closing ]: the file is truncated");
    end--;
    bool is_deletion = end > 1 && reader->text[1] == '-';
    size_t at = is_deletion ? 2 : 1;
    if (reader->key && is_abbreviated(reader, at, end))
        return refuse_line(reader, fault,
                           "a .reg file must spell the root out, for example HKEY_LOCAL_MACHINE");
    reader->is_ignoring = reader->key && !is_wanted(reader, at, end);
    if (reader->is_ignoring)
        return regfile_builder_ignore_key(&reader->builder, reader->text + 1, end - 1, reader->line,
                                          fault);
    if (is_deletion)
        return refuse_line(reader, fault, "the line deletes a key, which maxport never does");

    at = skip_word(reader, at, end, root);
    if (at == 0 || at == end || reader->text[at] != '\\')
        return refuse_line(reader, fault,
                           "the key is not below HKEY_LOCAL_MACHINE; maxport "
                           "reads no other keys");
    at++;
    for (size_t i = at; i <= end; i++)
        if ((i == end || reader->text[i] == '\\') && reader->text[i - 1] == '\\')
            return refuse_line(reader, fault, "the path of a key has an empty part");
    return regfile_builder_add_key(&reader->builder, reader->text + at, end - at, reader->line,
                                   fault);
}

/* Reads the bytes at `at`, after "hex:" or "hex(n):", including continuation lines. */
static bool read_hex_list(struct reader *reader, size_t at, struct fault *fault)
{
    bool needs_byte = false; /* a byte must follow: after a comma, or on a continuation line */
    for (;;) {
        if (ends_at(reader, at)) {
            if (needs_byte)
                return refuse_line(reader, fault, "a list of bytes is truncated");
            /* If the line has no line end, the list may be truncated. */
            if (!reader->has_newline)
                return refuse_line(reader, fault,
                                   "the file ends within a list of bytes, or its last line has "
                                   "no line end");
            return true;
        }
        if (reader->text[at] == '\\' && ends_at(reader, at + 1)) {
            if (!next_line(reader))
                return refuse(reader, fault, "the file ends within a list of bytes");
            at = 0;
            while (at < reader->length && is_blank(reader->text[at]))
                at++;
            needs_byte = true;
            if (at < reader->length && reader->text[at] == '\\')
                return refuse_line(reader, fault, "a list of bytes has an empty line");
            continue;
        }
        uint32_t byte;
        size_t end = read_hex(reader, at, 2, &byte);
        if (end == reader->length && end - at == 1)
            return refuse_line(reader, fault, "a list of bytes is truncated");
        if (end - at != 2)
            return refuse_line(reader, fault,
                               "a byte in a list of bytes does not have two hex digits");
        char c = (char)byte;
        text_append(&reader->bytes, &c, 1);
        needs_byte = end < reader->length && reader->text[end] == ',';
        if (!needs_byte && !ends_at(reader, end))
            return refuse_line(reader, fault, "bytes are not separated by commas");
        at = end + needs_byte;
    }
}

/* Reads the data after "Name"=. */
static bool read_data(struct reader *reader, size_t at, struct value *value, struct fault *fault)
{
    size_t end;
    uint32_t number, type = TYPE_BINARY;

    if ((end = skip_string(reader, at, "-")) != 0 && ends_at(reader, end)) {
        *value = value_absent();
        return true;
    }
    if ((end = skip_string(reader, at, "dword:")) != 0) {
        at = end;
        end = read_hex(reader, at, 8, &number);
        if (end == at || (end - at != 8 && !reader->key) || !ends_at(reader, end))
            return refuse_line(reader, fault,
                               reader->key ? "dword: is not followed by 1 to 8 hex digits"
                                           : "dword: is not followed by exactly 8 hex digits");
        *value = value_number(number);
        return true;
    }

    text_release(&reader->bytes);
    if (at < reader->length && reader->text[at] == '"') {
        size_t count;
        if (!read_quoted(reader, &at, &count, fault))
            return false;
        if (!ends_at(reader, at))
            return refuse_line(reader, fault, "there is text after the closing quote");
        for (size_t i = 0; i <= count; i++) {
            uint16_t unit = i < count ? reader->quoted[i] : 0;
            char bytes[2] = {(char)(unit & 0xff), (char)(unit >> 8)};
            text_append(&reader->bytes, bytes, sizeof bytes);
        }
        type = TYPE_SZ;
    } else {
        if ((end = skip_string(reader, at, "hex:")) == 0) {
            if ((end = skip_string(reader, at, "hex(")) != 0) {
                at = end;
                end = read_hex(reader, at, 8, &type);
                end = end > at ? skip_string(reader, end, "):") : 0;
            }
            if (end == 0)
                return refuse_line(reader, fault,
                                   "the data is not in the format that regedit "
                                   "writes");
        }
        if (!read_hex_list(reader, end, fault))
            return false;
    }
    if (reader->bytes.is_broken)
        return fault_no_memory(fault);
    return value_from_registry(value, type, reader->bytes.data, reader->bytes.length, fault);
}

/* Reads the line of a value: "Name"=data or @=data */
static bool read_value(struct reader *reader, struct fault *fault)
{
    size_t at = 1, name_count = 0;
    unsigned line = reader->line;
    if (reader->text[0] == '"') {
        at = 0;
        if (!read_quoted(reader, &at, &name_count, fault))
            return false;
        if (name_count == 0)
            return refuse_line(reader, fault,
                               "a name is empty (the default value is written as "
                               "@)");
    }
    if (at == reader->length || reader->text[at] != '=')
        return refuse_line(reader, fault, "a name is not followed by =");
    if (reader->builder.file.key_count == 0)
        return refuse_line(reader, fault, "a value precedes the first [key]");

    /* Copy the name, because reading the data may overwrite `quoted`. */
    uint16_t *name = NULL;
    if (name_count > 0) {
        name = malloc(name_count * sizeof *name);
        if (!name)
            return fault_no_memory(fault);
        memcpy(name, reader->quoted, name_count * sizeof *name);
    }
    struct value value;
    bool is_read =
        read_data(reader, at + 1, &value, fault) &&
        regfile_builder_add_value(&reader->builder, name, name_count, line, value, fault);
    free(name);
    return is_read;
}

static bool read_comment(struct reader *reader)
{
    reader->builder.file.left_out_count += skip_string(reader, 0, REGFILE_LEFT_OUT) != 0;
    return true;
}

static bool read_line(struct reader *reader, struct fault *fault)
{
    for (size_t i = 0; i < reader->length; i++)
        if (reader->text[i] == 0 || reader->text[i] == '\r')
            return refuse(reader, fault,
                          reader->text[i] == 0 ? "the text contains a NUL"
                                               : "the text contains a carriage return without a "
                                                 "line feed");
    if (ends_at(reader, 0))
        return true;
    if (reader->text[0] == ';')
        return read_comment(reader);
    if (reader->is_ignoring && reader->text[0] != '[' && !skip_string(reader, 0, "-["))
        return true;
    for (size_t i = 0; i < reader->length && reader->is_8_bit; i++)
        if (reader->text[i] == REGFILE_UNKNOWN_CHARACTER)
            return refuse(reader, fault, "%s", no_character);
    switch (reader->text[0]) {
    case '[':
        return read_key(reader, fault);
    case '"':
    case '@':
        return read_value(reader, fault);
    default:
        return refuse_line(reader, fault,
                           skip_string(reader, 0, "-[") ? "this is not a line of a .reg file; to "
                                                          "delete a key, write [-HKEY_...]"
                                                        : "this is not a line of a .reg file");
    }
}

static bool read_header(struct reader *reader, struct fault *fault)
{
    size_t end = next_line(reader) ? skip_string(reader, 0, header) : 0;
    if (end != 0 && (end == reader->length || (reader->key && ends_at(reader, end))))
        return true;
    reader->line = 1;
    return fault_set(fault, FAULT_USAGE, 0,
                     "%s, line 1: the first line is not \"%s\". " REGFILE_EXPECTED, reader->label,
                     header);
}

static bool refuse_repeats(struct reader *reader, const struct regfile_repeat *keys,
                           const struct regfile_repeat *values, struct fault *fault)
{
    const struct regfile *file = &reader->builder.file;
    char name[304];
    unsigned first;
    if (keys->is_found) {
        const struct regfile_key *key = &file->keys[keys->second];
        first = file->keys[keys->first].line;
        reader->line = key->line;
        name_quote(key->path, name, sizeof name);
    } else {
        const struct regfile_value *value = &file->values[values->second];
        first = file->values[values->first].line;
        reader->line = value->line;
        if (value->name[0] != '\0')
            name_quote(value->name, name, sizeof name);
        else
            strcpy(name, "@");
    }
    return refuse(reader, fault, "the %s %s occurs a second time, after line %u",
                  keys->is_found ? "key" : "value", name, first);
}

static bool read_file(struct reader *reader, const uint8_t *bytes, size_t length,
                      struct fault *fault)
{
    struct regfile_text text;
    if (!regfile_decode(reader->label, bytes, length, !reader->key, &text, fault))
        return false;
    reader->units = text.units;
    reader->count = text.count;
    reader->is_8_bit = text.is_8_bit;
    reader->quoted = calloc(reader->count + 1, sizeof *reader->quoted);
    if (!reader->quoted)
        return fault_no_memory(fault);
    if (!read_header(reader, fault))
        return false;
    while (next_line(reader))
        if (!read_line(reader, fault))
            return false;
    struct regfile_repeat keys = {0}, values = {0};
    if (!regfile_index(&reader->builder.file, &keys, &values, fault))
        return false;
    if (!keys.is_found && !values.is_found)
        return true;
    return reader->key ? regfile_merge(&reader->builder.file, fault)
                       : refuse_repeats(reader, &keys, &values, fault);
}

static bool parse(struct reader *reader, const char *label, const void *data, size_t length,
                  struct regfile *file, struct fault *fault)
{
    text_init(&reader->bytes);
    set_label(reader, label);
    bool is_read = read_file(reader, data, length, fault);
    free(reader->units);
    free(reader->quoted);
    text_release(&reader->bytes);
    if (is_read)
        *file = reader->builder.file;
    else
        regfile_release(&reader->builder.file);
    return is_read;
}

bool regfile_parse(const char *label, const void *data, size_t length, struct regfile *file,
                   struct fault *fault)
{
    struct reader reader = {0};
    return parse(&reader, label, data, length, file, fault);
}

bool regfile_read(const char *label, const void *data, size_t length, const char *key,
                  struct regfile *file, struct fault *fault)
{
    struct reader reader = {.key = key};
    return parse(&reader, label, data, length, file, fault);
}
