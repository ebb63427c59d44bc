"""The connection to Temporal: address and credentials from Temporal's own profiles and variables."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_json
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import QueryRejectCondition
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from runtime.settings import Settings, SettingsError
from workflows.attributes import KEYS

DEFAULT_ADDRESS = "127.0.0.1:7233"

NOBODY_ANSWERED = (
    RPCStatusCode.CANCELLED,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)
"""What Temporal says of a question: not in time, its worker has gone, or somebody else's waits already for a
workflow that is in a task, of which it keeps one."""

Stands = TypeVar("Stands")


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class SparseJSONConverter(PydanticJSONPlainPayloadConverter):
    """JSON by pydantic that leaves out what is at its default, which is always "nothing said".

    It halves what a ticket's history weighs, and makes it easier to read.
    """

    def to_payload(self, value: Any) -> Payload | None:
        if isinstance(value, BaseModel) or hasattr(value, "__dataclass_fields__"):
            data = _adapter(value.__class__).dump_json(value, exclude_defaults=True)
        else:
            data = to_json(value)
        return Payload(metadata={"encoding": self.encoding.encode()}, data=data)


class PayloadConverter(CompositePayloadConverter):
    def __init__(self) -> None:
        json = SparseJSONConverter()
        super().__init__(
            *(
                json if isinstance(converter, JSONPlainPayloadConverter) else converter
                for converter in DefaultPayloadConverter.default_encoding_payload_converters
            )
        )


DATA_CONVERTER = DataConverter(payload_converter_class=PayloadConverter)


async def connect(settings: Settings | None = None, *, wait_for_server: bool = True) -> Client:
    """Connect as TEMPORAL_* and the chosen profile say; to this machine when they say nothing.

    Without waiting for the server the connection is made at its first use: a gateway can
    start, and answer 503, before Temporal is there.

    A pace is for demonstrations: SettingsError if the server is not on this machine.
    """
    config = ClientConfig.load_client_connect_config()
    address = config.setdefault("target_host", DEFAULT_ADDRESS)
    if settings and settings.pace != 1 and not is_local(str(address)):
        raise SettingsError(f"RUNG_PACE: {settings.pace:g} is for demonstrations, and {address} is not local")
    return await Client.connect(**config, data_converter=DATA_CONVERTER, lazy=not wait_for_server)


def is_local(address: str) -> bool:
    """Whether an address is this machine's own."""
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def status_of(
    workflow: WorkflowHandle[Any, Any],
    kind: type[Stands],
    within: timedelta,
    unless: QueryRejectCondition | None = None,
) -> Stands:
    """Where a workflow stands, asked once.

    Raises TimeoutError if nobody has answered; else what the workflow or Temporal answers, as it comes:
    WorkflowQueryFailedError, WorkflowQueryRejectedError, RPCError.
    """
    try:
        # The client has a limit for each of its tries alone, and tries on where it is told to come back.
        async with asyncio.timeout(within.total_seconds()):
            stands: Stands = await workflow.query(
                "status", result_type=kind, reject_condition=unless, rpc_timeout=within
            )
    except RPCError as error:
        if error.status in NOBODY_ANSWERED:
            raise TimeoutError(error.message) from error
        raise
    return stands


async def register_search_attributes(client: Client) -> None:
    """Make the search attributes known to the namespace; again is harmless."""
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in KEYS},
        ),
        timeout=timedelta(seconds=20),
    )
