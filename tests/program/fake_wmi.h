/* fake_wmi.h - the parts of fake_wmi.dll, which contains COM objects that follow a script.
 *
 * For the format of the script, see fake_wmi.c. The connections, enumerations and instances count
 * their references and free themselves.
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

/* Defines a COM method that is not implemented. */
#define MISSING(name, ...)                                                                         \
    METHOD name(__VA_ARGS__)                                                                       \
    {                                                                                              \
        log_line("missing " #name);                                                                \
        return E_NOTIMPL;                                                                          \
    }

/* ------------------------------------------------------------ fake_wmi_script.c */

/* Writes a formatted line to the log. */
void log_line(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));

void to_utf8(const wchar_t *wide, char *utf8, int size);

/* A copy of the file FAKE_WMI_STATE from the time of a connection. All objects of the connection
 * share the copy. */
struct script {
    LONG users;
    char text[];
};

/* Returns NULL if memory runs out. */
struct script *script_load(void);
struct script *script_share(struct script *script);
void script_leave(struct script *script);

/* Returns the HRESULT for a hexadecimal number. Never returns if the word is "hang". */
HRESULT result_of(const char *word);
/* Returns the result that the state contains for `kind` ("connect" or "query") and `name`. If there
 * is none, returns S_OK if the field `row_field` of a row is `name`, else `otherwise`. */
HRESULT scripted_result(const char *state, const char *kind, const char *name, size_t row_field,
                        HRESULT otherwise);
/* Finds the line of the state that describes a method. */
bool find_method(const char *state, const char *class, const char *method, struct fake_line *line);

/* ------------------------------------------------------------ fake_wmi_security.c */

/* Implements QueryInterface for every object of this DLL. An object has its own interface and, if
 * `has_security`, also IClientSecurity. */
HRESULT query(void *self, REFIID id, const IID *own, bool has_security, void **object);

/* ------------------------------------------------------------ fake_wmi_instance.c */

struct instance {
    IWbemClassObject face; /* must be first: this module casts its address to struct instance */
    LONG users;
    struct fake_line row;  /* the fields after the third: "NAME=TYPE:VALUE" */
    struct script *script; /* only of a class, which needs it for its methods; else NULL */
    char given[128];       /* the parameter of a method: "NAME=NUMBER" */
};

/* Returns NULL if memory runs out. */
struct instance *instance_make(const struct fake_line *row);

/* ------------------------------------------------------------ fake_wmi_enumeration.c */

/* Returns an enumeration of the instances of a class. The enumeration shares the script. Returns
 * NULL if memory runs out. */
IEnumWbemClassObject *enumeration_make(struct script *script, const char *namespace,
                                       const char *class);

/* ------------------------------------------------------------ fake_wmi_connection.c */

/* Makes a connection, as IWbemLocator::ConnectServer does, and loads the current script for it. */
HRESULT connection_make(const wchar_t *namespace, LONG flags, IWbemServices **services);

#endif
