; maxport.nsi - the setup program, 64-bit, Windows 7 and later. UTF-8.
;
; installer/package defines VERSION, PAYLOAD (the folder with what is installed), OUTPUT and
; SIGN (a command line, empty without). Silent: /S, /D=FOLDER last; /NOPATH, /NOSHORTCUTS,
; /DESKTOP. Exit codes: 0 done, 1 cancelled, 2 failed or refused, and all is as it was.
; Nothing here names the Tcpip key, and nothing ever may.
Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS all
SetCompressor /SOLID lzma
SetDateSave off
CRCCheck force
AllowSkipFiles off
RequestExecutionLevel admin

Name "maxport"
OutFile "${OUTPUT}"
!define ARP "Software\Microsoft\Windows\CurrentVersion\Uninstall\maxport"
InstallDir "$PROGRAMFILES64\maxport"
InstallDirRegKey HKLM "${ARP}" "InstallLocation"
BrandingText "maxport ${VERSION}"

!define EVENT_SOURCE "SYSTEM\CurrentControlSet\Services\EventLog\Application\maxport"
!define ENVIRONMENT "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
!define UPGRADE_CODE "{0E5B1F57-6C1B-4C6B-9B0E-6C2B7C0D7A41}" ; of the MSI
!define STORE_STAYS "The journal and the backups in ProgramData\maxport stay: they are the way \
    back. To remove them as well, run: maxport store remove"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "maxport"
VIAddVersionKey "FileDescription" "maxport setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "the maxport authors"
VIAddVersionKey "LegalCopyright" "the maxport authors, MIT licence"

!if "${SIGN}" != ""
!uninstfinalize '${SIGN} "%1"' = 0
!endif

!include MUI2.nsh
!include x64.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include WordFunc.nsh
!insertmacro VersionCompare

!define MUI_ICON "${PAYLOAD}/maxport.ico"
!define MUI_UNICON "${PAYLOAD}/maxport.ico"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "maxport shows how many ephemeral ports this machine uses and has, raises \
    the limit with a backup, and takes every change back.$\r$\n$\r$\nInstalling changes no network \
    setting.$\r$\n$\r$\n$_CLICK"
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PAYLOAD}/side.bmp"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${PAYLOAD}/side.bmp"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION OpenWindow
!define MUI_FINISHPAGE_RUN_TEXT "Open maxport"
!define MUI_FINISHPAGE_SHOWREADME "$INSTDIR\manual.html"
!define MUI_FINISHPAGE_SHOWREADME_NOTCHECKED
!define MUI_FINISHPAGE_SHOWREADME_TEXT "Read the manual"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${PAYLOAD}/LICENSE.txt"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!define MUI_UNCONFIRMPAGE_TEXT_TOP "${STORE_STAYS}$\r$\n$\r$\nNo setting of this machine changes."
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; The setup is elevated, and the window never is: Explorer starts it with its own rights.
Function OpenWindow
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\maxport-gui.exe"'
FunctionEnd

; ------------------------------------------------------------ the PATH
;
; Read and written in memory of its own: NSIS's strings end at 1,023 characters, and a PATH
; that was cut there is lost. $0 the key, $1 the type, $2 bytes, $3 ";PATH;", $4 what is
; looked for, $5 where it is, $6 a result.

!define KEY_READ_WRITE 0x2011F ; 64-bit view does not matter to this key

