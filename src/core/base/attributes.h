/* attributes.h - attributes that let the compiler check each call of a function. */
#ifndef CORE_BASE_ATTRIBUTES_H
#define CORE_BASE_ATTRIBUTES_H

/* The result must be used. */
#define MUST_CHECK __attribute__((warn_unused_result))

#ifdef __MINGW32__
#define PRINTF_LIKE(text, first) __attribute__((format(gnu_printf, text, first)))
#else
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#endif

#endif
