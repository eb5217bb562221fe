"""tables.py MSI... - what Windows Installer needs in an MSI to put everything back when an
installation fails, and to replace what an older one installed. What of that Wine shows, and
what it does not, is in tests/README.md."""
import pathlib
import subprocess
import sys
import tempfile

# What changes the machine; all else looks, counts and checks.
ACTING = {
    "RemoveExistingProducts", "ProcessComponents", "UnpublishFeatures", "RemoveRegistryValues",
    "RemoveShortcuts", "RemoveEnvironmentStrings", "RemoveFiles", "InstallFiles",
    "CreateShortcuts", "WriteRegistryValues", "WriteEnvironmentStrings", "RegisterUser",
    "RegisterProduct", "PublishFeatures", "PublishProduct"}
LOOKING = {
    "FindRelatedProducts", "AppSearch", "LaunchConditions", "ValidateProductID", "CostInitialize",
    "FileCost", "CostFinalize", "SetInstallLocation", "MigrateFeatureStates", "InstallValidate"}


def table(msi, name):
    text = subprocess.run(["msiinfo", "export", msi, name], check=True, capture_output=True,
                          text=True).stdout
    return [row.split("\t") for row in text.splitlines()[3:] if row]


def check(msi):
    order = {row[0]: int(row[2]) for row in table(msi, "InstallExecuteSequence")}
    begin, end = order.pop("InstallInitialize"), order.pop("InstallFinalize")
    assert set(order) == ACTING | LOOKING, f"other actions: {set(order) ^ (ACTING | LOOKING)}"
    for action, number in order.items():
        if action in ACTING:
            assert begin < number < end, f"{action} is not rolled back"
        else:
            assert number < begin, f"{action} comes too late"
    # The room is counted before anything is touched, from these sizes.
    assert order["CostInitialize"] < order["FileCost"] < order["CostFinalize"]
    assert order["CostFinalize"] < order["InstallValidate"]
    assert order["RemoveExistingProducts"] < order["ProcessComponents"], "the old one goes last"
    files = {row[2]: row for row in table(msi, "File")}
    assert set(files) == {"maxport.exe", "maxport-gui.exe", "maxport-events.dll", "manual.html",
                          "LICENSE.txt"}
    hashed = {row[0] for row in table(msi, "MsiFileHash")}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["msiextract", "--directory", folder, msi], check=True,
                       stdout=subprocess.DEVNULL)
        inside = {path.name: path for path in pathlib.Path(folder).rglob("*") if path.is_file()}
        for name, row in files.items():
            assert int(row[3]) == inside[name].stat().st_size, f"{name} takes other room"
            assert int(row[6]) & 512, f"{name} is not vital: it could fail and be passed over"
            assert bool(row[4]) == name.endswith(".exe"), f"{name}: version {row[4]}"
            assert bool(row[4]) != (row[0] in hashed), f"{name}: either a version or a hash"
            text = "".join(f"{digit}\0" for digit in row[4].removesuffix(".0")).encode()
            assert text in inside[name].read_bytes(), f"{name} has another version than {row[4]}"
    properties = {row[0] for row in table(msi, "Property")}
    assert not properties & {"DISABLEROLLBACK", "DISABLEMEDIA", "MSIFASTINSTALL"}
    # Code of our own would be nobody's to roll back: only a property is set (type 51).
    assert [int(row[1]) & 63 for row in table(msi, "CustomAction")] == [51]


for path in sys.argv[1:]:
    check(path)
print(f"tables.py: {len(sys.argv) - 1} MSIs")
