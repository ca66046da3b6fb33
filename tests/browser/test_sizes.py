"""What the widget weighs on the line."""

import gzip

import httpx

from tests.browser.service import Service

LOADER, EVERYTHING = 3 * 1024, 25 * 1024


def _weight(url: str) -> tuple[int, str]:
    with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}, trust_env=False) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
    return len(raw), gzip.decompress(raw).decode()


def test_loader_and_whole_stay_within_the_budget(service: Service) -> None:
    loader, _ = _weight(service.url + "/widget.js")
    whole, markup = _weight(service.url + "/widget/frame.html")
    base = markup.partition('src="')[2].partition("/chat.js")[0]
    for name in ("chat.js", "talk.js", "view.js", "paper.js", "kept.js", "chat.css"):
        size, _ = _weight(f"{service.url}{base}/{name}")
        whole += size
    assert loader <= LOADER
    assert loader + whole <= EVERYTHING


def test_files_that_never_change_are_kept_and_others_asked_for_again(service: Service) -> None:
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        frame = client.get("/widget/frame.html")
        base = frame.text.partition('src="')[2].partition("/chat.js")[0]
        assert "immutable" in client.get(base + "/chat.js").headers["cache-control"]
        assert client.get("/widget/0/chat.js").headers["cache-control"] == "no-cache"
        again = client.get("/widget/frame.html", headers={"If-None-Match": frame.headers["etag"]})
        assert again.status_code == 304
        assert client.get("/widget/0/strings.yml").status_code == 404


def test_the_lines_stand_in_the_frame_itself(service: Service) -> None:
    """When the front door goes away after loading, nothing more is needed to show them."""
    frame = httpx.get(service.url + "/widget/frame.html", trust_env=False).text
    offline = frame.partition('<section id="offline"')[2].partition("</section>")[0]
    assert 'href="tel:911"' in offline and 'href="tel:988"' in offline and 'href="tel:+1' in offline
