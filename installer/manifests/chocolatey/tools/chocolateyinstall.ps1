$ErrorActionPreference = 'Stop'
$arguments = @{
    packageName    = $env:ChocolateyPackageName
    fileType       = 'msi'
    softwareName   = 'maxport'
    url            = '{{HOME}}/download/{{VERSION}}/maxport-{{VERSION}}-x86.msi'
    checksum       = '{{SHA256_x86_msi}}'
    checksumType   = 'sha256'
    url64bit       = '{{HOME}}/download/{{VERSION}}/maxport-{{VERSION}}-x64.msi'
    checksum64     = '{{SHA256_x64_msi}}'
    checksumType64 = 'sha256'
    silentArgs     = '/qn /norestart'
    validExitCodes = @(0, 3010, 1641)
}
Install-ChocolateyPackage @arguments
