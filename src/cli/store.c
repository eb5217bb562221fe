#include <stdlib.h>
#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "core/change/entry_backup.h"
#include "core/journal/journal.h"
#include "core/state/survey.h"

enum { LOCK_WAIT_MS = 10000 };

/* The state of the store. */
struct inventory {
    enum store_state state;
    char why[STORE_PATH_SIZE], path[STORE_PATH_SIZE];
    struct store_record record;
    struct store_size size;
    bool is_size_known;
    struct fault size_fault;
    struct journal journal;
    bool is_journal_known; /* the journal could be read */
    struct fault journal_fault;
    enum backup_state *backups; /* for each journal entry; owned; NULL: not checked */
};

static bool take_inventory(const struct store *store, enum store_view view,
                           struct inventory *inventory, struct fault *fault)
{
    *inventory = (struct inventory){0};
    journal_init(&inventory->journal);
    store->path(store->context, view, "", inventory->path);
    if (!store->record(store->context, &inventory->record, fault) ||
        !store->inspect(store->context, &inventory->state, inventory->why, fault))
        return false;
    if (inventory->state != STORE_TRUSTED)
        return true;
    if (view == STORE_PRIVATE)
        inventory->record.is_public_behind = false;
    inventory->is_size_known =
        store->measure(store->context, view, &inventory->size, &inventory->size_fault);
    inventory->is_journal_known =
        journal_read(store, view, &inventory->journal, &inventory->journal_fault);
    if (!inventory->is_journal_known)
        journal_init(&inventory->journal);
    return true;
}

static void inventory_release(struct inventory *inventory)
{
    journal_release(&inventory->journal);
    free(inventory->backups);
}

/* Reads every backup that the journal names. */
static bool check_backups(const struct store *store, enum store_view view,
                          struct inventory *inventory, struct fault *fault)
{
    const struct journal *journal = &inventory->journal;
    bool is_blocked = false;

    inventory->backups = calloc(journal->count + 1, sizeof *inventory->backups);
    if (!inventory->backups)
        return fault_no_memory(fault);
    for (size_t i = 0; i < journal->count; i++)
        inventory->backups[i] =
            entry_backup_state_next(&journal->entries[i], store, view, &is_blocked);
    return true;
}

static size_t backup_count(const struct inventory *inventory, enum backup_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < inventory->journal.count; i++)
        count += inventory->backups[i] == state;
    return count;
}

/* Returns the number of backup files that belong to no entry of the journal. */
static size_t unlisted_count(const struct inventory *inventory)
{
    size_t listed = backup_count(inventory, BACKUP_INTACT) +
                    backup_count(inventory, BACKUP_MODIFIED) +
                    backup_count(inventory, BACKUP_UNREAD);

    return inventory->size.backups > listed ? inventory->size.backups - listed : 0;
}

static size_t undoable_count(const struct journal *journal)
{
    size_t count = 0;

    for (size_t i = 0; i < journal->count; i++)
        count += journal_is_undoable(&journal->entries[i]);
    return count;
}

/* Prints the changes that can be undone, newest first, e.g. "4, 2". */
static void list_undoable(const struct journal *journal, struct text *list)
{
    const char *separator = "";

    for (size_t i = journal->count; i > 0; i--)
        if (journal_is_undoable(&journal->entries[i - 1])) {
            text_printf(list, "%s%llu", separator, (unsigned long long)journal->entries[i - 1].id);
            separator = ", ";
        }
}

static void print_size(struct output *output, const char *label, struct store_size size)
{
    char files[NUMBER_SIZE], bytes[NUMBER_SIZE];

    output_printf(output, "%s%s file%s, %s bytes\n", label, number_string(files, size.files),
                  size.files == 1 ? "" : "s", number_string(bytes, size.bytes));
}

/* ---- show ------------------------------------------------------------- */

static void list_backups(const struct inventory *inventory, enum backup_state state,
                         const char *label, struct text *list)
{
    const char *separator = label;

    for (size_t i = 0; i < inventory->journal.count; i++)
        if (inventory->backups[i] == state) {
            text_printf(list, "%s%llu", separator,
                        (unsigned long long)inventory->journal.entries[i].id);
            separator = ", ";
        }
}

