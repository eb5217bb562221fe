#include "core/change/entry_backup.h"

#include <stdlib.h>
#include <string.h>

const char *backup_state_name(enum backup_state state)
{
    static const char *const names[] = {
        [BACKUP_NONE] = "none",         [BACKUP_INTACT] = "intact", [BACKUP_MISSING] = "missing",
        [BACKUP_MODIFIED] = "modified", [BACKUP_UNREAD] = "unread",
    };

    return names[state];
}

bool entry_backup_matches(const struct journal_entry *entry, const void *data, size_t length)
{
    char hex[SHA256_HEX_SIZE];

    if (!*entry->backup_sha256)
        return true;
    sha256_hex(data, length, hex);
    return strcmp(hex, entry->backup_sha256) == 0;
}

enum backup_state entry_backup_state(const struct journal_entry *entry, const struct store *store,
                                     enum store_view view, struct fault *fault)
{
    char path[STORE_PATH_SIZE];
    char *data;
    size_t length;
    bool is_intact;

    if (!*entry->backup)
        return BACKUP_NONE;
    if (!store->read(store->context, view, entry->backup, &data, &length, fault))
        return fault->kind == FAULT_MISSING ? BACKUP_MISSING : BACKUP_UNREAD;
    is_intact = entry_backup_matches(entry, data, length);
    free(data);
    if (is_intact)
        return BACKUP_INTACT;
    store->path(store->context, view, entry->backup, path);
    fault_set(fault, FAULT_FAILED, 0,
              "The backup %s was modified: its SHA-256 differs from the one in the journal.", path);
    return BACKUP_MODIFIED;
}

enum backup_state entry_backup_state_next(const struct journal_entry *entry,
                                          const struct store *store, enum store_view view,
                                          bool *is_blocked)
{
    struct fault ignored;
    enum backup_state state;

    if (*is_blocked && *entry->backup)
        return BACKUP_UNREAD;
    state = entry_backup_state(entry, store, view, &ignored);
    *is_blocked |= state == BACKUP_UNREAD;
    return state;
}

void entry_print_unseen(struct fault *fault)
{
    struct fault why = *fault;

    fault_set(fault, why.kind, why.code,
              "%s Only the public copy was checked. When run as administrator, the command reads "
              "and checks the backup itself.",
              why.text);
}

enum backup_check entry_check_backup(const struct journal_entry *entry, const struct store *store,
                                     enum store_view view, struct fault *fault)
{
    if (!*entry->backup_sha256)
        return BACKUP_GOOD;
    switch (entry_backup_state(entry, store, view, fault)) {
    case BACKUP_NONE:
    case BACKUP_INTACT:
        return BACKUP_GOOD;
    case BACKUP_MODIFIED:
        return BACKUP_BAD;
    case BACKUP_UNREAD:
        if (view == STORE_PRIVATE)
            return BACKUP_BAD;
        break;
    case BACKUP_MISSING:
        break;
    }
    if (view == STORE_PUBLIC)
        entry_print_unseen(fault);
    return BACKUP_UNSEEN;
}
