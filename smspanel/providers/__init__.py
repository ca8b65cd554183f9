"""The SMS providers: one folder each, one line each in registry.py; no ORM and no Django model in here."""
