"""Spreadsheets that people upload, read without writing anything: what is in a file, and its rows."""

from contacts.spreadsheets.layout import Diagnosis, Finding, Format, Inspection, Layout, Row, UnreadableFile, Wanted
from contacts.spreadsheets.people import PeopleRow, Refused
from contacts.spreadsheets.sandbox import inspect, people_of, rows

__all__ = [
    "Diagnosis",
    "Finding",
    "Format",
    "Inspection",
    "Layout",
    "PeopleRow",
    "Refused",
    "Row",
    "UnreadableFile",
    "Wanted",
    "inspect",
    "people_of",
    "rows",
]
