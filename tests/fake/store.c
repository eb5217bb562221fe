#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/calls.h"

#define STORE_FOLDER "C:\\ProgramData\\maxport"

static bool equal_paths(const char *a, const char *b)
{
    for (;; a++, b++) {
        char x = *a == '/' ? '\\' : *a, y = *b == '/' ? '\\' : *b;
        if (fake_lower((unsigned char)x) != fake_lower((unsigned char)y))
            return false;
        if (x == '\0')
            return true;
    }
}

static struct fake_file *folder_find(const struct fake_folder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; i++)
        if (equal_paths(folder->files[i].name, name))
            return &folder->files[i];
    return NULL;
}

const struct fake_file *fake_folder_find(const struct fake_folder *folder, const char *name)
{
    return folder_find(folder, name);
}

void fake_folder_put(struct fake_folder *folder, const char *name, const void *data, size_t length)
{
    struct fake_file *file = folder_find(folder, name);
    if (!file) {
        folder->files =
            fake_must(realloc(folder->files, (folder->count + 1) * sizeof *folder->files));
        file = &folder->files[folder->count++];
        *file = (struct fake_file){.name = fake_copy(name, strlen(name))};
        for (char *c = file->name; *c != '\0'; c++)
            if (*c == '/')
                *c = '\\';
    }
    char *copy = fake_copy(data, length);
    free(file->data);
    file->data = copy;
    file->length = length;
}

static void folder_append(struct fake_folder *folder, const char *name, const void *data,
                          size_t length)
{
    const struct fake_file *file = folder_find(folder, name);
    size_t before = file ? file->length : 0;
    char *whole = fake_must(malloc(before + length + 1));
    if (before > 0)
        memcpy(whole, file->data, before);
    if (length > 0)
        memcpy(whole + before, data, length);
    fake_folder_put(folder, name, whole, before + length);
    free(whole);
}

void fake_folder_remove(struct fake_folder *folder, const char *name)
{
    struct fake_file *file = folder_find(folder, name);
    if (!file)
        return;
    free(file->name);
    free(file->data);
    *file = folder->files[--folder->count];
}

void fake_folder_release(struct fake_folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        free(folder->files[i].name);
        free(folder->files[i].data);
    }
    free(folder->files);
    *folder = (struct fake_folder){0};
}

const char *fake_stored(const struct fake *fake, const char *name)
{
    const struct fake_file *file = folder_find(&fake->store, name);
    return file ? file->data : "";
}

static void store_why(const struct fake *fake, char *why)
{
    snprintf(why, STORE_PATH_SIZE, "%s",
             fake->store_state == STORE_UNTRUSTED
                 ? "C:\\ProgramData\\maxport belongs to LAB\\mallory, not to SYSTEM or "
                   "Administrators."
                 : "");
}

/* Must be called before each write. At the first write since the last publish, the function copies
 * all files; unelevated programs continue to read these copies. */
static void fall_behind(struct fake *fake)
{
    if (fake->is_public_behind)
        return;
    fake->is_public_behind = true;
    fake_folder_release(&fake->published);
    for (size_t i = 0; i < fake->store.count; i++)
        fake_folder_put(&fake->published, fake->store.files[i].name, fake->store.files[i].data,
                        fake->store.files[i].length);
}

void fake_publish(struct fake *fake)
{
    fake->is_public_behind = false;
    fake_folder_release(&fake->published);
}

static bool store_inspect(void *context, enum store_state *state, char *why, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_INSPECT);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_STORE_INSPECT, FAULT_FAILED, fault);
    *state = fake->store_state;
    store_why(fake, why);
    return fake_end(fake, CALL_STORE_INSPECT, mishap, FAULT_FAILED, fault);
}

static bool store_record(void *context, struct store_record *record, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_RECORD);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_STORE_RECORD, FAULT_FAILED, fault);
    *record = (struct store_record){.is_present = fake->store_state == STORE_TRUSTED};
    if (record->is_present) {
        strcpy(record->path, STORE_FOLDER);
        record->volume = 0x1a2b3c4d;
        record->index = 77;
        record->is_public_behind = fake->is_public_behind;
    }
    return fake_end(fake, CALL_STORE_RECORD, mishap, FAULT_FAILED, fault);
}

