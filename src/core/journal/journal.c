#include "core/journal/journal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/heap.h"
#include "core/journal/journal_rule.h"

/* The form of a line. A reader refuses what is newer than itself: it could not
 * know what an undo would have to put back. */
enum { JOURNAL_VERSION = 1 };

enum {
    PORT_COUNT = 65536,
    TEXT_MAX = 128 * 1024, /* longer than any command line of Windows */
};

/* Of a time: the years 1601 to 9999. */
#define TIME_MIN_MS (-11644473600000LL)
#define TIME_MAX_MS 253402300799999LL

static const char journal_name[] = "journal.jsonl";

const char *entry_state_name(enum entry_state state)
{
    switch (state) {
    case ENTRY_OPEN:
        return "open";
    case ENTRY_DONE:
        return "done";
    case ENTRY_ROLLED_BACK:
        return "rolled_back";
    case ENTRY_STUCK:
        return "stuck";
    case ENTRY_BACKUP:
        return "backup";
    }
    return "unknown";
}

void journal_init(struct journal *journal)
{
    memset(journal, 0, sizeof *journal);
    journal->next_id = 1;
}

void journal_entry_release(struct journal_entry *entry)
{
    for (size_t i = 0; i < entry->step_count; i++)
        step_release(&entry->steps[i]);
    free(entry->steps);
    free(entry->reason);
    free(entry->outcome);
    memset(entry, 0, sizeof *entry);
}

void journal_release(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        journal_entry_release(&journal->entries[i]);
    free(journal->entries);
    journal_init(journal);
}

bool journal_parse_id(const char *text, uint64_t *id)
{
    uint64_t result = 0;

    if (!*text)
        return false;
    for (const char *at = text; *at; at++) {
        if (*at < '0' || *at > '9' || result > (UINT64_MAX - 9) / 10)
            return false;
        result = result * 10 + (uint64_t)(*at - '0');
    }
    *id = result;
    return true;
}

/* ---- reading ---------------------------------------------------------- */

static bool get_text(const json_t *object, const char *key, char *buffer, size_t size)
{
    const char *string = json_string_value(json_object_get(object, key));

    if (!string || strlen(string) >= size)
        return false;
    strcpy(buffer, string);
    return true;
}

/* What maxport itself makes up, and shows as it is: printable ASCII. */
static bool get_word(const json_t *object, const char *key, char *buffer, size_t size)
{
    if (!get_text(object, key, buffer, size))
        return false;
    for (const char *at = buffer; *at; at++)
        if (*at < 0x20 || *at > 0x7e)
            return false;
    return true;
}

/* 0 where it is null or not there; false where it is no whole number within the bounds. */
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
    struct fault ignored; /* a bad value makes a bad line; which one is not told */

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

            if (!get_count(cell, "in_use", PORT_COUNT, &use->by[p][f].in_use) ||
                !get_count(cell, "available", PORT_COUNT, &use->by[p][f].available))
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

            if (!get_count(cell, "start", PORT_COUNT - 1, &range->start) ||
                !get_count(cell, "count", PORT_COUNT - range->start, &range->count))
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

/* Journals of earlier versions have neither; they are none the worse for it. */
static bool get_safeguards(const json_t *line, struct journal_entry *entry)
{
    const json_t *point = json_object_get(line, "restore_point");

    entry->has_restore_point = json_is_object(point);
    entry->restore_point_outcome =
        json_is_true(json_object_get(point, "is_new")) ? RESTORE_POINT_MADE : RESTORE_POINT_REUSED;
    return get_count(point, "sequence", UINT32_MAX, &entry->restore_point) &&
           (!json_object_get(line, "backup_sha256") ||
            get_word(line, "backup_sha256", entry->backup_sha256, sizeof entry->backup_sha256));
}

static bool get_entry(const json_t *line, struct journal_entry *entry)
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

static bool parse_started(const json_t *line, uint64_t id, enum entry_state state,
                          const struct journal *earlier, struct journal_entry *entry)
{
    struct fault ignored; /* a line that maxport cannot have written is a bad line */

    memset(entry, 0, sizeof *entry);
    entry->id = id;
    entry->state = state;
    if (!get_entry(line, entry) || !journal_rule_allows(entry, earlier, &ignored)) {
        journal_entry_release(entry);
        return false;
    }
    if (state == ENTRY_BACKUP)
        entry->ended_ms = entry->started_ms;
    return true;
}

