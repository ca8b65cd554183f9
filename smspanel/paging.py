"""Pages of lists that may have millions of rows."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST_COUNTED: Final = 10_000


class CappedPaginator(Paginator[Any]):
    """A paginator that counts so many rows and no more: counting a million takes longer than showing a page of them."""

    template_name: ClassVar = "panel/_capped_pages.html"

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self._counted > MOST_COUNTED

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        return min(self._counted, MOST_COUNTED)
