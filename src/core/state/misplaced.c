#include "core/state/misplaced.h"

#include <string.h>

#include "core/base/utf16.h"

/* A machine with containers can have thousands of interfaces, each with about 30 values. */
enum { KEYS_MAX = 1024, VALUES_MAX = 50000 };

static const char interfaces[] = TCPIP_PARAMETERS "\\Interfaces";

struct search {
    struct misplaced *found;
    char key[MISPLACED_KEY_SIZE];
    size_t keys, values;
};

static bool end_at_limit(struct fault *fault)
{
    return fault_set(fault, FAULT_FAILED, 0, "There are too many network interfaces.");
}

/* Copies the text. If the text is too long, cuts it between two characters. text_safe() has left
 * only complete characters. */
static void copy_cut(char to[MISPLACED_KEY_SIZE], const char *from)
{
    size_t length = strlen(from);

    if (length >= MISPLACED_KEY_SIZE) {
        length = MISPLACED_KEY_SIZE - 1;
        while (length && ((unsigned char)from[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(to, from, length);
    to[length] = '\0';
}

static bool visit_key(void *context, const uint16_t *path, size_t path_count, struct fault *fault)
{
    const size_t parent = sizeof TCPIP_PARAMETERS; /* with the backslash after it */
    struct search *search = context;
    struct text name, safe;
    bool is_complete;

    if (++search->keys > KEYS_MAX)
        return end_at_limit(fault);
    text_init(&name);
    text_init(&safe);
    if (path_count > parent)
        utf16_to_text(&name, path + parent, path_count - parent);
    text_safe(&safe, text_string(&name), name.length);
    copy_cut(search->key, text_string(&safe));
    is_complete = !name.is_broken && !safe.is_broken;
    text_release(&safe);
    text_release(&name);
    return is_complete || fault_no_memory(fault);
}

/* Ignores the case of ASCII letters, because the registry ignores case. */
static bool is_name(const char *name, const uint16_t *units, size_t count)
{
    if (strlen(name) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        char a[2] = {name[i], '\0'};
        char b[2] = {units[i] < 0x80 ? (char)units[i] : '\0', '\0'};

        if (ascii_compare(a, b) != 0)
            return false;
    }
    return true;
}

static void add(struct misplaced *found, const char *key, uint32_t type, const uint8_t *data,
                size_t length)
{
    struct value value;
    struct fault ignored; /* no memory: the number is not reported */

    if (found->count < MISPLACED_NAMED_MAX)
        memcpy(found->keys[found->count], key, MISPLACED_KEY_SIZE);
    if (!found->count && value_from_registry(&value, type, data, length, &ignored)) {
        found->is_number = value.kind == VALUE_NUMBER;
        found->number = found->is_number ? value.number : 0;
        value_release(&value);
    }
    found->count++;
}

static bool visit_value(void *context, const uint16_t *name, size_t name_count, uint32_t type,
                        const uint8_t *data, size_t length, struct fault *fault)
{
    struct search *search = context;

    if (++search->values > VALUES_MAX)
        return end_at_limit(fault);
    for (size_t i = 0; i < setting_count; i++)
        if (is_name(setting_at(i)->name, name, name_count))
            add(&search->found[i], search->key, type, data, length);
    return true;
}

void misplaced_find(const struct registry *registry, struct misplaced found[SETTINGS_MAX])
{
    struct search search = {.found = found};
    struct registry_visitor visitor = {&search, visit_key, visit_value};
    struct fault ignored;

    memset(found, 0, SETTINGS_MAX * sizeof *found);
    if (!registry->walk(registry->context, interfaces, &visitor, &ignored))
        return; /* the values that were found before the failure are reported */
}
