"""The tree of all organizations (organization-addresses.md §3, §5)."""

import pytest

from commerce.accounts.directory import Directory, DirectoryError, Place, read_directory
from tests.support.organizations import ACCOUNT, INACTIVE, PARENT

SAMPLE = Directory({PARENT: Place(), ACCOUNT: Place(PARENT), INACTIVE: Place(PARENT, active=False)})


def test_ancestors_stand_nearest_first() -> None:
    assert (SAMPLE.ancestors(ACCOUNT), SAMPLE.ancestors(PARENT)) == ((PARENT,), ())
    deep = SAMPLE.changed({INACTIVE: Place(PARENT), ACCOUNT: Place(INACTIVE)})
    assert deep.ancestors(ACCOUNT) == (INACTIVE, PARENT)
    assert [deep.active(account) for account in (ACCOUNT, INACTIVE, PARENT)] == [True, True, True]
    assert SAMPLE.ancestors(ACCOUNT) == (PARENT,)


@pytest.mark.parametrize(
    "places",
    [
        {ACCOUNT: Place("999")},
        {PARENT: Place(PARENT)},
        {PARENT: Place(ACCOUNT)},
        {"new": Place("newer"), "newer": Place("new")},
    ],
)
def test_changes_that_would_leave_no_tree(places: dict[str, Place]) -> None:
    with pytest.raises(DirectoryError):
        SAMPLE.changed(places)


def test_the_stored_tree_is_the_tree() -> None:
    read = read_directory(SAMPLE.document())
    for name in (PARENT, ACCOUNT, INACTIVE):
        assert name in read
        assert (read.ancestors(name), read.active(name)) == (SAMPLE.ancestors(name), SAMPLE.active(name))
    assert "999" not in read


def test_only_one_that_is_there_is_active() -> None:
    assert [SAMPLE.has_active(name) for name in (PARENT, ACCOUNT, INACTIVE, "999")] == [True, True, False, False]
