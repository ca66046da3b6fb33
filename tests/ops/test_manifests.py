"""What ops/ hands to others is whole: manifests, compose file, proxy, alerts, dashboard; checked without any of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.gateway import metrics
from bot.settings import PROJECT, read

OPS = PROJECT / "ops"
NEEDED = {
    "Deployment": (
        "spec.replicas",
        "spec.selector.matchLabels",
        "spec.template.metadata.labels",
        "spec.template.spec.containers",
    ),
    "Service": ("spec.selector", "spec.ports"),
    "ConfigMap": ("data",),
    "PodDisruptionBudget": ("spec.minAvailable", "spec.selector.matchLabels"),
    "NetworkPolicy": ("spec.podSelector", "spec.policyTypes"),
    "Namespace": ("metadata.name",),
}
VERSIONS = {
    "Deployment": "apps/v1", "Service": "v1", "ConfigMap": "v1", "PodDisruptionBudget": "policy/v1",
    "NetworkPolicy": "networking.k8s.io/v1", "Namespace": "v1",
}  # fmt: skip
SECRET = re.compile(r"(password|token|secret|auth|keys?)\b.*[:=]\s*['\"]?[A-Za-z0-9+/_-]{16,}", re.IGNORECASE)


def documents() -> list[dict[str, Any]]:
    """Every object of every manifest."""
    return [one for path in sorted((OPS / "kubernetes").glob("*.yml")) for one in yaml.safe_load_all(path.read_text())]


def at(tree: Any, path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    for key in path.split("."):
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def containers() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each container with the pod that holds it."""
    for one in documents():
        if one["kind"] == "Deployment":
            pod = one["spec"]["template"]["spec"]
            yield from ((pod, container) for container in pod["containers"])


@pytest.mark.parametrize("one", documents(), ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_each_object_has_what_its_kind_needs(one: dict[str, Any]) -> None:
    assert one["apiVersion"] == VERSIONS[one["kind"]]
    for path in NEEDED[one["kind"]]:
        assert at(one, path) is not None, path
    if one["kind"] == "Deployment":
        assert at(one, "spec.selector.matchLabels").items() <= at(one, "spec.template.metadata.labels").items()


@pytest.mark.parametrize(("pod", "container"), list(containers()), ids=lambda one: one.get("name", "pod"))
def test_each_container_is_bounded_watched_and_without_rights(pod: dict[str, Any], container: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] >= 99
    assert pod["automountServiceAccountToken"] is False
    own = container["securityContext"]
    assert own["allowPrivilegeEscalation"] is False and own["readOnlyRootFilesystem"] is True
    assert own["capabilities"] == {"drop": ["ALL"]}
    for bound in ("requests", "limits"):
        assert set(container["resources"][bound]) == {"cpu", "memory"}
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} <= volumes


def test_a_pod_without_database_still_gets_traffic() -> None:
    gateway = next(container for _, container in containers() if container["name"] == "gateway")
    assert gateway["readinessProbe"]["httpGet"]["path"] == "/healthz"


def test_no_file_holds_a_secret() -> None:
    for path in OPS.rglob("*"):
        if path.is_file() and path.suffix in (".yml", ".cfg", ".sh", ".json", ""):
            for line in path.read_text(encoding="utf-8").splitlines():
                assert "/run/secrets" in line or "${" in line or not SECRET.search(line), (path.name, line)
    assert not any(one["kind"] == "Secret" for one in documents())


def test_every_setting_named_there_exists() -> None:
    known = (PROJECT / "bot" / "settings.py").read_text(encoding="utf-8")
    ours = next(one for one in documents() if one["kind"] == "ConfigMap")["data"]
    compose = yaml.safe_load((OPS / "compose.yml").read_text())["services"]["door"]["environment"]
    for name in {*ours, *compose} - {"FORWARDED_ALLOW_IPS"}:
        assert f'"{name.removesuffix("_FILE")}"' in known, name
    assert read({key: value for key, value in ours.items() if not key.endswith("_FILE")}).production


def test_compose_runs_nothing_as_root_that_need_not_be() -> None:
    services = yaml.safe_load((OPS / "compose.yml").read_text())["services"]
    for name in ("door", "proxy", "redis"):
        assert services[name]["user"].split(":")[0] != "0"
        assert services[name]["cap_drop"] == ["ALL"]
    assert services["door"]["read_only"] is True
    assert list(services["proxy"]["ports"]) == ["443:8443"]
    assert not any("ports" in services[name] for name in ("door", "database", "redis"))


def test_the_image_ends_as_somebody_without_rights() -> None:
    last = (OPS / "Dockerfile").read_text().rsplit("FROM ", 1)[1]
    assert re.search(r"^USER 10001", last, re.MULTILINE)
    assert "--require-hashes" in (OPS / "Dockerfile").read_text()


def test_haproxy_accepts_its_configuration_with_tls(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "1"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    (tmp_path / "tls.pem").write_text(certificate.read_text() + key.read_text())
    text = (OPS / "haproxy.cfg").read_text().replace("# SERVERS", "server door1 127.0.0.1:9")
    (tmp_path / "haproxy.cfg").write_text(text)
    given = {
        "DOOR_BIND": f"127.0.0.1:9 ssl crt {tmp_path}/tls.pem alpn h2,http/1.1", "MONITORING_BIND": "127.0.0.1:10",
        "PHONE": "1-800", "STATS_SOCKET": str(tmp_path / "s"),
    }  # fmt: skip
    checked = subprocess.run(
        ["haproxy", "-c", "-f", str(tmp_path / "haproxy.cfg")], env={**os.environ, **given}, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    assert "WARNING" not in checked.stderr, checked.stderr


def _names_in(expression: str) -> set[str]:
    return set(re.findall(r"\bdoor_[a-z_]+", expression))


def _exposed() -> set[str]:
    names = set()
    for family in metrics.REGISTRY.collect():
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        names |= {family.name + ending for ending in endings}
    return names


def test_alerts_and_dashboard_ask_for_what_is_counted_and_lead_somewhere() -> None:
    rules = yaml.safe_load((OPS / "alerts.yml").read_text())["groups"][0]["rules"]
    runbook = (OPS / "RUNBOOK.md").read_text()
    anchors = {line.lstrip("# ").lower().replace(" ", "-") for line in runbook.splitlines() if line.startswith("#")}
    for rule in rules:
        assert _names_in(rule["expr"]) <= _exposed(), rule["alert"]
        assert rule["annotations"]["runbook"].split("#")[1] in anchors, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
    board = json.loads((OPS / "dashboard.json").read_text())
    for panel in board["panels"]:
        for target in panel["targets"]:
            assert _names_in(target["expr"]) <= _exposed(), panel["title"]
