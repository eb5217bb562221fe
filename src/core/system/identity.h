/* identity.h - the user who runs maxport, and the computer. */
#ifndef CORE_SYSTEM_IDENTITY_H
#define CORE_SYSTEM_IDENTITY_H

#include "core/base/fault.h"

enum { IDENTITY_SIZE = 260 };

struct identity {
    char account[IDENTITY_SIZE];      /* DOMAIN\name or SID of the token, UTF-8 */
    char session_user[IDENTITY_SIZE]; /* the user of this desktop session; "" if unknown */
    char computer[IDENTITY_SIZE];     /* UTF-8 */
    bool is_elevated;                 /* the group Administrators is enabled in the token */
    uint32_t process_id;
};

struct identity_source {
    void *context;
    bool (*read)(void *context, struct identity *, struct fault *);
    /* Reads only the computer's name. Fast, unlike `read`: account names may come from a domain
     * controller, which can take very long when ports run out. */
    bool (*read_computer)(void *context, char computer[IDENTITY_SIZE], struct fault *);
};

#endif
