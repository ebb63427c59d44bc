"""What a client has confirmed, and who was asked to: kept for as long as it is a client. It waits for nothing
but the next word."""

from __future__ import annotations

from temporalio import workflow

from procedure.document.confirmed import Confirmed
from procedure.record import Refused
from procedure.wording import as_markdown
from workflows.messages import Answer
from workflows.messages.agreement import AgreementInput, AgreementLetter, AskToConfirm, ConfirmVersion
from workflows.post import Undeliverable, bring
from workflows.refusal import refusals


@workflow.defn(name="ClientAgreement")
class AgreementWorkflow:
    """Which version of its document a client has confirmed, who has, and when; and who was asked to."""

    @workflow.init
    def __init__(self, start: AgreementInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        self.stands = start.carried or Confirmed(start.client)

    @workflow.run
    async def run(self, start: AgreementInput) -> None:
        """It never ends: its history starts afresh when that has grown long."""
        await workflow.wait_condition(
            lambda: workflow.info().is_continue_as_new_suggested() and workflow.all_handlers_finished()
        )
        workflow.continue_as_new(start.model_copy(update={"carried": self.stands}))

    @workflow.update(description="This version is what was agreed.")
    async def confirm(self, said: ConfirmVersion) -> Answer:
        """Who confirms the same version twice has confirmed it once."""
        self.stands = said.apply(self.stands, workflow.now())
        newest = self.stands.confirmations[-1]
        text = f"{newest.who} has confirmed version {newest.fingerprint}"
        workflow.set_current_details(as_markdown(f"{text} at {newest.at:%Y-%m-%d %H:%M} UTC."))
        return Answer(text=text)

    @workflow.update(description="This contact is asked by mail to confirm it.")
    async def ask(self, said: AskToConfirm) -> Answer:
        """Answered once the mail is on its way: what will never arrive is refused."""
        letter = AgreementLetter(client=self.stands.client, to=said.to)
        with refusals():
            try:
                await bring("send_agreement", letter, f"ask {said.name} to confirm")
            except Undeliverable as why:
                raise Refused(f"Mail to {said.name} does not arrive: {why}") from None
        self.stands = said.apply(self.stands, workflow.now())
        return Answer(text=f"{said.name} is asked by mail to confirm it")

    @workflow.query(description="What was confirmed, by whom and when.")
    def status(self) -> Confirmed:
        return self.stands
