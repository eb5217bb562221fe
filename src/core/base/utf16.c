#include "core/base/utf16.h"

#include <string.h>

static bool is_high(uint16_t unit)
{
    return (unit & 0xfc00) == 0xd800;
}

static bool is_low(uint16_t unit)
{
    return (unit & 0xfc00) == 0xdc00;
}

/* Appends a character as two or more bytes of UTF-8. Also accepts 0 and surrogates. */
static void append_long(struct text *text, uint32_t character)
{
    char bytes[4];
    size_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    bytes[0] = (char)(leads[size] | character);
    text_append(text, bytes, size);
}

bool utf16_to_text(struct text *text, const uint16_t *units, size_t count)
{
    bool is_exact = true;
    for (size_t i = 0; i < count; i++) {
        uint16_t unit = units[i];
        if (unit > 0 && unit < 0x80) {
            char byte = (char)unit;
            text_append(text, &byte, 1);
        } else if (is_high(unit) && i + 1 < count && is_low(units[i + 1])) {
            append_long(text, 0x10000 + ((uint32_t)(unit & 0x3ff) << 10) + (units[i + 1] & 0x3ff));
            i++;
        } else {
            is_exact = is_exact && unit != 0 && !is_high(unit) && !is_low(unit);
            append_long(text, unit);
        }
    }
    return is_exact;
}

bool utf16_from_string(const char *string, uint16_t *units, size_t *count)
{
    size_t length = strlen(string), written = 0;
    for (size_t i = 0; i < length;) {
        uint32_t character;
        size_t size = utf8_decode(string + i, length - i, &character);
        if (size == 0)
            return false;
        if (character >= 0x10000) {
            units[written++] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
            units[written++] = (uint16_t)(0xdc00 + (character & 0x3ff));
        } else {
            units[written++] = (uint16_t)character;
        }
        i += size;
    }
    *count = written;
    return true;
}
