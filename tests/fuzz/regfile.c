/* Fuzzes the reader and the writer of .reg files. A file that was read, written and read again must
 * be the same. The reader must accept every file of the writer. */
#include <string.h>

#include "core/journal/regfile.h"
#include "fuzz/expect.h"

/* Converts a name to UTF-16. As defined in utf16.h, the name is UTF-8 in which a lone surrogate is
 * encoded as three bytes. */
static size_t units_of(const char *name, uint16_t *units)
{
    const unsigned char *at = (const unsigned char *)name;
    size_t count = 0;

    while (*at) {
        uint32_t character;
        size_t size = utf8_decode((const char *)at, strlen((const char *)at), &character);

        if (size == 0) {
            EXPECT(at[0] == 0xed && at[1] >= 0xa0 && at[2] >= 0x80, "no surrogate in %s", name);
            character = 0xd000 | (uint32_t)(at[1] & 0x3f) << 6 | (at[2] & 0x3f);
            size = 3;
        }
        if (character >= 0x10000) {
            units[count++] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
            character = 0xdc00 + (character & 0x3ff);
        }
        units[count++] = (uint16_t)character;
        at += size;
    }
    return count;
}

static void write_value(struct regfile_writer *writer, const struct regfile_value *value)
{
    uint16_t *name = malloc((strlen(value->name) + 1) * sizeof *name);
    size_t count = units_of(value->name, name);
    uint8_t scratch[4];
    const uint8_t *data;
    uint32_t type;
    size_t length;

    if (value_to_registry(&value->value, scratch, &type, &data, &length))
        regfile_write_value(writer, name, count, type, data, length);
    else
        regfile_write_deletion(writer, name, count);
    free(name);
}

static void write_file(struct regfile_writer *writer, const struct regfile *file)
{
    struct fault fault;

    regfile_writer_init(writer);
    for (size_t k = 0; k < file->key_count; k++) {
        const struct regfile_key *key = &file->keys[k];
        uint16_t *path = malloc((strlen(key->path) + 1) * sizeof *path);

        regfile_write_key(writer, path, units_of(key->path, path));
        free(path);
        for (size_t i = 0; i < key->count; i++)
            write_value(writer, &file->values[key->first + i]);
    }
    EXPECT(regfile_writer_finish(writer, &fault), "%s", fault.text);
}

static void compare(const struct regfile *a, const struct regfile *b)
{
    EXPECT(a->key_count == b->key_count && a->count == b->count, "%zu keys became %zu",
           a->key_count, b->key_count);
    for (size_t i = 0; i < a->key_count; i++)
        EXPECT(strcmp(a->keys[i].path, b->keys[i].path) == 0 &&
                   a->keys[i].is_exact == b->keys[i].is_exact,
               "%s became %s", a->keys[i].path, b->keys[i].path);
    for (size_t i = 0; i < a->count; i++) {
        EXPECT(strcmp(a->values[i].name, b->values[i].name) == 0 &&
                   a->values[i].is_name_exact == b->values[i].is_name_exact,
               "%s became %s", a->values[i].name, b->values[i].name);
        EXPECT(value_equal(&a->values[i].value, &b->values[i].value), "%s has another value",
               a->values[i].name);
    }
}

static void find_all(const struct regfile *file)
{
    for (size_t k = 0; k < file->key_count; k++) {
        const struct regfile_key *key = &file->keys[k];

        EXPECT(regfile_find_key(file, key->path) == key, "%s was not found", key->path);
        for (size_t i = 0; i < key->count; i++)
            EXPECT(regfile_find(file, key->path, file->values[key->first + i].name) ==
                       &file->values[key->first + i],
                   "%s was not found", file->values[key->first + i].name);
    }
}

/* Reads a file of any origin. The reader must either refuse it with the number of a line, or find
 * every value in it. */
static void read_as_regedit(const uint8_t *data, size_t size)
{
    struct regfile file;
    struct fault fault = {0};

    if (regfile_read("people.reg", data, size, TCPIP_PARAMETERS, &file, &fault)) {
        find_all(&file);
        regfile_release(&file);
    } else {
        EXPECT(fault.kind == FAULT_USAGE && strstr(fault.text, ", line "), "%s", fault.text);
    }
}

static void read_write_read(const uint8_t *data, size_t size)
{
    struct regfile file, again;
    struct regfile_writer writer, second;
    struct fault fault = {0};

    if (!regfile_parse("C:\\a\x01\xff.reg", data, size, &file, &fault)) {
        EXPECT(fault.kind == FAULT_USAGE && strstr(fault.text, ", line "), "%s", fault.text);
        return;
    }
    find_all(&file);
    write_file(&writer, &file);
    EXPECT(regfile_parse("again", writer.bytes.data, writer.bytes.length, &again, &fault), "%s",
           fault.text);
    compare(&file, &again);
    write_file(&second, &again);
    EXPECT(second.bytes.length == writer.bytes.length &&
               memcmp(second.bytes.data, writer.bytes.data, writer.bytes.length) == 0,
           "written twice, it differs");
    regfile_writer_release(&second);
    regfile_writer_release(&writer);
    regfile_release(&again);
    regfile_release(&file);
}