static void print_backups(struct output *output, const struct inventory *inventory)
{
    size_t intact = backup_count(inventory, BACKUP_INTACT);
    size_t unlisted = unlisted_count(inventory);
    bool is_bad =
        backup_count(inventory, BACKUP_MISSING) + backup_count(inventory, BACKUP_MODIFIED);
    struct text words;

    text_init(&words);
    text_printf(&words, "%zu intact", intact);
    list_backups(inventory, BACKUP_MISSING, "; missing: entry ", &words);
    list_backups(inventory, BACKUP_MODIFIED, "; modified: entry ", &words);
    list_backups(inventory, BACKUP_UNREAD, "; not checked: entry ", &words);
    output_style(output, is_bad ? STYLE_BAD : STYLE_NORMAL);
    output_labelled(output, "  Backups", text_string(&words), 11);
    output_style(output, STYLE_NORMAL);
    text_release(&words);
    if (is_bad)
        output_remark(output, "Only the public copies were checked.");
    if (unlisted)
        output_remark(output, "%zu backup%s to no entry of the journal.", unlisted,
                      unlisted == 1 ? " belongs" : "s belong");
}

static void print_journal(struct output *output, const struct inventory *inventory)
{
    const struct journal *journal = &inventory->journal;
    const struct journal_entry *open = journal_open_entry(journal);
    size_t count = undoable_count(journal);
    struct text list;

    if (!inventory->is_journal_known) {
        output_labelled(output, "  Journal", inventory->journal_fault.text, 11);
        return;
    }
    text_init(&list);
    text_puts(&list, count == 1 ? "change " : "changes ");
    list_undoable(journal, &list);
    output_printf(output, "  Journal  %zu entr%s\n", journal->count,
                  journal->count == 1 ? "y" : "ies");
    if (inventory->backups)
        print_backups(output, inventory);
    output_labelled(output, "  To undo",
                    count ? text_string(&list) : "nothing: no change is in effect", 11);
    if (open)
        output_remark(output,
                      "Change %llu was interrupted or only partly rolled back. For details, run "
                      "maxport history %llu.",
                      (unsigned long long)open->id, (unsigned long long)open->id);
    text_release(&list);
}

/* Returns words that state whether the record matches the folder. */
static const char *match_words(const struct inventory *inventory)
{
    if (!inventory->record.is_present)
        return inventory->state == STORE_ABSENT ? "none"
                                                : "none, so this folder was not created by an "
                                                  "elevated maxport";
    switch (inventory->state) {
    case STORE_TRUSTED:
        return "matches this folder";
    case STORE_ABSENT:
        return "names a folder that no longer exists";
    case STORE_UNTRUSTED:
        break;
    }
    return "does not make this folder trusted";
}

static void print_record(struct output *output, const struct inventory *inventory)
{
    const struct store_record *record = &inventory->record;

    output_labelled(output, "  Record", match_words(inventory), 11);
    if (record->is_present) {
        output_printf(output, "           %s\n", record->path);
        output_printf(output, "           volume %08lx, folder %llx\n",
                      (unsigned long)record->volume, (unsigned long long)record->index);
    }
}

static json_t *make_record(const struct inventory *inventory)
{
    const struct store_record *record = &inventory->record;

    if (!record->is_present)
        return json_null();
    return json_pack("{s:o, s:I, s:I, s:b}", "path", document_text(record->path), "volume",
                     (json_int_t)record->volume, "index", (json_int_t)record->index, "matches",
                     inventory->state == STORE_TRUSTED);
}

static json_t *size_or_null(const struct inventory *inventory, uint64_t size)
{
    return inventory->is_size_known ? json_integer((json_int_t)size) : json_null();
}

static json_t *make_backups(const struct inventory *inventory)
{
    json_t *backups = json_object();

    for (int state = BACKUP_INTACT; state <= BACKUP_UNREAD; state++) {
        json_t *ids = json_array();

        for (size_t i = inventory->journal.count; i > 0; i--)
            if (inventory->backups[i - 1] == (enum backup_state)state)
                json_array_append_new(
                    ids, json_integer((json_int_t)inventory->journal.entries[i - 1].id));
        json_object_set_new(backups, backup_state_name((enum backup_state)state), ids);
    }
    json_object_set_new(backups, "unlisted",
                        size_or_null(inventory, (uint64_t)unlisted_count(inventory)));
    return backups;
}

static bool print_show_json(struct invocation *invocation, const struct inventory *inventory,
                            struct fault *fault)
{
    static const char *const states[] = {
        [STORE_ABSENT] = "absent", [STORE_TRUSTED] = "trusted", [STORE_UNTRUSTED] = "untrusted"};
    const struct journal *journal = &inventory->journal;
    const struct journal_entry *open = journal_open_entry(journal);
    json_t *document = command_document(invocation);
    json_t *undoable = json_array();

