#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "core/base/quote.h"
#include "core/change/entry_backup.h"
#include "core/change/entry_text.h"
#include "core/journal/journal.h"

/* `maxport store adopt` takes over a store that was restored from a backup of files, or that is
 * from another installation of Windows. Such a folder has no record, so maxport never reads it as
 * its store. This command does not trust the content of the folder: the size of files is limited,
 * only valid lines of the journal count, and each backup must match its digest. journal_parse()
 * refuses an entry with the file names of another entry. All valid entries and backups are written
 * to a new store, except the entries of returns to a restore point. Undo files are omitted, because
 * they have no digest, and an administrator might import them without reading them.
 *
 * The journal may be forged, so maxport uses its statements only about the past. It omits the
 * statements that would apply to this machine now. */

enum { OPTION_YES_TO_ADOPT = OPTION_OWN, OPTION_LOOK };

enum {
    LOCK_WAIT_MS = 10000,
    /* The limit of the old and of the new journal. The new journal can be longer, because each line
     * gets all keys. maxport reads at most 256 MB (win32/store_file.h), so at least 128 MB remain
     * for later changes. */
    JOURNAL_BYTES = 128 << 20,
    BACKUP_BYTES = 16 << 20,
    ALL_BACKUPS_BYTES = 512 << 20,
};

struct bytes {
    char *data; /* malloc'ed; NULL: no usable backup */
    size_t length;
};

/* The contents of the folder. They are read once, before the store is locked. The folder's owner
 * therefore cannot change them later, and cannot delay a read while the store is locked. */
struct find {
    char folder[STORE_PATH_SIZE];
    bool is_in_place;        /* the folder is at the store's path, so store.prepare() renames it */
    struct journal journal;  /* parsed from `lines` */
    struct text lines;       /* the new journal */
    size_t bad_lines;        /* lines of the old journal that maxport could not have written */
    size_t returns, unended; /* entries of the old journal that are omitted */
    struct bytes *contents;  /* one for each journal entry: its backup */
    size_t backups, good_backups;
};

static void find_release(struct find *find)
{
    for (size_t i = 0; find->contents && i < find->journal.count; i++)
        free(find->contents[i].data);
    free(find->contents);
    journal_release(&find->journal);
    text_release(&find->lines);
}

/* ---- reading ---------------------------------------------------------- */

static bool join(const char *folder, const char *name, char path[STORE_PATH_SIZE],
                 struct fault *fault)
{
    if (snprintf(path, STORE_PATH_SIZE, "%s\\%s", folder, name) < STORE_PATH_SIZE)
        return true;
    return fault_set(fault, FAULT_USAGE, 0,
                     "The path of the folder is too long. Nothing was changed.");
}

/* Reads a backup. Fails if it is missing, is too large or does not match its digest; *data is then
 * unchanged or NULL. */
static bool read_backup(const struct files *files, const char *folder,
                        const struct journal_entry *entry, char **data, size_t *length,
                        struct fault *fault)
{
    char path[STORE_PATH_SIZE];

    if (!join(folder, entry->backup, path, fault) ||
        !files->read(files->context, path, BACKUP_BYTES, data, length, fault))
        return false;
    if (*entry->backup_sha256 && entry_backup_matches(entry, *data, *length))
        return true;
    free(*data);
    *data = NULL;
    return fault_set(fault, FAULT_FAILED, 0,
                     "The SHA-256 of the backup %s differs from the one in the journal.", path);
}

static bool read_backups(const struct files *files, struct find *find, struct fault *fault)
{
    uint64_t bytes = 0;

    find->contents = calloc(find->journal.count, sizeof *find->contents);
    if (!find->contents)
        return fault_no_memory(fault);
    for (size_t i = 0; i < find->journal.count; i++) {
        const struct journal_entry *entry = &find->journal.entries[i];
        struct bytes *content = &find->contents[i];
        struct fault own;

        find->backups += *entry->backup != '\0';
        if (!*entry->backup ||
            !read_backup(files, find->folder, entry, &content->data, &content->length, &own))
            continue;
        find->good_backups++;
        bytes += content->length;
        if (bytes > ALL_BACKUPS_BYTES)
            return fault_set(fault, FAULT_USAGE, 0,
                             "The backups in %s are larger than 512 MB together, so maxport did "
                             "not write them. Nothing was changed.",
                             find->folder);
    }
    return true;
}

