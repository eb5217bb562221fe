/* audit.h - events in Windows' Application log about changes by administrators.
 *
 * The ids are stable because monitoring and SIEM rules refer to them. A command never fails because
 * an event could not be written.
 */
#ifndef CORE_SYSTEM_AUDIT_H
#define CORE_SYSTEM_AUDIT_H

enum audit_event {
    AUDIT_CHANGED = 100,  /* information: a change was written and verified */
    AUDIT_UNDONE = 101,   /* information: a change was undone */
    AUDIT_ARMED = 102,    /* information: the next restart returns to a restore point */
    AUDIT_RESOLVED = 103, /* information: an interrupted change was resolved; the text says how */
    AUDIT_ADOPTED = 104,  /* information: maxport adopted a store that was restored from files */
    AUDIT_STORE_REMOVED = 105, /* information: an administrator removed the store */
    AUDIT_REFUSED = 200,       /* warning: a change was refused; nothing was written */
    AUDIT_ROLLED_BACK = 201,   /* warning: a change failed and was rolled back */
    /* Warning: an untrusted folder at the store's path was renamed, or the store is now another
     * folder (store_preparation). Only if no other event of the run mentions the folder. */
    AUDIT_STORE_REPLACED = 202,
    AUDIT_STUCK = 300,    /* error: a change failed and its rollback failed */
    AUDIT_UNCLOSED = 301, /* error: a change is in effect, but the journal lacks its outcome */
};

struct audit {
    void *context;
    /* Writes one event under the source "maxport"; `text` is the whole message. */
    void (*report)(void *context, enum audit_event, const char *text);
};

#endif
