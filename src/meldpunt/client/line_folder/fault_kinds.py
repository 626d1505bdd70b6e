"""The kinds of faults in a line's folder."""

from enum import StrEnum
from typing import Final


class FaultKind(StrEnum):
    """What is wrong, as a word for programs."""

    # The file
    FILE_MISSING = "file-missing"
    FILE_UNREADABLE = "file-unreadable"
    FILE_SIZE = "file-size"
    FILE_ENCODING = "file-encoding"
    # YAML
    YAML_TAB = "yaml-tab"
    YAML_CHARACTER = "yaml-character"
    YAML_COLON = "yaml-colon"
    YAML_NO_COLON = "yaml-no-colon"
    YAML_INDENTATION = "yaml-indentation"
    YAML_OPEN = "yaml-open"
    YAML_START = "yaml-start"
    YAML_ESCAPE = "yaml-escape"
    YAML_SYNTAX = "yaml-syntax"
    YAML_ANCHOR = "yaml-anchor"
    YAML_TAG = "yaml-tag"
    YAML_DOCUMENTS = "yaml-documents"
    YAML_ROOT = "yaml-root"
    YAML_KEY = "yaml-key"
    YAML_TOO_MUCH = "yaml-too-much"
    DUPLICATE_KEY = "duplicate-key"
    # Members
    UNKNOWN = "unknown"
    MISSING = "missing"
    EMPTY = "empty"
    WANTS_TEXT = "wants-text"
    WANTS_LIST = "wants-list"
    WANTS_MAPPING = "wants-mapping"
    WANTS_LANGUAGES = "wants-languages"
    WANTS_FLAG = "wants-flag"
    WANTS_NUMBER = "wants-number"
    WANTS_TERM = "wants-term"
    WANTS_DAY = "wants-day"
    WANTS_ONE_OF = "wants-one-of"
    WANTS_ID = "wants-id"
    WANTS_TASK = "wants-task"
    TEXT_LENGTH = "text-length"
    TEXT_EMPTY = "text-empty"
    LIST_LENGTH = "list-length"
    LIST_EMPTY = "list-empty"
    NUMBER_RANGE = "number-range"
    TELEPHONE = "telephone"
    EMAIL = "email"
    WEB_ADDRESS = "web-address"
    LINE_ADDRESS = "line-address"
    LANGUAGE_TAG = "language-tag"
    FORM = "form"
    # Languages and values
    LANGUAGE_MISSING = "language-missing"
    LANGUAGE_EXTRA = "language-extra"
    LANGUAGE_TWICE = "language-twice"
    VALUE_UNKNOWN = "value-unknown"
    VALUE_UNASKED = "value-unasked"
    VALUE_MISSPELT = "value-misspelt"
    PLACEHOLDER = "placeholder"
    EXAMPLE = "example"
    # Form
    ID_TWICE = "id-twice"
    KIND_UNKNOWN = "kind-unknown"
    PAGE_UNKNOWN = "page-unknown"
    PAGE_MISSING = "page-missing"
    PAGE_ORDER = "page-order"
    CONDITION_UNKNOWN = "condition-unknown"
    CONDITION_LATER = "condition-later"
    CONDITION_TYPE = "condition-type"
    CONDITION_OPTION = "condition-option"
    CONDITION_FORM = "condition-form"
    OPTIONS_WANTED = "options-wanted"
    OPTIONS_UNWANTED = "options-unwanted"
    NOT_BEFORE_DATE = "not-before-date"
    FILES_REQUIRED = "files-required"
    # Guide
    NODE_UNKNOWN = "node-unknown"
    NODE_CIRCLE = "node-circle"
    NODE_UNREACHED = "node-unreached"
    NODE_DOORS = "node-doors"
    # Procedure, clocks, theme
    STEP_BOTH = "step-both"
    CLOCK_UNKNOWN = "clock-unknown"
    CLOCK_UNTOLD = "clock-untold"
    CLOCK_IMPOSSIBLE = "clock-impossible"
    CLOCK_BACKWARDS = "clock-backwards"
    CLOCK_PAST_MAXIMUM = "clock-past-maximum"
    CHECK_IN_PAST = "check-in-past"
    STORY_TERM_PAST = "story-term-past"
    KEPT_IN_WORDS = "kept-in-words"
    CONTRAST = "contrast"
    COLOUR = "colour"
    LOGO = "logo"
    # People, and what stops publishing
    FUNCTION_CLASH = "function-clash"
    FUNCTION_NOBODY = "function-nobody"
    HANDLER_TWICE = "handler-twice"
    HANDLER_UNLISTED = "handler-unlisted"
    ENTRY_FILE = "entry-file"
    TEXT_FILE = "text-file"
    PAGE_MANIFEST = "page-manifest"
    OUTSIDE_UNREACHABLE = "outside-unreachable"
    PIECE_UNKNOWN = "piece-unknown"
    # Warnings
    DECISION_OF_CONTACT = "decision-of-contact"
    FEW_HANDLERS = "few-handlers"
    TOO_FEW_HANDLERS = "too-few-handlers"
    CLOCK_UNVERIFIED = "clock-unverified"

    @property
    def is_warning(self) -> bool:
        """Say whether the line may be published all the same."""
        return self in _WARNINGS

    @property
    def stops_only_publishing(self) -> bool:
        """Say whether the folder can be read and shown all the same."""
        return self in _ONLY_PUBLISHING or self.is_warning


_WARNINGS: Final = frozenset(
    {
        FaultKind.DECISION_OF_CONTACT,
        FaultKind.FEW_HANDLERS,
        FaultKind.TOO_FEW_HANDLERS,
        FaultKind.CLOCK_UNVERIFIED,
    }
)
_ONLY_PUBLISHING: Final = frozenset(
    {
        FaultKind.KEPT_IN_WORDS,
        FaultKind.PLACEHOLDER,
        FaultKind.EXAMPLE,
        FaultKind.FUNCTION_CLASH,
        FaultKind.FUNCTION_NOBODY,
        FaultKind.HANDLER_UNLISTED,
        FaultKind.HANDLER_TWICE,
        FaultKind.ENTRY_FILE,
        FaultKind.OUTSIDE_UNREACHABLE,
    }
)
