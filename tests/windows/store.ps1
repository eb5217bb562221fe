# store.ps1 -Maxport PATH - tests attacks on the store that cannot be simulated under Wine. The
# script requires an elevated session on a test machine, because it creates a user and deletes the
# store of maxport.
param([Parameter(Mandatory)] [string] $Maxport)

$ErrorActionPreference = 'Stop'
$Maxport = (Resolve-Path $Maxport).Path
$store = "$env:ProgramData\maxport"
$record = 'HKLM:\SOFTWARE\maxport'
$failures = 0

function Check($what, $is_true) {
    if ($is_true) { Write-Output "ok      $what" } else { Write-Output "FAILED  $what"; $script:failures++ }
}

# Runs maxport and returns its exit code, or -1 if maxport has not ended after $seconds.
function Invoke-Maxport($arguments, $seconds = 60) {
    $process = Start-Process $Maxport $arguments -PassThru -NoNewWindow
    $null = $process.Handle # without this line, ExitCode is not available
    if ($process.WaitForExit($seconds * 1000)) { return $process.ExitCode }
    $process.Kill()
    return -1
}

function Clear-Store {
    Get-ChildItem "$env:ProgramData\maxport*" -Force | Remove-Item -Recurse -Force
    Remove-Item $record -Recurse -Force -ErrorAction SilentlyContinue
}

# ---- a standard user ----

$password = 'Aa1!' + [guid]::NewGuid()
$secret = ConvertTo-SecureString $password -AsPlainText -Force
New-LocalUser maxport-guest -Password $secret | Out-Null
Add-LocalGroupMember -SID S-1-5-32-545 -Member maxport-guest
$guest = New-Object pscredential "$env:COMPUTERNAME\maxport-guest", $secret

# Runs PowerShell code as the standard user and returns the exit code.
function Invoke-Guest($code) {
    $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($code))
    $process = Start-Process powershell "-NoProfile -EncodedCommand $encoded" -Credential $guest `
        -LoadUserProfile -WorkingDirectory C:\ -PassThru
    $null = $process.Handle
    $process.WaitForExit()
    return $process.ExitCode
}

# ---- a user moves a folder that SYSTEM owns to the path of the store ----

Clear-Store
$moved = Invoke-Guest @'
$all = Get-ChildItem $env:USERPROFILE -Directory -Recurse -Force -ErrorAction SilentlyContinue
foreach ($folder in $all) {
    if ((Get-Acl $folder.FullName -ErrorAction SilentlyContinue).Owner -ne 'NT AUTHORITY\SYSTEM') { continue }
    try { Move-Item $folder.FullName "$env:ProgramData\maxport" -ErrorAction Stop; exit 0 } catch { }
}
exit 1
'@
if ($moved -eq 0) {
    Check 'a folder that SYSTEM owns is renamed' (
        (Invoke-Maxport 'set 60000 --yes') -eq 0 -and
        (Test-Path "$store-untrusted-1") -and (Test-Path "$store\journal.jsonl"))
    Invoke-Maxport 'undo --yes' | Out-Null
} else {
    Write-Output 'skipped a folder that SYSTEM owns: the user cannot move any such folder'
}

# ---- access rights of users ----

Clear-Store
Check 'set creates a store' ((Invoke-Maxport 'set 60000 --yes') -eq 0)
Check 'the record exists' ((Get-ItemProperty $record).StorePath -eq $store)
foreach ($name in 'journal.jsonl', 'lock', 'changes\1.reg') {
    Check "a user cannot open $name" (0 -ne (Invoke-Guest "
        try { [IO.File]::Open('$store\$name', 'Open', 'Read', 'ReadWrite').Close(); exit 0 } catch { exit 1 }"))
}
$copy = (Get-ChildItem "$store\public" -Filter 'journal*').FullName
Check 'a user can read the copies' (0 -eq (Invoke-Guest "
    try { Get-Content '$copy', '$store\public\changes\1.reg' -ErrorAction Stop; exit 0 } catch { exit 1 }"))
Check 'a user can print the history' (0 -eq (Invoke-Guest "& '$Maxport' history; exit `$LASTEXITCODE"))

