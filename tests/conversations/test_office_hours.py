"""The way to a person while the office is closed and the next opening is known (on PostgreSQL)."""

from __future__ import annotations

from tests.services.doors import opens_later
from tests.services.front_door import FrontDoor


def _said(messages: list[dict[str, object]]) -> str:
    return "\n".join(str(message["text"]) for message in messages)


def test_a_closed_office_is_named_with_its_next_opening(closed_door: FrontDoor) -> None:
    """The phone, the day, and a call back."""
    talk = closed_door.talk()
    said = _said(talk.say("i want to talk to a person"))
    assert "800-218-6727" in said
    assert f"closed right now and opens {opens_later()[1]} at 8 AM" in said
    assert [button["title"] for button in talk.last[-1]["buttons"]] == ["Ask for a call"]


def test_a_call_is_promised_no_earlier_than_the_office_opens(closed_door: FrontDoor) -> None:
    """What facility.yml gives, and no time for the call itself."""
    talk = closed_door.talk()
    talk.say("can someone call me back")
    for words in ("yes", "Dana", "806-555-0142", "yes", "any time"):
        talk.say(words)
    said = _said(talk.say("no"))
    assert "Your code is" in said
    assert f"opens next {opens_later()[1]} at 8 AM" in said
    assert "can't say when they will call" in said


def test_the_check_ends_with_the_same_truth(closed_door: FrontDoor) -> None:
    """A person is one press away after an outcome, too."""
    talk = closed_door.talk()
    for title in ("Quick check", "Yes, let's go", "No", "Skip"):
        talk.press(title)
    assert "800-218-6727" in _said(talk.last)
    assert "opens" in _said(talk.say("can i talk to a person"))
