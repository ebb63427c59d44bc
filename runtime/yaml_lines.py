"""YAML with line numbers, in which every single value is a text.

What a text means, the model that receives it decides: ``no`` is a name where a name
belongs and "false" where true or false belongs; ``12:30`` never becomes 750. Only a value
left empty (or ``~`` or ``null``) is None. Duplicate keys are refused, aliases and tags too,
so a file is never bigger in memory than on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

Keys = tuple[str | int, ...]
"""The way to a place in a file: keys, and positions in lists from 0."""

MAX_DEPTH = 20
MAX_TEXT = 2_000
STAND_IN = "rung-stand-in@stand-in.invalid"
"""What stands where the real value can't be known: a text, and a mail address in form."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNFIT = "this line doesn't fit the lines above: check the indentation and the quotes"
_NEVER_CLOSED = "a list in [ ] or a block in { } is never closed: close it, with commas in between"
_WORDS = {
    "mapping values are not allowed": "there is a colon where none can be: "
    "check the indentation, or put the text in quotes",
    "block sequence entries are not allowed": "there is a dash where none can be: "
    "begin the list on a new line",
    "could not find expected ':'": "there is a key without its colon: write 'key: value'",
    "that cannot start any token": "a value can't begin like this: indent with spaces and never with tabs, "
    "and put texts that begin with a sign (@ ` % ...) in quotes",
    "unexpected end of stream": "a quotation mark is opened here and never closed: close it",
    "did not find expected key": _UNFIT,
    "expected <block end>": _UNFIT,
    "did not find expected '-'": _UNFIT,
    "did not find expected ','": _NEVER_CLOSED,
    "expected ',' or": _NEVER_CLOSED,
}


class Unreadable(Exception):
    """A file that is no YAML at all from this line on."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line, self.text = line, text


@dataclass(frozen=True)
class LineMistake:
    """Something in the YAML itself."""

    line: int
    keys: Keys
    text: str


@dataclass
class Document:
    """What one file says, and in which line it says so."""

    value: object = None
    lines: dict[Keys, int] = field(default_factory=dict)
    mistakes: list[LineMistake] = field(default_factory=list)
    unknown: set[Keys] = field(default_factory=set)
    """The places that hold STAND_IN, because of one of the mistakes."""

    def line(self, keys: Keys) -> int:
        """The line of a place, or of the nearest block around it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)


def load(text: str) -> Document:
    """Read one file's text. Unreadable where it stops being YAML; every other mistake is in the document."""
    document = Document()
    try:
        _Builder(yaml.parse(text, Loader=_LOADER), document).build()
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_line_of(error), _in_words(error)) from error
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise Unreadable(line, "there is a control character that can't be read: delete it") from error
    except (ValueError, OverflowError) as error:  # only PyYAML without libyaml: impossible "\U..." escapes
        raise Unreadable(1, f"is no YAML: {error}") from error
    return document


def _line_of(error: yaml.MarkedYAMLError) -> int:
    # What is never closed is noticed at the end of the file, but the mistake is where it begins.
    begins_earlier = error.context and ("quoted scalar" in error.context or "flow" in error.context)
    mark = error.context_mark if begins_earlier and error.context_mark else error.problem_mark
    return mark.line + 1 if mark else 1


def _in_words(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "is no YAML"
    known = next((words for part, words in _WORDS.items() if part in problem), None)
    return (
        known or f"can't be read from here on ({problem}): check the indentation, the colons and the quotes"
    )


class _Builder:
    """Builds the value of a document from the parser's events."""

    def __init__(self, events: Iterator[yaml.Event], document: Document) -> None:
        self._events, self._document = events, document

    def build(self) -> None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self._document.lines:
                    raise Unreadable(
                        _line(event), "a second document begins here: one file holds one, delete this line"
                    )
                self._document.value = self._value(next(self._events), ())

    def _value(self, event: yaml.Event, at: Keys) -> object:
        self._document.lines.setdefault(at, _line(event))
        if len(at) > MAX_DEPTH:
            raise Unreadable(
                _line(event), f"blocks lie in blocks more than {MAX_DEPTH} deep: write it flatter"
            )
        if isinstance(event, yaml.AliasEvent):
            return self._refused(
                event, at, f"'*{event.anchor}' points to another place: write the value itself here"
            )
        value = self._plain(event, at)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            return self._refused(event, at, f"tags such as {tag!r} are not used here: write the value alone")
        if isinstance(value, str) and len(value) > MAX_TEXT:
            return self._refused(event, at, f"this text is too long: write at most {MAX_TEXT} characters")
        return value

    def _plain(self, event: yaml.Event, at: Keys) -> object:
        if isinstance(event, yaml.SequenceStartEvent):
            return [
                self._value(item, (*at, number))
                for number, item in enumerate(self._until(yaml.SequenceEndEvent))
            ]
        if isinstance(event, yaml.MappingStartEvent):
            return self._block(at)
        if isinstance(event, yaml.ScalarEvent) and (event.style or event.value not in ("", "~", "null")):
            return event.value
        return None

    def _block(self, at: Keys) -> dict[str, object]:
        block: dict[str, object] = {}
        for event in self._until(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._skip_odd_key(event, at)
                continue
            key = event.value.strip()
            here = (*at, key)
            first = self._document.lines.setdefault(here, _line(event))
            value = self._value(next(self._events), here)
            if key in block:
                text = f"{key!r} is there twice, first in line {first}: keep one of the two"
                self._document.mistakes.append(LineMistake(_line(event), here, text))
            else:
                block[key] = value
        return block

    def _skip_odd_key(self, event: yaml.Event, at: Keys) -> None:
        # A place of its own, so that nothing in it is taken for a part of the block.
        odd = (*at, "?")
        self._value(event, odd)
        self._value(next(self._events), odd)
        self._refused(event, odd, "a key must be a plain word: put texts with [ ] { } or * in quotes")

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _refused(self, event: yaml.Event, at: Keys, text: str) -> str:
        self._document.mistakes.append(LineMistake(_line(event), at, text))
        self._document.unknown.add(at)
        return STAND_IN


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 1
