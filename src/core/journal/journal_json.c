#include "core/journal/journal_json.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/heap.h"
#include "core/journal/journal_rule.h"

enum {
    TEXT_MAX = 128 * 1024, /* longer than any command line of Windows */
};

/* Bounds of a time: the years 1601 to 9999. */
#define TIME_MIN_MS (-11644473600000LL)
#define TIME_MAX_MS 253402300799999LL

/* ---- reading ---------------------------------------------------------- */

static bool get_text(const json_t *object, const char *key, char *buffer, size_t size)
{
    const char *string = json_string_value(json_object_get(object, key));

    if (!string || strlen(string) >= size)
        return false;
    strcpy(buffer, string);
    return true;
}

/* Reads a word that maxport wrote itself. Accepts only printable ASCII, because such words are
 * shown without escaping. */
static bool get_word(const json_t *object, const char *key, char *buffer, size_t size)
{
    if (!get_text(object, key, buffer, size))
        return false;
    for (const char *at = buffer; *at; at++)
        if (*at < 0x20 || *at > 0x7e)
            return false;
    return true;
}

/* If the key is missing or null, sets *number to 0. Returns false if the value is not a whole
 * number within the bounds. */
static bool get_number(const json_t *object, const char *key, int64_t minimum, int64_t maximum,
                       int64_t *number)
{
    const json_t *found = json_object_get(object, key);

    *number = json_integer_value(found);
    if (!found || json_is_null(found))
        return true;
    return json_is_integer(found) && *number >= minimum && *number <= maximum;
}

static bool get_time(const json_t *object, const char *key, int64_t *unix_ms)
{
    return get_number(object, key, TIME_MIN_MS, TIME_MAX_MS, unix_ms);
}

static bool get_count(const json_t *object, const char *key, uint32_t maximum, uint32_t *count)
{
    int64_t number;
    bool is_count = get_number(object, key, 0, maximum, &number);

    *count = is_count ? (uint32_t)number : 0;
    return is_count;
}

static char *get_copy(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));
    size_t size = string ? strlen(string) + 1 : 1;
    char *copy = size <= TEXT_MAX ? malloc(size) : NULL;

    if (size > TEXT_MAX)
        return NULL;

    if (copy)
        memcpy(copy, string ? string : "", size);
    else
        heap_count_failure();
    return copy;
}

static bool get_value(const json_t *object, const char *key, struct value *value)
{
    const char *string = json_string_value(json_object_get(object, key));
    struct fault ignored; /* only the bad line is reported, not the reason */

    return string && value_parse(string, value, &ignored);
}

static bool get_place(const json_t *object, struct place *place)
{
    const char *kind = json_string_value(json_object_get(object, "kind"));
    struct fault ignored;

    if (kind && strcmp(kind, "registry") == 0) {
        const char *key = json_string_value(json_object_get(object, "key"));
        const char *name = json_string_value(json_object_get(object, "name"));

        return key && name && place_registry(place, key, name, &ignored);
    }
    if (kind && strcmp(kind, "range") == 0) {
        const char *protocol = json_string_value(json_object_get(object, "protocol"));
        const char *family = json_string_value(json_object_get(object, "family"));

        for (int p = 0; protocol && family && p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++)
                if (strcmp(protocol, protocol_key((enum protocol)p)) == 0 &&
                    strcmp(family, family_key((enum family)f)) == 0) {
                    *place = place_range((enum protocol)p, (enum family)f);
                    return true;
                }
    }
    return false;
}

static bool get_steps(const json_t *object, struct journal_entry *entry)
{
    const json_t *steps = json_object_get(object, "steps");
    size_t count = json_array_size(steps);

    if (!json_is_array(steps) || count > JOURNAL_STEPS_MAX)
        return false;
    entry->steps = calloc(count ? count : 1, sizeof *entry->steps);
    if (!entry->steps) {
        heap_count_failure();
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(steps, i);
        struct step *step = &entry->steps[i];

        entry->step_count = i + 1;
        if (!get_place(json_object_get(row, "place"), &step->place) ||
            !get_value(row, "before", &step->before) || !get_value(row, "after", &step->after))
            return false;
    }
    return true;
}