static struct journal_entry *find(const struct journal *journal, uint64_t id)
{
    size_t low = 0;
    size_t high = journal->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (journal->entries[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < journal->count && journal->entries[low].id == id ? &journal->entries[low] : NULL;
}

bool journal_is_open(const struct journal_entry *entry)
{
    return entry->state == ENTRY_OPEN || (entry->state == ENTRY_STUCK && !entry->was_settled);
}

static bool parse_ended(const json_t *line, struct journal_entry *entry)
{
    const char *state = json_string_value(json_object_get(line, "state"));
    static const enum entry_state ends[] = {ENTRY_DONE, ENTRY_ROLLED_BACK, ENTRY_STUCK};
    struct use_figures use_after;
    int64_t ended_ms;
    char *outcome;

    if (!journal_is_open(entry) || !get_time(line, "time_ms", &ended_ms) ||
        !get_use(line, "use", &use_after))
        return false;
    for (size_t i = 0; state && i < sizeof ends / sizeof *ends; i++) {
        if (strcmp(state, entry_state_name(ends[i])) != 0)
            continue;
        outcome = get_copy(line, "outcome");
        if (!outcome)
            return false;
        free(entry->outcome);
        entry->outcome = outcome;
        entry->state = ends[i];
        entry->ended_ms = ended_ms;
        entry->was_settled = json_is_true(json_object_get(line, "settled"));
        entry->use_after = use_after;
        return true;
    }
    return false;
}

static bool add_entry(struct journal *journal, struct journal_entry *entry, size_t *capacity,
                      struct fault *fault)
{
    if (journal->count == *capacity) {
        size_t grown = *capacity ? *capacity * 2 : 16;
        struct journal_entry *entries = realloc(journal->entries, grown * sizeof *entries);

        if (!entries) {
            journal_entry_release(entry);
            return fault_no_memory(fault);
        }
        journal->entries = entries;
        *capacity = grown;
    }
    journal->entries[journal->count++] = *entry;
    return true;
}

enum line_result { LINE_GOOD, LINE_BAD, LINE_FATAL };

static enum line_result parse_line(const char *data, size_t length, bool is_after_bad,
                                   struct journal *journal, size_t *capacity, struct fault *fault)
{
    json_error_t error;
    json_t *line = json_loadb(data, length, JSON_REJECT_DUPLICATES, &error);
    const json_t *version = json_object_get(line, "v");
    const char *event = json_string_value(json_object_get(line, "event"));
    int64_t id;
    bool has_id = get_number(line, "id", 1, (int64_t)JOURNAL_ID_MAX, &id) && id;
    enum line_result result = LINE_BAD;
    struct journal_entry entry;

    if (json_is_integer(version) && json_integer_value(version) > JOURNAL_VERSION) {
        fault_set(fault, FAULT_FAILED, 0,
                  "The journal was written by a newer maxport (form %d; this one knows %d). "
                  "Use that version. Nothing was changed.",
                  (int)json_integer_value(version), JOURNAL_VERSION);
        result = LINE_FATAL;
    } else if (!json_is_integer(version) || json_integer_value(version) < 1 || !event) {
        result = LINE_BAD;
    } else if (strcmp(event, "mended") == 0) {
        /* Written right after a torn line was closed off: that one is known. */
        if (is_after_bad)
            journal->bad_count--;
        if (is_after_bad || journal->whole_length == journal->skipped_length)
            result = LINE_GOOD;
    } else if (!has_id) {
        result = LINE_BAD;
    } else if (strcmp(event, "started") == 0 || strcmp(event, "backup") == 0) {
        enum entry_state state = event[0] == 's' ? ENTRY_OPEN : ENTRY_BACKUP;

        if (parse_started(line, (uint64_t)id, state, journal, &entry)) {
            journal->next_id = (uint64_t)id + 1;
            result = LINE_GOOD;
            if (!add_entry(journal, &entry, capacity, fault))
                result = LINE_FATAL;
        }
    } else if (strcmp(event, "ended") == 0) {
        struct journal_entry *open = find(journal, (uint64_t)id);

        if (open && parse_ended(line, open))
            result = LINE_GOOD;
        else if (!open && journal->skipped_length && !journal->count &&
                 (uint64_t)id <= journal_rule_last_id(journal)) {
            /* Of a change whose beginning was skipped. */
            if ((uint64_t)id >= journal->next_id)
                journal->next_id = (uint64_t)id + 1;
            result = LINE_GOOD;
        }
    }
    json_decref(line);
    return result;
}

/* Newest first: whether an undo still counts is known before what it undid. */
static void mark_undone(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        journal->entries[i].is_undone = false;
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_entry *later = &journal->entries[i - 1];
        struct journal_entry *target;

        if (!later->undoes || later->state != ENTRY_DONE || later->is_undone)
            continue;
        target = find(journal, later->undoes);
        if (target && target->id < later->id)
            target->is_undone = true;
    }
}

void journal_foresee(struct journal *journal, uint64_t id, enum entry_state state)
{
    struct journal_entry *entry = find(journal, id);

    if (!entry)
        return;
    entry->state = state;
    entry->was_settled = true;
    mark_undone(journal);
}

/* From the line on that begins at `at`. */
static bool parse_from(const char *data, size_t length, size_t at, struct journal *journal,
                       struct fault *fault)
{
    unsigned failures = heap_failure_count();
    struct journal result;
    size_t capacity = 0;
    enum line_result line = LINE_GOOD;

