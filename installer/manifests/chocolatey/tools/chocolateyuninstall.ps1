$ErrorActionPreference = 'Stop'
# Uninstalling keeps the journal and the backups in ProgramData.
foreach ($code in '{{PRODUCT_x64}}', '{{PRODUCT_x86}}') {
    if (Get-ItemProperty "HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\$code",
            "HKLM:\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\$code" `
            -ErrorAction SilentlyContinue) {
        Uninstall-ChocolateyPackage -PackageName $env:ChocolateyPackageName -FileType msi `
            -SilentArgs "$code /qn /norestart" -ValidExitCodes @(0, 3010, 1605, 1614, 1641)
    }
}
