"""What must be known of a telephone number that texts: opt-out, first contact. No number in clear."""

from __future__ import annotations

from bot.records.database import TakenMeanwhile
from bot.records.door import Door
from bot.records.models import SmsContact, SmsOptOut

OUT, IN = "out", "in"


class SmsRows(Door):
    """The part of the door for text messages; numbers come in E.164 form."""

    def sms_conversation(self, number: str) -> str:
        """The conversation id of a number: a keyed hash, the same through key changes."""
        return "sms-" + self.number_hash(number)

    def first_contact(self, number: str) -> bool:
        """True once a number: then it is to be told who writes, that texts are not private, and how to stop."""
        return self._first(SmsContact(number_hash=self.number_hash(number), at=self.now()))

    def set_opt_out(self, number: str, out: bool, words_version: str) -> bool:
        """Opt a number out or in again; whether that changed anything."""
        name, state = self.number_hash(number), OUT if out else IN
        with self.database.write() as session:
            row = session.get(SmsOptOut, name, with_for_update=True)
            if row is not None and row.state == state:
                return False
            if row is None:
                session.add(SmsOptOut(number_hash=name, state=state, words_version=words_version, at=self.now()))
                return out
            row.state, row.words_version, row.at = state, words_version, self.now()
            return True

    def opted_out(self, number: str) -> bool:
        """Whether nothing may be sent to a number but the answer to a new message of its own."""
        with self.database.read() as session:
            row = session.get(SmsOptOut, self.number_hash(number))
            return row is not None and row.state == OUT

    def _first(self, row: SmsContact) -> bool:
        try:
            with self.database.write() as session:
                session.add(row)
        except TakenMeanwhile:
            return False
        return True
