"""Lists that a host serves in pages: each page must progress, and a list has an end."""

from dataclasses import dataclass, field

from meldpunt.client.http.errors import EndlessListError


@dataclass(slots=True)
class Paging:
    """Checks the pages of one list as they come.

    Args:
        most_pages: The most pages of a list.
        most_items: The most items on all pages together.
        most_bytes: The most bytes of all items together, as the caller counts them.
        may_be_empty: A page before the last may have no items: only its cursor progresses.
    """

    most_pages: int
    most_items: int
    most_bytes: int | None = None
    may_be_empty: bool = False
    _cursors: set[str | int] = field(default_factory=set)
    _items: int = 0
    _bytes: int = 0

    def add(self, items: int, cursor: str | int | None, size: int = 0) -> None:
        """Count a page.

        Args:
            items: How many items it has.
            cursor: Where the next page starts; None on the last page.
            size: The bytes of its items.

        Raises:
            EndlessListError: The page does not progress, or the list is longer than it may be.
        """
        self._items += items
        self._bytes += size
        if self._items > self.most_items:
            raise EndlessListError
        if self.most_bytes is not None and self._bytes > self.most_bytes:
            raise EndlessListError
        if cursor is None:
            return
        is_still = cursor in self._cursors or not (items or self.may_be_empty)
        self._cursors.add(cursor)
        if is_still or len(self._cursors) >= self.most_pages:
            raise EndlessListError
