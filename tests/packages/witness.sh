# Checks the changes that an installer makes to a prefix. The tests of packages source this file.
# Before that, they set $me to their own name and, for x86, $architecture.

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
# The packages that make.sh has built. The version of "rebuilt" is the version of "old".
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
disk=$prefix/disk # mount point for another file system
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
# Wine deletes the key of the Application log together with the last source in it, and in a fresh
# prefix the key has no source. So another source is added.
wine reg add 'HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Another' /f \
    </dev/null >/dev/null
last=
checks=0

wine_() {
    timeout --kill-after=5 90 wine "$@" </dev/null
}

# check WHAT COMMAND… - COMMAND must succeed
check() {
    last=$1
    checks=$((checks + 1))
    if ! "${@:2}"; then
        echo "$me: check failed: $last (${*:2})"
        exit 1
    fi
}

# exits CODE COMMAND… - COMMAND must end with CODE
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

# Prints the PATH of the machine from the registry, which is the PATH of a new command prompt.
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

# Lines that Wine writes even without an installer: times, fonts and code pages of a console,
# display drivers, the empty keys of its own installer, and the raster fonts that the first 32-bit
# program registers.
noise='^#time=|^@=hex\(ffff1003\)|^#arch|FON"=|"Codepages"=|"DriverDate|^@="(Display adapters|Monitors)"|'
noise+='^\[Software\\\\Wow6432Node\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Fonts\]$|="[a-z]+\.fon"$|^$|'
noise+='^\[Software\\\\(Classes|Microsoft\\\\Windows\\\\CurrentVersion)\\\\Installer(\\\\[^{]*)?\]$'

# Writes a text file that lists all files and registry values that an installer could change. The
# list omits the times of keys, and the values that Wine's drivers and installer write in any case.
snapshot() {
    wine_stop
    {
        (cd "$c" && find . -path ./windows/Installer -prune -o \
            \( -path './users/*/Temp/*' -o -path './windows/temp/*' \) -prune -o -print | sort
        find 'Program Files' 'Program Files (x86)' "$disk" -type f -print0 | sort -z | xargs -0 sha256sum)
        # Some time after its start, Wine adds links to its graphics devices to the registry. The
        # list omits these links.
        cat "$prefix/system.reg" "$prefix/user.reg" | sed -E 's/^(\[.*\]) [0-9]+$/\1/' |
            awk '/^"SymbolicLinkValue"=/ { is_link = 1 }
                is_link { is_link = /\\$/; next }
                { print }' |
            grep -avE "$noise" | awk '/^\[/ { key = $0 } { print key == $0 ? key : key " " $0 }'
    } >"$prefix/snapshot.$1"
    wine_start 60
}

# compare WHAT - compares the snapshots: everything must be as before, except for the store and its
# record
compare() {
    local kept='\./ProgramData/maxport'
    if [[ -e $store ]]; then
        kept+='|\[Software\\\\maxport\]'
    fi
    last=$1
    checks=$((checks + 1))
    # Wine's installer removes maxport's folder from the PATH, but not the semicolon.
    sed -i -E '/ "PATH"=/s/;+"$/"/' "$prefix"/snapshot.*
    diff "$prefix/snapshot.before" "$prefix/snapshot.after" | grep '^[<>] *[^ ]' |
        grep -vE "^> ($kept)" >"$prefix/difference" || true
    if [[ -s $prefix/difference ]]; then
        echo "$me: check failed: $last; extra, changed or missing:"
        head -40 "$prefix/difference"
        exit 1
    fi
}

event_source='HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\maxport'
tcpip='HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
# Even with ALLUSERS, Wine's installer uses the Start menu of the user, not the common one.
start_menu=$c/users/$(id -un)/AppData/Roaming/Microsoft/Windows/Start\ Menu/Programs/maxport.lnk

is_installed() {
    local version=$1 name
    for name in maxport.exe maxport-gui.exe maxport-events.dll manual.html LICENSE.txt; do
        check "$name is installed" test -s "$installed/$name"
    done
    check "the schemas and the files for monitoring are installed" diff -r "$tree/installer/share" "$installed/share"
    check "the folder is on the PATH" on_path
    check "the folder is on the PATH only once" test "$(machine_path | grep -oiF '\maxport' | wc -l)" = 1
    check "the Start menu contains the shortcut" test -e "$start_menu"
    check "the event source names the DLL with its texts" \
        test "$(value "$event_source" EventMessageFile)" = "$folder\maxport-events.dll"
    check "the event source supports all three types" test "$(value "$event_source" TypesSupported)" = 0x7
    check "the list of programs contains maxport" test "$(value "$arp" DisplayName)" = maxport
    check "the list contains the version" test "$(value "$arp" DisplayVersion)" = "$version"
    check "the list contains the folder" test -n "$(value "$arp" InstallLocation)"
    check "the list contains the size" test -n "$(value "$arp" EstimatedSize)"
    check "the list contains the publisher" test "$(value "$arp" Publisher)" = "the maxport authors"
    check "the list explains how to delete the store" grep -q 'maxport store remove' <<<"$(value "$arp" Comments)"
    check "MaxUserPort is not set" test -z "$(value "$tcpip" MaxUserPort)"
}

version_of() {
    basename "$1"/*-x64.msi -x64.msi | sed 's/^maxport-//'
}
old_version=$(version_of "$old") new_version=$(version_of "$new")

# msi ARGUMENT… - runs msiexec without questions. In NAME=VALUE, msiexec requires quotes around the
# value only. The shell cannot pass such an argument, so a command file contains the line.
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
