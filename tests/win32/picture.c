#define COBJMACROS
#include "win32/picture.h"

#include "suites.h"
#include "win32/lib/com.h"

#include <stdlib.h>
#include <string.h>

#include <wincodec.h>

static struct fault fault;

static uint32_t big_endian(const char *data)
{
    const unsigned char *d = (const unsigned char *)data;
    return (uint32_t)d[0] << 24 | (uint32_t)d[1] << 16 | (uint32_t)d[2] << 8 | d[3];
}

/* Decodes a PNG with the decoder of Windows. Each pixel has the format 0x00rrggbb. */
static void decode(const char *png, size_t length, uint32_t *pixels, unsigned width,
                   unsigned height)
{
    static const GUID factory_class = {
        0xcacaf262, 0x9370, 0x4615, {0xa1, 0x3b, 0x9f, 0x55, 0x39, 0xda, 0x4c, 0x0a}};
    static const GUID factory_id = {
        0xec5ec8a9, 0xc395, 0x4314, {0x9c, 0x77, 0x54, 0xd7, 0xa9, 0x35, 0xff, 0x70}};
    static const GUID bgr_32 = {
        0x6fddc324, 0x4e03, 0x4bfe, {0xb1, 0x85, 0x3d, 0x77, 0x76, 0x8d, 0xc9, 0x0e}};
    IWICImagingFactory *factory;
    IWICStream *stream;
    IWICBitmapDecoder *decoder;
    IWICBitmapFrameDecode *frame;
    IWICFormatConverter *converter;
    UINT read_width, read_height;
    struct com com;
    ck_assert(com_enter(&com, EOAC_NONE, &fault));
    ck_assert(SUCCEEDED(com.create_instance(&factory_class, NULL, CLSCTX_INPROC_SERVER, &factory_id,
                                            (void **)&factory)));
    ck_assert(SUCCEEDED(IWICImagingFactory_CreateStream(factory, &stream)));
    ck_assert(SUCCEEDED(IWICStream_InitializeFromMemory(stream, (BYTE *)png, (DWORD)length)));
    ck_assert(SUCCEEDED(IWICImagingFactory_CreateDecoderFromStream(
        factory, (IStream *)stream, NULL, WICDecodeMetadataCacheOnLoad, &decoder)));
    ck_assert(SUCCEEDED(IWICBitmapDecoder_GetFrame(decoder, 0, &frame)));
    ck_assert(SUCCEEDED(IWICBitmapFrameDecode_GetSize(frame, &read_width, &read_height)));
    ck_assert_uint_eq(read_width, width);
    ck_assert_uint_eq(read_height, height);
    ck_assert(SUCCEEDED(IWICImagingFactory_CreateFormatConverter(factory, &converter)));
    ck_assert(SUCCEEDED(IWICFormatConverter_Initialize(converter, (IWICBitmapSource *)frame,
                                                       &bgr_32, WICBitmapDitherTypeNone, NULL, 0,
                                                       WICBitmapPaletteTypeCustom)));
    ck_assert(SUCCEEDED(IWICFormatConverter_CopyPixels(converter, NULL, width * 4,
                                                       width * height * 4, (BYTE *)pixels)));
    IWICFormatConverter_Release(converter);
    IWICBitmapFrameDecode_Release(frame);
    IWICBitmapDecoder_Release(decoder);
    IWICStream_Release(stream);
    IWICImagingFactory_Release(factory);
    com_leave(&com);
}

START_TEST(every_pixel_is_encoded_exactly)
{
    static const struct {
        unsigned width, height;
    } sizes[] = {{1, 1}, {3, 2}, {5, 7}, {640, 480}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        unsigned width = sizes[s].width, height = sizes[s].height;
        uint32_t *pixels = malloc(width * height * sizeof *pixels);
        uint32_t *read = malloc(width * height * sizeof *read);
        char *png;
        size_t length;
        for (unsigned i = 0; i < width * height; i++)
            pixels[i] = (i * 2654435761u) & 0xffffff;
        ck_assert_msg(picture_encode(pixels, width, height, 144, &png, &length, &fault), "%s",
                      fault.text);
        ck_assert_uint_gt(length, 40);
        ck_assert_int_eq(memcmp(png, "\x89PNG\r\n\x1a\n", 8), 0);
        ck_assert_uint_eq(big_endian(png + 16), width);
        ck_assert_uint_eq(big_endian(png + 20), height);
        ck_assert_int_eq(memcmp(png + length - 8, "IEND", 4), 0);
        decode(png, length, read, width, height);
        for (unsigned i = 0; i < width * height; i++)
            ck_assert_uint_eq(read[i] & 0xffffff, pixels[i]);
        free(png);
        free(read);
        free(pixels);
    }
}
END_TEST

START_TEST(a_picture_of_invalid_size_is_refused)
{
    uint32_t pixel = 0;
    char *png = NULL;
    size_t length = 5;
    ck_assert(!picture_encode(&pixel, 0, 1, 96, &png, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_ptr_nonnull(strstr(fault.text, "0 by 1 pixels"));
    ck_assert(!picture_encode(&pixel, 1, 40000, 96, &png, &length, &fault));
    ck_assert_ptr_null(png);
    ck_assert_uint_eq(length, 5);
}
END_TEST

Suite *picture_suite(void)
{
    Suite *suite = suite_create("picture");
    TCase *tests = tcase_create("picture");
    tcase_add_test(tests, every_pixel_is_encoded_exactly);
    tcase_add_test(tests, a_picture_of_invalid_size_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
