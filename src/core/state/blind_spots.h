/* blind_spots.h - sentences about missing data on sockets and their owners, so that every screen
 * uses the same words.
 */
#ifndef CORE_STATE_BLIND_SPOTS_H
#define CORE_STATE_BLIND_SPOTS_H

#include "core/state/snapshot.h"

/* The data that a screen shows. Some of it may be missing. */
struct blind_view {
    const struct sockets *sockets;
    bool shows[PROTOCOL_COUNT];
    const struct survey *survey; /* NULL: the screen counts no ports and needs no ranges */
    bool shows_owners;
    bool has_names;
    const char *names_why;           /* why the names are missing */
    const struct services *services; /* NULL: not shown */
};

/* Returns the view of a screen that shows a whole snapshot. */
struct blind_view blind_view_of(const struct snapshot *snapshot);

/* Calls add() for each sentence. The sentence is safe for a screen; its is_broken is set if memory
 * ran out. */
void blind_spots_list(const struct blind_view *view,
                      void (*add)(void *context, const struct text *sentence), void *context);

/* The sentence for a list of sockets that lacks bound, idle sockets. */
extern const char blind_bound_words[];

/* Appends `what` and, after a space, `why` if it is not empty. `why` is text from outside maxport
 * and is made safe for a screen. */
void blind_spot_print(const char *what, const char *why, struct text *text);

#endif
