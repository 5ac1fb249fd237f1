"""Settings from the environment, and the configuration document."""

from datetime import timedelta

import pytest

from commerce.call import Api
from commerce.configuration import PasswordPolicy
from commerce.configuration.model import read_configuration
from commerce.errors import UnknownSite
from commerce.locales import ALL_LOCALES
from commerce.origins import NONE_ALLOWED
from commerce.settings import SettingsError, read_settings


def test_what_is_absent_or_blank_has_the_contracts_default() -> None:
    for environment in ({}, {"UNIQUE_EMAILS": " ", "LOCALES": "", "STORE_TOKEN_MINUTES": ""}):
        settings = read_settings(environment)
        assert (settings.default_site, settings.default_locale, settings.locales) == ("siteUS", "en", ALL_LOCALES)
        assert settings.unique_emails
        assert (settings.max_failed_attempts, settings.unlock_after) == (6, timedelta(minutes=30))
        assert (settings.store_token_life, settings.application_token_life) == (
            timedelta(minutes=15),
            timedelta(minutes=5),
        )
        assert settings.visitor_cookie_max_age == 31_536_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UNIQUE_EMAILS", "yes"),
        ("MAX_FAILED_ATTEMPTS", "0"),
        ("MAX_FAILED_ATTEMPTS", "six"),
        ("STORE_TOKEN_MINUTES", "121"),
        ("STORE_TOKEN_MINUTES", "-1"),
        ("SERVICE_VERSION", "25 1"),
        ("SERVICE_VERSION", "25\r\nX-Other: 1"),
        ("SERVICE_VERSION", "2" * 51),
    ],
)
def test_what_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_lists_and_maps() -> None:
    settings = read_settings(
        {
            "LOCALES": "en, pt-br",
            "DEFAULT_LOCALE": "PT-br",
            "ALLOWED_COUNTRIES": "de,US",
            "PUBLIC_BASE_URL": "https://x.example/store/",
        }
    )
    assert (settings.locales, settings.default_locale) == (("en", "pt_BR"), "pt_BR")
    assert settings.allowed_countries == {"DE", "US"}
    assert settings.public_base_url == "https://x.example/store"


def test_a_store_without_configuration_has_its_default_site_and_no_browsers() -> None:
    configuration = read_configuration({}, "siteUS")
    assert (configuration.origins, configuration.password_policy) == (NONE_ALLOWED, PasswordPolicy())
    policy = configuration.password_policy
    assert (policy.use_number, policy.min_password_length, policy.cannot_use_username) == (True, 8, True)
    assert not any((policy.use_mixed_case, policy.use_symbol, policy.block_common_passwords))
    assert configuration.site(None).id == configuration.site("siteUS").id == "siteUS"
    for name in ("siteDE", "SITEUS", " siteUS"):
        with pytest.raises(UnknownSite):
            configuration.site(name)


def test_sites_share_carts_by_group() -> None:
    configuration = read_configuration({"sites": {"a": {"cartSharingGroup": "g"}, "b": {}}}, "a")
    assert (configuration.site("a").cart_sharing_group, configuration.site("b").cart_sharing_group) == ("g", "b")


def test_origins_of_sites_and_apis() -> None:
    document = {
        "sites": {
            "a": {"origins": {"https://x.example/": "get, PUT"}},
            "b": {"origins": {"https://x.example": "POST"}},
        },
        "adminOrigins": {"https://admin.example": "GET"},
        "agentOrigins": {"https://agent.example": "GET,POST"},
    }
    allowed = read_configuration(document, "a").origins
    assert allowed.methods("https://x.example", Api.STORE, "a") == {"GET", "PUT"}
    assert allowed.methods("https://x.example", Api.STORE, "c") == frozenset()
    assert allowed.methods_of_any_site("https://x.example", Api.STORE) == {"GET", "PUT", "POST"}
    assert allowed.methods_of_any_site("https://x.example", Api.ADMIN) == frozenset()
    for api, origin in ((Api.ADMIN, "admin"), (Api.APP, "admin"), (Api.AGENT, "agent"), (Api.APP_AGENT, "agent")):
        assert "GET" in allowed.methods(f"https://{origin}.example", api, "")


def test_a_password_policy_of_a_later_version() -> None:
    policy = {"minPasswordLength": 12, "useNumber": False, "useEmoji": True}
    assert read_configuration({"passwordPolicy": policy}, "a").password_policy == PasswordPolicy(
        min_password_length=12, use_number=False
    )