static bool store_prepare(void *context, struct store_preparation *preparation, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_PREPARE);
    if (fake_fails_before(mishap))
        return fake_fail(fake, CALL_STORE_PREPARE, FAULT_STORE, fault);
    if (!fake->identity.is_elevated)
        return fake_denied(fault, STORE_FOLDER " may not be made");
    struct store_preparation made = {0};
    if (mishap != LIE && mishap != DIE_DURING) {
        if (fake->store_state == STORE_UNTRUSTED) {
            snprintf(made.moved_to, sizeof made.moved_to, "%s", STORE_FOLDER "-untrusted-1");
            store_why(fake, made.why);
            fake_folder_release(&fake->store);
            fake_publish(fake);
        }
        fake->store_state = STORE_TRUSTED;
    }
    if (!fake_end(fake, CALL_STORE_PREPARE, mishap, FAULT_STORE, fault))
        return false;
    *preparation = made;
    return true;
}

static bool store_lock(void *context, uint32_t wait_ms, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_LOCK);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_STORE_LOCK, FAULT_STORE, fault);
    if (fake->is_locked)
        fake_misused("store.lock twice: the real lock would wait for itself");
    if (!fake->identity.is_elevated)
        return fake_denied(fault, "the lock may not be taken");
    if (fake->is_locked_by_other) {
        int64_t until = fake->now_ms + wait_ms;
        bool is_freed = fake->other_unlocks_ms != 0 && fake->other_unlocks_ms <= until;
        int64_t waited = (is_freed ? fake->other_unlocks_ms : until) - fake->now_ms;
        if (waited > 0) {
            fake->now_ms += waited;
            fake->monotonic_ms += waited;
        }
        if (!is_freed)
            return fault_set(fault, FAULT_BUSY, 0,
                             "Another maxport (process 999) is making a change.");
        fake->is_locked_by_other = false;
    }
    fake->is_locked = true;
    return fake_end(fake, CALL_STORE_LOCK, mishap, FAULT_STORE, fault);
}

static void store_unlock(void *context)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_UNLOCK);
    if (!fake->is_locked)
        fake_misused("store.unlock without a lock");
    fake->is_locked = false;
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        fake_die(fake);
}

static bool folder_read(const struct fake_folder *folder, const char *name, char **data,
                        size_t *length, struct fault *fault)
{
    const struct fake_file *file = folder_find(folder, name);
    if (!file)
        return fault_set(fault, FAULT_MISSING, 2, "There is no file %s.", name);
    *data = fake_copy(file->data, file->length);
    *length = file->length;
    return true;
}

static const struct fake_folder *viewed(const struct fake *fake, enum store_view view)
{
    return view == STORE_PUBLIC && fake->is_public_behind ? &fake->published : &fake->store;
}

static bool store_read(void *context, enum store_view view, const char *name, char **data,
                       size_t *length, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_READ);
    fake->private_reads += view == STORE_PRIVATE;
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_STORE_READ, FAULT_FAILED, fault);
    if (fake->store_state == STORE_UNTRUSTED)
        return fault_set(fault, FAULT_STORE, 0, STORE_FOLDER " is not trusted.");
    if (view == STORE_PRIVATE && !fake->identity.is_elevated)
        return fake_denied(fault, STORE_FOLDER " is for administrators");
    if (view == STORE_PUBLIC && fake->unreadable &&
        strncmp(name, fake->unreadable, strlen(fake->unreadable)) == 0)
        return fake_denied(fault, STORE_FOLDER "\\public cannot be opened");
    if (!folder_read(viewed(fake, view), name, data, length, fault))
        return false;
    return fake_end(fake, CALL_STORE_READ, mishap, FAULT_FAILED, fault);
}

/* Makes the checks that create, replace and append have in common. If *is_done is set, the caller
 * must immediately return the result of this function. */
