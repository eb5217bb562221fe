#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/calls.h"

struct utf16 {
    uint16_t *units;
    size_t count;
};

static struct utf16 utf16_of(const char *string)
{
    size_t length = strlen(string);
    struct utf16 wide = {fake_must(malloc((length + 1) * sizeof *wide.units)), 0};
    for (size_t i = 0; i < length;) {
        uint32_t character;
        size_t size = utf8_decode(string + i, length - i, &character);
        if (size == 0)
            fake_misused("ill-formed UTF-8 in a registry path");
        i += size;
        if (character >= 0x10000) {
            wide.units[wide.count++] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
            character = 0xdc00 + ((character - 0x10000) & 0x3ff);
        }
        wide.units[wide.count++] = (uint16_t)character;
    }
    return wide;
}

static bool equal_names(const uint16_t *a, size_t a_count, const uint16_t *b, size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++)
        if (fake_lower(a[i]) != fake_lower(b[i]))
            return false;
    return true;
}

static struct fake_key *key_at(const struct fake *fake, const uint16_t *path, size_t count)
{
    for (size_t i = 0; i < fake->key_count; i++)
        if (equal_names(fake->keys[i].path, fake->keys[i].path_count, path, count))
            return &fake->keys[i];
    return NULL;
}

static struct fake_key *key_find(const struct fake *fake, const char *key)
{
    struct utf16 path = utf16_of(key);
    struct fake_key *found = key_at(fake, path.units, path.count);
    free(path.units);
    return found;
}

struct fake_key *fake_key(struct fake *fake, const char *key)
{
    struct utf16 path = utf16_of(key);
    for (size_t i = 1; i <= path.count; i++) {
        if (i < path.count && path.units[i] != '\\')
            continue;
        if (key_at(fake, path.units, i))
            continue;
        fake->keys = fake_must(realloc(fake->keys, (fake->key_count + 1) * sizeof *fake->keys));
        fake->keys[fake->key_count++] =
            (struct fake_key){.path = fake_copy(path.units, i * sizeof *path.units),
                              .path_count = i,
                              .last_write_ms = fake->now_ms};
    }
    free(path.units);
    return key_find(fake, key);
}

static struct fake_value *value_at(const struct fake_key *key, const uint16_t *name, size_t count)
{
    for (size_t i = 0; i < key->value_count; i++)
        if (equal_names(key->values[i].name, key->values[i].name_count, name, count))
            return &key->values[i];
    return NULL;
}

const struct fake_value *fake_find(const struct fake *fake, const char *key, const char *name)
{
    const struct fake_key *at = key_find(fake, key);
    if (!at)
        return NULL;
    struct utf16 wide = utf16_of(name);
    const struct fake_value *value = value_at(at, wide.units, wide.count);
    free(wide.units);
    return value;
}

void fake_put_utf16(struct fake *fake, const char *key, const uint16_t *name, size_t name_count,
                    uint32_t type, const void *data, size_t length)
{
    struct fake_key *at = fake_key(fake, key);
    struct fake_value *value = value_at(at, name, name_count);
    if (!value) {
        at->values = fake_must(realloc(at->values, (at->value_count + 1) * sizeof *at->values));
        value = &at->values[at->value_count++];
        *value = (struct fake_value){.name = fake_copy(name, name_count * sizeof *name),
                                     .name_count = name_count};
    }
    free(value->data);
    value->type = type;
    value->data = fake_copy(data, length);
    value->length = length;
    at->last_write_ms = fake->now_ms;
}

void fake_put(struct fake *fake, const char *key, const char *name, uint32_t type, const void *data,
              size_t length)
{
    struct utf16 wide = utf16_of(name);
    fake_put_utf16(fake, key, wide.units, wide.count, type, data, length);
    free(wide.units);
}

void fake_remove(struct fake *fake, const char *key, const char *name)
{
    struct fake_key *at = key_find(fake, key);
    struct utf16 wide = utf16_of(name);
    struct fake_value *value = at ? value_at(at, wide.units, wide.count) : NULL;
    free(wide.units);
    if (!value)
        return;
    free(value->name);
    free(value->data);
    size_t after = at->value_count - (size_t)(value - at->values) - 1;
    memmove(value, value + 1, after * sizeof *value);
    at->value_count--;
    at->last_write_ms = fake->now_ms;
}

void fake_put_number(struct fake *fake, const char *name, uint32_t number)
{
    uint8_t bytes[4] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                        (uint8_t)(number >> 24)};
    fake_put(fake, TCPIP_PARAMETERS, name, TYPE_DWORD, bytes, sizeof bytes);
}

bool fake_holds_number(const struct fake *fake, const char *name, uint32_t number)
{
    const struct fake_value *value = fake_find(fake, TCPIP_PARAMETERS, name);
    uint8_t bytes[4] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                        (uint8_t)(number >> 24)};
    return value && value->type == TYPE_DWORD && value->length == sizeof bytes &&
           memcmp(value->data, bytes, sizeof bytes) == 0;
}

bool fake_is_absent(const struct fake *fake, const char *name)
{
    return !fake_find(fake, TCPIP_PARAMETERS, name);
}

static void dump_name(struct text *text, const uint16_t *name, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (name[i] >= 0x20 && name[i] < 0x7f)
            text_printf(text, "%c", name[i]);
        else
            text_printf(text, "\\u%04x", (unsigned)name[i]);
}