static const json_t *get_cell(const json_t *figures, int protocol, int family)
{
    return json_object_get(json_object_get(figures, protocol_key((enum protocol)protocol)),
                           family_key((enum family)family));
}

static bool get_use(const json_t *object, const char *key, struct use_figures *use)
{
    const json_t *figures = json_object_get(object, key);

    use->is_known = json_is_object(figures);
    for (int p = 0; use->is_known && p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const json_t *cell = get_cell(figures, p, f);

            if (!get_count(cell, "in_use", ALL_PORTS, &use->by[p][f].in_use) ||
                !get_count(cell, "available", ALL_PORTS, &use->by[p][f].available))
                return false;
        }
    return true;
}

static bool get_predicted(const json_t *object, struct journal_entry *entry)
{
    const json_t *predicted = json_object_get(object, "predicted");

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const json_t *cell = get_cell(predicted, p, f);
            struct port_range *range = &entry->predicted[p][f];

            if (!get_count(cell, "start", ALL_PORTS - 1, &range->start) ||
                !get_count(cell, "count", ALL_PORTS - range->start, &range->count))
                return false;
        }
    return true;
}

static bool get_boot(const json_t *line, struct journal_entry *entry)
{
    const json_t *boot = json_object_get(line, "boot");

    entry->is_boot_known = json_is_object(boot);
    return get_time(boot, "start_ms", &entry->boot.start_ms) &&
           get_time(boot, "session_ms", &entry->boot.session_ms) &&
           get_count(boot, "count", UINT32_MAX, &entry->boot.boot_count);
}

/* restore_point, backup_sha256 and no_effect may be missing, because earlier versions did not write
 * them. */
static bool get_safeguards(const json_t *line, struct journal_entry *entry)
{
    const json_t *point = json_object_get(line, "restore_point");

    entry->has_restore_point = json_is_object(point);
    entry->restore_point_outcome =
        json_is_true(json_object_get(point, "is_new")) ? RESTORE_POINT_MADE : RESTORE_POINT_REUSED;
    return get_count(point, "sequence", UINT32_MAX, &entry->restore_point) &&
           get_count(line, "no_effect", ALL_PORTS - 1, &entry->no_effect) &&
           (!json_object_get(line, "backup_sha256") ||
            get_word(line, "backup_sha256", entry->backup_sha256, sizeof entry->backup_sha256));
}

bool journal_json_read_entry(const json_t *line, struct journal_entry *entry)
{
    int64_t undoes;

    if (!get_number(line, "undoes", 1, (int64_t)JOURNAL_ID_MAX, &undoes))
        return false;
    entry->undoes = (uint64_t)undoes;
    entry->reason = get_copy(line, "reason");
    entry->outcome = get_copy(line, "outcome");
    return entry->reason && entry->outcome && json_is_integer(json_object_get(line, "time_ms")) &&
           get_time(line, "time_ms", &entry->started_ms) &&
           get_time(line, "key_written_ms", &entry->key_written_ms) && get_boot(line, entry) &&
           get_count(line, "process", UINT32_MAX, &entry->process_id) &&
           get_use(line, "use", &entry->use_before) && get_predicted(line, entry) &&
           get_safeguards(line, entry) &&
           get_text(line, "account", entry->account, sizeof entry->account) &&
           get_text(line, "session_user", entry->session_user, sizeof entry->session_user) &&
           get_text(line, "computer", entry->computer, sizeof entry->computer) &&
           get_word(line, "command", entry->command, sizeof entry->command) &&
           get_word(line, "backup", entry->backup, sizeof entry->backup) &&
           get_word(line, "undo_file", entry->undo_file, sizeof entry->undo_file) &&
           get_steps(line, entry);
}

/* The event in the first line of an entry. Every change starts as an open entry. */
static const char *const events[] = {
    [ENTRY_OPEN] = "started",
    [ENTRY_BACKUP] = "backup",
    [ENTRY_RETURN] = "return",
};

