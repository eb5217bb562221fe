/* scene.h - the contents of the registry and the store at one moment, read without maxport.
 *
 * The journal is parsed with jansson, according to the format in core/journal/journal.h. The reader
 * of maxport is not used, because it is under test.
 */
#ifndef TESTS_TORTURE_SCENE_H
#define TESTS_TORTURE_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <windows.h>

enum { MAX_USER_PORT, TIME_WAIT_DELAY, SETTINGS };
enum { IS_ABSENT = -1, IS_ODD = -2, IS_UNTOUCHED = -3 }; /* used instead of a number */
enum { ENTRIES_MAX = 512 };

enum entry_end { IS_OPEN, IS_DONE, IS_ROLLED_BACK, IS_STUCK, IS_BACKUP };

struct entry {
    int64_t id, undoes;
    char command[16];
    enum entry_end end;
    bool is_resolved;
    int64_t before[SETTINGS], after[SETTINGS]; /* IS_UNTOUCHED: no step for the setting */
    char backup[64], sha256[65], undo_file[64];
};

struct scene {
    int64_t values[SETTINGS];
    char *journal; /* owned; "" if there is no journal */
    size_t length;
    char *listing; /* owned; names and sizes of all files of the store except the lock */
    struct entry entries[ENTRIES_MAX];
    size_t entry_count;
    size_t torn_length; /* bytes of an incomplete last line */
    unsigned bad_lines; /* number of complete lines that are invalid and not repaired */
};

/* Returns false, with the reason in *why, if there is no permission to change this machine, or if
 * the machine already has a store or settings. */
bool scene_set_up(const char **why);

void scene_look(struct scene *scene);
void scene_release(struct scene *scene);
bool scene_equal(const struct scene *a, const struct scene *b);

const struct entry *scene_find(const struct scene *scene, int64_t id);
const struct entry *scene_last(const struct scene *scene); /* NULL: none */
/* The newest unresolved entry; NULL: none. */
const struct entry *scene_open_entry(const struct scene *scene);

/* Returns whether the backup exists and has the checksum that the journal contains. */
bool scene_has_backup(const struct entry *entry);

/* Deletes the values and the store. */
void scene_clear(void);
void scene_write(int setting, int64_t number);

/* Returns a path in the store, for a name such as L"journal.jsonl". The fourth call after this one
 * overwrites the path. */
const wchar_t *scene_path(const wchar_t *name);
/* Returns the current size of the journal; 0: there is none. The function is fast, because it does
 * not read the file. */
uint64_t scene_journal_size(void);
/* Returns the content of the file, or "" if it does not exist. The caller frees the result. */
char *scene_read_file(const wchar_t *path, size_t *length);
bool scene_write_file(const wchar_t *path, const void *data, size_t length);
/* Deletes the backups of this entry and of later entries, and all copies of incomplete lines. */
void scene_delete_files_from(int64_t id);

#endif
