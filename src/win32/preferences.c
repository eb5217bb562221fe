#include "win32/preferences.h"

#include <stdlib.h>

#include <windows.h>

#include "win32/lib/wide.h"

static const wchar_t key_name[] = L"Software\\maxport";

static bool read(void *context, const char *name, uint32_t *number)
{
    wchar_t *wide = wide_from_utf8(name);
    DWORD type = REG_NONE, value = 0, bytes = sizeof value;
    LSTATUS code = ERROR_OUTOFMEMORY;
    HKEY key;

    (void)context;
    if (wide && RegOpenKeyExW(HKEY_CURRENT_USER, key_name, 0, KEY_QUERY_VALUE, &key) == 0) {
        code = RegQueryValueExW(key, wide, NULL, &type, (BYTE *)&value, &bytes);
        RegCloseKey(key);
    }
    free(wide);
    if (code || type != REG_DWORD || bytes != sizeof value)
        return false;
    *number = value;
    return true;
}

static void write(void *context, const char *name, uint32_t number)
{
    wchar_t *wide = wide_from_utf8(name);
    DWORD value = number;
    HKEY key;

    (void)context;
    if (wide && RegCreateKeyExW(HKEY_CURRENT_USER, key_name, 0, NULL, 0, KEY_SET_VALUE, NULL, &key,
                                NULL) == 0) {
        RegSetValueExW(key, wide, 0, REG_DWORD, (const BYTE *)&value, sizeof value);
        RegCloseKey(key);
    }
    free(wide);
}

void preferences_open(struct preferences *preferences)
{
    *preferences = (struct preferences){.read = read, .write = write};
}
