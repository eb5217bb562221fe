"""tables.py MSI... - checks the tables of an MSI. The tables must make Windows Installer refuse
unsuitable machines and folders, roll back a failed installation completely, and replace older
versions. Wine's installer cannot be used for such tests; for its differences, see
docs/measurements.md.
"""
import pathlib
import subprocess
import sys
import tempfile

# Actions that change the machine. The actions in LOOKING only read or check something.
ACTING = {
    "RemoveExistingProducts", "ProcessComponents", "UnpublishFeatures", "RemoveRegistryValues",
    "RemoveShortcuts", "RemoveEnvironmentStrings", "RemoveFiles", "InstallFiles",
    "CreateShortcuts", "WriteRegistryValues", "WriteEnvironmentStrings", "RegisterUser",
    "RegisterProduct", "PublishFeatures", "PublishProduct"}
LOOKING = {
    "FindRelatedProducts", "AppSearch", "LaunchConditions", "ValidateProductID", "CostInitialize",
    "FileCost", "CostFinalize", "SetInstallLocation", "MigrateFeatureStates", "InstallValidate",
    "Repair"}
EVENT_SOURCE = r"SYSTEM\CurrentControlSet\Services\EventLog\Application\maxport"
SETUP = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\maxport"
SHARE = pathlib.Path(__file__).resolve().parents[2] / "installer/share"
PROGRAM_FILES = {"x64": "ProgramFiles64Folder", "x86": "ProgramFilesFolder"}


def table(msi, name):
    text = subprocess.run(["msiinfo", "export", msi, name], check=True, capture_output=True,
                          text=True).stdout
    return [row.split("\t") for row in text.splitlines()[3:] if row]


def everything_is_rolled_back(msi):
    order = {row[0]: int(row[2]) for row in table(msi, "InstallExecuteSequence")}
    begin, end = order.pop("InstallInitialize"), order.pop("InstallFinalize")
    assert set(order) == ACTING | LOOKING, f"other actions: {set(order) ^ (ACTING | LOOKING)}"
    for action, number in order.items():
        if action in ACTING:
            assert begin < number < end, f"{action} is not rolled back"
        else:
            assert number < begin, f"{action} comes too late"
    # With this order, Windows Installer calculates the required space before it changes anything.
    assert order["CostInitialize"] < order["FileCost"] < order["CostFinalize"]
    assert order["CostFinalize"] < order["InstallValidate"]
    assert order["RemoveExistingProducts"] < order["ProcessComponents"], "the old one goes last"
    properties = {row[0] for row in table(msi, "Property")}
    assert not properties & {"DISABLEROLLBACK", "DISABLEMEDIA", "MSIFASTINSTALL"}
    # Windows Installer cannot roll back what the code of a package does. So every custom action
    # must only set a property (type 51).
    assert {int(row[1]) & 63 for row in table(msi, "CustomAction")} == {51}


def files_are_complete(msi):
    shared = {path.name: path.parent.name for path in SHARE.rglob("*") if path.is_file()}
    files = {row[2]: row for row in table(msi, "File")}
    assert set(files) == {"maxport.exe", "maxport-gui.exe", "maxport-events.dll", "manual.html",
                          "LICENSE.txt"} | set(shared)
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
            assert inside[name].parent.name == shared.get(name, "maxport"), f"{name} goes into another folder"


def conditions(msi):
    """Returns {condition: sentence} of all refusals. Both are at most 255 characters long, because
    Windows Installer cuts longer ones.
    """
    found = {row[0]: row[1] for row in table(msi, "LaunchCondition")}
    for condition, sentence in found.items():
        assert len(condition) <= 255 and len(sentence) <= 255, f"too long: {condition}"
        assert "Nothing was changed." in sentence, sentence
    return found


def x86_is_refused_on_64_bit_windows(msi, architecture):
    sentence = conditions(msi).get("Installed OR NOT VersionNT64")
    if architecture == "x86":
        assert sentence and "-x64.msi" in sentence, "x86 goes beside x64 on 64-bit Windows"
    else:
        assert sentence is None, "x64 is refused on 64-bit Windows"


