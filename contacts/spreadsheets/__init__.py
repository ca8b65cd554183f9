"""Spreadsheets that people upload, read without writing anything: what is in a file, and its rows."""

from contacts.spreadsheets.layout import Diagnosis, Finding, Format, Inspection, Layout, Row, UnreadableFile, Wanted
from contacts.spreadsheets.sandbox import inspect, rows

__all__ = [
    "Diagnosis",
    "Finding",
    "Format",
    "Inspection",
    "Layout",
    "Row",
    "UnreadableFile",
    "Wanted",
    "inspect",
    "rows",
]
