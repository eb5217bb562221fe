#include "core/journal/journal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/heap.h"
#include "core/journal/journal_json.h"
#include "core/journal/journal_rule.h"

static const char journal_name[] = "journal.jsonl";

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

static struct journal_entry *find(struct journal *journal, uint64_t id)
{
    const struct journal_entry *found = journal_find(journal, id);

    return found ? &journal->entries[found - journal->entries] : NULL;
}

static bool parse_started(const json_t *line, uint64_t id, enum entry_state state,
                          const struct journal *earlier, struct journal_entry *entry)
{
    struct fault ignored; /* an entry that maxport cannot have written is a bad line */

    memset(entry, 0, sizeof *entry);
    entry->id = id;
    entry->state = state;
    if (!journal_json_read_entry(line, entry) || !journal_rule_allows(entry, earlier, &ignored)) {
        journal_entry_release(entry);
        return false;
    }
    if (entry_state_is_single(state))
        entry->ended_ms = entry->started_ms;
    return true;
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

/* Returns whether this line is the end of an entry whose start was skipped. */
static bool ends_skipped(const json_t *line, uint64_t id, const struct journal *journal)
{
    struct journal_entry ended[] = {{.state = ENTRY_OPEN}, {.state = ENTRY_RETURN}};
    uint64_t last = journal->count ? journal->entries[0].id - 1 : journal_rule_last_id(journal);
    bool is_end = false;

    for (size_t i = 0; journal->skipped_length && id <= last && !is_end && i < 2; i++) {
        is_end = journal_json_read_end(line, &ended[i]);
        journal_entry_release(&ended[i]);
    }
    return is_end;
}

/* The end of a skipped entry may be forged, so it only uses up its id. */
static bool parse_end(const json_t *line, uint64_t id, struct journal *journal)
{
    struct journal_entry *open = find(journal, id);

    if (open)
        return (journal_is_open(open) || open->state == ENTRY_RETURN) &&
               journal_json_read_end(line, open);
    if (!ends_skipped(line, id, journal))
        return false;
    if (id >= journal->next_id)
        journal->next_id = id + 1;
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
    uint64_t id;
    bool has_id = journal_json_read_id(line, &id);
    enum line_result result = LINE_BAD;
    enum entry_state state;
    struct journal_entry entry;

    if (json_is_integer(version) && json_integer_value(version) > JOURNAL_VERSION) {
        fault_set(fault, FAULT_FAILED, 0,
                  "The journal was written by a newer maxport (format %d; this version supports "
                  "%d). Use that version. Nothing was changed.",
                  (int)json_integer_value(version), JOURNAL_VERSION);
        result = LINE_FATAL;
    } else if (!json_is_integer(version) || json_integer_value(version) < 1 || !event) {
        result = LINE_BAD;
    } else if (strcmp(event, "mended") == 0) {
        /* maxport writes this line after it has terminated an incomplete line, so the bad line
         * before this line is not counted. */
        if (is_after_bad)
            journal->bad_count--;
        if (is_after_bad || journal->whole_length == journal->skipped_length)
            result = LINE_GOOD;
    } else if (!has_id) {
        result = LINE_BAD;
    } else if (journal_json_state_of(event, &state)) {
        if (parse_started(line, id, state, journal, &entry)) {
            journal->next_id = id + 1;
            result = LINE_GOOD;
            if (!add_entry(journal, &entry, capacity, fault))
                result = LINE_FATAL;
        }
    } else if (strcmp(event, "ended") == 0) {
        result = parse_end(line, id, journal) ? LINE_GOOD : LINE_BAD;
    }
    json_decref(line);
    return result;
}

/* Visits the newest entry first: if an undo was itself undone, the undo is already marked when the
 * loop reaches it, and does not mark its target. */
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
    entry->was_resolved = true;
    mark_undone(journal);
}

/* Parses the lines from offset `at` to the end. */
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
        /* If memory ran out, a good line may look bad or lack a byte. */
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

    /* Move back to the start of the first line to parse. */
    while (at > 0 && (data[at - 1] != '\n' || ++lines <= JOURNAL_RECENT_LINES))
        at--;
    return parse_from(data, length, at, journal, fault);
}

/* Every change first resolves all interrupted changes before it, but a backup and a return to a
 * restore point do not. If the newest lines contain only these, an older change can still be
 * interrupted. */
static bool is_enough(const struct journal *journal, const struct boot *boot)
{
    if (!journal->skipped_length)
        return true;
    if (boot && journal->count && journal->entries[0].is_boot_known &&
        boot_equal(&journal->entries[0].boot, boot))
        return false;
    for (size_t i = 0; i < journal->count; i++)
        if (!entry_state_is_single(journal->entries[i].state))
            return true;
    return false;
}

static bool parse_enough(const char *data, size_t length, const struct boot *boot,
                         struct journal *journal, struct fault *fault)
{
    if (!journal_parse_recent(data, length, journal, fault))
        return false;
    if (is_enough(journal, boot))
        return true;
    journal_release(journal);
    return journal_parse(data, length, journal, fault);
}

/* Reads the file of the journal. *data is NULL if there is none. */
static bool read_file(const struct store *store, enum store_view view, char **data, size_t *length,
                      struct fault *fault)
{
    struct fault own;

    if (store->read(store->context, view, journal_name, data, length, &own))
        return true;
    *data = NULL;
    *length = 0;
    if (own.kind == FAULT_MISSING)
        return true;
    *fault = own;
    return fault_prefix(fault, "The journal could not be read");
}

bool journal_read(const struct store *store, enum store_view view, struct journal *journal,
                  struct fault *fault)
{
    char *data;
    size_t length;
    bool is_parsed;

    if (!read_file(store, view, &data, &length, fault))
        return false;
    is_parsed = journal_parse(data, length, journal, fault);
    free(data);
    return is_parsed;
}

bool journal_read_recent(const struct store *store, enum store_view view, const struct boot *boot,
                         struct journal *journal, struct fault *fault)
{
    char *data;
    size_t length;
    bool is_parsed;

    if (!read_file(store, view, &data, &length, fault))
        return false;
    is_parsed = parse_enough(data, length, boot, journal, fault);
    free(data);
    return is_parsed;
}

/* ---- writing ---------------------------------------------------------- */

/* Takes ownership of `line`. failures: heap_failure_count() before the line was made. */
static bool append_line(const struct store *store, json_t *line, unsigned failures,
                        struct fault *fault)
{
    struct text bytes;
    char *dumped = NULL;
    bool is_whole = line != NULL;
    bool is_written = false;

    if (is_whole)
        dumped = json_dumps(line, JSON_COMPACT);
    is_whole =
        is_whole && heap_failure_count() == failures; /* otherwise a key or byte is missing */
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

bool journal_write_started(const struct store *store, const struct journal_entry *entry,
                           struct fault *fault)
{
    unsigned failures = heap_failure_count();

    return append_line(store, journal_json_started(entry), failures, fault);
}

bool journal_write_ended(const struct store *store, const struct journal_entry *entry,
                         struct fault *fault)
{
    unsigned failures = heap_failure_count();

    return append_line(store, journal_json_ended(entry), failures, fault);
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
        return fault_prefix(fault, "The incomplete last line of the journal could not be moved "
                                   "to a separate file");
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
