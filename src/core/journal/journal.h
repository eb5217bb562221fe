/* journal.h - what was done, so that it can be undone.
 *
 * journal.jsonl is append-only: one JSON object a line, each with the version of
 * its form, flushed before the next step is taken. A change is a line "started"
 * (the whole intent, with every byte that was there before) and later a line
 * that says how it ended. A change without such a line is open: maxport or the
 * machine died in between.
 */
#ifndef CORE_JOURNAL_JOURNAL_H
#define CORE_JOURNAL_JOURNAL_H

#include <jansson.h>

#include "core/base/sha256.h"
#include "core/journal/step.h"
#include "core/system/clock.h"
#include "core/system/identity.h"
#include "core/system/restore_point.h"
#include "core/system/store.h"

enum entry_state {
    ENTRY_OPEN,        /* started, and no word of how it ended */
    ENTRY_DONE,        /* written and verified */
    ENTRY_ROLLED_BACK, /* it failed, and all is as before */
    ENTRY_STUCK,       /* it failed, and the roll-back did too */
    ENTRY_BACKUP,      /* only a backup was made; nothing was changed */
};

const char *entry_state_name(enum entry_state state); /* JSON: "open", "done", "rolled_back" ... */

/* Ports in use, as noted before and after a change. */
struct use_figures {
    bool is_known;
    struct {
        uint32_t in_use, available;
    } by[PROTOCOL_COUNT][FAMILY_COUNT];
};

struct journal_entry {
    uint64_t id; /* 1, 2, 3 ... */
    enum entry_state state;
    int64_t started_ms, ended_ms; /* ms since 1970 UTC; ended 0 while open */
    struct boot boot;             /* the kernel session it was made in */
    bool is_boot_known;
    int64_t key_written_ms; /* when the key was last written before it; 0: not known */
    char account[IDENTITY_SIZE], session_user[IDENTITY_SIZE], computer[IDENTITY_SIZE];
    uint32_t process_id;
    char command[32];   /* "set", "reset", "undo", "restore", "backup" */
    char *reason;       /* owned; "" without */
    uint64_t undoes;    /* the id of the change that this one takes back; 0 none */
    struct step *steps; /* owned */
    size_t step_count;
    char backup[64];                     /* name within the store, "" without */
    char backup_sha256[SHA256_HEX_SIZE]; /* of its bytes, "" in journals that lack it */
    char undo_file[64];
    bool has_restore_point; /* Windows' System Restore made or kept one before the change */
    enum restore_point_outcome restore_point_outcome;
    uint32_t restore_point; /* its sequence number */
    struct use_figures use_before, use_after;
    struct port_range predicted[PROTOCOL_COUNT][FAMILY_COUNT]; /* count 0: was unknown */
    char *outcome;    /* owned; how it ended, in words, "" without */
    bool was_settled; /* the end was found out later, by another command */
    bool is_undone;   /* a later done entry took it back that is itself still in force */
};

struct journal {
    struct journal_entry *entries; /* owned; oldest first, ids growing */
    size_t count;
    uint64_t next_id;
    size_t skipped_length; /* bytes of older lines, not looked at: journal_read_recent */
    size_t whole_length;   /* bytes of whole lines; what follows is a torn line */
    size_t torn_length;    /* bytes of it; 0 usually */
    size_t bad_count;      /* whole lines that are no entry: kept, skipped, reported */
    bool misses_newline;   /* the last line is whole but for its newline */
};

void journal_init(struct journal *journal);
void journal_release(struct journal *journal);

/* Reads bytes of journal.jsonl. A torn last line and bad lines are marked, not
 * fatal. FAULT_FAILED: a newer form than this maxport knows. */
bool journal_parse(const char *data, size_t length, struct journal *journal,
                   struct fault *fault) MUST_CHECK;

/* The same, but of more than JOURNAL_RECENT_LINES lines only the newest so many: the
 * journal is as if it began with them, but for skipped_length. What is open is always
 * among them where a change is, since every change settles what was open before it. */
enum { JOURNAL_RECENT_LINES = 4000 };
bool journal_parse_recent(const char *data, size_t length, struct journal *journal,
                          struct fault *fault) MUST_CHECK;

/* journal_parse of the store's file; a missing file is an empty journal. */
bool journal_read(const struct store *store, enum store_view view, struct journal *journal,
                  struct fault *fault) MUST_CHECK;
bool journal_read_recent(const struct store *store, enum store_view view, struct journal *journal,
                         struct fault *fault) MUST_CHECK;

/* Mends what a crash left at the end (a missing newline; a torn line is copied
 * to journal-torn-N.txt and closed off), under the caller's lock. */
bool journal_mend(const struct store *store, struct journal *journal,
                  struct fault *fault) MUST_CHECK;

/* Appends one flushed line. `entry` as it stands. */
bool journal_write_started(const struct store *store, const struct journal_entry *entry,
                           struct fault *fault) MUST_CHECK;
/* state, ended_ms, outcome, use_after and was_settled of the entry. */
bool journal_write_ended(const struct store *store, const struct journal_entry *entry,
                         struct fault *fault) MUST_CHECK;

const struct journal_entry *journal_find(const struct journal *journal, uint64_t id);

/* A done change that is neither undone nor itself an undo. */
bool journal_is_undoable(const struct journal_entry *entry);

/* The newest one of those, or NULL. */
const struct journal_entry *journal_newest_undoable(const struct journal *journal);

/* Open, or stuck and not looked at since: the journal may still say how it ended. */
bool journal_is_open(const struct journal_entry *entry);

/* Makes an open entry, in memory, what it will be once it is settled: settling.h. */
void journal_foresee(struct journal *journal, uint64_t id, enum entry_state state);

/* The newest entry that the next change has to settle, or NULL: open, or stuck
 * and not looked at since. */
const struct journal_entry *journal_open_entry(const struct journal *journal);

void journal_entry_release(struct journal_entry *entry);

/* How figures of use look in JSON, here and elsewhere: {"tcp": {"ipv4": {"in_use",
 * "available"}, ...}, "udp": ...}, null where they are not known. A new reference. */
json_t *journal_use(const struct use_figures *use);

/* "^[0-9]+$" and nothing else. */
bool journal_parse_id(const char *text, uint64_t *id);

#endif
