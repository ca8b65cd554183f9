"""Pages of lists that may have millions of rows."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

MOST_COUNTED: Final = 10_000


class CappedPaginator(Paginator[Any]):
    """A paginator over the first rows only: counting a million takes longer than showing a page of them.

    It asks once for the ids of all pages, so that a search that no index helps is made once and not twice.
    """

    template_name: ClassVar = "panel/_capped_pages.html"

    @cached_property
    def _ids(self) -> list[int]:
        rows: Any = self.object_list
        return list(rows.values_list("pk", flat=True)[: MOST_COUNTED + 1])

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than can be paged through."""
        return len(self._ids) > MOST_COUNTED

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        return min(len(self._ids), MOST_COUNTED)

    def page(self, number: int | str) -> Page[Any]:
        """Return a page, whose rows are asked for by their ids alone: they were searched for already."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        rows: Any = self.object_list
        shown = self._ids[bottom : min(bottom + self.per_page, self.count)]
        found = rows.model._default_manager.filter(pk__in=shown).order_by(*rows.query.order_by)
        found.query.select_related = rows.query.select_related
        return Page(found, number, self)
