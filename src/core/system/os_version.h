/* os_version.h - the version of Windows. */
#ifndef CORE_SYSTEM_OS_VERSION_H
#define CORE_SYSTEM_OS_VERSION_H

#include "core/base/fault.h"
#include "core/base/text.h"

/* The numbers of VER_NT_WORKSTATION, VER_NT_DOMAIN_CONTROLLER and VER_NT_SERVER. */
enum os_role {
    OS_WORKSTATION = 1,
    OS_DOMAIN_CONTROLLER = 2,
    OS_SERVER = 3,
};

struct os_version {
    uint32_t major, minor, build;
    uint32_t revision; /* UBR; 0 if unknown */
    enum os_role role;
    uint32_t service_pack;
    bool is_64_bit;
    char product[128]; /* the registry's ProductName, for display only; "" if unknown */
};

struct os_version_source {
    void *context;
    bool (*read)(void *context, struct os_version *, struct fault *);
};

/* Returns "workstation", "server" or "domain_controller", also for JSON. */
const char *os_role_key(enum os_role role);

bool os_is_server(const struct os_version *os);

/* Returns whether the version of Windows is major.minor.build or later. */
bool os_at_least(const struct os_version *os, uint32_t major, uint32_t minor, uint32_t build);

/* Returns "Windows Server 2022", "Windows 11", "Windows XP" ... The name is derived from the
 * version number, because ProductName is "Windows 10" even on Windows 11. A build that is newer
 * than all known versions gets the name of the newest known version, so the caller should also
 * print the build number. */
const char *os_name(const struct os_version *os);

/* Appends e.g. "Windows Server 2022 (10.0.20348.587)", or "Windows Server 2022 (10.0.20348.587,
 * domain controller)". */
void os_print(const struct os_version *os, struct text *text);

#endif
