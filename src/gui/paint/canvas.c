#include "gui/paint/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gui/encoding.h"

/* ---- opening and showing ---------------------------------------------- */

bool canvas_open(struct canvas *canvas, int width, int height)
{
    BITMAPINFO info = {.bmiHeader = {.biSize = sizeof info.bmiHeader,
                                     .biWidth = width,
                                     .biHeight = -height, /* the top row first */
                                     .biPlanes = 1,
                                     .biBitCount = 32,
                                     .biCompression = BI_RGB}};
    void *pixels;

    *canvas = (struct canvas){.dc = NULL};
    if (width < 1 || height < 1 || width > 32767 || height > 32767)
        return false;
    HDC dc = CreateCompatibleDC(NULL);
    if (!dc)
        return false;
    HBITMAP bitmap = CreateDIBSection(dc, &info, DIB_RGB_COLORS, &pixels, NULL, 0);
    if (!bitmap) {
        DeleteDC(dc);
        return false;
    }
    *canvas = (struct canvas){.dc = dc,
                              .bitmap = bitmap,
                              .previous = SelectObject(dc, bitmap),
                              .pixels = pixels,
                              .width = width,
                              .height = height};
    return true;
}

void canvas_close(struct canvas *canvas)
{
    if (canvas->dc) {
        SelectObject(canvas->dc, canvas->previous);
        DeleteObject(canvas->bitmap);
        DeleteDC(canvas->dc);
    }
    *canvas = (struct canvas){.dc = NULL};
}

bool canvas_fit(struct canvas *canvas, int width, int height)
{
    if (canvas->dc && canvas->width == width && canvas->height == height)
        return true;
    canvas_close(canvas);
    return canvas_open(canvas, width, height);
}

void canvas_show(const struct canvas *canvas, HDC dc, int x, int y)
{
    BitBlt(dc, x, y, canvas->width, canvas->height, canvas->dc, 0, 0, SRCCOPY);
}

/* Returns whether the picture shows anything. A picture of one colour shows nothing. */
static bool has_content(const struct canvas *canvas)
{
    size_t count = (size_t)canvas->width * (size_t)canvas->height;

    GdiFlush();
    for (size_t i = 1; i < count; i++)
        if ((canvas->pixels[i] ^ canvas->pixels[0]) & 0xffffff)
            return true;
    return false;
}

/* Makes the window paint itself into the canvas. PrintWindow also works for a window that is
 * covered, in session 0, or behind the lock screen. */
static bool print_window(struct canvas *canvas, HWND window)
{
    /* PW_RENDERFULLCONTENT of Windows 8.1; on earlier versions the call fails */
    enum { FULL_CONTENT = 2 };

    return (PrintWindow(window, canvas->dc, PW_CLIENTONLY | FULL_CONTENT) && has_content(canvas)) ||
           (PrintWindow(window, canvas->dc, PW_CLIENTONLY) && has_content(canvas));
}

/* Copies the window from the screen. Does not copy a hidden window, because the screen may show
 * other windows in its place. */
static bool copy_window(struct canvas *canvas, HWND window)
{
    HDC dc = IsWindowVisible(window) ? GetDC(window) : NULL;
    bool is_copied =
        dc && BitBlt(canvas->dc, 0, 0, canvas->width, canvas->height, dc, 0, 0, SRCCOPY);

    if (dc)
        ReleaseDC(window, dc);
    return is_copied && has_content(canvas);
}

bool canvas_of_window(struct canvas *canvas, HWND window)
{
    RECT rect;

    if (!GetClientRect(window, &rect) || !canvas_open(canvas, rect.right, rect.bottom))
        return false;
    if (print_window(canvas, window) || copy_window(canvas, window))
        return true;
    canvas_close(canvas);
    return false;
}

