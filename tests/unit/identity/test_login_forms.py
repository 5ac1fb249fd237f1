"""What a login must send: auth.md §1, §6."""

from collections.abc import Mapping

import pytest

from commerce.call import Api, Call
from commerce.errors import InvalidClient, InvalidRequest, LoginRefused, SamlNotOffered, UnsupportedGrantType
from commerce.identity.sessions import GRANTS, checked_form

EITHER = "grant_type must be password or client_credentials."
NAMES = "username and password must be sent, neither of them empty."


@pytest.mark.parametrize(
    ("api", "form"),
    [
        (Api.STORE, {"grant_type": "password", "username": "a", "password": "b"}),
        (Api.ADMIN, {"grant_type": "password", "username": "a", "password": "b", "totp_code": "1"}),
        (Api.ADMIN, {"grant_type": "client_credentials"}),
        (Api.APP, {"grant_type": "client_credentials"}),
    ],
)
def test_a_form_that_will_do(api: Api, form: Mapping[str, str]) -> None:
    assert checked_form(Call(api=api, form=form), GRANTS[api]) == form


@pytest.mark.parametrize(
    ("api", "form", "refusal", "told"),
    [
        (
            Api.STORE,
            None,
            InvalidRequest,
            "The body must be form text: grant_type=password&username=NAME&password=WORD.",
        ),
        (Api.ADMIN, {}, InvalidRequest, EITHER),
        (Api.ADMIN, {"grant_type": ""}, InvalidRequest, EITHER),
        (Api.ADMIN, {"grant_type": "magic"}, UnsupportedGrantType, EITHER),
        (Api.APP, {"grant_type": "password"}, UnsupportedGrantType, "grant_type must be client_credentials."),
        (
            Api.STORE,
            {"grant_type": "client_credentials"},
            InvalidClient,
            "grant_type must be password: no application key opens this API.",
        ),
        (Api.STORE, {"grant_type": "password"}, InvalidRequest, NAMES),
        (Api.STORE, {"grant_type": "password", "username": "a"}, InvalidRequest, NAMES),
        (Api.STORE, {"grant_type": "password", "password": "b"}, InvalidRequest, NAMES),
        (Api.STORE, {"grant_type": "password", "username": "", "password": "b"}, InvalidRequest, NAMES),
    ],
)
def test_a_form_that_will_not_do(
    api: Api, form: Mapping[str, str] | None, refusal: type[LoginRefused], told: str
) -> None:
    with pytest.raises(refusal) as caught:
        checked_form(Call(api=api, form=form), GRANTS[api])
    assert caught.value.dev_message == told


@pytest.mark.parametrize("api", list(Api))
def test_saml_is_offered_nowhere(api: Api) -> None:
    with pytest.raises(SamlNotOffered):
        checked_form(Call(api=api, form={"grant_type": "saml_credentials"}), GRANTS[api])