/* ---- the new journal --------------------------------------------------- */

/* A change resolves all interrupted changes before it starts, so only the newest change can be
 * interrupted. */
static bool is_never_written(const struct journal *journal, size_t index)
{
    if (!journal_is_open(&journal->entries[index]))
        return false;
    for (size_t i = index + 1; i < journal->count; i++)
        if (!entry_state_is_single(journal->entries[i].state))
            return true;
    return false;
}

static bool collect(void *context, const char *name, const void *data, size_t length,
                    struct fault *fault)
{
    struct text *lines = context;

    (void)name;
    if (length > JOURNAL_BYTES - lines->length)
        return fault_set(fault, FAULT_USAGE, 0,
                         "The journal of this folder would be larger than %d MB in the new store, "
                         "the most that maxport takes over. Neither the folder nor the current "
                         "store was changed.",
                         JOURNAL_BYTES >> 20);
    text_append(lines, data, length);
    return !lines->is_broken || fault_no_memory(fault);
}

/* Appends the lines of one entry. The lines of the old journal are not copied. */
static bool write_lines(struct text *lines, const struct journal_entry *old, struct fault *fault)
{
    const struct store collector = {.context = lines, .append = collect};
    struct journal_entry entry = *old;

    entry.undo_file[0] = '\0';
    entry.is_boot_known = false;
    entry.key_written_ms = 0;
    entry.no_effect = 0;
    return journal_write_started(&collector, &entry, fault) &&
           (entry.state == ENTRY_OPEN || entry_state_is_single(entry.state) ||
            journal_write_ended(&collector, &entry, fault));
}

static bool make_lines(const struct journal *old, struct find *find, struct fault *fault)
{
    find->bad_lines = old->bad_count;
    for (size_t i = 0; i < old->count; i++) {
        const struct journal_entry *entry = &old->entries[i];

        if (entry_state_is_return(entry->state))
            find->returns++; /* a scheduled return would apply to this machine now */
        else if (is_never_written(old, i))
            find->unended++;
        else if (!write_lines(&find->lines, entry, fault))
            return false;
    }
    return true;
}

/* Parses the new journal as a later command will parse it. Every line must be good; otherwise
 * maxport would show entries here that it later omits. */
static bool read_back(struct find *find, const char *path, struct fault *fault)
{
    if (!journal_parse(find->lines.data, find->lines.length, &find->journal, fault))
        return false;
    if (find->journal.bad_count)
        return fault_set(
            fault, FAULT_USAGE, 0,
            "The entry numbers in the journal %s have gaps that are too large: without "
            "the omitted entries, maxport could not read the new journal. Neither the "
            "folder nor the current store was changed.",
            path);
    return find->journal.count ||
           fault_set(fault, FAULT_MISSING, 0,
                     "The journal %s contains no entry that maxport could take over. Nothing was "
                     "changed.",
                     path);
}

static bool look(const struct machine *machine, struct find *find, struct fault *fault)
{
    const struct files *files = &machine->files;
    char path[STORE_PATH_SIZE];
    char *data;
    size_t length;
    struct journal old;
    bool is_made;

    if (!join(find->folder, "journal.jsonl", path, fault))
        return false;
    if (!files->read(files->context, path, JOURNAL_BYTES, &data, &length, fault))
        return fault_prefix(
            fault, "Nothing was changed, because the journal to take over could not be read");
    is_made = journal_parse(data, length, &old, fault);
    free(data);
    if (!is_made)
        return false;
    is_made = make_lines(&old, find, fault);
    journal_release(&old);
    return is_made && read_back(find, path, fault) && read_backups(files, find, fault);
}

