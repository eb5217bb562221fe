/* fakes.h - installs fakes of WMI, netsh, System Restore and socket tables in a test's Wine prefix.
 *
 * The fakes run only under Wine, where they replace stubs (docs/windows.md, "What Wine does
 * differently"). Elsewhere fakes_can_run() returns false, and a test must not install a fake. The
 * files of the fakes are in the folder of the test executable. An installed fake takes effect
 * immediately, for this process and for the programs that it starts; the fake iphlpapi.dll only for
 * maxport.exe. A fake stays in effect until it is uninstalled or the prefix is deleted. If one of
 * these functions fails, the test fails. For the formats of the states, see the files fake_*.c.
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
/* Until the fake netsh is installed or uninstalled, no netsh can be started. */
void fakes_forbid_netsh(void);

/* These functions set the state of a fake and empty its log. */
void fakes_set_wmi(const char *state);
void fakes_set_netsh(const char *state);

/* Installs a fake srclient.dll for System Restore in system32, in the place of Wine's stub. The DLL
 * adds its restore points to the state of the fake WMI, so the fake WMI must also be installed. For
 * the format of the state, see fake_srclient.c. */
void fakes_install_srclient(void);
void fakes_uninstall_srclient(void);
void fakes_set_srclient(const char *state);
const char *fakes_srclient_log(void);

/* Installs a fake iphlpapi.dll, with fake socket tables, for maxport.exe only. For the format of
 * the state, see fake_iphlpapi.c. */
void fakes_install_iphlpapi(void);
void fakes_uninstall_iphlpapi(void);
void fakes_set_iphlpapi(const char *state);

/* The states of a newly installed Windows: all four ranges are 49152+16384, and no ports are
 * excluded. WMI takes the ranges from the state of netsh, so that both agree after `set
 * dynamicport`. */
extern const char fakes_plain_wmi[], fakes_plain_netsh[];

/* The log of a fake, with one line for each call. The string is valid until the next call of a
 * function that returns a log or a state. */
const char *fakes_wmi_log(void);
const char *fakes_netsh_log(void);
/* The current state of the fake netsh. The string is valid as long as the string of a log. */
const char *fakes_netsh_state(void);

/* Returns how often `words` occurs in `text`. */
size_t fakes_count(const char *text, const char *words);

/* Returns whether a fake netsh is hanging now. */
bool fakes_netsh_hangs(void);

#endif
