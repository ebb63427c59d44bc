"""Links: signed addresses of pages. A token says which page for whom; whether it still counts is
for the workflow to judge."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from itsdangerous import BadData, URLSafeSerializer

from procedure.book.procedure import Procedure

Purpose = Literal[
    "staff",
    "customer",
    "handover",
    "emergency",
    "approval",
    "complain",
    "complaint",
    "review",
    "problem",
    "prevention",
    "agreement",
]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

PAGES: dict[Purpose, str] = {
    "staff": "/ticket/staff",
    "customer": "/ticket/customer",
    "handover": "/handover",
    "emergency": "/emergency",
    "approval": "/approval",
    "complain": "/complain",
    "complaint": "/complaint",
    "review": "/review",
    "problem": "/problem",
    "prevention": "/prevention",
    "agreement": "/agreement",
}
"""Where the pages of a purpose are."""

_TOKEN = re.compile(r"(\.?[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43})(?:[^A-Za-z0-9].*)?", re.DOTALL)
"""A token, of which the last part is as long as its signature; and what mail programs glue to a link, which
may be what tokens have in them ("_", "."), or stand for a sign ("%20", "&amp;")."""

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of which a code is made: none that looks like another."""

_CODE = 6
"""How many letters a code has: one in 887 million is right."""


@dataclass(frozen=True)
class Address:
    """Where a link leads: a ticket's page, for one person, about one visit of a tier.

    For a handover or an approval ``ticket`` is the id of its workflow, and an approval's ``visit`` the
    turn in which the person was asked (0: for who was not). For the emergency door of a client it is
    the client's id, and ``person`` is empty; for the page of one emergency ``person`` is its number.
    To complain it is the ticket's id and the contact who would, or the client's id and nobody; for a
    complaint, or an assignment, the id of its workflow, with the level's visit (0: for the customer).
    For a client's document it is the client's id and the contact who is to confirm it.
    """

    purpose: Purpose
    ticket: str
    person: str = ""
    visit: int = 0


class TakenBack(Exception):
    """A link of ours that does not count any more: it was taken back from whom it was made for."""


def taken_back(current: Callable[[], Procedure]) -> Callable[[Address], int]:
    """How many times the links of an address's person, or of a client's own pages, were taken back so far."""

    def times(address: Address) -> int:
        book = current()
        if address.purpose == "emergency" or not address.person:
            client = book.clients.get(address.ticket)
            return client.links_taken_back if client else 0
        person = book.person(address.person)
        return person.links_taken_back if person else 0

    return times


class Links:
    """Makes and reads links. Keys are oldest first: the newest signs, all verify.

    ``taken`` says how many times the links of somebody were taken back; those from before count no more.
    """

    def __init__(
        self, keys: list[str], public_url: str, taken: Callable[[Address], int] = lambda address: 0
    ) -> None:
        self._public_url = public_url
        self._keys = keys
        self._taken = taken
        # Without a timestamp: the same mail sent twice carries the same link.
        self._serializers = {
            purpose: URLSafeSerializer(
                keys,
                salt=f"rung-link/1/{purpose}",
                signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
            )
            for purpose in PURPOSES
        }

    def url(self, address: Address) -> str:
        """The whole link to a page."""
        return f"{self._public_url}{PAGES[address.purpose]}/{self.token(address)}"

    def token(self, address: Address) -> str:
        content = [address.ticket, address.person, address.visit, self._taken(address)]
        token = self._serializers[address.purpose].dumps(content)
        return token.decode() if isinstance(token, bytes) else token

    def read(self, purpose: Purpose, token: str) -> Address | None:
        """The address in a token; None for everything that we have not signed for this purpose.

        Raises TakenBack.
        """
        found = _TOKEN.fullmatch(token)
        try:
            ticket, person, visit, taken = self._serializers[purpose].loads(found[1] if found else "")
        except (BadData, ValueError):
            return None
        address = Address(purpose, ticket, person, visit)
        if taken != self._taken(address):
            raise TakenBack
        return address

    def seal(self, text: str) -> str:
        """What stands for this text, and what nobody can work out who has not the keys."""
        return hmac.digest(self._keys[-1].encode(), f"rung-seal/1/{text}".encode(), "sha256").hex()

    def code(self, address: Address) -> str:
        """The code that stands in the mail beside a link, and in nothing else: "K7M-2QX"."""
        return _code(self._keys[-1], address, self._taken(address))

    def is_code(self, address: Address, typed: str) -> bool:
        """Whether somebody has typed the code of this link, by any of the keys."""
        letters = "".join(filter(str.isalnum, typed.upper()))
        given = f"{letters[: _CODE // 2]}-{letters[_CODE // 2 :]}".encode()
        taken = self._taken(address)
        return any(hmac.compare_digest(given, _code(key, address, taken).encode()) for key in self._keys)


def _code(key: str, address: Address, taken: int) -> str:
    about = f"rung-code/1/{address.purpose}/{address.ticket}/{address.person}/{address.visit}/{taken}"
    number = int.from_bytes(hmac.digest(key.encode(), about.encode(), "sha256"))
    letters = []
    for _ in range(_CODE):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return f"{''.join(letters[: _CODE // 2])}-{''.join(letters[_CODE // 2 :])}"


def fingerprint(token: str) -> str:
    """What a log may say about a token."""
    return hashlib.sha256(token.encode()).hexdigest()[:8]