# ---- oplocks ----

Add-Type @'
using System;
using System.Runtime.InteropServices;
using System.Threading;
public static class Oplock {
    [DllImport("kernel32", SetLastError = true, CharSet = CharSet.Unicode)]
    static extern IntPtr CreateFileW(string name, uint access, uint share, IntPtr security,
                                     uint disposition, uint flags, IntPtr template);
    [DllImport("kernel32", SetLastError = true)]
    static extern bool DeviceIoControl(IntPtr file, uint code, IntPtr input, uint input_bytes,
                                       IntPtr output, uint output_bytes, IntPtr got, IntPtr overlapped);
    [DllImport("kernel32")] public static extern bool CloseHandle(IntPtr handle);
    // Requests a batch oplock and never releases it. IntPtr.Zero: Windows did not grant it.
    public static IntPtr Hold(string path) {
        const uint Read = 0x80000000, Overlapped = 0x40000000, FolderToo = 0x02000000;
        IntPtr file = CreateFileW(path, Read, 7, IntPtr.Zero, 3, Overlapped | FolderToo, IntPtr.Zero);
        if (file == new IntPtr(-1)) return IntPtr.Zero;
        IntPtr overlapped = Marshal.AllocHGlobal(64); // not freed: the request stays pending
        for (int i = 0; i < 64; i++) Marshal.WriteByte(overlapped, i, 0);
        DeviceIoControl(file, 0x00090008, IntPtr.Zero, 0, IntPtr.Zero, 0, IntPtr.Zero, overlapped);
        return Marshal.GetLastWin32Error() == 997 ? file : IntPtr.Zero; // ERROR_IO_PENDING
    }
    // Requests an oplock for reading and for the handle (FSCTL_REQUEST_OPLOCK, since Windows 7)
    // and never releases it, with the rights that a user has on the folder of the store.
    public static IntPtr HoldFolder(string path) {
        const uint Attributes = 0x80, Overlapped = 0x40000000, FolderToo = 0x02000000;
        IntPtr file = CreateFileW(path, Attributes, 7, IntPtr.Zero, 3, Overlapped | FolderToo, IntPtr.Zero);
        if (file == new IntPtr(-1)) return IntPtr.Zero;
        IntPtr memory = Marshal.AllocHGlobal(128); // not freed: the request stays pending
        for (int i = 0; i < 128; i++) Marshal.WriteByte(memory, i, 0);
        IntPtr input = new IntPtr(memory.ToInt64() + 64), output = new IntPtr(memory.ToInt64() + 80);
        Marshal.WriteInt16(input, 0, 1);   // StructureVersion
        Marshal.WriteInt16(input, 2, 12);  // StructureLength
        Marshal.WriteInt32(input, 4, 3);   // OPLOCK_LEVEL_CACHE_READ | _HANDLE
        Marshal.WriteInt32(input, 8, 1);   // REQUEST_OPLOCK_INPUT_FLAG_REQUEST
        Marshal.WriteInt16(output, 0, 1);
        Marshal.WriteInt16(output, 2, 24);
        DeviceIoControl(file, 0x00090240, input, 12, output, 24, IntPtr.Zero, memory);
        return Marshal.GetLastWin32Error() == 997 ? file : IntPtr.Zero;
    }
}
'@

$held = [Oplock]::Hold($copy)
Check 'an oplock on the copy is granted' ($held -ne [IntPtr]::Zero)
$watch = [Diagnostics.Stopwatch]::StartNew()
Check 'set ends while the copy has an oplock' ((Invoke-Maxport 'set 61000 --yes' 90) -eq 0)
Write-Output "        it took $($watch.Elapsed.TotalSeconds) s"
Check 'history ends while the copy has an oplock' ((Invoke-Maxport 'history' 60) -ge 0)
Check 'undo ends while the copy has an oplock' ((Invoke-Maxport 'undo --yes' 90) -eq 0)
[Oplock]::CloseHandle($held) | Out-Null

