#!/usr/bin/env bash
# sign.sh - packages signed with a certificate of a moment, each file seen by osslsigncode:
# the packages themselves, what is in the zips and MSIs, and what the setup installs.
set -euo pipefail

tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=../../src/cmake/wine
source "$tree/src/cmake/wine"
out=$tree/build/package-tests/signed
prefix=$(mktemp -d "$tree/build/wine/throw-away.XXXXXX")
clean_up() {
    trap '' HUP INT TERM
    wine_stop
    wine_remove "$prefix"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
echo $$ >"$prefix/owner"

cd "$prefix"
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 \
    -subj '/CN=maxport test' -addext 'extendedKeyUsage=codeSigning' 2>/dev/null
openssl pkcs12 -export -inkey key.pem -in certificate.pem -out certificate.p12 -passout pass:secret
printf secret >password
MAXPORT_SIGN_PKCS12=$prefix/certificate.p12 MAXPORT_SIGN_PASSWORD=$prefix/password \
    "$tree/installer/package" --sign --output "$out" >/dev/null

checks=0
signed() {
    local file
    for file in "$@"; do
        checks=$((checks + 1))
        if ! osslsigncode verify -CAfile certificate.pem -in "$file" >verify.log 2>&1; then
            echo "sign.sh: not signed: $file"
            cat verify.log
            exit 1
        fi
    done
}

signed "$out"/*.msi "$out"/*.exe
for archive in "$out"/*.zip; do
    python3 -m zipfile -e "$archive" zip
    signed zip/maxport/*.exe zip/maxport/*.dll
    rm -r zip
done
for msi in "$out"/*.msi; do
    msiextract -C msi "$msi" >/dev/null
    mapfile -t files < <(find msi -name '*.exe' -o -name '*.dll')
    ((${#files[@]} == 3))
    signed "${files[@]}"
    rm -r msi
done
(cd "$out" && sha256sum --quiet -c SHA256SUMS) # of the signed ones

wine_copy "$tree/build/wine/template" "$prefix"
wine_enter "$prefix"
wine_start 30
timeout 90 wine "$(echo "$out"/*-setup.exe)" /S </dev/null
installed="$prefix/drive_c/Program Files/maxport"
signed "$installed"/{maxport,maxport-gui,uninstall}.exe "$installed/maxport-events.dll"

# One flipped bit is seen, or the witness is worth nothing.
cp "$installed/maxport.exe" changed.exe
printf '\xff' | dd of=changed.exe bs=1 seek=5000 conv=notrunc status=none
if osslsigncode verify -CAfile certificate.pem -in changed.exe >/dev/null 2>&1; then
    echo "sign.sh: a changed program passed"
    exit 1
fi
rm -rf "$out"
echo "sign.sh: $checks signatures seen"
