#define COBJMACROS /* enables the macros that call COM methods in C */
#include "win32/picture.h"

#include "win32/lib/com.h"
#include "win32/lib/late.h"
#include "win32/lib/system_message.h"

#include <stdlib.h>
#include <string.h>

#include <wincodec.h>

/* GUIDs from wincodec.h, defined here so that maxport does not need a library of GUIDs. */
static const GUID wic_factory = {
    0xcacaf262, 0x9370, 0x4615, {0xa1, 0x3b, 0x9f, 0x55, 0x39, 0xda, 0x4c, 0x0a}};
static const GUID wic_factory_interface = {
    0xec5ec8a9, 0xc395, 0x4314, {0x9c, 0x77, 0x54, 0xd7, 0xa9, 0x35, 0xff, 0x70}};
static const GUID png_container = {
    0x1b7cfaf4, 0x713f, 0x473c, {0xbb, 0xcd, 0x61, 0x37, 0x42, 0x5f, 0xae, 0xaf}};
static const GUID format_bgr_24 = {
    0x6fddc324, 0x4e03, 0x4bfe, {0xb1, 0x85, 0x3d, 0x77, 0x76, 0x8d, 0xc9, 0x0c}};

typedef HRESULT(WINAPI *stream_on_memory)(HGLOBAL, BOOL, IStream **);

/* The encoder and its COM objects; NULL: not created. */
struct encoding {
    const uint32_t *pixels;
    unsigned width, height, dpi;
    IWICImagingFactory *factory;
    IStream *stream;
    IWICBitmapEncoder *encoder;
    IWICBitmapFrameEncode *frame;
};

static HRESULT write_rows(struct encoding *e)
{
    UINT length = (e->width * 3 + 3) / 4 * 4;
    BYTE *row = malloc(length);
    HRESULT result = row ? S_OK : E_OUTOFMEMORY;

    for (unsigned y = 0; SUCCEEDED(result) && y < e->height; y++) {
        const uint32_t *from = e->pixels + (size_t)y * e->width;

        for (unsigned x = 0; x < e->width; x++) {
            row[3 * x] = (BYTE)from[x];
            row[3 * x + 1] = (BYTE)(from[x] >> 8);
            row[3 * x + 2] = (BYTE)(from[x] >> 16);
        }
        result = IWICBitmapFrameEncode_WritePixels(e->frame, 1, length, length, row);
    }
    free(row);
    return result;
}

static HRESULT encode(struct encoding *e)
{
    WICPixelFormatGUID format = format_bgr_24;
    HRESULT result =
        IWICImagingFactory_CreateEncoder(e->factory, &png_container, NULL, &e->encoder);

    if (SUCCEEDED(result))
        result = IWICBitmapEncoder_Initialize(e->encoder, e->stream, WICBitmapEncoderNoCache);
    if (SUCCEEDED(result))
        result = IWICBitmapEncoder_CreateNewFrame(e->encoder, &e->frame, NULL);
    if (SUCCEEDED(result))
        result = IWICBitmapFrameEncode_Initialize(e->frame, NULL);
    if (SUCCEEDED(result))
        result = IWICBitmapFrameEncode_SetSize(e->frame, e->width, e->height);
    if (SUCCEEDED(result))
        result = IWICBitmapFrameEncode_SetResolution(e->frame, e->dpi, e->dpi);
    if (SUCCEEDED(result))
        result = IWICBitmapFrameEncode_SetPixelFormat(e->frame, &format);
    if (SUCCEEDED(result) && memcmp(&format, &format_bgr_24, sizeof format) != 0)
        result = E_NOTIMPL; /* WIC selected another format, which write_rows() does not support */
    if (SUCCEEDED(result))
        result = write_rows(e);
    if (SUCCEEDED(result))
        result = IWICBitmapFrameEncode_Commit(e->frame);
    if (SUCCEEDED(result))
        result = IWICBitmapEncoder_Commit(e->encoder);
    return result;
}

static HRESULT take_all(IStream *stream, char **data, size_t *length)
{
    LARGE_INTEGER start = {.QuadPart = 0};
    STATSTG status;
    ULONG count = 0;
    char *copy = NULL;
    HRESULT result = IStream_Stat(stream, &status, STATFLAG_NONAME);

    if (SUCCEEDED(result))
        result = IStream_Seek(stream, start, STREAM_SEEK_SET, NULL);
    if (SUCCEEDED(result) && !(copy = malloc((size_t)status.cbSize.QuadPart + 1)))
        result = E_OUTOFMEMORY;
    if (SUCCEEDED(result))
        result = IStream_Read(stream, copy, status.cbSize.LowPart, &count);
    if (SUCCEEDED(result) && (status.cbSize.HighPart || count != status.cbSize.LowPart))
        result = E_FAIL;
    if (FAILED(result)) {
        free(copy);
        return result;
    }
    *data = copy;
    *length = count;
    return S_OK;
}

bool picture_encode(const uint32_t *pixels, unsigned width, unsigned height, unsigned dpi,
                    char **png, size_t *length, struct fault *fault)
{
    enum { MOST = 32767 };
    struct encoding e = {.pixels = pixels, .width = width, .height = height, .dpi = dpi};
    struct late ole = {.name = L"ole32.dll"};
    stream_on_memory open_stream;
    struct com com;

    if (width < 1 || height < 1 || width > MOST || height > MOST) {
        return fault_set(
            fault, FAULT_USAGE, 0,
            "A screenshot of %u by %u pixels cannot be written; each side can have 1 to %d pixels.",
            width, height, MOST);
    }
    open_stream = (stream_on_memory)late_bind(&ole, "CreateStreamOnHGlobal", fault);
    if (!open_stream || !com_enter(&com, EOAC_NONE, fault))
        return false;
    HRESULT result = com.create_instance(&wic_factory, NULL, CLSCTX_INPROC_SERVER,
                                         &wic_factory_interface, (void **)&e.factory);
    if (FAILED(result)) {
        com_leave(&com);
        system_fault(fault, FAULT_UNAVAILABLE, (uint32_t)result,
                     "The Windows Imaging Component could not be used");
        fault->kind = FAULT_UNAVAILABLE;
        return false;
    }
    result = open_stream(NULL, TRUE, &e.stream);
    if (SUCCEEDED(result))
        result = encode(&e);
    if (SUCCEEDED(result))
        result = take_all(e.stream, png, length);
    if (e.frame)
        IWICBitmapFrameEncode_Release(e.frame);
    if (e.encoder)
        IWICBitmapEncoder_Release(e.encoder);
    if (e.stream)
        IStream_Release(e.stream);
    IWICImagingFactory_Release(e.factory);
    com_leave(&com);
    return SUCCEEDED(result) || system_fault(fault, FAULT_FAILED, (uint32_t)result,
                                             "The screenshot could not be saved as PNG");
}