/* ---- showing ---------------------------------------------------------- */

static void print_undoable(struct output *output, const struct journal_entry *entry)
{
    struct text label, values;

    for (size_t i = 0; i < entry->step_count; i++) {
        text_init(&label);
        text_init(&values);
        text_printf(&label, "  Undo %-5llu ", (unsigned long long)entry->id);
        entry_print_place(&entry->steps[i], &values);
        text_puts(&values, "  ");
        value_print(&entry->steps[i].after, &values);
        text_puts(&values, " -> ");
        value_print(&entry->steps[i].before, &values);
        output_labelled(output, text_string(&label), text_string(&values), 13);
        text_release(&label);
        text_release(&values);
    }
}

static void print_find(struct output *output, const struct find *find)
{
    const struct journal *journal = &find->journal;
    const struct journal_entry *open = journal_open_entry(journal);

    struct text safe;

    text_init(&safe);
    text_name(&safe, find->folder);
    output_labelled(output, "  Folder", text_string(&safe), 11);
    text_release(&safe);
    output_printf(output, "  Journal  %zu entr%s\n", journal->count,
                  journal->count == 1 ? "y" : "ies");
    output_printf(output, "  Backups  %zu of %zu exist and match their SHA-256\n",
                  find->good_backups, find->backups);
    for (size_t i = journal->count; i > 0; i--)
        if (journal_is_undoable(&journal->entries[i - 1]))
            print_undoable(output, &journal->entries[i - 1]);
    if (open)
        output_remark(output,
                      "Change %llu was interrupted or only partly rolled back. The next command "
                      "that changes settings shows how it will resolve this change, then resolves "
                      "it.",
                      (unsigned long long)open->id);
    if (find->bad_lines)
        output_remark(output,
                      "Journal lines that maxport could not have written: %zu. They are omitted.",
                      find->bad_lines);
    if (find->unended)
        output_remark(output,
                      "Interrupted changes that precede another change: %zu. maxport resolves an "
                      "interrupted change before it starts another, so it could not have written "
                      "them. They are omitted.",
                      find->unended);
    if (find->returns)
        output_remark(output,
                      "Returns to a restore point: %zu. They are omitted, because maxport takes "
                      "over only changes and backups.",
                      find->returns);
    output_puts(output, "\n");
    output_paragraph(output, 0,
                     "Take over this store only if you know that it belongs to this machine, "
                     "because maxport undo will write the values shown here. Undo files are "
                     "omitted; maxport undo does not need them.");
}

static bool report(struct invocation *invocation, const struct find *find, bool is_adopted,
                   const char *unpublished, struct fault *fault)
{
    struct output *output = &invocation->output;
    const struct journal *journal = &find->journal;
    json_t *document, *undoable;

    if (!output->is_json) {
        if (is_adopted)
            output_printf(output, "\nTaken over: %zu entr%s, %zu backup%s.\n", journal->count,
                          journal->count == 1 ? "y" : "ies", find->good_backups,
                          find->good_backups == 1 ? "" : "s");
        else
            output_puts(output, "\nDry run: nothing was written.\n");
        if (*unpublished)
            output_remark(output, "The public copies are not up to date: %s", unpublished);
        return true;
    }
    document = command_document(invocation);
    undoable = json_array();
    for (size_t i = journal->count; i > 0; i--)
        if (journal_is_undoable(&journal->entries[i - 1]))
            json_array_append_new(undoable, json_integer((json_int_t)journal->entries[i - 1].id));
    json_object_set_new(document, "folder", document_text(find->folder));
    json_object_set_new(document, "is_adopted", json_boolean(is_adopted));
    json_object_set_new(document, "is_published", json_boolean(is_adopted && !*unpublished));
    json_object_set_new(document, "entries", json_integer((json_int_t)journal->count));
    json_object_set_new(document, "left_out", json_integer((json_int_t)find->bad_lines));
    json_object_set_new(document, "left_out_returns", json_integer((json_int_t)find->returns));
    json_object_set_new(document, "left_out_unended", json_integer((json_int_t)find->unended));
    json_object_set_new(document, "backups", json_integer((json_int_t)find->backups));
    json_object_set_new(document, "good_backups", json_integer((json_int_t)find->good_backups));
    json_object_set_new(document, "undoable", undoable);
    return output_json(output, document, fault);
}

