"""Whatever bytes come as Twilio's form: read, or refused as no text; nothing else."""

from __future__ import annotations

from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gateway.sms.incoming import Incoming, NotAText, from_base64, incoming_of, is_signed
from bot.gateway.sms.incoming import fields_of as fields

NAMES = ("MessageSid", "SmsSid", "From", "Body", "NumMedia", "OptOutType", "odd")
forms = st.dictionaries(st.sampled_from(NAMES), st.text(max_size=80), max_size=7).map(
    lambda form: urlencode(form, errors="replace").encode()
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.one_of(forms, st.binary(max_size=400)))
def test_a_form_is_read_or_refused(body: bytes) -> None:
    try:
        text = incoming_of(fields(body))
    except NotAText:
        return
    assert Incoming.of(text.kept()) == text
    assert "\x00" not in text.body


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=200))
def test_base64_never_breaks_a_text(text: str) -> None:
    assert isinstance(from_base64(text), str)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(forms, st.text(max_size=60))
def test_no_made_up_signature_fits(body: bytes, signature: str) -> None:
    assert not is_signed("token", "https://chat.example.org/sms/twilio", fields(body), signature)
