#!/usr/bin/env bash
# sign.sh - builds packages that are signed with a temporary certificate and have time stamps of a
# temporary authority. Then osslsigncode verifies the MSIs and the programs in the MSIs and zips.
set -euo pipefail

# shellcheck source=../prefix.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../prefix.sh"
out=$tree/build/package-tests/signed
authority=
at_end() {
    if [[ -n $authority ]]; then
        kill "$authority" 2>/dev/null || true
    fi
    rm -rf "$out"
}
prefix_make

cd "$prefix"
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 \
    -subj '/CN=maxport test' -addext 'extendedKeyUsage=codeSigning' 2>/dev/null
openssl pkcs12 -export -inkey key.pem -in certificate.pem -out certificate.p12 -passout pass:secret
printf secret >password
export MAXPORT_SIGN_PKCS12=$prefix/certificate.p12 MAXPORT_SIGN_PASSWORD=$prefix/password

python3 "$tree/tests/packages/time_stamp_authority.py" "$prefix" 50 300 &
authority=$!
patience=100
until [[ -s authority.url ]] || ((patience-- == 0)); do
    sleep 0.1
done
url=$(cat authority.url)
MAXPORT_SIGN_TIMESTAMP=$url "$tree/installer/package" --sign --output "$out" >/dev/null

checks=0
signed() {
    local file
    for file in "$@"; do
        checks=$((checks + 1))
        if ! osslsigncode verify -CAfile certificate.pem -TSA-CAfile authority.pem -in "$file" \
            >verify.log 2>&1 || ! grep -q '^Timestamp Server Signature verification: ok' verify.log; then
            echo "sign.sh: not signed, or not stamped with the time: $file"
            cat verify.log
            exit 1
        fi
    done
}

signed "$out"/*.msi
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
(cd "$out" && sha256sum --quiet -c SHA256SUMS) # the hashes must be of the signed packages

python3 -m zipfile -e "$(echo "$out"/*-x64.zip)" zip
# If one bit is flipped, osslsigncode must report it. Otherwise the checks above prove nothing.
python3 -c 'import pathlib, sys
data = bytearray(pathlib.Path(sys.argv[1]).read_bytes())
data[5000] ^= 1
pathlib.Path(sys.argv[2]).write_bytes(data)' zip/maxport/maxport.exe changed.exe
if osslsigncode verify -CAfile certificate.pem -in changed.exe >/dev/null 2>&1; then
    echo "sign.sh: osslsigncode accepted a changed program"
    exit 1
fi

# If the authority cannot be reached, installer/package must report this, and leave neither complete
# nor partial packages.
kill "$authority"
wait "$authority" || true
authority=
if MAXPORT_SIGN_TIMESTAMP=$url "$tree/installer/package" --sign --output "$out" >unstamped.log 2>&1; then
    echo "sign.sh: packages without a time stamp were built"
    exit 1
fi
if ! grep -q 'no packages were made' unstamped.log || [[ -e $out || -e $out.partial ]]; then
    echo "sign.sh: not reported, or files are left: $(ls -d "$out"* || true)"
    cat unstamped.log
    exit 1
fi
echo "sign.sh: $checks signatures and time stamps verified"
