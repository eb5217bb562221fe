/* gallery FOLDER - writes a picture of every part of the window in three themes and at three DPIs,
 * from invented data: FOLDER\gauge-light-96.png and so on. People look at the pictures; no test
 * compares them, because fonts differ between systems.
 *
 *     mkdir -p build/gallery
 *     tests/program/under-wine build/win64/tests/gallery.exe "Z:$PWD/build/gallery" */
#include "gui/paint/canvas.h"
#include "gui/paint/chart.h"
#include "gui/paint/gauge.h"
#include "gui/paint/port_map.h"
#include "gui/paint/range_bar.h"
#include "win32/files.h"
#include "win32/picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct wall {
    const char *folder;
    struct theme theme;
    struct scale scale;
    const char *theme_name;
    bool is_good;
};

static int px(const struct wall *wall, int dip)
{
    return scale_px(wall->scale.dpi, dip);
}

static bool open_picture(struct canvas *canvas, int width, int height, struct wall *wall,
                         RECT *inner)
{
    RECT all = {0, 0, width, height};

    if (!canvas_open(canvas, width, height)) {
        wall->is_good = false;
        return false;
    }
    canvas_fill(canvas, &all, wall->theme.panel);
    *inner = all;
    InflateRect(inner, -px(wall, 16), -px(wall, 16));
    return true;
}

static void save(struct canvas *canvas, const char *name, struct wall *wall)
{
    char path[512], *png;
    struct files files;
    struct fault fault;
    size_t length;

    snprintf(path, sizeof path, "%s\\%s-%s-%u.png", wall->folder, name, wall->theme_name,
             wall->scale.dpi);
    files_open(&files);
    if (!picture_encode(canvas->pixels, (unsigned)canvas->width, (unsigned)canvas->height,
                        wall->scale.dpi, &png, &length, &fault)) {
        fprintf(stderr, "gallery: %s\n", fault.text);
        wall->is_good = false;
    } else {
        if (!files.write(files.context, path, true, png, length, &fault)) {
            fprintf(stderr, "gallery: %s\n", fault.text);
            wall->is_good = false;
        }
        free(png);
    }
    canvas_close(canvas);
}

static void gauges(struct wall *wall)
{
    static const struct gauge_view views[] = {
        {"TCP", true, 812, 16384, "TIME_WAIT 120 \xc2\xb7 established 655 \xc2\xb7 listening 37"},
        {"UDP", true, 0, 16384, NULL},
        {"TCP", true, 1, 64511, "established 1"},
        {"TCP", true, 13500, 16384,
         "TIME_WAIT 12,840 \xc2\xb7 established 655 \xc2\xb7 listening 5"},
        {"TCP", true, 15900, 16384, "TIME_WAIT 12,840 \xc2\xb7 established 3,055"},
        {"TCP", true, 16384, 16384, "TIME_WAIT 12,840"},
        {"TCP", false, 0, 0, "the running range is unknown: netsh did not respond"},
    };
    int gap = px(wall, 16), each = gauge_height(&wall->scale);
    int count = sizeof views / sizeof *views;
    struct canvas canvas;
    RECT rect;

    if (!open_picture(&canvas, px(wall, 440), count * (each + gap) + gap, wall, &rect))
        return;
    for (int i = 0; i < count; i++) {
        rect.bottom = rect.top + each;
        gauge_paint(canvas.dc, &rect, &views[i], &wall->theme, &wall->scale);
        rect.top += each + gap;
    }
    save(&canvas, "gauge", wall);
}

static void fill_history(struct usage_history *history, uint32_t base, uint32_t step_ms)
{
    usage_history_init(history);
    for (int64_t ms = 0; ms <= 86400000; ms += step_ms) {
        double t = (double)ms / 1000;
        double burst = fmod(t, 37) < 6 ? 1.6 : 1;
        struct sample_use use = {.is_known = true, .available = 16384};

        use.time_wait = (uint32_t)(base * (0.6 + 0.3 * sin(t / 9) + 0.15 * sin(t / 1700)) * burst);
        use.bound = (uint32_t)(base * 0.12 + 4 * sin(t / 3));
        use.in_use = use.time_wait + use.bound + base / 3;
        if (fmod(t, 60) > 21 && fmod(t, 60) < 28 && ms > 86000000)
            continue; /* a gap in the samples */
        if (ms > 40000000 && ms < 47000000)
            continue;
        usage_history_add(history, ms, 3 * step_ms, &use);
    }
}

