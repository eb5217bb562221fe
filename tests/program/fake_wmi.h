/* fake_wmi.h - the parts of fake_wmi.dll: COM objects that answer what the script says.
 *
 * The words of the script are in fake_wmi.c. Each object counts its users and frees itself.
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

/* A method that nobody is known to call. */
#define MISSING(name, ...)                                                                         \
    METHOD name(__VA_ARGS__)                                                                       \
    {                                                                                              \
        tell("missing " #name);                                                                    \
        return E_NOTIMPL;                                                                          \
    }

/* ------------------------------------------------------------ fake_wmi_script.c */

/* Writes a line to the log. */
void tell(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));

void to_utf8(const wchar_t *wide, char *utf8, int size);

/* FAKE_WMI_STATE as it was at the time of a connection, shared by what the connection returns. */
struct script {
    LONG users;
    char text[];
};

/* NULL: no memory. */
struct script *script_load(void);
struct script *script_share(struct script *script);
void script_leave(struct script *script);

/* An HRESULT in hex. Never returns for "hang". */
HRESULT result_of(const char *word);
/* The result that the state has for connect or query, or what follows from its rows. */
HRESULT judge(const char *state, const char *kind, const char *name, size_t row_field,
              HRESULT otherwise);
/* The state's line about a method. */
bool find_method(const char *state, const char *class, const char *method, struct fake_line *line);

/* ------------------------------------------------------------ fake_wmi_security.c */

/* QueryInterface of every object here: itself and, if `has_security`, IClientSecurity. */
HRESULT query(void *self, REFIID id, const IID *own, bool has_security, void **object);

/* ------------------------------------------------------------ fake_wmi_instance.c */

struct instance {
    IWbemClassObject face; /* first: COM's pointer is ours */
    LONG users;
    struct fake_line row;  /* its fields from the fourth on are "NAME=TYPE:VALUE" */
    struct script *script; /* of a class: where its methods are; else NULL */
    char given[128];       /* "NAME=NUMBER", of a method's parameters */
};

/* NULL: no memory. */
struct instance *instance_make(const struct fake_line *row);

/* ------------------------------------------------------------ fake_wmi_enumeration.c */

/* The instances of a class; shares the script. NULL: no memory. */
IEnumWbemClassObject *enumeration_make(struct script *script, const char *namespace,
                                       const char *class);

/* ------------------------------------------------------------ fake_wmi_connection.c */

/* As IWbemLocator::ConnectServer, with the script as it is now. */
HRESULT connection_make(const wchar_t *namespace, LONG flags, IWbemServices **services);

#endif
