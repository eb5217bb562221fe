/* fakes.h - fakes of WMI, netsh, System Restore and socket tables in the prefix of a test.
 *
 * They run only under Wine, where they replace stubs (docs/windows.md, "What Wine does
 * differently"). Elsewhere fakes_can_run returns false, and nothing may be installed. fake_wmi.dll
 * and fake_netsh.exe are beside the test executable. An installed fake takes effect immediately,
 * for this process and for the programs that it starts, until it is uninstalled or the prefix is
 * deleted. A failure fails the test. The formats of the states are in fake_wmi.c and fake_netsh.c.
 */
#ifndef TESTS_PROGRAM_FAKES_H
#define TESTS_PROGRAM_FAKES_H

#include <stdbool.h>
#include <stddef.h>

bool fakes_can_run(void);

void fakes_install_wmi(void);
void fakes_uninstall_wmi(void);
void fakes_install_netsh(void);
void fakes_uninstall_netsh(void);
/* No netsh can be started until the fake is installed or uninstalled. */
void fakes_forbid_netsh(void);

/* Sets the state and empties the log. */
void fakes_set_wmi(const char *state);
void fakes_set_netsh(const char *state);

/* System Restore: installs the DLL in system32 in place of Wine's stub. Its points are WMI's, so
 * install that fake, too. The format is in fake_srclient.c. */
void fakes_install_srclient(void);
void fakes_uninstall_srclient(void);
void fakes_set_srclient(const char *state);
const char *fakes_srclient_log(void);

/* The socket tables of maxport.exe alone: installs the DLL in system32 in place of Wine's DLL. The
 * format is in fake_iphlpapi.c. */
void fakes_install_iphlpapi(void);
void fakes_uninstall_iphlpapi(void);
void fakes_set_iphlpapi(const char *state);

/* A new Windows: all four ranges are 49152+16384, without exclusions. WMI's values come from
 * netsh's state, so that both agree after a `set dynamicport`. */
extern const char fakes_plain_wmi[], fakes_plain_netsh[];

/* The log, a line for each call, valid until the next call of one of these functions. */
const char *fakes_wmi_log(void);
const char *fakes_netsh_log(void);
/* The current state of netsh, valid until the next call of one of these functions. */
const char *fakes_netsh_state(void);

/* Returns how often `words` occurs in `text`. */
size_t fakes_count(const char *text, const char *words);

/* Returns whether a netsh hangs now. */
bool fakes_netsh_hangs(void);

#endif
