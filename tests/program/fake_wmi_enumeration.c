#include "fake_wmi.h"

#include <stdlib.h>
#include <string.h>

static const IID iid_enumeration = {
    0x027947e1, 0xd731, 0x11ce, {0xa3, 0x57, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01}};

struct enumeration {
    IEnumWbemClassObject face;
    LONG users;
    struct script *script;
    char namespace[64], class[64];
    const char *at; /* current position in the script */
    unsigned seen;
};

METHOD enumeration_query(IEnumWbemClassObject *self, REFIID id, void **object)
{
    return query(self, id, &iid_enumeration, true, object);
}

COUNTER enumeration_share(IEnumWbemClassObject *self)
{
    return (ULONG)InterlockedIncrement(&((struct enumeration *)self)->users);
}

COUNTER enumeration_leave(IEnumWbemClassObject *self)
{
    struct enumeration *own = (struct enumeration *)self;
    LONG left = InterlockedDecrement(&own->users);
    if (left == 0) {
        script_leave(own->script);
        free(own);
    }
    return (ULONG)left;
}

static bool find_row(struct enumeration *own, struct fake_line *row)
{
    while (fake_state_find(&own->at, "row", 3, row)) {
        if (_stricmp(row->fields[1], own->namespace) == 0 &&
            _stricmp(row->fields[2], own->class) == 0) {
            return true;
        }
    }
    return false;
}

METHOD enumeration_next(IEnumWbemClassObject *self, LONG timeout_ms, ULONG wanted,
                        IWbemClassObject **objects, ULONG *got)
{
    struct enumeration *own = (struct enumeration *)self;
    struct fake_line line;
    const char *at = own->script->text;
    *got = 0;
    if (wanted != 1)
        return WBEM_E_INVALID_PARAMETER;
    if (fake_state_find(&at, "delay", 2, &line))
        Sleep(strtoul(line.fields[1], NULL, 10));
    bool is_endless = false;
    for (at = own->script->text; fake_state_find(&at, "next", 4, &line);) {
        if (_stricmp(line.fields[1], own->class) != 0 ||
            own->seen < strtoul(line.fields[2], NULL, 10)) {
            continue;
        }
        is_endless = strcmp(line.fields[3], "endless") == 0;
        if (strcmp(line.fields[3], "slow") == 0) {
            Sleep((DWORD)timeout_ms);
            return WBEM_S_TIMEDOUT;
        }
        if (!is_endless)
            return result_of(line.fields[3]);
    }
    if (is_endless)
        own->at = own->script->text;
    struct instance *made = find_row(own, &line) ? instance_make(&line) : NULL;
    if (!made)
        return WBEM_S_FALSE;
    own->seen++;
    *objects = &made->face;
    *got = 1;
    return S_OK;
}

MISSING(enumeration_reset, IEnumWbemClassObject *)
MISSING(enumeration_next_async, IEnumWbemClassObject *, ULONG, IWbemObjectSink *)
MISSING(enumeration_clone, IEnumWbemClassObject *, IEnumWbemClassObject **)
MISSING(enumeration_skip, IEnumWbemClassObject *, LONG, ULONG)

static IEnumWbemClassObjectVtbl enumeration_methods = {
    .QueryInterface = enumeration_query,
    .AddRef = enumeration_share,
    .Release = enumeration_leave,
    .Reset = enumeration_reset,
    .Next = enumeration_next,
    .NextAsync = enumeration_next_async,
    .Clone = enumeration_clone,
    .Skip = enumeration_skip,
};

IEnumWbemClassObject *enumeration_make(struct script *script, const char *namespace,
                                       const char *class)
{
    struct enumeration *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->face.lpVtbl = &enumeration_methods;
    made->users = 1;
    made->script = script_share(script);
    made->at = script->text;
    strcpy(made->namespace, namespace);
    strcpy(made->class, class);
    return &made->face;
}
