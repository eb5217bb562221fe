"""check.py SCHEMAS [--complete] DOCUMENTS - checks the JSON documents that tests have kept.

SCHEMAS is installer/share/schemas. DOCUMENTS is a folder of files *.jsonl with one document on each
line (tests/documents.c). With --complete, each schema must describe at least one of the documents.

Users' schemas permit further keys and words, because later releases may add them. This script does
not: a document may have only the keys under "properties", and where a schema lists the known words
as "examples", only these words. So a key or word that no schema describes fails the test.
"""
import argparse
import json
import pathlib

import jsonschema

SHOWN_MAX = 40


def walk(schema, path=""):
    """Yields each schema within a schema with its path. An "if" is a condition, not a schema."""
    yield path, schema
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            for name, part in value.items():
                yield from walk(part, f"{path}/{key}/{name}")
        elif key in ("items", "additionalProperties", "propertyNames", "then", "else"):
            yield from walk(value, f"{path}/{key}")
        elif key in ("anyOf", "oneOf"):
            for number, part in enumerate(value):
                yield from walk(part, f"{path}/{key}/{number}")


def complaints(name, schema):
    """Yields what is wrong with a schema before any document is checked."""
    jsonschema.Draft202012Validator.check_schema(schema)
    if schema.get("$id") != name + ".json" or not schema.get("$schema", "").endswith("/2020-12/schema"):
        yield f"{name}: $id must be the name of the file, $schema must be 2020-12"
    for path, part in walk(schema):
        for key, value in part.get("properties", {}).items():
            if not value.get("description", "").endswith("."):
                yield f"{name}{path}: {key} has no description"


def strict(schema, common):
    """Returns a validator that permits only what is described. The schema gets a copy of the shared
    parts, so that no reference names another file.
    """
    parts = json.dumps(common["$defs"]).replace('"#/', '"#/$defs/common/')
    copy = json.loads(json.dumps(schema).replace('"common.json#/', '"#/$defs/common/'))
    copy.setdefault("$defs", {})["common"] = {"$defs": json.loads(parts)}
    del copy["$id"]
    for _, part in list(walk(copy)):
        if "properties" in part:
            part.setdefault("additionalProperties", False)
        if "examples" in part:
            part["enum"] = part.pop("examples")
        target = copy
        for key in part.get("$ref", "#").split("/")[1:]:
            target = target[key]  # fails if nothing has this name
    return jsonschema.Draft202012Validator(copy)


def read_documents(folder):
    """Returns {line: file} of all different documents."""
    lines = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            lines.setdefault(line, path.name)
    return lines


def faults(validator, document):
    for outer in validator.iter_errors(document):
        error = jsonschema.exceptions.best_match([outer])  # within "anyOf"
        place = "/".join(str(part) for part in error.absolute_path)
        yield f"{place or 'the document'}: {error.message[:400]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("schemas", type=pathlib.Path)
    parser.add_argument("documents", type=pathlib.Path)
    parser.add_argument("--complete", action="store_true")
    options = parser.parse_args()

    schemas = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in options.schemas.iterdir()}
    found = [complaint for name in sorted(schemas) for complaint in complaints(name, schemas[name])]
    common = schemas.pop("common")
    validators = {f"maxport.{name}/1": strict(schema, common) for name, schema in schemas.items()}

    documents = read_documents(options.documents)
    unused = {*validators}
    for line, file in documents.items():
        document = json.loads(line)
        name = document.get("schema")
        if name not in validators:
            found.append(f"{file}: no schema describes {name}")
            continue
        found += [f"{file}: {name}: {fault}" for fault in faults(validators[name], document)]
        if "error" not in document or name == "maxport.error/1":
            unused.discard(name)
    if options.complete:
        found += [f"no document of {name}, apart from failures" for name in sorted(unused)]

    found = list(dict.fromkeys(found))
    print(*found[:SHOWN_MAX], sep="\n")
    print(f"{len(schemas)} schemas, {len(documents)} documents, {len(found)} complaints")
    return 1 if found or not documents else 0


raise SystemExit(main())
