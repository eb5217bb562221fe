#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/apply_flow.h"
#include "cli/frame/document.h"
#include "core/base/quote.h"
#include "core/change/entry_backup.h"
#include "core/change/entry_text.h"
#include "core/change/plan_make.h"
#include "core/journal/regfile.h"
#include "core/journal/regfile_diff.h"
#include "core/rules/restore_rule.h"

enum { OPTION_VALUE = OPTION_OWN, OPTION_EXACT, OPTION_FORCE };

enum {
    /* This limit is large: a backup of the key has at most a few hundred kilobytes. */
    FILE_MAX = 16 * 1024 * 1024,
    REQUEST_MAX = SETTINGS_MAX + REPEATED_MAX,
};

/* The data of one restore: the file, the registry, and the requests for plan_make(). */
struct restore {
    char path[STORE_PATH_SIZE];  /* of the file */
    char label[STORE_PATH_SIZE]; /* the path in a sentence, see name_quote() */
    struct regfile file;
    struct regfile registry; /* the current content of the registry */
    struct request requests[REQUEST_MAX];
    size_t request_count;
    bool is_exact, is_forced;
};

static void restore_release(struct restore *restore)
{
    for (size_t i = 0; i < restore->request_count; i++)
        value_release(&restore->requests[i].wanted);
    regfile_release(&restore->file);
    regfile_release(&restore->registry);
    free(restore);
}

/* ---- the file --------------------------------------------------------- */

/* Returns whether a path in the file is Tcpip\Parameters in a numbered control set, such as
 * ControlSet001. */
static bool is_other_control_set(const char *path)
{
    static const char front[] = "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet";
    static const char back[] = "\\Services\\Tcpip\\Parameters";
    char start[sizeof front];

    snprintf(start, sizeof start, "%s", path);
    return ascii_compare(start, front) == 0 && strlen(path) > sizeof front - 1 + 3 &&
           ascii_compare(path + sizeof front - 1 + 3, back) == 0;
}

static bool refuse_control_set(const struct machine *machine, const struct restore *restore,
                               const struct regfile_ignored *key, struct fault *fault)
{
    struct place place;
    struct value current = value_absent();
    struct fault ignored;
    char now[32] = "";

    if (place_registry(&place, "SYSTEM\\Select", "Current", &ignored) &&
        machine->registry.read(machine->registry.context, &place, &current, &ignored) &&
        current.kind == VALUE_NUMBER)
        snprintf(now, sizeof now, ", now ControlSet%03lu", (unsigned long)current.number);
    value_release(&current);
    return fault_set(fault, FAULT_USAGE, 0,
                     "%s, line %u: the key is in another control set. maxport restores only the "
                     "control set in use (CurrentControlSet%s). To restore the key there, write "
                     "CurrentControlSet in the file. Nothing was changed.",
                     restore->label, key->line, now);
}

/* Refuses a file without the key. If the file has a setting under another key, such as Interfaces,
 * the fault names this setting, because Windows does not read it there. */
static bool refuse_misplaced(const struct restore *restore, struct fault *fault)
{
    char key[204];

    for (size_t i = 0; i < restore->file.count; i++) {
        const struct regfile_value *value = &restore->file.values[i];
        const struct setting *setting = setting_find(value->name);

        if (setting)
            return fault_set(fault, FAULT_USAGE, 0,
                             "%s, line %u: %s is under %s, but Windows reads it only under %s. "
                             "Nothing was changed.",
                             restore->label, value->line, setting->name,
                             name_quote(value->key, key, sizeof key), TCPIP_PARAMETERS);
    }
    return fault_set(fault, FAULT_USAGE, 0,
                     "%s does not contain the key %s, so nothing can be restored from it. "
                     "Nothing was changed.",
                     restore->label, TCPIP_PARAMETERS);
}

static bool check_keys(const struct machine *machine, const struct restore *restore,
                       struct fault *fault)
{
    for (size_t i = 0; i < restore->file.ignored_count; i++)
        if (is_other_control_set(restore->file.ignored[i].path))
            return refuse_control_set(machine, restore, &restore->file.ignored[i], fault);
    return regfile_find_key(&restore->file, TCPIP_PARAMETERS) || refuse_misplaced(restore, fault);
}

