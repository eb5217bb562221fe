# Functions for scripts that need a Wine prefix of their own. The scripts source this file.
#
#   prefix_make [TEMPLATE]  creates $prefix, a copy of TEMPLATE (default: build/wine/template), and
#                           enters the prefix. When the script ends, the processes of the prefix
#                           are ended and the prefix is deleted.
#   at_end STATUS           a function that the script can define; it is called just before the
#                           prefix is deleted, with the exit code of the script
#
# For wine_start and other functions, see src/cmake/wine.

tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../src/cmake/wine
source "$tree/src/cmake/wine"

prefix_make() {
    local template=${1:-$tree/build/wine/template}
    if [[ ! -d $template ]]; then
        echo "${0##*/}: ${template#"$tree/"} does not exist yet; ./dev test creates it" >&2
        exit 2
    fi
    if [[ -d $template.dlls ]]; then # the DLLs of 32-bit Wine
        export WINEDLLPATH=$template.dlls
    fi
    prefix=$(mktemp -d "$tree/build/wine/throw-away.XXXXXX")
    wine_enter "$prefix"
    trap prefix_end EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    echo $$ >"$prefix/owner"
    wine_copy "$template" "$prefix"
}

prefix_end() {
    local status=$?
    trap '' HUP INT TERM
    if declare -F at_end >/dev/null; then
        at_end "$status" || true
    fi
    wine_stop
    wine_remove "$prefix"
}