void fake_dump_registry(const struct fake *fake, struct text *text)
{
    for (size_t i = 0; i < fake->key_count; i++) {
        const struct fake_key *key = &fake->keys[i];
        text_puts(text, "[");
        dump_name(text, key->path, key->path_count);
        text_puts(text, "]\n");
        for (size_t j = 0; j < key->value_count; j++) {
            const struct fake_value *value = &key->values[j];
            dump_name(text, value->name, value->name_count);
            text_printf(text, "=%lu:", (unsigned long)value->type);
            for (size_t k = 0; k < value->length; k++)
                text_printf(text, "%02x", value->data[k]);
            text_puts(text, "\n");
        }
    }
}

static bool no_key(struct fault *fault, const char *key)
{
    return fault_set(fault, FAULT_MISSING, 2, "There is no key HKEY_LOCAL_MACHINE\\%s.", key);
}

static bool registry_read(void *context, const struct place *place, struct value *value,
                          struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_REGISTRY_READ);
    if (place->kind != PLACE_REGISTRY)
        fake_misused("registry.read of a place outside the registry");
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_REGISTRY_READ, FAULT_FAILED, fault);
    const struct fake_key *key = key_find(fake, place->key);
    if (key && key->is_unreadable)
        return fake_denied(fault, "the key may not be read");
    const struct fake_value *found = fake_find(fake, place->key, place->name);
    struct value read = value_absent();
    if (found && !value_from_registry(&read, found->type, found->data, found->length, fault))
        return false;
    *value = read;
    return fake_end(fake, CALL_REGISTRY_READ, mishap, FAULT_FAILED, fault);
}

static bool registry_write(void *context, const struct place *place, const struct value *value,
                           struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_REGISTRY_WRITE);
    if (place->kind != PLACE_REGISTRY || value->kind == VALUE_RANGE)
        fake_misused("registry.write of a place or value outside the registry");
    if (fake_fails_before(mishap))
        return fake_fail(fake, CALL_REGISTRY_WRITE, FAULT_FAILED, fault);
    if (mishap == LIE)
        return true;
    const struct fake_key *key = key_find(fake, place->key);
    if (!fake->identity.is_elevated || (key && key->is_unwritable))
        return fake_denied(fault, "the key may not be written");
    if (mishap != DIE_DURING) {
        uint8_t scratch[4];
        const uint8_t *data;
        size_t length;
        uint32_t type;
        if (value_to_registry(value, scratch, &type, &data, &length))
            fake_put(fake, place->key, place->name, type, data, length);
        else
            fake_remove(fake, place->key, place->name);
        fake->registry_writes++;
    }
    return fake_end(fake, CALL_REGISTRY_WRITE, mishap, FAULT_FAILED, fault);
}

static bool registry_flush(void *context, const char *key, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_REGISTRY_FLUSH);
    if (fake_fails_before(mishap))
        return fake_fail(fake, CALL_REGISTRY_FLUSH, FAULT_FAILED, fault);
    if (!key_find(fake, key))
        return no_key(fault, key);
    return fake_end(fake, CALL_REGISTRY_FLUSH, mishap, FAULT_FAILED, fault);
}

/* Returns whether `inner` is a direct subkey of `outer`. */
static bool is_child(const struct fake_key *outer, const struct fake_key *inner)
{
    size_t count = outer->path_count;
    if (inner->path_count <= count + 1 || inner->path[count] != '\\' ||
        !equal_names(outer->path, count, inner->path, count))
        return false;
    for (size_t i = count + 1; i < inner->path_count; i++)
        if (inner->path[i] == '\\')
            return false;
    return true;
}

static bool walk_key(const struct fake *fake, const struct fake_key *key,
                     const struct registry_visitor *visitor, struct fault *fault)
{
    if (key->is_unreadable)
        return fake_denied(fault, "the key may not be read");
    if (!visitor->key(visitor->context, key->path, key->path_count, fault))
        return false;
    for (size_t i = 0; i < key->value_count; i++) {
        const struct fake_value *value = &key->values[i];
        if (!visitor->value(visitor->context, value->name, value->name_count, value->type,
                            value->data, value->length, fault))
            return false;
    }
    for (size_t i = 0; i < fake->key_count; i++)
        if (is_child(key, &fake->keys[i]) && !walk_key(fake, &fake->keys[i], visitor, fault))
            return false;
    return true;
}

static bool registry_walk(void *context, const char *key, const struct registry_visitor *visitor,
                          struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_REGISTRY_WALK);
    if (fake_fails_before(mishap))
        return fake_fail(fake, CALL_REGISTRY_WALK, FAULT_FAILED, fault);
    const struct fake_key *at = key_find(fake, key);
    if (!at)
        return no_key(fault, key);
    if (!walk_key(fake, at, visitor, fault))
        return false;
    return fake_end(fake, CALL_REGISTRY_WALK, mishap, FAULT_FAILED, fault);
}

static bool registry_last_write(void *context, const char *key, int64_t *unix_ms,
                                struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_REGISTRY_LAST_WRITE);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_REGISTRY_LAST_WRITE, FAULT_FAILED, fault);
    const struct fake_key *at = key_find(fake, key);
    if (!at)
        return no_key(fault, key);
    if (at->is_unreadable)
        return fake_denied(fault, "the key may not be read");
    *unix_ms = at->last_write_ms;
    return fake_end(fake, CALL_REGISTRY_LAST_WRITE, mishap, FAULT_FAILED, fault);
}

void fake_open_registry(struct fake *fake)
{
    fake->machine.registry = (struct registry){fake,           registry_read, registry_write,
                                               registry_flush, registry_walk, registry_last_write};
}
