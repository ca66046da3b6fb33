"""Every public endpoint of bot/gateway/openapi.yml meets made-up requests: no 500, no empty answer, only what is described.

FUZZ_SECONDS sets how long (60 in CI; 1800 before a release).
"""

from __future__ import annotations

import itertools
import json
import os
import time
import uuid
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, RefResolver

from bot.gateway.bodies import MOST_CHARACTERS
from bot.settings import PROJECT
from tests.services.front_door import FrontDoor, Talk

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))
ROUND = 40  # examples between two looks at the clock
SPEC = yaml.safe_load((PROJECT / "bot" / "gateway" / "openapi.yml").read_text(encoding="utf-8"))
OPERATIONS = [(path, method) for path, methods in SPEC["paths"].items() for method in methods]
# Also possible anywhere, whatever is asked: nothing there, not that way, too many at once.
ANYWHERE = {"404", "405", "429", "503"}

TRICKS = (
    "", " ", "\x00", "/", "/restart", '/greet{"x":"y"}', "/greet@1.0", "{}", "[]", "null", "{phone}", "{0}", "%s%n", "'; DROP TABLE x;--",
    "<script>alert(1)</script>", "\ud800", "\u202egnp", "\u200b", "\ufeff", "🤷🏽‍♀️" * 50, "a" * 9_999, "a" * (MOST_CHARACTERS + 1), "é" * 5000,
    "!!python/object/apply:os.system ['x']", "${jndi:ldap://x}", "i want to k\u200bill myself", "1", "-1", "9" * 400, "\n" * 500,
)  # fmt: skip
anything = st.one_of(st.sampled_from(TRICKS), st.text(max_size=200), st.text(st.characters(), max_size=40))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), anything),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(anything, inner, max_size=4)),
    max_leaves=12,
)
ids = st.one_of(st.uuids().map(str), st.just(str(uuid.UUID(int=7))), anything, st.none())
bodies = st.one_of(
    st.fixed_dictionaries({"id": ids, "text": anything}),
    st.fixed_dictionaries({"id": ids, "payload": anything}),
    st.fixed_dictionaries({"sender": anything, "message": anything}),
    st.fixed_dictionaries({"id": ids, "text": values, "payload": values}),
    values,
)
raw = st.one_of(
    bodies.map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=300),
    st.sampled_from((b"[" * 5000, b'{"a":' * 3000, b"\xff\xfe{}", b'{"id":1e999}', b'{"text":NaN}')),
    st.dictionaries(st.sampled_from(("MessageSid", "From", "Body", "NumMedia", "x")), st.text(max_size=50), max_size=5).map(
        lambda fields: urlencode(fields, errors="replace").encode()
    ),
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Authorization": st.one_of(st.sampled_from(("Bearer", "Bearer x.y.z", "Basic eDp5", "Bearer GOOD", "bearer GOOD")), st.just("Bearer GOOD")),
        "Content-Type": st.sampled_from(("application/json", "application/x-www-form-urlencoded", "text/plain", "x", "multipart/form-data")),
        "X-Twilio-Signature": st.sampled_from(("", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
        "Accept-Language": st.sampled_from(("es", "*", "en;q=nonsense")),
    },
)  # fmt: skip
queries = st.dictionaries(
    st.sampled_from(("after", "language", "x")), st.text(st.characters(exclude_categories=("Cs",)), max_size=30), max_size=2
)


def _described(path: str, method: str, answer: httpx.Response) -> None:
    """The answer has a status and a body that the description names."""
    responses = SPEC["paths"][path][method]["responses"]
    status = str(answer.status_code)
    assert answer.status_code < 500 or status in responses or status in ANYWHERE, status
    if status == "204" or method == "head":
        return
    assert answer.content.strip(), "an empty answer"
    if answer.status_code >= 400 and status != "503":
        schema: Any = {"$ref": "#/components/schemas/Error"}
    else:
        assert status in responses or status in ANYWHERE, status
        described = responses.get(status, {})
        if "$ref" in described:
            described = SPEC["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
        schema = described.get("content", {}).get("application/json", {}).get("schema")
    if schema:
        problems = [
            error for error in Draft7Validator(schema, resolver=RefResolver("", SPEC)).iter_errors(answer.json())
            if not (error.instance is None and error.schema.get("nullable"))
        ]  # fmt: skip
        assert not problems, problems[0].message


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: str(part).strip("/").replace("/", "-"))
def test_nothing_breaks_it(door: FrontDoor, path: str, method: str) -> None:
    talk, sent = Talk(door), []
    end = time.monotonic() + SECONDS / len(OPERATIONS)

    def send(body: bytes, given_headers: dict[str, str], query: dict[str, str]) -> None:
        own = {name: value.replace("GOOD", talk.token) for name, value in given_headers.items()}
        content = body if method == "post" else None
        answer = door.http.request(method.upper(), path, content=content, headers=own, params=query)
        sent.append(answer.status_code)
        _described(path, method, answer)

    how = settings(
        max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
    )
    for number in itertools.count():  # seeds in order: what fails once fails again
        seed(number)(how(given(raw, headers, queries)(send)))()
        if time.monotonic() > end:
            break
    assert len(sent) > 10
    assert "Traceback" not in door.logs()
