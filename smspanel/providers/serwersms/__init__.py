"""SerwerSMS.pl, HTTPS API v2; see docs.md."""
