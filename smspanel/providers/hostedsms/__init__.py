"""HostedSMS.pl, FullApi and SimpleApi; see docs.md."""
