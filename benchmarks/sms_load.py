"""Load on the text line: many texts a second for a while; how fast it acknowledges, and is any lost, doubled, out of order.

`python -m benchmarks.sms_load [--rate 50] [--seconds 60] [--people 100] [--real]`. The front door runs in a process of its
own, Twilio's API and the sender in this one. Without --real a stand-in answers for the assistant, so that the line itself
is measured; with it the trained model answers.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import re
import resource
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from bot.settings import PROJECT
from tests.sms.stand_ins import ACCOUNT, OURS, PUBLIC_URL, TOKEN, FakeAssistant, RealAssistant, TwilioApi, webhook_fields

OUT = Path(__file__).with_name("sms_load.json")
DRAIN_SECONDS = 300.0
COUNTED = re.compile(r"text (\d+)\.")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def front_door(folder: Path, api: str, port: int) -> subprocess.Popen[bytes]:
    """The front door in its own process."""
    environment = {
        **os.environ, "VAR_DIR": str(folder), "PORT": str(port), "PUBLIC_URL": PUBLIC_URL, "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": OURS, "TWILIO_API_BASE": api, "RATE_LIMIT": "off",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "bot.gateway"], cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)


def telephone(people: int, number: int) -> str:
    """Who sends the text of this number."""
    return f"+1806555{number % people:04d}"


async def until_healthy(url: str) -> None:
    """Wait until the front door answers."""
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(300):
            try:
                if (await client.get(f"{url}/healthz")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    raise SystemExit("the front door does not start")


async def send_all(url: str, rate: int, seconds: int, people: int) -> dict[int, tuple[float, float]]:
    """Send at an even rate, whatever the answers take; when each acknowledged text was sent and acknowledged."""
    acknowledged: dict[int, tuple[float, float]] = {}
    validator = RequestValidator(TOKEN)
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)

    async def one(client: httpx.AsyncClient, number: int) -> None:
        fields = webhook_fields(telephone(people, number), f"text {number}.", "SM" + secrets.token_hex(16))
        signature = validator.compute_signature(f"{PUBLIC_URL}/sms/twilio", fields)
        headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        try:
            answer = await client.post(f"{url}/sms/twilio", content=urlencode(fields), headers=headers)
        except httpx.HTTPError:
            return
        if answer.status_code == 200:
            acknowledged[number] = began, time.perf_counter()

    async with httpx.AsyncClient(trust_env=False, timeout=15, limits=limits) as client:
        tasks, began = [], time.perf_counter()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(client, number)))
        await asyncio.gather(*tasks)
    return acknowledged


def judged(api: TwilioApi, acknowledged: dict[int, tuple[float, float]], people: int, real: bool) -> dict[str, int]:
    """Lost, doubled, and out of order by person: only what was acknowledged before the next was sent has an order."""
    if real:  # its answers do not name the question; first contact texts come on top
        keys = [text["key"] for text in api.texts]
        asked, told = Counter(map(partial(telephone, people), acknowledged)), Counter(text["To"] for text in api.texts)
        return {"answers": len(keys), "lost": sum((asked - told).values()), "doubled": len(keys) - len(set(keys))}
    seen: dict[str, list[int]] = {}
    for text in api.texts:
        for found in COUNTED.findall(text["Body"]):
            seen.setdefault(text["To"], []).append(int(found))
    every = [number for numbers in seen.values() for number in numbers]
    pairs = (pair for numbers in seen.values() for pair in itertools.combinations(numbers, 2))
    known = (pair for pair in pairs if acknowledged.keys() >= set(pair))
    disordered = sum(acknowledged[late][1] < acknowledged[early][0] for early, late in known)
    return {
        "lost": len(set(acknowledged) - set(every)), "doubled": len(every) - len(set(every)), "out_of_order": disordered,
    }  # fmt: skip


def answered(api: TwilioApi, real: bool) -> set[str | int]:
    """The texts that were answered; by their keys where answers do not name them ("text 988" is no such name)."""
    if real:
        return {text["key"] for text in api.texts}
    return {int(found) for text in api.texts for found in COUNTED.findall(text["Body"])}


def percentile(values: list[float], share: float) -> float:
    """Milliseconds that this share of the values stays under."""
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))] * 1000, 1)


async def run(given: argparse.Namespace, folder: Path, api: TwilioApi) -> dict[str, Any]:
    """One run."""
    port = free_port()
    door = front_door(folder, api.url, port)
    try:
        await until_healthy(f"http://127.0.0.1:{port}")
        acknowledged = await send_all(f"http://127.0.0.1:{port}", given.rate, given.seconds, given.people)
        took = [until - since for since, until in acknowledged.values()]
        total, ended = given.rate * given.seconds, time.monotonic()
        await asyncio.to_thread(api.wait, lambda: len(answered(api, given.real)) >= len(acknowledged), DRAIN_SECONDS)
        await asyncio.to_thread(api.wait, lambda: given.real or answered(api, False) >= set(acknowledged), DRAIN_SECONDS)
        await asyncio.sleep(2)  # what would come twice comes now
        door.terminate()
        door.wait(20)
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "rate": given.rate, "seconds": given.seconds, "people": given.people, "texts": total, "refused": total - len(acknowledged),
            "ack_ms": {"p50": percentile(took, 0.5), "p95": percentile(took, 0.95), "p99": percentile(took, 0.99),
                       "max": percentile(took, 1.0)},
            "drained_after_seconds": round(max(0.0, (api.texts[-1]["at"] if api.texts else ended) - ended), 1),
            "front_door_cpu_ms_a_text": round((spent.ru_utime + spent.ru_stime) * 1000 / total, 1),
            **judged(api, acknowledged, given.people, given.real),
        }  # fmt: skip
    finally:
        if door.poll() is None:
            door.terminate()
            door.wait(20)


def main() -> int:
    """Run, print, write beside this file; 1 when a text was lost, doubled or out of order, or p99 is over 500 ms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--real", action="store_true", help="with the trained model")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, api = Path(name), TwilioApi()
        assistant = (RealAssistant if given.real else FakeAssistant)(folder / "assistant.sock")
        try:
            result = asyncio.run(run(given, folder, api))
        finally:
            assistant.end()
            api.end()
    kept = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    load = round(os.getloadavg()[0], 1)  # other work on the machine, whose share of the times this is
    kept["model" if given.real else "line"] = {"cores": os.cpu_count(), "load_average": load, **result}
    OUT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    good = result["ack_ms"]["p99"] <= 500 and not any(
        result.get(bad) for bad in ("lost", "doubled", "out_of_order", "refused")
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
