"""Kills the processes at random while people ask for calls, then counts: `python -m tests.delivery.kill_drill --kills 200`.

Web and text by turns, the office closed; the front door dies three times of four, the assistant once. Ends with 1 when a
request is missing or double in the console or at the receiver of notices, or when somebody was given two codes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

from bot.errors import RecordsError
from bot.records.access import Records, open_records
from bot.settings import PROJECT, read
from tests.delivery.asking_people import CODE, NotThrough, Person, Signals, TextPerson, WebPerson
from tests.delivery.receivers import Hooked, hook
from tests.services.doors import facility_file, opens_later
from tests.services.front_door import FrontDoor
from tests.sms.stand_ins import ACCOUNT, OURS, PUBLIC_URL, TOKEN, TwilioApi

SECRET, WHO = "a shared secret of the drill", "kill drill"
# When a kill falls, and how often of a hundred.
MOMENTS = {"last turn": 25, "turn": 30, "between": 15, "delivery": 20, "starting": 10}
ASSISTANT = 0.25
NOTHING_HAPPENS = 8.0  # seconds after which it kills anyway
AT_ONCE = 6  # people; a text whose front door died waits a minute, and the others go on meanwhile
SETTLED = 300.0
# Whatever the shell has set of these: a drill writes nobody and touches no other service.
NOT_OURS = ("SMTP_URL", "SMTP_URL_FILE", "HANDOFF_EMAIL", "ALERT_WEBHOOK_URL", "REDIS_URL", "REDIS_URL_FILE", "PRODUCTION")
FIRST_NUMBER = 1000  # far from the number of the line itself


class Door(FrontDoor):
    """The service; with a lease, its front door borrows for so many seconds only."""

    def start(self, name: str) -> None:
        """As FrontDoor."""
        if name != "gateway" or "LEASE_SECONDS" not in self.environment:
            super().start(name)
            return
        with (self.folder / "gateway.log").open("ab") as log:
            command = [sys.executable, "-W", "ignore", "-m", "tests.delivery.short_lease"]
            self.running[name] = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)


class Drill:
    """People on one side, a killer on the other."""

    def __init__(self, door: Door, api: TwilioApi, receiver: Hooked, seed: int) -> None:
        self.door, self.api, self.receiver = door, api, receiver
        self.chance, self.signals = random.Random(seed), Signals()
        self.people: list[Person] = []
        self.broken: list[str] = []
        self.killed: Counter[str] = Counter()
        self._numbers, self._lock, self._enough = itertools.count(FIRST_NUMBER), threading.Lock(), threading.Event()
        self._restarted = time.monotonic()

    def run(self, kills: int) -> None:
        """Until so many kills fell and everybody who began has ended."""
        lanes = [threading.Thread(target=self._lane) for _ in range(AT_ONCE)]
        for lane in lanes:
            lane.start()
        started = time.monotonic()
        try:
            for number in range(1, kills + 1):
                self._kill()
                if number % 10 == 0:
                    asked, floors = len(self.people), sum(person.floors for person in self.people)
                    print(
                        f"{number} kills, {asked} have asked, {floors} floors, {time.monotonic() - started:.0f} s",
                        flush=True,
                    )
        finally:
            self._enough.set()
            for lane in lanes:
                lane.join()

    def _next(self) -> Person:
        with self._lock:
            number = next(self._numbers)
            text = number % 2
            person: Person = (
                TextPerson(number, self.signals, self.door.url, self.api)
                if text
                else WebPerson(number, self.signals, self.door.url)
            )
            self.people.append(person)
            return person

    def _lane(self) -> None:
        while not self._enough.is_set():
            person = self._next()
            try:
                person.talk()
            except NotThrough as error:
                self.broken.append(f"Lost: {error}.")
            except Exception as error:  # a lane that ends silently would look like a drill that went well
                self.broken.append(f"The drill itself broke: {type(error).__name__} at person {person.number}.")

    def _kill(self) -> None:
        moment = self.chance.choices(list(MOMENTS), list(MOMENTS.values()))[0]
        name = "assistant" if self.chance.random() < ASSISTANT else "gateway"
        self._wait_for(moment)
        self.door.kill(name)
        self.door.start(name)
        self.killed[name] += 1
        self.killed[moment] += 1

    def _wait_for(self, moment: str) -> None:
        """Wait until it is there, and some chance while longer, so that the kill falls anywhere within."""
        if moment == "starting":
            time.sleep(self.chance.uniform(0, 2.5))
            return
        self.door.wait()
        if moment == "delivery":
            self._notice()
            time.sleep(self.chance.uniform(0, 2 * self.receiver.waits))
        else:
            self.signals.wait(moment, NOTHING_HAPPENS)
            time.sleep(self.chance.uniform(0, 1.3 * self.signals.turn_seconds))

    def _notice(self) -> None:
        """Wait for the next notice on its way."""
        before, until = len(self.receiver.got), time.monotonic() + NOTHING_HAPPENS
        while len(self.receiver.got) == before and time.monotonic() < until:
            time.sleep(0.005)

    def settle(self, records: Records) -> None:
        """Wait until everything that is owed was sent."""
        self.door.wait()
        until = time.monotonic() + SETTLED
        while _owed(records) and time.monotonic() < until:
            time.sleep(0.5)

    def faults(self, records: Records) -> list[str]:
        """What was lost or doubled, in sentences; [] when nothing was."""
        found = list(self.broken)
        if owed := _owed(records):
            found.append(f"Lost: {owed} notices or texts were never sent.")
        if failed := records.outbox_counts().get("failed"):
            found.append(f"Lost: {failed} notices or texts were given up.")
        rows = records.callbacks(limit=len(self.people) + 100)
        if len(rows) != len(self.people):
            found.append(f"{len(self.people)} people asked and the console shows {len(rows)} requests.")
        for person in self.people:
            found += [f"Person {person.number} ({person.channel}): {fault}" for fault in self._faults_of(person, records)]
        known = {code for person in self.people for code in person.codes}
        unknown = {row["reference"] for row in rows} - known
        return [*found, *(f"Nobody was given the code of {len(unknown)} requests." for _ in unknown and [1])]

    def _faults_of(self, person: Person, records: Records) -> list[str]:
        codes = set(CODE.findall(person.all_heard())) | person.codes
        if len(codes) != 1:
            return [f"was given {len(codes)} codes."]
        [code] = codes
        row, keys = records.callback_by_reference(code, WHO), self.notices().get(code, set())
        found = []
        if row is None or row["status"] != "open" or [one["number"] for one in row["requests"]] != [person.telephone]:
            found.append("the console does not show this one number, once.")
        if len(keys) != 1:
            found.append(f"the receiver was told under {len(keys)} different keys.")
        return found

    def notices(self) -> dict[str, set[str]]:
        """The keys under which the receiver was told of each code."""
        told: dict[str, set[str]] = defaultdict(set)
        for headers, body in self.receiver.got:
            told[json.loads(body)["reference"]].add(headers["idempotency-key"])
        return dict(told)

    def line(self, kills: int, records: Records, seconds: float) -> str:
        """The last line."""
        keys = self.receiver.keys
        counts = {
            "kills": kills, "requests": len(self.people), "rows": len(records.callbacks(limit=len(self.people) + 100)),
            "distinct notices": len(set(keys)), "repeated deliveries": len(keys) - len(set(keys)),
            "floors seen": sum(person.floors for person in self.people), "seconds": round(seconds),
        }  # fmt: skip
        return ", ".join(f"{name} {count}" for name, count in counts.items())

    def aside(self) -> str:
        """What else was counted."""
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.killed.items()))
        texts = [person for person in self.people if person.channel == "sms"]
        repeats, silences = sum(one.repeats for one in texts), sum(one.silences for one in texts)
        return f"killed: {kinds}; by text {len(texts)} people, {repeats} texts came twice, {silences} times silence"


def _owed(records: Records) -> int:
    try:
        counts = records.outbox_counts()
    except RecordsError:
        return 1  # looked at again
    return counts.get("waiting", 0) + counts.get("queued", 0)


def _door(folder: Path, api: TwilioApi, receiver: Hooked, database: str, lease: float) -> Door:
    given = {
        "PUBLIC_URL": PUBLIC_URL, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": OURS,
        "TWILIO_API_BASE": api.url, "HANDOFF_WEBHOOK_URL": receiver.url, "HANDOFF_WEBHOOK_SECRET": SECRET,
        "FACILITY_FILE": str(facility_file(folder, opens_later()[0])),  # after hours
        "TURN_SECONDS": "10", "ACTION_SECONDS": "8", "DATABASE_SECONDS": "5", "DATABASE_URL": database or f"sqlite:///{folder / 'records.db'}",
    }  # fmt: skip
    return Door(folder, **dict.fromkeys(NOT_OURS, ""), **given, **({"LEASE_SECONDS": str(lease)} if lease else {}))


def drill(kills: int, seed: int, database: str = "", lease: float = 0.0) -> list[str]:
    """Run it and print what was counted; what was lost or doubled."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kill-drill-") as name, hook() as receiver:
        api = TwilioApi()
        api.delay, receiver.waits = 0.05, 0.15  # so that kills fall into sending, too
        door = _door(Path(name), api, receiver, database, lease)
        records = open_records(read(door.environment))
        try:
            if records.callbacks():
                return ["The database holds call-backs already: name an empty one."]
            door.open()
            one = Drill(door, api, receiver, seed)
            one.run(kills)
            one.settle(records)
            found = one.faults(records)
            print(one.aside(), one.line(kills, records, time.monotonic() - started), sep="\n", flush=True)
            return found
        finally:
            door.close()
            records.disconnect()
            api.end()


def main(words: list[str] | None = None) -> int:
    """0 when nothing was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--database", default="", help="URL of an empty database; SQLite in a temporary folder when not given"
    )
    parser.add_argument("--lease", type=float, default=0.0, help="seconds; shortens what is a minute, for a quick run")
    given = parser.parse_args(words)
    found = drill(given.kills, given.seed, given.database, given.lease)
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # a sender that dies in the middle is what we want
    sys.exit(main())
