#include "gui/paint/port_map.h"

#include "core/base/text.h"
#include "gui/model/port_pattern.h"
#include "gui/paint/canvas.h"

#include <stdio.h>
#include <string.h>

enum { GAP_DIP = 6, SWATCH_DIP = 12, LEGEND_DIP = 224, LABEL_PORTS = 8192 };

/* ---- the parts -------------------------------------------------------- */

/* Returns the width of the port numbers. It is derived from the line height and is wider than five
 * digits. Text is not measured, because that needs a device context, and every move of the mouse
 * needs this width. */
static int labels_width(const struct scale *scale)
{
    return 3 * scale->line_px[FONT_SMALL] + scale_px(scale->dpi, GAP_DIP);
}

/* Returns the width of the outlines around the cells. */
static int border_px(const struct scale *scale)
{
    return scale_px(scale->dpi, 2);
}

static int row_px(const struct scale *scale)
{
    return scale->line_px[FONT_BODY] + scale_px(scale->dpi, GAP_DIP);
}

/* The legend has an entry for each class and for the two ranges. The rows below the entries
 * describe the selected port. */
enum { LEGEND_ENTRIES = PORT_CLASS_COUNT + 2, HOVER_ROWS = 3 };

static int legend_width(const struct scale *scale)
{
    int least = 15 * scale->line_px[FONT_BODY], usual = scale_px(scale->dpi, LEGEND_DIP);

    return least > usual ? least : usual;
}

static int legend_height(const struct scale *scale, int columns)
{
    return ((LEGEND_ENTRIES + columns - 1) / columns + HOVER_ROWS + 1) * row_px(scale);
}

SIZE port_map_size(const struct scale *scale, int cell_px)
{
    int side = cell_px * PORT_MAP_SIDE + 2 * border_px(scale);
    SIZE size = {
        side + labels_width(scale) + scale_px(scale->dpi, 3 * GAP_DIP) + legend_width(scale), side};

    if (size.cy < legend_height(scale, 1))
        size.cy = legend_height(scale, 1);
    return size;
}

void port_map_frame(const RECT *rect, const struct scale *scale, struct port_map_frame *frame)
{
    int border = border_px(scale), labels = labels_width(scale);
    int gap = scale_px(scale->dpi, 3 * GAP_DIP), legend = legend_width(scale);
    int width = rect->right - rect->left - labels - 2 * border;
    int height = rect->bottom - rect->top - 2 * border;
    int columns = (width + gap) / (legend + gap) < 1 ? 1 : (width + gap) / (legend + gap);
    int beside = width - gap - legend, below = height - gap - legend_height(scale, columns);
    int cell_beside = (beside < height ? beside : height) / PORT_MAP_SIDE;
    int cell_below = (width < below ? width : below) / PORT_MAP_SIDE;
    bool is_beside = cell_beside >= cell_below;
    int cell = is_beside ? cell_beside : cell_below, side;

    if (cell < 1)
        cell = 0;
    side = cell * PORT_MAP_SIDE;
    frame->cell_px = cell;
    frame->legend_columns = is_beside ? 1 : columns;
    SetRect(&frame->labels, rect->left, rect->top + border, rect->left + labels,
            rect->top + border + side);
    SetRect(&frame->cells, frame->labels.right + border, rect->top + border,
            frame->labels.right + border + side, rect->top + border + side);
    frame->legend = *rect;
    if (!cell)
        return;
    if (is_beside)
        frame->legend.left = frame->cells.right + border + gap;
    else {
        frame->legend.left = frame->cells.left;
        frame->legend.top = frame->cells.bottom + border + gap / 2;
    }
}

static void cell_of(const struct port_map_frame *frame, int port, RECT *cell)
{
    int x = frame->cells.left + port % PORT_MAP_SIDE * frame->cell_px;
    int y = frame->cells.top + port / PORT_MAP_SIDE * frame->cell_px;

    SetRect(cell, x, y, x + frame->cell_px, y + frame->cell_px);
}

int port_map_hit(const RECT *rect, const struct scale *scale, POINT at)
{
    struct port_map_frame frame;

    port_map_frame(rect, scale, &frame);
    if (!PtInRect(&frame.cells, at))
        return PORT_NONE;
    return (int)(at.y - frame.cells.top) / frame.cell_px * PORT_MAP_SIDE +
           (int)(at.x - frame.cells.left) / frame.cell_px;
}

