/* audit.h - what administrators did, for Windows' Application event log.
 *
 * Ids are stable: monitoring and SIEM rules are written against them. The words
 * are best effort: an event that cannot be written never fails a command.
 */
#ifndef CORE_SYSTEM_AUDIT_H
#define CORE_SYSTEM_AUDIT_H

enum audit_event {
    AUDIT_CHANGED = 100,     /* information: written and verified */
    AUDIT_UNDONE = 101,      /* information: a change was taken back */
    AUDIT_ARMED = 102,       /* information: the next restart returns to a restore point */
    AUDIT_SETTLED = 103,     /* information: an interrupted change was closed, see its text */
    AUDIT_ADOPTED = 104,     /* information: a store restored from files was taken over */
    AUDIT_REFUSED = 200,     /* warning: not carried out, and nothing of it was written */
    AUDIT_ROLLED_BACK = 201, /* warning: it failed, and all is as before */
    /* Warning: an untrusted folder was moved out of the store's place, and no other event of the
     * run says so. */
    AUDIT_STORE_REPLACED = 202,
    AUDIT_STUCK = 300,    /* error: it failed, and not all could be put back */
    AUDIT_UNCLOSED = 301, /* error: it stands, but the journal could not be closed */
};

struct audit {
    void *context;
    /* One event under the source "maxport"; `text` is all that it says. */
    void (*report)(void *context, enum audit_event, const char *text);
};

#endif
