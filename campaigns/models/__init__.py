"""What: campaigns and plans, messages and batches, prices and routes, replies, what came in and what is told, files."""

from campaigns.models.answers import ReplyTask
from campaigns.models.campaigns import Campaign
from campaigns.models.canaries import Canary, CanaryMessage
from campaigns.models.cleaning import Cleaning
from campaigns.models.costs import CostCentre, CostCentreMonth
from campaigns.models.counts import Counted, MessageCount, Recount
from campaigns.models.dry_runs import DryRun
from campaigns.models.fetches import ReplyFetch
from campaigns.models.greetings import Greeted, Greeting
from campaigns.models.inbox import InboxItem
from campaigns.models.offer import Kind, Price, Route, Sender, SenderRegistration, Variant
from campaigns.models.plans import Plan
from campaigns.models.postbacks import PostbackAttempt, PostbackEndpoint, PostbackEvent
from campaigns.models.recipients import Recipient, RecipientFile
from campaigns.models.recurring import Repetition, RepetitionRun
from campaigns.models.replies import Prefix, PrefixReservation, Reply
from campaigns.models.rules import ForbiddenWord, ReservedName
from campaigns.models.sending import Batch, BatchEvidence, Message, ProviderId, Turn
from campaigns.models.stops import Stop
from campaigns.models.texts import TextTemplate
from campaigns.models.timing import Spread, Tolerance

__all__ = [
    "Batch",
    "BatchEvidence",
    "Campaign",
    "Canary",
    "CanaryMessage",
    "Cleaning",
    "CostCentre",
    "CostCentreMonth",
    "Counted",
    "DryRun",
    "ForbiddenWord",
    "Greeted",
    "Greeting",
    "InboxItem",
    "Kind",
    "Message",
    "MessageCount",
    "Plan",
    "PostbackAttempt",
    "PostbackEndpoint",
    "PostbackEvent",
    "Prefix",
    "PrefixReservation",
    "Price",
    "ProviderId",
    "Recipient",
    "RecipientFile",
    "Recount",
    "Repetition",
    "RepetitionRun",
    "Reply",
    "ReplyFetch",
    "ReplyTask",
    "ReservedName",
    "Route",
    "Sender",
    "SenderRegistration",
    "Spread",
    "Stop",
    "TextTemplate",
    "Tolerance",
    "Turn",
    "Variant",
]