void port_map_cell_rect(const RECT *rect, const struct scale *scale, int port, RECT *cell)
{
    struct port_map_frame frame;

    port_map_frame(rect, scale, &frame);
    cell_of(&frame, port, cell);
}

/* ---- cells ------------------------------------------------------------ */

/* Paints the cells. Writes the pixels directly, because StretchDIBits is slow: under Wine it took
 * half of the time for painting the map. */
static void paint_cells(struct canvas *canvas, const struct port_map_frame *frame,
                        const uint8_t *classes, const struct theme *theme)
{
    size_t width = (size_t)canvas->width, cell_px = (size_t)frame->cell_px;
    uint32_t colors[256];

    for (int i = 0; i < 256; i++)
        colors[i] = color_pixel(theme->state[i < PORT_CLASS_COUNT ? i : PORT_CLASS_FREE]);
    GdiFlush();
    for (int row = 0; row < PORT_MAP_SIDE; row++) {
        uint32_t *first = canvas->pixels +
                          ((size_t)frame->cells.top + (size_t)row * cell_px) * width +
                          (size_t)frame->cells.left;
        uint32_t *at = first;

        for (int column = 0; column < PORT_MAP_SIDE; column++) {
            uint32_t color = colors[classes[row * PORT_MAP_SIDE + column]];

            for (size_t i = 0; i < cell_px; i++)
                *at++ = color;
        }
        for (size_t i = 1; i < cell_px; i++)
            memcpy(first + i * width, first, PORT_MAP_SIDE * cell_px * sizeof *first);
    }
}

/* Returns the size of a dot of the patterns in pixels. */
static int dot_px(const struct scale *scale)
{
    return scale_px(scale->dpi, 1) < 1 ? 1 : scale_px(scale->dpi, 1);
}

/* Fills a rectangle of the canvas with the pattern of the class. The pattern starts at `origin`, so
 * that it continues from cell to cell without a break. */
static void fill_pattern(struct canvas *canvas, const RECT *rect, POINT origin,
                         enum port_class class, const struct theme *theme, int dot)
{
    uint32_t ink = color_pixel(theme->state[class]), back = color_pixel(theme->panel);

    for (LONG y = rect->top; y < rect->bottom; y++)
        for (LONG x = rect->left; x < rect->right; x++)
            canvas->pixels[(size_t)y * (size_t)canvas->width + (size_t)x] =
                port_pattern_is_inked(class, (unsigned)((x - origin.x) / dot),
                                      (unsigned)((y - origin.y) / dot))
                    ? ink
                    : back;
}

/* Paints the cells with a pattern for each class. The first pixel of each cell that is in use
 * always has the colour of its class, so that a single port is visible. */
static void paint_patterns(struct canvas *canvas, const struct port_map_frame *frame,
                           const uint8_t *classes, const struct theme *theme,
                           const struct scale *scale)
{
    POINT origin = {frame->cells.left, frame->cells.top};

    GdiFlush();
    for (int port = 0; port < PORT_MAP_PORTS; port++) {
        enum port_class class =
            classes[port] < PORT_CLASS_COUNT ? (enum port_class)classes[port] : PORT_CLASS_FREE;
        RECT cell;

        cell_of(frame, port, &cell);
        fill_pattern(canvas, &cell, origin, class, theme, dot_px(scale));
        canvas->pixels[(size_t)cell.top * (size_t)canvas->width + (size_t)cell.left] =
            color_pixel(theme->state[class]);
    }
}

/* Paints the edge of the map, because free ports have the colour of the background. */
static void paint_edge(struct canvas *canvas, const struct port_map_frame *frame,
                       const struct theme *theme)
{
    RECT edge = frame->cells;

    InflateRect(&edge, 1, 1);
    canvas_frame(canvas, &edge, 1, theme->grid);
}

/* ---- outlines --------------------------------------------------------- */

struct outline {
    struct canvas *canvas;
    const struct port_map_frame *frame;
    int thick, dash, gap; /* in pixels; gap 0: a solid line */
    COLORREF color;
};

