# Uses Debian's mingw-w64 cross compiler, the variant with Win32 threads. Before you include this
# file, set triple.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_C_COMPILER ${triple}-gcc-win32)
set(CMAKE_RC_COMPILER ${triple}-windres)

# The folder with Check and jansson for Windows, which ./dev builds.
set(CMAKE_FIND_ROOT_PATH ${CMAKE_CURRENT_LIST_DIR}/../../build/deps/${triple} /usr/${triple})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# These flags apply to all code in the program, including the libraries; tests/toolchain/guarded.py
# checks the result. Because of FORTIFY and the stack protector, the program must be linked with
# -static; otherwise it would need libssp-0.dll.
set(CMAKE_C_FLAGS_INIT "-D__USE_MINGW_ANSI_STDIO=1 -fstack-protector-strong -D_FORTIFY_SOURCE=2")
string(APPEND CMAKE_C_FLAGS_INIT " -ffunction-sections -fdata-sections")