bool canvas_begin(struct canvas *canvas, HDC dc, const RECT *rect, COLORREF color)
{
    int width = rect->right - rect->left, height = rect->bottom - rect->top;
    RECT all = {0, 0, width, height};

    if (!canvas_open(canvas, width, height)) {
        SetDCBrushColor(dc, color);
        FillRect(dc, rect, GetStockObject(DC_BRUSH));
        return false;
    }
    canvas_fill(canvas, &all, color);
    return true;
}

void canvas_end(struct canvas *canvas, HDC dc, const RECT *rect)
{
    canvas_show(canvas, dc, rect->left, rect->top);
    GdiFlush();
    canvas_close(canvas);
}

/* ---- pixels ----------------------------------------------------------- */

uint32_t color_pixel(COLORREF color)
{
    return (uint32_t)GetRValue(color) << 16 | (uint32_t)GetGValue(color) << 8 | GetBValue(color);
}

static unsigned blend_part(unsigned from, unsigned to, unsigned share)
{
    unsigned sum = from * (255 - share) + to * share + 128;

    /* Equals (sum - 128) / 255, rounded to the nearest; a division would take ten times as long. */
    return (sum + (sum >> 8)) >> 8;
}

COLORREF color_blend(COLORREF from, COLORREF to, unsigned share)
{
    return RGB(blend_part(GetRValue(from), GetRValue(to), share),
               blend_part(GetGValue(from), GetGValue(to), share),
               blend_part(GetBValue(from), GetBValue(to), share));
}

static void blend(uint32_t *pixel, COLORREF color, unsigned share)
{
    uint32_t old = *pixel;

    *pixel = blend_part(old >> 16 & 255, GetRValue(color), share) << 16 |
             blend_part(old >> 8 & 255, GetGValue(color), share) << 8 |
             blend_part(old & 255, GetBValue(color), share);
}

COLORREF canvas_pixel(const struct canvas *canvas, int x, int y)
{
    uint32_t pixel;

    if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
        return CLR_INVALID;
    GdiFlush();
    pixel = canvas->pixels[(size_t)y * (size_t)canvas->width + (size_t)x];
    return RGB(pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255);
}

/* Sets *part to the part of the rectangle that is on the canvas. Finishes pending GDI drawing,
 * because the caller will write pixels. Returns false if the part is empty. */
static bool visible(const struct canvas *canvas, const RECT *rect, RECT *part)
{
    RECT all = {0, 0, canvas->width, canvas->height};

    GdiFlush();
    return IntersectRect(part, rect, &all);
}

static uint32_t *row_of(const struct canvas *canvas, LONG y)
{
    return canvas->pixels + (size_t)y * (size_t)canvas->width;
}

void canvas_fill(struct canvas *canvas, const RECT *rect, COLORREF color)
{
    uint32_t pixel = color_pixel(color);
    RECT part;

    if (!visible(canvas, rect, &part))
        return;
    for (LONG y = part.top; y < part.bottom; y++) {
        uint32_t *row = row_of(canvas, y);

        for (LONG x = part.left; x < part.right; x++)
            row[x] = pixel;
    }
}

void canvas_frame(struct canvas *canvas, const RECT *rect, int width_px, COLORREF color)
{
    RECT r = *rect;
    const RECT sides[] = {
        {r.left, r.top, r.right, r.top + width_px},
        {r.left, r.bottom - width_px, r.right, r.bottom},
        {r.left, r.top, r.left + width_px, r.bottom},
        {r.right - width_px, r.top, r.right, r.bottom},
    };

    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        canvas_fill(canvas, &sides[i], color);
}

/* Returns which share of a pixel is inside an edge. inside_px: distance of the pixel's centre from
 * the edge, positive inside. */
static double coverage(double inside_px)
{
    return inside_px >= 0.5 ? 1 : inside_px <= -0.5 ? 0 : inside_px + 0.5;
}

