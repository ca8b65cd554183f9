"""What reports look like in the REST API (JS-90 to JS-97)."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field


class ReportOut(Schema):
    """What became of a bulk; prices in money, and how calls went unanswered, are not known and null."""

    bulkId: int
    bulkName: str
    bulkStatus: str
    sender: str = Field(alias="from", serialization_alias="from")
    message: str
    dayPriceInPoints: int
    bulkCostInPoints: int
    bulkReturnPoints: int
    grossCost: float | None
    nettCost: float | None
    sendDate: str | None
    estimatedEndDate: str | None
    bulkSize: int
    sent: int
    delivered: int
    notDelivered: int
    notSent: int
    sentByOperator: dict[str, int] = Field(examples=[{"POLAND_ORANGE": 1}])
    deliveredByOperator: dict[str, int]
    notSentByOperator: dict[str, int]
    duration: int
    busy: int | None
    noAnswer: int | None
    undeliverable: int | None
    voiceLanguage: str | None
    voiceDuration: int | None
    reportGenerated: bool
    personalizedMessage: bool


class SubaccountReportOut(ReportOut):
    """What became of a bulk of a subaccount."""

    slaveEmail: str


class MessageReportOut(Schema):
    """What became of one message, as counters."""

    messageId: int
    sendDate: str
    sender: str = Field(alias="from", serialization_alias="from")
    delivered: int
    notDelivered: int
    sent: int
    notSent: int
    bulkCostInPoints: int


class SinglesOut(Schema):
    """The single messages of one day and sender."""

    sendDay: str
    email: str
    accountType: str
    sender: str
    sent: int
    notSent: int
    delivered: int
    notDelivered: int
    points: int
    grossCost: float | None
    voiceDuration: int | None


class ResponseOut(Schema):
    """What a phone wrote back; `createDate` in milliseconds since 1970."""

    prefix: str
    msisdn: str
    message: str
    createDate: int


class PanelResponseOut(ResponseOut):
    """What a phone wrote back, to which access number, and to whom."""

    la: str
    userId: int


class BulkFileOut(Schema):
    """How far the file of a bulk is read: READY, GENERATING, or NOT_FOUND for none and for one that failed."""

    bulkId: int
    status: str
    fileName: str | None
    rows: int
    read: int
    rejected: int
    percent: int
    problem: str | None


class FileOut(Schema):
    """A file that was asked for: READY, GENERATING, or NOT_FOUND for none and for one that failed."""

    status: str
    fileId: int | None
    fileName: str | None
    fromDate: str | None
    toDate: str | None
    createDate: str | None
    additionalParameter: str | None
    problem: str | None
