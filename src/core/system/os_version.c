#include "core/system/os_version.h"

/* The rows are ordered from the newest to the oldest. The first row that is not newer than the
 * running Windows contains the name. Sources: Win32 "Operating System Version"; Microsoft's release
 * information pages for the builds of Windows 10, 11 and Server. */
static const struct {
    uint32_t major, minor, build;
    const char *workstation, *server;
} names[] = {
    {10, 0, 26100, "Windows 11", "Windows Server 2025"},
    {10, 0, 25398, "Windows 11", "Windows Server, version 23H2"},
    {10, 0, 22000, "Windows 11", "Windows Server 2022"},
    {10, 0, 20348, "Windows 10", "Windows Server 2022"},
    {10, 0, 18362, "Windows 10", "Windows Server (semi-annual)"}, /* 1903 to 20H2 */
    {10, 0, 17763, "Windows 10", "Windows Server 2019"},
    {10, 0, 16299, "Windows 10", "Windows Server (semi-annual)"}, /* 1709 and 1803 */
    {10, 0, 0, "Windows 10", "Windows Server 2016"},
    {6, 3, 0, "Windows 8.1", "Windows Server 2012 R2"},
    {6, 2, 0, "Windows 8", "Windows Server 2012"},
    {6, 1, 0, "Windows 7", "Windows Server 2008 R2"},
    {6, 0, 0, "Windows Vista", "Windows Server 2008"},
    {5, 2, 0, "Windows XP x64", "Windows Server 2003"},
    {5, 1, 0, "Windows XP", "Windows XP"},
    {5, 0, 0, "Windows 2000", "Windows 2000 Server"},
};

const char *os_role_key(enum os_role role)
{
    switch (role) {
    case OS_WORKSTATION:
        return "workstation";
    case OS_DOMAIN_CONTROLLER:
        return "domain_controller";
    case OS_SERVER:
        break;
    }
    return "server";
}

bool os_is_server(const struct os_version *os)
{
    /* An unknown role counts as a workstation. */
    return os->role == OS_SERVER || os->role == OS_DOMAIN_CONTROLLER;
}

bool os_at_least(const struct os_version *os, uint32_t major, uint32_t minor, uint32_t build)
{
    if (os->major != major)
        return os->major > major;
    if (os->minor != minor)
        return os->minor > minor;
    return os->build >= build;
}

const char *os_name(const struct os_version *os)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (os_at_least(os, names[i].major, names[i].minor, names[i].build))
            return os_is_server(os) ? names[i].server : names[i].workstation;
    return "Windows";
}

void os_print(const struct os_version *os, struct text *text)
{
    text_printf(text, "%s (%lu.%lu.%lu", os_name(os), (unsigned long)os->major,
                (unsigned long)os->minor, (unsigned long)os->build);
    if (os->revision != 0)
        text_printf(text, ".%lu", (unsigned long)os->revision);
    text_puts(text, os->role == OS_DOMAIN_CONTROLLER ? ", domain controller)" : ")");
}
