"""What: campaigns and their plans, messages and batches, prices and routes, what came in."""

from campaigns.models.campaigns import Campaign, Plan, Recipient
from campaigns.models.inbox import InboxItem
from campaigns.models.offer import Kind, Price, Route, Sender, Variant
from campaigns.models.sending import Batch, BatchEvidence, Message, ProviderId

__all__ = [
    "Batch",
    "BatchEvidence",
    "Campaign",
    "InboxItem",
    "Kind",
    "Message",
    "Plan",
    "Price",
    "ProviderId",
    "Recipient",
    "Route",
    "Sender",
    "Variant",
]
