#include <stdlib.h>
#include <string.h>

#include "cli/frame/apply_flow.h"
#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "core/change/change.h"
#include "core/journal/regfile.h"

enum { OPTION_OVERWRITE = OPTION_OWN };

/* Error codes of files.write() if the file exists (winerror.h). */
enum { ERROR_FILE_EXISTS = 80, ERROR_ALREADY_EXISTS = 183 };

/* A backup that was written. */
struct backup {
    char path[STORE_PATH_SIZE];
    uint64_t id; /* id of the journal entry; 0: the user named a file */
    size_t key_count, value_count, left_out_count;
};

/* Counts keys and values by parsing the bytes of the backup. The parsing also proves that the
 * backup can be read. */
static bool count_backup(const void *data, size_t length, struct backup *backup,
                         struct fault *fault)
{
    struct regfile file;

    if (!regfile_parse(backup->path, data, length, &file, fault))
        return fault_set(fault, FAULT_FAILED, 0, "The backup could not be read: %s", fault->text);
    backup->key_count = file.key_count;
    backup->value_count = file.count;
    backup->left_out_count = file.left_out_count;
    regfile_release(&file);
    return true;
}

static bool write_to_file(struct invocation *invocation, const char *path, struct backup *backup,
                          struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct regfile_writer file;
    bool is_written;

    machine->files.path(machine->files.context, path, backup->path);
    regfile_writer_init(&file);
    is_written = regfile_export(&machine->registry, TCPIP_PARAMETERS, &file, fault) &&
                 regfile_writer_finish(&file, fault) &&
                 count_backup(file.bytes.data, file.bytes.length, backup, fault) &&
                 machine->files.write(machine->files.context, path,
                                      invocation->option[OPTION_OVERWRITE] != NULL, file.bytes.data,
                                      file.bytes.length, fault);
    regfile_writer_release(&file);
    if (!is_written && fault->kind == FAULT_USAGE &&
        (fault->code == ERROR_FILE_EXISTS || fault->code == ERROR_ALREADY_EXISTS))
        fault_set(fault, FAULT_USAGE, fault->code, "%s Use --overwrite to replace it.",
                  fault->text);
    return is_written;
}

/* Reads the private file of the backup that was just written to the store, and counts its
 * content. */
static bool count_stored(const struct machine *machine, struct backup *backup, struct fault *fault)
{
    const struct store *store = &machine->store;
    const struct journal_entry *entry;
    struct journal journal;
    char *data;
    size_t length;
    bool is_counted;

    if (!journal_read(store, STORE_PRIVATE, &journal, fault))
        return false;
    entry = journal_find(&journal, backup->id);
    is_counted = (entry || fault_set(fault, FAULT_STORE, 0, "The backup is not in the journal.")) &&
                 store->read(store->context, STORE_PRIVATE, entry->backup, &data, &length, fault);
    if (is_counted) {
        is_counted = count_backup(data, length, backup, fault);
        free(data);
    }
    journal_release(&journal);
    return is_counted;
}

static bool write_to_store(struct invocation *invocation, struct backup *backup,
                           struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct identity identity;
    struct change change;

    if (invocation->option[OPTION_OVERWRITE])
        return fault_set(fault, FAULT_USAGE, 0,
                         "--overwrite needs a FILE; a backup in the store never replaces "
                         "another. Nothing was written.");
    if (machine->identity.read(machine->identity.context, &identity, fault) &&
        !identity.is_elevated)
        return fault_set(fault, FAULT_DENIED, 0,
                         "A backup to the store needs an administrator. Run maxport from an "
                         "elevated prompt, or write a file instead: maxport backup FILE. Nothing "
                         "was written.");
    change_init(&change, invocation->command->name);
    if (!change_backup_only(machine, &change, fault))
        return false;
    apply_flow_remark_store(invocation, &change);
    backup->id = change.id;
    memcpy(backup->path, change.backup, sizeof backup->path);
    return count_stored(machine, backup, fault) ||
           fault_prefix(fault, "Backup %llu was written to %s but could not be read back",
                        (unsigned long long)backup->id, backup->path);
}

