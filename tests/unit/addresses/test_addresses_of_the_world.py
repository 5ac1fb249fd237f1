"""Fifty addresses of 28 countries, written as people write them, through the forms of profiles, orders and accounts.

The places are public buildings, stations and hotels; the telephone numbers are made up.
"""

from typing import Any, NamedTuple

import pytest

from commerce.addresses.regions import Regions
from commerce.orders.model import HARDGOOD, Numbers, Order, OrderGroup
from commerce.orders.shipping import complete, kept_groups, with_single_form
from commerce.organizations.rules import AddressSchema, changed_content, read_change
from commerce.profiles.addresses import read_address

REGIONS = Regions()


class Row(NamedTuple):
    """`country` and `state` as written; `code` and `region`: as stored, the region as written where none is known."""

    country: str
    code: str
    address1: str
    city: str
    state: str | None
    region: str | None
    postal_code: str | None
    phone: str


ADDRESSES = [
    Row("United States", "US", "1600 Pennsylvania Avenue NW", "Washington", "Washington, D.C.", "DC", "20500",
        "202.555.0114"),
    Row("USA", "US", "20 W 34th St", "New York", "N.Y.", "NY", "10001-0001", "(212) 555-0123 ext. 4"),
    Row("U.S.A.", "US", "1 Ferry Building", "San Francisco", " california ", "CA", "94111", "+1-415-555-0177"),
    Row("US", "US", "63 Calle de San Francisco", "San Juan", "Puerto Rico", "PR", "00901", "787-555-0110 x12"),
    Row("united states of america", "US", "5049 Norre Gade", "Charlotte Amalie", "U.S. Virgin Islands", "VI",
        "00802", "340/555-0155"),
    Row("US", "US", "PSC 473", "FPO", "Armed Forces Pacific", "AP", "96349", "315 555 0100"),
    Row("US", "US", "1 Capitol Complex Road", "Melekeok", "Palau", "PW", "96940", "680-555-0101"),
    Row("Canada", "CA", "290 Bremner Blvd", "Toronto", "ontario", "ON", "M5V 3L9", "416.555.0105"),
    Row("CA", "CA", "1 Rue des Carrières", "Québec", "Québec", "QC", "G1R 5J5", "+1 418 555-0199"),
    Row("canada", "CA", "2 George Street", "Charlottetown", "P.E.I.", "PE", "C1A 4A4", "902 555 0142"),
    Row("Mexico", "MX", "Av. Juárez s/n", "Ciudad de México", "CDMX", "CMX", "06050", "+52 55 5555 0130"),
    Row("México", "MX", "Plaza de la Constitución 1", "Cuauhtémoc", "Mexico City", "CMX", "06066", "55 5555 0131"),
    Row("MX", "MX", "Av. Sebastián Lerdo de Tejada 300", "Toluca", "Estado de México", "MEX", "50000", "722-555-0132"),
    Row("Brazil", "BR", "Av. Paulista, 1578", "São Paulo", "São Paulo", "SP", "01310-200", "+55 (11) 5555-0134"),
    Row("BR", "BR", "Praça dos Três Poderes", "Brasília", "Distrito Federal", "DF", "70175-900", "61 5555.0135"),
    Row("India", "IN", "Rajpath, India Gate", "New Delhi", "New Delhi", "DL", "110001", "+91-11-5555-0136"),
    Row("IN", "IN", "Charminar Road", "Hyderabad", "Telangana", "TS", "500002", "+91 40 5555 0137"),
    Row("india", "IN", "Boulevard Road", "Srinagar", "Jammu & Kashmir", "JK", "190001", "0194-555-0138"),
    Row("IN", "IN", "Rajpur Road 75", "Dehradun", "Uttaranchal", "UK", "248001", "0135 5550139"),
    Row("IN", "IN", "Janpath, Unit 9", "Bhubaneswar", "Orissa", "OD", "751022", "0674 555 0140"),
    Row("Australia", "AU", "Bennelong Point", "Sydney", "N.S.W.", "NSW", "2000", "+61 2 5550 0141"),
    Row("AU", "AU", "1 Parliament Drive", "Canberra", "Australian Capital Territory", "ACT", "2600", "02-5550-0142"),
    Row("United Kingdom", "GB", "10 Downing Street", "London", None, None, "SW1A 2AA", "+44 (0)20 5550 0143"),
    Row("Great Britain", "GB", "Castlehill", "Edinburgh", "Midlothian", "Midlothian", "EH1 2NG", "0131 555 0144"),
    Row("UK", "GB", "Cardiff Bay", "Cardiff", "", "", "CF99 1SN", "029/5550/0145"),
    Row("Ireland", "IE", "College Green", "Dublin 2", None, None, None, "+353 1 555 0146"),
    Row("Republic of Ireland", "IE", "The Diamond", "Donegal", "Co. Donegal", "Co. Donegal", "F94 XY00",
        "074-555-0147"),
    Row("United Arab Emirates", "AE", "1 Sheikh Mohammed bin Rashid Blvd", "Dubai", "Dubai", "Dubai",
        None, "+971 4 555 0148"),
    Row("UAE", "AE", "Corniche Road West", "Abu Dhabi", None, None, "", "+971.2.555.0149"),
    Row("Hong Kong", "HK", "1 Austin Road West", "Kowloon", None, None, None, "+852 5555 0150"),
    Row("Hong Kong SAR China", "HK", "8 Finance Street", "Central", None, None, "", "5555-0151"),
    Row("Macau", "MO", "Avenida de Lisboa 2-4", "Macau", None, None, None, "+853 5555 0152"),
    Row("The Netherlands", "NL", "Museumstraat 1", "Amsterdam", "Noord-Holland", "Noord-Holland", "1071 XX",
        "+31\u00a020\u00a0555\u00a00153"),
    Row("Holland", "NL", "Binnenhof 8A", "Den Haag", None, None, "2513 AA", "070\u20115550154"),
    Row("Germany", "DE", "Platz der Republik 1", "Berlin", None, None, "11011", "030/5550155"),
    Row("Portugal", "PT", "Praça do Comércio", "Lisboa", "Lisboa", "Lisboa", "1100-148", "+351 (21) 555-0156"),
    Row("France", "FR", "5 avenue Anatole France", "Paris", None, None, "75007", "01.55.50.01.57"),
    Row("Switzerland", "CH", "Bundesplatz 3", "Bern", None, None, "3005", "+41\u202f31\u202f555\u202f01\u202f58"),
    Row("Austria", "AT", "Stephansplatz 3", "Wien", None, None, "1010", "+43 1 555 01 59-0"),
    Row("Italy", "IT", "Piazza del Colosseo 1", "Roma", "RM", "RM", "00184", "+39 06 5550160"),
    Row("Spain", "ES", "Carrer de Mallorca, 401", "Barcelona", "Barcelona", "Barcelona", "08013", "+34 935 550 161"),
    Row("Sweden", "SE", "Slottsbacken 1", "Stockholm", None, None, "111 30", "+46 8 555 01 62"),
    Row("Poland", "PL", "pl. Defilad 1", "Warszawa", None, None, "00-901", "+48 22 555 01 63"),
    Row("Turkey", "TR", "Sultanahmet Meydanı No:1", "İstanbul", None, None, "34122", "+90 212 555 0164"),
    Row("Japan", "JP", "1-9-1 Marunouchi", "Chiyoda-ku", "Tokyo", "Tokyo", "100-0005",
        "+81\u22123\u22125550\u22120165"),
    Row("South Korea", "KR", "161 Sajik-ro", "Jongno-gu", "Seoul", "Seoul", "03045", "+82-2-555-0166"),
    Row("Singapore", "SG", "10 Bayfront Avenue", "Singapore", None, None, "018956", "+65 5555 0167"),
    Row("New Zealand", "NZ", "Molesworth Street", "Wellington", None, None, "6011", "+64 4 555 0168"),
    Row("Kosovo", "XK", "Sheshi Nëna Terezë", "Prishtinë", None, None, None, "+383 38 555 016"),
    Row("Panama", "PA", "Avenida Balboa", "Ciudad de Panamá", None, None, None, "+507 555-0170"),
]  # fmt: skip