bool journal_json_state_of(const char *event, enum entry_state *state)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (events[i] && strcmp(event, events[i]) == 0) {
            *state = (enum entry_state)i;
            return true;
        }
    return false;
}

bool journal_json_read_id(const json_t *line, uint64_t *id)
{
    int64_t number;
    bool is_id = get_number(line, "id", 1, (int64_t)JOURNAL_ID_MAX, &number) && number;

    *id = is_id ? (uint64_t)number : 0;
    return is_id;
}

bool journal_json_read_end(const json_t *line, struct journal_entry *entry)
{
    const char *state = json_string_value(json_object_get(line, "state"));
    static const enum entry_state ends[] = {ENTRY_DONE, ENTRY_ROLLED_BACK, ENTRY_STUCK,
                                            ENTRY_RETURN_REFUSED};
    struct use_figures use_after;
    int64_t ended_ms;
    char *outcome;

    if (!get_time(line, "time_ms", &ended_ms) || !get_use(line, "use", &use_after))
        return false;
    for (size_t i = 0; state && i < sizeof ends / sizeof *ends; i++) {
        if (strcmp(state, entry_state_name(ends[i])) != 0 ||
            (entry->state == ENTRY_RETURN) != (ends[i] == ENTRY_RETURN_REFUSED))
            continue;
        outcome = get_copy(line, "outcome");
        if (!outcome)
            return false;
        free(entry->outcome);
        entry->outcome = outcome;
        entry->state = ends[i];
        entry->ended_ms = ended_ms;
        entry->was_resolved = json_is_true(json_object_get(line, "settled"));
        entry->use_after = use_after;
        return true;
    }
    return false;
}

/* ---- writing ---------------------------------------------------------- */

/* Repairs text from outside maxport, because jansson rejects ill-formed text. */
static json_t *json_outside(const char *string)
{
    struct text repaired;
    json_t *result;

    text_init(&repaired);
    text_repair(&repaired, string ? string : "", string ? strlen(string) : 0);
    result = repaired.is_broken ? NULL : json_string(text_string(&repaired));
    text_release(&repaired);
    return result;
}

static json_t *json_value(const struct value *value)
{
    struct text written;
    json_t *result;

    text_init(&written);
    value_write(value, &written);
    result = written.is_broken ? NULL : json_string(text_string(&written));
    text_release(&written);
    return result;
}

/* Does not repair the names, because a repaired name would be the name of another place. */
static json_t *json_place(const struct place *place)
{
    if (place->kind == PLACE_RANGE)
        return json_pack("{s:s, s:s, s:s}", "kind", "range", "protocol",
                         protocol_key(place->protocol), "family", family_key(place->family));
    return json_pack("{s:s, s:s, s:s}", "kind", "registry", "key", place->key, "name", place->name);
}

static json_t *json_steps(const struct journal_entry *entry)
{
    json_t *steps = json_array();

    for (size_t i = 0; i < entry->step_count; i++) {
        const struct step *step = &entry->steps[i];
        json_t *row = json_pack("{s:o, s:o, s:o}", "place", json_place(&step->place), "before",
                                json_value(&step->before), "after", json_value(&step->after));

        if (json_array_append_new(steps, row) != 0) {
            json_decref(steps);
            return NULL;
        }
    }
    return steps;
}

json_t *journal_json_use(const struct use_figures *use)
{
    json_t *figures;

    if (!use->is_known)
        return json_null();
    figures = json_object();
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *families = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++)
            json_object_set_new(families, family_key((enum family)f),
                                json_pack("{s:I, s:I}", "in_use", (json_int_t)use->by[p][f].in_use,
                                          "available", (json_int_t)use->by[p][f].available));
        json_object_set_new(figures, protocol_key((enum protocol)p), families);
    }
    return figures;
}

static json_t *json_predicted(const struct journal_entry *entry)
{
    json_t *predicted = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *families = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++)
            if (entry->predicted[p][f].count)
                json_object_set_new(families, family_key((enum family)f),
                                    json_pack("{s:I, s:I}", "start",
                                              (json_int_t)entry->predicted[p][f].start, "count",
                                              (json_int_t)entry->predicted[p][f].count));
        json_object_set_new(predicted, protocol_key((enum protocol)p), families);
    }
    return predicted;
}

