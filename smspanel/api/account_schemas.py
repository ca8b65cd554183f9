"""What accounts look like in the REST API (JS-100 to JS-106)."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, Field

from accounts.points import MAX_POINTS
from smspanel.api.fields import ApiSchema, Blank, Text


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from error
    return value


Points = Annotated[int, BeforeValidator(lambda value: 0 if value in (None, "") else value)]
Name = Annotated[Blank, Field(max_length=60)]
Description = Annotated[Blank, Field(max_length=200)]


class SubaccountIn(ApiSchema):
    """A new subaccount with its owner, and the points that its master gives it."""

    points: Points = Field(default=0, ge=0, le=MAX_POINTS, examples=[100])
    email: Annotated[Text, AfterValidator(_email)] = Field(max_length=254, examples=["shop@example.com"])
    firstname: Name = Field(default="", examples=["Anna"])
    surname: Name = Field(default="", examples=["Nowak"])
    description: Description = Field(default="", examples=["The shop in Łódź"])
    password: Text = Field(max_length=128, examples=["a-long-passphrase"])

    @property
    def name(self) -> str:
        """What the account is called."""
        return (f"{self.firstname} {self.surname}".strip() or self.email)[:120]


class SubaccountEdit(ApiSchema):
    """What is to be changed of a subaccount; a field that is not given stays."""

    firstname: Name | None = Field(default=None, examples=["Anna"])
    surname: Name | None = Field(default=None, examples=["Nowak"])
    description: Description | None = Field(default=None, examples=["The shop in Łódź"])
    password: Blank | None = Field(default=None, max_length=128, description="Empty: stays.")

    @property
    def profile(self) -> dict[str, Any]:
        """The fields of an account that are given."""
        named = {
            "contact_first_name": self.firstname,
            "contact_last_name": self.surname,
            "description": self.description,
        }
        return {field: value.strip() for field, value in named.items() if value is not None}


class SubaccountOut(Schema):
    """A subaccount; `password` is never told."""

    subid: int
    email: str
    password: None = None
    appKey: str | None
    description: str | None
    contactFirstname: str | None
    contactSurname: str | None
    accountType: str
    userStatus: str
    masterId: int | None


class AccountOut(Schema):
    """A master account; `password` and `verifyCode` are never told. `registerDate` is milliseconds since 1970."""

    email: str
    password: None = None
    appKey: str
    verifyCode: None = None
    paymentCode: str | None
    channelId: int
    firstname: str | None
    surname: str | None
    pesel: str | None
    idNo: str | None
    nip: str | None
    companyName: str | None
    krs: str | None
    regon: str | None
    contactPerson: str | None
    registerEntry: str | None
    description: str | None
    street: str | None
    houseNo: str | None
    flatNo: str | None
    postcode: str | None
    city: str | None
    contactFirstname: str | None
    contactSurname: str | None
    contactPhone: str | None
    msisdnValidationStatus: str
    registerDate: int
    userStatus: str
    userType: str | None
    department: str | None
    accountType: str
    masterId: int | None
    administrator: int
    variantId: int | None