!macro PathFunctions un
; Pushes 1 where $INSTDIR was added or taken away, 0 where nothing was to be done.
Function ${un}EditPath ; "add" or "remove" on the stack
    Exch $7
    StrCpy $8 0
    System::Call 'advapi32::RegOpenKeyExW(p 0x80000002, w "${ENVIRONMENT}", i 0, i ${KEY_READ_WRITE}, *p .r0) i .r6'
    ${If} $6 != 0
        Goto done
    ${EndIf}
    StrCpy $2 0
    System::Call 'advapi32::RegQueryValueExW(p r0, w "Path", p 0, *i .r1, p 0, *i .r2) i .r6'
    ${If} $6 != 0
    ${AndIf} $6 != 2
        Goto close
    ${EndIf}
    ${If} $6 == 2 ; there is none
        StrCpy $1 2
        StrCpy $2 0
    ${EndIf}
    ${If} $1 != 1
    ${AndIf} $1 != 2
        Goto close ; no text: somebody else's problem, and not to be made worse
    ${EndIf}
    IntOp $6 $2 + 4096
    System::Alloc $6 ; zeroed
    Pop $3
    System::Call 'kernel32::lstrcpyW(p r3, w ";")'
    ${If} $2 > 0
        IntPtrOp $5 $3 + 2
        System::Call 'advapi32::RegQueryValueExW(p r0, w "Path", p 0, p 0, p r5, *i r2r2) i .r6'
        ${If} $6 != 0
            Goto release
        ${EndIf}
    ${EndIf}
    System::Call 'kernel32::lstrcatW(p r3, w ";")'
    StrCpy $4 ";$INSTDIR;"
    System::Call 'shlwapi::StrStrIW(p r3, w r4) p .r5'
    ${If} $7 == "add"
    ${AndIf} $5 P= 0
        System::Call 'kernel32::lstrlenW(p r3) i .r6'
        ${If} $6 == 2
            System::Call 'kernel32::lstrcpyW(p r3, w ";")'
        ${EndIf}
        System::Call 'kernel32::lstrcatW(p r3, w "$INSTDIR;")'
        Goto write
    ${EndIf}
    ${If} $7 == "remove"
    ${AndIf} $5 P<> 0
        StrLen $6 "$INSTDIR"
        IntOp $6 $6 * 2
        IntPtrOp $6 $5 + $6
        IntPtrOp $6 $6 + 2 ; at the second ";"
        System::Call 'kernel32::lstrlenW(p r6) i .r9'
        IntOp $9 $9 * 2
        IntOp $9 $9 + 2
        System::Call 'ntdll::memmove(p r5, p r6, p r9) p'
        Goto write
    ${EndIf}
    Goto release
write:
    ; without the ";" put at both ends
    System::Call 'kernel32::lstrlenW(p r3) i .r6'
    ${If} $6 < 2
        System::Call 'advapi32::RegSetValueExW(p r0, w "Path", i 0, i r1, w "", i 2) i .r6'
    ${Else}
        IntOp $6 $6 - 1
        IntOp $9 $6 * 2
        IntPtrOp $5 $3 + $9
        System::Call '*$5(&i2 0)'
        IntPtrOp $5 $3 + 2
        System::Call 'advapi32::RegSetValueExW(p r0, w "Path", i 0, i r1, p r5, i r9) i .r6'
    ${EndIf}
    ${If} $6 == 0
        StrCpy $8 1
        SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=2000
    ${EndIf}
release:
    System::Free $3
close:
    System::Call 'advapi32::RegCloseKey(p r0)'
done:
    Pop $7
    Push $8
FunctionEnd
!macroend
!insertmacro PathFunctions ""
!insertmacro PathFunctions "un."

; ------------------------------------------------------------ what is in the way

; A program that runs cannot be opened for writing.
!macro RefuseWhileRunning un
Function ${un}RefuseWhileRunning
again:
    StrCpy $R1 ""
    !insertmacro TryOne "maxport-gui.exe"
    !insertmacro TryOne "maxport.exe"
    ${If} $R1 == ""
        Return
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$R1 cannot be written: is it still running? Close it, then press Retry." \
        /SD IDCANCEL IDRETRY again
    SetErrorLevel 2
    Quit
FunctionEnd
!macroend
!macro TryOne name
    ${If} ${FileExists} "$INSTDIR\${name}"
        ClearErrors
        FileOpen $R0 "$INSTDIR\${name}" a
        ${If} ${Errors}
            StrCpy $R1 "${name}"
        ${Else}
            FileClose $R0
        ${EndIf}
    ${EndIf}
!macroend
!insertmacro RefuseWhileRunning ""
!insertmacro RefuseWhileRunning "un."

; What is installed is replaced whole or not at all: all files are moved into a folder beside
; them, $R7, which Windows allows even for what it holds open itself, as the Event Viewer does
; with the DLL. Where one cannot be moved, $R1 is its name, and all get their places back.
; What is still open then goes at the next start, under a name that no later maxport has.
!macro ForEachFile macro
    !insertmacro ${macro} "maxport.exe"
    !insertmacro ${macro} "maxport-gui.exe"
    !insertmacro ${macro} "maxport-events.dll"
    !insertmacro ${macro} "manual.html"
    !insertmacro ${macro} "LICENSE.txt"
    !insertmacro ${macro} "uninstall.exe"
!macroend

; A virus scanner holds a file for a moment: so this tries for a second.
!macro Move from to
    ${For} $R8 1 5
        ClearErrors
        Rename "${from}" "${to}"
        ${IfNot} ${Errors}
            ${ExitFor}
        ${EndIf}
        Sleep 200
    ${Next}
!macroend