def sent(row: Row) -> dict[str, Any]:
    return {
        "companyName": "C", "address1": row.address1, "city": row.city, "state": row.state, "country": row.country,
        "postalCode": row.postal_code, "phoneNumber": row.phone,
    }  # fmt: skip


def test_how_many() -> None:
    assert (len(ADDRESSES), len({row.code for row in ADDRESSES})) == (50, 28)


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.code} {row.city}")
def test_through_the_form_of_profiles(row: Row) -> None:
    address, errors = read_address(sent(row), REGIONS, ("shippingAddress",))
    assert errors == {}
    assert (address["country"], address.get("state")) == (row.code, row.region)
    assert (address.get("postalCode"), address["phoneNumber"]) == (row.postal_code, row.phone)


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.code} {row.city}")
def test_through_the_form_of_orders(row: Row) -> None:
    order = Order("o1", 0, "", "", None, "", "", "", groups=(OrderGroup("sg1", HARDGOOD),))
    (draft,) = with_single_form(kept_groups(order.groups, (), {}, Numbers(order)), None, sent(row), REGIONS)
    address = draft.group.address
    assert (address["country"], address.get("state")) == (row.code, row.region)
    assert (address.get("postalCode"), address["phoneNumber"]) == (row.postal_code, row.phone)
    assert complete(address, REGIONS)


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.code} {row.city}")
def test_through_the_form_of_accounts(row: Row) -> None:
    """Which takes codes alone: what the other two make of the address."""
    address = sent(row) | {"country": f" {row.code.lower()}", "state": row.region}
    change = read_change({"address": address, "addressType": "Office"}, {})
    members = changed_content(change, None, AddressSchema(REGIONS, {})).members
    assert (members["country"], members.get("state")) == (row.code, row.region)
    assert (members.get("postalCode"), members["phoneNumber"]) == (row.postal_code, row.phone)
