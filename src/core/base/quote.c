#include "core/base/quote.h"

#include <string.h>

static const char mark[] = "\\x22"; /* a quotation mark within quotation marks */

/* Letters beyond ASCII, in ascending order, from Unicode's blocks of the scripts that names on
 * Windows use most. A name in any other script is quoted. */
static const struct {
    uint32_t first, last;
} letters[] = {
    {0x00c0, 0x00d6},   {0x00d8, 0x00f6},   {0x00f8, 0x02af}, /* Latin */
    {0x0370, 0x0373},   {0x0376, 0x0377},   {0x037b, 0x037d},
    {0x0386, 0x0386},   {0x0388, 0x03f5},   {0x03f7, 0x03ff}, /* Greek */
    {0x0400, 0x0481},   {0x048a, 0x052f},                     /* Cyrillic */
    {0x0531, 0x0556},   {0x0560, 0x0588},                     /* Armenian */
    {0x05d0, 0x05ea},                                         /* Hebrew */
    {0x0620, 0x064a},   {0x0671, 0x06d3},                     /* Arabic */
    {0x0e01, 0x0e3a},   {0x0e40, 0x0e4e},                     /* Thai */
    {0x10a0, 0x10fa},   {0x10fc, 0x10ff},                     /* Georgian */
    {0x1e00, 0x1eff},   {0x1f00, 0x1fbc},                     /* Latin, Greek */
    {0x3005, 0x3006},   {0x3041, 0x3096},   {0x309d, 0x309f}, /* Japanese */
    {0x30a1, 0x30fa},   {0x30fc, 0x30ff},   {0x3105, 0x312f}, /* Japanese, Bopomofo */
    {0x3400, 0x4dbf},   {0x4e00, 0x9fff},                     /* Chinese characters */
    {0xac00, 0xd7a3},   {0xf900, 0xfad9},                     /* Hangul, Chinese characters */
    {0xff21, 0xff3a},   {0xff41, 0xff5a},   {0xff66, 0xff9d}, /* wide Latin, narrow Katakana */
    {0x20000, 0x2fa1d}, {0x30000, 0x323af},                   /* Chinese characters */
};

static bool is_plain(uint32_t character)
{
    if (character < 0x80)
        return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
               (character >= 'a' && character <= 'z') ||
               (character && strchr("._-+$:\\", (int)character));
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (character <= letters[i].last)
            return character >= letters[i].first;
    return false;
}

bool name_is_plain(const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0, size; i < length; i += size) {
        uint32_t character;

        size = utf8_decode(name + i, length - i, &character);
        if (size == 0 || !is_plain(character))
            return false;
    }
    return length > 0;
}

const char *name_quote(const char *name, char *buffer, size_t size)
{
    const char *quotes = name_is_plain(name) ? "" : "\"";
    size_t length = strlen(name), used = strlen(quotes), room = size - 1 - used;

    memcpy(buffer, quotes, used);
    for (size_t i = 0, taken; i < length; i += taken) {
        uint32_t character;
        size_t decoded = utf8_decode(name + i, length - i, &character);
        const char *shown = name[i] == '"' ? mark : name + i;
        size_t shown_size = name[i] == '"' ? strlen(mark) : decoded ? decoded : 1;

        if (shown_size > room - used)
            break;
        memcpy(buffer + used, shown, shown_size);
        used += shown_size;
        taken = decoded ? decoded : 1;
    }
    memcpy(buffer + used, quotes, strlen(quotes) + 1);
    return buffer;
}

void text_name(struct text *text, const char *name)
{
    if (name_is_plain(name))
        text_puts(text, name);
    else
        text_quote(text, name);
}

void text_quote(struct text *text, const char *string)
{
    text_puts(text, "\"");
    for (const char *at = string; *at;) {
        size_t length = strcspn(at, "\"");

        text_safe(text, at, length);
        at += length;
        if (*at == '"') {
            text_puts(text, mark);
            at++;
        }
    }
    text_puts(text, "\"");
}
