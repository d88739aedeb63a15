#!/usr/bin/env python3
"""Schemas are held as JSON Schema means them, and no word goes unchecked."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from schema_check import SchemaCheck  # noqa: E402


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name)
        (path / "main.json").write_text(json.dumps({"schemas": {"Id": {"type": "string", "maxLength": 3}}}))
        (path / "pair.json").write_text(json.dumps({"$id": "pair", "type": "array", "maxItems": 2,
                                                    "items": {"$ref": "main.json#/schemas/Id"}}))
        self.check = SchemaCheck(path / "main.json")

    def agree(self, value, schema):
        self.assertEqual([], self.check.mismatches(value, schema))

    def differ(self, value, schema, place=""):
        found = self.check.mismatches(value, schema)
        self.assertTrue(found, f"{value!r} agrees with {schema}")
        self.assertTrue(found[0].startswith(place), found)

    def test_types(self):
        for value, name in ((1, "integer"), (1, "number"), (1.5, "number"), ("a", "string"), (None, "null"), ({}, "object")):
            self.agree(value, {"type": name})
        for value, name in ((True, "integer"), (True, "number"), (1.5, "integer"), ("1", "number"), (1, "boolean"), ([], "object")):
            self.differ(value, {"type": name})
        self.agree(None, {"type": ["string", "null"]})
        self.differ(1, {"type": ["string", "null"]})

    def test_members(self):
        schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
        self.agree({"a": 1}, schema)
        self.differ({}, schema, "/a: missing")
        self.differ({"a": 1, "b": 2}, schema, "/b: not in the schema")
        self.differ({"a": "x"}, schema, "/a: ")
        self.agree({"b": 2}, {"type": "object", "additionalProperties": True})

    def test_bounds_and_choices(self):
        self.differ(0, {"minimum": 1})
        self.differ(2, {"maximum": 1})
        self.differ("", {"minLength": 1})
        self.differ("ab", {"maxLength": 1})
        self.differ([1, 2], {"maxItems": 1})
        self.differ("b", {"pattern": "^a"})
        self.differ("b", {"enum": ["a"]})
        self.differ("b", {"const": "a"})
        self.differ("yesterday", {"format": "date-time"})
        self.agree("2026-01-02T03:04:05.678Z", {"format": "date-time"})

    def test_alternatives_and_conditions(self):
        self.differ(1, {"oneOf": [{"type": "integer"}, {"type": "number"}]})
        self.agree("a", {"oneOf": [{"type": "integer"}, {"type": "string"}]})
        condition = {"allOf": [{"if": {"properties": {"k": {"const": 1}}}, "then": {"required": ["v"]}}]}
        self.differ({"k": 1}, condition, "/v: missing")
        self.agree({"k": 2}, condition)

    def test_references_inside_and_to_other_files(self):
        self.differ("abcd", {"$ref": "#/schemas/Id"})
        self.agree(["a", "b"], {"$ref": "pair.json"})
        self.differ(["a", "abcd"], {"$ref": "pair.json"}, "/1: ")
        self.differ(["a", "b", "c"], {"$ref": "pair.json"})

    def test_a_word_without_a_rule_is_refused(self):
        with self.assertRaisesRegex(ValueError, "minItems"):
            self.check.mismatches([], {"minItems": 1})


if __name__ == "__main__":
    unittest.main()
