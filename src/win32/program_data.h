/* program_data.h - determines the folder for the data of all users.
 *
 * Reads HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList, which only
 * administrators can write. SHGetFolderPathW is not used, because it may use environment variables,
 * which the user who starts the program controls. On Windows Vista and later, the value
 * `ProgramData` contains the folder, e.g. %SystemDrive%\ProgramData (Microsoft Learn, "ProgramData"
 * of the unattended setup reference). Windows XP and Server 2003 do not have this value. On these
 * versions, maxport uses the profile of all users: the folder `AllUsersProfile` in
 * `ProfilesDirectory`, e.g. C:\Documents and Settings\All Users. The subfolder "Application Data"
 * of this profile is not used, because the subfolder's name is translated.
 */
#ifndef WIN32_PROGRAM_DATA_H
#define WIN32_PROGRAM_DATA_H

#include "core/base/fault.h"

#include <windows.h>

/* root: HKEY_LOCAL_MACHINE in the product. path: receives a folder on a drive, without a trailing
 * backslash. Fails with FAULT_STORE if the registry does not contain the folder or the folder is
 * not valid. */
bool program_data_path(HKEY root, wchar_t path[MAX_PATH], struct fault *fault) MUST_CHECK;

#endif
