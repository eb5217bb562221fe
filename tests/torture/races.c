/* Runs two programs at the same time: two processes of maxport, or maxport and another program that
 * writes. */
#include <stdio.h>
#include <string.h>

#include "torture/kinds.h"
#include "torture/oracle.h"
#include "torture/steps.h"

/* Returns the kind of error that the run printed, such as "stale" or "busy"; "" if it printed
 * none. */
static const char *error_kind(const struct child *run, json_t **document)
{
    const char *kind;

    *document = child_json(run);
    kind = json_string_value(json_object_get(json_object_get(*document, "error"), "kind"));
    return kind ? kind : "";
}

/* ---- two processes of maxport ------------------------------------------ */

/* Checks the changes after the scene *base; their number must be `done`. Each must start from
 * the value that the previous change wrote, and the last one must be in effect. */
static void check_chain(struct row *row, const char *what, const struct scene *base,
                        const struct scene *now, unsigned done)
{
    int64_t left = base->values[MAX_USER_PORT];

    if (now->length < base->length || memcmp(now->journal, base->journal, base->length) != 0 ||
        now->bad_lines || now->torn_length)
        fails(row, LOST, "%s: the journal is not what it was, and more", what);
    if (now->entry_count - base->entry_count != done)
        fails(row, SILENT, "%s: %u were told done, the journal has %u more", what, done,
              (unsigned)(now->entry_count - base->entry_count));
    for (size_t i = base->entry_count; i < now->entry_count; i++) {
        const struct entry *entry = &now->entries[i];

        if (entry->end != IS_DONE)
            fails(row, HALF_DONE, "%s: change %lld is not done", what, (long long)entry->id);
        if (entry->before[MAX_USER_PORT] != left)
            fails(row, LOST, "%s: change %lld found %lld, but %lld was left", what,
                  (long long)entry->id, (long long)entry->before[MAX_USER_PORT], (long long)left);
        if (!scene_has_backup(entry))
            fails(row, LOST, "%s: the backup %s is not what the journal says", what, entry->backup);
        left = entry->after[MAX_USER_PORT];
    }
    if (now->values[MAX_USER_PORT] != left)
        fails(row, LOST, "%s: the registry holds %lld, the journal says %lld", what,
              (long long)now->values[MAX_USER_PORT], (long long)left);
}

static void race(struct row *row, struct scene *base, bool with_undo, unsigned number)
{
    static struct child runs[2];
    struct scene now;
    unsigned done = 0;
    char what[64];

    sprintf(what, "pair %u", number);
    child_start(&runs[0], oracle_program(), NULL, "set %u --yes --json", fresh_number(base));
    if (with_undo)
        child_start(&runs[1], oracle_program(), NULL, "undo --yes --json");
    else
        child_start(&runs[1], oracle_program(), NULL, "set %u --yes --json", fresh_number(base));
    for (int i = 0; i < 2; i++) {
        json_t *document;
        const char *kind;

        child_finish(&runs[i]);
        kind = error_kind(&runs[i], &document);
        if (runs[i].exit_code == 0 && json_is_true(json_object_get(document, "changed"))) {
            row->outcomes[DONE]++;
            done++;
        } else if (runs[i].exit_code == 1 &&
                   (strcmp(kind, "stale") == 0 || strcmp(kind, "busy") == 0)) {
            row->outcomes[REFUSED]++;
        } else {
            fails(row, SILENT, "%s: exit code %lu: %s%s", what, runs[i].exit_code, runs[i].out,
                  runs[i].err);
        }
        json_decref(document);
    }
    row->runs += 2;
    scene_look(&now);
    if (done == 0)
        fails(row, HALF_DONE, "%s: none of the two won", what);
    check_chain(row, what, base, &now, done);
    scene_release(base);
    *base = now;
    json_decref(check_status(row, what, 0));
}

void torture_races(const struct options *options)
{
    struct scene base;
    struct row *row = row_begin("two at once: set and set", &base);

    for (unsigned i = 0; i < options->pairs; i++) {
        keep_short(row, &base);
        race(row, &base, false, i);
    }
    row_end(row, &base);
    row = row_begin("two at once: set and undo", &base);
    for (unsigned i = 0; i < options->pairs; i++) {
        const struct entry *last;

        keep_short(row, &base);
        last = scene_last(&base);
        if (!last || last->undoes)
            set_afresh(row, "before a race", &base);
        race(row, &base, true, i);
    }
    row_end(row, &base);
}

/* ---- another program --------------------------------------------------- */

/* Checks a run of `set` with `number`, during which another program wrote the same registry value.
 * If `may_overwrite` is false, maxport must not have overwritten the value of the other program
 * without a report. */
