"""Countries and regions: profiles.md §3, organization-addresses.md §6."""

import pytest

from commerce.addresses.regions import Regions, country_name, region_name
from local.workspace import ROOT


@pytest.mark.parametrize(
    ("text", "code"),
    [("US", "US"), ("us", "US"), ("United States", "US"), ("UNITED STATES", "US"), ("germany", "DE"),
     ("Viet Nam", "VN"), ("Vietnam", "VN"), ("Côte d'Ivoire", "CI"), ("cote d'ivoire", "CI"), ("XX", None),
     ("USA", "US"), ("UK", "GB"), ("Turkey", "TR"), ("Czech Republic", "CZ"), ("", None),
     ("Atlantis", None), ("\x00", None), ("ß", None), ("ﬁ", None)],
)  # fmt: skip
def test_countries_by_code_or_english_name(text: str, code: str | None) -> None:
    assert Regions().country(text) == code
    assert Regions().country_by_code(text) == (code if len(text) == 2 and text != "UK" else None)


def test_the_lists_are_whole() -> None:
    regions = Regions()
    states = (
        "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK"
    )
    states += " OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AA AE AP PR GU VI AS MP"
    provinces = "AB BC MB NB NL NS NT NU ON PE QC SK YT"
    for country, codes in (("US", states), ("CA", provinces)):
        assert regions.has_regions(country)
        for code in codes.split():
            name = region_name(country, code)
            assert name
            assert regions.region(country, code) == regions.region(country, code.lower()) == code
            assert regions.region(country, name.upper()) == code


def test_codes_come_before_names_and_stay_in_their_country() -> None:
    regions = Regions()
    assert regions.region("US", "Ontario") is None
    assert regions.region("CA", "NC") is None
    assert regions.region_by_code("US", "North Carolina") is None
    assert regions.region("XX", "NC") is None


def test_which_countries_count_is_configuration() -> None:
    regions = Regions(allowed={"DE", "US"}, with_regions={"DE", "MC", "XX"})
    assert (regions.country("FR"), regions.country("France"), regions.country("de")) == (None, None, "DE")
    assert (regions.has_regions("DE"), regions.has_regions("US"), regions.has_regions("XX")) == (True, False, False)


def test_names_of_what_is_unknown() -> None:
    assert country_name(None) is country_name("") is country_name("XX") is None
    assert (
        region_name(None, None) is region_name("US", "XX") is region_name("XX", "NC") is region_name("US", None) is None
    )


def test_names_are_english_and_local_ones_are_read_too() -> None:
    assert region_name("DE", "BY") == "Bavaria"
    assert Regions().region("DE", "bayern") == Regions().region("DE", "Bavaria") == "BY"
    assert region_name("US", "DC") == "District of Columbia"


@pytest.mark.parametrize(
    ("text", "code"),
    [("The Netherlands", "NL"), ("Holland", "NL"), ("Macau", "MO"), ("Hong Kong", "HK"), ("Kosovo", "XK"),
     ("xk", "XK"),
     ("U.S.A.", "US"), ("Great Britain", "GB"), ("Scotland", "GB"), ("Côte d’Ivoire", "CI"),
     ("Trinidad and Tobago", "TT"),
     ("Bosnia-Herzegovina", "BA"), ("the Bahamas", "BS"), ("  germany ", "DE"), ("Czech  Republic", "CZ"),
     ("the", None),
     (" ", None), ("&", None), ("Theland", None)],
)  # fmt: skip
def test_countries_as_people_write_them(text: str, code: str | None) -> None:
    assert Regions().country(text) == code


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [("MX", "Mexico City", "CMX"), ("MX", "CDMX", "CMX"), ("MX", "Estado de México", "MEX"), ("MX", "Qro.", "QUE"),
     ("US", "U.S. Virgin Islands", "VI"), ("US", "Washington, D.C.", "DC"), ("US", "D.C.", "DC"), ("US", "n.y.", "NY"),
     ("US", "Marshall Islands", "MH"), ("US", "FM", "FM"), ("US", "pw", "PW"), ("US", " NC ", "NC"),
     ("IN", "Jammu & Kashmir", "JK"), ("IN", "Orissa", "OD"), ("IN", "TG", "TS"), ("IN", "Telangāna", "TS"),
     ("IN", "Daman & Diu", "DH"), ("CA", "Québec", "QC"), ("CA", "P.E.I.", "PE"), ("BR", "sao paulo", "SP"),
     ("AU", "N.S.W.", "NSW"), ("US", "Washington", "WA"), ("US", "", None), ("US", ".", None), ("IN", "Bengal", None)],
)  # fmt: skip
def test_regions_as_people_write_them(country: str, text: str, code: str | None) -> None:
    assert Regions().region(country, text) == code


def test_former_codes_are_codes() -> None:
    assert [Regions().region_by_code("IN", code) for code in ("CT", "tg", "UT", "OR")] == ["CG", "TS", "UK", "OD"]
    assert Regions().region_by_code("US", "CT") == "CT"


def test_no_english_name_is_a_romanization() -> None:
    names = [region_name("IN", code) for code in ("TS", "CG", "UK", "DH")]
    assert names == ["Telangana", "Chhattisgarh", "Uttarakhand", "Dadra and Nagar Haveli and Daman and Diu"]
    assert (country_name("XK"), region_name("US", "PW")) == ("Kosovo", "Palau")


def test_every_name_kept_by_hand_is_read() -> None:
    lines = (ROOT / "tools" / "region_names.tsv").read_text(encoding="utf-8").splitlines()
    names = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(names) > 50
    for place, name in names:
        country, _, region = place.partition("-")
        assert (Regions().region(country, name) if region else Regions().country(name)) == (region or country), name