!macro MoveOneAside name
    ${If} $R1 == ""
    ${AndIf} ${FileExists} "$INSTDIR\${name}"
        !insertmacro Move "$INSTDIR\${name}" "$R7\${name}"
        ${If} $R8 > 5
            StrCpy $R1 "${name}"
        ${EndIf}
    ${EndIf}
!macroend
!macro MoveOneBack name
    ${If} ${FileExists} "$R7\${name}"
        !insertmacro Move "$R7\${name}" "$INSTDIR\${name}"
    ${EndIf}
!macroend
!macro MoveFunctions un
Function ${un}MoveAside
    StrCpy $R1 ""
    GetTempFileName $R7 "$INSTDIR"
    Delete $R7
    CreateDirectory $R7
    !insertmacro ForEachFile MoveOneAside
    ${If} $R1 != ""
        Call ${un}MoveBack
    ${EndIf}
FunctionEnd
Function ${un}MoveBack
    !insertmacro ForEachFile MoveOneBack
    RMDir $R7
FunctionEnd
!macroend
!insertmacro MoveFunctions ""
!insertmacro MoveFunctions "un."
!define HELD "$R1 is held open by another program. Close that, or restart Windows, and try again. "

!macro Refuse text
    MessageBox MB_OK|MB_ICONSTOP "${text}" /SD IDOK
    SetErrorLevel 2
    Quit
!macroend

Function .onInit
    SetShellVarContext all
    SetRegView 64
    ${IfNot} ${AtLeastWin7}
        !insertmacro Refuse "This setup is for Windows 7 and later. On older ones use the zip."
    ${EndIf}
    System::Call 'msi::MsiEnumRelatedProductsW(w "${UPGRADE_CODE}", i 0, i 0, w .r1) i .r0'
    ${If} $0 == 0
        !insertmacro Refuse "maxport is installed by its MSI package. Remove that one first, or \
            upgrade with the MSI. Nothing was changed."
    ${EndIf}
    ReadRegStr $0 HKLM "${ARP}" "DisplayVersion"
    ${If} $0 != ""
        ${VersionCompare} $0 "${VERSION}" $1
        ${If} $1 == 1
            !insertmacro Refuse "maxport $0 is installed, which is newer than ${VERSION}. Nothing \
                was changed."
        ${EndIf}
        ReadRegStr $1 HKLM "${ARP}" "InstallLocation"
        ${If} $1 != ""
            StrCpy $INSTDIR $1 ; an upgrade stays where it is
        ${EndIf}
    ${EndIf}
    ${GetParameters} $R2
    ClearErrors
    ${GetOptions} $R2 "/NOPATH" $R3
    ${IfNot} ${Errors}
        SectionSetFlags 1 0
    ${EndIf}
    ClearErrors
    ${GetOptions} $R2 "/NOSHORTCUTS" $R3
    ${IfNot} ${Errors}
        SectionSetFlags 2 0
    ${EndIf}
    ClearErrors
    ${GetOptions} $R2 "/DESKTOP" $R3
    ${IfNot} ${Errors}
        SectionSetFlags 3 1
    ${EndIf}
FunctionEnd

Function un.onInit
    SetShellVarContext all
    SetRegView 64
FunctionEnd

; ------------------------------------------------------------ installing

; All is unpacked beside its place first: where the disk is full or the folder may not be
; written, an older maxport is still whole, and a new one leaves nothing.
; Takes its place, which is free by now, or leaves its name in $R1.
!macro PlaceOne name
    ${If} $R1 == ""
        !insertmacro Move "$INSTDIR\new\${name}" "$INSTDIR\${name}"
        ${If} $R8 > 5
            StrCpy $R1 "${name}"
        ${EndIf}
    ${EndIf}
!macroend
!macro TakeOneBack name
    ${IfNot} ${FileExists} "$INSTDIR\new\${name}"
        !insertmacro Move "$INSTDIR\${name}" "$INSTDIR\new\${name}"
    ${EndIf}
!macroend

; Also what NSIS calls when a disk is full.
Function .onInstFailed
    SetOutPath "$TEMP" ; or the folder could not be removed
    RMDir /r "$INSTDIR\new"
    ${If} $R4 == 0
        RMDir "$INSTDIR"
    ${EndIf}
FunctionEnd

