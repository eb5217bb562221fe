/* os_version.h - which Windows this is. */
#ifndef CORE_SYSTEM_OS_VERSION_H
#define CORE_SYSTEM_OS_VERSION_H

#include "core/base/fault.h"
#include "core/base/text.h"

/* VER_NT_WORKSTATION, VER_NT_DOMAIN_CONTROLLER, VER_NT_SERVER. */
enum os_role {
    OS_WORKSTATION = 1,
    OS_DOMAIN_CONTROLLER = 2,
    OS_SERVER = 3,
};

struct os_version {
    uint32_t major, minor, build;
    uint32_t revision; /* UBR; 0 where unknown */
    enum os_role role;
    uint32_t service_pack;
    bool is_64_bit;
    char product[128]; /* the registry's ProductName, for show only; "" if unknown */
};

struct os_version_source {
    void *context;
    bool (*read)(void *context, struct os_version *, struct fault *);
};

/* "workstation", "server", "domain_controller": also its JSON name. */
const char *os_role_key(enum os_role role);

bool os_is_server(const struct os_version *os);

/* major.minor >= the given pair, and where equal also build >= build. */
bool os_at_least(const struct os_version *os, uint32_t major, uint32_t minor, uint32_t build);

/* "Windows Server 2022", "Windows 11", "Windows XP": by number, since ProductName
 * still says Windows 10 on Windows 11. An unknown newer build is named after the
 * newest that is known, with its build number in the caller's text. */
const char *os_name(const struct os_version *os);

/* "Windows Server 2022 (10.0.20348.587)", of a domain controller with these words
 * before the bracket; a name says workstation or server by itself. */
void os_print(const struct os_version *os, struct text *text);

#endif
