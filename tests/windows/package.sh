#!/usr/bin/env bash
# package.sh BUILT - tests the MSIs on Windows, because Wine's installer behaves differently. The
# folder BUILT contains the folder packages, and the folder package-tests with another build and a
# newer version. The workflow runs this script as an administrator on a temporary machine.
set -euo pipefail

if [[ ${MAXPORT_TESTS_MAY_CHANGE_THIS_MACHINE:-} != yes ]]; then
    echo "package.sh: installs and removes maxport; see .github/workflows/build.yml" >&2
    exit 2
fi
built=$1
log=$PWD/msi.log
export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*' # /i is not a path
uninstall='HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall'
record='HKLM\SOFTWARE\maxport'
installed='C:\Program Files\maxport'
done_code=0 refused_code=$((1603 % 256)) # bash keeps only eight bits of an exit code
checks=0

# check WHAT COMMAND… - COMMAND must succeed
check() {
    checks=$((checks + 1))
    echo "check: $1"
    if ! "${@:2}"; then
        echo "package.sh: check failed: $1 (${*:2})"
        text_of_log | tail -40
        exit 1
    fi
}

not() {
    ! "$@"
}

# Prints the log of Windows Installer, which is in UTF-16.
text_of_log() {
    tr -d '\0\r' <"$log" 2>/dev/null || true
}

logged() {
    text_of_log | grep -F -- "$1" >/dev/null
}

msi() { # CODE ARGUMENT…
    local code=$1 status=0
    shift
    rm -f "$log"
    msiexec "$@" /qn /norestart /l*v "$(cygpath -w "$log")" || status=$?
    check "msiexec $* ends with $code" test "$status" = "$code"
}

there() { # FOLDER NAME
    [[ -e $(cygpath -u "$1")/$2 ]]
}

listed() {
    reg query "$uninstall" /s /v DisplayName "$1" | tr -d '\r' | grep -c 'REG_SZ *maxport$' || true
}

is_only_product() {
    check "one product is listed" test "$(listed /reg:64)" = 1
    check "no product is listed in the 32-bit view" test "$(listed /reg:32)" = 0
}

# Runs msiexec with a folder. A value with a space needs quotes after the "=", which this shell
# cannot pass, so PowerShell starts msiexec.
msi_to() { # CODE FOLDER PACKAGE
    local status=0
    rm -f "$log"
    powershell -NoProfile -Command "exit (Start-Process msiexec.exe -Wait -PassThru -ArgumentList \
        '/i \"$3\" INSTALLDIR=\"$2\" /qn /norestart /l*v \"$(cygpath -w "$log")\"').ExitCode" || status=$?
    check "msiexec /i $3 INSTALLDIR=$2 ends with $1" test "$status" = "$1"
}

on_path() { # FOLDER
    reg query 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' /v Path |
        grep -qiF -- "$1"
}

package_of() { # FOLDER ARCHITECTURE
    local found=("$1"/maxport-*-"$2".msi)
    check "one package: ${found[*]}" test "${#found[@]}" = 1 -a -s "${found[0]}"
    package=$(cygpath -w "${found[0]}")
}

package_of "$built/packages" x86 && x86=$package
package_of "$built/packages" x64 && x64=$package
package_of "$built/package-tests/rebuilt" x64 && rebuilt=$package
package_of "$built/package-tests/new" x64 && newer=$package

x86_is_refused_with_a_sentence() {
    msi "$refused_code" /i "$x86"
    check "the log contains the sentence" logged 'This is the 32-bit package, and this Windows is 64-bit.'
    check "no product is listed" test "$(listed /reg:32)" = 0
}

an_earlier_setup_program_is_named_with_its_removal() {
    local view line='C:\Program Files\maxport\uninstall.exe'
    for view in /reg:64 /reg:32; do
        reg add "$uninstall\\maxport" /v UninstallString /d "$line" /f "$view"
        msi "$refused_code" /i "$x64"
        check "the log contains the line ($view)" logged "$line /S"
        reg delete "$uninstall\\maxport" /f "$view"
    done
}

a_folder_outside_program_files_is_refused() {
    local outside
    mkdir "$(cygpath -u 'C:\mp')"
    for outside in 'C:\mp' 'C:\mp\new' 'C:\Program FilesX\mp' 'C:\Program Files\..\mp'; do
        msi_to "$refused_code" "$outside" "$x64"
        check "the log contains the sentence" logged 'is not below C:\Program Files\,'
    done
    check "no product is listed" test "$(listed /reg:64)" = 0
    check "no folder is created" not there 'C:\' 'Program FilesX'
    rmdir "$(cygpath -u 'C:\mp')" # fails unless the folder is still empty
}

another_folder_below_program_files() {
    local folder='C:\Program Files\mp'
    msi_to "$done_code" "$folder" "$x64"
    check "the folder is on the PATH" on_path "$folder"
    msi_to "$done_code" "$folder" "$newer"
    is_only_product
    check "an upgrade keeps the folder" there "$folder" maxport.exe
    rm "$(cygpath -u "$folder")/manual.html"
    msi "$done_code" /i "$newer"
    check "a repair keeps the folder" there "$folder" manual.html
    msi "$done_code" /x "$newer"
    check "the folder is deleted" not there 'C:\Program Files' mp
}

the_same_version_is_repaired_or_replaced() {
    msi "$done_code" /i "$x64"
    check "the folder is on the PATH" on_path "$installed"
    rm "$(cygpath -u "$installed")/manual.html"
    msi "$done_code" /i "$x64"
    check "the same package repairs" there "$installed" manual.html
    msi "$done_code" /i "$rebuilt"
    is_only_product
    local name
    for name in maxport.exe maxport-gui.exe maxport-events.dll manual.html LICENSE.txt \
        share/schemas/status.json; do
        check "another build installs $name" there "$installed" "$name"
    done
    check "the folder is still on the PATH" on_path "$installed"
    msi "$done_code" /i "$newer"
    is_only_product
    msi "$refused_code" /i "$x64"
    check "the log contains the sentence" logged 'A newer version of maxport is already installed.'
}

removal_keeps_the_store_and_its_record() {
    local before after
    "$(cygpath -u "$installed")/maxport.exe" set 65534 --yes
    "$(cygpath -u "$installed")/maxport.exe" undo --yes
    before=$(reg query "$record" /s /reg:64 2>&1 || true)
    msi "$done_code" /x "$newer"
    after=$(reg query "$record" /s /reg:64 2>&1 || true)
    check "the record is unchanged" test "$before" = "$after"
    check "the journal is kept" there 'C:\ProgramData\maxport' journal.jsonl
    check "the programs are deleted" not there 'C:\Program Files' maxport
    check "the folder is no longer on the PATH" not on_path "$installed"
    check "no product is listed" test "$(listed /reg:64)" = 0
}

x86_is_refused_with_a_sentence
an_earlier_setup_program_is_named_with_its_removal
a_folder_outside_program_files_is_refused
another_folder_below_program_files
the_same_version_is_repaired_or_replaced
removal_keeps_the_store_and_its_record
echo "package.sh: $checks checks passed"