/* Refuses a value that the documentation does not allow, unless --force is given. */
static bool check_value(const struct restore *restore, const struct setting *setting,
                        const struct os_version *os, struct fault *fault)
{
    const struct regfile_value *found =
        regfile_find(&restore->file, TCPIP_PARAMETERS, setting->name);
    struct text shown, slip;
    uint32_t minimum, maximum;

    if (!found || found->value.kind == VALUE_ABSENT || restore->is_forced ||
        setting_accepts(setting, os, &found->value))
        return true;
    text_init(&shown);
    text_init(&slip);
    value_print(&found->value, &shown);
    setting_print_slip(setting, os, &found->value, &slip);
    setting_bounds(setting, os, &minimum, &maximum);
    fault_set(fault, FAULT_USAGE, 0,
              "%s, line %u: %s must be a whole number from %u to %u, not %.80s.%s Nothing was "
              "changed. To write the value anyway, add --force.",
              restore->label, found->line, setting->name, (unsigned)minimum, (unsigned)maximum,
              text_string(&shown), text_string(&slip));
    text_release(&slip);
    text_release(&shown);
    return false;
}

static bool read_file(const struct machine *machine, const char *path, struct restore *restore,
                      struct fault *fault)
{
    const struct files *files = &machine->files;
    struct os_version os;
    char *data;
    size_t length;
    bool is_read;

    files->path(files->context, path, restore->path);
    name_quote(restore->path, restore->label, sizeof restore->label);
    if (!machine->os_version.read(machine->os_version.context, &os, fault) ||
        !files->read(files->context, path, FILE_MAX, &data, &length, fault))
        return false;
    is_read = regfile_read(restore->path, data, length, TCPIP_PARAMETERS, &restore->file, fault) &&
              check_keys(machine, restore, fault);
    free(data);
    for (size_t i = 0; i < setting_count && is_read; i++)
        is_read = check_value(restore, setting_at(i), &os, fault);
    return is_read;
}

static bool read_stored(const struct machine *machine, struct survey *survey, const char *id,
                        struct restore *restore, struct fault *fault)
{
    const struct store *store = &machine->store;
    const struct journal_entry *entry;
    uint64_t number;
    char *data;
    size_t length;
    bool is_read;

    if (*survey->store_trouble)
        return fault_set(fault, FAULT_FAILED, 0, "%s Nothing was changed.", survey->store_trouble);
    if (!survey_read_older(machine, survey, fault))
        return false;
    entry = journal_parse_id(id, &number) ? journal_find(&survey->journal, number) : NULL;
    if (!entry || !*entry->backup)
        return fault_set(fault, FAULT_MISSING, 0,
                         "The journal has no backup %.40s. To list its entries, run maxport "
                         "history. To name a file, write .\\%.40s. Nothing was changed.",
                         id, id);
    store->path(store->context, survey->view, entry->backup, restore->path);
    name_quote(restore->path, restore->label, sizeof restore->label);
    if (!store->read(store->context, survey->view, entry->backup, &data, &length, fault)) {
        if (survey->view == STORE_PUBLIC)
            entry_print_unseen(fault);
        return fault_prefix(fault, "The backup of entry %.40s could not be read", id);
    }
    if (!restore->is_forced && !entry_backup_matches(entry, data, length)) {
        free(data);
        return fault_set(fault, FAULT_FAILED, 0,
                         "The backup %s was modified: its SHA-256 differs from the one in the "
                         "journal. Nothing was changed. To restore from it anyway, use --force.",
                         restore->label);
    }
    is_read = regfile_parse(restore->path, data, length, &restore->file, fault) &&
              check_keys(machine, restore, fault);
    free(data);
    return is_read;
}

/* ---- values to restore ------------------------------------------------ */

/* Adds a request for a place, with the value in the file. If the file does not contain the place,
 * adds a request to delete the value if --exact is given, and otherwise adds nothing. */
static bool add_request(struct restore *restore, const struct place *place, struct fault *fault)
{
    struct request *request = &restore->requests[restore->request_count];
    const struct regfile_value *value = regfile_find(&restore->file, place->key, place->name);

    for (size_t i = 0; i < restore->request_count; i++)
        if (place_equal(&restore->requests[i].place, place))
            return true;
    if (!value && !restore->is_exact)
        return true;
    request->wanted = value_absent();
    if (value && !value_copy(&request->wanted, &value->value, fault))
        return false;
    request->place = *place;
    restore->request_count++;
    return true;
}

