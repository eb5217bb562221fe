/* ranges_wmi.h - the running range and the auto-reuse range as WMI knows them.
 *
 * For a thread in the background (background.h): its data is a struct ranges_wmi, which
 * `ranges_wmi_ask` fills and `ranges_wmi_release` releases.
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
    struct fault fault; /* where not known */
};

/* Asks all instances and opens the gate, whether or not there is an answer. */
void ranges_wmi_ask(void *data);
void ranges_wmi_release(void *data); /* leaves the gate */

#endif
