"""The desk of a line's folder: checklists stand beside their step, the term beside the clocks."""

from collections.abc import Callable, Iterator
from typing import Final

from meldpunt.client.line_folder.shaping import Shaped, Surroundings, shape
from meldpunt.client.line_folder.yaml_reader import Listed, Mapped, Node
from meldpunt.protocol.texts.desk import Desk, StoryTerm

CHECKLIST: Final = "checklist"
"""The member of a step that the signed procedure does not have."""
STORY_TERM: Final = "storyTerm"
"""The member of line.yaml that goes into the desk, without its source."""
_STEPS: Final = "steps"


def without_checklists(procedure: Mapped) -> Mapped:
    """Return procedure.yaml as the procedure that is signed."""
    steps = procedure.members.get(_STEPS)
    if not isinstance(steps, Listed):
        return procedure
    bare = tuple(_only(step, lambda name: name != CHECKLIST) for step in steps.items)
    members = procedure.members | {_STEPS: Listed(steps.place, bare, steps.is_flow)}
    return Mapped(procedure.place, members, procedure.keys, procedure.is_flow)


def desk_of(line: Mapped, procedure: Mapped, around: Surroundings) -> Shaped[Desk] | None:
    """Return the desk that a folder describes, or None if it describes none.

    Args:
        line: line.yaml.
        procedure: procedure.yaml, with its checklists.
        around: Languages and values.
    """
    members = dict[str, Node]()
    lists = tuple(_checklists(procedure))
    if lists:
        members["checklists"] = Listed(procedure.place, lists)
    if STORY_TERM in line.members:
        members[STORY_TERM] = _only(line.members[STORY_TERM], StoryTerm.model_fields.__contains__)
    if not members:
        return None
    keys = dict.fromkeys(members, procedure.place) | line.keys
    return shape(Mapped(procedure.place, members, keys), Desk, around)


def _checklists(procedure: Mapped) -> Iterator[Mapped]:
    steps = procedure.members.get(_STEPS)
    for step in steps.items if isinstance(steps, Listed) else ():
        if isinstance(step, Mapped) and CHECKLIST in step.members and "id" in step.members:
            at = step.keys[CHECKLIST]
            members = {"step": step.members["id"], "tasks": step.members[CHECKLIST]}
            yield Mapped(at, members, dict.fromkeys(members, at))


def _only(node: Node, is_wanted: Callable[[str], bool]) -> Node:
    if not isinstance(node, Mapped):
        return node
    members = {name: member for name, member in node.members.items() if is_wanted(name)}
    return Mapped(node.place, members, node.keys, node.is_flow)
