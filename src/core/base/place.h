/* place.h - identifies what maxport changes: a registry value or a running dynamic port range. */
#ifndef CORE_BASE_PLACE_H
#define CORE_BASE_PLACE_H

#include "core/base/fault.h"

enum protocol { PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_COUNT };
enum family { FAMILY_IPV4, FAMILY_IPV6, FAMILY_COUNT };

const char *protocol_name(enum protocol protocol); /* "TCP" */
const char *protocol_key(enum protocol protocol);  /* "tcp", in JSON */
const char *family_name(enum family family);       /* "IPv4" */
const char *family_key(enum family family);        /* "ipv4", in JSON */
const char *family_over(enum family family);       /* " over IPv4", for a sentence */

enum place_kind {
    PLACE_REGISTRY, /* one value of one key */
    PLACE_RANGE,    /* the running dynamic port range of a protocol and family */
    PLACE_KIND_COUNT,
};

enum {
    PLACE_KEY_SIZE = 256,
    /* The registry allows names of 16,383 characters. The names of settings are short, and the
     * command restore refuses names that do not fit. */
    PLACE_NAME_SIZE = 256,
};

struct place {
    enum place_kind kind;
    char key[PLACE_KEY_SIZE];   /* PLACE_REGISTRY: UTF-8, path below HKEY_LOCAL_MACHINE */
    char name[PLACE_NAME_SIZE]; /* PLACE_REGISTRY: UTF-8; "" for the default value */
    enum protocol protocol;     /* PLACE_RANGE */
    enum family family;         /* PLACE_RANGE */
};

/* The key of the settings that maxport changes, below HKEY_LOCAL_MACHINE. Source: docs/windows.md,
 * "MaxUserPort: the value". 32-bit and 64-bit programs use the same HKLM\SYSTEM (Win32 "Registry
 * Keys Affected by WOW64"). */
#define TCPIP_PARAMETERS "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"

/* Fails with FAULT_USAGE if the key or the name is too long. */
bool place_registry(struct place *place, const char *key, const char *name,
                    struct fault *fault) MUST_CHECK;
struct place place_range(enum protocol protocol, enum family family);

/* Compares two places. Ignores the case of ASCII letters in keys and names, because the registry
 * ignores case. */
bool place_equal(const struct place *a, const struct place *b);

/* Returns the name for the user: "MaxUserPort", "(Default)", or "TCP IPv4 dynamic port range". */
const char *place_label(const struct place *place, char buffer[PLACE_NAME_SIZE + 32]);

#endif
