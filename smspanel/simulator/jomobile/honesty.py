"""What the phone page says about how honest this front is."""

from __future__ import annotations

DOCUMENTED = (
    "authorize and accesstoken: their fields, their replies, and the error for a wrong password.",
    "The header X-Access-Token; expires_at in Unix seconds; logout destroys the token.",
    "send: an array of objects with its fields, at most 100 messages in a package.",
    "The reply to send, keyed by number with an id_state for each part, as a public client recorded it.",
    "The words no_client_price, no_active_aggregator, not_registr_originator and invalid_sender.",
    "beginDate and beginTime are in UTC; lifetime is in seconds.",
    "Pushed reports: a list of at most 200, answered with a list of the accepted id_state, 5 attempts.",
    "The fields of groups, black list, replacement, prices and sms-full-data; offset counts pages.",
)
ASSUMED = (
    "The body of a 401; the text of an unknown authorization code; codes live 10 minutes.",
    "A package is refused as a whole with 400; single wrong or black-listed numbers are missing from its reply.",
    "100 messages are 100 numbers over all objects; a repeated package is sent again.",
    "flashsms and wappush as words of type; the states besides DELIVRD, in the words of SMPP.",
    "no_money for a used up account; +7 and +86 are closed, with no_client_price.",
    "sms-full-data lists the parts of the last 3 days like pushed reports; its period is in UTC.",
    "Replies of me, register, groups, black list, replacement, prices and countries.",
    "Reports that were not accepted are pushed again after 5 minutes; text_sms is the whole text.",
    "timeStop of send-bulk is ignored: everything is sent at timeStart.",
)
