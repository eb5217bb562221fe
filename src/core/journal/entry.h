/* entry.h - an entry of the journal, and the entries that were read: plain data.
 *
 * What reads and writes them is journal.h; which of them can be true is journal_rule.h.
 */
#ifndef CORE_JOURNAL_ENTRY_H
#define CORE_JOURNAL_ENTRY_H

#include "core/base/sha256.h"
#include "core/journal/step.h"
#include "core/system/clock.h"
#include "core/system/identity.h"
#include "core/system/restore_point.h"

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
void journal_entry_release(struct journal_entry *entry);

const struct journal_entry *journal_find(const struct journal *journal, uint64_t id);

/* Open, or stuck and not looked at since: the journal may still say how it ended. */
bool journal_is_open(const struct journal_entry *entry);

#endif
