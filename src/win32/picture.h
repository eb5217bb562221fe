/* picture.h - pixels into a PNG file, by the Windows Imaging Component.
 *
 * WIC is loaded from System32 (windowscodecs.dll; Windows 7 and later, XP with an
 * update). GDI+ would do, too, but where Windows keeps it side by side with other
 * versions it has no path of its own to be loaded from.
 * Writing is the port `files`' matter (core/system/store.h): whole or not at all.
 */
#ifndef WIN32_PICTURE_H
#define WIN32_PICTURE_H

#include "core/base/fault.h"

/* pixels: 0x00rrggbb, the top row first, width in each row. *png is malloc'ed.
 * FAULT_UNAVAILABLE: this Windows has no WIC; FAULT_USAGE: no size. */
bool picture_encode(const uint32_t *pixels, unsigned width, unsigned height, unsigned dpi,
                    char **png, size_t *length, struct fault *fault) MUST_CHECK;

#endif
