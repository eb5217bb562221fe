/* kernel_advice.h - advice on ports of the kernel (PID 4), which cannot be ended.
 *
 * Windows does not report which driver owns a socket of the kernel. A listener probably belongs
 * to HTTP.sys or to the file server. The remote port of an outgoing connection suggests the
 * client (docs/windows.md, "Connections of the kernel").
 */
#ifndef CORE_DIAGNOSIS_KERNEL_ADVICE_H
#define CORE_DIAGNOSIS_KERNEL_ADVICE_H

#include "core/diagnosis/sentences.h"
#include "core/state/snapshot.h"

/* Advises on all ports of the kernel: on its outgoing connections if it has more of them than
 * of other sockets, otherwise on its listeners. */
void kernel_advice_add(const struct snapshot *snapshot, struct sentences *sentences);

/* Advises on one outgoing connection of the kernel. */
void kernel_advice_add_connection(const struct socket_row *row, struct sentences *sentences);

#endif