    for (size_t i = journal->count; i > 0; i--)
        if (journal_is_undoable(&journal->entries[i - 1]))
            json_array_append_new(undoable, json_integer((json_int_t)journal->entries[i - 1].id));
    json_object_set_new(document, "path", json_string(inventory->path));
    json_object_set_new(document, "state", json_string(states[inventory->state]));
    json_object_set_new(document, "why",
                        *inventory->why ? json_string(inventory->why) : json_null());
    json_object_set_new(document, "record", make_record(inventory));
    json_object_set_new(document, "is_behind", json_boolean(inventory->record.is_public_behind));
    json_object_set_new(document, "files", size_or_null(inventory, inventory->size.files));
    json_object_set_new(document, "bytes", size_or_null(inventory, inventory->size.bytes));
    json_object_set_new(document, "is_journal_readable", json_boolean(inventory->is_journal_known));
    json_object_set_new(document, "entries", json_integer((json_int_t)journal->count));
    json_object_set_new(document, "backups", make_backups(inventory));
    json_object_set_new(document, "undoable", undoable);
    json_object_set_new(document, "open", open ? json_integer((json_int_t)open->id) : json_null());
    return output_json(&invocation->output, document, fault);
}

static void print_show(struct output *output, const struct inventory *inventory)
{
    if (inventory->state == STORE_ABSENT) {
        output_paragraph(output, 0,
                         "There is no store at %s. Either maxport has changed nothing on this "
                         "machine, or the store was removed.",
                         inventory->path);
        if (inventory->record.is_present)
            print_record(output, inventory);
        return;
    }
    output_labelled(output, "  Store", inventory->path, 11);
    print_record(output, inventory);
    if (inventory->state == STORE_UNTRUSTED) {
        output_labelled(output, "  Trust", inventory->why, 11);
        output_remark(output, "The store is not read, because maxport trusts only a store that "
                              "an elevated maxport created. The next change renames the store "
                              "and creates a new one. To take over a store that was restored "
                              "from a backup of files, run maxport store adopt.");
        return;
    }
    if (inventory->record.is_public_behind)
        output_remark(output, "%s", survey_behind_words);
    if (inventory->is_size_known)
        print_size(output, "  Size     ", inventory->size);
    else
        output_labelled(output, "  Size", inventory->size_fault.text, 11);
    print_journal(output, inventory);
}

static bool run_show(struct invocation *invocation, struct fault *fault)
{
    struct inventory inventory;
    const struct store *store = &invocation->machine->store;
    enum store_view view = command_view(invocation);
    bool is_done = take_inventory(store, view, &inventory, fault) &&
                   check_backups(store, view, &inventory, fault);

    if (is_done && invocation->output.is_json)
        is_done = print_show_json(invocation, &inventory, fault);
    else if (is_done)
        print_show(&invocation->output, &inventory);
    inventory_release(&inventory);
    return is_done;
}

const struct command command_store_show = {
    .name = "store show",
    .summary = "show where the journal and backups are, and which changes can be undone",
    .arguments = "",
    .examples = "maxport store show|show the folder, its size, and which changes can be undone\n",
    .details = "This command changes nothing.\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .run = run_show,
};

/* ---- remove ----------------------------------------------------------- */

enum { OPTION_YES_TO_REMOVE = OPTION_OWN, OPTION_FORCE };

/* Refuses to remove the store while a change can be undone or must be repaired, because both need
 * the store. */
static bool refuse_while_needed(const struct inventory *inventory, struct fault *fault)
{
    const struct journal_entry *open = journal_open_entry(&inventory->journal);
    size_t count = undoable_count(&inventory->journal);
    struct text list;

    if (!inventory->is_journal_known)
        return fault_set(fault, FAULT_FAILED, 0,
                         "%s maxport cannot determine which changes could still be undone. To "
                         "remove the store anyway, use --force. Nothing was removed.",
                         inventory->journal_fault.text);
    if (open)
        return fault_set(fault, FAULT_FAILED, 0,
                         "Change %llu was interrupted or only partly rolled back, and the store "
                         "is needed to repair it. To repair it, run maxport undo %llu. To remove "
                         "the store anyway, use --force. Nothing was removed.",
                         (unsigned long long)open->id, (unsigned long long)open->id);
    if (!count)
        return true;
    text_init(&list);
    list_undoable(&inventory->journal, &list);
    fault_set(fault, FAULT_FAILED, 0,
              "Change%s %s can still be undone. Undo %s first (maxport undo), or keep the current "
              "settings and remove the store anyway with --force. Nothing was removed.",
              count == 1 ? "" : "s", text_string(&list), count == 1 ? "it" : "them");
    text_release(&list);
    return false;
}

