"""Every error of our own.

* FrontDoorError
  x FacilityError         facility.yml cannot be used
  x WordingError          a sentence is missing, doubled or cannot be filled in
  + RecordsError
    x RecordsUnavailable  the database cannot be reached in time; try again later
    x WrongKey            what is stored was written with another key
    x Conflict            somebody else changed the conversation meanwhile
    x BodyMismatch        the same message id came with another body
"""

from __future__ import annotations


class FrontDoorError(Exception):
    """Base of all; messages never hold what a person typed."""


class FacilityError(FrontDoorError):
    """facility.yml cannot be used; the message says where and what to do."""


class WordingError(FrontDoorError):
    """A sentence is missing, doubled or cannot be filled in."""


class RecordsError(FrontDoorError):
    """The records cannot do what was asked."""


class RecordsUnavailable(RecordsError):
    """The database cannot be reached in time."""


class WrongKey(RecordsError):
    """What is stored was written with another key; nothing was overwritten."""


class Conflict(RecordsError):
    """The conversation was changed by another turn meanwhile."""


class BodyMismatch(RecordsError):
    """The same message id came with another body."""
