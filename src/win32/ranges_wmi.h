/* ranges_wmi.h - reads the running range and the auto-reuse range from WMI.
 *
 * For use in a thread of background.h. The thread's data is a struct ranges_wmi; ranges_wmi_ask()
 * fills it, and ranges_wmi_release() releases it.
 */
#ifndef WIN32_RANGES_WMI_H
#define WIN32_RANGES_WMI_H

#include "core/base/fault.h"
#include "core/base/place.h"
#include "core/base/value.h"
#include "win32/ranges_gate.h"

struct ranges_wmi {
    struct ranges_gate *gate;
    enum protocol protocol;
    bool is_known;
    struct port_range range;
    bool is_auto_reuse_known;
    struct port_range auto_reuse;
    struct fault fault; /* why the range is unknown */
};

/* Queries all instances, then opens the gate, with or without a result. */
void ranges_wmi_ask(void *data);
void ranges_wmi_release(void *data); /* leaves the gate */

#endif
