# ways.ps1 -Maxport PATH - tests ways of starting maxport that Wine cannot simulate: Windows
# PowerShell 5.1, another code page, the account SYSTEM, and a pipe of cmd. The script requires an
# elevated session of Windows PowerShell on a test machine, because it changes the registry and
# deletes the store of maxport. For the other ways, see tests/program/ways.c.
param([Parameter(Mandatory)] [string] $Maxport)

# 'Stop' would end the script at the first error record, instead of reporting it.
$ErrorActionPreference = 'Continue'
$Maxport = (Resolve-Path $Maxport -ErrorAction Stop).Path
$parameters = 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
$failures = 0

function Check($what, $is_true) {
    if ($is_true) { Write-Output "ok      $what" } else { Write-Output "FAILED  $what"; $script:failures++ }
}

function Get-MaxUserPort {
    (Get-ItemProperty $parameters -Name MaxUserPort -ErrorAction SilentlyContinue).MaxUserPort
}

# ---- Windows PowerShell 5.1: each line on standard error becomes an error record ----

Check 'this is Windows PowerShell 5.1' ($PSVersionTable.PSVersion.Major -eq 5)
foreach ($line in 'status', 'status --json', 'history', 'set 60000 --dry-run', 'set 60000 --yes', 'undo --yes') {
    $printed = & $Maxport $line.Split(' ') 2>&1
    $code = $LASTEXITCODE
    $errors = @($printed | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
    Check "$line exits with 0" ($code -eq 0)
    Check "$line writes no error record" ($errors.Count -eq 0)
    Check "$line prints ASCII" (($printed | Out-String) -notmatch '[^\r\n -~]')
    $errors | ForEach-Object { Write-Output "        $_" }
}

# ---- JSON with the code page of Korean ----

$reason = -join ([char[]] (0xd55c, 0xad6d, 0xc5b4)) # Hangul; this file is ASCII
$before = [Console]::OutputEncoding
try { [Console]::OutputEncoding = [Text.Encoding]::GetEncoding(949) } catch { Write-Output "        $_" }
Check 'the code page is 949' ([Console]::OutputEncoding.CodePage -eq 949)
& $Maxport set 60000 --yes --reason $reason | Out-Null
$history = & $Maxport history --json | Out-String | ConvertFrom-Json
Check 'the JSON has the reason in Hangul' ($history.changes[0].reason -eq $reason)
& $Maxport undo --yes | Out-Null
[Console]::OutputEncoding = $before

# ---- Task Scheduler: SYSTEM, session 0, no console and no standard handles ----

# Runs a program as SYSTEM and returns its exit code, or -1 if it has not ended after a minute.
function Invoke-System($program, $arguments) {
    $running = 0x41301, 0x41303 # "is running", "has not run yet"
    $action = New-ScheduledTaskAction -Execute $program -Argument $arguments
    Register-ScheduledTask maxport-ways -Action $action -User 'NT AUTHORITY\SYSTEM' -RunLevel Highest -Force | Out-Null
    Start-ScheduledTask maxport-ways
    $code = -1
    for ($i = 0; $i -lt 120 -and $code -eq -1; $i++) {
        Start-Sleep -Milliseconds 500
        $result = (Get-ScheduledTaskInfo maxport-ways).LastTaskResult
        if ($running -notcontains $result) { $code = $result }
    }
    Unregister-ScheduledTask maxport-ways -Confirm:$false
    return $code
}

$file = Join-Path $env:SystemRoot 'Temp\maxport-ways.json'
Check 'SYSTEM: status --json > file exits with 0' (
    (Invoke-System "$env:SystemRoot\System32\cmd.exe" "/c `"`"$Maxport`" status --json > `"$file`" 2>&1`"") -eq 0)
$status = Get-Content $file -Raw | ConvertFrom-Json
Check 'SYSTEM: the file is JSON' ($status.schema -eq 'maxport.status/1')
Remove-Item $file -ErrorAction SilentlyContinue
Check 'SYSTEM: set without --yes exits with 2' ((Invoke-System $Maxport 'set 60000') -eq 2)
Check 'SYSTEM: set without --yes writes nothing' ($null -eq (Get-MaxUserPort))
Check 'SYSTEM: set --yes exits with 0' ((Invoke-System $Maxport 'set 60000 --yes') -eq 0)
Check 'SYSTEM: set --yes writes the value' ((Get-MaxUserPort) -eq 60000)
Check 'SYSTEM: undo --yes exits with 0' ((Invoke-System $Maxport 'undo --yes') -eq 0)
Check 'SYSTEM: undo --yes deletes the value' ($null -eq (Get-MaxUserPort))

# ---- cmd: an answer in a pipe is not the answer of a person ----

foreach ($answer in 'n', 'y') {
    cmd /c "echo $answer | `"$Maxport`" set 60000 >nul 2>nul"
    Check "echo $answer | maxport set exits with 2" ($LASTEXITCODE -eq 2)
    Check "echo $answer | maxport set writes nothing" ($null -eq (Get-MaxUserPort))
}

& $Maxport store remove --yes --force | Out-Null
Check 'store remove works' ($LASTEXITCODE -eq 0)
Write-Output "$failures failed"
exit [int]($failures -gt 0)
