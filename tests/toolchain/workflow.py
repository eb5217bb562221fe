"""workflow.py FILE... - checks workflows. A workflow must name actions by commit and images by
digest. It must give each job only the permissions that it needs. It must attest every package. The
job that does this must run no script, and must run only for main and for tags.
"""
import pathlib
import re
import sys

MAY = {"contents": "read"}
MAY_ATTEST = {"id-token": "write", "attestations": "write"}
# The condition of the job that attests. A push to another branch is not a release.
WHEN = ("    if: github.event_name == 'push' && (github.ref == 'refs/heads/main' || "
        "startsWith(github.ref, 'refs/tags/'))\n")


def jobs(text):
    """Yields (name, lines) of each job. Reads only files that are indented by two spaces."""
    body = text.split("\njobs:\n", 1)[1]
    for part in re.split(r"\n(?=  [\w-]+:\n)", "\n" + body):
        if part.strip() and (name := re.match(r"\s*  ([\w-]+):\n", part)):
            yield name.group(1), part


def permissions(job):
    found = re.search(r"^    permissions:\n((?:      .*\n)+)", job, re.M)
    return dict(re.findall(r"^      ([\w-]+): (\w+)$", found.group(1), re.M)) if found else {}


def complaints(text):
    for used in re.findall(r"\buses: *(.*)", text):
        if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v[0-9.]+", used):
            yield f"not pinned by commit with its version: {used}"
    for image in re.findall(r"^    container: *(.*)", text, re.M):
        if not re.fullmatch(r"\S+@sha256:[0-9a-f]{64}( #.*)?", image):
            yield f"not pinned by digest: {image}"
    if not re.search(r"^permissions: \{\}$", text, re.M):
        yield "the workflow itself has permissions"
    attests = 0
    for name, job in jobs(text):
        allowed = permissions(job)
        if "attest-build-provenance@" in job:
            attests += 1
            if allowed != MAY_ATTEST or re.search(r"^ *(- )?run:", job, re.M):
                yield f"{name} attests with {allowed}, or runs more than that"
            if WHEN not in job:
                yield f"{name} attests more than main and tags"
            for package in "packages/*.msi", "packages/*.zip", "packages/SHA256SUMS":
                if package not in job:
                    yield f"{name} does not attest {package}"
        elif allowed != MAY:
            yield f"{name} has other permissions than {MAY}: {allowed}"
        if job.count("actions/checkout@") != job.count("persist-credentials: false"):
            yield f"{name} leaves the token behind for what is built"
    if attests != 1:
        yield "the packages are not attested"


def main():
    found = [f"{name}: {complaint}" for name in sys.argv[1:]
             for complaint in complaints(pathlib.Path(name).read_text(encoding="utf-8"))]
    print(*found, sep="\n")
    print(f"workflow.py: {len(sys.argv) - 1} workflows, {len(found)} complaints")
    return 1 if found or len(sys.argv) < 2 else 0


sys.exit(main())
