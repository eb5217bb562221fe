#include "win32/registry.h"

#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_CHARACTERS = 256, /* limit of a key's name, with the NUL ("Registry Element Size Limits") */
    NAME_CHARACTERS = 16384, /* limit of a value's name, with the NUL (same page) */
    FIRST_DATA_BYTES = 512,
    PADDING_BYTES = 4,
    GROWTHS = 64, /* attempts if the data keeps growing */
};

/* ---- faults ----------------------------------------------------------- */

static const char *root_name(const struct registry_adapter *adapter)
{
    return adapter->root == HKEY_LOCAL_MACHINE ? "HKEY_LOCAL_MACHINE\\" : "";
}

static bool key_fault(const struct registry_adapter *adapter, const char *key, LSTATUS status,
                      const char *what, struct fault *fault)
{
    return system_fault(fault, FAULT_FAILED, (uint32_t)status,
                        "The registry key %s%s could not be %s", root_name(adapter), key, what);
}

static bool value_fault(const struct registry_adapter *adapter, const struct place *place,
                        LSTATUS status, const char *what, struct fault *fault)
{
    char label[PLACE_NAME_SIZE + 32];
    return system_fault(fault, FAULT_FAILED, (uint32_t)status,
                        "%s in the registry key %s%s could not be %s", place_label(place, label),
                        root_name(adapter), place->key, what);
}

static bool is_missing(LSTATUS status)
{
    return status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND ||
           status == ERROR_KEY_DELETED;
}

/* ---- opening ---------------------------------------------------------- */

static bool check_place(const struct place *place, struct fault *fault)
{
    if (place->kind != PLACE_REGISTRY)
        return fault_set(fault, FAULT_FAILED, 0, "This is not a place in the registry.");
    return true;
}

/* Opens a key; *status is the result of RegOpenKeyExW. Returns false only if the key's name is
 * invalid or memory ran out. */
static bool open_key(const struct registry_adapter *adapter, const char *key, REGSAM access,
                     HKEY *handle, LSTATUS *status, struct fault *fault)
{
    wchar_t *wide;
    if (!wide_from_utf8_strict(key, &wide, fault))
        return false;
    *status = RegOpenKeyExW(adapter->root, wide, 0, access, handle);
    free(wide);
    return true;
}

/* ---- one value -------------------------------------------------------- */

/* Reads a value of any size. On success *data is malloc'ed; it is not NULL even if *length is 0. */
static LSTATUS query_value(HKEY key, const wchar_t *name, DWORD *type, uint8_t **data,
                           DWORD *length)
{
    DWORD capacity = FIRST_DATA_BYTES;
    for (unsigned growths = 0; growths < GROWTHS; growths++) {
        uint8_t *buffer = malloc(capacity);
        if (!buffer)
            return ERROR_NOT_ENOUGH_MEMORY;
        DWORD got = capacity;
        LSTATUS status = RegQueryValueExW(key, name, NULL, type, buffer, &got);
        if (status == ERROR_SUCCESS) {
            *data = buffer;
            *length = got;
            return ERROR_SUCCESS;
        }
        free(buffer);
        if (status != ERROR_MORE_DATA)
            return status;
        if (got <= capacity && capacity > MAXDWORD / 2)
            return ERROR_MORE_DATA;
        capacity = got > capacity ? got : capacity * 2;
    }
    return ERROR_MORE_DATA;
}

