"""What is counted for /metrics: turns, times, topics, fallbacks, crises by kind, floors, problems; never content."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, time and open files of this process
TURNS = Counter("door_turns_total", "Turns answered.", ["channel", "kind"], registry=REGISTRY)
TOPICS = Counter("door_topics_total", "Answers by topic.", ["topic"], registry=REGISTRY)
CRISES = Counter("door_crises_total", "Crisis replies.", ["kind", "channel"], registry=REGISTRY)
FLOORS = Counter(
    "door_floors_total", "Fixed replies given because something behind the door failed.", ["cause"], registry=REGISTRY
)
PROBLEMS = Counter("door_problems_total", "Requests refused.", ["code"], registry=REGISTRY)
SECONDS = Histogram(
    "door_turn_seconds", "Time to answer a turn.", ["channel"], registry=REGISTRY,
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0),
)  # fmt: skip
OUTBOX_AGE = Gauge("door_outbox_oldest_seconds", "Age of the oldest unsent item.", ["what"], registry=REGISTRY)
OUTBOX_FAILED = Gauge("door_outbox_given_up", "Items that were given up and stand in the console.", registry=REGISTRY)
FAULTS = Counter("door_faults_total", "Faults seen behind the door.", ["what"], registry=REGISTRY)
FALLBACKS = Counter("door_fallbacks_total", "Turns that were not understood.", ["channel", "kind"], registry=REGISTRY)
UP = Gauge("door_part_up", "Whether a part behind the door answers (1) or not (0).", ["part"], registry=REGISTRY)
ASSISTANT_MEMORY = Gauge("door_assistant_memory_bytes", "Memory that the assistant process holds.", registry=REGISTRY)
ASSISTANT_TURNS = Gauge("door_assistant_turns", "Turns under way in the assistant.", registry=REGISTRY)
PURGED = Gauge("door_retention_last_run_seconds", "When retention last ran, in seconds since 1970.", registry=REGISTRY)
NOT_UNDERSTOOD = ("fallback", "clarify")


def count_reply(channel: str, messages: list[dict[str, object]], seconds: float) -> None:
    """Count one answered turn."""
    SECONDS.labels(channel).observe(seconds)
    for message in messages[:1]:
        kind = str(message.get("kind"))
        TURNS.labels(channel, kind).inc()
        if kind in NOT_UNDERSTOOD:
            FALLBACKS.labels(channel, kind).inc()
        if message.get("topic"):
            TOPICS.labels(str(message["topic"])).inc()


def exposition() -> tuple[bytes, str]:
    """The page that Prometheus reads, and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
