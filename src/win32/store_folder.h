/* store_folder.h - opens the store's folder, its subfolders and files, and checks their trust.
 *
 * The store's files and subfolders are opened by name relative to an open folder, never through a
 * link. The trust check uses the same handle as later reads and writes, so that a program cannot
 * exchange the file in between. While an elevated maxport has the store's folder open, no program
 * can rename or delete the folder. The subfolders are opened only with rights that do not count for
 * sharing, so that a user's open handle on `public` does not block maxport. Only administrators can
 * rename the subfolders.
 */
#ifndef WIN32_STORE_FOLDER_H
#define WIN32_STORE_FOLDER_H

#include "core/system/store.h"
#include "win32/lib/trust.h"
#include "win32/store_adapter.h"

enum { STORE_PATH_CHARACTERS = STORE_FOLDER_CHARACTERS + 128 }; /* folder plus name */

extern const wchar_t store_changes_name[], store_public_name[];

/* Access lists. Private: only SYSTEM and Administrators have access. Public: users may read too. */
extern const wchar_t store_private_sddl[], store_public_sddl[];

struct store_folder {
    HANDLE handle;
    wchar_t path[STORE_PATH_CHARACTERS];
    struct trust_account account; /* of this process */
};

enum store_kind { STORE_KIND_FILE, STORE_KIND_FOLDER };

/* Determines the store's usual path, e.g. C:\ProgramData\maxport (program_data.h). */
bool store_product_folder(wchar_t folder[STORE_FOLDER_CHARACTERS], struct fault *fault) MUST_CHECK;

/* Reads the record and determines the path of the store, whether or not the store exists. The
 * record counts only if its folder is the adapter's own folder or a refuge next to it. */
bool store_folder_locate(struct store_adapter *adapter, wchar_t path[STORE_FOLDER_CHARACTERS],
                         struct store_trace *trace, struct fault *fault) MUST_CHECK;

/* Determines the state of the folder at `path`. The folder is trusted only if *trace identifies
 * it. */
bool store_folder_inspect(const wchar_t *path, const struct store_trace *trace,
                          enum store_state *state, char *why, struct fault *fault) MUST_CHECK;

/* Opens the store's folder. Fails with FAULT_MISSING if the folder does not exist, and with
 * FAULT_STORE if it is not trusted. */
bool store_folder_open(struct store_adapter *adapter, struct store_folder *folder,
                       struct fault *fault) MUST_CHECK;

/* Opens a subfolder of an open folder. Fails like store_folder_open(). */
bool store_folder_enter(const struct store_folder *above, const wchar_t *name,
                        struct store_folder *folder, struct fault *fault) MUST_CHECK;

void store_folder_close(struct store_folder *folder);

/* Appends a name to the folder's full path. False: the path is too long. */
bool store_folder_path(const struct store_folder *folder, const wchar_t *name,
                       wchar_t path[STORE_PATH_CHARACTERS], struct fault *fault) MUST_CHECK;

/* Determines the state of a file or subfolder of an open folder. If the file or subfolder is
 * trusted, *file is its handle, opened with `access`. If `file` is NULL, no handle is returned. */
bool store_folder_look(const struct store_folder *folder, const wchar_t *name, enum store_kind kind,
                       DWORD access, enum store_state *state, HANDLE *file, char *why,
                       struct fault *fault) MUST_CHECK;

/* Opens an existing trusted file. Fails like store_folder_open(). */
bool store_folder_open_file(const struct store_folder *folder, const wchar_t *name, DWORD access,
                            HANDLE *file, struct fault *fault) MUST_CHECK;

/* Creates a new folder. *handle has DELETE access. Returns a Win32 error code. If `folder` is NULL,
 * `name` is a full path, and the new folder gets FILE_ATTRIBUTE_SYSTEM: in a parent folder that a
 * user has encrypted (EFS), Windows encrypts all new files and folders except those with this
 * attribute (Microsoft Learn, "EncryptionDisable"). */
DWORD store_folder_make(HANDLE folder, const wchar_t *name, const wchar_t *sddl,
                        HANDLE *handle) MUST_CHECK;

/* Creates a new private file. Returns a Win32 error code. */
DWORD store_folder_make_file(const struct store_folder *folder, const wchar_t *name, DWORD access,
                             HANDLE *file) MUST_CHECK;

/* Makes a security descriptor for a new file or folder. The caller frees it with LocalFree. If the
 * function returns NULL, GetLastError returns the reason. */
void *store_security_make(const wchar_t *sddl) MUST_CHECK;

/* Checks kind, owner and access list of an open file or folder. If it is not trusted, `why`
 * receives the reason. */
bool store_evaluate(HANDLE handle, const wchar_t *path, enum store_kind kind,
                    const struct trust_account *account, char *why, struct fault *fault,
                    bool *is_trusted) MUST_CHECK;

/* Checks that only administrators may delete or rename the folders above `path`. */
bool store_parents_evaluate(const wchar_t *path, const struct trust_account *account,
                            struct fault *fault) MUST_CHECK;

/* Fills *fault for an operation `what` that failed with `error`; returns false. Pass FAULT_STORE as
 * `kind` for a writing operation: FAULT_MISSING and FAULT_FAILED then become FAULT_STORE. */
bool store_fault(struct fault *fault, enum fault_kind kind, DWORD error, const wchar_t *path,
                 const char *what);

#endif
