"""Interventions behind the wall: that one goes on is seen by more people than what is said."""

from django.db import migrations

from jalon.audit.wall import (
    ForApplication,
    Policy,
    among,
    keep_history,
    keep_no_statistics,
    keep_once_given,
    may,
    mine,
    never_change,
    protect,
    refuse_changes,
    signed,
)
from jalon.interventions.migrations.functions.facts import (
    EVENTS,
    GOING,
    HELD,
    NO_EVENTS,
    NO_HELD,
    NOT_REVISED,
    REVISED,
)
from jalon.interventions.migrations.functions.following import FOLLOWED, LED, MANAGED, MAY_SHARE
from jalon.interventions.migrations.functions.supports import (
    EXTEND,
    FREEZE,
    GUARD,
    NO_EXTEND,
    NO_FREEZE,
    NO_GUARD,
)
from jalon.interventions.migrations.functions.times import (
    ADVICE_ENDED,
    NO_SUPPORT_DAYS,
    NOT_PAST,
    NOT_WRITTEN,
    PAST,
    SUPPORT_DAYS,
    WRITTEN,
)

_WORKS = may("work_with_families")
_MYSELF = "(SELECT wall.person())"
_FOLLOWS = among("family_id", "wall.families_followed()")
_MANAGES = among("worker_id", "wall.staff_managed()")
# Where it stands, to who follows the family and to who answers for the work; never what is said.
_KNOWS = f"{may('see_interventions')} AND ({mine('worker_id')} OR {_FOLLOWS} OR {_MANAGES})"
_HOLDS = f"{_WORKS} AND ({mine('worker_id')} OR {_FOLLOWS})"
_BEGINS = f"{_WORKS} AND {mine('worker_id')}"
# It comes of what was proposed to its own family; both go where that goes.
_OWN_PROPOSAL = """(proposal_id IS NULL OR EXISTS (
    SELECT FROM outreach_proposal AS one
    WHERE one.id = proposal_id AND one.family_id = interventions_informationadvice.family_id
))"""
# Where somebody leads the family, a support is theirs to begin, or a colleague's they associated.
_PREPARES = f"{_BEGINS} AND ({_FOLLOWS} OR NOT wall.is_led(family_id))"
# What is said: to who follows the family, and to who received it.
_OF_ADVICE = among("advice_id", "wall.advices_read()")
_OF_SUPPORT = among("support_id", "wall.supports_read()")
_READS = f"{_WORKS} AND {_OF_ADVICE}"
_WRITES = f"{_READS} AND by_id = {_MYSELF} AND revised_by_id IS NULL"
_OWN = f"{_WORKS} AND {mine('author_id')}"
_SHARED = f"{may('see_interventions')} AND ({_FOLLOWS} OR {_MANAGES})"
# Of a support, and of an action of either.
_READS_SUPPORT = f"{_WORKS} AND {_OF_SUPPORT}"
_READS_EITHER = f"{_WORKS} AND ({_OF_ADVICE} OR {_OF_SUPPORT})"
_ANSWERS_FOR_SUPPORT = "wall.among(support_id, (SELECT wall.supports_answered()))"
# What happened to a support, to whoever knows where it stands.
_KNOWS_SUPPORT = f"{may('see_interventions')} AND ({_OF_SUPPORT} OR {_ANSWERS_FOR_SUPPORT})"
# Whoever answers for the worker who carries it today, and neither asked nor carries it.
_DECIDES = (
    f"{may('see_interventions')} AND {_ANSWERS_FOR_SUPPORT} "
    f"AND asked_by_id <> {_MYSELF} AND coalesce(decided_by_id = {_MYSELF}, true)"
)
# What hangs on an intervention is of its family, and goes where it goes when families are merged.
_ADVICE, _SUPPORT = "interventions_informationadvice", "interventions_support"
_HANGS = (
    ("advicemeeting", "advice", _ADVICE, "family_id"),
    ("plannedaction", "advice", _ADVICE, "family_id"),
    ("support", "advice", _ADVICE, "family_id"),
    ("plannedaction", "support", _SUPPORT, "family_id"),
    ("supportevent", "support", _SUPPORT, "family_id"),
    ("extension", "support", _SUPPORT, "family_id"),
    ("appraisal", "support", _SUPPORT, "family_id"),
    ("objective", "support", _SUPPORT, "family_id"),
    ("contract", "support", _SUPPORT, "family_id"),
    ("review", "support", _SUPPORT, "family_id"),
    ("homevisit", "support", _SUPPORT, "family_id"),
    ("plannedaction", "objective", "interventions_objective", "support_id"),
)
KEYS = "; ".join(
    f"ALTER TABLE interventions_{table} ADD CONSTRAINT {table}_of_its_{parent} "
    f"FOREIGN KEY ({parent}_id, {shared}) REFERENCES {other} (id, {shared}) ON UPDATE CASCADE"
    for table, parent, other, shared in _HANGS
)
_NO_KEYS = "; ".join(
    f"ALTER TABLE interventions_{table} DROP CONSTRAINT {table}_of_its_{parent}"
    for table, parent, *_ in reversed(_HANGS)
)
# What is said, and how things went, by table; where each stands has few values, and is no secret.
_SAID = {
    "follower": "since until",
    "draft": "content",
    "informationadvice": "origin referrer other_service outcome",
    "advicemeeting": "mode asked told advised agreed handed",
    "plannedaction": "what who",
    "support": "suspension closing",
    "supportevent": "why",
    "extension": "why answer",
    "appraisal": "domain rating strengths obstacles income charges debts",
    "objective": "domain aim detail result",
    "contract": "purpose family_side worker_side signature signatories scan scan_size scan_sha256",
    "review": "kind progress family_view decisions listened helped returns",
    "homevisit": "preparation safety report",
    "journalentry": "kind text",
    "privatenote": "text",
}


