# What installers do to a prefix, seen from outside. Sourced by the tests of packages, which set
# $me first, how they call themselves, and $architecture, if it is not x64.

# shellcheck source=../prefix.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../prefix.sh"

architecture=${architecture:-x64}
template=$tree/build/wine/template
if [[ $architecture == x86 ]]; then
    template+=32
    if [[ -e $template.why ]]; then
        echo "$me: skipped: $(cat "$template.why")"
        exit 77
    fi
fi
# Made by make.sh; "rebuilt" has the version of "old".
old=$tree/build/package-tests/old
new=$tree/build/package-tests/new
rebuilt=$tree/build/package-tests/rebuilt
at_end() {
    if (($1)); then
        echo "$me: exit code $1 after: ${last:-the start}"
    fi
    wine_stop
    umount "$prefix/disk" 2>/dev/null || true
}
prefix_make "$template"
disk=$prefix/disk # for a file system of its own
mkdir "$disk"
wine_start 60
c=$prefix/drive_c
folder='C:\Program Files\maxport'
programs='HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall'
if [[ $architecture == x86 ]]; then
    folder='C:\Program Files (x86)\maxport'
    programs='HKLM\Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall'
fi
installed=$c${folder#C:}
installed=${installed//\\//}
store=$c/ProgramData/maxport
# Wine has an Application log without a single source, and takes it away with the last one.
wine reg add 'HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Another' /f \
    </dev/null >/dev/null
last=
checks=0

wine_() {
    timeout --kill-after=5 90 wine "$@" </dev/null
}

# check WHAT COMMAND… - COMMAND succeeds
check() {
    last=$1
    checks=$((checks + 1))
    if ! "${@:2}"; then
        echo "$me: not so: $last (${*:2})"
        exit 1
    fi
}

# exits CODE COMMAND…
exits() {
    local wanted=$1 status=0
    shift
    "$@" >"$prefix/out" 2>&1 || status=$?
    if ((status != wanted)); then
        echo "$me: exit code $status, not $wanted: $*"
        tail -20 "$prefix/out"
        exit 1
    fi
}

not() {
    ! "$@"
}

says() {
    grep -aqF -- "$1" "$prefix/out"
}

# A new command prompt gets its PATH from the registry.
machine_path() {
    wine_ reg query 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' /v PATH |
        tr -d '\r' | sed -nE 's/^ *PATH +REG_[A-Z_]+ +//Ip'
}

on_path() {
    [[ ";$(machine_path);" == *";$folder"?(\\)';'* ]]
}

value() {
    wine_ reg query "$1" /v "$2" 2>/dev/null | tr -d '\r' |
        sed -nE "s/^ *$2 +REG_[A-Z_]+ +//Ip"
}

# What Wine writes by itself: times, fonts and code pages of a console, display drivers, the
# empty keys of its own installer, and the raster fonts that the first 32-bit program registers.
noise='^#time=|^@=hex\(ffff1003\)|^#arch|FON"=|"Codepages"=|"DriverDate|^@="(Display adapters|Monitors)"|'
noise+='^\[Software\\\\Wow6432Node\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Fonts\]$|="[a-z]+\.fon"$|^$|'
noise+='^\[Software\\\\(Classes|Microsoft\\\\Windows\\\\CurrentVersion)\\\\Installer(\\\\[^{]*)?\]$'

# Everything that an installer could have touched, as text. Wine notes when a key was
# written; its drivers and its own installer note what no program asked for.
snapshot() {
    wine_stop
    {
        (cd "$c" && find . -path ./windows/Installer -prune -o \
            \( -path './users/*/Temp/*' -o -path './windows/temp/*' \) -prune -o -print | sort
        find 'Program Files' 'Program Files (x86)' "$disk" -type f -print0 | sort -z | xargs -0 sha256sum)
        # Wine links its graphics devices into the registry at some time after it has started.
        cat "$prefix/system.reg" "$prefix/user.reg" | sed -E 's/^(\[.*\]) [0-9]+$/\1/' |
            awk '/^"SymbolicLinkValue"=/ { is_link = 1 }
                is_link { is_link = /\\$/; next }
                { print }' |
            grep -avE "$noise" | awk '/^\[/ { key = $0 } { print key == $0 ? key : key " " $0 }'
    } >"$prefix/snapshot.$1"
    wine_start 60
}

# compare WHAT - but for the store, and its record while there is one, all is as it was before
compare() {
    local kept='\./ProgramData/maxport'
    if [[ -e $store ]]; then
        kept+='|\[Software\\\\maxport\]'
    fi
    last=$1
    checks=$((checks + 1))
    # Wine's installer takes its entry out of the PATH, but not the semicolon.
    sed -i -E '/ "PATH"=/s/;+"$/"/' "$prefix"/snapshot.*
    diff "$prefix/snapshot.before" "$prefix/snapshot.after" | grep '^[<>] *[^ ]' |
        grep -vE "^> ($kept)" >"$prefix/difference" || true
    if [[ -s $prefix/difference ]]; then
        echo "$me: not so: $last; left behind, changed, or gone:"
        head -40 "$prefix/difference"
        exit 1
    fi
}

event_source='HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\maxport'
tcpip='HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
# Wine's installer takes the user's menu where ALLUSERS says everybody's.
start_menu=$c/users/$(id -un)/AppData/Roaming/Microsoft/Windows/Start\ Menu/Programs/maxport.lnk

is_installed() {
    local version=$1 name
    for name in maxport.exe maxport-gui.exe maxport-events.dll manual.html LICENSE.txt; do
        check "$name is installed" test -s "$installed/$name"
    done
    check "it is on the PATH" on_path
    check "once" test "$(machine_path | grep -oiF '\maxport' | wc -l)" = 1
    check "the Start menu has it" test -e "$start_menu"
    check "the event source has its texts" \
        test "$(value "$event_source" EventMessageFile)" = "$folder\maxport-events.dll"
    check "of all three types" test "$(value "$event_source" TypesSupported)" = 0x7
    check "the list of programs names it" test "$(value "$arp" DisplayName)" = maxport
    check "its version" test "$(value "$arp" DisplayVersion)" = "$version"
    check "its folder" test -n "$(value "$arp" InstallLocation)"
    check "its size" test -n "$(value "$arp" EstimatedSize)"
    check "its publisher" test "$(value "$arp" Publisher)" = "the maxport authors"
    check "that the store stays" grep -q 'maxport store remove' <<<"$(value "$arp" Comments)"
    check "no MaxUserPort came" test -z "$(value "$tcpip" MaxUserPort)"
}

version_of() {
    basename "$1"/*-x64.msi -x64.msi | sed 's/^maxport-//'
}
old_version=$(version_of "$old") new_version=$(version_of "$new")

# msi ARGUMENT… - msiexec without a question. Of NAME=VALUE it wants quotes around the value alone,
# which only a command line of Windows can express.
msi() {
    local argument line=msiexec
    for argument in "$@" /qn; do
        case $argument in
        *=*) line+=" ${argument%%=*}=\"${argument#*=}\"" ;;
        *) line+=" $argument" ;;
        esac
    done
    printf '@%s\r\n' "$line" >"$prefix/msi.cmd"
    wine_ cmd /c "Z:${prefix//\//\\}\\msi.cmd"
}

product_code() {
    msiinfo export "${1#Z:}" Property | tr -d '\r' | sed -n 's/^ProductCode\t//p'
}