def an_earlier_setup_program_is_named_with_its_removal(msi):
    looked_at = {row[0]: row[1:] for row in table(msi, "RegLocator")}
    searched = {row[1]: row[0] for row in table(msi, "AppSearch")}
    hklm, raw, view_64 = "2", 2, 16
    for bits, view in ("64", view_64), ("32", 0):
        assert looked_at.get(f"Setup{bits}") == [hklm, SETUP, "UninstallString", str(raw | view)], (
            f"a setup program is not looked for in the {bits}-bit view")
        sentence = conditions(msi)[f"Installed OR NOT {searched[f'Setup{bits}']}"]
        assert sentence.endswith(f"[{searched[f'Setup{bits}']}] /S"), sentence


def the_same_version_and_the_other_architecture_are_replaced(msi):
    upgrade = {row[6]: row for row in table(msi, "Upgrade")}
    version = dict(table(msi, "Property"))["ProductVersion"]
    found = upgrade["WIX_UPGRADE_DETECTED"]
    assert found[1:4] == ["", version, ""] and int(found[4]) & 0x200, f"not replaced: {found}"
    assert upgrade["WIX_DOWNGRADE_DETECTED"][1:3] == [version, ""]
    repair = [row[1] for row in table(msi, "InstallExecuteSequence") if row[0] == "Repair"]
    assert repair and repair[0].startswith("Installed AND NOT REMOVE "), "the same one does nothing"


def an_installation_for_one_user_is_refused(msi):
    # In an installation for one user, the folder would be in the user's profile, but on the PATH of
    # the machine.
    assert "Installed OR ALLUSERS=1" in conditions(msi)
    assert dict(table(msi, "Property"))["ALLUSERS"] == "1"


def a_folder_outside_program_files_is_refused(msi, architecture):
    # The condition must also refuse C:\Program Files\..\Folder, which begins like a folder below
    # Program Files.
    folder = PROGRAM_FILES[architecture]
    sentence = conditions(msi)[
        f'Installed OR NOT INSTALLDIR OR INSTALLDIR ~<< {folder} AND NOT INSTALLDIR >< ".."']
    assert sentence.startswith(f"[INSTALLDIR] is not below [{folder}]"), sentence
    parents = {row[0]: row[1] for row in table(msi, "Directory")}
    assert parents["INSTALLDIR"] == folder, "the default folder is not below Program Files"


def only_its_own_keys_are_written_and_removed(msi):
    """The package may write only the key of the event source, whose name must not end with a
    backslash (ICE03, a rule of Microsoft for packages). The package must neither write nor
    delete the registry key of the store, because maxport itself writes this key.
    """
    assert {(row[1], row[2]) for row in table(msi, "Registry")} == {("2", EVENT_SOURCE)}
    assert all(row[3] not in ("", "*", "+", "-") for row in table(msi, "Registry")), "a whole key"
    tables = subprocess.run(["msiinfo", "tables", msi], check=True, capture_output=True,
                            text=True).stdout.split()
    for name in "RemoveRegistry", "RemoveFile", "RemoveIniFile", "LockPermissions", "MoveFile":
        assert name not in tables or not table(msi, name), f"{name} removes what others made"


def links_are_those_of_the_publisher(msi):
    links = {row[0]: row[1] for row in table(msi, "Property") if "://" in row[1]}
    home = "https://packages.example" # set by make.sh for all folders except one
    expected = {} if "/rebuilt/" in msi else {"ARPURLINFOABOUT": home, "ARPHELPLINK": home}
    assert links == expected, f"links: {links}"


def check(msi):
    template = subprocess.run(["msiinfo", "suminfo", msi], check=True, capture_output=True,
                              text=True).stdout
    architecture = "x64" if "Template: x64;1033" in template else "x86"
    everything_is_rolled_back(msi)
    files_are_complete(msi)
    links_are_those_of_the_publisher(msi)
    x86_is_refused_on_64_bit_windows(msi, architecture)
    an_earlier_setup_program_is_named_with_its_removal(msi)
    the_same_version_and_the_other_architecture_are_replaced(msi)
    an_installation_for_one_user_is_refused(msi)
    a_folder_outside_program_files_is_refused(msi, architecture)
    only_its_own_keys_are_written_and_removed(msi)


for path in sys.argv[1:]:
    check(path)
print(f"tables.py: {len(sys.argv) - 1} MSIs")