class Migration(migrations.Migration):
    dependencies = [
        ("interventions", "0001_initial"),
        ("outreach", "0007_true_facts"),
    ]

    operations = [
        migrations.RunSQL(
            FOLLOWED,
            "DROP FUNCTION wall.supports_read(); DROP FUNCTION wall.advices_read(); "
            "DROP FUNCTION wall.families_followed()",
        ),
        migrations.RunSQL(LED, "DROP FUNCTION wall.is_led(bigint)"),
        migrations.RunSQL(
            MANAGED,
            "DROP FUNCTION wall.supports_answered(); DROP FUNCTION wall.staff_managed()",
        ),
        migrations.RunSQL(
            MAY_SHARE,
            "DROP FUNCTION wall.may_share(bigint, bigint); "
            "DROP FUNCTION wall.answers_for_family(bigint)",
        ),
        migrations.RunSQL(KEYS, _NO_KEYS),
        migrations.RunSQL(GUARD, NO_GUARD),
        migrations.RunSQL(EXTEND, NO_EXTEND),
        migrations.RunSQL(FREEZE, NO_FREEZE),
        migrations.RunSQL(
            GOING,
            "DROP FUNCTION wall.refuse_of_closed_advice(); "
            "DROP FUNCTION wall.refuse_of_closed_support()",
        ),
        migrations.RunSQL(HELD, NO_HELD),
        migrations.RunSQL(REVISED, NOT_REVISED),
        migrations.RunSQL(EVENTS, NO_EVENTS),
        migrations.RunSQL(SUPPORT_DAYS, NO_SUPPORT_DAYS),
        migrations.RunSQL(WRITTEN, NOT_WRITTEN),
        migrations.RunSQL(PAST, NOT_PAST),
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
            Policy(see=_KNOWS, insert=f"{_BEGINS} AND {_OWN_PROPOSAL}", update=_HOLDS),
        ),
        ForApplication(
            "REVOKE UPDATE ON interventions_informationadvice FROM {app}; "
            "GRANT UPDATE (other_service, state, closed_on, outcome) "
            "ON interventions_informationadvice TO {app}"
        ),
        *protect("interventions_advicemeeting", Policy(see=_READS, insert=_WRITES, update=_READS)),
        *protect(
            "interventions_plannedaction",
            Policy(
                see=_READS_EITHER,
                insert=f"{_READS_EITHER} AND by_id = {_MYSELF} AND state = 'todo'",
                update=_READS_EITHER,
            ),
        ),
        *protect("interventions_support", Policy(see=_KNOWS, insert=_PREPARES, update=_KNOWS)),
        *protect("interventions_supportevent", Policy(see=_KNOWS_SUPPORT)),
        *protect(
            "interventions_extension",
            Policy(
                see=_KNOWS_SUPPORT,
                insert=f"{_READS_SUPPORT} AND asked_by_id = {_MYSELF} AND granted IS NULL",
                update=_DECIDES,
            ),
        ),
        ForApplication(
            "REVOKE UPDATE ON interventions_extension FROM {app}; "
            "GRANT UPDATE (granted, decided_by_id, decided_at, answer) "
            "ON interventions_extension TO {app}"
        ),
        *protect(
            "interventions_appraisal",
            Policy(see=_READS_SUPPORT, insert=_READS_SUPPORT, update=_READS_SUPPORT),
        ),
        *protect(
            "interventions_objective",
            Policy(
                see=_READS_SUPPORT,
                insert=f"{_READS_SUPPORT} AND by_id = {_MYSELF}",
                update=_READS_SUPPORT,
            ),
        ),
        *protect(
            "interventions_contract",
            Policy(
                see=_READS_SUPPORT,
                insert=f"{_READS_SUPPORT} AND made_by_id = {_MYSELF} AND signed_on IS NULL",
                update=_READS_SUPPORT,
            ),
        ),
        *(
            operation
            for table in ("review", "homevisit")
            for operation in protect(
                f"interventions_{table}",
                Policy(
                    see=_READS_SUPPORT,
                    insert=f"{_READS_SUPPORT} AND by_id = {_MYSELF}"
                    + (" AND revised_by_id IS NULL" if table == "homevisit" else ""),
                    update=_READS_SUPPORT if table == "homevisit" else None,
                ),
            )
        ),
        *protect(
            "interventions_journalentry",
            Policy(
                see=f"{_WORKS} AND ({mine('by_id')} OR {_FOLLOWS})",
                insert=f"{_WORKS} AND by_id = {_MYSELF} AND {_FOLLOWS}",
                update=f"{_WORKS} AND {mine('by_id')}",
            ),
        ),
        *protect(
            "interventions_privatenote",
            Policy(see=_OWN, insert=_OWN, update=_OWN, delete=_OWN),
        ),
        never_change("interventions_privatenote", "public_id", "author_id", "at"),
        never_change("interventions_homevisit", "public_id", "support_id", "by_id", "at"),
        never_change("interventions_journalentry", "public_id", "by_id", "at"),
        # What one notes for oneself is nobody else's, in history neither.
        keep_history("interventions_privatenote", secret=("text",)),
        keep_once_given("interventions_extension", "granted", "decided_by_id", "decided_at"),
        signed("interventions_plannedaction", "settled_by_id"),
        signed("interventions_contract", "signed_by_id"),
        never_change("interventions_support", "public_id", "advice_id", "drafted_on"),
        never_change("interventions_extension", "public_id", "until", "why", "asked_by_id"),
        never_change("interventions_objective", "public_id", "support_id", "by_id", "at"),
        never_change("interventions_appraisal", "support_id", "domain"),
        never_change("interventions_contract", "public_id", "support_id", "version", "made_by_id"),
        keep_once_given("interventions_follower", "until"),
        never_change(
            *("interventions_informationadvice", "public_id", "worker_id", "origin"),
            *("proposal_id", "referrer", "opened_on"),
        ),
        refuse_changes(
            *("interventions_informationadvice", "in_time", ADVICE_ENDED),
            *("state", "closed_on", "outcome", "other_service"),
        ),
        never_change("interventions_advicemeeting", "public_id", "by_id", "at"),
        never_change("interventions_plannedaction", "public_id", "by_id", "at"),
        *(
            keep_history(f"interventions_{name}")
            for name in (
                *("follower", "informationadvice", "advicemeeting", "plannedaction"),
                *("support", "extension", "appraisal", "objective", "review", "homevisit"),
                *("journalentry", "contract"),
            )
        ),
        # What is of a family goes with it when it is merged, and nowhere else: here is all that
        # the application may write anew and that no key of its own holds there.
        *(
            refuse_changes(
                f"interventions_{table}",
                "stays_with_its_family",
                "OLD.family_id <> NEW.family_id",
                "family_id",
            )
            for table in (
                "draft",
                "advicemeeting",
                "plannedaction",
                "support",
                "journalentry",
                "privatenote",
            )
        ),
        *(
            keep_no_statistics(f"interventions_{table}", *columns.split())
            for table, columns in _SAID.items()
        ),
    ]