static bool report(struct invocation *invocation, const char *path, bool is_removed,
                   struct store_size removed, struct fault *fault)
{
    struct output *output = &invocation->output;
    json_t *document;

    if (!output->is_json) {
        if (is_removed)
            print_size(output, "Removed: ", removed);
        else
            output_paragraph(output, 0, "There is no store at %s; there is nothing to remove.",
                             path);
        return true;
    }
    document = command_document(invocation);
    json_object_set_new(document, "path", json_string(path));
    json_object_set_new(document, "is_removed", json_boolean(is_removed));
    json_object_set_new(document, "files", json_integer((json_int_t)removed.files));
    json_object_set_new(document, "bytes", json_integer((json_int_t)removed.bytes));
    return output_json(output, document, fault);
}

/* Locks the store and checks it again, because a change may have been made meanwhile. Then removes
 * it. */
static bool remove_locked(const struct machine *machine, bool is_forced, struct store_size *removed,
                          struct fault *fault)
{
    const struct store *store = &machine->store;
    struct inventory inventory;
    bool is_fine;

    if (!store->lock(store->context, LOCK_WAIT_MS, fault))
        return false;
    is_fine = take_inventory(store, STORE_PRIVATE, &inventory, fault) &&
              (is_forced || refuse_while_needed(&inventory, fault));
    inventory_release(&inventory);
    if (!is_fine) {
        store->unlock(store->context);
        return false;
    }
    return store->remove(store->context, removed, fault);
}

static bool run_remove(struct invocation *invocation, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct output *output = &invocation->output;
    bool is_forced = invocation->option[OPTION_FORCE] != NULL;
    struct store_size removed = {0};
    struct inventory inventory;
    bool is_done, is_there;

    invocation->is_yes |= invocation->option[OPTION_YES_TO_REMOVE] != NULL;
    is_done = take_inventory(&machine->store, command_view(invocation), &inventory, fault);
    is_there = is_done && inventory.state != STORE_ABSENT;
    if (is_there && inventory.state == STORE_UNTRUSTED)
        is_done = fault_set(fault, FAULT_STORE, 0,
                            "%s maxport does not remove files that other users could have placed "
                            "there; inspect %s yourself. Nothing was removed.",
                            inventory.why, inventory.path);
    is_done = is_done && (!is_there || is_forced || refuse_while_needed(&inventory, fault));
    if (is_done && is_there) {
        if (!output->is_json) {
            print_show(output, &inventory);
            output_puts(output, "\n");
            output_paragraph(output, 0,
                             "The journal, all backups, their public copies and the record of "
                             "the store in HKEY_LOCAL_MACHINE\\SOFTWARE\\maxport will be deleted "
                             "permanently. No setting is changed, and afterwards no change can "
                             "be undone.");
        }
        is_done = command_confirm(invocation, "Remove the store?", fault) &&
                  remove_locked(machine, is_forced, &removed, fault);
        if (is_done) {
            invocation->has_changed = true;
            invocation->event = AUDIT_STORE_REMOVED;
            text_printf(&invocation->told, "store %s removed: %llu files, %llu bytes",
                        inventory.path, (unsigned long long)removed.files,
                        (unsigned long long)removed.bytes);
        }
    }
    is_done = is_done && report(invocation, inventory.path, is_there, removed, fault);
    inventory_release(&inventory);
    return is_done;
}

static const struct option_row remove_options[] = {
    [OPTION_YES_TO_REMOVE] = {"yes", NULL,
                              "do not ask for confirmation; required without a "
                              "console",
                              false},
    [OPTION_FORCE] = {"force", NULL, "remove the store even if changes could still be undone",
                      false},
    {NULL, NULL, NULL, false},
};

const struct command command_store_remove = {
    .name = "store remove",
    .summary = "delete the journal and all backups, for example before uninstalling",
    .arguments = "[--force]",
    .examples = "maxport store remove|ask, then delete the journal and the backups\n"
                "maxport store remove --force --yes|delete them even if changes could still be "
                "undone\n",
    .details = "Uninstalling maxport keeps the store, because undo needs it. To delete the store "
               "and its record in the registry, use this command. It refuses while a change "
               "could still be undone, unless you add --force. No setting is changed.\n",
    .flags = COMMAND_ADMINISTRATOR,
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = remove_options,
    .run = run_remove,
};
