#include "core/journal/regfile_scene.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/utf16.h"
#include "core/journal/regfile.h"

struct text as_file(const char *string)
{
    struct text text;
    uint16_t *units = malloc(strlen(string) * sizeof *units + 1);
    size_t count;
    text_init(&text);
    text_append(&text, "\xff\xfe", 2);
    ck_assert(utf16_from_string(string, units, &count));
    for (size_t i = 0; i < count; i++) {
        char bytes[2] = {(char)(units[i] & 0xff), (char)(units[i] >> 8)};
        text_append(&text, bytes, 2);
    }
    free(units);
    return text;
}

bool read_bytes(const void *bytes, size_t length, struct regfile *file, struct fault *fault)
{
    /* The copy has no spare bytes, so that AddressSanitizer finds reads beyond its end. */
    char *copy = malloc(length + (length == 0));
    memcpy(copy, bytes, length);
    bool is_read = regfile_read("a.reg", copy, length, TCPIP_PARAMETERS, file, fault);
    free(copy);
    return is_read;
}

bool parse(const char *string, struct regfile *file, struct fault *fault)
{
    struct text bytes = as_file(string);
    /* The copy has no spare bytes, so that AddressSanitizer finds reads beyond its end. */
    char *copy = malloc(bytes.length);
    memcpy(copy, bytes.data, bytes.length);
    bool is_read = regfile_parse("a.reg", copy, bytes.length, file, fault);
    free(copy);
    text_release(&bytes);
    return is_read;
}
