#include "gui/paint/port_map.h"

#include "../slot.h"
#include "../suites.h"
#include "gui/paint/canvas.h"

#include <stdlib.h>
#include <string.h>

static uint8_t classes[PORT_MAP_PORTS];
static struct port_map_view view;
static struct port_map_frame frame;
static struct canvas canvas;
static struct scale scale;
static struct theme theme;
static RECT rect;

static void make_view(void)
{
    memset(classes, PORT_CLASS_FREE, sizeof classes);
    view = (struct port_map_view){.classes = classes, .hover = PORT_NONE};
}

static void paint(int cell_px, unsigned dpi)
{
    theme_fixed(&theme, THEME_LIGHT);
    scale_open(&scale, dpi);
    SIZE size = port_map_size(&scale, cell_px);
    SetRect(&rect, 9, 5, 9 + size.cx, 5 + size.cy);
    ck_assert(canvas_open(&canvas, rect.right + 4, rect.bottom + 4));
    port_map_paint(canvas.dc, &rect, &view, &theme, &scale);
    port_map_frame(&rect, &scale, &frame);
    ck_assert_int_eq(frame.cell_px, cell_px);
}

static void close_all(void)
{
    canvas_close(&canvas);
    scale_close(&scale);
}

/* Checks every pixel of every port's cell. */
START_TEST(each_port_has_the_colour_of_its_class)
{
    make_view();
    for (int port = 0; port < PORT_MAP_PORTS; port++)
        classes[port] = (uint8_t)((port * 7 + port / 256) % PORT_CLASS_COUNT);
    paint(_i, 96);
    for (int port = 0; port < PORT_MAP_PORTS; port++) {
        RECT cell;

        port_map_cell_rect(&rect, &scale, port, &cell);
        ck_assert_int_eq(cell.right - cell.left, _i);
        ck_assert_int_eq(cell.bottom - cell.top, _i);
        for (int y = cell.top; y < cell.bottom; y++)
            for (int x = cell.left; x < cell.right; x++)
                if (canvas_pixel(&canvas, x, y) != theme.state[classes[port]])
                    ck_abort_msg("port %d at %d, %d", port, x, y);
    }
    close_all();
}
END_TEST

/* In a contrast theme, several classes have the same colour. Blocks of 32 x 32 ports of these
 * classes must differ nevertheless. */
START_TEST(classes_differ_without_their_colours)
{
    enum { BLOCK = 32 };
    static bool inked[PORT_CLASS_COUNT][BLOCK * 3][BLOCK * 3];

    make_view();
    for (int port = 0; port < PORT_MAP_PORTS; port++)
        classes[port] = (uint8_t)(port % PORT_MAP_SIDE / BLOCK % PORT_CLASS_COUNT);
    theme_fixed(&theme, THEME_HIGH_CONTRAST);
    scale_open(&scale, 96);
    SIZE size = port_map_size(&scale, 3);
    SetRect(&rect, 0, 0, size.cx, size.cy);
    ck_assert(canvas_open(&canvas, rect.right, rect.bottom));
    port_map_paint(canvas.dc, &rect, &view, &theme, &scale);
    for (int class = 0; class < PORT_CLASS_COUNT; class ++) {
        RECT cell;

        port_map_cell_rect(&rect, &scale, class * BLOCK, &cell);
        for (int y = 0; y < BLOCK * 3; y++)
            for (int x = 0; x < BLOCK * 3; x++)
                inked[class][y][x] =
                    canvas_pixel(&canvas, cell.left + x, cell.top + y) != theme.panel;
    }
    /* Free ports have the colour of the background, so the map has an edge. */
    RECT first;
    port_map_cell_rect(&rect, &scale, 0, &first);
    ck_assert_uint_ne(canvas_pixel(&canvas, first.left - 1, first.top - 1), theme.panel);
    for (int a = 0; a < PORT_CLASS_COUNT; a++)
        for (int b = 0; b < a; b++) {
            int different = 0;

            for (int y = 0; y < BLOCK * 3; y++)
                for (int x = 0; x < BLOCK * 3; x++)
                    different += inked[a][y][x] != inked[b][y][x];
            ck_assert_msg(different > BLOCK * 3 * BLOCK * 3 / 10, "%s and %s: %d pixels",
                          port_class_name((enum port_class)a), port_class_name((enum port_class)b),
                          different);
        }
    close_all();
}
END_TEST

