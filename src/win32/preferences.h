/* preferences.h - HKEY_CURRENT_USER\Software\maxport, numbers only. */
#ifndef WIN32_PREFERENCES_H
#define WIN32_PREFERENCES_H

#include "core/system/preferences.h"

void preferences_open(struct preferences *preferences);

#endif
