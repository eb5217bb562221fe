#include "torture/scene.h"

#include <jansson.h>
#include <shlobj.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/base/sha256.h"
#include "torture/steps.h"

static const wchar_t *const names[SETTINGS] = {L"MaxUserPort", L"TcpTimedWaitDelay"};
static const char *const narrow_names[SETTINGS] = {"MaxUserPort", "TcpTimedWaitDelay"};
static wchar_t store[MAX_PATH];

static void *checked(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

/* ---- registry --------------------------------------------------------- */

static HKEY open_key(void)
{
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, STEPS_KEY, 0, KEY_QUERY_VALUE | KEY_SET_VALUE, &key) !=
        ERROR_SUCCESS) {
        fputs("torture: the key cannot be opened\n", stderr);
        exit(2);
    }
    return key;
}

static int64_t read_number(HKEY key, const wchar_t *name)
{
    DWORD number = 0, type, length = sizeof number;
    LONG error = RegQueryValueExW(key, name, NULL, &type, (BYTE *)&number, &length);

    if (error == ERROR_FILE_NOT_FOUND)
        return IS_ABSENT;
    return error == ERROR_SUCCESS && type == REG_DWORD && length == sizeof number ? (int64_t)number
                                                                                  : IS_ODD;
}

void scene_write(int setting, int64_t number)
{
    HKEY key = open_key();
    DWORD value = (DWORD)number;

    if (number == IS_ABSENT)
        RegDeleteValueW(key, names[setting]);
    else
        RegSetValueExW(key, names[setting], 0, REG_DWORD, (BYTE *)&value, sizeof value);
    RegCloseKey(key);
}

/* ---- files ------------------------------------------------------------ */

const wchar_t *scene_path(const wchar_t *name)
{
    static wchar_t paths[4][MAX_PATH + 64];
    static unsigned next;
    wchar_t *path = paths[next++ % 4];

    snwprintf(path, MAX_PATH + 64, name[0] ? L"%ls\\%ls" : L"%ls", store, name);
    return path;
}

char *scene_read_file(const wchar_t *path, size_t *length)
{
    HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);
    DWORD size = file == INVALID_HANDLE_VALUE ? 0 : GetFileSize(file, NULL);
    char *data = checked(malloc((size_t)size + 1));
    DWORD got = 0;

    if (size > 0 && !ReadFile(file, data, size, &got, NULL))
        got = 0;
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    data[got] = '\0';
    *length = got;
    return data;
}

bool scene_write_file(const wchar_t *path, const void *data, size_t length)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written = 0;
    bool is_written = file != INVALID_HANDLE_VALUE &&
                      WriteFile(file, data, (DWORD)length, &written, NULL) && written == length;

    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    return is_written;
}

uint64_t scene_journal_size(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    return GetFileAttributesExW(scene_path(L"journal.jsonl"), GetFileExInfoStandard, &data)
               ? (uint64_t)data.nFileSizeHigh << 32 | data.nFileSizeLow
               : 0;
}

/* Calls `visit` for everything below a folder. The contents of a folder come before the folder
 * itself.
 */