static void paint_dashes(const struct outline *outline, RECT line, bool is_across)
{
    LONG *from = is_across ? &line.left : &line.top, *to = is_across ? &line.right : &line.bottom;
    LONG end = *to;

    if (*from >= end)
        return;
    if (!outline->gap) {
        canvas_fill(outline->canvas, &line, outline->color);
        return;
    }
    for (; *from < end; *from += outline->dash + outline->gap) {
        *to = *from + outline->dash < end ? *from + outline->dash : end;
        canvas_fill(outline->canvas, &line, outline->color);
    }
}

/* Draws a horizontal edge of an outline. The edge is outside of the range, so that the edge covers
 * no cell of the range. outwards: -1: the edge is just above the top of `row`; 1: just below the
 * top of `row`. Horizontal edges include the outer corners. */
static void edge_across(const struct outline *outline, int row, int from, int to, int outwards,
                        bool has_left_corner, bool has_right_corner)
{
    const struct port_map_frame *f = outline->frame;
    int y = f->cells.top + row * f->cell_px - (outwards < 0 ? outline->thick : 0);
    RECT line = {f->cells.left + from * f->cell_px, y, f->cells.left + to * f->cell_px,
                 y + outline->thick};

    if (from >= to)
        return;
    line.left -= has_left_corner ? outline->thick : 0;
    line.right += has_right_corner ? outline->thick : 0;
    paint_dashes(outline, line, true);
}

static void edge_down(const struct outline *outline, int column, int from, int to, int outwards)
{
    const struct port_map_frame *f = outline->frame;
    int x = f->cells.left + column * f->cell_px - (outwards < 0 ? outline->thick : 0);
    RECT line = {x, f->cells.top + from * f->cell_px, x + outline->thick,
                 f->cells.top + to * f->cell_px};

    if (from < to)
        paint_dashes(outline, line, false);
}

static void paint_outline(const struct outline *outline, struct port_range range)
{
    int first_row = (int)range.start / PORT_MAP_SIDE;
    int last_row = (int)range_end(range) / PORT_MAP_SIDE;
    int start = (int)range.start % PORT_MAP_SIDE; /* column of the first port, in the first row */
    /* Column after the last port, in the last row. */
    int end = (int)range_end(range) % PORT_MAP_SIDE + 1;
    /* The range has two parts that do not touch. */
    bool are_apart = last_row == first_row + 1 && end < start;

    if (first_row == last_row) {
        edge_across(outline, first_row, start, end, -1, true, true);
        edge_across(outline, first_row + 1, start, end, 1, true, true);
        edge_down(outline, start, first_row, first_row + 1, -1);
        edge_down(outline, end, first_row, first_row + 1, 1);
        return;
    }
    edge_across(outline, first_row, start, PORT_MAP_SIDE, -1, true, true);
    edge_across(outline, first_row + 1, 0, are_apart ? end : start, -1, true, are_apart);
    edge_across(outline, last_row + 1, 0, end, 1, true, true);
    edge_across(outline, last_row, are_apart ? start : end, PORT_MAP_SIDE, 1, are_apart, true);
    edge_down(outline, start, first_row, first_row + 1, -1);
    edge_down(outline, 0, first_row + 1, last_row + 1, -1);
    edge_down(outline, PORT_MAP_SIDE, first_row, last_row, 1);
    edge_down(outline, end, last_row, last_row + 1, 1);
}

/* Returns the style of the solid or the dashed outline, for the map and for the legend. */
static struct outline outline_of(struct canvas *canvas, const struct port_map_frame *frame,
                                 bool is_predicted, const struct theme *theme,
                                 const struct scale *scale)
{
    int most = border_px(scale), thick = frame->cell_px / 2;

    return (struct outline){canvas,
                            frame,
                            thick < 1      ? 1
                            : thick > most ? most
                                           : thick,
                            scale_px(scale->dpi, 5),
                            is_predicted ? scale_px(scale->dpi, 3) : 0,
                            is_predicted ? theme->bad : theme->text};
}

