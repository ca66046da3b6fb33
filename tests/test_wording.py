"""The wording is whole (every name the actions use, with its placeholders) and tells only what we know."""

import json
import re

import pytest
import yaml

from actions.placement_criteria import ANSWERS, BACKGROUND, OUTCOMES, QUESTIONS
from bot.facility import load_facility
from bot.settings import PROJECT
from bot.wording import FOLDER, Entry, load_wording, placeholders
from tests.wording_names import payloads, uses

WORDING = load_wording()
ENTRIES = list(WORDING.entries())
INTENTS = frozenset(yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["intents"])
PAGE = ("what_is_iop live_at_home work_and_family schedule group_therapy individual_counseling drug_testing care_team "
        "benefits iop_vs_inpatient step_down who_is_iop_for curriculum topic_disease topic_cravings topic_stress "
        "topic_support topic_cooccurring topic_twelve_steps").split()  # fmt: skip
SILENT = ("cost insurance duration location office_hours admission_process age_limits telehealth medication detox "
          "family_involvement confidentiality relapse_policy court_ordered job_leave transportation substances_treated "
          "success_rate aftercare mental_health_treatment childcare what_to_bring").split()  # fmt: skip
DOING = ["start_screen", "talk_to_human", "phone_number", "request_callback", "for_loved_one", "delete_my_data"]
SPANISH_SUBJECTS = ("conversation", "buttons", "callback", "handoff", "clarify", "advice", "data", "floor", "spanish", "sms",
                    "placement_questions", "placement_plain", "placement_early", "placement_outcomes",
                    "placement_talk")  # fmt: skip


def _ids(entry: Entry) -> str:
    return entry.name


def _english(entry: Entry) -> list[tuple[str, str]]:
    return [(form, text) for form, texts in entry.forms.items() if not form.endswith("_es") for text in texts]


def _own(name: str) -> list[tuple[str, str]]:
    return _english(WORDING.entry(name))


# What the actions use.


@pytest.mark.parametrize("use", uses(), ids=lambda use: f"{use.where}-{use.name or use.pattern}")
def test_every_name_that_the_actions_use_exists_and_is_filled(use) -> None:
    if use.pattern:
        assert any(re.fullmatch(use.pattern, name) for name in WORDING.names())
        return
    entry = WORDING.entry(use.name)
    if use.call == "say" and entry.fill:
        # Where code chooses among names, one of the calls that could say this one must fill it.
        near = [one for one in uses() if one.name == use.name and one.where.split(":")[0] == use.where.split(":")[0]]
        assert any(one.open_fill or set(entry.fill) <= one.filled for one in near), "a placeholder would be shown raw"


def test_the_scan_sees_the_actions() -> None:
    """A scan that finds nothing would pass everything."""
    named = {use.name for use in uses()}
    assert {"callback_done", "clarify", "placement_intro", "restart_done", "handoff_closed", "button_more"} <= named


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_asked_explained_and_confirmed(question: str) -> None:
    for way in ("ask", "plain", "why"):
        assert f"placement_{way}_{question}" in WORDING.names()
    for answer in ANSWERS[:3]:
        what = WORDING.render(f"placement_early_{question}_{answer}", "web")
        assert what[0].islower() and not what.endswith("."), "it stands inside a sentence"
    assert WORDING.entry(f"placement_ask_{question}").buttons and WORDING.entry(f"placement_plain_{question}").buttons


def test_every_outcome_reason_and_background_has_words() -> None:
    names = [f"placement_{outcome.lower()}" for outcome in OUTCOMES]
    names += [f"placement_reason_{question}" for question in QUESTIONS if question != "background"]
    names += [f"placement_background_{number}" for number in BACKGROUND]
    assert set(names) <= WORDING.names()


@pytest.mark.parametrize("path", sorted((PROJECT / "data" / "rules").glob("*.yml")), ids=lambda path: path.stem)
def test_every_intent_that_is_answered_by_its_name_has_words(path) -> None:
    by_name = ("action_answer", "action_conversation", "action_person")
    steered = {"affirm", "deny", "go_back", "skip", "cancel", "repeat", "why_ask", "start_over", "answer", "crisis_resume",
               "placement_resume"}  # fmt: skip
    for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
        intent, action = rule["steps"][0]["intent"], rule["steps"][1]["action"]
        if action in by_name and intent not in steered:
            assert intent in WORDING.names()


def test_every_label_that_may_be_offered_has_a_title() -> None:
    for label in [*PAGE, *SILENT, *DOING, "ask_menu", "ask_bot"]:
        assert 1 <= len(WORDING.render(f"title_{label}", "web")) <= 24


def test_what_the_front_door_says_alone_exists() -> None:
    for name in ("floor", "technical_problem", "something_forgotten", "too_long", "too_fast", "expired", "sms_first_contact",
                 "sms_help", "sms_stop_confirmed", "sms_start_confirmed", "sms_picture", "sms_empty",
                 "sms_more"):  # fmt: skip
        assert name in WORDING.names()


@pytest.mark.parametrize("entry", ENTRIES, ids=_ids)
def test_buttons_lead_to_intents(entry: Entry) -> None:
    for one in entry.buttons:
        intent, _, rest = one["payload"].removeprefix("/").partition("{")
        assert one["payload"].startswith("/") and intent in INTENTS
        assert not rest or set(json.loads("{" + rest)) <= {"choice"}


