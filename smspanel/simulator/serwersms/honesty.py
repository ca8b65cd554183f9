"""What the phone page says about how honest this front is."""

from __future__ import annotations

DOCUMENTED = (
    "messages/send_sms: its parameters; the reply with success, queued, unsent, and items on request.",
    "ECO+ without a sender, FULL with one; utf for diacritics; test sends nothing.",
    "A wrong number is an unsent item with code 3103; success stays true.",
    "General errors 3101 and 3104 with HTTP 200, and the codes 1000 to 3104 of the public list.",
    "The same number twice in one call is sent once; at most 100,000 numbers, 10,000 personal texts.",
    "unique_id: 3 to 50 letters or digits, one for each number, all different.",
    "messages/reports with its filters, pages and at most 500 ids; reports are kept for 14 days.",
    "dlr_url with the placeholders #SMSID#, #STAN#, #DATA# and #PRZYCZYNA#.",
    "Groups, contacts, templates, subaccounts, payments, statistics and received SMS, by the names of their fields.",
    "account/limits with values that are texts: a number, no_limit or not_available.",
)
ASSUMED = (
    "Code 1006 for a wrong unique_id, date or too many ids; 3009 for a sender that is not authorized.",
    "Codes 3190 (black list) and 3191 (repeated unique_id) are our own numbers.",
    "Repeated unique_id in another call: sent again, or refused when the switch unique_id_control is on.",
    "Reports are pushed once, by GET, with English, Polish or SMPP words; the real words are not public.",
    "Without utf, diacritics are dropped and what is left over becomes a question mark.",
    "Reports have 100 rows a page, the newest first, and no unique_id in their items.",
    "dlr_url also works in send_personalized; a deleted message vanishes from reports.",
    "Times are Polish local time; the word false in a form counts as true, as in PHP.",
    "The words of phones/check (active, inactive), and that subaccounts' limits stop nothing.",
    "One payment, the same for everybody; its invoice is an empty PDF.",
    "Groups cannot be sent to; MMS, files, premium and quizzes answer 1000 InvalidAction.",
)
