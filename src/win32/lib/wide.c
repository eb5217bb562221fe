#include "win32/lib/wide.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { REPLACEMENT = 0xfffd };

static wchar_t *convert(const char *utf8, bool *is_well_formed)
{
    size_t length = strlen(utf8);
    *is_well_formed = true;
    /* UTF-16 never has more code units than UTF-8 has bytes. */
    wchar_t *wide = malloc((length + 1) * sizeof *wide);
    if (!wide)
        return NULL;
    size_t count = 0;
    for (size_t i = 0; i < length;) {
        uint32_t character;
        size_t bytes = utf8_decode(utf8 + i, length - i, &character);
        if (bytes == 0) {
            *is_well_formed = false;
            character = REPLACEMENT;
            bytes = 1;
        }
        if (character >= 0x10000) {
            wide[count++] = (wchar_t)(0xd800 + ((character - 0x10000) >> 10));
            wide[count++] = (wchar_t)(0xdc00 + ((character - 0x10000) & 0x3ff));
        } else {
            wide[count++] = (wchar_t)character;
        }
        i += bytes;
    }
    wide[count] = L'\0';
    return wide;
}

wchar_t *wide_from_utf8(const char *utf8)
{
    bool is_well_formed;
    return convert(utf8, &is_well_formed);
}

bool wide_from_utf8_strict(const char *utf8, wchar_t **wide, struct fault *fault)
{
    bool is_well_formed;
    wchar_t *converted = convert(utf8, &is_well_formed);
    if (!converted)
        return fault_no_memory(fault);
    if (!is_well_formed) {
        free(converted);
        return fault_set(fault, FAULT_USAGE, 0, "A name is not well-formed UTF-8.");
    }
    *wide = converted;
    return true;
}

/* Decodes one character from `count` code units (at least 1). Returns the number of units used. */
static size_t decode(const wchar_t *wide, size_t count, uint32_t *character)
{
    uint32_t first = wide[0];
    if (first < 0xd800 || first > 0xdfff) {
        *character = first;
        return 1;
    }
    if (first < 0xdc00 && count > 1 && wide[1] >= 0xdc00 && wide[1] <= 0xdfff) {
        *character = 0x10000 + ((first - 0xd800) << 10) + (wide[1] - 0xdc00u);
        return 2;
    }
    *character = REPLACEMENT;
    return 1;
}

static size_t encode(uint32_t character, char bytes[4])
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        bytes[0] = (char)(0xc0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xe0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (character & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | character >> 18);
    bytes[1] = (char)(0x80 | (character >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (character >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (character & 0x3f));
    return 4;
}

/* Writes as many whole characters as fit into `size` bytes (at least 1), and a NUL. Returns the
 * number of bytes without the NUL. */
static size_t write_utf8(const wchar_t *wide, size_t count, char *buffer, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < count;) {
        uint32_t character;
        char bytes[4];
        size_t units = decode(wide + i, count - i, &character);
        size_t added = encode(character, bytes);
        if (length + added >= size)
            break;
        memcpy(buffer + length, bytes, added);
        length += added;
        i += units;
    }
    buffer[length] = '\0';
    return length;
}

char *wide_to_utf8(const wchar_t *wide, size_t count)
{
    /* A code unit needs at most three bytes; a surrogate pair (two units) needs four. */
    if (count > (SIZE_MAX - 1) / 3)
        return NULL;
    char *utf8 = malloc(count * 3 + 1);
    if (utf8)
        write_utf8(wide, count, utf8, count * 3 + 1);
    return utf8;
}

void wide_copy_utf8(const wchar_t *wide, char *buffer, size_t size)
{
    write_utf8(wide, wcslen(wide), buffer, size);
}