/* Converts 8-bit text, which is easier to mutate than UTF-16. Each byte becomes a character; bytes
 * of 0x80 or more become characters among the surrogates. */
static uint8_t *widen(const char *before, const uint8_t *data, size_t size, size_t *length)
{
    size_t first = strlen(before), count = 0;
    uint8_t *wide = malloc(2 * (first + size) + 2);

    wide[count++] = 0xff;
    wide[count++] = 0xfe;
    for (size_t i = 0; i < first + size; i++) {
        uint8_t byte = i < first ? (uint8_t)before[i] : data[i - first];
        uint16_t unit = byte < 0x80 ? byte : (uint16_t)(0xd800 + (byte - 0x80) * 16);

        wide[count++] = (uint8_t)unit;
        wide[count++] = (uint8_t)(unit >> 8);
    }
    *length = count;
    return wide;
}

struct cursor {
    const uint8_t *at;
    size_t left;
};

static uint8_t next(struct cursor *cursor)
{
    if (cursor->left == 0)
        return 0;
    cursor->left--;
    return *cursor->at++;
}

/* Writes a name that is unique because it begins with its number. */
static size_t make_name(struct cursor *cursor, unsigned number, uint16_t *name)
{
    size_t count = 0, extra = next(cursor) % 24;

    name[count++] = (uint16_t)('0' + number / 10 % 10);
    name[count++] = (uint16_t)('0' + number % 10);
    for (size_t i = 0; i < extra; i++) {
        uint8_t byte = next(cursor);

        name[count++] = byte < 0x80 ? byte : (uint16_t)(byte << 8 | next(cursor));
    }
    return count;
}

/* Writes keys and values of any kind that a registry may contain, then reads them. The names of
 * keys contain no backslash, because backslashes separate keys. */
static void write_then_read(const uint8_t *data, size_t size)
{
    struct cursor cursor = {data, size};
    struct regfile_writer writer;
    struct regfile file;
    struct fault fault;
    uint16_t name[64];
    unsigned number = 0;

    regfile_writer_init(&writer);
    while (cursor.left > 0 && number < 90) {
        size_t count = make_name(&cursor, number++, name);

        for (size_t i = 0; i < count; i++)
            if (name[i] == '\\')
                name[i] = '/';
        regfile_write_key(&writer, name, count);
        for (unsigned values = next(&cursor) % 4; values > 0 && number < 90; values--) {
            uint8_t bytes[255];
            uint32_t type = next(&cursor);
            size_t length = next(&cursor);

            for (size_t i = 0; i < length; i++)
                bytes[i] = next(&cursor);
            count = values == 1 && type % 2 ? 0 : make_name(&cursor, number++, name);
            if (type >= 0xf0)
                regfile_write_deletion(&writer, name, count);
            else
                regfile_write_value(&writer, name, count, type < 0x80 ? type % 12 : type << 24,
                                    bytes, length);
        }
    }
    EXPECT(regfile_writer_finish(&writer, &fault), "%s", fault.text);
    EXPECT(regfile_parse("own", writer.bytes.data, writer.bytes.length, &file, &fault), "%s",
           fault.text);
    EXPECT(file.key_count == writer.key_count, "%zu keys", file.key_count);
    EXPECT(file.left_out_count == writer.left_out_count, "%zu left out", file.left_out_count);
    regfile_release(&file);
    read_write_read((const uint8_t *)writer.bytes.data, writer.bytes.length);
    regfile_writer_release(&writer);
}

/* Byte 0 selects the kind of input: 'F' for a whole file, 'T' for the text below its header, 'R'
 * for 8-bit text below the key of MaxUserPort, otherwise keys and values for the writer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 'F') {
        read_write_read(data + 1, size - 1);
        read_as_regedit(data + 1, size - 1);
    } else if (data[0] == 'T') {
        size_t length;
        uint8_t *wide = widen("Windows Registry Editor Version 5.00\r\n\r\n"
                              "[HKEY_LOCAL_MACHINE\\SYSTEM]\r\n",
                              data + 1, size - 1, &length);

        read_write_read(wide, length);
        read_as_regedit(wide, length);
        free(wide);
    } else if (data[0] == 'R') {
        struct text text;

        text_init(&text);
        text_puts(&text, "Windows Registry Editor Version 5.00\r\n\r\n"
                         "[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "]\r\n");
        text_append(&text, (const char *)data + 1, size - 1);
        read_as_regedit((const uint8_t *)text.data, text.length);
        text_release(&text);
    } else {
        write_then_read(data + 1, size - 1);
    }
    return 0;
}
