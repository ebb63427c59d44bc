"""The desk's tables, its people, its queue, and the fields that tell Rung the facts.

The users' numbers are given, not left to the database: the procedure's own_users names one.
"""

import json
import os
from pathlib import Path

import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth import get_user_model  # noqa: E402 - models need the setup
from helpdesk.models import CustomField, Queue  # noqa: E402

for number, (name, password) in enumerate(json.loads(os.environ["DESK_USERS"]).items(), start=1):
    get_user_model().objects.create_user(
        name, f"{name}@northwind.example", password, id=number, is_staff=True
    )

inbox = Path(os.environ["DESK_STATE"]) / "inbox"
inbox.mkdir()
Queue.objects.create(
    title="Helpdesk",
    slug="helpdesk",
    email_address="helpdesk@northwind.example",
    allow_public_submission=True,
    allow_email_submission=True,
    email_box_type="local",
    email_box_local_dir=str(inbox),
    email_box_interval=0,
)

FIELDS = {
    "customer": ("Company", "varchar", ""),
    "system": ("What is affected", "varchar", ""),
    "state": ("How bad it is", "list", "down\nimpaired\nlimited"),
    "users": ("How many people are affected", "integer", ""),
    # A list and not a tick box: a box that nobody ticked would say "no".
    "workaround": ("Is there another way to work?", "list", "yes\nno"),
    "category": ("Kind of trouble", "varchar", ""),
    "complaint": ("Not happy with how it is handled?", "varchar", ""),
}
for order, (name, (label, kind, choices)) in enumerate(FIELDS.items()):
    CustomField.objects.create(
        name=name,
        label=label,
        data_type=kind,
        list_values=choices,
        empty_selection_list=bool(choices),
        max_length=100,
        required=False,
        ordering=order,
    )
