"""Runs the custom actions inside the Rasa process, so that a failing action fails safe."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

log = logging.getLogger(__name__)

FAILED = {"response": "utter_technical_problem", "kind": "error"}
WAIT_FOR_PERSON = {"event": "followup", "timestamp": None, "name": "action_listen"}


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
            result = await asyncio.wait_for(self.executor.run(call), self.seconds)
            return json.loads(json.dumps(result))
        except ActionExecutionRejection as rejection:
            raise ClientResponseError(400, "Bad Request", json.dumps({"error": "", "action_name": rejection.action_name}))
        except Exception as error:  # whatever it is, the person gets an answer; its text may hold their words
            log.error("action %s failed: %s", name, type(error).__name__)
            return {"events": [dict(WAIT_FOR_PERSON)], "responses": [dict(FAILED)]}
