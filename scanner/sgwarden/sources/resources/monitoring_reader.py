"""Read the arguments of one resource of the monitoring chain as the model holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.monitoring import Text
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.resources.attribute_reader import AttributeReader, MalformedAttribute
from sgwarden.sources.resources.model_builder import ModelBuilder, locate
from sgwarden.sources.resources.monitoring_references import References


class Reader(Struct, frozen=True):
    """Reads one resource of the chain."""

    model: ModelBuilder
    references: References
    instance: ResourceInstance
    attributes: AttributeReader

    def text(self, name: str, attribute: AttributeReader | None = None) -> Text:
        """Return a text argument with references resolved; not for JSON, where one may be a whole value.

        Raises MalformedAttribute.
        """
        value = (self.attributes if attribute is None else attribute).get(name).text()
        return None if value is None else self.references.resolved(value)

    def computed(self, name: str) -> Text:
        """Return a text argument; None where the service fills in an unset one. Raises MalformedAttribute."""
        declared = self.instance.declared
        unwritten = declared is not None and name not in declared
        return None if unwritten and self.attributes.get(name).unknown else self.text(name)

    def texts(self, name: str, attribute: AttributeReader | None = None) -> tuple[str | Unknown, ...] | Unknown:
        """Return a list of texts. Raises MalformedAttribute."""
        found = (self.attributes if attribute is None else attribute).get(name)
        if isinstance(found.value, Unknown):
            if not found.value.parts:
                return found.value
            # Some elements are certain; what else there may be is one more, unknown.
            return (*(self.references.resolved(part) for part in found.value.parts), Unknown(found.value.reason))
        values = [element.text() for element in found.elements()]
        return tuple(self.references.resolved(value) for value in values if value is not None)

    def mapping(self, name: str, attribute: AttributeReader | None = None) -> Mapping[str, str | Unknown] | Unknown:
        """Return a map of texts. Raises MalformedAttribute."""
        found = (self.attributes if attribute is None else attribute).get(name)
        if isinstance(found.value, Unknown):
            return found.value
        return {key: self.references.resolved(value) for key, value in found.texts().items()}

    def number(self, name: str, attribute: AttributeReader | None = None) -> int | float | Unknown | None:
        """Return a number, also with a fraction, also when written as text. Raises MalformedAttribute."""
        found = (self.attributes if attribute is None else attribute).get(name)
        value = found.value
        if value is None or isinstance(value, Unknown):
            return value
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise MalformedAttribute(f"{name} should be a number") from None
        return int(number) if number.is_integer() else number

    def declared(self, arn: bool = True) -> dict[str, Any]:
        """Return the fields of ``Declared``."""
        instance = self.instance
        own_arn = self.references.own(instance, "arn") if arn else None
        pieces = own_arn.split(":") if isinstance(own_arn, str) else []
        parts = pieces if len(pieces) > 5 else ["", "", "", "", "", ""]
        return {
            "address": instance.address,
            "arn": own_arn,
            "account": instance.account if instance.account is not None else parts[4] or self.references.account,
            "region": instance.region if instance.region is not None else parts[3] or None,
            "location": instance.location,
            "origins": _origins(instance),
            "may_exist": instance.may_exist,
            "sensitive": frozenset(name for name, value in instance.attributes.items() if _sensitive(value)),
            "actions": instance.actions,
        }


def _sensitive(value: Any) -> bool:
    """Return True if a value or a part of it is sensitive."""
    if isinstance(value, Sensitive):
        return True
    if isinstance(value, Mapping):
        return any(_sensitive(item) for item in value.values())
    return isinstance(value, tuple | list) and any(_sensitive(item) for item in value)


def _origins(instance: ResourceInstance) -> Mapping[str, Location]:
    return {name: locate(instance, (name,)) for name in instance.attributes} if instance.origins else {}
