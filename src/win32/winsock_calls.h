/* winsock_calls.h - the functions of ws2_32.dll that binder.c calls. */
#ifndef WIN32_WINSOCK_CALLS_H
#define WIN32_WINSOCK_CALLS_H

#include <winsock2.h>

#include "win32/lib/late.h"

struct winsock {
    struct late dll;
    int(WINAPI *startup)(WORD version, WSADATA *);
    int(WINAPI *cleanup)(void);
    int(WINAPI *last_error)(void);
    SOCKET(WINAPI *socket)(int family, int type, int protocol);
    int(WINAPI *set_option)(SOCKET, int level, int name, const char *value, int length);
    int(WINAPI *bind)(SOCKET, const struct sockaddr *, int length);
    int(WINAPI *close)(SOCKET);
};

#endif