/* Checks the names given with --value, before a file or the registry is read. */
static bool check_names(const struct invocation *invocation, struct fault *fault)
{
    struct place place;

    for (size_t i = 0; i < invocation->repeated.count; i++)
        if (!place_registry(&place, TCPIP_PARAMETERS, invocation->repeated.values[i], fault) ||
            !restore_rule_allows(&place, fault))
            return fault_prefix(fault, "--value");
    return true;
}

static bool make_requests(const struct invocation *invocation, struct restore *restore,
                          struct fault *fault)
{
    struct place place;

    for (size_t i = 0; i < setting_count; i++) {
        place = setting_place(setting_at(i));
        if (!add_request(restore, &place, fault))
            return false;
    }
    for (size_t i = 0; i < invocation->repeated.count; i++) {
        const char *name = setting_spelling(invocation->repeated.values[i]);

        if (!place_registry(&place, TCPIP_PARAMETERS, name, fault) ||
            !add_request(restore, &place, fault))
            return false;
        if (!restore->is_exact && !regfile_find(&restore->file, place.key, place.name))
            return fault_set(fault, FAULT_USAGE, 0,
                             "%s does not contain %.255s, so there is nothing to restore. To "
                             "delete a value that the file does not contain, use --exact. "
                             "Nothing was changed.",
                             restore->label, name);
    }
    return true;
}

/* ---- the differences -------------------------------------------------- */

static const struct {
    const char *words, *key; /* text for the screen, key for JSON */
} kinds[REGFILE_DIFF_KIND_COUNT] = {
    [REGFILE_DIFF_VALUE] = {"differs", "differs"},
    [REGFILE_DIFF_ONLY_IN_FILE] = {"only in the file", "only_in_file"},
    [REGFILE_DIFF_ONLY_IN_REGISTRY] = {"only in the registry", "only_in_registry"},
};

/* Where the differences are printed: to the screen or to a JSON document. */
struct difference_output {
    const struct restore *restore;
    struct output *output;
    json_t *rows; /* NULL: print to the screen */
    size_t restored_count;
};

static bool is_restored(const struct restore *restore, const struct regfile_diff *difference)
{
    if (!difference->name || ascii_compare(difference->key, TCPIP_PARAMETERS) != 0)
        return false;
    for (size_t i = 0; i < restore->request_count; i++)
        if (ascii_compare(restore->requests[i].place.name, difference->name) == 0)
            return true;
    return false;
}

/* Returns whether the path of a subkey consists of plain names and GUIDs in braces. */
static bool key_is_plain(const char *path)
{
    char plain[PLACE_KEY_SIZE];
    size_t length = 0;

    for (; *path && length + 1 < sizeof plain; path++)
        if (*path != '{' && *path != '}')
            plain[length++] = *path;
    plain[length] = '\0';
    return !*path && length && name_is_plain(plain);
}

/* Prints a name such as "MaxUserPort", "Interfaces\{...}\DhcpServer" or "Interfaces\{...}\
 * (key)". */
static void print_name(struct text *text, const struct regfile_diff *difference)
{
    const char *below = difference->key + strlen(TCPIP_PARAMETERS);

    if (*below) {
        if (key_is_plain(below + 1))
            text_puts(text, below + 1);
        else
            text_quote(text, below + 1);
        text_puts(text, "\\");
    }
    if (!difference->name)
        text_puts(text, " (key)");
    else if (!*difference->name)
        text_puts(text, "(Default)");
    else
        text_name(text, setting_spelling(difference->name));
}

/* If the file and the registry both have a value, prints the two values below each other, so that
 * the user can compare them. */
static void print_difference(struct output *output, const struct regfile_diff *difference,
                             bool is_back)
{
    struct text line;

    text_init(&line);
    text_printf(&line, "  %-20s  ", kinds[difference->kind].words);
    print_name(&line, difference);
    if (difference->name && difference->kind != REGFILE_DIFF_VALUE) {
        text_puts(&line, ": ");
        value_print(difference->kind == REGFILE_DIFF_ONLY_IN_FILE ? difference->in_file
                                                                  : difference->in_registry,
                    &line);
    }
    if (is_back)
        text_puts(&line, difference->in_file->kind == VALUE_ABSENT ? " - to be deleted"
                                                                   : " - to be restored");
    if (difference->kind == REGFILE_DIFF_VALUE) {
        text_printf(&line, "\n%26sfile      ", "");
        value_print(difference->in_file, &line);
        text_printf(&line, "\n%26sregistry  ", "");
        value_print(difference->in_registry, &line);
    }
    text_puts(&line, "\n");
    output_text(output, &line);
    text_release(&line);
}

