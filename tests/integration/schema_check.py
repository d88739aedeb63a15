"""The part of JSON Schema that docs/formats uses, with references inside a document and to files beside it.

    check = SchemaCheck(PROJECT / "docs" / "formats" / "asyncapi.json")
    check.mismatches(value, {"$ref": "#/components/schemas/Mark"})   # [] or sentences: where, and what is wrong

A word that it does not know is a mistake of the schema's or of this file, and raises: nothing goes unchecked.
"""
import json
import pathlib
import re

_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
_NOTES = {"$schema", "$id", "title", "description", "examples", "contentMediaType", "contentSchema", "x-bytes-max"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def _is(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, _TYPES[name])


class SchemaCheck:
    def __init__(self, path):
        self.folder = pathlib.Path(path).parent
        self.name = pathlib.Path(path).name
        self.documents = {}

    def document(self, name=None):
        name = name or self.name
        if name not in self.documents:
            self.documents[name] = json.loads((self.folder / name).read_text())
        return self.documents[name]

    def resolved(self, schema, document=None):
        """(schema, name of its document) with references followed."""
        document = document or self.name
        while "$ref" in schema:
            file, _, path = schema["$ref"].partition("#")
            document = file or document
            schema = self.document(document)
            for step in filter(None, path.split("/")):
                schema = schema[step]
        return schema, document

    def mismatches(self, value, schema, place="", document=None):
        schema, document = self.resolved(schema, document)
        found = []
        for word, said in schema.items():
            if word in _NOTES or word in ("then", "required", "additionalProperties"):
                continue
            rule = getattr(self, "_" + word, None)
            if rule is None:
                raise ValueError(f"{document}: no rule for the word {word}")
            found += rule(value, said, schema, place, document)
        if isinstance(value, dict):
            found += self._members(value, schema, place)
        return found

    @staticmethod
    def _members(value, schema, place):
        known = schema.get("properties", {})
        found = [f"{place}/{name}: missing" for name in schema.get("required", []) if name not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{place}/{name}: not in the schema" for name in value if name not in known]
        return found

    @staticmethod
    def _type(value, said, _schema, place, _document):
        names = said if isinstance(said, list) else [said]
        return [] if any(_is(value, name) for name in names) else [f"{place}: {value!r} is no {' or '.join(names)}"]

    def _properties(self, value, said, _schema, place, document):
        if not isinstance(value, dict):
            return []
        return [wrong for name, schema in said.items() if name in value
                for wrong in self.mismatches(value[name], schema, f"{place}/{name}", document)]

    def _items(self, value, said, _schema, place, document):
        if not isinstance(value, list):
            return []
        return [wrong for index, item in enumerate(value)
                for wrong in self.mismatches(item, said, f"{place}/{index}", document)]

    @staticmethod
    def _enum(value, said, _schema, place, _document):
        return [] if value in said else [f"{place}: {value!r} is none of {said}"]

    @staticmethod
    def _const(value, said, _schema, place, _document):
        return [] if value == said else [f"{place}: {value!r} is not {said!r}"]

    @staticmethod
    def _minimum(value, said, _schema, place, _document):
        return [f"{place}: {value} is below {said}"] if _is(value, "number") and value < said else []

    @staticmethod
    def _maximum(value, said, _schema, place, _document):
        return [f"{place}: {value} is above {said}"] if _is(value, "number") and value > said else []

    @staticmethod
    def _minLength(value, said, _schema, place, _document):
        return [f"{place}: shorter than {said}"] if isinstance(value, str) and len(value) < said else []

    @staticmethod
    def _maxLength(value, said, _schema, place, _document):
        return [f"{place}: longer than {said}"] if isinstance(value, str) and len(value) > said else []

    @staticmethod
    def _maxItems(value, said, _schema, place, _document):
        return [f"{place}: more than {said}"] if isinstance(value, list) and len(value) > said else []

    @staticmethod
    def _pattern(value, said, _schema, place, _document):
        wrong = isinstance(value, str) and not re.search(said, value)
        return [f"{place}: {value!r} is not like {said}"] if wrong else []

    @staticmethod
    def _format(value, said, _schema, place, _document):
        if said != "date-time":
            raise ValueError(f"no rule for the format {said}")
        wrong = isinstance(value, str) and not _TIME.fullmatch(value)
        return [f"{place}: {value!r} is no time"] if wrong else []

    def _oneOf(self, value, said, _schema, place, document):
        fitting = sum(not self.mismatches(value, each, place, document) for each in said)
        return [] if fitting == 1 else [f"{place}: {value!r} fits {fitting} of {len(said)} alternatives"]

    def _allOf(self, value, said, _schema, place, document):
        return [wrong for each in said for wrong in self.mismatches(value, each, place, document)]

    def _if(self, value, said, schema, place, document):
        return [] if self.mismatches(value, said, place, document) else \
            self.mismatches(value, schema.get("then", {}), place, document)