static bool store_may_write(struct fake *fake, enum fake_call call, enum fake_mishap mishap,
                            const char *name, bool *is_done, struct fault *fault)
{
    *is_done = true;
    if (fake->store_state != STORE_TRUSTED)
        return fault_set(fault, FAULT_STORE, 3,
                         STORE_FOLDER "\\%s could not be written: the folder is %s.", name,
                         fake->store_state == STORE_ABSENT ? "not there" : "not trusted");
    if (!fake->identity.is_elevated)
        return fake_denied(fault, "the store may not be written");
    if (call == CALL_STORE_CREATE && folder_find(&fake->store, name))
        return fault_set(fault, FAULT_EXISTS, 80, STORE_FOLDER "\\%s exists already.", name);
    if (fake_fails_before(mishap) && !(mishap == FAIL_DURING && call == CALL_STORE_APPEND))
        return fake_fail(fake, call, FAULT_STORE, fault);
    if (mishap == LIE)
        return true;
    *is_done = false;
    return true;
}

static bool store_write(struct fake *fake, enum fake_call call, const char *name, const void *data,
                        size_t length, struct fault *fault)
{
    enum fake_mishap mishap = fake_begin(fake, call);
    bool is_done;
    bool is_good = store_may_write(fake, call, mishap, name, &is_done, fault);
    if (is_done)
        return is_good;

    bool is_torn = mishap == FAIL_DURING || mishap == DIE_DURING;
    size_t written = is_torn ? length / 2 : length;
    fall_behind(fake);
    if (call == CALL_STORE_APPEND)
        folder_append(&fake->store, name, data, written);
    else if (call == CALL_STORE_CREATE || !is_torn) /* a replace writes all or nothing */
        fake_folder_put(&fake->store, name, data, written);
    fake->store_writes++;
    if (!fake->is_locked)
        fake->unlocked_writes++;
    if (mishap == FAIL_DURING)
        return fake_fail(fake, call, FAULT_STORE, fault);
    return fake_end(fake, call, mishap, FAULT_STORE, fault);
}

static bool store_create(void *context, const char *name, const void *data, size_t length,
                         struct fault *fault)
{
    return store_write(context, CALL_STORE_CREATE, name, data, length, fault);
}

static bool store_replace(void *context, const char *name, const void *data, size_t length,
                          struct fault *fault)
{
    return store_write(context, CALL_STORE_REPLACE, name, data, length, fault);
}

static bool store_append(void *context, const char *name, const void *data, size_t length,
                         struct fault *fault)
{
    return store_write(context, CALL_STORE_APPEND, name, data, length, fault);
}

static void store_path(void *context, enum store_view view, const char *name,
                       char full[STORE_PATH_SIZE])
{
    struct fake *fake = context;
    fake_begin(fake, CALL_STORE_PATH);
    snprintf(full, STORE_PATH_SIZE, "%s%s%s", STORE_FOLDER,
             name[0] == '\0'        ? ""
             : view == STORE_PUBLIC ? "\\public\\"
                                    : "\\",
             name);
    for (char *c = full; *c != '\0'; c++)
        if (*c == '/')
            *c = '\\';
}

static bool store_publish(void *context, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_PUBLISH);
    if (fake_fails_before(mishap))
        return fake_fail(fake, CALL_STORE_PUBLISH, FAULT_FAILED, fault);
    if (!fake->identity.is_elevated)
        return fake_denied(fault, STORE_FOLDER "\\public may not be written");
    if (fake->is_locked)
        fake_misused("store.publish under the lock: users could keep other changes waiting");
    if (mishap != LIE && mishap != DIE_DURING)
        fake_publish(fake);
    return fake_end(fake, CALL_STORE_PUBLISH, mishap, FAULT_FAILED, fault);
}

static struct store_size folder_size(const struct fake_folder *folder)
{
    struct store_size size = {0};
    for (size_t i = 0; i < folder->count; i++) {
        const char *name = folder->files[i].name + strlen("changes\\");
        size_t digits = 0;
        if (strncmp(folder->files[i].name, "changes\\", strlen("changes\\")) == 0)
            digits = strspn(name, "0123456789");
        size.backups += digits > 0 && strcmp(name + digits, ".reg") == 0;
        size.files++;
        size.bytes += folder->files[i].length;
    }
    return size;
}

