"""Request bodies: JSON, and forms with PHP's array syntax."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from smspanel.simulator.wire import Json, Request

SECRETS = frozenset({"password", "token", "username", "access_token", "app_key"})


@dataclass(frozen=True)
class Params:
    """Hold the fields of a body; `problem` says why it could not be read."""

    values: dict[str, Json]
    is_form: bool = False
    problem: str = ""


def read_params(request: Request) -> Params:
    """Read the body by its content type, and note in the lint list what is careless about it."""
    content_type = note_carelessness(request)
    if not request.body:
        return Params({})
    if content_type.startswith("application/x-www-form-urlencoded"):
        return Params(_read_form(request), is_form=True)
    if not content_type.startswith("application/json"):
        return Params({}, problem=f"the content type {content_type or '(none)'} is not understood")
    return _read_json(request)


def note_carelessness(request: Request) -> str:
    """Note credentials in the address and a missing charset, and return the content type."""
    if leaked := SECRETS & {name.lower() for name in request.query}:
        request.note("credentials_in_url", ", ".join(sorted(leaked)))
    content_type = request.header("Content-Type").lower()
    if "charset" not in content_type and not request.body.isascii():
        request.note("missing_charset", content_type or "no content type")
    return content_type


def read_json(request: Request) -> Json:
    """Return the body, any JSON, and note repeated keys; raise ValueError with what is wrong with it."""

    def without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            names = [name for name, _ in pairs]
            request.note("duplicate_json_key", ", ".join(sorted({n for n in names if names.count(n) > 1})))
        return fields

    try:
        value: Json = json.loads(request.body.decode(), object_pairs_hook=without_duplicates)
        if b"\\u" in request.body:
            json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is not JSON: {error}") from None
    return value


def _read_json(request: Request) -> Params:
    try:
        value = read_json(request)
    except ValueError as error:
        return Params({}, problem=str(error))
    if not isinstance(value, dict):
        return Params({}, problem="the body is not a JSON object")
    return Params(value)


def _read_form(request: Request) -> dict[str, Json]:
    tree: dict[str, Json] = {}
    seen: set[str] = set()
    for key, value in parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True):
        if key in seen and not key.endswith("[]"):
            request.note("repeated_form_field", f"{key}: PHP keeps only the last")
        seen.add(key)
        if value == "false":
            request.note("false_in_form", f"{key}: PHP takes the word for true")
        name, _, rest = key.partition("[")
        _put(tree, [name, *(step.removesuffix("]") for step in rest.split("[") if rest)], value)
    return {name: _as_list(value) for name, value in tree.items()}


def _put(tree: dict[str, Json], steps: list[str], value: str) -> None:
    node = tree
    for position, step in enumerate(steps):
        key = step or str(len(node))
        if position == len(steps) - 1:
            node[key] = value
            return
        child = node.get(key)
        if not isinstance(child, dict):
            child = {}
            node[key] = child
        node = child


def _as_list(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    children = {key: _as_list(child) for key, child in value.items()}
    if list(children) == [str(index) for index in range(len(children))]:
        return list(children.values())
    return children
