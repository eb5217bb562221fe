/* store_folder.h - the store's folder and what lies in it: is it believed, and opening it.
 *
 * Everything is opened as itself, never through a link, by its name within a folder that is
 * open already, and judged through its own handle: what is judged is what is used. While an
 * elevated process has a folder open, nobody can rename or delete it.
 */
#ifndef WIN32_STORE_FOLDER_H
#define WIN32_STORE_FOLDER_H

#include "core/system/store.h"
#include "win32/lib/trust.h"
#include "win32/store_adapter.h"

enum { STORE_PATH_CHARACTERS = STORE_FOLDER_CHARACTERS + 128 }; /* a folder and a name in it */

extern const wchar_t store_changes_name[], store_public_name[];

/* For what only SYSTEM and Administrators may open, and for a folder that users may read. */
extern const wchar_t store_private_sddl[], store_public_sddl[];

struct store_folder {
    HANDLE handle;
    wchar_t path[STORE_PATH_CHARACTERS];
    struct trust_account account; /* of this process */
};

enum store_kind { STORE_KIND_FILE, STORE_KIND_FOLDER };

/* C:\ProgramData\maxport, by program_data.h. */
bool store_product_folder(wchar_t folder[STORE_FOLDER_CHARACTERS], struct fault *fault) MUST_CHECK;

/* The path of the store, recorded or to be made, and the record. A record of a folder that is
 * neither the adapter's own nor a refuge beside it counts as none. */
bool store_folder_locate(struct store_adapter *adapter, wchar_t path[STORE_FOLDER_CHARACTERS],
                         struct store_trace *trace, struct fault *fault) MUST_CHECK;

/* What is at `path`; `trace` must name it for it to be trusted. */
bool store_folder_inspect(const wchar_t *path, const struct store_trace *trace,
                          enum store_state *state, char *why, struct fault *fault) MUST_CHECK;

/* Opens the store. FAULT_MISSING: there is none. FAULT_STORE: it is not trusted. */
bool store_folder_open(struct store_adapter *adapter, struct store_folder *folder,
                       struct fault *fault) MUST_CHECK;

/* Opens a folder within one that is open. The same faults. */
bool store_folder_enter(const struct store_folder *above, const wchar_t *name,
                        struct store_folder *folder, struct fault *fault) MUST_CHECK;

void store_folder_close(struct store_folder *folder);

/* path of a name within it; false: too long. */
bool store_folder_path(const struct store_folder *folder, const wchar_t *name,
                       wchar_t path[STORE_PATH_CHARACTERS], struct fault *fault) MUST_CHECK;

/* What that name within an open folder is. With `access` beyond judging, *file stays open if
 * it is trusted; NULL closes it. */
bool store_folder_look(const struct store_folder *folder, const wchar_t *name, enum store_kind kind,
                       DWORD access, enum store_state *state, HANDLE *file, char *why,
                       struct fault *fault) MUST_CHECK;

/* Opens a file that is there and trusted. The same faults as of store_folder_open. */
bool store_folder_open_file(const struct store_folder *folder, const wchar_t *name, DWORD access,
                            HANDLE *file, struct fault *fault) MUST_CHECK;

/* Makes a file that is not there. `sddl` NULL: who may open it is inherited, and Administrators
 * own it. Returns a Win32 error code. */
DWORD store_folder_make_file(const struct store_folder *folder, const wchar_t *name,
                             const wchar_t *sddl, DWORD access, DWORD share,
                             HANDLE *file) MUST_CHECK;

/* A descriptor to create with; LocalFree it. NULL: GetLastError. */
void *store_security_make(const wchar_t *sddl) MUST_CHECK;

/* Judges an open file or folder by its kind, owner and access list. */
bool store_judge(HANDLE handle, const wchar_t *path, enum store_kind kind,
                 const struct trust_account *account, char *why, struct fault *fault,
                 bool *is_trusted) MUST_CHECK;

/* Judges every folder above `path`: nobody but administrators can delete or rename it. */
bool store_parents_judge(const wchar_t *path, const struct trust_account *account,
                         struct fault *fault) MUST_CHECK;

/* *fault for what was tried with a file or folder, and false. FAULT_STORE as `kind` is for
 * writing: then FAULT_MISSING and FAULT_FAILED become it, too. */
bool store_fault(struct fault *fault, enum fault_kind kind, DWORD error, const wchar_t *path,
                 const char *what);

#endif
