"""Each group of the pattern table shows what it catches and what not, and none can be taken out unnoticed."""

import pytest

from bot.safety.context import Context
from bot.safety.net import Net
from bot.safety.table import Group, Table, load_context, load_table
from bot.safety.verdict import KINDS
from bot.safety.words import Speller

TABLE = load_table()
SPELLER, CONTEXT = Speller(TABLE.words()), Context(load_context())
WHOLE = Net(TABLE, CONTEXT, SPELLER, None)


def _ids(group: Group) -> str:
    return group.name


def _of_kind(net: Net, text: str, kind: str) -> set[str]:
    kinds = {group.name: group.kind for group in net.groups}
    return {name for name in net.hits(text) if kinds[name] == kind}


def test_names_are_unique_and_kinds_exist() -> None:
    assert len({group.name for group in TABLE.groups}) == len(TABLE.groups)
    assert {group.kind for group in TABLE.groups} == set(KINDS)


@pytest.mark.parametrize("group", TABLE.groups, ids=_ids)
def test_each_group_says_why_and_catches_its_examples(group: Group) -> None:
    assert group.reason
    assert group.examples
    for example in group.examples:
        assert group.name in WHOLE.hits(example), example


@pytest.mark.parametrize("group", [group for group in TABLE.groups if group.unlike], ids=_ids)
def test_each_group_leaves_alone_what_is_unlike(group: Group) -> None:
    for example in group.unlike:
        assert group.name not in WHOLE.hits(example), example


@pytest.mark.parametrize("group", TABLE.groups, ids=_ids)
def test_without_the_group_one_of_its_examples_is_missed(group: Group) -> None:
    """The mutation run: a group that nothing would miss is a group that nothing tests."""
    mutant = Net(Table([one for one in TABLE.groups if one.name != group.name]), CONTEXT, SPELLER, None)
    if group.sure:
        assert any(WHOLE.plain(example) and not mutant.plain(example) for example in group.examples)
    elif group.weak:
        assert all(group.name not in mutant.hits(example) for example in group.examples)
    else:
        assert any(not _of_kind(mutant, example, group.kind) for example in group.examples)


@pytest.mark.parametrize("group", [group for group in TABLE.groups if not group.weak], ids=_ids)
def test_without_a_trained_file_the_patterns_alone_still_answer(group: Group) -> None:
    kinds = [WHOLE.read(example).kind for example in group.examples]
    assert all(kinds)
    assert group.kind in kinds
