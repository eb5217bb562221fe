/* fake_wmi.h - the parts of fake_wmi.dll: COM objects that follow the script.
 *
 * The format of the script is in fake_wmi.c. Each object counts its references and frees itself.
 */
#ifndef TESTS_PROGRAM_FAKE_WMI_H
#define TESTS_PROGRAM_FAKE_WMI_H

#define COBJMACROS
#define CINTERFACE
#include "fake_state.h"

#include <windows.h>

#include <ole2.h>
#include <wbemcli.h>

#define METHOD static HRESULT STDMETHODCALLTYPE
#define COUNTER static ULONG STDMETHODCALLTYPE

/* A method that is not implemented. */
#define MISSING(name, ...)                                                                         \
    METHOD name(__VA_ARGS__)                                                                       \
    {                                                                                              \
        log_line("missing " #name);                                                                \
        return E_NOTIMPL;                                                                          \
    }

/* ------------------------------------------------------------ fake_wmi_script.c */

/* Writes a line to the log. */
void log_line(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));

void to_utf8(const wchar_t *wide, char *utf8, int size);

/* The text of FAKE_WMI_STATE at the time of a connection. The objects of the connection share it.
 */
struct script {
    LONG users;
    char text[];
};

/* NULL: out of memory. */
struct script *script_load(void);
struct script *script_share(struct script *script);
void script_leave(struct script *script);

/* Returns the HRESULT of a hexadecimal number. Never returns for "hang". */
HRESULT result_of(const char *word);
/* Returns the result that the state defines for connect or query. Default: S_OK if there is a row,
 * else `otherwise`. */
HRESULT scripted_result(const char *state, const char *kind, const char *name, size_t row_field,
                        HRESULT otherwise);
/* Finds the line of the state about a method. */
bool find_method(const char *state, const char *class, const char *method, struct fake_line *line);

/* ------------------------------------------------------------ fake_wmi_security.c */

/* QueryInterface of every object here: its own interface and, if `has_security`, IClientSecurity.
 */
HRESULT query(void *self, REFIID id, const IID *own, bool has_security, void **object);

/* ------------------------------------------------------------ fake_wmi_instance.c */

struct instance {
    IWbemClassObject face; /* must be first: COM passes its address, cast to struct instance */
    LONG users;
    struct fake_line row;  /* fields from the fourth: "NAME=TYPE:VALUE" */
    struct script *script; /* of a class, for its methods; else NULL */
    char given[128];       /* "NAME=NUMBER", a method's parameter */
};

/* NULL: out of memory. */
struct instance *instance_make(const struct fake_line *row);

/* ------------------------------------------------------------ fake_wmi_enumeration.c */

/* Returns the instances of a class; shares the script. NULL: out of memory. */
IEnumWbemClassObject *enumeration_make(struct script *script, const char *namespace,
                                       const char *class);

/* ------------------------------------------------------------ fake_wmi_connection.c */

/* Like IWbemLocator::ConnectServer, with the current script. */
HRESULT connection_make(const wchar_t *namespace, LONG flags, IWbemServices **services);

#endif
