#include "cli/frame/sentence_list.h"

#include <stdio.h>
#include <string.h>

#include "cli/frame/document.h"

static void print_sentence(struct output *output, const struct sentence *sentence, size_t number,
                           enum sentence_marks marks)
{
    unsigned indent = marks == MARK_NONE ? 2 : marks == MARK_DASH ? 4 : 5;
    char label[16] = "  -";
    struct text words;

    if (marks == MARK_NONE)
        strcpy(label, " ");
    else if (marks == MARK_NUMBER)
        snprintf(label, sizeof label, "%3u.", (unsigned)number);
    text_init(&words);
    text_puts(&words, text_string(&sentence->text));
    if (sentence->is_inferred)
        text_puts(&words, " (Inferred.)");
    output_labelled(output, label, text_string(&words), indent);
    output->has_failed |= words.is_broken;
    text_release(&words);
    if (*sentence->command)
        output_paragraph(output, indent + 4, "%s", sentence->command);
}

void sentences_print(struct output *output, const char *heading, const struct sentences *sentences,
                     enum sentence_marks marks)
{
    if (!sentences->count)
        return;
    output_puts(output, "\n");
    output_style(output, STYLE_STRONG);
    output_printf(output, "%s\n", heading);
    output_style(output, STYLE_NORMAL);
    for (size_t i = 0; i < sentences->count; i++)
        print_sentence(output, &sentences->rows[i], i + 1, marks);
}

json_t *sentences_document(const struct sentences *sentences)
{
    json_t *result = json_array();

    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->rows[i];
        json_t *row =
            json_pack("{s:o, s:b, s:o}", "text", document_text(text_string(&sentence->text)),
                      "is_inferred", sentence->is_inferred, "command",
                      *sentence->command ? json_string(sentence->command) : json_null());

        if (json_array_append_new(result, row) != 0) {
            json_decref(result);
            return NULL;
        }
    }
    return result;
}

json_t *process_document(const struct snapshot *snapshot, uint32_t process)
{
    const struct process *row = processes_find(&snapshot->processes, process);
    json_t *services = json_array();
    struct text description;
    json_t *result;

    if (process == 0 || process == (uint32_t)OWNER_UNKNOWN) {
        json_decref(services);
        return json_null();
    }
    for (size_t i = 0; i < snapshot->services.count; i++)
        if (snapshot->services.rows[i].process == process)
            json_array_append_new(services, document_text(snapshot->services.rows[i].name));
    text_init(&description);
    snapshot_name(snapshot, process, &description);
    result = json_pack("{s:I, s:o, s:o, s:o}", "pid", (json_int_t)process, "name",
                       row ? document_text(row->name) : json_null(), "description",
                       document_text(text_string(&description)), "services",
                       snapshot->services.is_known ? services : json_null());
    if (!snapshot->services.is_known)
        json_decref(services);
    text_release(&description);
    return result;
}

json_t *process_details_document(const struct snapshot *snapshot, uint32_t process)
{
    struct process_details details;
    struct fault ignored;
    json_t *result;

    if (!process_has_details(process) ||
        !process_details_read(snapshot->process_source, &snapshot->processes, process,
                              snapshot->sockets.taken_unix_ms, false, &details, &ignored))
        return json_null();
    result = document_details(&details, false);
    process_details_release(&details);
    return result;
}

json_t *process_document_detailed(const struct snapshot *snapshot, uint32_t process)
{
    json_t *result = process_document(snapshot, process);

    if (json_is_object(result))
        json_object_set_new(result, "details", process_details_document(snapshot, process));
    return result;
}

json_t *remote_document(const struct remote_end *remote)
{
    char buffer[ADDRESS_SIZE];

    if (!remote->is_known)
        return json_null();
    return json_pack("{s:s, s:s, s:i, s:I, s:I}", "family", family_key(remote->family), "address",
                     address_string(buffer, remote->family, remote->address), "port",
                     (int)remote->port, "local_ports", (json_int_t)remote->ports, "waiting",
                     (json_int_t)remote->waiting);
}
