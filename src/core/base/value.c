#include "core/base/value.h"
#include "core/base/sha256.h"
#include "core/base/utf16.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct value value_absent(void)
{
    return (struct value){.kind = VALUE_ABSENT};
}

struct value value_number(uint32_t number)
{
    return (struct value){.kind = VALUE_NUMBER, .number = number};
}

struct value value_range(struct port_range range)
{
    return (struct value){.kind = VALUE_RANGE, .range = range};
}

bool value_from_registry(struct value *value, uint32_t type, const void *data, size_t length,
                         struct fault *fault)
{
    const uint8_t *bytes = data;
    if (type == TYPE_DWORD && length == 4) {
        *value = value_number((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
                              (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24);
        return true;
    }
    uint8_t *copy = NULL;
    if (length > 0) {
        copy = malloc(length);
        if (!copy)
            return fault_no_memory(fault);
        memcpy(copy, bytes, length);
    }
    *value = (struct value){.kind = VALUE_RAW, .type = type, .data = copy, .length = length};
    return true;
}

bool value_to_registry(const struct value *value, uint8_t scratch[4], uint32_t *type,
                       const uint8_t **data, size_t *length)
{
    switch (value->kind) {
    case VALUE_NUMBER:
        for (unsigned i = 0; i < 4; i++)
            scratch[i] = (uint8_t)(value->number >> 8 * i);
        *type = TYPE_DWORD;
        *data = scratch;
        *length = 4;
        return true;
    case VALUE_RAW:
        *type = value->type;
        *data = value->data;
        *length = value->length;
        return true;
    case VALUE_ABSENT:
    case VALUE_RANGE:
        break;
    }
    return false;
}

bool value_copy(struct value *to, const struct value *from, struct fault *fault)
{
    if (from->kind == VALUE_RAW)
        return value_from_registry(to, from->type, from->data, from->length, fault);
    *to = *from;
    return true;
}

void value_release(struct value *value)
{
    if (value->kind == VALUE_RAW)
        free(value->data);
    *value = value_absent();
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_ABSENT:
        return true;
    case VALUE_NUMBER:
        return a->number == b->number;
    case VALUE_RAW:
        return a->type == b->type && a->length == b->length &&
               (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
    case VALUE_RANGE:
        return range_equal(a->range, b->range);
    }
    return false;
}

static const char hex_digits[] = "0123456789abcdef";

/* Appends one string in quotes. Returns false if it has characters that are unsafe for a screen, or
 * a quotation mark. */
static bool print_quoted(const uint16_t *units, size_t count, struct text *text)
{
    struct text plain, safe;
    bool is_plain;

    text_init(&plain);
    text_init(&safe);
    is_plain = utf16_to_text(&plain, units, count) && !strchr(text_string(&plain), '"');
    text_safe(&safe, text_string(&plain), plain.length);
    is_plain = is_plain && strcmp(text_string(&plain), text_string(&safe)) == 0;
    text_printf(text, "\"%s\"", text_string(&plain));
    text->is_broken |= plain.is_broken || safe.is_broken;
    text_release(&safe);
    text_release(&plain);
    return is_plain;
}

/* Appends the strings of a REG_SZ, REG_EXPAND_SZ or REG_MULTI_SZ in quotes. Returns false if the
 * data are longer than a line, or are not exactly such strings with their NULs. */
static bool print_strings(const struct value *value, struct text *text)
{
    enum { UNITS_MAX = 120 };
    uint16_t units[UNITS_MAX];
    size_t count = value->length / 2, begin = 0;
    bool is_list = value->type == TYPE_MULTI_SZ;

    if ((!is_list && value->type != TYPE_SZ && value->type != TYPE_EXPAND_SZ) ||
        value->length % 2 || count == 0 || count > UNITS_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        units[i] = (uint16_t)(value->data[2 * i] | value->data[2 * i + 1] << 8);
    if (units[count - 1] != 0)
        return false;
    count -= is_list; /* the NUL after the last string of a list */
    for (size_t i = 0; i < count; i++) {
        if (units[i] != 0)
            continue;
        if ((is_list && i == begin) || (!is_list && i + 1 < count))
            return false;
        text_puts(text, begin ? ", " : " ");
        if (!print_quoted(units + begin, i - begin, text))
            return false;
        begin = i + 1;
    }
    return begin == count && begin > 0;
}

static void print_raw(const struct value *value, struct text *text)
{
    enum { SHOWN = 16 };
    char name[24];
    struct text strings;
    bool has_strings;

    text_init(&strings);
    has_strings = print_strings(value, &strings) && !strings.is_broken;
    if (has_strings)
        text_printf(text, "%s%s", registry_type_name(value->type, name), text_string(&strings));
    text_release(&strings);
    if (has_strings)
        return;
    text_printf(text, "%s, ", registry_type_name(value->type, name));
    text_number(text, value->length);
    text_puts(text, value->length == 1 ? " byte" : " bytes");
    for (size_t i = 0; i < value->length && i < SHOWN; i++) {
        char byte[3] = {' ', hex_digits[value->data[i] >> 4], hex_digits[value->data[i] & 15]};
        if (i == 0)
            text_puts(text, ":");
        text_append(text, byte, sizeof byte);
    }
    if (value->length > SHOWN) { /* the digest distinguishes values with equal first bytes */
        char digest[SHA256_HEX_SIZE];
        sha256_hex(value->data, value->length, digest);
        text_printf(text, " ... (SHA-256 %.8s...)", digest);
    }
}

void value_print(const struct value *value, struct text *text)
{
    switch (value->kind) {
    case VALUE_ABSENT:
        text_puts(text, "not set");
        break;
    case VALUE_NUMBER:
        text_printf(text, "%" PRIu32 " (0x%" PRIx32 ")", value->number, value->number);
        break;
    case VALUE_RAW:
        print_raw(value, text);
        break;
    case VALUE_RANGE:
        if (value->range.count == 0) {
            text_puts(text, "no ports");
            break;
        }
        text_printf(text, "%" PRIu32 "-%" PRIu32 " (", value->range.start, range_end(value->range));
        text_number(text, value->range.count);
        text_puts(text, value->range.count == 1 ? " port)" : " ports)");
        break;
    }
}

void value_write(const struct value *value, struct text *text)
{
    switch (value->kind) {
    case VALUE_ABSENT:
        text_puts(text, "absent");
        break;
    case VALUE_NUMBER:
        text_printf(text, "%" PRIu32, value->number);
        break;
    case VALUE_RAW:
        text_printf(text, "%" PRIu32 ":", value->type);
        for (size_t i = 0; i < value->length; i++) {
            char byte[2] = {hex_digits[value->data[i] >> 4], hex_digits[value->data[i] & 15]};
            text_append(text, byte, sizeof byte);
        }
        break;
    case VALUE_RANGE:
        text_printf(text, "%" PRIu32 "+%" PRIu32, value->range.start, value->range.count);
        break;
    }
}

/* Parses decimal digits without leading zeros and moves *at after them. */
static bool read_number(const char **at, uint32_t *number)
{
    const char *from = *at;
    uint64_t sum = 0;
    while (**at >= '0' && **at <= '9' && sum <= UINT32_MAX) {
        sum = sum * 10 + (uint64_t)(**at - '0');
        ++*at;
    }
    if (*at == from || sum > UINT32_MAX || (*from == '0' && *at - from > 1))
        return false;
    *number = (uint32_t)sum;
    return true;
}

/* Accepts only lower case, which value_write() prints, so that each value has only one text. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* Parses the whole string `hex`. */
static bool parse_raw(uint32_t type, const char *hex, struct value *value, bool *is_well_formed,
                      struct fault *fault)
{
    size_t digits = strlen(hex), length = digits / 2;
    *is_well_formed = digits % 2 == 0;
    for (size_t i = 0; i < digits; i++)
        *is_well_formed = *is_well_formed && hex_value(hex[i]) >= 0;
    /* The only valid text for a REG_DWORD of four bytes is its number. */
    if (type == TYPE_DWORD && length == 4)
        *is_well_formed = false;
    if (!*is_well_formed)
        return false;

    uint8_t *data = NULL;
    if (length > 0) {
        data = malloc(length);
        if (!data)
            return fault_no_memory(fault);
        for (size_t i = 0; i < length; i++)
            data[i] = (uint8_t)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
    }
    *value = (struct value){.kind = VALUE_RAW, .type = type, .data = data, .length = length};
    return true;
}

bool value_parse(const char *string, struct value *value, struct fault *fault)
{
    if (strcmp(string, "absent") == 0) {
        *value = value_absent();
        return true;
    }
    const char *at = string;
    uint32_t first;
    if (read_number(&at, &first)) {
        if (*at == '\0') {
            *value = value_number(first);
            return true;
        }
        if (*at == ':') {
            bool is_well_formed;
            if (parse_raw(first, at + 1, value, &is_well_formed, fault))
                return true;
            if (is_well_formed)
                return false;
        } else if (*at == '+') {
            struct port_range range = {.start = first};
            at++;
            if (read_number(&at, &range.count) && *at == '\0' && range.start < ALL_PORTS &&
                range.count <= ALL_PORTS) {
                *value = value_range(range);
                return true;
            }
        }
    }
    struct text shown;
    text_init(&shown);
    text_safe(&shown, string, strlen(string));
    fault_set(fault, FAULT_USAGE, 0,
              "A value must be absent, a decimal number such as 65534, or TYPE:HEX such as "
              "1:360030000000 for data of another type, not \"%.200s\". Nothing was changed.",
              text_string(&shown));
    text_release(&shown);
    return false;
}

const char *registry_type_name(uint32_t type, char buffer[24])
{
    static const char *const names[] = {
        "REG_NONE",
        "REG_SZ",
        "REG_EXPAND_SZ",
        "REG_BINARY",
        "REG_DWORD",
        "REG_DWORD_BIG_ENDIAN",
        "REG_LINK",
        "REG_MULTI_SZ",
        "REG_RESOURCE_LIST",
        "REG_FULL_RESOURCE_DESCRIPTOR",
        "REG_RESOURCE_REQUIREMENTS_LIST",
        "REG_QWORD",
    };
    if (type < sizeof names / sizeof names[0])
        return names[type];
    snprintf(buffer, 24, "type %" PRIu32, type);
    return buffer;
}

uint32_t range_end(struct port_range range)
{
    return range.start + range.count - 1;
}

bool range_equal(struct port_range a, struct port_range b)
{
    return a.start == b.start && a.count == b.count;
}

bool range_contains(struct port_range range, uint32_t port)
{
    return port >= range.start && port - range.start < range.count;
}

bool range_is_valid(struct port_range range)
{
    return range.start > 0 && range.count > 0 && range.count <= ALL_PORTS &&
           range.start <= ALL_PORTS - range.count;
}
