#include "core/journal/regfile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf16.h"

enum {
    /* Like regedit and Wine's reg.exe, fold a line after the byte that reaches this column. */
    FOLD_COLUMN = 77,
    FOLD_INDENT = 2, /* leading spaces of a continuation line */
};

static void append_unit(struct regfile_writer *writer, uint16_t unit)
{
    char bytes[2] = {(char)(unit & 0xff), (char)(unit >> 8)};
    text_append(&writer->bytes, bytes, sizeof bytes);
}

static void append_units(struct regfile_writer *writer, const uint16_t *units, size_t count)
{
    for (size_t i = 0; i < count; i++)
        append_unit(writer, units[i]);
}

/* Returns the number of columns written. */
static size_t append_ascii(struct regfile_writer *writer, const char *string)
{
    size_t length = strlen(string);
    for (size_t i = 0; i < length; i++)
        append_unit(writer, (unsigned char)string[i]);
    return length;
}

static bool is_expressible(const uint16_t *name, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (name[i] == '\r' || name[i] == '\n' || name[i] == 0)
            return false;
    return true;
}

/* Writes one comment line. The line cannot contain CR, LF or NUL, so these are written as \x0d,
 * \x0a and \x00. */
static void append_left_out(struct regfile_writer *writer, const char *what, const uint16_t *name,
                            size_t count, const char *after)
{
    append_ascii(writer, REGFILE_LEFT_OUT);
    append_ascii(writer, what);
    append_ascii(writer, " \"");
    for (size_t i = 0; i < count; i++)
        if (name[i] == '\r')
            append_ascii(writer, "\\x0d");
        else if (name[i] == '\n')
            append_ascii(writer, "\\x0a");
        else if (name[i] == 0)
            append_ascii(writer, "\\x00");
        else
            append_unit(writer, name[i]);
    append_ascii(writer, "\"");
    append_ascii(writer, after);
    append_ascii(writer, " (a .reg file cannot store this name)\r\n");
    writer->left_out_count++;
}

void regfile_writer_init(struct regfile_writer *writer)
{
    *writer = (struct regfile_writer){0};
    text_init(&writer->bytes);
    append_unit(writer, 0xfeff);
    append_ascii(writer, "Windows Registry Editor Version 5.00\r\n");
}

void regfile_writer_release(struct regfile_writer *writer)
{
    text_release(&writer->bytes);
    *writer = (struct regfile_writer){0};
}

void regfile_write_key(struct regfile_writer *writer, const uint16_t *path, size_t path_count)
{
    append_ascii(writer, "\r\n");
    writer->skips_values = !is_expressible(path, path_count);
    if (writer->skips_values) {
        append_left_out(writer, "the key", path, path_count, " with its values");
        writer->key_length = 0;
        return;
    }
    append_ascii(writer, "[HKEY_LOCAL_MACHINE\\");
    writer->key_at = writer->bytes.length;
    writer->key_length = path_count * 2;
    append_units(writer, path, path_count);
    append_ascii(writer, "]\r\n");
    writer->key_count++;
}

/* Writes "Name"= or @=. Returns the number of columns written. */
static size_t append_name(struct regfile_writer *writer, const uint16_t *name, size_t count)
{
    if (count == 0)
        return append_ascii(writer, "@=");
    size_t columns = append_ascii(writer, "\"");
    for (size_t i = 0; i < count; i++) {
        if (name[i] == '\\' || name[i] == '"')
            columns += append_ascii(writer, "\\");
        append_unit(writer, name[i]);
        columns++;
    }
    return columns + append_ascii(writer, "\"=");
}

static uint16_t unit_at(const uint8_t *data, size_t index)
{
    return (uint16_t)(data[2 * index] | data[2 * index + 1] << 8);
}

/* Returns whether a quoted string preserves these bytes on every import. They must be well-formed
 * UTF-16 without control characters, with exactly one NUL, at the end. */
static bool is_plain_string(const uint8_t *data, size_t length)
{
    if (length < 2 || length % 2 != 0 || unit_at(data, length / 2 - 1) != 0)
        return false;
    for (size_t i = 0; i < length / 2 - 1; i++) {
        uint16_t unit = unit_at(data, i);
        if (unit < 0x20 || unit == 0x7f)
            return false;
        if ((unit & 0xfc00) == 0xdc00)
            return false;
        if ((unit & 0xfc00) == 0xd800) {
            i++; /* i stays within the data, because the last unit is a NUL */
            if ((unit_at(data, i) & 0xfc00) != 0xdc00)
                return false;
        }
    }
    return true;
}

static void append_string(struct regfile_writer *writer, const uint8_t *data, size_t length)
{
    append_ascii(writer, "\"");
    for (size_t i = 0; i < length / 2 - 1; i++) {
        uint16_t unit = unit_at(data, i);
        if (unit == '\\' || unit == '"')
            append_ascii(writer, "\\");
        append_unit(writer, unit);
    }
    append_ascii(writer, "\"");
}

