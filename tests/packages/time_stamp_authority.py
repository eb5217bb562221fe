"""time_stamp_authority.py FOLDER REQUESTS SECONDS - an RFC 3161 time stamp authority on loopback

FOLDER/authority.pem is its temporary certificate. FOLDER/authority.url contains its address and
appears when the authority accepts requests. openssl creates the stamps. The process ends after
this number of requests or seconds.
"""
import http.server
import pathlib
import subprocess
import sys
import time

folder, requests, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
end = time.monotonic() + seconds
(folder / "authority.cnf").write_text(f"""
[tsa]
default_tsa = stamps
[stamps]
serial = {folder}/authority.serial
crypto_device = builtin
signer_cert = {folder}/authority.pem
signer_key = {folder}/authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
""")
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                "-keyout", folder / "authority.key", "-out", folder / "authority.pem",
                "-subj", "/CN=maxport test time stamps",
                "-addext", "extendedKeyUsage=critical,timeStamping"],
               check=True, stderr=subprocess.DEVNULL)


class Stamps(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        query = folder / "authority.query"
        query.write_bytes(self.rfile.read(min(int(self.headers["Content-Length"]), 65536)))
        reply = subprocess.run(["openssl", "ts", "-reply", "-config", folder / "authority.cnf",
                                "-queryfile", query], check=True, capture_output=True).stdout
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


with http.server.HTTPServer(("127.0.0.1", 0), Stamps) as server:
    address = folder / "authority.url.partial"
    address.write_text(f"http://127.0.0.1:{server.server_port}/")
    address.rename(folder / "authority.url")
    while requests > 0 and time.monotonic() < end:
        server.timeout = end - time.monotonic()
        server.handle_request()
        requests -= 1