static void paint_hover(struct canvas *canvas, const struct port_map_frame *frame, int port,
                        const struct theme *theme, const struct scale *scale)
{
    int thin = scale_px(scale->dpi, 1);
    RECT cell;

    cell_of(frame, port, &cell);
    InflateRect(&cell, 2 * thin, 2 * thin);
    canvas_frame(canvas, &cell, thin, theme->text);
    InflateRect(&cell, -thin, -thin);
    canvas_frame(canvas, &cell, thin, theme->panel);
}

/* ---- words ------------------------------------------------------------ */

static void paint_labels(struct canvas *canvas, const struct port_map_frame *frame,
                         const struct theme *theme, const struct scale *scale)
{
    int small = scale->line_px[FONT_SMALL];

    for (int port = 0; port < PORT_MAP_PORTS; port += LABEL_PORTS) {
        char text[16];
        RECT cell, label;

        cell_of(frame, port, &cell);
        label = frame->labels;
        label.top = port ? cell.top - small / 2 : cell.top;
        label.bottom = label.top + small;
        label.right -= scale_px(scale->dpi, GAP_DIP) / 2;
        snprintf(text, sizeof text, "%d", port);
        canvas_text(canvas, &label, scale->font[FONT_SMALL], theme->muted, DT_RIGHT, text);
    }
}

static void paint_legend_line(struct canvas *canvas, const RECT *line, const char *name,
                              const char *figure, const struct theme *theme,
                              const struct scale *scale)
{
    RECT text = *line;

    text.left += scale_px(scale->dpi, SWATCH_DIP + GAP_DIP + 2);
    canvas_text(canvas, &text, scale->font[FONT_BODY], theme->text, DT_LEFT, name);
    text.left += text_width(scale->font[FONT_BODY], name) + scale_px(scale->dpi, GAP_DIP);
    canvas_text(canvas, &text, scale->font[FONT_BODY], theme->text, DT_RIGHT | DT_END_ELLIPSIS,
                figure);
}

static void paint_swatch(struct canvas *canvas, const RECT *line, enum port_class class,
                         const struct theme *theme, const struct scale *scale)
{
    COLORREF color = theme->state[class];
    int side = scale_px(scale->dpi, SWATCH_DIP), thin = scale_px(scale->dpi, 1);
    int top = (line->top + line->bottom - side) / 2;
    RECT swatch = {line->left, top, line->left + side, top + side};

    if (theme->kind == THEME_HIGH_CONTRAST) {
        POINT origin = {swatch.left, swatch.top};

        IntersectRect(&swatch, &swatch, &(RECT){0, 0, canvas->width, canvas->height});
        GdiFlush();
        fill_pattern(canvas, &swatch, origin, class, theme, dot_px(scale));
    } else {
        canvas_fill(canvas, &swatch, color);
    }
    canvas_frame(canvas, &swatch, thin,
                 theme->kind == THEME_HIGH_CONTRAST ? theme->text
                                                    : color_blend(color, theme->text, 60));
}

static void paint_legend_range(struct canvas *canvas, const RECT *line, const char *name,
                               struct port_range range, struct outline outline,
                               const struct theme *theme, const struct scale *scale)
{
    int side = scale_px(scale->dpi, SWATCH_DIP), y = (line->top + line->bottom) / 2;
    RECT stroke = {line->left, y, line->left + side + scale_px(scale->dpi, 2), 0};
    char figure[32] = "unknown";

    outline.thick = border_px(scale);
    stroke.bottom = stroke.top + outline.thick;
    if (range.count) {
        paint_dashes(&outline, stroke, true);
        snprintf(figure, sizeof figure, "%u-%u", (unsigned)range.start, (unsigned)range_end(range));
    }
    paint_legend_line(canvas, line, name, figure, theme, scale);
}

static void count_classes(const uint8_t *classes, uint32_t counts[PORT_CLASS_COUNT])
{
    for (int port = 0; port < PORT_MAP_PORTS; port++)
        counts[classes[port] < PORT_CLASS_COUNT ? classes[port] : PORT_CLASS_FREE]++;
}

/* Returns the rectangle of entry i of the legend. */
static RECT legend_line(const struct port_map_frame *frame, int i, const struct scale *scale)
{
    int width = legend_width(scale), column = i % frame->legend_columns;
    RECT line = frame->legend;

    line.left += column * (width + scale_px(scale->dpi, 3 * GAP_DIP));
    line.right = line.right < line.left + width ? line.right : line.left + width;
    line.top += i / frame->legend_columns * row_px(scale);
    line.bottom = line.top + scale->line_px[FONT_BODY];
    return line;
}