static bool store_measure(void *context, enum store_view view, struct store_size *size,
                          struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_MEASURE);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_STORE_MEASURE, FAULT_FAILED, fault);
    if (view == STORE_PRIVATE && !fake->identity.is_elevated)
        return fake_denied(fault, STORE_FOLDER " is for administrators");
    *size = folder_size(viewed(fake, view));
    return fake_end(fake, CALL_STORE_MEASURE, mishap, FAULT_FAILED, fault);
}

/* Simulates a removal that stops in the middle: deletes all files except the journal, which would
 * be deleted last. */
static void drop_backups(struct fake_folder *folder)
{
    const struct fake_file *journal = folder_find(folder, "journal.jsonl");
    size_t length = journal ? journal->length : 0;
    char *data = journal ? fake_copy(journal->data, length) : NULL;
    fake_folder_release(folder);
    if (data)
        fake_folder_put(folder, "journal.jsonl", data, length);
    free(data);
}

static bool store_remove(void *context, struct store_size *removed, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_STORE_REMOVE);
    *removed = (struct store_size){0};
    if (!fake->is_locked)
        fake_misused("store.remove without a lock");
    fake->is_locked = false;
    if (fake_fails_before(mishap) && mishap != FAIL_DURING)
        return fake_fail(fake, CALL_STORE_REMOVE, FAULT_STORE, fault);
    if (mishap == LIE)
        return true;
    *removed = folder_size(&fake->store);
    fake->store_writes++;
    if (mishap == FAIL_DURING || mishap == DIE_DURING) {
        drop_backups(&fake->store);
        if (mishap == FAIL_DURING)
            return fake_fail(fake, CALL_STORE_REMOVE, FAULT_STORE, fault);
    } else {
        fake_folder_release(&fake->store);
        fake_publish(fake);
        fake->store_state = STORE_ABSENT;
    }
    return fake_end(fake, CALL_STORE_REMOVE, mishap, FAULT_STORE, fault);
}

static bool files_read(void *context, const char *path, size_t limit, char **data, size_t *length,
                       struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_FILES_READ);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_FILES_READ, FAULT_FAILED, fault);
    const struct fake_file *file = folder_find(&fake->files, path);
    if (file && file->length > limit)
        return fault_set(fault, FAULT_USAGE, 0, "The file %s is longer than %zu bytes.", path,
                         limit);
    if (!folder_read(&fake->files, path, data, length, fault))
        return false;
    return fake_end(fake, CALL_FILES_READ, mishap, FAULT_FAILED, fault);
}

static bool files_write(void *context, const char *path, bool overwrite, const void *data,
                        size_t length, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_FILES_WRITE);
    if (fake_fails_before(mishap))
        return fake_fail(fake, CALL_FILES_WRITE, FAULT_FAILED, fault);
    if (!overwrite && folder_find(&fake->files, path))
        return fault_set(fault, FAULT_USAGE, 80,
                         "The file %s exists already; it was not overwritten.", path);
    if (mishap != LIE && mishap != DIE_DURING)
        fake_folder_put(&fake->files, path, data, length);
    return fake_end(fake, CALL_FILES_WRITE, mishap, FAULT_FAILED, fault);
}

/* The current folder of the program is C:\work. */
static void files_path(void *context, const char *path, char full[STORE_PATH_SIZE])
{
    fake_begin(context, CALL_FILES_PATH);
    bool is_full = path[0] == '\\' || (path[0] != '\0' && path[1] == ':');
    snprintf(full, STORE_PATH_SIZE, "%s%s", is_full ? "" : "C:\\work\\", path);
}

static bool files_documents(void *context, char folder[STORE_PATH_SIZE], struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_FILES_DOCUMENTS);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_FILES_DOCUMENTS, FAULT_UNAVAILABLE, fault);
    snprintf(folder, STORE_PATH_SIZE, "C:\\Users\\ann\\Documents");
    return fake_end(fake, CALL_FILES_DOCUMENTS, mishap, FAULT_UNAVAILABLE, fault);
}

void fake_open_store(struct fake *fake)
{
    fake->machine.store =
        (struct store){fake,          store_inspect, store_record,  store_prepare, store_lock,
                       store_unlock,  store_read,    store_create,  store_replace, store_append,
                       store_publish, store_path,    store_measure, store_remove};
    fake->machine.files =
        (struct files){fake, files_read, files_write, files_path, files_documents};
}
