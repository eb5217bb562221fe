/* port_map.h - all 65,536 ports as one picture: 256 rows of 256, port 0 at the top left.
 *
 * Each port is a square cell with the colour of its class. The size of a cell is a whole number of
 * pixels. The running range has a solid outline, the predicted range a dashed one. An outline
 * follows the edges of cells, because a range that starts inside a row is not a rectangle. Legend,
 * counts and the selected port are shown as text beside or below the map, whichever leaves room for
 * larger cells.
 */
#ifndef GUI_PAINT_PORT_MAP_H
#define GUI_PAINT_PORT_MAP_H

#include "core/base/value.h"
#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

enum { PORT_MAP_SIDE = 256, PORT_MAP_PORTS = ALL_PORTS, PORT_NONE = -1 };

struct port_map_view {
    const uint8_t *classes;    /* enum port_class of PORT_MAP_PORTS ports; NULL: not read yet */
    struct port_range running; /* count 0: unknown */
    /* Count 0: unknown. If `predicted` equals `running`, there is only one outline. */
    struct port_range predicted;
    int hover;              /* the selected port, or PORT_NONE */
    const char *hover_text; /* text about this port; NULL: show the port and its class */
    const char *note;       /* a remark below the legend; NULL: none */
};

/* The parts of the rectangle in which the map is painted. */
struct port_map_frame {
    RECT cells; /* empty if there is no room for one pixel per cell */
    int cell_px;
    RECT labels; /* port numbers, to the left of the cells */
    RECT legend;
    int legend_columns;
};

void port_map_frame(const RECT *rect, const struct scale *scale, struct port_map_frame *frame);

/* Returns the size of the map with its legend beside it, if each side of a cell has cell_px
 * pixels. */
SIZE port_map_size(const struct scale *scale, int cell_px);

/* Fills the rectangle with theme->panel and paints into it. */
void port_map_paint(HDC dc, const RECT *rect, const struct port_map_view *view,
                    const struct theme *theme, const struct scale *scale);

/* Returns the port at the point `at`, or PORT_NONE. */
int port_map_hit(const RECT *rect, const struct scale *scale, POINT at);
void port_map_cell_rect(const RECT *rect, const struct scale *scale, int port, RECT *cell);

#endif