START_TEST(port_0_is_at_the_top_left)
{
    RECT first, next, below, last;

    make_view();
    paint(3, 96);
    port_map_cell_rect(&rect, &scale, 0, &first);
    port_map_cell_rect(&rect, &scale, 1, &next);
    port_map_cell_rect(&rect, &scale, 256, &below);
    port_map_cell_rect(&rect, &scale, 65535, &last);
    ck_assert_int_eq(first.left, frame.cells.left);
    ck_assert_int_eq(first.top, frame.cells.top);
    ck_assert_int_eq(next.left, first.right);
    ck_assert_int_eq(next.top, first.top);
    ck_assert_int_eq(below.left, first.left);
    ck_assert_int_eq(below.top, first.bottom);
    ck_assert_int_eq(last.right, frame.cells.right);
    ck_assert_int_eq(last.bottom, frame.cells.bottom);
    close_all();
}
END_TEST

START_TEST(every_port_is_found_under_the_mouse)
{
    static const int cells[] = {1, 2, 5};

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        make_view();
        paint(cells[i], 96);
        for (int port = 0; port < PORT_MAP_PORTS; port++) {
            RECT cell;

            port_map_cell_rect(&rect, &scale, port, &cell);
            POINT first = {cell.left, cell.top}, last = {cell.right - 1, cell.bottom - 1};
            if (port_map_hit(&rect, &scale, first) != port ||
                port_map_hit(&rect, &scale, last) != port)
                ck_abort_msg("port %d", port);
        }
        const POINT outside[] = {{frame.cells.left - 1, frame.cells.top},
                                 {frame.cells.left, frame.cells.top - 1},
                                 {frame.cells.right, frame.cells.top},
                                 {frame.cells.left, frame.cells.bottom},
                                 {-5, -5}};
        for (size_t o = 0; o < sizeof outside / sizeof *outside; o++)
            ck_assert_int_eq(port_map_hit(&rect, &scale, outside[o]), PORT_NONE);
        close_all();
    }
}
END_TEST

/* ---- outlines ----------------------------------------------------------- */

static const struct port_range ranges[] = {
    {49152, 16384}, {1025, 64511}, {0, 65536}, {65535, 1}, {0, 1}, {512, 256}, /* a whole row */
    {300, 20},                                                                 /* within a row */
    {250, 10},  /* two parts that do not touch */
    {100, 300}, /* in two rows, with columns in common */
    {300, 212}, /* up to the end of its row */
    {356, 256}, /* two parts that meet in a point */
    {700, 1000},    {1000, 1111},
};

static bool is_in(struct port_range range, int x, int y)
{
    POINT at = {x, y};
    int port = port_map_hit(&rect, &scale, at);

    return port != PORT_NONE && range_contains(range, (uint32_t)port);
}

static bool is_near(struct port_range range, int x, int y, int reach)
{
    for (int dy = -reach; dy <= reach; dy++)
        for (int dx = -reach; dx <= reach; dx++)
            if (is_in(range, x + dx, y + dy))
                return true;
    return false;
}

/* The outline must consist of the pixels outside of the range that are at most THICK away from
 * it. */
START_TEST(an_outline_follows_the_cells)
{
    enum { CELL = 2, THICK = 1 };
    struct port_range range = ranges[_i];
    bool *inside;
    int width;

    make_view();
    view.running = range;
    paint(CELL, 96);
    width = canvas.width;
    inside = calloc((size_t)width * (size_t)canvas.height, sizeof *inside);
    ck_assert_ptr_nonnull(inside);
    for (uint32_t port = range.start; port <= range_end(range); port++) {
        RECT cell;

        port_map_cell_rect(&rect, &scale, (int)port, &cell);
        for (int y = cell.top; y < cell.bottom; y++)
            for (int x = cell.left; x < cell.right; x++)
                inside[y * width + x] = true;
    }
    for (int y = frame.cells.top - 2; y < frame.cells.bottom + 2; y++)
        for (int x = frame.cells.left - 2; x < frame.cells.right + 2; x++) {
            bool is_edge = false;

            for (int dy = -THICK; dy <= THICK; dy++)
                for (int dx = -THICK; dx <= THICK; dx++)
                    is_edge |= inside[(y + dy) * width + x + dx];
            is_edge = is_edge && !inside[y * width + x];
            if ((canvas_pixel(&canvas, x, y) == theme.text) != is_edge)
                ck_abort_msg("range %u+%u: pixel %d, %d of the map is %s", (unsigned)range.start,
                             (unsigned)range.count, x - (int)frame.cells.left,
                             y - (int)frame.cells.top, is_edge ? "not drawn" : "drawn");
        }
    free(inside);
    close_all();
}
END_TEST

