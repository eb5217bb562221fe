/* blind_spots.h - sentences about missing data on sockets and their owners, with the same words on
 * every screen.
 */
#ifndef CORE_STATE_BLIND_SPOTS_H
#define CORE_STATE_BLIND_SPOTS_H

#include "core/state/snapshot.h"

/* The data that a screen shows, and so can lack. */
struct blind_view {
    const struct sockets *sockets;
    bool shows[PROTOCOL_COUNT];
    const struct survey *survey; /* NULL: no ports are counted, so no range is needed */
    bool shows_owners;
    bool has_names;
    const char *names_why;           /* why there are no names */
    const struct services *services; /* NULL: not shown */
};

/* Everything that a snapshot shows. */
struct blind_view blind_view_of(const struct snapshot *snapshot);

/* Calls `add` for each sentence. It is safe for a screen, and broken if memory ran out. */
void blind_spots_list(const struct blind_view *view,
                      void (*add)(void *context, const struct text *sentence), void *context);

/* Sentence for a list without bound, idle sockets. */
extern const char blind_bound_words[];

/* Makes one sentence: WHAT and, if it is not empty, WHY, which is text from outside maxport. */
void blind_spot_print(const char *what, const char *why, struct text *text);

#endif
