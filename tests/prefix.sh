# A Wine prefix of a test's own, for scripts that look at Wine from outside. Sourced.
#
#   prefix_make [TEMPLATE]  makes $prefix, a copy of build/wine/template, and enters it. It
#                           goes when the script ends, and with it all that runs in it.
#   at_end STATUS           is called first then, if there is such a function
#
# wine_start and the rest are in src/cmake/wine.

tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../src/cmake/wine
source "$tree/src/cmake/wine"

prefix_make() {
    local template=${1:-$tree/build/wine/template}
    if [[ ! -d $template ]]; then
        echo "${0##*/}: there is no ${template#"$tree/"} yet; ./dev test makes it" >&2
        exit 2
    fi
    if [[ -d $template.dlls ]]; then # of its 32-bit half
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
