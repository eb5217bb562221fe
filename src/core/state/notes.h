/* notes.h - remarks about settings and ranges that deserve attention even while ports are free.
 *
 * A note is about one fact of a survey: a value that shrinks the range, ranges that do not agree,
 * the probable origin of a value, a value without effect, a value under the wrong key, a number
 * typed in the wrong base, a value that is probably not in effect, or a scheduled return to a
 * restore point.
 */
#ifndef CORE_STATE_NOTES_H
#define CORE_STATE_NOTES_H

#include "core/state/survey.h"

enum {
    NOTES_MAX = 3 * SETTINGS_MAX + 8,
    NOTE_COMMAND_SIZE = RANGE_COMMAND_SIZE,
};

struct survey_note {
    const char *kind;                /* in JSON; static */
    bool is_remark;                  /* only informs; nothing needs to be done */
    struct text text;                /* some sentences, safe for a screen */
    size_t fact_length;              /* bytes of the text that state the fact; remedies follow */
    char command[NOTE_COMMAND_SIZE]; /* a command that helps; "": none */
};

struct survey_notes {
    struct survey_note rows[NOTES_MAX];
    size_t count;
};

/* Lists the notes, the most important first. If memory runs out, text.is_broken of a row is set. */
void notes_make(const struct survey *survey, struct survey_notes *notes);
void notes_release(struct survey_notes *notes);

#endif
