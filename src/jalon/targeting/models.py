"""Monthly runs: what was received, what was found, who released it; rules tried beside them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jalon.audit.choices import closed
from jalon.directory.models import Area, StaffMember
from jalon.rules.calendar import Month
from jalon.rules.sentences import capitalised, fact_label
from jalon.targeting.enums import RunState

# The policies' function `wall.forget_trials` says the same.
TRIAL_LASTS: Final = timedelta(days=1)
# From the release to the last wave, at most, whatever a profile allows.
LONGEST_DAYS: Final = 182


@closed
class TargetingRun(models.Model):
    """A month's offers applied to one extract.

    The extract and the cohort are files: `extract` names the extract's folder, which a run made
    `again_of` another shares with it, `incoming` the folder it is yet to be copied from. `record`
    is what the run's record says, `summary` what its pages need to count, `step` what is being
    done; `files` gives the digest of each file that a release rests on, `capacity` what the last
    who released something of it saw of the workers' capacity. A run is never edited: it is made
    again.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    month = models.CharField("mois", max_length=7)
    profile = models.CharField("profil", max_length=50)
    state = models.CharField("état", max_length=20, choices=RunState, default=RunState.RECEIVED)
    extract = models.UUIDField("extraction", default=uuid.uuid4, editable=False)
    incoming = models.CharField("déposée dans", max_length=255, blank=True)
    again_of = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="made_again",
        null=True,
        blank=True,
        verbose_name="refait",
    )
    step = models.CharField("étape", max_length=200, blank=True)
    problem = models.TextField("refus", blank=True)
    record = models.JSONField("relevé", default=dict)
    summary = models.JSONField("résumé", default=dict)
    digest = models.CharField("empreinte", max_length=64, blank=True)
    files = models.JSONField("empreintes des fichiers", default=dict)
    capacity = models.JSONField("capacité à la libération", null=True)
    made_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="runs", verbose_name="lancé par"
    )
    made_at = models.DateTimeField("lancé le", auto_now_add=True)
    computed_at = models.DateTimeField("calculé le", null=True)
    withdrawn_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="retiré par"
    )
    withdrawn_at = models.DateTimeField("retiré le", null=True)

    class Meta:
        verbose_name = "requêtage"
        ordering = ("-month", "-made_at")
        indexes: ClassVar = [models.Index(fields=["-month", "-made_at"], name="run_by_month")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$"), name="run_of_a_month"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(RunState.REVIEW, RunState.RELEASED))
                | Q(computed_at__isnull=False),
                name="run_reviewed_once_computed",
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.WITHDRAWN, withdrawn_by__isnull=False)
                & Q(withdrawn_at__isnull=False)
                | ~Q(state=RunState.WITHDRAWN) & Q(withdrawn_by=None, withdrawn_at=None),
                name="run_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"Requêtage {self.of_month}"

    @property
    def month_said(self) -> str:
        """The month in French: octobre 2026."""
        return Month.parse(self.month).in_french

    @property
    def labels(self) -> dict[str, str]:
        """The label of each offer that the run applied, by code, in the order of labels."""
        found: dict[str, str] = self.summary.get("labels", {})
        return dict(sorted(found.items(), key=lambda one: one[1]))

    @property
    def of_month(self) -> str:
        """The month after its preposition: d'octobre 2026."""
        return Month.parse(self.month).of_french


class RunCount(models.Model):
    """How many families of a commune a run selects, sets aside or leaves to verify."""

    run = models.ForeignKey(
        TargetingRun, models.CASCADE, related_name="counts", verbose_name="requêtage"
    )
    offer = models.CharField("offre", max_length=50)
    commune = models.CharField("commune", max_length=5)
    outcome = models.CharField("résultat", max_length=20)
    number = models.PositiveIntegerField("familles")

    class Meta:
        verbose_name = "décompte"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "offer", "commune", "outcome"], name="run_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer}, {self.commune} : {self.number}"


class RegisterCount(models.Model):
    """How many households of a commune the extract of a run holds, and how many an offer concerns.

    `households` are the accepted ones. Of them, `eligible` meet every criterion of some offer that
    families are proposed, whatever sets them aside from being written to. What is known of
    coverage once the extract is gone.
    """

    run = models.ForeignKey(
        TargetingRun,
        models.CASCADE,
        db_index=False,
        related_name="register_counts",
        verbose_name="requêtage",
    )
    commune = models.CharField("commune", max_length=5)
    households = models.PositiveIntegerField("dossiers")
    eligible = models.PositiveIntegerField("dossiers concernés")

    class Meta:
        verbose_name = "décompte du fichier"
        verbose_name_plural = "décomptes du fichier"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "commune"], name="register_count_once"),
            models.CheckConstraint(
                condition=Q(eligible__lte=F("households")), name="register_count_of_its_households"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune} : {self.households}"