void canvas_round(struct canvas *canvas, const RECT *rect, double radius_px, const RECT *clip,
                  COLORREF color)
{
    RECT part;

    if (!visible(canvas, rect, &part) || !IntersectRect(&part, &part, clip))
        return;
    for (LONG y = part.top; y < part.bottom; y++)
        for (LONG x = part.left; x < part.right; x++) {
            /* Distance of the pixel's centre from the centre of the nearest corner's circle. */
            double cx = fmax(rect->left + radius_px - (x + 0.5), x + 0.5 - rect->right + radius_px);
            double cy = fmax(rect->top + radius_px - (y + 0.5), y + 0.5 - rect->bottom + radius_px);
            double share = cx > 0 && cy > 0 ? coverage(radius_px - sqrt(cx * cx + cy * cy)) : 1;

            blend(&row_of(canvas, y)[x], color, (unsigned)(share * 255 + 0.5));
        }
}

void canvas_hatch(struct canvas *canvas, const RECT *rect, int slope, int width_px, int period_px,
                  COLORREF color)
{
    uint32_t pixel = color_pixel(color);
    RECT part;

    if (!visible(canvas, rect, &part))
        return;
    for (LONG y = part.top; y < part.bottom; y++)
        for (LONG x = part.left; x < part.right; x++) {
            LONG along = slope > 0 ? x + y : x - y + canvas->height * period_px;

            if (along % period_px < width_px)
                row_of(canvas, y)[x] = pixel;
        }
}

/* ---- smooth lines ----------------------------------------------------- */

/* Returns which share of a pixel is covered by a dash, at this distance from the start of the
 * line. */
static double dash_coverage(const struct canvas_stroke *stroke, double along)
{
    double period = 0, start = 0;

    if (stroke->dash_px[0] <= 0)
        return 1;
    for (int i = 0; i < 4; i++)
        period += stroke->dash_px[i];
    along -= period * floor(along / period);
    for (int i = 0; i < 4; i += 2) {
        double end = start + stroke->dash_px[i];

        if (stroke->dash_px[i] > 0 && along >= start - 0.5 && along < end + 0.5)
            return coverage(fmin(along - start, end - along));
        start = end + stroke->dash_px[i + 1];
    }
    return along > period - 0.5 ? coverage(along - period) : 0;
}

struct segment {
    struct canvas_point from, to;
    double length, before; /* before: length of all segments before this one */
};

static void cover_segment(uint8_t *covered, const RECT *clip, const struct segment *segment,
                          const struct canvas_stroke *stroke)
{
    double half = stroke->width_px / 2, reach = half + 1;
    double dx = segment->length > 0 ? (segment->to.x - segment->from.x) / segment->length : 0;
    double dy = segment->length > 0 ? (segment->to.y - segment->from.y) / segment->length : 0;
    LONG left = (LONG)fmax(clip->left, floor(fmin(segment->from.x, segment->to.x) - reach));
    LONG right = (LONG)fmin(clip->right, ceil(fmax(segment->from.x, segment->to.x) + reach));
    LONG top = (LONG)fmax(clip->top, floor(fmin(segment->from.y, segment->to.y) - reach));
    LONG bottom = (LONG)fmin(clip->bottom, ceil(fmax(segment->from.y, segment->to.y) + reach));
    LONG width = clip->right - clip->left;

    for (LONG y = top; y < bottom; y++)
        for (LONG x = left; x < right; x++) {
            double px = x + 0.5 - segment->from.x, py = y + 0.5 - segment->from.y;
            double along = px * dx + py * dy, away_x, away_y, share;
            uint8_t *at = &covered[(y - clip->top) * width + x - clip->left];
            unsigned value;

            along = along < 0 ? 0 : along > segment->length ? segment->length : along;
            away_x = px - along * dx;
            away_y = py - along * dy;
            if (away_x * away_x + away_y * away_y >= reach * reach)
                continue;
            share = coverage(half - sqrt(away_x * away_x + away_y * away_y));
            share *= dash_coverage(stroke, segment->before + along);
            value = (unsigned)(share * 255 + 0.5);
            if (value > *at)
                *at = (uint8_t)value;
        }
}

/* Collects the coverage of all segments before it blends the colour. So pixels at joints, which two
 * segments cover, are not blended twice. */