static void append_hex(struct regfile_writer *writer, size_t column, uint32_t type,
                       const uint8_t *data, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    char prefix[16] = "hex:";
    if (type != TYPE_BINARY)
        snprintf(prefix, sizeof prefix, "hex(%" PRIx32 "):", type);
    column += append_ascii(writer, prefix);
    for (size_t i = 0; i < length; i++) {
        bool is_last = i + 1 == length;
        char byte[4] = {digits[data[i] >> 4], digits[data[i] & 15], is_last ? '\0' : ',', '\0'};
        column += append_ascii(writer, byte);
        if (!is_last && column >= FOLD_COLUMN) {
            append_ascii(writer, "\\\r\n  ");
            column = FOLD_INDENT;
        }
    }
}

void regfile_write_value(struct regfile_writer *writer, const uint16_t *name, size_t name_count,
                         uint32_t type, const uint8_t *data, size_t length)
{
    if (writer->skips_values)
        return;
    if (!is_expressible(name, name_count)) {
        char type_name[24], after[64];
        snprintf(after, sizeof after, ", %s, %zu bytes", registry_type_name(type, type_name),
                 length);
        append_left_out(writer, "the value", name, name_count, after);
        return;
    }
    size_t column = append_name(writer, name, name_count);
    if (type == TYPE_SZ && is_plain_string(data, length)) {
        append_string(writer, data, length);
    } else if (type == TYPE_DWORD && length == 4) {
        char dword[16];
        snprintf(dword, sizeof dword, "dword:%02x%02x%02x%02x", data[3], data[2], data[1], data[0]);
        append_ascii(writer, dword);
    } else {
        append_hex(writer, column, type, data, length);
    }
    append_ascii(writer, "\r\n");
    writer->value_count++;
}

void regfile_write_deletion(struct regfile_writer *writer, const uint16_t *name, size_t name_count)
{
    if (writer->skips_values)
        return;
    if (!is_expressible(name, name_count)) {
        append_left_out(writer, "the deletion of the value", name, name_count, "");
        return;
    }
    append_name(writer, name, name_count);
    append_ascii(writer, "-\r\n");
}

/* Returns whether this key was written last. */
static bool is_current_key(const struct regfile_writer *writer, const uint16_t *path, size_t count)
{
    if (writer->bytes.is_broken || writer->key_length != count * 2)
        return false;
    const uint8_t *written = (const uint8_t *)writer->bytes.data + writer->key_at;
    for (size_t i = 0; i < count; i++)
        if (unit_at(written, i) != path[i])
            return false;
    return true;
}

bool regfile_write_place(struct regfile_writer *writer, const struct place *place,
                         const struct value *value)
{
    uint16_t key[PLACE_KEY_SIZE], name[PLACE_NAME_SIZE];
    size_t key_count, name_count;
    if (place->kind != PLACE_REGISTRY || value->kind == VALUE_RANGE ||
        !utf16_from_string(place->key, key, &key_count) ||
        !utf16_from_string(place->name, name, &name_count) || !is_expressible(key, key_count) ||
        !is_expressible(name, name_count))
        return false;
    if (!is_current_key(writer, key, key_count))
        regfile_write_key(writer, key, key_count);

    uint8_t scratch[4];
    uint32_t type;
    const uint8_t *data;
    size_t length;
    if (value_to_registry(value, scratch, &type, &data, &length))
        regfile_write_value(writer, name, name_count, type, data, length);
    else
        regfile_write_deletion(writer, name, name_count);
    return true;
}

bool regfile_writer_finish(struct regfile_writer *writer, struct fault *fault)
{
    append_ascii(writer, "\r\n");
    return !writer->bytes.is_broken || fault_no_memory(fault);
}

static bool export_key(void *context, const uint16_t *path, size_t path_count, struct fault *fault)
{
    struct regfile_writer *writer = context;
    regfile_write_key(writer, path, path_count);
    return !writer->bytes.is_broken || fault_no_memory(fault);
}

static bool export_value(void *context, const uint16_t *name, size_t name_count, uint32_t type,
                         const uint8_t *data, size_t length, struct fault *fault)
{
    struct regfile_writer *writer = context;
    regfile_write_value(writer, name, name_count, type, data, length);
    return !writer->bytes.is_broken || fault_no_memory(fault);
}

bool regfile_export(const struct registry *registry, const char *key, struct regfile_writer *file,
                    struct fault *fault)
{
    struct registry_visitor visitor = {file, export_key, export_value};
    append_ascii(file,
                 "\r\n"
                 "; To restore settings from this backup, run maxport restore with the name of "
                 "this file.\r\n"
                 "; A double click would also import the name, domain and addresses of the "
                 "machine.\r\n");
    return registry->walk(registry->context, key, &visitor, fault);
}