/* The dashed outline must be drawn only outside of its range, and with gaps. */
START_TEST(the_predicted_outline_is_dashed)
{
    unsigned drawn = 0, left_out = 0;

    make_view();
    view.running = ranges[0];
    view.predicted = ranges[1];
    paint(4, 192);
    for (int y = frame.cells.top - 4; y < frame.cells.bottom + 4; y++)
        for (int x = frame.cells.left - 4; x < frame.cells.right + 4; x++) {
            COLORREF color = canvas_pixel(&canvas, x, y);

            if (color == theme.bad) {
                ck_assert(!is_in(view.predicted, x, y));
                ck_assert(is_near(view.predicted, x, y, 2));
                drawn++;
            } else if (x < frame.cells.left && is_near(view.predicted, x, y, 2)) {
                left_out++;
            }
        }
    ck_assert_uint_gt(drawn, 2000);
    ck_assert_uint_gt(left_out, 200);
    close_all();
}
END_TEST

START_TEST(equal_ranges_have_one_outline)
{
    make_view();
    view.running = view.predicted = ranges[0];
    paint(2, 96);
    for (int y = frame.cells.top - 2; y < frame.cells.bottom + 2; y++)
        for (int x = frame.cells.left - 2; x < frame.cells.right + 2; x++)
            ck_assert_uint_ne(canvas_pixel(&canvas, x, y), theme.bad);
    close_all();
}
END_TEST

START_TEST(the_port_under_the_mouse_keeps_its_colour)
{
    RECT cell;

    make_view();
    classes[50123] = PORT_CLASS_BOUND;
    view.hover = 50123;
    paint(2, 96);
    port_map_cell_rect(&rect, &scale, 50123, &cell);
    ck_assert_uint_eq(canvas_pixel(&canvas, cell.left, cell.top), theme.state[PORT_CLASS_BOUND]);
    ck_assert_uint_eq(canvas_pixel(&canvas, cell.left - 1, cell.top), theme.panel);
    ck_assert_uint_eq(canvas_pixel(&canvas, cell.left - 2, cell.top), theme.text);
    ck_assert_uint_eq(canvas_pixel(&canvas, cell.left - 3, cell.top), theme.state[PORT_CLASS_FREE]);
    close_all();
}
END_TEST

/* ---- space and texts ---------------------------------------------------------- */

/* Counts the pixels of text in a rectangle. */
static int ink_in(const RECT *where)
{
    int count = 0;

    for (int y = where->top; y < where->bottom; y++)
        for (int x = where->left; x < where->right; x++)
            count += color_contrast(canvas_pixel(&canvas, x, y), theme.panel) > 4;
    return count;
}

START_TEST(the_port_under_the_mouse_is_described)
{
    make_view();
    paint(2, 96);
    RECT words = frame.legend;
    words.top += 9 * (scale.line_px[FONT_BODY] + scale_px(96, 6)) - 8;
    ck_assert_int_eq(ink_in(&words), 0);
    close_all();
    view.hover = 443;
    paint(2, 96);
    int by_itself = ink_in(&words);
    ck_assert_int_gt(by_itself, 50);
    close_all();
    view.hover_text = "Port 443: listening, nginx.exe (1234)";
    paint(2, 96);
    ck_assert_int_gt(ink_in(&words), by_itself);
    close_all();
}
END_TEST

/* Checks that all texts fit, because port_map.c computes their space from the height of a line and
 * does not measure them. */
static void assert_words_fit(void)
{
    int gap = scale_px(scale.dpi, 6), swatch = scale_px(scale.dpi, 12);
    RECT large = {0, 0, 3000, 2000};

    port_map_frame(&large, &scale, &frame);
    ck_assert_int_ge(frame.labels.right - frame.labels.left - gap / 2,
                     text_width(scale.font[FONT_SMALL], "57344"));
    SetRect(&large, 0, 0, port_map_size(&scale, 2).cx, port_map_size(&scale, 2).cy);
    port_map_frame(&large, &scale, &frame);
    ck_assert_int_eq(frame.cell_px, 2);
    ck_assert_int_ge(frame.legend.right - frame.legend.left,
                     swatch + 2 * gap + text_width(scale.font[FONT_BODY], "after a restart") +
                         text_width(scale.font[FONT_BODY], "49152-65535"));
}

