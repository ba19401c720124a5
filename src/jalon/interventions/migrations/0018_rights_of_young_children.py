from django.db import migrations, models

_RIGHTS = [
    ("AF", "Allocations familiales"),
    ("CF", "Complément familial"),
    ("ASF", "Allocation de soutien familial"),
    ("PAJE", "Allocation de base du jeune enfant (Paje)"),
    ("PRIME", "Prime à la naissance ou à l'adoption (Paje)"),
    ("PREPARE", "Prestation partagée d'éducation de l'enfant (PreParE)"),
    ("CMG", "Complément de libre choix du mode de garde (CMG)"),
    ("ARS", "Allocation de rentrée scolaire"),
    ("AEEH", "Allocation d'éducation de l'enfant handicapé"),
    ("RSA", "Revenu de solidarité active"),
    ("PPA", "Prime d'activité"),
    ("AL", "Aide au logement"),
    ("AAH", "Allocation aux adultes handicapés"),
    ("CSS", "Complémentaire santé solidaire gratuite"),
]


class Migration(migrations.Migration):
    dependencies = [("interventions", "0017_exceptional_wall")]

    operations = [
        migrations.AlterField(
            model_name="rightsclaim",
            name="kind",
            field=models.CharField(choices=_RIGHTS, max_length=10, verbose_name="droit"),
        ),
        migrations.RemoveConstraint(model_name="rightsclaim", name="rightsclaim_kind_is_known"),
        migrations.AddConstraint(
            model_name="rightsclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", sorted(code for code, _ in _RIGHTS))),
                name="rightsclaim_kind_is_known",
            ),
        ),
    ]
