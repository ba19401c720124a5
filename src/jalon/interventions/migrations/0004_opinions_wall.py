"""A family's own opinion is written by the database alone, and read as what is said with it."""

from django.db import migrations

from jalon.audit.wall import Policy, among, keep_history, keep_no_statistics, may, protect
from jalon.interventions.migrations.functions.opinions import (
    AWAITED,
    NO_AWAITED,
    NO_OWN_OPINION,
    OWN_OPINION,
)

_KEY = """
ALTER TABLE interventions_familyopinion ADD CONSTRAINT familyopinion_of_its_support
FOREIGN KEY (support_id, family_id) REFERENCES interventions_support (id, family_id)
ON UPDATE CASCADE
"""
_NO_KEY = "ALTER TABLE interventions_familyopinion DROP CONSTRAINT familyopinion_of_its_support"
_READS = f"{may('work_with_families')} AND {among('support_id', 'wall.supports_read()')}"


class Migration(migrations.Migration):
    dependencies = [("interventions", "0003_familyopinion"), ("agenda", "0005_notices_wall")]

    operations = [
        migrations.RunSQL(_KEY, _NO_KEY),
        migrations.RunSQL(AWAITED, NO_AWAITED),
        migrations.RunSQL(OWN_OPINION, NO_OWN_OPINION),
        *protect("interventions_familyopinion", Policy(see=_READS)),
        keep_history("interventions_familyopinion"),
        keep_no_statistics(
            *("interventions_familyopinion", "kind", "closed_on", "listened", "helped"),
            *("better", "returns"),
        ),
    ]
