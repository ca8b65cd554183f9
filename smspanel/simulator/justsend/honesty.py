"""What the phone page says about how honest this front is."""

from __future__ import annotations

DOCUMENTED = (
    "The header App-Key, the envelope of every reply, and the error numbers 100 to 400.",
    "bulk/send to a list, a group or both, at most 18,000 numbers; the date and time appended to the name.",
    "bulk/{id}, bulk/cancel/{id}, bulk/sender/list and the four lists bulk/recipient/{status}/{id}.",
    "message/send by POST and by GET, message/sendVoice; their reply is a bare number.",
    "report/{id} and report/{from}/{to}; report/subaccount/{id} for a MASTER.",
    "Groups, the black list, commands for replies, accounts below a MASTER and their points.",
    "The four shapes of the post back, repeated every five minutes until it succeeds.",
    "Sending after 22:00 is refused with 321, a date without an offset with 322.",
)
ASSUMED = (
    "Errors travel with HTTP 200; auth_status is the status of error 101.",
    "Invalid and black-listed numbers are dropped from a bulk without a word, and bulkSize counts the rest.",
    "Duplicates in one call are sent twice; the same bulk twice is two bulks.",
    "The night ends at 08:00 in Warsaw; a date that has passed means now.",
    "A pause before a call outside 0 to 10 seconds is error 321; repeated calls are not simulated.",
    "Parts are counted as GSM does (153 and 67), not by the document's sentence about 160 and 70.",
    "Points per SMS: those of the examples, 10 for ECO_RESP and 20 for INTER.",
    "A single message with the same text to the same number is refused with 341 after three in a Polish day.",
    "Cancelling a bulk that has started is error 107 INVALID_BULK_STATE.",
    "approval: to_pay lets bulks wait until the switch is changed, refuse answers 126 and keeps nothing.",
    "Reports of bulks carry an id of the number that no other call knows; an expired message is UNDEFINED.",
    "A phone whose number ends in 10 answers a message with replies; the answers can be read by command and day.",
    "The reply of retrieveBulkRecipientsStatuses is our own; files are not simulated and answer 404.",
)