static bool registry_read(void *context, const struct place *place, struct value *value,
                          struct fault *fault)
{
    const struct registry_adapter *adapter = context;
    HKEY key;
    LSTATUS status;
    if (!check_place(place, fault) ||
        !open_key(adapter, place->key, KEY_QUERY_VALUE, &key, &status, fault)) {
        return false;
    }
    if (is_missing(status)) {
        *value = value_absent();
        return true;
    }
    if (status != ERROR_SUCCESS)
        return value_fault(adapter, place, status, "read", fault);
    wchar_t *name;
    if (!wide_from_utf8_strict(place->name, &name, fault)) {
        RegCloseKey(key);
        return false;
    }
    DWORD type = REG_NONE, length = 0;
    uint8_t *data = NULL;
    status = query_value(key, name, &type, &data, &length);
    free(name);
    RegCloseKey(key);
    if (is_missing(status)) {
        *value = value_absent();
        return true;
    }
    if (status != ERROR_SUCCESS)
        return value_fault(adapter, place, status, "read", fault);
    bool is_made = value_from_registry(value, type, data, length, fault);
    free(data);
    return is_made;
}

static LSTATUS delete_value(HKEY root, const wchar_t *key_name, const wchar_t *name)
{
    HKEY key;
    LSTATUS status = RegOpenKeyExW(root, key_name, 0, KEY_SET_VALUE, &key);
    if (status == ERROR_SUCCESS) {
        status = RegDeleteValueW(key, name);
        RegCloseKey(key);
    }
    return is_missing(status) ? ERROR_SUCCESS : status;
}

/* Copies the data and adds bytes other than NUL. Without these bytes, RegSetValueExW would also
 * write a NUL that happens to follow a string in memory. */
static uint8_t *padded_copy(const uint8_t *data, size_t length)
{
    uint8_t *copy = malloc(length + PADDING_BYTES);
    if (copy) {
        if (length > 0)
            memcpy(copy, data, length);
        memset(copy + length, 0xff, PADDING_BYTES);
    }
    return copy;
}

static LSTATUS set_value(HKEY root, const wchar_t *key_name, const wchar_t *name, DWORD type,
                         const uint8_t *data, size_t length)
{
    if (length > MAXDWORD - PADDING_BYTES)
        return ERROR_NOT_ENOUGH_MEMORY;
    uint8_t *copy = padded_copy(data, length);
    if (!copy)
        return ERROR_NOT_ENOUGH_MEMORY;
    HKEY key;
    LSTATUS status = RegCreateKeyExW(root, key_name, 0, NULL, REG_OPTION_NON_VOLATILE,
                                     KEY_SET_VALUE, NULL, &key, NULL);
    if (status == ERROR_SUCCESS) {
        status = RegSetValueExW(key, name, 0, type, copy, (DWORD)length);
        RegCloseKey(key);
    }
    free(copy);
    return status;
}

static bool registry_write(void *context, const struct place *place, const struct value *value,
                           struct fault *fault)
{
    const struct registry_adapter *adapter = context;
    uint8_t scratch[4];
    uint32_t type = REG_NONE;
    const uint8_t *data = NULL;
    size_t length = 0;
    if (!check_place(place, fault))
        return false;
    if (value->kind != VALUE_ABSENT && !value_to_registry(value, scratch, &type, &data, &length))
        return fault_set(fault, FAULT_FAILED, 0, "The registry cannot store a port range.");
    wchar_t *key, *name;
    if (!wide_from_utf8_strict(place->key, &key, fault))
        return false;
    if (!wide_from_utf8_strict(place->name, &name, fault)) {
        free(key);
        return false;
    }
    LSTATUS status = value->kind == VALUE_ABSENT
                         ? delete_value(adapter->root, key, name)
                         : set_value(adapter->root, key, name, type, data, length);
    free(name);
    free(key);
    if (status != ERROR_SUCCESS) {
        return value_fault(adapter, place, status,
                           value->kind == VALUE_ABSENT ? "deleted" : "written", fault);
    }
    return true;
}

/* ---- one key ---------------------------------------------------------- */

static bool registry_flush(void *context, const char *key_name, struct fault *fault)
{
    const struct registry_adapter *adapter = context;
    HKEY key;
    LSTATUS status;
    if (!open_key(adapter, key_name, KEY_QUERY_VALUE, &key, &status, fault))
        return false;
    if (status == ERROR_SUCCESS) {
        status = RegFlushKey(key);
        RegCloseKey(key);
    }
    if (is_missing(status))
        return true; /* a missing key has nothing to flush */
    if (status != ERROR_SUCCESS)
        return key_fault(adapter, key_name, status, "written to disk", fault);
    return true;
}