Clear-Store
Set-Content $store 'squatter'
$held = [Oplock]::Hold($store)
Check 'an oplock on a foreign file is granted' ($held -ne [IntPtr]::Zero)
Check 'set ends while a foreign file has an oplock' ((Invoke-Maxport 'set 62000 --yes' 90) -eq 0)
[Oplock]::CloseHandle($held) | Out-Null
Check 'undo ends after that' ((Invoke-Maxport 'undo --yes' 90) -eq 0)

# In each round, a user keeps one folder of the store open without sharing it.
foreach ($name in 'public', 'public\changes') {
    $ready = Join-Path $env:PUBLIC 'maxport-held'
    Remove-Item $ready -ErrorAction SilentlyContinue
    $code = "Add-Type 'using System; using System.Runtime.InteropServices; public static class Held {
            [DllImport(""kernel32"", CharSet = CharSet.Unicode)] public static extern IntPtr CreateFileW(string n,
                uint a, uint s, IntPtr p, uint d, uint f, IntPtr t); }'
        `$h = [Held]::CreateFileW('$store\$name', 0x80000000l, 0, 0, 3, 0x02000000, 0)
        Set-Content '$ready' `$h; Start-Sleep 60"
    $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($code))
    $holder = Start-Process powershell "-NoProfile -EncodedCommand $encoded" -Credential $guest `
        -LoadUserProfile -WorkingDirectory C:\ -PassThru
    for ($i = 0; $i -lt 100 -and -not (Test-Path $ready); $i++) { Start-Sleep -Milliseconds 200 }
    Check "a user has $name open" ((Test-Path $ready) -and (Get-Content $ready) -ne '-1')
    Check "set works while a user has $name open" ((Invoke-Maxport 'set 63000 --yes' 30) -eq 0)
    Check "undo works while a user has $name open" ((Invoke-Maxport 'undo --yes' 30) -eq 0)
    Stop-Process $holder -Force
    Remove-Item $ready -ErrorAction SilentlyContinue
}

# A program has an oplock on the folder of the store.
$held = [Oplock]::HoldFolder($store)
if ($held -ne [IntPtr]::Zero) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    Check 'store remove ends while its folder has an oplock' (
        (Invoke-Maxport 'store remove --yes --force' 60) -ge 0)
    Write-Output "        it took $($watch.Elapsed.TotalSeconds) s"
    [Oplock]::CloseHandle($held) | Out-Null
    Check 'the next set creates a store' ((Invoke-Maxport 'set 60000 --yes') -eq 0)
    Check 'undo works after that' ((Invoke-Maxport 'undo --yes') -eq 0)
} else {
    Write-Output 'skipped an oplock on the folder of the store: Windows did not grant it'
}

# ---- the environment ----

Clear-Store
$planted = Join-Path $env:TEMP planted
$real = $env:ProgramData
$env:ProgramData = $planted
$env:ALLUSERSPROFILE = $planted
$code = Invoke-Maxport 'set 60000 --yes'
$env:ProgramData = $real
$env:ALLUSERSPROFILE = $real
Check 'set works with another ProgramData in the environment' ($code -eq 0)
Check 'the store is in the ProgramData of the system' (Test-Path "$store\journal.jsonl")
Check 'the environment names an empty folder' (-not (Test-Path $planted))
Invoke-Maxport 'undo --yes' | Out-Null

# ---- removal ----

Check 'store remove works' ((Invoke-Maxport 'store remove --yes --force') -eq 0)
Check 'the folder is deleted' (-not (Test-Path $store))
Check 'the record is deleted' (-not (Test-Path $record))
Clear-Store
Remove-LocalUser maxport-guest
Write-Output "$failures failed"
exit [int]($failures -gt 0)
