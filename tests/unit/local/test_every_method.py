"""What SAM's local gateway is told of the methods of a path."""

from local.every_method import METHODS, spell_out
from local.template import integrations, read_template


def test_each_method_has_the_function_that_the_gateway_would_choose() -> None:
    template = read_template()
    named = {(verb, path): function for verb, path, function in integrations(template)}
    spell_out(template)
    spelled = {(verb, path): function for verb, path, function in integrations(template)}
    assert {verb for verb, _ in spelled} == set(METHODS)
    for (verb, path), function in spelled.items():
        assert function == named.get((verb, path), named.get(("any", path)))
    assert {path for _, path in spelled} == {path for _, path in named}
    assert {pair for pair in named if pair[0] != "any"} <= set(spelled)