/* ---- taking over ------------------------------------------------------ */

/* Fails if the current store already has entries, because two journals cannot be merged. */
static bool refuse_in_use(const struct store *store, enum store_view view, struct fault *fault)
{
    char why[STORE_PATH_SIZE];
    enum store_state state;
    struct journal journal;
    bool is_empty;

    if (!store->inspect(store->context, &state, why, fault))
        return false;
    if (state != STORE_TRUSTED)
        return true;
    if (!journal_read(store, view, &journal, fault))
        return false;
    is_empty = journal.count == 0 && journal.bad_count == 0 && !journal.torn_length;
    if (!is_empty)
        fault_set(fault, FAULT_USAGE, 0,
                  "The current store has %zu entr%s, and two journals cannot be merged. First "
                  "undo its changes (maxport undo) and delete it (maxport store remove), then "
                  "take over the other store. Nothing was changed.",
                  journal.count, journal.count == 1 ? "y" : "ies");
    journal_release(&journal);
    return is_empty;
}

/* The caller has locked the store. Writes the journal last, so that it never names a backup that is
 * still to be written. */
static bool write_all(const struct store *store, const struct find *find, struct fault *fault)
{
    for (size_t i = 0; i < find->journal.count; i++) {
        const struct bytes *content = &find->contents[i];

        if (content->data && !store->replace(store->context, find->journal.entries[i].backup,
                                             content->data, content->length, fault))
            return false;
    }
    return store->replace(store->context, "journal.jsonl", find->lines.data, find->lines.length,
                          fault);
}

static bool write_locked(const struct store *store, const struct find *find, char *unpublished,
                         struct fault *fault)
{
    struct fault own;
    bool is_written;

    if (!store->lock(store->context, LOCK_WAIT_MS, fault))
        return false;
    is_written = refuse_in_use(store, STORE_PRIVATE, fault) && write_all(store, find, fault);
    store->unlock(store->context);
    if (!store->publish(store->context, &own))
        memcpy(unpublished, own.text, sizeof own.text);
    return is_written;
}

static bool adopt(struct invocation *invocation, const struct find *find, char *unpublished,
                  struct fault *fault)
{
    const struct store *store = &invocation->machine->store;
    struct store_preparation preparation = {.moved_to = ""};
    const char *folder = find->folder;
    char path[STORE_PATH_SIZE];
    struct text words;
    bool is_written = store->prepare(store->context, &preparation, fault);

    text_init(&words);
    if (*preparation.moved_to) {
        text_printf(&words, "The folder at the path of the store was renamed to %s.",
                    preparation.moved_to);
        if (find->is_in_place)
            folder = preparation.moved_to;
    }
    if (*preparation.given_up) {
        store->path(store->context, STORE_PUBLIC, "", path);
        text_printf(&words, "%sAnother program prevents renaming %s, so the store is now %s.",
                    words.length ? " " : "", preparation.given_up, path);
    }
    if (words.length) {
        output_remark(&invocation->output, "%s", text_string(&words));
        text_safe(&invocation->aside, text_string(&words), words.length);
    }
    is_written = is_written && write_locked(store, find, unpublished, fault);
    if (!is_written && words.length)
        fault_except(fault, text_string(&words));
    text_release(&words);
    if (!is_written)
        return false;
    invocation->has_changed = true;
    invocation->event = AUDIT_ADOPTED;
    text_printf(&invocation->told, "store taken over from %s: %zu entries, %zu backups", folder,
                find->journal.count, find->good_backups);
    return true;
}

