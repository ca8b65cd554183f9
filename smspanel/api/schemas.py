"""What bulks look like in the REST API: as they are asked for, and as they are answered (JS-10)."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import BeforeValidator, Field

from smspanel.api.fields import ApiSchema, Blank, Flag, Number, Numbers, OptionalId, Text, VariantName, as_list, upper
from smspanel.api.voice import VoiceRepeating

Ids = Annotated[list[OptionalId], BeforeValidator(as_list)]
Emails = Annotated[list[Annotated[Text, Field(max_length=254)]], BeforeValidator(as_list)]


class Extras(ApiSchema):
    """What the panel can do beyond JustSend; software that does not know it leaves it out."""

    kind: Annotated[Literal["TEXT", "FLASH", "WAP_PUSH", "VCARD"] | None, BeforeValidator(upper)] = None
    link: Blank = Field(default="", max_length=500, description="The address that a WAP push opens.")
    priority: Annotated[int, Field(ge=0, le=3)] = 0
    validity: Annotated[int | None, Field(ge=5, le=4320, description="Minutes to wait for a phone that is off.")] = None
    deliveryReports: Flag = True
    dlrUrl: Blank = Field(default="", max_length=500, description="Told about delivery in place of the account's.")
    costCenter: Blank = Field(default="", max_length=60, description="The name or id of a cost centre.")


class BulkIn(Extras):
    """An order of one text to numbers, to a group, or to both."""

    name: Text = Field(examples=["Spring sale"])
    to: Numbers = Field(default_factory=list, examples=[["48500100200", "48500100201"]])
    message: Text = Field(examples=["20 % off until Sunday"])
    bulkVariant: VariantName = Field(examples=["PRO"])
    sender: Blank = Field(default="", alias="from", examples=["Shop"])
    sendDate: Text | None = Field(default=None, examples=["2026-08-03T09:10:10+02:00"])
    groupId: OptionalId = None
    groupIds: Ids = Field(default_factory=list)
    country: Blank = ""
    groupSmsContent: Blank = ""
    alert: Flag = False
    doubleEncode: Flag = False
    forward: Flag = False
    forwardMsisdns: Numbers = Field(default_factory=list)
    forwardEmails: Emails = Field(default_factory=list)
    personalizedMessage: Flag = False
    language: Blank = ""
    voiceRepeating: VoiceRepeating | None = None

    @property
    def group_ids(self) -> list[int]:
        """The groups that are named, each once; 0 names none."""
        return list(dict.fromkeys(one for one in (self.groupId, *self.groupIds) if one))


class BulkOut(Schema):
    """A bulk as it is."""

    id: int
    name: str
    shortName: str
    sender: str = Field(alias="from", serialization_alias="from")
    message: str
    sendDate: str | None
    estimatedEndDate: str | None
    bulkStatus: str
    bulkSize: int
    costInPoints: int
    bulkVariant: str
    groupId: int | None
    groupIds: list[int]
    country: str | None
    language: str | None
    groupSmsContent: str | None
    forward: bool
    forwardMsisdns: list[str]
    forwardEmails: list[str]
    personalizedMessage: bool
    parametrizedMessage: bool
    alert: bool
    doubleEncode: bool
    autoSend: bool | None
    voiceDuration: int | None
    voiceRepeating: dict[str, str] | None


class MessageIn(Extras):
    """One text to one number."""

    to: Annotated[Text, BeforeValidator(lambda value: str(value) if type(value) is int else value)] = Field(
        max_length=60, examples=["48500100200"]
    )
    sender: Blank = Field(default="", alias="from", examples=["Shop"])
    message: Text = Field(examples=["Your code is 4711"])
    bulkVariant: VariantName = Field(examples=["PRO"])
    doubleEncode: Flag = False


class VoiceIn(MessageIn):
    """One call to one number: a text that is read, or a recording that is played."""

    message: Text = ""
    languageMessage: Blank = Field(default="", examples=["POLISH"])
    audioFileUrl: Blank = Field(default="", max_length=500)


class EcoPath(ApiSchema):
    """The address of a message without a sender name."""

    to: Number
    message: Text


class MessagePath(EcoPath):
    """The address of a message."""

    sender: Text = Field(alias="from")
    bulkVariant: VariantName


class MessageOptions(ApiSchema):
    """How the text in an address was written."""

    doubleEncode: Flag = False


class FilePath(ApiSchema):
    """The address of a sending from a file; `data` is its date."""

    name: Text
    sender: Text = Field(alias="from")
    data: Text
    bulkVariant: VariantName
    personalized: Flag


class VoiceFilePath(FilePath):
    """The address of calls from a file."""

    language: Text


class FileOptions(ApiSchema):
    """Whether #1#, #2# in the texts of a file stand for further cells."""

    parametrized: Flag = False


class SenderOut(Schema):
    """A sender name."""

    id: int
    name: str


class PersonalizedOut(Schema):
    """One number of a bulk with its own text, and whether each of them could be used."""

    id: int
    msisdn: str
    msisdnValidation: str
    messageContent: str
    messageValidation: str


class StatusOut(Schema):
    """Where one number of a bulk stands."""

    msisdn: str
    status: str
