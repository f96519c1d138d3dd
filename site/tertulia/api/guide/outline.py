"""What the page shows of the OpenAPI document: its operations and its objects, in its order."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from messaging.markdown.rendering import render_body

METHODS = ("get", "post", "put", "patch", "delete")
# For parameters of addresses without an example of their own.
EXAMPLES = {"id": "7", "key": "Jm1rV0xZb2Q2c0F4dTRhZQ", "name": "plan.pdf"}

type Node = Mapping[str, Any]


class Field(NamedTuple):
    """A parameter, or a field of an object. `object` is the name of the object that it holds."""

    name: str
    type: str
    object: str
    is_required: bool
    text: str  # HTML


class Operation(NamedTuple):
    id: str
    method: str
    path: str
    summary: str
    text: str  # HTML
    scope: str
    parameters: list[Field]
    body: list[Field]
    answers: list["Answer"]
    curl: str


class Answer(NamedTuple):
    status: str
    text: str  # HTML
    object: str  # the name of the object that it holds, or ""


class Topic(NamedTuple):
    name: str
    operations: list[Operation]


class Outline:
    """The page of `document`, with examples for the site at `address`, without a slash."""

    def __init__(self, document: Node, address: str) -> None:
        self._document = document
        self._address = address

    @property
    def text(self) -> str:
        return render_body(self._document["info"]["description"])

    def topics(self) -> list[Topic]:
        """Return the operations by their tags."""
        found: dict[str, list[Operation]] = {tag["name"]: [] for tag in self._document["tags"]}
        for path, item in self._document["paths"].items():
            for method in METHODS:
                if method in item:
                    found[item[method]["tags"][0]].append(self._operation(path, method, item))
        return [Topic(name, operations) for name, operations in found.items() if operations]

    def objects(self) -> list[tuple[str, str, list[Field]]]:
        """Return the (name, HTML, fields) of all objects."""
        return [
            (name, render_body(schema.get("description", "")), self._fields(schema))
            for name, schema in self._document["components"]["schemas"].items()
        ]

    def _operation(self, path: str, method: str, item: Node) -> Operation:
        found = item[method]
        parameters = [*item.get("parameters", ()), *found.get("parameters", ())]
        parameters = [self._seen(parameter) for parameter in parameters]
        content = self._seen(found.get("requestBody", {})).get("content", {})
        sent = content.get("application/json", {})
        return Operation(
            id=found["operationId"],
            method=method.upper(),
            path=path,
            summary=found["summary"],
            text=render_body(found.get("description", "")),
            scope=_scope_of(found, self._document),
            parameters=[self._parameter(parameter) for parameter in parameters],
            body=self._fields(sent.get("schema", {})),
            answers=list(self._answers(found["responses"])),
            curl=self._curl(path, method, parameters, found, sent),
        )

    def _seen(self, node: Node) -> Node:
        """Return `node`, or what it refers to."""
        while "$ref" in node:
            names = node["$ref"].removeprefix("#/").split("/")
            node = self._document
            for name in names:
                node = node[name]
        return node

    def _parameter(self, found: Node) -> Field:
        kind = self._type(found["schema"])
        place = {"path": "", "query": "", "header": " (header)"}[found["in"]]
        text = render_body(found.get("description", ""))
        return Field(found["name"] + place, kind, "", found.get("required", False), text)

    def _fields(self, schema: Node) -> list[Field]:
        schema = self._merged(schema)
        required = schema.get("required", ())
        return [
            Field(
                name,
                self._type(field),
                _object_in(field),
                name in required,
                render_body(self._seen(field).get("description", "")),
            )
            for name, field in schema.get("properties", {}).items()
        ]

    def _merged(self, schema: Node) -> dict[str, Any]:
        """Return an object's schema with the fields of those that it is made of."""
        found = dict(self._seen(schema))
        for part in found.get("allOf", ()):
            merged = self._merged(part)
            found["properties"] = merged.get("properties", {}) | found.get("properties", {})
            found["required"] = [*merged.get("required", ()), *found.get("required", ())]
        return found

    def _type(self, schema: Node) -> str:
        """Return the type in words, such as "integer or null" or "array of File"."""
        if name := _name_of(schema):
            return name
        if "const" in schema:
            return json.dumps(schema["const"])
        if "enum" in schema:
            return ", ".join(json.dumps(value) for value in schema["enum"])
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return " or ".join(self._type(one) for one in schema[key])
        kinds = schema.get("type", "object" if "allOf" in schema else "any")
        words = [kinds] if isinstance(kinds, str) else list(kinds)
        if "array" in words and "items" in schema:
            words[words.index("array")] = f"array of {self._type(schema['items'])}"
        return " or ".join(words)

    def _answers(self, responses: Node) -> Iterator[Answer]:
        for status, response in responses.items():
            response = self._seen(response)
            schemas = [
                content.get("schema", {}) for content in response.get("content", {}).values()
            ]
            name = next(filter(None, map(_object_in, schemas)), "")
            yield Answer(status, render_body(response["description"]), name)

    def _curl(
        self, path: str, method: str, parameters: Iterable[Node], operation: Node, sent: Node
    ) -> str:
        """Return a command that does it, in several lines."""
        for parameter in parameters:
            if parameter["in"] == "path":
                example = parameter.get("example", EXAMPLES.get(parameter["name"], "x"))
                path = path.replace(f"{{{parameter['name']}}}", quote(str(example), safe=":,"))
        words = ["curl"]
        if "text/event-stream" in json.dumps(operation["responses"].get("200", {})):
            words.append("-N")
        if method != "get":
            words.append(f"-X {method.upper()}")
        lines = [" ".join([*words, shlex.quote(self._address + path)])]
        if operation.get("security", True):
            lines.append('-H "Authorization: Bearer $TOKEN"')
        if sent:
            lines.append('-H "Content-Type: application/json"')
            lines.append(f"-d {shlex.quote(json.dumps(self._example(sent), ensure_ascii=False))}")
        return " \\\n  ".join(lines)

    def _example(self, sent: Node) -> Any:
        schema = self._merged(sent.get("schema", {}))
        found = sent.get("example", schema.get("example"))
        if found is None:
            fields = schema.get("properties", {})
            found = {name: field.get("example", 7) for name, field in fields.items()}
        return found


def _scope_of(operation: Node, document: Node) -> str:
    """Return the scopes that a token needs, "any" for any token, "" without a token."""
    security = operation.get("security", document.get("security", []))
    scopes = [scope for scheme in security for names in scheme.values() for scope in names]
    if scopes:
        return " ".join(scopes)
    return "any" if any(security) else ""


def _name_of(schema: Node) -> str:
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else ""


def _object_in(schema: Node) -> str:
    """Return the name of the object in `schema` or in its items, or ""."""
    inner = [schema, schema.get("items", {}), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return next(filter(None, map(_name_of, inner)), "")