void canvas_line(struct canvas *canvas, const RECT *clip, const struct canvas_point *points,
                 size_t count, const struct canvas_stroke *stroke)
{
    struct segment segment = {.before = 0};
    uint8_t *covered;
    LONG width;
    RECT part;

    if (count == 0 || !visible(canvas, clip, &part))
        return;
    width = part.right - part.left;
    covered = calloc((size_t)width * (size_t)(part.bottom - part.top), 1);
    if (!covered)
        return;
    for (size_t i = count > 1; i < count; i++) {
        segment.from = points[i ? i - 1 : 0];
        segment.to = points[i];
        segment.length = hypot(segment.to.x - segment.from.x, segment.to.y - segment.from.y);
        cover_segment(covered, &part, &segment, stroke);
        segment.before += segment.length;
    }
    for (LONG y = part.top; y < part.bottom; y++)
        for (LONG x = part.left; x < part.right; x++) {
            unsigned share = covered[(y - part.top) * width + x - part.left];

            if (share)
                blend(&row_of(canvas, y)[x], stroke->color, share);
        }
    free(covered);
}

void canvas_area(struct canvas *canvas, const RECT *clip, const struct canvas_point *points,
                 size_t count, int bottom, COLORREF color, unsigned share)
{
    RECT part;

    if (!visible(canvas, clip, &part))
        return;
    for (size_t i = 1; i < count; i++) {
        const struct canvas_point *from = &points[i - 1], *to = &points[i];
        LONG left = (LONG)fmax(part.left, ceil(from->x - 0.5));
        LONG right = (LONG)fmin(part.right, ceil(to->x - 0.5));

        for (LONG x = left; x < right; x++) {
            double y = from->y + (to->y - from->y) * (x + 0.5 - from->x) / (to->x - from->x);
            LONG first = (LONG)fmax(part.top, floor(y));

            for (LONG row = first; row < part.bottom && row < bottom; row++)
                blend(&row_of(canvas, row)[x], color,
                      (unsigned)(share * coverage(row + 0.5 - y) + 0.5));
        }
    }
}

/* ---- text ------------------------------------------------------------- */

enum { TEXT_CHARACTERS = 512 };

/* Converts the text to UTF-16. Text that is too long for the buffer is cut; it would not fit on any
 * screen. */
static int widen(const char *text, wchar_t wide[TEXT_CHARACTERS])
{
    return lstrlenW(encoding_fit(wide, TEXT_CHARACTERS, text));
}

static int draw(HDC dc, const RECT *rect, HFONT font, COLORREF color, UINT format, const char *text)
{
    wchar_t wide[TEXT_CHARACTERS];
    int length = widen(text, wide);
    HGDIOBJ previous;
    RECT where = *rect;
    int height;

    if (!length)
        return 0;
    previous = SelectObject(dc, font);
    SetBkMode(dc, TRANSPARENT);
    SetTextColor(dc, color);
    height = DrawTextW(dc, wide, length, &where, DT_NOPREFIX | format);
    SelectObject(dc, previous);
    return height;
}

void canvas_text(struct canvas *canvas, const RECT *rect, HFONT font, COLORREF color, UINT format,
                 const char *text)
{
    draw(canvas->dc, rect, font, color, format | DT_SINGLELINE | DT_VCENTER, text);
}

int canvas_paragraph(struct canvas *canvas, const RECT *rect, HFONT font, COLORREF color,
                     const char *text)
{
    return draw(canvas->dc, rect, font, color, DT_WORDBREAK | DT_EDITCONTROL | DT_END_ELLIPSIS,
                text);
}

int text_width(HFONT font, const char *text)
{
    wchar_t wide[TEXT_CHARACTERS];
    int length = widen(text, wide);
    HDC dc = CreateCompatibleDC(NULL);
    HGDIOBJ previous = SelectObject(dc, font);
    SIZE size = {0, 0};

    GetTextExtentPoint32W(dc, wide, length, &size);
    SelectObject(dc, previous);
    DeleteDC(dc);
    return size.cx;
}