static void check_foreign_write(struct row *row, const char *what, const struct child *run,
                                unsigned number, bool may_overwrite, struct scene *base)
{
    json_t *document, *status;
    const char *kind = error_kind(run, &document);
    const struct entry *new;
    struct scene now;
    int64_t value;

    scene_look(&now);
    value = now.values[MAX_USER_PORT];
    new = now.entry_count > base->entry_count ? scene_last(&now) : NULL;
    row->runs++;
    if (now.length < base->length || memcmp(now.journal, base->journal, base->length) != 0)
        fails(row, LOST, "%s: the journal lost what it had", what);
    if (new && !scene_has_backup(new))
        fails(row, LOST, "%s: the backup %s is not what the journal says", what, new->backup);
    status = check_status(row, what, new && new->end == IS_STUCK ? new->id : 0);
    if (run->exit_code == 0) {
        row->outcomes[DONE]++;
        if (!new || new->end != IS_DONE)
            fails(row, SILENT, "%s: told done, and the journal does not say so", what);
        else if (value != number &&
                 json_array_size(json_object_get(status, "contradicted_changes")) != 1)
            fails(row, SILENT, "%s: done, then overwritten, and status does not say so", what);
        else if (value == number && !may_overwrite &&
                 new->before[MAX_USER_PORT] == base->values[MAX_USER_PORT])
            fails(row, LOST, "%s: the other program's value was overwritten unseen", what);
    } else if (strcmp(kind, "stale") == 0) {
        row->outcomes[REFUSED]++;
        if (value == number)
            fails(row, SILENT, "%s: told stale, and it is written", what);
        if (value == base->values[MAX_USER_PORT])
            fails(row, LOST, "%s: told stale, and the other program's value is gone", what);
        if (new && new->end != IS_ROLLED_BACK)
            fails(row, SILENT, "%s: told stale, and the journal says otherwise", what);
    } else if (run->exit_code == 4) {
        row->outcomes[ROLLED_BACK]++;
        if (!new || new->end != IS_STUCK)
            fails(row, SILENT, "%s: told stuck, and the journal says otherwise", what);
    } else if (strcmp(kind, "failed") == 0) {
        row->outcomes[ROLLED_BACK]++;
        if (!new || new->end != IS_ROLLED_BACK)
            fails(row, SILENT, "%s: told rolled back, and the journal says otherwise: %s", what,
                  run->out);
        if (value == number)
            fails(row, SILENT, "%s: told rolled back, and it is written", what);
    } else {
        fails(row, SILENT, "%s: exit code %lu: %s%s", what, run->exit_code, run->out, run->err);
    }
    json_decref(status);
    json_decref(document);
    scene_release(base);
    *base = now;
    set_afresh(row, what, base);
}

/* Tests every call of a command, with another program that writes the registry value just before
 * the call. */
static void foreign_at_every_step(const struct options *options)
{
    struct scene base;
    struct row *row = row_begin("another program writes before every call", &base);
    static struct child run;

    set_afresh(row, "at first", &base);
    /* The command has about seventy calls. The first call that is tested is one of the first forty,
     * so that even the short form tests at least one call. */
    for (unsigned n = 1 + random_below(options->stride < 40 ? options->stride : 40);;
         n += options->stride) {
        unsigned number = fresh_number(&base);
        const char *struck;
        char what[96];

        keep_short(row, &base);
        child_run(&run, options->steps, "foreign %u set %u --yes --json", n, number);
        struck = strstr(run.err, "steps: struck ");
        if (!struck)
            break;
        snprintf(what, sizeof what, "another program before %.*s",
                 (int)strcspn(struck + 14, "\r\n"), struck + 14);
        /* Windows has no compare-and-set, so maxport cannot detect a write of another program
         * between its last check and its own write. */
        check_foreign_write(row, what, &run, number, strstr(struck, "registry.write") != NULL,
                            &base);
    }
    row_end(row, &base);
}

struct hammer {
    volatile LONG is_over;
    unsigned pause_ms;
    int64_t first; /* the thread alternately writes this number and the next */
};

static DWORD WINAPI hammer(void *context)
{
    struct hammer *hammer = context;

    for (unsigned i = 0; !hammer->is_over; i++) {
        scene_write(MAX_USER_PORT, hammer->first + i % 2);
        Sleep(hammer->pause_ms);
    }
    return 0;
}

static void foreign_all_the_time(const struct options *options)
{
    struct scene base;
    struct row *row = row_begin("another program writes all the time", &base);
    static struct child run;

    set_afresh(row, "at first", &base);
    for (unsigned i = 0; i < options->pairs; i++) {
        struct hammer hammering = {.pause_ms = random_below(i % 2 ? 200 : 40), .first = 55000};
        unsigned number = fresh_number(&base);
        HANDLE thread;
        char what[64];

        keep_short(row, &base);
        thread = CreateThread(NULL, 0, hammer, &hammering, 0, NULL);
        child_run(&run, oracle_program(), "set %u --yes --json", number);
        InterlockedExchange(&hammering.is_over, 1);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
        sprintf(what, "written every %u ms, run %u", hammering.pause_ms, i);
        check_foreign_write(row, what, &run, number, true, &base);
    }
    row_end(row, &base);
}

void torture_foreign_writes(const struct options *options)
{
    foreign_at_every_step(options);
    foreign_all_the_time(options);
}