static void print_backup(struct output *output, const struct backup *backup, const char *restore)
{
    char keys[NUMBER_SIZE], values[NUMBER_SIZE], left_out[NUMBER_SIZE];
    struct text safe;

    text_init(&safe);
    text_safe(&safe, backup->path, strlen(backup->path));
    output_printf(output, "Backup of HKEY_LOCAL_MACHINE\\%s\n", TCPIP_PARAMETERS);
    output_printf(output, "  File          %s\n", text_string(&safe));
    output_printf(output, "  Contains      %s key%s, %s value%s\n",
                  number_string(keys, backup->key_count), backup->key_count == 1 ? "" : "s",
                  number_string(values, backup->value_count), backup->value_count == 1 ? "" : "s");
    text_release(&safe);
    text_safe(&safe, restore, strlen(restore));
    output_printf(output, "  To restore    %s\n", text_string(&safe));
    text_release(&safe);
    if (backup->left_out_count > 0)
        output_remark(output,
                      "Not included: %s name%s with a line break or a NUL, which a .reg file "
                      "cannot store. Comments in the file list what was left out.",
                      number_string(left_out, backup->left_out_count),
                      backup->left_out_count == 1 ? "" : "s");
}

static bool report(struct output *output, json_t *document, const struct backup *backup,
                   struct fault *fault)
{
    struct text restore;
    bool is_reported = true;

    text_init(&restore);
    text_puts(&restore, "maxport restore ");
    if (backup->id)
        text_printf(&restore, "%llu", (unsigned long long)backup->id);
    else
        text_printf(&restore, strchr(backup->path, ' ') ? "\"%s\"" : "%s", backup->path);
    if (output->is_json) {
        json_object_set_new(document, "id",
                            backup->id ? json_integer((json_int_t)backup->id) : json_null());
        json_object_set_new(document, "path", document_text(backup->path));
        json_object_set_new(document, "key", json_string(TCPIP_PARAMETERS));
        json_object_set_new(document, "key_count", json_integer((json_int_t)backup->key_count));
        json_object_set_new(document, "value_count", json_integer((json_int_t)backup->value_count));
        json_object_set_new(document, "left_out_count",
                            json_integer((json_int_t)backup->left_out_count));
        json_object_set_new(document, "restore_command", document_text(text_string(&restore)));
        is_reported = output_json(output, document, fault);
    } else {
        json_decref(document);
        print_backup(output, backup, text_string(&restore));
    }
    text_release(&restore);
    return is_reported;
}

static bool run_backup(struct invocation *invocation, struct fault *fault)
{
    struct backup backup = {.id = 0};
    bool is_written = invocation->argument_count > 0
                          ? write_to_file(invocation, invocation->arguments[0], &backup, fault)
                          : write_to_store(invocation, &backup, fault);

    invocation->has_written_file = is_written;
    return is_written && report(&invocation->output, command_document(invocation), &backup, fault);
}

static const struct option_row options[] = {
    [OPTION_OVERWRITE] = {"overwrite", NULL, "replace FILE if it exists", false},
    {NULL, NULL, NULL, false},
};

const struct command command_backup = {
    .name = "backup",
    .summary = "save the Tcpip\\Parameters key to a .reg file",
    .arguments = "[FILE]",
    .examples = "maxport backup|save to the store and list the backup in the journal\n"
                "maxport backup before.reg|save to a file; needs no administrator\n"
                "maxport backup before.reg --overwrite|replace the file if it exists\n",
    .details =
        "The file contains the registry key Tcpip\\Parameters and its subkeys, every value byte "
        "for byte, in the format "
        "that regedit and reg import read (version 5, UTF-16). To compare it with the registry "
        "and restore settings from it, use maxport restore.\n"
        "Every command that changes a setting makes a backup of the key first.\n",
    .argument_minimum = 0,
    .argument_maximum = 1,
    .options = options,
    .run = run_backup,
};
