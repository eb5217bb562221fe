# What nothing calls is left out on x64, too.
#
# --gc-sections keeps whatever a section refers to that is kept, and the linker's own script
# keeps all unwind tables (.pdata, .xdata), which refer to every function: nothing is ever
# left out. So this is that same script, without the two words that keep those. The linker
# keeps the tables all the same, but follows them no more; what is left of an entry whose
# function is gone are zeros, and since it sorts the table, they are at its front, where no
# search stops at them.
#
# The script is asked of the linker itself; where it does not look as expected, or does not
# link a program, all stays as it is.
function(add_collected_link_options)
    execute_process(COMMAND ${CMAKE_C_COMPILER} -Wl,--verbose OUTPUT_VARIABLE said ERROR_QUIET)
    if(NOT said MATCHES "\n=====+\n(.*)\n=====+\n")
        return()
    endif()
    set(script "${CMAKE_MATCH_1}")
    foreach(section pdata xdata)
        if(NOT script MATCHES "KEEP\\(\\*\\(\\.${section}\\*\\)\\)")
            return()
        endif()
        string(REPLACE "KEEP(*(.${section}*))" "*(.${section}*)" script "${script}")
    endforeach()
    set(path ${PROJECT_BINARY_DIR}/collected.ld)
    file(CONFIGURE OUTPUT ${path} CONTENT "${script}\n" @ONLY)
    # Tables alone refer to it.
    set(options -Wl,-T,${path} -Wl,--undefined=__C_specific_handler)
    set(CMAKE_REQUIRED_LINK_OPTIONS ${options} -Wl,--gc-sections)
    include(CheckCSourceCompiles)
    check_c_source_compiles("int main(void) { return 0; }" LINKS_COLLECTED)
    if(LINKS_COLLECTED)
        add_link_options(${options})
    endif()
endfunction()