static json_t *make_line(const char *event, int64_t unix_ms)
{
    char time[TIME_SIZE];

    return json_pack("{s:i, s:s, s:s, s:I}", "v", JOURNAL_VERSION, "event", event, "time",
                     time_utc_string(time, unix_ms), "time_ms", (json_int_t)unix_ms);
}

/* Returns `line`, or releases it and returns NULL if a required key is missing. If memory ran out
 * for a part of the line, the key of that part is missing. */
static json_t *if_whole(json_t *line, const char *const *required)
{
    for (; line && *required; required++)
        if (!json_object_get(line, *required)) {
            json_decref(line);
            return NULL;
        }
    return line;
}

json_t *journal_json_started(const struct journal_entry *entry)
{
    static const char *const required[] = {
        "id",     "time_ms", "account", "session_user", "computer",  "command", "reason",
        "undoes", "outcome", "steps",   "backup",       "undo_file", NULL};
    json_t *line = make_line(
        events[entry_state_is_single(entry->state) ? entry->state : ENTRY_OPEN], entry->started_ms);

    json_object_set_new(line, "id", json_integer((json_int_t)entry->id));
    json_object_set_new(line, "boot",
                        entry->is_boot_known
                            ? json_pack("{s:I, s:I, s:I}", "start_ms",
                                        (json_int_t)entry->boot.start_ms, "session_ms",
                                        (json_int_t)entry->boot.session_ms, "count",
                                        (json_int_t)entry->boot.boot_count)
                            : json_null());
    json_object_set_new(line, "key_written_ms",
                        entry->key_written_ms ? json_integer((json_int_t)entry->key_written_ms)
                                              : json_null());
    json_object_set_new(line, "account", json_outside(entry->account));
    json_object_set_new(line, "session_user", json_outside(entry->session_user));
    json_object_set_new(line, "computer", json_outside(entry->computer));
    json_object_set_new(line, "process", json_integer((json_int_t)entry->process_id));
    json_object_set_new(line, "command", json_string(entry->command));
    json_object_set_new(line, "reason", json_outside(entry->reason));
    json_object_set_new(line, "outcome", json_outside(entry->outcome));
    json_object_set_new(line, "undoes",
                        entry->undoes ? json_integer((json_int_t)entry->undoes) : json_null());
    json_object_set_new(line, "steps", json_steps(entry));
    json_object_set_new(line, "predicted", json_predicted(entry));
    json_object_set_new(line, "no_effect",
                        entry->no_effect ? json_integer((json_int_t)entry->no_effect)
                                         : json_null());
    json_object_set_new(line, "backup", json_string(entry->backup));
    json_object_set_new(line, "backup_sha256", json_string(entry->backup_sha256));
    json_object_set_new(line, "undo_file", json_string(entry->undo_file));
    json_object_set_new(line, "restore_point",
                        entry->has_restore_point
                            ? json_pack("{s:I, s:b}", "sequence", (json_int_t)entry->restore_point,
                                        "is_new",
                                        entry->restore_point_outcome == RESTORE_POINT_MADE)
                            : json_null());
    json_object_set_new(line, "use", journal_json_use(&entry->use_before));
    return if_whole(line, required);
}

json_t *journal_json_ended(const struct journal_entry *entry)
{
    static const char *const required[] = {"id", "state", "time_ms", NULL};
    json_t *line = make_line("ended", entry->ended_ms);

    json_object_set_new(line, "id", json_integer((json_int_t)entry->id));
    json_object_set_new(line, "state", json_string(entry_state_name(entry->state)));
    json_object_set_new(line, "outcome", json_outside(entry->outcome));
    json_object_set_new(line, "settled", json_boolean(entry->was_resolved));
    json_object_set_new(line, "use", journal_json_use(&entry->use_after));
    return if_whole(line, required);
}