static bool registry_last_write(void *context, const char *key_name, int64_t *unix_ms,
                                struct fault *fault)
{
    /* FILETIME counts 100 ns since 1601 UTC. */
    const int64_t ticks_per_ms = 10000, epoch_ms = 11644473600000;
    const struct registry_adapter *adapter = context;
    HKEY key;
    LSTATUS status;
    FILETIME time = {0, 0};
    if (!open_key(adapter, key_name, KEY_QUERY_VALUE, &key, &status, fault))
        return false;
    if (status == ERROR_SUCCESS) {
        status = RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                  &time);
        RegCloseKey(key);
    }
    if (status != ERROR_SUCCESS) {
        key_fault(adapter, key_name, status, "read", fault);
        if (is_missing(status))
            fault->kind = FAULT_MISSING;
        return false;
    }
    uint64_t ticks = (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
    *unix_ms = (int64_t)(ticks / (uint64_t)ticks_per_ms) - epoch_ms;
    return true;
}

/* ---- a key and all below it ------------------------------------------- */

struct walk {
    const struct registry_adapter *adapter;
    const struct registry_visitor *visitor;
    wchar_t *path; /* below the root; not NUL-terminated */
    size_t path_count, path_capacity;
    wchar_t *name; /* NAME_CHARACTERS */
    uint8_t *data;
    DWORD data_capacity;
};

static_assert(sizeof(wchar_t) == sizeof(uint16_t), "names are UTF-16 code units");

static bool walk_fault(const struct walk *walk, LSTATUS status, struct fault *fault)
{
    char *path = wide_to_utf8(walk->path, walk->path_count);
    if (!path)
        return fault_no_memory(fault);
    key_fault(walk->adapter, path, status, "read", fault);
    free(path);
    return false;
}

/* Appends a name to the path, after a backslash if the path is not empty. */
static bool path_push(struct walk *walk, const wchar_t *name, size_t count, struct fault *fault)
{
    size_t needed = walk->path_count + 1 + count;
    if (needed > walk->path_capacity) {
        wchar_t *grown = realloc(walk->path, needed * 2 * sizeof *grown);
        if (!grown)
            return fault_no_memory(fault);
        walk->path = grown;
        walk->path_capacity = needed * 2;
    }
    if (walk->path_count > 0)
        walk->path[walk->path_count++] = L'\\';
    memcpy(walk->path + walk->path_count, name, count * sizeof *name);
    walk->path_count += count;
    return true;
}

/* Reads the value at `index` into walk->name and walk->data. */
static LSTATUS enumerate_value(struct walk *walk, HKEY key, DWORD index, DWORD *name_count,
                               DWORD *type, DWORD *length)
{
    for (unsigned growths = 0; growths < GROWTHS; growths++) {
        *name_count = NAME_CHARACTERS;
        *length = walk->data_capacity;
        LSTATUS status =
            RegEnumValueW(key, index, walk->name, name_count, NULL, type, walk->data, length);
        if (status != ERROR_MORE_DATA)
            return status;
        if (walk->data_capacity > MAXDWORD / 2)
            return ERROR_MORE_DATA;
        DWORD capacity = *length > walk->data_capacity ? *length : walk->data_capacity * 2;
        uint8_t *grown = realloc(walk->data, capacity);
        if (!grown)
            return ERROR_NOT_ENOUGH_MEMORY;
        walk->data = grown;
        walk->data_capacity = capacity;
    }
    return ERROR_MORE_DATA;
}

