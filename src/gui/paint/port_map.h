/* port_map.h - all 65,536 ports as one picture: 256 rows of 256, port 0 at the top left.
 *
 * Each port is a square of the same whole number of pixels, coloured by its class. The
 * running range has a solid outline, the predicted one a dashed one; a range that starts
 * within a row is no rectangle, and its outline follows its cells. Legend, counts and the
 * port under the mouse are in words, beside the map or below it, where there is room.
 */
#ifndef GUI_PAINT_PORT_MAP_H
#define GUI_PAINT_PORT_MAP_H

#include "core/base/value.h"
#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

enum { PORT_MAP_SIDE = 256, PORT_MAP_PORTS = 65536, PORT_NONE = -1 };

struct port_map_view {
    const uint8_t *classes;      /* PORT_MAP_PORTS of enum port_class; NULL: not read yet */
    struct port_range running;   /* count 0: not known */
    struct port_range predicted; /* after a restart; count 0: not known. Equal ones: one outline */
    int hover;                   /* a port, or PORT_NONE */
    const char *hover_text;      /* what is said of it, one line; NULL: the port and its class */
    const char *note;            /* below the legend: "bound cannot be seen here"; NULL: none */
};

/* The parts of the rectangle. */
struct port_map_frame {
    RECT cells; /* empty where there is no room for a pixel each */
    int cell_px;
    RECT labels; /* port numbers left of the cells */
    RECT legend;
    int legend_columns;
};

void port_map_frame(const RECT *rect, const struct scale *scale, struct port_map_frame *frame);

/* How much room the map and its legend want with cells of that size, legend beside it. */
SIZE port_map_size(const struct scale *scale, int cell_px);

/* Fills the rectangle with theme->panel and paints into it. */
void port_map_paint(HDC dc, const RECT *rect, const struct port_map_view *view,
                    const struct theme *theme, const struct scale *scale);

/* The port at that point, or PORT_NONE. */
int port_map_hit(const RECT *rect, const struct scale *scale, POINT at);
void port_map_cell_rect(const RECT *rect, const struct scale *scale, int port, RECT *cell);

#endif