Section "maxport" SectionMain ; 0
    SectionIn RO
    Call RefuseWhileRunning
    SetOverwrite try
    StrCpy $R4 0
    ${If} ${FileExists} "$INSTDIR\*.*"
        StrCpy $R4 1 ; it was there before
    ${EndIf}
    ClearErrors
    SetOutPath "$INSTDIR\new"
    File "${PAYLOAD}/maxport.exe"
    File "${PAYLOAD}/maxport-gui.exe"
    File "${PAYLOAD}/maxport-events.dll"
    File "${PAYLOAD}/manual.html"
    File "${PAYLOAD}/LICENSE.txt"
    WriteUninstaller "$INSTDIR\new\uninstall.exe"
    StrCpy $R6 0
    ${If} ${Errors} ; asking clears it
        StrCpy $R6 1
    ${EndIf}
    ${If} $R6 == 1
        Call .onInstFailed
        MessageBox MB_OK|MB_ICONSTOP "The files cannot be written to $INSTDIR: is the disk full, or \
            the folder not yours to write? Nothing was installed." /SD IDOK
        SetErrorLevel 2
        Quit
    ${EndIf}
    SetOutPath "$TEMP"
again:
    Call MoveAside
    ${If} $R1 == ""
        !insertmacro ForEachFile PlaceOne
        ${If} $R1 != ""
            !insertmacro ForEachFile TakeOneBack
            Call MoveBack
        ${EndIf}
    ${EndIf}
    ${If} $R1 != ""
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${HELD}Nothing was changed." \
            /SD IDCANCEL IDRETRY again
        Call .onInstFailed
        SetErrorLevel 2
        Quit
    ${EndIf}
    RMDir /r /REBOOTOK $R7
    RMDir "$INSTDIR\new"

    WriteRegExpandStr HKLM "${EVENT_SOURCE}" "EventMessageFile" "$INSTDIR\maxport-events.dll"
    WriteRegDWORD HKLM "${EVENT_SOURCE}" "TypesSupported" 7

    WriteRegStr HKLM "${ARP}" "DisplayName" "maxport"
    WriteRegStr HKLM "${ARP}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${ARP}" "DisplayIcon" "$INSTDIR\maxport-gui.exe"
    WriteRegStr HKLM "${ARP}" "Publisher" "the maxport authors"
    WriteRegStr HKLM "${ARP}" "URLInfoAbout" "${HOME}"
    WriteRegStr HKLM "${ARP}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKLM "${ARP}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${ARP}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegStr HKLM "${ARP}" "Comments" "${STORE_STAYS}"
    WriteRegDWORD HKLM "${ARP}" "NoModify" 1
    WriteRegDWORD HKLM "${ARP}" "NoRepair" 1
    ${GetSize} "$INSTDIR" "/S=0K /G=0" $0 $1 $2
    WriteRegDWORD HKLM "${ARP}" "EstimatedSize" $0
SectionEnd

Section "Add to PATH" SectionPath ; 1
    Push "add"
    Call EditPath
    Pop $0
    WriteRegDWORD HKLM "${ARP}" "IsOnPath" 1
SectionEnd

Section "Start menu entry" SectionStartMenu ; 2
    CreateShortcut "$SMPROGRAMS\maxport.lnk" "$INSTDIR\maxport-gui.exe"
SectionEnd

Section /o "Desktop shortcut" SectionDesktop ; 3
    CreateShortcut "$DESKTOP\maxport.lnk" "$INSTDIR\maxport-gui.exe"
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
!insertmacro MUI_DESCRIPTION_TEXT ${SectionMain} "The console program, the window, the manual."
!insertmacro MUI_DESCRIPTION_TEXT ${SectionPath} "So that maxport works in every command prompt."
!insertmacro MUI_DESCRIPTION_TEXT ${SectionStartMenu} "For all users."
!insertmacro MUI_DESCRIPTION_TEXT ${SectionDesktop} "For all users."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; ------------------------------------------------------------ removing

Section "Uninstall"
    Call un.RefuseWhileRunning
again:
    Call un.MoveAside
    ${If} $R1 != ""
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${HELD}Nothing was removed." \
            /SD IDCANCEL IDRETRY again
        SetErrorLevel 2
        Quit
    ${EndIf}
    DetailPrint "${STORE_STAYS}"
    ReadRegDWORD $R5 HKLM "${ARP}" "IsOnPath"
    ${If} $R5 == 1
        Push "remove"
        Call un.EditPath
        Pop $0
    ${EndIf}
    Delete "$SMPROGRAMS\maxport.lnk"
    Delete "$DESKTOP\maxport.lnk"
    DeleteRegKey HKLM "${EVENT_SOURCE}"
    RMDir /r /REBOOTOK $R7
    RMDir "$INSTDIR" ; only if nothing of others is in it
    ${If} ${FileExists} "$R7\*.*"
        RMDir /REBOOTOK "$INSTDIR" ; nor then
    ${EndIf}
    DeleteRegKey HKLM "${ARP}"
SectionEnd
