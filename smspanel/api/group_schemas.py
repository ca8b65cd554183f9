"""What groups and prefixes look like in the REST API (JS-51, JS-52, JS-60 to JS-68)."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field

from smspanel.api.fields import ApiSchema, Blank, Day, Flag, Id, Numbers, OptionalId, Text


class GroupIn(ApiSchema):
    """A new group."""

    name: Text = Field(examples=["Regular customers"])
    members: Numbers = Field(default_factory=list, examples=[["48500100200", "48500100201"]])
    dateFrom: Day = Field(default=None, description="The first day on which it may be used.", examples=["2026-08-01"])
    dateTo: Day = Field(default=None, description="The last day on which it may be used.", examples=["2026-08-31"])
    groupSmsContent: Blank = Field(default="", max_length=459, description="The answer to replies.")


class MembersIn(ApiSchema):
    """Numbers that come into a group or leave it."""

    groupId: Id = Field(examples=[595])
    members: Numbers = Field(examples=[["48500100200", "48500100201"]])


class GroupName(Schema):
    """A group in a list."""

    id: int
    name: str


class GroupOut(Schema):
    """A group with its members."""

    groupId: int
    name: str
    members: list[str]
    dateFrom: str | None
    dateTo: str | None


class FreePrefixOut(Schema):
    """A prefix that nobody has reserved."""

    id: int
    name: str
    reservation: bool | None = None
    dateTo: str | None = None


class PrefixIn(ApiSchema):
    """What to reserve, by id, by name or by both, and until when."""

    id: OptionalId = Field(default=None, examples=[329])
    name: Blank = Field(default="", examples=["SPRING"])
    reservation: Flag = False
    dateTo: Blank = Field(default="", examples=["2026-08-03T13:50:00"])


class PrefixOut(Schema):
    """A prefix that is reserved for the caller."""

    id: int
    name: str
    userId: int
    userEmail: str
    createDate: int
    prefixType: str
    prefixAccessType: str
    dateFrom: str | None
    dateTo: str | None
