"""What the phone page says about how honest this front is."""

from __future__ import annotations

DOCUMENTED = (
    "POST /Smses with Basic auth: Phone, Message, Sender, TransactionId, Priority, FlashSms, CostCenter.",
    "The reply has MessageIds and CurrentTime; errors are ErrorMessage with HTTP 200.",
    "GET /DeliveryReports with MessageIds and MarkAsRead, and its statuses 1, 0, -1, -2 and -3.",
    "POST /SimpleApi without Basic auth, with UserEmail and Password in the body.",
    "GET /CustomerInfo, /ValidSenders and /InputSmses, as the operator's own client calls them.",
)
ASSUMED = (
    "Only the text “Invalid Credentials” is the provider's; the other texts of errors are ours.",
    "Phone and Phones are both known, at most 100 numbers in a call; ids come in the order of the numbers.",
    "A repeated TransactionId: the same ids and nothing sent, an error, or sent again, by a switch.",
    "Black-listed and refused numbers get an id and a report -3, or no id at all, by a switch.",
    "A bare GET /DeliveryReports returns unread reports, and marks them as read only by a switch.",
    "Several MessageIds are a repeated parameter or parted by commas.",
    "Times are Polish local time without a zone; Z and /Date()/ by a switch.",
    "SimpleApi takes one number, as a text or in an array of one.",
    "The second host is the same server under /api2.",
)
