"""Families behind the wall: who is known, who may reach them, who decided what on what."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, protect

LEADS = """
CREATE FUNCTION wall.leads(family bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT EXISTS (
        SELECT FROM public.families_involvement
        WHERE family_id = family AND worker_id = wall.person() AND lead AND until IS NULL
    )
$$
"""
_SEES = may("see_families")
_MAKES = f"({_SEES} OR {may('release_runs')})"
_REACHES = (
    f"{_SEES} AND (NOT protected OR {may('see_protected_addresses')} OR wall.leads(family_id))"
)
_KNOWN = Policy(see=_SEES, insert=_MAKES, update=_SEES)
_DOUBTS = may("merge_families")


class Migration(migrations.Migration):
    dependencies = [("families", "0001_initial"), ("directory", "0002_wall")]

    operations = [
        migrations.RunSQL(LEADS, "DROP FUNCTION wall.leads(bigint)"),
        *protect("families_family", _KNOWN),
        *protect("families_household", _KNOWN),
        *protect("families_person", _KNOWN),
        *protect("families_contactpoint", Policy(see=_REACHES, insert=_MAKES, update=_REACHES)),
        *protect(
            "families_snapshot", Policy(see=may("see_situations"), insert=may("release_runs"))
        ),
        *protect("families_involvement", _KNOWN),
        *protect("families_doubt", Policy(see=_DOUBTS, insert=_MAKES, update=_DOUBTS)),
        *protect("families_merge", Policy(see=_DOUBTS, insert=_DOUBTS, update=_DOUBTS)),
        *(
            keep_history(f"families_{name}")
            for name in (
                *("family", "household", "person", "contactpoint"),
                *("involvement", "doubt", "merge"),
            )
        ),
    ]
