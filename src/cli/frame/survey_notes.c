#include "cli/frame/survey_notes.h"

#include <string.h>

#include "cli/frame/document.h"
#include "core/state/notes.h"

/* Column of the text, after the label. */
enum { NOTE_COLUMN = 8 };

static void print_note(struct output *output, const struct survey_note *note)
{
    output_style(output, note->is_remark ? STYLE_NORMAL : STYLE_WARNING);
    output_labelled(output, "  Note:", text_string(&note->text), NOTE_COLUMN);
    output_style(output, STYLE_NORMAL);
    if (*note->command && !strstr(text_string(&note->text), note->command))
        output_paragraph(output, NOTE_COLUMN, "%s", note->command);
    output->has_failed |= note->text.is_broken;
}

bool survey_notes_print(struct output *output, const struct survey *survey, const char *kind)
{
    struct survey_notes notes;
    bool has_notes = false;

    notes_make(survey, &notes);
    for (size_t i = 0; i < notes.count; i++)
        if (!kind || strcmp(notes.rows[i].kind, kind) == 0) {
            print_note(output, &notes.rows[i]);
            has_notes = true;
        }
    notes_release(&notes);
    return has_notes;
}

json_t *survey_notes_document(const struct survey *survey)
{
    json_t *list = json_array();
    struct survey_notes notes;
    bool is_broken = false;

    notes_make(survey, &notes);
    for (size_t i = 0; i < notes.count; i++) {
        const struct survey_note *note = &notes.rows[i];

        is_broken |=
            note->text.is_broken ||
            json_array_append_new(
                list, json_pack("{s:s, s:o, s:o}", "kind", note->kind, "text",
                                document_text(text_string(&note->text)), "command",
                                *note->command ? document_text(note->command) : json_null())) != 0;
    }
    notes_release(&notes);
    if (!is_broken)
        return list;
    json_decref(list);
    return NULL;
}
