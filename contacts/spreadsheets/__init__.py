"""Spreadsheets that people upload, read without writing anything: what is in a file, and its rows."""

from contacts.spreadsheets.guessing import FIELDS
from contacts.spreadsheets.layout import Format, Inspection, Layout, Row, UnreadableFile
from contacts.spreadsheets.reading import inspect, rows

__all__ = ["FIELDS", "Format", "Inspection", "Layout", "Row", "UnreadableFile", "inspect", "rows"]