class Release(models.Model):
    """An offer of a run that someone else than its maker let go, in an area.

    `area` is empty for the families of no area of the department. `taken_up_at` is when every
    selected family of it had its proposal. Until then, `attempts` counts how often that was tried,
    and `problem` says why it is tried no more. `skipped` names the earlier months of which events
    registered late were not looked for: their own runs could not be read any more.
    """

    run = models.ForeignKey(
        TargetingRun, models.PROTECT, related_name="releases", verbose_name="requêtage"
    )
    offer = models.CharField("offre", max_length=50)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", null=True, verbose_name="secteur géographique"
    )
    by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="releases", verbose_name="libéré par"
    )
    made_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", verbose_name="lancé par"
    )
    at = models.DateTimeField("libéré le", auto_now_add=True)
    taken_up_at = models.DateTimeField("repris le", null=True)
    attempts = models.PositiveSmallIntegerField("essais de reprise", default=0, db_default=0)
    problem = models.TextField("reprise arrêtée", blank=True, default="", db_default="")
    skipped = ArrayField(models.CharField(max_length=7), verbose_name="mois omis", default=list)

    class Meta:
        verbose_name = "libération"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "offer", "area"], name="release_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~Q(by=F("made_by")), name="release_by_another_than_the_maker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer}, {self.run}"


class Draw(models.Model):
    """That the families of a release are contacted in waves, in an order drawn by lot.

    It is drawn as they are released, before anybody is contacted, and never changed: `seed` gives
    the order (`waves`). The database alone draws it, one a month (`wall.draw_lots`), and says
    when. The first wave begins that day, each other so many days after the last.
    """

    release = models.OneToOneField(
        Release, models.PROTECT, related_name="draw", verbose_name="libération"
    )
    by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", verbose_name="tirage demandé par"
    )
    at = models.DateTimeField("tirée le", auto_now_add=True)
    seed = models.CharField("graine", max_length=64, db_default="", editable=False)
    waves = models.PositiveSmallIntegerField("vagues")
    days_between = models.PositiveSmallIntegerField("jours entre deux vagues")

    class Meta:
        verbose_name = "tirage au sort"
        verbose_name_plural = "tirages au sort"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seed__regex="^[0-9a-f]{64}$"), name="draw_by_seed"),
            models.CheckConstraint(
                condition=Q(waves__gte=2, days_between__gte=1), name="draw_in_several_waves"
            ),
            models.CheckConstraint(
                condition=Q(waves__lte=1 + LONGEST_DAYS / F("days_between")),
                name="draw_contacts_all_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Tirage du {self.at:%d/%m/%Y}"


class RuleTrial(models.Model):
    """A change of a rule that someone tries on a run, and what it would change once computed.

    `settings` says what is set, as simulations read it, and said, before and after; `step` what is
    being done, `result` what `trials.Found` holds, `problem` why there is none. A trial that its
    author does not keep is forgotten after `TRIAL_LASTS`.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(
        TargetingRun, models.CASCADE, related_name="trials", verbose_name="requêtage"
    )
    offer = models.CharField("offre", max_length=50)
    settings = models.JSONField("changements")
    step = models.CharField("étape", max_length=200, blank=True)
    result = models.JSONField("résultat", null=True)
    problem = models.TextField("refus", blank=True)
    note = models.TextField("note", blank=True)
    author = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="rule_trials", verbose_name="auteur"
    )
    at = models.DateTimeField("essayé le", auto_now_add=True)
    kept_at = models.DateTimeField("gardé le", null=True)

    class Meta:
        verbose_name = "essai de règle"
        verbose_name_plural = "essais de règles"
        ordering = ("-at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(result__isnull=True) | Q(problem=""), name="trial_ends_one_way"
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True) | Q(result__isnull=False),
                name="trial_kept_once_computed",
            ),
        ]

    def __str__(self) -> str:
        return f"Essai du {self.at:%d/%m/%Y}"

    @property
    def is_under_way(self) -> bool:
        """Whether it is still to be computed."""
        return self.result is None and not self.problem

    @property
    def forgotten_at(self) -> datetime | None:
        """When it is forgotten; None once it is kept."""
        return None if self.kept_at else self.at + TRIAL_LASTS

    @property
    def label(self) -> str:
        """The offer's label."""
        return self.run.labels.get(self.offer, self.offer)

    @property
    def said(self) -> list[dict[str, str]]:
        """Each change in words: what it is about, before and after."""
        return [
            {**one, "label": capitalised(fact_label(one["fact"]))} for one in self.settings["said"]
        ]
