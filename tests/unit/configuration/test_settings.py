"""Settings from the environment, and the configuration document."""

from datetime import timedelta

import pytest

from commerce.configuration.model import read_configuration
from commerce.errors import UnknownSite
from commerce.locales import ALL_LOCALES
from commerce.settings import SettingsError, read_settings


def test_what_is_absent_or_blank_has_the_contracts_default() -> None:
    for environment in ({}, {"UNIQUE_EMAILS": " ", "LOCALES": "", "PASSWORD_POLICY": "", "STORE_TOKEN_MINUTES": ""}):
        settings = read_settings(environment)
        assert (settings.default_site, settings.default_locale, settings.locales) == ("siteUS", "en", ALL_LOCALES)
        assert settings.unique_emails
        assert (settings.max_failed_attempts, settings.unlock_after) == (6, timedelta(minutes=30))
        assert (settings.store_token_life, settings.application_token_life) == (
            timedelta(minutes=15),
            timedelta(minutes=5),
        )
        assert settings.visitor_cookie_max_age == 31_536_000
        policy = settings.password_policy
        assert (policy.use_number, policy.min_password_length, policy.cannot_use_username) == (True, 8, True)
        assert not any((policy.use_mixed_case, policy.use_symbol, policy.block_common_passwords))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UNIQUE_EMAILS", "yes"),
        ("MAX_FAILED_ATTEMPTS", "0"),
        ("MAX_FAILED_ATTEMPTS", "six"),
        ("STORE_TOKEN_MINUTES", "121"),
        ("STORE_TOKEN_MINUTES", "-1"),
        ("PASSWORD_POLICY", "{"),
        ("PASSWORD_POLICY", "[]"),
        ("PASSWORD_POLICY", '{"unknown":true}'),
        ("PASSWORD_POLICY", '{"useNumber":1}'),
        ("PASSWORD_POLICY", '{"minPasswordLength":true}'),
        ("PASSWORD_POLICY", '{"minPasswordLength":3}'),
        ("PASSWORD_POLICY", '{"numberOfPreviousPasswords":7}'),
        ("STORE_ORIGINS", '{"siteUS":"x"}'),
        ("ADMIN_ORIGINS", '{"https://x.example":["GET"]}'),
        ("ADMIN_ORIGINS", "https://x.example"),
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
            "ADMIN_ORIGINS": '{"https://x.example/":"get, PUT"}',
            "PUBLIC_BASE_URL": "https://x.example/store/",
        }
    )
    assert (settings.locales, settings.default_locale) == (("en", "pt_BR"), "pt_BR")
    assert settings.allowed_countries == {"DE", "US"}
    assert settings.admin_origins == {"https://x.example": {"GET", "PUT"}}
    assert settings.public_base_url == "https://x.example/store"


def test_a_store_without_configuration_has_its_default_site() -> None:
    configuration = read_configuration({}, "siteUS")
    assert configuration.site(None).id == configuration.site("siteUS").id == "siteUS"
    for name in ("siteDE", "SITEUS", " siteUS"):
        with pytest.raises(UnknownSite):
            configuration.site(name)


def test_sites_share_carts_by_group() -> None:
    configuration = read_configuration({"sites": {"a": {"cartSharingGroup": "g"}, "b": {}}}, "a")
    assert (configuration.site("a").cart_sharing_group, configuration.site("b").cart_sharing_group) == ("g", "b")
