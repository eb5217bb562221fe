/* fakes.h - our own WMI and netsh in the prefix of a test, and what they are to say.
 *
 * Only under Wine, where they take the place of stubs (docs/windows.md, "What Wine does
 * differently"): anywhere else fakes_can_run is
 * false and nothing may be installed. fake_wmi.dll and fake_netsh.exe lie beside the
 * test executable. What is installed works at once, for this process and for the
 * programs that it starts, and stays until it is uninstalled or the prefix is gone.
 * Failures fail the test. The states' words are in fake_wmi.c and fake_netsh.c.
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
/* No netsh can be started at all, until one is installed or uninstalled. */
void fakes_forbid_netsh(void);

/* What they say from now on, and empties their logs. */
void fakes_say_wmi(const char *state);
void fakes_say_netsh(const char *state);

/* System Restore: the DLL into system32, over Wine's, which only pretends, and back. Its
 * points are WMI's, so install that, too. The words are in fake_srclient.c. */
void fakes_install_srclient(void);
void fakes_uninstall_srclient(void);
void fakes_say_srclient(const char *state);
const char *fakes_srclient_log(void);

/* The tables of sockets of maxport.exe alone: the DLL into system32, over Wine's, and back. The
 * words are in fake_iphlpapi.c. */
void fakes_install_iphlpapi(void);
void fakes_uninstall_iphlpapi(void);
void fakes_say_iphlpapi(const char *state);

/* A Windows as it is delivered: all four ranges 49152+16384, no exclusions. WMI's come
 * from netsh's state, so that both agree after a `set dynamicport`. */
extern const char fakes_plain_wmi[], fakes_plain_netsh[];

/* What they were asked, a line for each call, until the next call of these. */
const char *fakes_wmi_log(void);
const char *fakes_netsh_log(void);
/* netsh's state as it is now, until the next call of these. */
const char *fakes_netsh_state(void);

/* How often words occur in text. */
size_t fakes_count(const char *text, const char *words);

/* Does a netsh hang at this moment? */
bool fakes_netsh_hangs(void);

#endif
