"""Models that save only what changed, so that a stale object cannot undo a later decision."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.db import models


class ChangedFieldsModel(models.Model):
    """A model whose `save()` writes only the fields that changed since the row was read.

    Django writes the whole row by default. Code that reads a user before a deactivation and saves
    it afterwards would reactivate the user, and libraries call `save()` in that way. Our own code
    passes `update_fields` as well; site/tests/test_house.py requires it.
    """

    _stored: dict[str, Any]

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool = False,
        force_update: bool = False,
        update_fields: Iterable[str] | None = None,
        **options: Any,
    ) -> None:
        """Insert a new row, or update `update_fields` (by default: the fields that changed).

        Raises IntegrityError if the object is new and its row already exists, and DatabaseError if
        its row has been deleted since it was read.
        """
        if update_fields is None and not force_insert and not force_update:
            if self._state.adding:
                force_insert = True
            else:
                update_fields = self.changed_fields()
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            update_fields=update_fields,
            **options,
        )
        self.note_stored(update_fields)

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Sequence[str], values: Sequence[Any], **options: Any
    ) -> Self:
        instance = super().from_db(db, field_names, values, **options)
        instance._stored = instance.__dict__.copy()
        return instance

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet | None = None,
    ) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        self.note_stored(fields)

    def changed_fields(self) -> list[str]:
        """Return the names of the fields whose values differ from those last read or saved."""
        fields = [field for field in self._meta.concrete_fields if not field.primary_key]
        return [
            field.name
            for field in fields
            if field.attname in self.__dict__
            if field.attname not in self._stored
            or self.__dict__[field.attname] != self._stored[field.attname]
        ]

    def note_stored(self, names: Iterable[str] | None = None) -> None:
        """Remember the current values of these fields (None: all) as those in the database."""
        fields = self._meta.concrete_fields
        if names is not None:
            fields = [self._meta.get_field(name) for name in names]
        values = {
            field.attname: self.__dict__[field.attname]
            for field in fields
            if field.attname in self.__dict__
        }
        # A new dictionary: a copy of this object shares the old one.
        self._stored = values if names is None else {**self._stored, **values}
