"""The request body as the pydantic peers declare it."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

Text = Annotated[str, Field(max_length=254)] | None


class Address(BaseModel):
    alias: Text = None
    prefix: Text = None
    firstName: Text = None
    middleName: Text = None
    lastName: Text = None
    suffix: Text = None
    companyName: Text = None
    jobTitle: Text = None
    address1: Text = None
    address2: Text = None
    address3: Text = None
    city: Text = None
    county: Text = None
    state: Text = None
    postalCode: Text = None
    country: Text = None
    phoneNumber: Text = None
    faxNumber: Text = None
    externalAddressId: Text = None
    types: list[Any] | None = None


class Profile(BaseModel):
    firstName: Text = None
    middleName: Text = None
    lastName: Text = None
    daytimeTelephoneNumber: Text = None
    shippingAddresses: list[Address] | None = None
