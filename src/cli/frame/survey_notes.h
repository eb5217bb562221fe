/* survey_notes.h - prints the notes of core/state/notes.h, on the screen and in JSON. */
#ifndef CLI_FRAME_SURVEY_NOTES_H
#define CLI_FRAME_SURVEY_NOTES_H

#include <jansson.h>

#include "cli/frame/output.h"
#include "core/state/survey.h"

/* Prints a paragraph for each note of this kind (NULL: of every kind), with its command on a line
 * of its own. Returns whether there is such a note. */
bool survey_notes_print(struct output *output, const struct survey *survey, const char *kind);

/* [{"kind", "text", "command"}]; command: null if the note has none. */
json_t *survey_notes_document(const struct survey *survey);

#endif
