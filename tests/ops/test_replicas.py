"""Two pairs behind the proxy, one killed under load: no message lost, none answered twice, conversations go on."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from ops.topology import Topology, wait_for
from tests.services.postgres import PostgresServer

TALKS, TURNS = 8, 6
QUESTIONS = ("what is iop", "how much does it cost", "can i keep my job", "where are you", "is it confidential", "thank you")
CLIENT_SECONDS, RETRY_SECONDS, PATIENCE = 5.0, 0.2, 30.0


class Client:
    """A web client of the contract: one id a message, the same id again until there is an answer."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=CLIENT_SECONDS, trust_env=False)
        opened = self.http.post("/api/conversations")
        assert opened.status_code == 201, opened.text
        self.headers = {"Authorization": f"Bearer {opened.json()['token']}"}

    def say(self, text: str) -> list[dict[str, object]]:
        """The reply; asks again with the same id until there is one that was written down."""
        body, end = {"id": str(uuid.uuid4()), "text": text}, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = self.http.post("/api/messages", headers=self.headers, json=body)
            except httpx.TransportError:
                continue
            assert answer.content, "an empty answer"
            messages = answer.json().get("messages") or []
            if messages and all(message["seq"] for message in messages):
                return messages
            time.sleep(RETRY_SECONDS)  # the floor: said, but not written; a client asks again
        raise AssertionError(f"no answer in {PATIENCE} s")

    def said(self) -> list[dict[str, object]]:
        """The whole conversation as recorded."""
        answer = self.http.get("/api/messages", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]


@pytest.fixture(scope="module")
def topology(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    """Two pairs, Redis, PostgreSQL, HAProxy."""
    made = Topology(Path(tmp_path_factory.mktemp("topology")), postgres_server.new_database())
    try:
        yield made.start()
    finally:
        made.stop()


def test_conversations_spread_over_the_pairs_and_each_stays_with_one(topology: Topology) -> None:
    clients = [Client(topology.url) for _ in range(TALKS)]
    for client in clients:
        client.say("hello")
        client.say("what is iop")
    turns = [_turns(pair.url) for pair in topology.pairs]
    assert all(turns), f"one pair did all the work: {turns}"
    assert sum(turns) == 2 * TALKS


def test_one_pair_dies_and_nothing_is_lost_or_doubled(topology: Topology) -> None:
    clients = [Client(topology.url) for _ in range(TALKS)]
    half_way = threading.Barrier(TALKS + 1)

    def talk(client: Client) -> None:
        for number, question in enumerate(QUESTIONS[:TURNS]):
            if number == TURNS // 2:
                half_way.wait(PATIENCE)
            assert client.say(question)

    with ThreadPoolExecutor(TALKS) as threads:
        talking = [threads.submit(talk, client) for client in clients]
        half_way.wait(PATIENCE)
        topology.pairs[0].kill()
        for one in talking:
            one.result(2 * PATIENCE)
    for client in clients:
        said = client.said()
        person = [message["text"] for message in said if message["from"] == "person"]
        assert person == list(QUESTIONS[:TURNS])
        assert [message["seq"] for message in said] == list(range(1, len(said) + 1))


def test_danger_is_answered_while_one_pair_is_dead_and_it_joins_again(topology: Topology) -> None:
    if topology.pairs[0].running:
        topology.pairs[0].kill()
    client = Client(topology.url)
    assert client.say("i want to kill myself")[0]["kind"] == "crisis"
    topology.pairs[0].start()
    wait_for(f"{topology.pairs[0].url}/readyz")
    assert client.say("what is iop")


def test_the_proxy_shows_no_metrics_and_never_an_empty_page(topology: Topology) -> None:
    with httpx.Client(base_url=topology.url, trust_env=False) as http:
        assert http.get("/metrics").status_code == 404
        assert http.get("/readyz").status_code == 404
    # Last of the module: with nobody left, the proxy itself says where help is.
    for pair in topology.pairs:
        pair.kill()
    with httpx.Client(base_url=topology.url, trust_env=False) as http:
        answer = http.post("/api/conversations")
        assert answer.status_code == 503
        assert answer.json()["error"]["help"]["crisis"] == "988"


def _turns(url: str) -> int:
    with httpx.Client(trust_env=False) as http:
        lines = http.get(f"{url}/metrics").text.splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("door_turns_total")))