    journal_init(&result);
    result.skipped_length = result.whole_length = at;
    while (at < length) {
        const char *newline = memchr(data + at, '\n', length - at);
        size_t end = newline ? (size_t)(newline - data) : length;

        line = parse_line(data + at, end - at, line == LINE_BAD, &result, &capacity, fault);
        /* Without memory a good line can look bad, or lose a byte. */
        if (line != LINE_FATAL && heap_failure_count() != failures) {
            line = LINE_FATAL;
            fault_no_memory(fault);
        }
        if (line == LINE_FATAL) {
            journal_release(&result);
            return false;
        }
        if (newline) {
            result.bad_count += line == LINE_BAD;
            at = end + 1;
            result.whole_length = at;
        } else if (line == LINE_GOOD) {
            result.misses_newline = true;
            at = end;
            result.whole_length = at;
        } else {
            result.torn_length = length - at;
            break;
        }
    }
    mark_undone(&result);
    *journal = result;
    return true;
}

bool journal_parse(const char *data, size_t length, struct journal *journal, struct fault *fault)
{
    return parse_from(data, length, 0, journal, fault);
}

bool journal_parse_recent(const char *data, size_t length, struct journal *journal,
                          struct fault *fault)
{
    size_t lines = 0;
    size_t at = length;

    /* Before the first line that is kept stands the newline of one more. */
    while (at > 0 && (data[at - 1] != '\n' || ++lines <= JOURNAL_RECENT_LINES))
        at--;
    return parse_from(data, length, at, journal, fault);
}

/* A change settles what is open before it, a backup does not: without a change among the
 * newest lines all of them are needed. */
static bool parse_enough(const char *data, size_t length, struct journal *journal,
                         struct fault *fault)
{
    if (!journal_parse_recent(data, length, journal, fault))
        return false;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].state != ENTRY_BACKUP)
            return true;
    if (!journal->skipped_length)
        return true;
    journal_release(journal);
    return journal_parse(data, length, journal, fault);
}

static bool read_by(bool (*parse)(const char *, size_t, struct journal *, struct fault *),
                    const struct store *store, enum store_view view, struct journal *journal,
                    struct fault *fault)
{
    struct fault own;
    char *data;
    size_t length;
    bool is_parsed;

    if (!store->read(store->context, view, journal_name, &data, &length, &own)) {
        if (own.kind == FAULT_MISSING) {
            journal_init(journal);
            return true;
        }
        *fault = own;
        return fault_prefix(fault, "The journal could not be read");
    }
    is_parsed = parse(data, length, journal, fault);
    free(data);
    return is_parsed;
}

bool journal_read(const struct store *store, enum store_view view, struct journal *journal,
                  struct fault *fault)
{
    return read_by(journal_parse, store, view, journal, fault);
}

bool journal_read_recent(const struct store *store, enum store_view view, struct journal *journal,
                         struct fault *fault)
{
    return read_by(parse_enough, store, view, journal, fault);
}

/* ---- writing ---------------------------------------------------------- */

/* Text from outside is made well-formed first: jansson refuses the rest. */
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

/* Byte for byte: another name would be another place. */
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

json_t *journal_use(const struct use_figures *use)
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

/* Takes over `line`. A part that could not be made (no memory) leaves its key
 * out, so `required` keys are looked for before anything reaches the disk. */
static bool append_line(const struct store *store, json_t *line, const char *const *required,
                        struct fault *fault)
{
    struct text bytes;
    char *dumped = NULL;
    unsigned failures = heap_failure_count();
    bool is_whole = line != NULL;
    bool is_written = false;

    for (; is_whole && *required; required++)
        is_whole = json_object_get(line, *required) != NULL;
    if (is_whole)
        dumped = json_dumps(line, JSON_COMPACT);
    is_whole = is_whole && heap_failure_count() == failures; /* else a byte may be missing */
    json_decref(line);
    text_init(&bytes);
    if (dumped) {
        text_puts(&bytes, dumped);
        text_puts(&bytes, "\n");
    }
    free(dumped);
    if (!is_whole || !bytes.length || bytes.is_broken)
        fault_no_memory(fault);
    else
        is_written = store->append(store->context, journal_name, bytes.data, bytes.length, fault);
    text_release(&bytes);
    return is_written;
}

