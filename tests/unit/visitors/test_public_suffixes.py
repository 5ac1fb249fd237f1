import pytest

from commerce.visitors.public_suffixes import is_public_suffix


@pytest.mark.parametrize(
    "domain",
    ["com", "co.uk", "github.io", "anything.ck", "xn--p1ai", "unheard-of", "s3.amazonaws.com", "xn--55qx5d.cn"],
)
def test_suffixes(domain: str) -> None:
    assert is_public_suffix(domain)


@pytest.mark.parametrize(
    "domain",
    [
        "example.com",
        "shop.example.com",
        "example.co.uk",
        "me.github.io",
        "www.ck",
        "shop.anything.ck",
        "name.unheard-of",
    ],
)
def test_names_below_a_suffix_and_exceptions(domain: str) -> None:
    assert not is_public_suffix(domain)
