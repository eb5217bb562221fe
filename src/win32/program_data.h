/* program_data.h - the folder for the data of all users, as the system has it.
 *
 * Read from HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList, which
 * administrators alone can write. SHGetFolderPathW may follow the environment, which belongs
 * to whoever starts the program.
 * From Windows Vista on the value `ProgramData` names it, such as %SystemDrive%\ProgramData
 * (Microsoft Learn, "ProgramData" of the unattended setup reference). Windows XP and Server
 * 2003 have no such value. There it is the profile of all users, `AllUsersProfile` in
 * `ProfilesDirectory`, such as C:\Documents and Settings\All Users: the folder "Application
 * Data" below it has a translated name.
 */
#ifndef WIN32_PROGRAM_DATA_H
#define WIN32_PROGRAM_DATA_H

#include "core/base/fault.h"

#include <windows.h>

/* `root` is HKEY_LOCAL_MACHINE in the product. path: MAX_PATH characters, a folder on a drive,
 * without a backslash at its end. FAULT_STORE: it is not named, or not understood. */
bool program_data_path(HKEY root, wchar_t path[MAX_PATH], struct fault *fault) MUST_CHECK;

#endif
