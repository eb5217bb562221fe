# A DLL that is loaded with the first call of one of its functions, not with the program:
# a library maxport_DLL_delayed to link before the compiler's own.
#
# The stubs load by name, so this is only for KnownDLLs, which Windows answers from System32
# alone, and for comctl32, whose version 6 the manifest has taken from the side-by-side store;
# harden_process has run by then, too. The functions are those that
# tests/toolchain/xp-imports.txt allows, so that any other one still becomes an import
# of the program, and a complaint of imports.py.
function(add_delayed_dll dll)
    set(list ${PROJECT_SOURCE_DIR}/tests/toolchain/xp-imports.txt)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
    file(READ ${list} text)
    string(REGEX REPLACE "#[^\n]*" "" text "${text}")
    string(REPLACE "[" "\n<" text "${text}")
    string(REPLACE "]" ">\n" text "${text}")
    string(REGEX MATCH "<${dll}>[^<]*" text "${text}")
    string(REPLACE "<${dll}>" "" text "${text}")
    string(REGEX REPLACE "[ \n]+" "\n" text "${text}")
    set(stem ${PROJECT_BINARY_DIR}/${dll}_delayed)
    file(CONFIGURE OUTPUT ${stem}.def CONTENT "LIBRARY ${dll}.dll\nEXPORTS${text}")
    add_custom_command(OUTPUT ${stem}.a DEPENDS ${stem}.def
        COMMAND ${CMAKE_DLLTOOL} -d ${stem}.def --output-delaylib ${stem}.a)
    add_custom_target(${dll}_delayed DEPENDS ${stem}.a)
    add_library(maxport_${dll}_delayed INTERFACE)
    add_dependencies(maxport_${dll}_delayed ${dll}_delayed)
    target_link_libraries(maxport_${dll}_delayed INTERFACE ${stem}.a)
endfunction()