static void paint_legend(struct canvas *canvas, const struct port_map_frame *frame,
                         const struct port_map_view *view, const struct theme *theme,
                         const struct scale *scale)
{
    uint32_t counts[PORT_CLASS_COUNT] = {0};
    char number[NUMBER_SIZE], words[64];
    const char *hover = view->hover_text;
    RECT line;
    int i = 0;

    count_classes(view->classes, counts);
    for (; i < PORT_CLASS_COUNT; i++) {
        /* Listening comes first, free comes last. */
        enum port_class class = (enum port_class)((i + 1) % PORT_CLASS_COUNT);

        line = legend_line(frame, i, scale);
        paint_swatch(canvas, &line, class, theme, scale);
        paint_legend_line(canvas, &line, port_class_name(class),
                          number_string(number, counts[class]), theme, scale);
    }
    line = legend_line(frame, i++, scale);
    paint_legend_range(canvas, &line, "running range", view->running,
                       outline_of(canvas, frame, false, theme, scale), theme, scale);
    line = legend_line(frame, i++, scale);
    if (view->predicted.count && range_equal(view->predicted, view->running))
        paint_legend_line(canvas, &line, "after a restart", "the same", theme, scale);
    else
        paint_legend_range(canvas, &line, "after a restart", view->predicted,
                           outline_of(canvas, frame, true, theme, scale), theme, scale);
    line.left = frame->legend.left;
    line.top = line.bottom + row_px(scale);
    line.right = frame->legend_columns == 1 ? line.right : frame->legend.right;
    line.bottom = frame->legend.bottom;
    if (view->hover != PORT_NONE) {
        if (!hover) {
            uint8_t class = view->classes[view->hover];

            snprintf(words, sizeof words, "Port %d: %s", view->hover,
                     port_class_name(class < PORT_CLASS_COUNT ? class : PORT_CLASS_FREE));
            hover = words;
        }
        line.top += canvas_paragraph(canvas, &line, scale->font[FONT_STRONG], theme->text, hover) +
                    scale_px(scale->dpi, GAP_DIP);
    }
    if (view->note && line.top < line.bottom)
        canvas_paragraph(canvas, &line, scale->font[FONT_BODY], theme->muted, view->note);
}

void port_map_paint(HDC dc, const RECT *rect, const struct port_map_view *view,
                    const struct theme *theme, const struct scale *scale)
{
    RECT all = {0, 0, rect->right - rect->left, rect->bottom - rect->top};
    struct port_map_frame frame;
    struct outline outline;
    struct canvas canvas;

    port_map_frame(&all, scale, &frame);
    if (!canvas_begin(&canvas, dc, rect, theme->panel))
        return;
    if (!view->classes) {
        canvas_text(&canvas, &all, scale->font[FONT_BODY], theme->muted, DT_CENTER,
                    "The ports have not been read yet");
    } else if (!frame.cell_px) {
        canvas_text(&canvas, &all, scale->font[FONT_BODY], theme->muted, DT_CENTER,
                    "Not enough space for the port map");
    } else {
        if (theme->kind == THEME_HIGH_CONTRAST) {
            paint_patterns(&canvas, &frame, view->classes, theme, scale);
            paint_edge(&canvas, &frame, theme);
        } else {
            paint_cells(&canvas, &frame, view->classes, theme);
        }
        if (view->running.count) {
            outline = outline_of(&canvas, &frame, false, theme, scale);
            paint_outline(&outline, view->running);
        }
        if (view->predicted.count && !range_equal(view->predicted, view->running)) {
            outline = outline_of(&canvas, &frame, true, theme, scale);
            paint_outline(&outline, view->predicted);
        }
        if (view->hover != PORT_NONE)
            paint_hover(&canvas, &frame, view->hover, theme, scale);
        paint_labels(&canvas, &frame, theme, scale);
        paint_legend(&canvas, &frame, view, theme, scale);
    }
    canvas_end(&canvas, dc, rect);
}