static void charts(struct wall *wall)
{
    static struct usage_history history;
    static struct usage_history_point points[USAGE_HISTORY_SLOTS];
    struct chart_view view = {.now_ms = 86400000,
                              .points = points,
                              .available = 16384,
                              .shows_time_wait = true,
                              .shows_bound = true};
    int height = px(wall, 240), gap = px(wall, 16);
    struct canvas canvas;
    RECT rect;

    if (!open_picture(&canvas, px(wall, 640), 6 * (height + gap) + gap, wall, &rect))
        return;
    for (int i = 0; i < 6; i++) {
        fill_history(&history, i % 2 ? 6000 : 400, 1000);
        view.span = (enum usage_history_span)(i % SPAN_COUNT);
        view.count =
            usage_history_read(&history, view.span, view.now_ms, points, USAGE_HISTORY_SLOTS);
        if (i == 4)
            view.count = 0;
        if (i == 5) {
            view.shows_time_wait = false;
            view.bound_note = "cannot be seen on this Windows";
        }
        rect.bottom = rect.top + height;
        chart_paint(canvas.dc, &rect, &view, &wall->theme, &wall->scale);
        rect.top += height + gap;
    }
    save(&canvas, "chart", wall);
}

static void maps(struct wall *wall)
{
    static uint8_t classes[PORT_MAP_PORTS];
    struct port_map_view view = {classes, {49152, 16384}, {1025, 64511},
                                 50123,   NULL,           "Bound ports cannot be seen here."};
    int cell = wall->scale.dpi >= 192 ? 4 : wall->scale.dpi >= 144 ? 3 : 2;
    SIZE size = port_map_size(&wall->scale, cell);
    unsigned random = 1;
    struct canvas canvas;
    RECT rect;

    for (int port = 0; port < PORT_MAP_PORTS; port++) {
        random = random * 1103515245 + 12345;
        unsigned r = random >> 16 & 1023;
        classes[port] = port < 1024                            ? (r < 20 ? PORT_CLASS_LISTENING : 0)
                        : port >= 50000 && port < 50060        ? PORT_CLASS_EXCLUDED
                        : port >= 8000 && port < 8100          ? PORT_CLASS_EXCLUDED
                        : port >= 49152 && port < 49152 + 5000 ? (r < 500   ? PORT_CLASS_TIME_WAIT
                                                                  : r < 700 ? PORT_CLASS_CONNECTED
                                                                  : r < 720 ? PORT_CLASS_BOUND
                                                                            : 0)
                        : r < 2                                ? PORT_CLASS_LISTENING
                        : port > 55000 && r < 30               ? PORT_CLASS_BOUND
                                                               : PORT_CLASS_FREE;
    }
    classes[50123] = PORT_CLASS_TIME_WAIT;
    if (open_picture(&canvas, size.cx + px(wall, 32), size.cy + px(wall, 32), wall, &rect)) {
        port_map_paint(canvas.dc, &rect, &view, &wall->theme, &wall->scale);
        save(&canvas, "port-map", wall);
    }
    view.predicted = view.running;
    view.hover_text = "Port 50123: TIME_WAIT, 10.0.0.4:50123 to 93.184.216.34:443, was chrome.exe";
    if (open_picture(&canvas, size.cy + px(wall, 40), size.cx + px(wall, 64), wall, &rect)) {
        port_map_paint(canvas.dc, &rect, &view, &wall->theme, &wall->scale);
        save(&canvas, "port-map-tall", wall);
    }
}

static void range_bars(struct wall *wall)
{
    static const uint16_t listeners[] = {135,  445,   1433,  3389,  5040,  5985, 7680,
                                         8080, 47001, 49664, 49665, 49666, 49700};
    static const struct range_bar_view views[] = {
        {{49152, 16384}, {1025, 64511}, "Now", "After a restart", NULL, listeners, 13},
        {{1025, 64511}, {49152, 16384}, "Now", "After a restart", NULL, listeners, 13},
        {{20000, 20000}, {30000, 20000}, "Now", "After a restart", NULL, listeners, 1},
        {{49152, 16384}, {49152, 16384}, "Now", "After a restart", NULL, listeners, 13},
        {{49152, 16384},
         {0, 0},
         "Now",
         "After a restart",
         "no source states what this Windows does with it",
         NULL,
         0},
        {{0, 0}, {1024, 255}, "Now", "After a restart", NULL, listeners, 13},
    };
    int gap = px(wall, 28), each = range_bar_height(&wall->scale);
    int count = sizeof views / sizeof *views;
    struct canvas canvas;
    RECT rect;

    if (!open_picture(&canvas, px(wall, 560), count * (each + gap) + gap, wall, &rect))
        return;
    for (int i = 0; i < count; i++) {
        rect.bottom = rect.top + each;
        range_bar_paint(canvas.dc, &rect, &views[i], &wall->theme, &wall->scale);
        rect.top += each + gap;
    }
    save(&canvas, "range-bar", wall);
}

int main(int argc, char **argv)
{
    static const unsigned dpis[] = {96, 144, 192};
    struct wall wall = {.folder = argc > 1 ? argv[1] : ".", .is_good = true};

    for (int t = 0; t < 3; t++)
        for (size_t d = 0; d < sizeof dpis / sizeof *dpis; d++) {
            static const char *const names[] = {"light", "dark", "contrast"};

            wall.theme_name = names[t];
            theme_fixed(&wall.theme, (enum theme_kind)t);
            scale_open(&wall.scale, dpis[d]);
            gauges(&wall);
            charts(&wall);
            maps(&wall);
            range_bars(&wall);
            scale_close(&wall.scale);
        }
    return wall.is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
