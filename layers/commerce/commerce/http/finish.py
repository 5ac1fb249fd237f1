"""What the frame adds to an operation's body: the self link and the entity's tag."""

from __future__ import annotations

from dataclasses import dataclass

from commerce.call import EntityVersion, FinishedAnswer
from commerce.exact_json import JsonObject
from commerce.http.tags import TagKeys, issue_tag


@dataclass(frozen=True, slots=True)
class Finishing:
    """How the answers of one call are finished. `link`: the address that was called; `uri`: the one that tags name.

    `keys` is None where answers carry no tag.
    """

    link: str
    uri: str
    keys: TagKeys | None

    def __call__(self, body: JsonObject, entity: EntityVersion | None) -> FinishedAnswer:
        """The body with its links, and its tag: empty where there is none."""
        linked = body | {"links": [{"rel": "self", "href": self.link}]}
        if entity is None or self.keys is None:
            return FinishedAnswer(linked, "")
        return FinishedAnswer(linked, issue_tag(self.keys, self.uri, entity.entity_id, entity.version, entity.modifier))