static bool report_difference(void *context, const struct regfile_diff *difference,
                              struct fault *fault)
{
    struct difference_output *printed = context;
    bool is_back = is_restored(printed->restore, difference);

    printed->restored_count += is_back;
    if (!printed->rows) {
        print_difference(printed->output, difference, is_back);
        return true;
    }
    return json_array_append_new(
               printed->rows,
               json_pack("{s:s, s:o, s:o, s:o, s:o, s:b}", "kind", kinds[difference->kind].key,
                         "key", document_text(difference->key), "name",
                         difference->name ? document_text(setting_spelling(difference->name))
                                          : json_null(),
                         "file", document_value(difference->in_file), "registry",
                         document_value(difference->in_registry), "is_put_back", is_back)) == 0 ||
           fault_no_memory(fault);
}

static void print_summary(struct output *output, size_t count, size_t restored_count)
{
    char number[NUMBER_SIZE], back[NUMBER_SIZE];

    if (count == 0) {
        output_puts(output, "  none\n\n");
        return;
    }
    output_printf(output,
                  "\n"
                  "%s difference%s, %s to be restored.%s\n"
                  "\n",
                  number_string(number, count), count == 1 ? "" : "s",
                  number_string(back, restored_count),
                  restored_count < count ? " The rest is left unchanged." : "");
}

static void print_ignored(struct output *output, const struct restore *restore)
{
    enum { SHOWN = 5 };
    const struct regfile *file = &restore->file;
    struct text path;

    for (size_t i = 0; i < file->ignored_count && i < SHOWN; i++) {
        text_init(&path);
        text_name(&path, file->ignored[i].path);
        output_paragraph(output, 0, "Ignored, line %u: %s", file->ignored[i].line,
                         text_string(&path));
        text_release(&path);
    }
    if (file->ignored_count > SHOWN)
        output_paragraph(output, 0, "Ignored: %zu further keys", file->ignored_count - SHOWN);
}

/* Prints the settings that the file contains twice. */
static void print_repeated(struct output *output, const struct restore *restore)
{
    for (size_t i = 0; i < restore->request_count; i++) {
        const struct place *place = &restore->requests[i].place;
        const struct regfile_value *value = regfile_find(&restore->file, place->key, place->name);

        if (value && value->replaced_line)
            output_paragraph(output, 0,
                             "%s is on line %u and on line %u; as in regedit, the last one counts.",
                             value->name, value->replaced_line, value->line);
    }
}

static bool print_differences(struct output *output, const struct restore *restore,
                              struct fault *fault)
{
    struct difference_output printed = {.restore = restore, .output = output};
    struct text safe;
    size_t count;

    print_ignored(output, restore);
    print_repeated(output, restore);
    text_init(&safe);
    text_name(&safe, restore->path);
    output_printf(output, "Differences between %s and\nHKEY_LOCAL_MACHINE\\%s\n\n",
                  text_string(&safe), TCPIP_PARAMETERS);
    text_release(&safe);
    if (!regfile_diff_walk(&restore->file, &restore->registry, report_difference, &printed, &count,
                           fault))
        return false;
    print_summary(output, count, printed.restored_count);
    return true;
}

static json_t *ignored_keys(const struct restore *restore)
{
    json_t *keys = json_array();

    for (size_t i = 0; i < restore->file.ignored_count; i++)
        json_array_append_new(keys, json_pack("{s:o, s:I}", "key",
                                              document_text(restore->file.ignored[i].path), "line",
                                              (json_int_t)restore->file.ignored[i].line));
    return keys;
}

static json_t *make_document(const struct invocation *invocation, const struct restore *restore,
                             struct fault *fault)
{
    json_t *document = command_document(invocation);
    struct difference_output printed = {.restore = restore, .rows = json_array()};
    size_t count;