def test_buttons_that_actions_make_lead_to_intents() -> None:
    found = payloads()
    assert found
    for _, payload in found:
        assert payload.removeprefix("/").partition("{")[0] in INTENTS


# Whose words, and from where.


@pytest.mark.parametrize("label", [*PAGE, *SILENT, "for_loved_one", "medical_advice", "harm_info"])
def test_every_answer_has_a_source(label: str) -> None:
    entry = WORDING.entry(label)
    assert (entry.kind, entry.topic) == ("answer", label)
    assert entry.source in ("page", "facts")


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.source in ("facts", "facility")], ids=_ids)
def test_a_general_fact_names_its_official_source(entry: Entry) -> None:
    assert entry.cite and not re.search(r"\b(?:copy|mirror|reprint|http|www)\b", entry.cite.lower())
    if entry.source == "facts":
        assert entry.fact and re.fullmatch(r"\d\.\d{1,2}", entry.fact)


@pytest.mark.parametrize("label", [*SILENT, "for_loved_one"])
def test_where_the_page_is_silent_the_answer_says_so_first_and_names_who_knows(label: str) -> None:
    for form, text in _own(label):
        said = text.find("Our page does not")
        assert said >= 0, form
        fact = text.find("In general")
        assert fact < 0 or fact > said
        assert label == "office_hours" or "{phone}" in text
    web = WORDING.render(label, "web")
    assert WORDING.entry(label).source == "page" or "In general" in web


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.source == "facts" and one.subject != "advice"], ids=_ids)
def test_a_general_fact_is_told_as_general(entry: Entry) -> None:
    for form, text in _english(entry):
        assert "In general" in text or ("sms" in form and entry.name in ("for_loved_one",))


@pytest.mark.parametrize("label", [label for label in PAGE if label not in ("schedule", "drug_testing")])
def test_an_answer_from_the_page_holds_no_general_fact(label: str) -> None:
    assert all("In general" not in text for _, text in _own(label))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_no_fact_of_the_centre_is_written_into_a_sentence(path) -> None:
    facility, text = load_facility(), path.read_text(encoding="utf-8")
    digits = re.sub(r"\D", "", facility.phone)[-10:]
    assert facility.centre not in text and facility.city not in text
    assert digits not in re.sub(r"[\s().-]", "", text)


@pytest.mark.parametrize("entry", ENTRIES, ids=_ids)
def test_only_national_lines_are_written_out(entry: Entry) -> None:
    for texts in entry.forms.values():
        for text in texts:
            for number in re.findall(r"\+?\d[\d .()-]{6,}\d", text):
                assert re.sub(r"\D", "", number) in ("18002221222", "18007997233", "18006624357")


@pytest.mark.parametrize("name", ["callback_consent", "placement_intro", *(e.name for e in ENTRIES if e.subject == "sms")])
def test_wordings_that_are_kept_on_record_have_a_version(name: str) -> None:
    assert WORDING.entry(name).version


def test_placeholders_come_from_the_facility_or_are_declared() -> None:
    known = {"phone", "centre", "program", "city"}
    for entry in ENTRIES:
        for texts in entry.forms.values():
            assert set().union(*map(placeholders, texts)) <= known | set(entry.fill)


# Spanish and "they".


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.subject in SPANISH_SUBJECTS], ids=_ids)
def test_what_steers_the_talk_exists_in_spanish(entry: Entry) -> None:
    assert any(form.endswith("_es") for form in entry.forms)
    assert entry.subject == "spanish" or all(one.get("title_es") for one in entry.buttons)


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.kind == "answer" and one.source], ids=_ids)
def test_every_answer_exists_in_spanish(entry: Entry) -> None:
    assert WORDING.render(entry.name, "web", language="es") != WORDING.render(entry.name, "web")


@pytest.mark.parametrize("label", SILENT)
def test_the_spanish_answer_says_first_that_the_page_is_silent(label: str) -> None:
    for channel in ("web", "sms"):
        said = WORDING.render(label, channel, language="es")
        assert "Nuestra página no" in said
        assert "En general" not in said[: said.find("Nuestra página no")]


@pytest.mark.parametrize("question", [question for question in QUESTIONS if question not in ("danger", "background")])
@pytest.mark.parametrize("way", ["ask", "plain"])
def test_questions_for_a_loved_one_do_not_ask_about_you(question: str, way: str) -> None:
    for channel in ("web", "sms"):
        said = WORDING.render(f"placement_{way}_{question}", channel, other=True).lower().replace("your loved one", "")
        assert not re.search(r"\byou(?:rs?)?\b", said)


@pytest.mark.parametrize("entry", [one for one in ENTRIES if "sms" in one.forms and "web_other" in one.forms], ids=_ids)
def test_a_text_for_a_loved_one_is_not_lost_to_the_shorter_one(entry: Entry) -> None:
    """The SMS form comes before the web form for somebody else, so one that says "you" needs its own."""
    for text in entry.forms["sms"]:
        assert "sms_other" in entry.forms or not re.search(r"\byou(?:rs?)?\b", text.lower())