static void walk(const wchar_t *folder, void (*visit)(void *, const wchar_t *, WIN32_FIND_DATAW *),
                 void *context)
{
    wchar_t path[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    snwprintf(path, 2 * MAX_PATH, L"%ls\\*", folder);
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        snwprintf(path, 2 * MAX_PATH, L"%ls\\%ls", folder, found.cFileName);
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
            walk(path, visit, context);
        visit(context, path, &found);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

static void delete_visited(void *context, const wchar_t *path, WIN32_FIND_DATAW *found)
{
    (void)context;
    if (!(found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
        DeleteFileW(path);
    else
        RemoveDirectoryW(path);
}

void scene_clear(void)
{
    for (int i = 0; i < SETTINGS; i++)
        scene_write(i, IS_ABSENT);
    walk(store, delete_visited, NULL);
    RemoveDirectoryW(store);
    RegDeleteKeyW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\maxport"); /* the record of the store */
}

static void delete_from(void *context, const wchar_t *path, WIN32_FIND_DATAW *found)
{
    const int64_t *id = context;

    if (_wtoi64(found->cFileName) >= *id || wcsncmp(found->cFileName, L"journal-torn-", 13) == 0)
        DeleteFileW(path);
}

void scene_delete_files_from(int64_t id)
{
    walk(store, delete_from, &id);
}

struct rows {
    char *rows[4 * ENTRIES_MAX];
    size_t count;
};

static void list_visited(void *context, const wchar_t *path, WIN32_FIND_DATAW *found)
{
    struct rows *rows = context;
    char row[2 * MAX_PATH];

    /* The lock file is left out, because its contents differ in each run; they are for people
     * only. */
    if (wcscmp(found->cFileName, L"lock") == 0 || rows->count == 4 * ENTRIES_MAX)
        return;
    snprintf(row, sizeof row, "%ls %lu", path + wcslen(store), found->nFileSizeLow);
    rows->rows[rows->count++] = checked(_strdup(row));
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *list_files(void)
{
    static struct rows rows;
    size_t length = 1;
    char *listing;

    rows.count = 0;
    walk(store, list_visited, &rows);
    qsort(rows.rows, rows.count, sizeof *rows.rows, compare_rows);
    for (size_t i = 0; i < rows.count; i++)
        length += strlen(rows.rows[i]) + 1;
    listing = checked(calloc(length, 1));
    length = 0;
    for (size_t i = 0; i < rows.count; i++) {
        length += (size_t)sprintf(listing + length, "%s\n", rows.rows[i]);
        free(rows.rows[i]);
    }
    return listing;
}

/* ---- journal ---------------------------------------------------------- */

static void copy_text(json_t *line, const char *key, char *buffer, size_t size)
{
    const char *text = json_string_value(json_object_get(line, key));

    snprintf(buffer, size, "%s", text ? text : "");
}

static int64_t number_of(const char *text)
{
    if (!text || strspn(text, "0123456789") != strlen(text))
        return text && strcmp(text, "absent") == 0 ? IS_ABSENT : IS_ODD;
    return strtoll(text, NULL, 10);
}

static bool add_entry(struct scene *scene, json_t *line, bool is_backup)
{
    struct entry *entry = &scene->entries[scene->entry_count];
    size_t index;
    json_t *step;

    if (scene->entry_count == ENTRIES_MAX) {
        fputs("torture: the journal grew too long for the oracle\n", stderr);
        exit(2);
    }
    memset(entry, 0, sizeof *entry);
    entry->id = json_integer_value(json_object_get(line, "id"));
    entry->undoes = json_integer_value(json_object_get(line, "undoes"));
    entry->end = is_backup ? IS_BACKUP : IS_OPEN;
    copy_text(line, "command", entry->command, sizeof entry->command);
    copy_text(line, "backup", entry->backup, sizeof entry->backup);
    copy_text(line, "backup_sha256", entry->sha256, sizeof entry->sha256);
    copy_text(line, "undo_file", entry->undo_file, sizeof entry->undo_file);
    for (int i = 0; i < SETTINGS; i++)
        entry->before[i] = entry->after[i] = IS_UNTOUCHED;
    json_array_foreach(json_object_get(line, "steps"), index, step)
    {
        const char *name =
            json_string_value(json_object_get(json_object_get(step, "place"), "name"));

        for (int i = 0; i < SETTINGS; i++)
            if (name && strcmp(name, narrow_names[i]) == 0) {
                entry->before[i] = number_of(json_string_value(json_object_get(step, "before")));
                entry->after[i] = number_of(json_string_value(json_object_get(step, "after")));
            }
    }
    scene->entry_count++;
    return entry->id > 0 && *entry->command && *entry->backup;
}

static bool end_entry(struct scene *scene, json_t *line)
{
    static const char *const ends[] = {
        [IS_DONE] = "done", [IS_ROLLED_BACK] = "rolled_back", [IS_STUCK] = "stuck"};
    const char *state = json_string_value(json_object_get(line, "state"));
    struct entry *entry =
        (struct entry *)scene_find(scene, json_integer_value(json_object_get(line, "id")));

    for (int i = IS_DONE; entry && state && i <= IS_STUCK; i++)
        if (strcmp(state, ends[i]) == 0) {
            entry->end = (enum entry_end)i;
            entry->is_resolved = json_is_true(json_object_get(line, "settled"));
            return true;
        }
    return false;
}

static bool take_line(struct scene *scene, const char *data, size_t length)
{
    json_t *line = json_loadb(data, length, JSON_REJECT_DUPLICATES, NULL);
    const char *event = json_string_value(json_object_get(line, "event"));
    bool is_good = false;

    if (event && strcmp(event, "mended") == 0) {
        is_good = scene->bad_lines > 0;
        scene->bad_lines -= is_good;
    } else if (event && strcmp(event, "ended") == 0) {
        is_good = end_entry(scene, line);
    } else if (event && (strcmp(event, "started") == 0 || strcmp(event, "backup") == 0)) {
        is_good = add_entry(scene, line, event[0] == 'b');
    }
    json_decref(line);
    return is_good;
}

static void take_journal(struct scene *scene)
{
    size_t at = 0;

    while (at < scene->length) {
        const char *newline = memchr(scene->journal + at, '\n', scene->length - at);
        size_t end = newline ? (size_t)(newline - scene->journal) : scene->length;
        bool is_good = take_line(scene, scene->journal + at, end - at);

        if (newline)
            scene->bad_lines += !is_good;
        else if (!is_good)
            scene->torn_length = scene->length - at;
        at = end + 1;
    }
}

/* ---- scenes ----------------------------------------------------------- */

void scene_look(struct scene *scene)
{
    HKEY key = open_key();

    memset(scene, 0, sizeof *scene);
    for (int i = 0; i < SETTINGS; i++)
        scene->values[i] = read_number(key, names[i]);
    RegCloseKey(key);
    scene->journal = scene_read_file(scene_path(L"journal.jsonl"), &scene->length);
    scene->listing = list_files();
    take_journal(scene);
}

void scene_release(struct scene *scene)
{
    free(scene->journal);
    free(scene->listing);
    memset(scene, 0, sizeof *scene);
}

bool scene_equal(const struct scene *a, const struct scene *b)
{
    return memcmp(a->values, b->values, sizeof a->values) == 0 && a->length == b->length &&
           memcmp(a->journal, b->journal, a->length) == 0 && strcmp(a->listing, b->listing) == 0;
}

const struct entry *scene_find(const struct scene *scene, int64_t id)
{
    for (size_t i = scene->entry_count; i > 0; i--)
        if (scene->entries[i - 1].id == id)
            return &scene->entries[i - 1];
    return NULL;
}

const struct entry *scene_last(const struct scene *scene)
{
    return scene->entry_count ? &scene->entries[scene->entry_count - 1] : NULL;
}

const struct entry *scene_open_entry(const struct scene *scene)
{
    for (size_t i = scene->entry_count; i > 0; i--) {
        const struct entry *entry = &scene->entries[i - 1];

        if (entry->end == IS_OPEN || (entry->end == IS_STUCK && !entry->is_resolved))
            return entry;
    }
    return NULL;
}

bool scene_has_backup(const struct entry *entry)
{
    char hex[SHA256_HEX_SIZE];
    wchar_t name[64];
    size_t length;
    char *data;

    snwprintf(name, 64, L"%hs", entry->backup);
    data = scene_read_file(scene_path(name), &length);
    sha256_hex(data, length, hex);
    free(data);
    return length > 0 && strcmp(hex, entry->sha256) == 0;
}

bool scene_set_up(const char **why)
{
    bool is_wine = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
    wchar_t said[8] = L"";
    struct scene scene;
    bool is_bare;

    *why = "the path of ProgramData is unknown";
    if (SHGetFolderPathW(NULL, CSIDL_COMMON_APPDATA, NULL, SHGFP_TYPE_CURRENT, store) != S_OK ||
        wcslen(store) > MAX_PATH - 64)
        return false;
    wcscat(store, L"\\maxport");
    *why = "the torture changes HKEY_LOCAL_MACHINE and deletes maxport's store. Set "
           "MAXPORT_TESTS_MAY_CHANGE_THIS_MACHINE=yes on a machine that nobody needs";
    GetEnvironmentVariableW(L"MAXPORT_TESTS_MAY_CHANGE_THIS_MACHINE", said, 8);
    if (!is_wine && wcscmp(said, L"yes") != 0)
        return false;
    *why = "this machine has a store or settings already, which the torture would delete";
    scene_look(&scene);
    is_bare = scene.values[0] == IS_ABSENT && scene.values[1] == IS_ABSENT && !*scene.listing;
    scene_release(&scene);
    return is_bare;
}
