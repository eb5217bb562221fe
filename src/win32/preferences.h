/* preferences.h - the interface `preferences`: numbers in HKEY_CURRENT_USER\Software\maxport. */
#ifndef WIN32_PREFERENCES_H
#define WIN32_PREFERENCES_H

#include "core/system/preferences.h"

void preferences_open(struct preferences *preferences);

#endif
