/* identity.h - who is asking, and on which computer. */
#ifndef CORE_SYSTEM_IDENTITY_H
#define CORE_SYSTEM_IDENTITY_H

#include "core/base/fault.h"

enum { IDENTITY_SIZE = 260 };

struct identity {
    char account[IDENTITY_SIZE];      /* DOMAIN\name of the token, UTF-8 */
    char session_user[IDENTITY_SIZE]; /* the user of this desktop session, "" where unknown */
    char computer[IDENTITY_SIZE];     /* UTF-8 */
    bool is_elevated;                 /* the token is an enabled member of Administrators */
    uint32_t process_id;
};

struct identity_source {
    void *context;
    bool (*read)(void *context, struct identity *, struct fault *);
    /* Only the computer's name. Names of accounts may have to come from a domain
     * controller, and just when the ports run out that can take very long. */
    bool (*read_computer)(void *context, char computer[IDENTITY_SIZE], struct fault *);
};

#endif
