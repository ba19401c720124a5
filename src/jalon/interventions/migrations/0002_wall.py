"""Interventions behind the wall: that one goes on is seen by more people than what is said."""

from django.db import migrations

from jalon.audit.wall import (
    ForApplication,
    Policy,
    keep_history,
    keep_once_given,
    may,
    never_change,
    protect,
)
from jalon.interventions.migrations.functions.following import FOLLOWED, MANAGED, MAY_SHARE

_WORKS = may("work_with_families")
_MYSELF = "(SELECT wall.person())"
_FOLLOWS = "family_id IN (SELECT wall.families_followed())"
_MANAGES = "worker_id IN (SELECT wall.staff_managed())"
# Where it stands, to who follows the family and to who answers for the work; never what is said.
_KNOWS = f"{may('see_interventions')} AND (worker_id = {_MYSELF} OR {_FOLLOWS} OR {_MANAGES})"
_HOLDS = f"{_WORKS} AND (worker_id = {_MYSELF} OR {_FOLLOWS})"
_BEGINS = f"{_WORKS} AND worker_id = {_MYSELF}"
# What is said: to who follows the family, and to who received it.
_READS = f"{_WORKS} AND advice_id IN (SELECT wall.advices_read())"
_WRITES = f"{_READS} AND by_id = {_MYSELF}"
_OWN = f"{_WORKS} AND author_id = {_MYSELF}"
_SHARED = f"{may('see_interventions')} AND ({_FOLLOWS} OR {_MANAGES})"
# What hangs on an intervention is of its family, and goes where it goes when families are merged.
KEYS = """
ALTER TABLE interventions_advicemeeting ADD CONSTRAINT meeting_of_its_family
FOREIGN KEY (advice_id, family_id) REFERENCES interventions_informationadvice (id, family_id)
ON UPDATE CASCADE;
ALTER TABLE interventions_plannedaction ADD CONSTRAINT action_of_its_family
FOREIGN KEY (advice_id, family_id) REFERENCES interventions_informationadvice (id, family_id)
ON UPDATE CASCADE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("interventions", "0001_initial"),
        ("outreach", "0007_true_facts"),
    ]

    operations = [
        migrations.RunSQL(
            FOLLOWED,
            "DROP FUNCTION wall.advices_read(); DROP FUNCTION wall.families_followed()",
        ),
        migrations.RunSQL(MANAGED, "DROP FUNCTION wall.staff_managed()"),
        migrations.RunSQL(MAY_SHARE, "DROP FUNCTION wall.may_share(bigint, bigint)"),
        migrations.RunSQL(
            KEYS,
            "ALTER TABLE interventions_plannedaction DROP CONSTRAINT action_of_its_family; "
            "ALTER TABLE interventions_advicemeeting DROP CONSTRAINT meeting_of_its_family",
        ),
        *protect(
            "interventions_follower",
            Policy(
                see=_SHARED,
                insert=f"by_id = {_MYSELF} AND wall.may_share(family_id, worker_id)",
                update=f"{may('see_interventions')} AND (wall.leads(family_id) OR {_MANAGES})",
            ),
        ),
        ForApplication(
            "REVOKE UPDATE ON interventions_follower FROM {app}; "
            "GRANT UPDATE (until) ON interventions_follower TO {app}"
        ),
        *protect("interventions_draft", Policy(see=_OWN, insert=_OWN, update=_OWN, delete=_OWN)),
        *protect(
            "interventions_informationadvice",
            Policy(see=_KNOWS, insert=_BEGINS, update=_HOLDS),
        ),
        ForApplication(
            "REVOKE UPDATE ON interventions_informationadvice FROM {app}; "
            "GRANT UPDATE (other_service, state, closed_on, outcome) "
            "ON interventions_informationadvice TO {app}"
        ),
        *protect("interventions_advicemeeting", Policy(see=_READS, insert=_WRITES, update=_READS)),
        *protect("interventions_plannedaction", Policy(see=_READS, insert=_WRITES, update=_READS)),
        keep_once_given("interventions_follower", "until"),
        never_change(
            *("interventions_informationadvice", "public_id", "worker_id", "origin"),
            *("proposal_id", "referrer", "opened_on"),
        ),
        never_change("interventions_advicemeeting", "public_id", "by_id", "at"),
        never_change("interventions_plannedaction", "public_id", "by_id", "at"),
        *(
            keep_history(f"interventions_{name}")
            for name in ("follower", "informationadvice", "advicemeeting", "plannedaction")
        ),
    ]