/* ---- the command ------------------------------------------------------ */

static bool choose_folder(struct invocation *invocation, struct find *find, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    const struct store *store = &machine->store;
    char own[STORE_PATH_SIZE], why[STORE_PATH_SIZE];
    enum store_state state;

    store->path(store->context, command_view(invocation), "", own);
    if (!store->inspect(store->context, &state, why, fault))
        return false;
    if (invocation->argument_count) {
        machine->files.path(machine->files.context, invocation->arguments[0], find->folder);
        find->is_in_place = ascii_compare(find->folder, own) == 0;
    } else {
        memcpy(find->folder, own, sizeof own);
        find->is_in_place = true;
    }
    if (find->is_in_place && state != STORE_UNTRUSTED)
        return fault_set(
            fault, FAULT_USAGE, 0,
            state == STORE_TRUSTED
                ? "%s is the current store. Name the folder to take over, for example: "
                  "maxport store adopt D:\\restored\\maxport. Nothing was changed."
                : "The folder %s does not exist. Name the folder to take over, such "
                  "as maxport store adopt D:\\restored\\maxport. Nothing was "
                  "changed.",
            own);
    return true;
}

/* Reads --dry-run before run.c checks for administrator rights, because a dry run does not need
 * them. */
static bool evaluate_adopt(struct invocation *invocation, struct fault *fault)
{
    (void)fault;
    invocation->is_dry_run = invocation->option[OPTION_LOOK] != NULL;
    invocation->is_yes = invocation->option[OPTION_YES_TO_ADOPT] != NULL;
    return true;
}

static bool run_adopt(struct invocation *invocation, struct fault *fault)
{
    char unpublished[FAULT_TEXT_SIZE] = "";
    struct find find = {.folder = ""};
    bool is_done;

    journal_init(&find.journal);
    text_init(&find.lines);
    is_done = choose_folder(invocation, &find, fault) &&
              refuse_in_use(&invocation->machine->store, command_view(invocation), fault) &&
              look(invocation->machine, &find, fault);
    if (is_done && !invocation->output.is_json)
        print_find(&invocation->output, &find);
    if (is_done && !invocation->is_dry_run)
        is_done = command_confirm(invocation, "Take over this store?", fault) &&
                  adopt(invocation, &find, unpublished, fault);
    is_done = is_done && report(invocation, &find, !invocation->is_dry_run, unpublished, fault);
    find_release(&find);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_YES_TO_ADOPT] = {"yes", NULL,
                             "do not ask for confirmation; required without a "
                             "console",
                             false},
    [OPTION_LOOK] = {"dry-run", NULL, "show what would be taken over, write nothing", false},
    {NULL, NULL, NULL, false},
};

const struct command command_store_adopt = {
    .name = "store adopt",
    .summary = "take over a store that was restored from a backup of files",
    .arguments = "[FOLDER]",
    .examples = "maxport store adopt --dry-run|show the contents of the untrusted folder\n"
                "maxport store adopt|take over the folder, after a question\n"
                "maxport store adopt D:\\restored\\maxport|take over another folder\n",
    .details =
        "maxport trusts only a store that an elevated maxport created and recorded in "
        "HKEY_LOCAL_MACHINE\\SOFTWARE\\maxport. A folder that was restored from a backup of "
        "files is not the recorded folder, so the next change renames it without reading it. "
        "This command shows the changes and backups in the folder, asks for confirmation, and "
        "copies them to a new store: only journal entries that maxport could have written, and "
        "only backups whose SHA-256 matches. The old folder is not changed. Without FOLDER, the "
        "command uses the folder at the path of the store.\n",
    .flags = COMMAND_ADMINISTRATOR,
    .argument_minimum = 0,
    .argument_maximum = 1,
    .options = options,
    .evaluate = evaluate_adopt,
    .run = run_adopt,
};
