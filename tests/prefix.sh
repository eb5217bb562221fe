# A separate Wine prefix, for scripts that check Wine from outside. To be sourced.
#
#   prefix_make [TEMPLATE]  creates $prefix, a copy of build/wine/template, and enters the prefix.
#                           The prefix and its processes are removed when the script ends.
#   at_end STATUS           if this function exists, it is called before that
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
    if [[ -d $template.dlls ]]; then # DLLs of the 32-bit half
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
