"""What was kept long enough goes: by functions that ask again whether it is due, and who may."""

from django.db import migrations

from jalon.audit.migrations.functions.accounts import ACCOUNTS, NO_ACCOUNTS
from jalon.audit.migrations.functions.due import (
    DUE,
    FAMILIES_DUE,
    NO_DUE,
    NO_RETENTION,
    RETENTION,
)
from jalon.audit.migrations.functions.figures import FIGURES
from jalon.audit.migrations.functions.logs import LOGS, NO_LOGS, PREVIEW
from jalon.audit.migrations.functions.purging import (
    FORGET_CONTENTS,
    NO_PURGE_FAMILY,
    NO_PURGES,
    PURGE_FAMILY,
    PURGES,
)
from jalon.audit.wall import Policy, may, protect

_CONTROLS = Policy(see=may("see_reads"))


class Migration(migrations.Migration):
    # The policies ask for permissions, which the directory's functions tell.
    dependencies = [("audit", "0003_purge"), ("directory", "0002_wall")]

    operations = [
        migrations.RunSQL(RETENTION, NO_RETENTION),
        migrations.RunSQL(f"{DUE}; {FAMILIES_DUE}", NO_DUE),
        migrations.RunSQL(FIGURES, "DROP FUNCTION wall.tell_figures(bigint[])"),
        migrations.RunSQL(PURGES, NO_PURGES),
        migrations.RunSQL(f"{FORGET_CONTENTS}; {PURGE_FAMILY}", NO_PURGE_FAMILY),
        migrations.RunSQL(LOGS, NO_LOGS),
        migrations.RunSQL(ACCOUNTS, NO_ACCOUNTS),
        migrations.RunSQL(PREVIEW, "DROP FUNCTION wall.preview_purge()"),
        *protect("audit_purge", _CONTROLS),
        *protect("audit_figure", _CONTROLS),
    ]