START_TEST(labels_and_legend_have_enough_space)
{
    static const unsigned dpis[] = {96, 120, 144, 192, 240};

    for (size_t d = 0; d < sizeof dpis / sizeof *dpis; d++) {
        scale_open(&scale, dpis[d]);
        assert_words_fit();
        scale.dpi = 96; /* as for a user who has enlarged only the text */
        assert_words_fit();
        scale_close(&scale);
    }
}
END_TEST

START_TEST(the_parts_of_the_map_do_not_overlap)
{
    static const SIZE sizes[] = {{900, 600}, {600, 900}, {400, 1200}, {1600, 700},
                                 {760, 560}, {320, 640}, {2400, 2400}};
    static const unsigned dpis[] = {96, 144, 240};

    for (size_t d = 0; d < sizeof dpis / sizeof *dpis; d++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            RECT all = {10, 20, 10 + sizes[s].cx, 20 + sizes[s].cy}, both;

            scale_open(&scale, dpis[d]);
            port_map_frame(&all, &scale, &frame);
            if (frame.cell_px) {
                ck_assert_int_eq(frame.cells.right - frame.cells.left, 256 * frame.cell_px);
                ck_assert(!IntersectRect(&both, &frame.cells, &frame.legend));
                ck_assert(!IntersectRect(&both, &frame.cells, &frame.labels));
                ck_assert(UnionRect(&both, &frame.cells, &frame.legend));
                ck_assert_int_ge(both.left, all.left);
                ck_assert_int_le(both.right, all.right);
                ck_assert_int_le(both.bottom, all.bottom);
                /* The cells must be as large as possible: one more pixel per cell would not fit. */
                ck_assert(256 * (frame.cell_px + 1) + (frame.labels.right - frame.labels.left) +
                                  scale_px(dpis[d], 3 * 6 + 224) >
                              sizes[s].cx ||
                          256 * (frame.cell_px + 1) > sizes[s].cy);
            } else {
                ck_assert(sizes[s].cx < 600 || dpis[d] > 96);
            }
            scale_close(&scale);
        }
}
END_TEST

START_TEST(missing_data_or_space_is_reported)
{
    make_view();
    view.classes = NULL;
    paint(2, 96);
    RECT middle = {rect.left + 200, (rect.top + rect.bottom) / 2 - 12, rect.right - 200, 0};
    middle.bottom = middle.top + 24;
    ck_assert_int_gt(ink_in(&middle), 50);
    ck_assert_int_eq(ink_in(&frame.legend), 0);
    close_all();
    make_view();
    theme_fixed(&theme, THEME_LIGHT);
    scale_open(&scale, 96);
    ck_assert(canvas_open(&canvas, 300, 200));
    RECT small = {0, 0, 300, 200};
    port_map_paint(canvas.dc, &small, &view, &theme, &scale);
    POINT at = {150, 100};
    ck_assert_int_eq(port_map_hit(&small, &scale, at), PORT_NONE);
    ck_assert_int_gt(ink_in(&small), 50);
    close_all();
}
END_TEST

START_TEST(port_map_paint_releases_gdi_objects)
{
    make_view();
    view.running = ranges[0];
    view.predicted = ranges[1];
    view.hover = 443;
    paint(1, 96);
    ASSERT_RELEASES_GDI(port_map_paint(canvas.dc, &rect, &view, &theme, &scale));
    close_all();
}
END_TEST

Suite *port_map_suite(void)
{
    Suite *suite = suite_create("port_map");
    TCase *tests = tcase_create("port_map");

    tcase_add_loop_test(tests, each_port_has_the_colour_of_its_class, 1, 5);
    tcase_add_test(tests, classes_differ_without_their_colours);
    tcase_add_test(tests, port_0_is_at_the_top_left);
    tcase_add_test(tests, every_port_is_found_under_the_mouse);
    tcase_add_loop_test(tests, an_outline_follows_the_cells, 0, sizeof ranges / sizeof *ranges);
    tcase_add_test(tests, the_predicted_outline_is_dashed);
    tcase_add_test(tests, equal_ranges_have_one_outline);
    tcase_add_test(tests, the_port_under_the_mouse_keeps_its_colour);
    tcase_add_test(tests, the_port_under_the_mouse_is_described);
    tcase_add_test(tests, labels_and_legend_have_enough_space);
    tcase_add_test(tests, the_parts_of_the_map_do_not_overlap);
    tcase_add_test(tests, missing_data_or_space_is_reported);
    tcase_add_test(tests, port_map_paint_releases_gdi_objects);
    suite_add_tcase(suite, tests);
    return suite;
}
