"""JustSend, REST v2; see docs.md."""
