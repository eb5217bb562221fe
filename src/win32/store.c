#include "win32/store.h"

#include "win32/lib/wide.h"
#include "win32/store_file.h"
#include "win32/store_folder.h"
#include "win32/store_lock.h"
#include "win32/store_prepare.h"
#include "win32/store_public.h"
#include "win32/store_remove.h"

#include <string.h>
#include <wchar.h>

static bool store_inspect(void *context, enum store_state *state, char *why, struct fault *fault)
{
    struct store_trace trace;
    wchar_t path[STORE_FOLDER_CHARACTERS];
    return store_folder_locate(context, path, &trace, fault) &&
           store_folder_inspect(path, &trace, state, why, fault);
}

static bool store_record(void *context, struct store_record *record, struct fault *fault)
{
    struct store_trace trace;
    wchar_t path[STORE_FOLDER_CHARACTERS];
    if (!store_folder_locate(context, path, &trace, fault))
        return false;
    *record = (struct store_record){.is_present = trace.is_present};
    if (trace.is_present) {
        wide_copy_utf8(trace.path, record->path, sizeof record->path);
        record->volume = trace.identity.volume;
        memcpy(&record->index, trace.identity.id, sizeof record->index);
        record->is_public_behind = trace.behind != 0;
    }
    return true;
}

static bool store_read(void *context, enum store_view view, const char *name, char **data,
                       size_t *length, struct fault *fault)
{
    return view == STORE_PUBLIC ? store_read_public(context, name, data, length, fault)
                                : store_read_private(context, name, data, length, fault);
}

/* Converts the name of a file to the path of its copy, e.g. "journal.jsonl" to
 * "\public\journal.3.jsonl". */
static void name_copy(const char *text, DWORD copy, wchar_t shown[STORE_PATH_CHARACTERS])
{
    struct store_name name;
    struct fault ignored;
    wchar_t leaf[STORE_NAME_CHARACTERS + 16];
    if (!store_name_parse(text, &name, &ignored)) {
        shown[0] = L'\0';
        return;
    }
    store_public_leaf(name.leaf, name.folder[0] ? 0 : copy, leaf, sizeof leaf / sizeof *leaf);
    snwprintf(shown, STORE_PATH_CHARACTERS, L"\\%ls%ls%ls\\%ls", store_public_name,
              name.folder[0] ? L"\\" : L"", name.folder, leaf);
}

static void store_path(void *context, enum store_view view, const char *name,
                       char full[STORE_PATH_SIZE])
{
    struct store_trace trace;
    wchar_t path[STORE_FOLDER_CHARACTERS], shown[STORE_PATH_CHARACTERS] = L"";
    struct fault ignored; /* if the folder's path is unknown, `full` is e.g. "\journal.jsonl" */
    if (!store_folder_locate(context, path, &trace, &ignored)) {
        path[0] = L'\0';
        trace.copy = STORE_NO_COPY;
    }
    if (name[0] && view == STORE_PUBLIC)
        name_copy(name, trace.copy, shown);
    wide_copy_utf8(path, full, STORE_PATH_SIZE);
    size_t length = strlen(full);
    if (shown[0]) {
        wide_copy_utf8(shown, full + length, STORE_PATH_SIZE - length);
        return;
    }
    if (!name[0] || length + 1 + strlen(name) >= STORE_PATH_SIZE)
        return; /* return the path of the folder */
    full[length++] = '\\';
    for (; *name; name++)
        full[length++] = *name == '/' ? '\\' : *name;
    full[length] = '\0';
}

/* ---- opening ---------------------------------------------------------- */

bool store_at(const wchar_t *folder, HKEY root, struct store_adapter *adapter, struct store *store,
              struct fault *fault)
{
    size_t count = wcslen(folder);
    while (count > 0 && (folder[count - 1] == L'\\' || folder[count - 1] == L'/'))
        count--;
    if (count == 0 || count >= STORE_FOLDER_CHARACTERS)
        return fault_set(fault, FAULT_USAGE, 0, "The path of the store is empty or too long.");
    store_open(adapter, store);
    adapter->root = root;
    memcpy(adapter->name, folder, count * sizeof *folder);
    adapter->name[count] = L'\0';
    return true;
}

void store_open(struct store_adapter *adapter, struct store *store)
{
    store_open_read_only(adapter, store);
    adapter->is_read_only = false;
    store->prepare = store_prepare;
    store->lock = store_lock;
    store->unlock = store_unlock;
    store->create = store_create;
    store->replace = store_replace;
    store->append = store_append;
    store->publish = store_publish;
    store->remove = store_remove;
}

void store_open_read_only(struct store_adapter *adapter, struct store *store)
{
    *adapter = (struct store_adapter){
        .root = HKEY_LOCAL_MACHINE,
        .lock = INVALID_HANDLE_VALUE,
        .is_read_only = true,
    };
    *store = (struct store){
        .context = adapter,
        .inspect = store_inspect,
        .record = store_record,
        .read = store_read,
        .path = store_path,
        .measure = store_measure,
    };
}

void store_close(struct store_adapter *adapter)
{
    store_unlock(adapter);
}