    /* json_object_set_new() always takes the reference to its value, so add the rows before any
     * call that can fail. */
    if (json_object_set_new(document, "differences", printed.rows) != 0 ||
        json_object_set_new(document, "file", document_text(restore->path)) != 0 ||
        json_object_set_new(document, "ignored_keys", ignored_keys(restore)) != 0) {
        fault_no_memory(fault);
    } else if (regfile_diff_walk(&restore->file, &restore->registry, report_difference, &printed,
                                 &count, fault)) {
        return document;
    }
    json_decref(document);
    return NULL;
}

/* ---- the command ------------------------------------------------------ */

static bool restore_values(struct invocation *invocation, struct survey *survey,
                           struct restore *restore, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct output *output = &invocation->output;
    json_t *document = NULL;
    struct plan plan;
    bool is_done;

    if (!regfile_of_registry(&machine->registry, TCPIP_PARAMETERS, &restore->registry, fault) ||
        !plan_make(machine, survey, restore->requests, restore->request_count, &plan, fault))
        return false;
    if (output->is_json)
        is_done = (document = make_document(invocation, restore, fault)) != NULL;
    else
        is_done = print_differences(output, restore, fault);
    is_done = is_done && apply_flow(invocation, survey, &plan, 0, document, fault);
    plan_release(&plan);
    return is_done;
}

static bool is_id(const char *argument)
{
    return *argument && argument[strspn(argument, "0123456789")] == '\0';
}

static bool run_restore(struct invocation *invocation, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    const char *argument = invocation->arguments[0];
    struct restore *restore = calloc(1, sizeof *restore);
    struct survey survey;
    bool is_done;

    if (!restore)
        return fault_no_memory(fault);
    restore->is_exact = invocation->option[OPTION_EXACT] != NULL;
    restore->is_forced = invocation->option[OPTION_FORCE] != NULL;
    /* If the user named a file, read and check it before the store is read. The backup of a journal
     * entry is read later, because its name is in the journal. */
    is_done = check_names(invocation, fault) &&
              (is_id(argument) || (read_file(machine, argument, restore, fault) &&
                                   make_requests(invocation, restore, fault))) &&
              apply_flow_begin(invocation, &survey, fault);
    if (is_done) {
        is_done = (!is_id(argument) || (read_stored(machine, &survey, argument, restore, fault) &&
                                        make_requests(invocation, restore, fault))) &&
                  restore_values(invocation, &survey, restore, fault);
        survey_release(&survey);
    }
    restore_release(restore);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_VALUE] = {"value", "NAME", "also restore this value of the key; can be repeated", true},
    [OPTION_EXACT] = {"exact", NULL, "also delete settings that the file does not contain", false},
    [OPTION_FORCE] = {"force", NULL,
                      "restore even if the stored backup was modified, or if a value of the "
                      "file is not documented",
                      false},
    {NULL, NULL, NULL, false},
};

const struct command command_restore = {
    .name = "restore",
    .summary = "restore settings from a .reg file or a backup",
    .arguments = "FILE | ID",
    .examples = "maxport restore 12 --dry-run|show the differences from backup 12, write nothing"
                "\n"
                "maxport restore before.reg|restore the settings in this file, after confirmation"
                "\n"
                "maxport restore 12 --value KeepAliveTime|also restore another value\n"
                "maxport restore 12 --exact|also delete settings that the backup does not contain"
                "\n",
    .details =
        "Shows every difference between the file and the registry, then restores, byte "
        "for byte, the settings that maxport supports (see maxport set --help) and the "
        "values named with --value. Everything else is only compared, because subkeys, host name, "
        "domain and DHCP data are the identity and live data of this machine. "
        "With --exact, maxport also deletes the supported settings and named values that "
        "the file does not contain.\n"
        "maxport makes a backup first, and maxport undo undoes the restore. An argument "
        "of digits only is the number of a journal entry, whose backup is restored (see "
        "maxport history). To name a file of digits only, write .\\12. The file must be a "
        "version 5 .reg file; other keys in the file are ignored. In a file "
        "that you name, a setting outside its documented bounds is refused, unless you add "
        "--force.\n",
    .flags = COMMAND_CHANGES | COMMAND_RESTORE_POINT,
    .argument_minimum = 1,
    .argument_maximum = 1,
    .argument_missing = "restore needs a file or a backup number, for example maxport restore 12.",
    .options = options,
    .run = run_restore,
};
