"""The five calls by the client that openapi-python-client makes of docs/openapi.json."""

import json
import os

from generated import AuthenticatedClient, Client
from generated.api.admin import admin_login, admin_update_shopper_type
from generated.api.agent import agent_login, agent_update_address
from generated.api.store import store_login, update_current_profile_order, update_profile, update_visitor_info
from generated.models import (
    LoginForm,
    OrderUpdate,
    OrganizationAddressUpdate,
    ProfileUpdate,
    ShopperTypeUpdate,
    VisitorInfoUpdate,
)

BASE = os.environ.get("BASE", "http://localhost:4566")


def signed_in(login, username, password):
    form = LoginForm.from_dict({"grant_type": "password", "username": username, "password": password})
    return AuthenticatedClient(BASE, login.sync(client=Client(BASE), body=form).access_token)


visitor = update_visitor_info.sync_detailed(
    client=Client(BASE),
    body=VisitorInfoUpdate(info_name="xd123_SiteUS", info_domain="example.com"),
    xd_123_site_us="1AbC%3A1700000000000",
)
print("cookie", visitor.headers["Set-Cookie"])

shopper = signed_in(store_login, "shopper", "Shopper-2026")
profile = update_profile.sync(client=shopper, body=ProfileUpdate(first_name="Petra"))
print("profile", profile.first_name)

line = {"productId": "prodB", "catRefId": "skuB", "quantity": 4}
cart = update_current_profile_order.sync(
    client=shopper, body=OrderUpdate.from_dict({"shoppingCart": {"items": [line]}})
)
print("total", cart.price_info.total)

properties = {"petra_size": {"type": "shortText", "label": "Size, says Petra"}}
shopper_type = admin_update_shopper_type.sync(
    "user",
    client=signed_in(admin_login, "merchant", "Merchant-2026"),
    x_cc_asset_language="en",
    body=ShopperTypeUpdate.from_dict({"properties": properties}),
)
print("property", shopper_type.properties["petra_size"].label)

address = agent_update_address.sync(
    "280004",
    client=signed_in(agent_login, "agent", "Agent-2026"),
    x_cc_agent_context=json.dumps({"shopperProfileId": "110000"}),
    body=OrganizationAddressUpdate.from_dict({"address": {"address2": "Desk of Petra"}}),
)
print("address", address.address.address2)