static bool walk_values(struct walk *walk, HKEY key, struct fault *fault)
{
    for (DWORD index = 0;; index++) {
        DWORD name_count, type, length;
        LSTATUS status = enumerate_value(walk, key, index, &name_count, &type, &length);
        if (status == ERROR_NO_MORE_ITEMS || status == ERROR_KEY_DELETED)
            return true;
        if (status != ERROR_SUCCESS)
            return walk_fault(walk, status, fault);
        if (!walk->visitor->value(walk->visitor->context, (const uint16_t *)walk->name, name_count,
                                  type, walk->data, length, fault)) {
            return false;
        }
    }
}

static bool walk_key(struct walk *walk, HKEY key, struct fault *fault);

static bool walk_subkey(struct walk *walk, HKEY key, const wchar_t *name, size_t count,
                        struct fault *fault)
{
    size_t parent_count = walk->path_count;
    if (!path_push(walk, name, count, fault))
        return false;
    HKEY subkey;
    LSTATUS status = RegOpenKeyExW(key, name, REG_OPTION_OPEN_LINK, KEY_READ, &subkey);
    bool is_walked;
    if (status == ERROR_SUCCESS) {
        is_walked = walk_key(walk, subkey, fault);
        RegCloseKey(subkey);
    } else if (is_missing(status) && !wmemchr(name, L'\0', count)) {
        is_walked = true; /* the subkey was deleted after it was listed */
    } else {
        is_walked = walk_fault(walk, status, fault);
    }
    walk->path_count = parent_count;
    return is_walked;
}

static bool walk_key(struct walk *walk, HKEY key, struct fault *fault)
{
    if (!walk->visitor->key(walk->visitor->context, (const uint16_t *)walk->path, walk->path_count,
                            fault) ||
        !walk_values(walk, key, fault)) {
        return false;
    }
    for (DWORD index = 0;; index++) {
        wchar_t name[KEY_CHARACTERS];
        DWORD count = KEY_CHARACTERS;
        LSTATUS status = RegEnumKeyExW(key, index, name, &count, NULL, NULL, NULL, NULL);
        if (status == ERROR_NO_MORE_ITEMS || status == ERROR_KEY_DELETED)
            return true;
        if (status != ERROR_SUCCESS)
            return walk_fault(walk, status, fault);
        if (!walk_subkey(walk, key, name, count, fault))
            return false;
    }
}

static bool registry_walk(void *context, const char *key_name,
                          const struct registry_visitor *visitor, struct fault *fault)
{
    const struct registry_adapter *adapter = context;
    wchar_t *wide;
    if (!wide_from_utf8_strict(key_name, &wide, fault))
        return false;
    struct walk walk = {
        .adapter = adapter,
        .visitor = visitor,
        .name = malloc(NAME_CHARACTERS * sizeof *walk.name),
        .data = malloc(FIRST_DATA_BYTES),
        .data_capacity = FIRST_DATA_BYTES,
    };
    bool is_walked = false;
    HKEY key;
    LSTATUS status = RegOpenKeyExW(adapter->root, wide, 0, KEY_READ, &key);
    if (status != ERROR_SUCCESS) {
        key_fault(adapter, key_name, status, "read", fault);
        if (is_missing(status))
            fault->kind = FAULT_MISSING;
    } else {
        if (!walk.name || !walk.data)
            fault_no_memory(fault);
        else
            is_walked = path_push(&walk, wide, wcslen(wide), fault) && walk_key(&walk, key, fault);
        RegCloseKey(key);
    }
    free(walk.data);
    free(walk.name);
    free(walk.path);
    free(wide);
    return is_walked;
}

void registry_under(HKEY root, struct registry_adapter *adapter, struct registry *functions)
{
    registry_read_only_under(root, adapter, functions);
    functions->write = registry_write;
    functions->flush = registry_flush;
}

void registry_read_only_under(HKEY root, struct registry_adapter *adapter,
                              struct registry *functions)
{
    *adapter = (struct registry_adapter){.root = root};
    *functions = (struct registry){
        .context = adapter,
        .read = registry_read,
        .walk = registry_walk,
        .last_write = registry_last_write,
    };
}
