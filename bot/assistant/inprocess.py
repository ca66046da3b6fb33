"""Runs the custom actions inside the Rasa process, so that a failing action fails safe."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

log = logging.getLogger(__name__)

FAILED = {"response": "utter_technical_problem", "kind": "error"}
WAIT_FOR_PERSON = {"event": "followup", "timestamp": None, "name": "action_listen"}


def _well_formed(result: Any) -> bool:
    """What Rasa goes on with: named events, and messages."""
    events, responses = result.get("events"), result.get("responses")
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(isinstance(event, dict) and isinstance(event.get("event"), str) for event in events)
        and all(isinstance(response, dict) for response in responses)
    )


# Rasa checks each result against a JSON schema, and that schema against its own, each time: two thirds of a turn.
# Nothing comes from another machine here; `_well_formed` has looked at it already.
setattr(RemoteAction, "_validate_action_result", lambda self, result: True)  # noqa: B010


class InProcessActions(EndpointConfig):
    """Stands where Rasa expects an action server; a crash, a hang or rubbish becomes an honest sentence.

    No slot changes then, so an open flow stays where it was and no question counts as answered.
    """

    def __init__(self, package: str, seconds: float) -> None:
        super().__init__(url="inprocess://actions", enable_selective_domain=True)
        self.executor = ActionExecutor()
        self.executor.register_package(package)
        self.seconds = seconds

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Run the action named in `json`; answers with {"events", "responses"} whatever happens."""
        call = json.loads(json.dumps(kwargs["json"]))  # an action must not reach Rasa's live objects
        name = call.get("next_action")
        try:
            result = json.loads(json.dumps(await asyncio.wait_for(self.executor.run(call), self.seconds)))
            if not _well_formed(result):
                raise ValueError("rubbish")
            return result
        except ActionExecutionRejection as rejection:
            raise ClientResponseError(400, "Bad Request", json.dumps({"error": "", "action_name": rejection.action_name}))
        except Exception as error:  # whatever it is, the person gets an answer; its text may hold their words
            log.error("action %s failed: %s", name, type(error).__name__)
            return {"events": [dict(WAIT_FOR_PERSON)], "responses": [dict(FAILED)]}