static json_t *new_line(const char *event, int64_t unix_ms)
{
    char time[TIME_SIZE];

    return json_pack("{s:i, s:s, s:s, s:I}", "v", JOURNAL_VERSION, "event", event, "time",
                     time_utc_string(time, unix_ms), "time_ms", (json_int_t)unix_ms);
}

bool journal_write_started(const struct store *store, const struct journal_entry *entry,
                           struct fault *fault)
{
    static const char *const required[] = {
        "id",     "time_ms", "account", "session_user", "computer",  "command", "reason",
        "undoes", "outcome", "steps",   "backup",       "undo_file", NULL};
    json_t *line = new_line(entry->state == ENTRY_BACKUP ? "backup" : "started", entry->started_ms);

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
    json_object_set_new(line, "backup", json_string(entry->backup));
    json_object_set_new(line, "backup_sha256", json_string(entry->backup_sha256));
    json_object_set_new(line, "undo_file", json_string(entry->undo_file));
    json_object_set_new(line, "restore_point",
                        entry->has_restore_point
                            ? json_pack("{s:I, s:b}", "sequence", (json_int_t)entry->restore_point,
                                        "is_new",
                                        entry->restore_point_outcome == RESTORE_POINT_MADE)
                            : json_null());
    json_object_set_new(line, "use", journal_use(&entry->use_before));
    return append_line(store, line, required, fault);
}

bool journal_write_ended(const struct store *store, const struct journal_entry *entry,
                         struct fault *fault)
{
    static const char *const required[] = {"id", "state", "time_ms", NULL};
    json_t *line = new_line("ended", entry->ended_ms);

    json_object_set_new(line, "id", json_integer((json_int_t)entry->id));
    json_object_set_new(line, "state", json_string(entry_state_name(entry->state)));
    json_object_set_new(line, "outcome", json_outside(entry->outcome));
    json_object_set_new(line, "settled", json_boolean(entry->was_settled));
    json_object_set_new(line, "use", journal_use(&entry->use_after));
    return append_line(store, line, required, fault);
}

bool journal_mend(const struct store *store, struct journal *journal, struct fault *fault)
{
    char *data;
    size_t length;
    char name[48] = "";
    struct text closing;
    bool is_kept = false;

    if (!journal->torn_length && !journal->misses_newline)
        return true;
    if (journal->misses_newline) {
        if (!store->append(store->context, journal_name, "\n", 1, fault))
            return false;
        journal->misses_newline = false;
        journal->whole_length++;
        return true;
    }
    if (!store->read(store->context, STORE_PRIVATE, journal_name, &data, &length, fault))
        return false;
    for (unsigned number = 1; !is_kept && number < 1000; number++) {
        struct text path;

        text_init(&path);
        text_printf(&path, "journal-torn-%u.txt", number);
        strncpy(name, text_string(&path), sizeof name - 1);
        text_release(&path);
        is_kept = length > journal->whole_length &&
                  store->create(store->context, name, data + journal->whole_length,
                                length - journal->whole_length, fault);
        if (!is_kept && fault->kind != FAULT_EXISTS)
            break;
    }
    free(data);
    if (!is_kept)
        return fault_prefix(fault, "The torn last line of the journal could not be kept aside");
    text_init(&closing);
    text_printf(&closing, "\n{\"v\":%d,\"event\":\"mended\",\"torn\":\"%s\"}\n", JOURNAL_VERSION,
                name);
    is_kept = !closing.is_broken &&
              store->append(store->context, journal_name, closing.data, closing.length, fault);
    text_release(&closing);
    if (is_kept)
        journal->torn_length = 0;
    return is_kept;
}

/* ---- asking ----------------------------------------------------------- */

const struct journal_entry *journal_find(const struct journal *journal, uint64_t id)
{
    return find(journal, id);
}

bool journal_is_undoable(const struct journal_entry *entry)
{
    return entry->state == ENTRY_DONE && !entry->undoes && !entry->is_undone;
}

const struct journal_entry *journal_newest_undoable(const struct journal *journal)
{
    for (size_t i = journal->count; i > 0; i--)
        if (journal_is_undoable(&journal->entries[i - 1]))
            return &journal->entries[i - 1];
    return NULL;
}

const struct journal_entry *journal_open_entry(const struct journal *journal)
{
    for (size_t i = journal->count; i > 0; i--)
        if (journal_is_open(&journal->entries[i - 1]))
            return &journal->entries[i - 1];
    return NULL;
}
