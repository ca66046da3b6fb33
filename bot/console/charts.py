"""Draws the manager's pictures as SVG: plain shapes with text beside them, no script, no style of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

SMALL = 5  # a count below this could point at somebody: it is drawn as "a few"
WIDTH, BROAD = 460, 940  # a picture in half of the page, and across it


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its count, and whether the label is written (every bar has a title)."""

    label: str
    count: int
    written: bool = True


def shown(count: int, few: str) -> str:
    """A count as it may be shown: "0", the word for a few, or the number."""
    return few if 0 < count < SMALL else str(count)


def _drawn(count: int) -> float:
    # Half of the least that is told: a few are a few, whether one or four.
    return SMALL / 2 if 0 < count < SMALL else float(count)


def _tag(name: str, content: object = "", **attributes: object) -> Markup:
    given = Markup(" ").join(
        Markup('{}="{}"').format(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items()
    )
    return Markup("<{0} {1}>{2}</{0}>").format(Markup(name), given, escape(content))  # noqa: S704  (names of shapes are ours)


def _picture(height: float, parts: Sequence[Markup], title: str, width: float = WIDTH) -> Markup:
    content = _tag("title", title) + Markup("").join(parts)
    return _tag("svg", content, viewBox=f"0 0 {width:g} {height:g}", role="img", class_="chart", aria_label=title)


def _tip(shape: str, tip: str, **attributes: object) -> Markup:
    return _tag(shape, _tag("title", tip), **attributes)


def columns(bars: Sequence[Bar], title: str, few: str, series: str = "one") -> Markup:
    """Upright bars in a row, such as one a day."""
    height, foot, left = 190.0, 26.0, 34.0
    most = max([_drawn(bar.count) for bar in bars] + [SMALL * 2.0])
    step = (WIDTH - left) / max(1, len(bars))
    parts = [*_grid(most, height, foot, left)]
    for place, bar in enumerate(bars):
        x, tall = left + place * step, (height - foot - 12) * _drawn(bar.count) / most
        few_here = 0 < bar.count < SMALL
        parts.append(
            _tip(
                "rect",
                f"{bar.label}: {shown(bar.count, few)}",
                x=round(x + step * 0.12, 1),
                y=round(height - foot - tall, 1),
                width=round(step * 0.76, 1),
                height=round(tall, 1),
                rx=min(3, round(step / 6, 1)),
                class_=f"bar {series}{' few' if few_here else ''}",
            )
        )
        if bar.written:
            middle = x + step / 2
            at = (
                {"x": round(middle, 1), "text_anchor": "middle"}
                if middle < WIDTH - 24
                else {"x": WIDTH, "text_anchor": "end"}
            )
            parts.append(_tag("text", bar.label, y=height - 8, class_="axis", **at))
    return _picture(height, parts, title)


def _grid(most: float, height: float, foot: float, left: float) -> list[Markup]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = height - foot - (height - foot - 12) * share
        parts.append(_tag("line", x1=left, x2=WIDTH, y1=round(y, 1), y2=round(y, 1), class_="grid"))
        parts.append(_tag("text", f"{most * share:.0f}", x=left - 6, y=round(y + 4, 1), text_anchor="end", class_="axis"))
    return parts


def rows(bars: Sequence[Bar], title: str, few: str, series: str = "one") -> Markup:
    """Lying bars with their names before them, such as one a topic."""
    line, left, right = 28.0, 200.0, 52.0
    most = max([_drawn(bar.count) for bar in bars] + [SMALL * 2.0])
    parts = []
    for place, bar in enumerate(bars):
        y, long = place * line, (WIDTH - left - right) * _drawn(bar.count) / most
        few_here = 0 < bar.count < SMALL
        parts += [
            _tag("text", bar.label, x=left - 10, y=y + 19, text_anchor="end", class_="name"),
            _tip(
                "rect",
                f"{bar.label}: {shown(bar.count, few)}",
                x=left,
                y=y + 5,
                width=round(max(long, 1), 1),
                height=line - 10,
                rx=3,
                class_=f"bar {series}{' few' if few_here else ''}",
            ),
            _tag("text", shown(bar.count, few), x=round(left + long + 8, 1), y=y + 19, class_="count"),
        ]
    return _picture(max(line, line * len(bars)), parts, title)


def heat(cells: Sequence[Sequence[int]], across: Sequence[str], down: Sequence[str], title: str, few: str) -> Markup:
    """A grid of squares, darker for more, such as weekdays by hours; a few are hatched by their own class."""
    left, top = 52.0, 22.0
    wide, tall = (BROAD - left) / len(across), 26.0
    most = max([max(row, default=0) for row in cells] + [SMALL])
    parts = [
        _tag("text", name, x=round(left + (place + 0.5) * wide, 1), y=14, text_anchor="middle", class_="axis")
        for place, name in enumerate(across)
        if name
    ]
    for row, name in enumerate(down):
        parts.append(_tag("text", name, x=left - 8, y=top + row * tall + 17, text_anchor="end", class_="axis"))
        for place, count in enumerate(cells[row]):
            parts.append(
                _tip(
                    "rect",
                    f"{name} {place}:00: {shown(count, few)}",
                    x=round(left + place * wide + 1, 1),
                    y=top + row * tall + 1,
                    width=round(wide - 2, 1),
                    height=tall - 2,
                    rx=3,
                    class_=f"heat h{_shade(count, most)}",
                )
            )
    return _picture(top + tall * len(down), parts, title, BROAD)


def _shade(count: int, most: int) -> int:
    """0 for none, 1 for a few, 2 to 6 by share of the most."""
    if count == 0:
        return 0
    return 1 if count < SMALL else 2 + min(4, int(5 * count / (most + 1)))


def share(part: int, whole: int, title: str) -> Markup:
    """One bar in two colors: a part of a whole."""
    cut = WIDTH * part / whole if whole else 0
    parts = [
        _tag("rect", x=0, y=0, width=WIDTH, height=34, rx=5, class_="bar rest"),
        _tag("rect", x=0, y=0, width=round(cut, 1), height=34, rx=5, class_="bar one"),
    ]
    return _picture(34, parts, title)
