/* picture.h - encodes pixels as PNG with the Windows Imaging Component.
 *
 * WIC is loaded from System32 (windowscodecs.dll; Windows 7 and later, XP with an update). GDI+ is
 * not used, because Windows can have several versions of it, so its DLL has no fixed path. The
 * caller writes the PNG to a file with the interface `files` (core/system/store.h).
 */
#ifndef WIN32_PICTURE_H
#define WIN32_PICTURE_H

#include "core/base/fault.h"

/* pixels: 0x00rrggbb, `height` rows of `width` pixels, the top row first. *png is malloc'ed. Fails
 * with FAULT_UNAVAILABLE if this Windows has no WIC, with FAULT_USAGE if width or height is 0 or
 * above 32,767, with FAULT_NO_MEMORY if memory runs out, and with FAULT_FAILED if WIC could not
 * encode the pixels. */
bool picture_encode(const uint32_t *pixels, unsigned width, unsigned height, unsigned dpi,
                    char **png, size_t *length, struct fault *fault) MUST_CHECK;

#endif
