#include "core/journal/regfile_encoding.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

enum { BOM_BYTES_UTF16 = 2, BOM_BYTES_UTF8 = 3 };

static bool begins_with(const uint8_t *bytes, size_t length, const char *start, size_t count)
{
    return length >= count && memcmp(bytes, start, count) == 0;
}

static bool is_utf16(const uint8_t *bytes, size_t length)
{
    return begins_with(bytes, length, "\xff\xfe", BOM_BYTES_UTF16);
}

static bool is_utf8(const uint8_t *bytes, size_t length)
{
    return begins_with(bytes, length, "\xef\xbb\xbf", BOM_BYTES_UTF8);
}

static bool is_8_bit(const uint8_t *bytes, size_t length)
{
    return begins_with(bytes, length, "Windows", 7);
}

static bool refuse_encoding(const char *label, const uint8_t *bytes, size_t length,
                            struct fault *fault)
{
    const char *what;
    if (length == 0)
        what = "is empty";
    else if (begins_with(bytes, length, "\xfe\xff", 2))
        what = "is UTF-16 in big-endian order";
    else if (is_utf8(bytes, length))
        what = "is UTF-8";
    else if (begins_with(bytes, length, "REGEDIT4", 8))
        what = "is in the older 8-bit format REGEDIT4";
    else if (begins_with(bytes, length, "W\0", 2))
        what = "is UTF-16 without a byte order mark";
    else if (is_8_bit(bytes, length))
        what = "is 8-bit text";
    else
        what = "is not a .reg file";
    return fault_set(fault, FAULT_USAGE, 0, "%s, line 1: the file %s. " REGFILE_EXPECTED, label,
                     what);
}

/* Returns the number of the line in which the text ends. */
static unsigned count_lines(const struct regfile_text *text)
{
    unsigned lines = 0;
    for (size_t i = 0; i < text->count; i++)
        lines += text->units[i] == '\n';
    bool has_rest = text->count > 0 && text->units[text->count - 1] != '\n';
    return lines + has_rest > 0 ? lines + has_rest : 1;
}

static bool decode_utf16(const char *label, const uint8_t *bytes, size_t length,
                         struct regfile_text *text, struct fault *fault)
{
    text->count = length / 2 - 1;
    for (size_t i = 0; i < text->count; i++)
        text->units[i] = (uint16_t)(bytes[2 * i + 2] | bytes[2 * i + 3] << 8);
    return length % 2 == 0 ||
           fault_set(fault, FAULT_USAGE, 0,
                     "%s, line %u: the file is truncated in the middle of a character (it has an "
                     "odd number of bytes). Nothing was changed.",
                     label, count_lines(text));
}

static bool decode_utf8(const char *label, const uint8_t *bytes, size_t length,
                        struct regfile_text *text, struct fault *fault)
{
    const char *string = (const char *)bytes;
    for (size_t at = BOM_BYTES_UTF8; at < length;) {
        uint32_t character;
        size_t count = utf8_decode(string + at, length - at, &character);
        if (count == 0)
            return fault_set(fault, FAULT_USAGE, 0,
                             "%s, line %u: the text is not valid UTF-8. " REGFILE_EXPECTED, label,
                             count_lines(text));
        at += count;
        if (character > 0xffff) {
            text->units[text->count++] = (uint16_t)(0xd7c0 + (character >> 10));
            text->units[text->count++] = (uint16_t)(0xdc00 + (character & 0x3ff));
        } else {
            text->units[text->count++] = (uint16_t)character;
        }
    }
    return true;
}

static void decode_8_bit(const uint8_t *bytes, size_t length, struct regfile_text *text)
{
    text->is_8_bit = true;
    text->count = length;
    for (size_t i = 0; i < length; i++)
        text->units[i] = bytes[i] < 0x80 ? bytes[i] : REGFILE_UNKNOWN_CHARACTER;
}

bool regfile_decode(const char *label, const uint8_t *bytes, size_t length, bool is_strict,
                    struct regfile_text *text, struct fault *fault)
{
    bool is_known = is_utf16(bytes, length) ||
                    (!is_strict && (is_utf8(bytes, length) || is_8_bit(bytes, length)));
    bool is_done = true;
    *text = (struct regfile_text){0};
    if (!is_known)
        return refuse_encoding(label, bytes, length, fault);
    /* In every encoding, the text has at most one UTF-16 code unit for each byte. */
    text->units = calloc(length + 1, sizeof *text->units);
    if (!text->units)
        return fault_no_memory(fault);
    if (is_utf16(bytes, length))
        is_done = decode_utf16(label, bytes, length, text, fault);
    else if (is_utf8(bytes, length))
        is_done = decode_utf8(label, bytes, length, text, fault);
    else
        decode_8_bit(bytes, length, text);
    if (!is_done) {
        free(text->units);
        text->units = NULL;
    }
    return is_done;
}
