"""What one may do here: permissions, and the roles that are lists of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing that a member of staff may do or see."""

    SEE_RUNS = "see_runs"
    MAKE_RUNS = "make_runs"
    RELEASE_RUNS = "release_runs"
    TRY_RULES = "try_rules"
    SEE_FAMILIES = "see_families"
    SEE_SITUATIONS = "see_situations"
    SEE_PROTECTED_ADDRESSES = "see_protected_addresses"
    LIFT_PROTECTION = "lift_protection"
    MERGE_FAMILIES = "merge_families"
    WRITE_TO_FAMILIES = "write_to_families"
    KEEP_DIARIES = "keep_diaries"
    WORK_WITH_FAMILIES = "work_with_families"
    SEE_INTERVENTIONS = "see_interventions"
    OPEN_EXCEPTIONALLY = "open_exceptionally"
    SEE_FIGURES = "see_figures"
    EXPORT = "export"
    SEE_STAFF = "see_staff"
    MANAGE_STAFF = "manage_staff"
    MANAGE_TERRITORY = "manage_territory"
    MANAGE_DEPARTMENT = "manage_department"
    SEE_READS = "see_reads"
    PURGE = "purge"

    @property
    def label(self) -> str:
        """What it allows, in French."""
        return _ALLOWS[self]


_ALLOWS: Final[dict[Permission, str]] = {
    Permission.SEE_RUNS: "Voir les requêtages",
    Permission.MAKE_RUNS: "Déposer une extraction et lancer un requêtage",
    Permission.RELEASE_RUNS: "Libérer un requêtage qu'un autre a lancé",
    Permission.TRY_RULES: "Essayer d'autres seuils",
    Permission.SEE_FAMILIES: "Voir les familles : identité, propositions, qui intervient",
    Permission.SEE_SITUATIONS: "Voir la situation sur laquelle une proposition repose",
    Permission.SEE_PROTECTED_ADDRESSES: "Voir les adresses protégées",
    Permission.LIFT_PROTECTION: "Revenir sur une protection, ou un « ne pas contacter », dits ici",
    Permission.MERGE_FAMILIES: "Décider si deux dossiers sont une même famille",
    Permission.WRITE_TO_FAMILIES: "Préparer, poster et suivre les courriers et les messages",
    Permission.KEEP_DIARIES: "Tenir les rendez-vous avec les familles",
    Permission.WORK_WITH_FAMILIES: "Recevoir et accompagner ses propres familles",
    Permission.SEE_INTERVENTIONS: "Voir où en sont les interventions dont on répond",
    Permission.OPEN_EXCEPTIONALLY: "Lire ce qui est écrit d'une famille, par accès exceptionnel",
    Permission.SEE_FIGURES: "Voir les chiffres du département",
    Permission.EXPORT: "Exporter des listes",
    Permission.SEE_STAFF: "Voir l'équipe",
    Permission.MANAGE_STAFF: "Ouvrir et fermer les comptes, donner les rôles",
    Permission.MANAGE_TERRITORY: "Tenir les communes et les absences de son territoire",
    Permission.MANAGE_DEPARTMENT: "Tenir les communes et les absences de tout le département",
    Permission.SEE_READS: "Contrôler qui a lu et changé quoi",
    Permission.PURGE: "Purger ce dont la durée de conservation est passée",
}

# Rights of practice, with one's own families: a manager confirms who has them without them.
PRACTICE: Final = frozenset({Permission.WORK_WITH_FAMILIES})


@dataclass(frozen=True)
class RoleDefinition:
    """A role as the fund names it, and what it allows."""

    label: str
    purpose: str
    permissions: frozenset[Permission]


class Role(StrEnum):
    """The roles of the department."""

    DEPARTMENT_HEAD = "department_head"
    TERRITORY_MANAGER = "territory_manager"
    SOCIAL_WORKER = "social_worker"
    MEDIATOR = "mediator"
    PSYCHOLOGIST = "psychologist"
    FINANCIAL_AID_OFFICER = "financial_aid_officer"
    SECRETARY = "secretary"
    TARGETING_ANALYST = "targeting_analyst"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    TECHNICAL_ADMINISTRATOR = "technical_administrator"

    @property
    def label(self) -> str:
        """The role's French name."""
        return ROLES[self].label

    @property
    def purpose(self) -> str:
        """What the role is for, in French."""
        return ROLES[self].purpose

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows."""
        return ROLES[self].permissions


_P = Permission
ROLES: Final[dict[Role, RoleDefinition]] = {
    Role.DEPARTMENT_HEAD: RoleDefinition(
        "Responsable du département",
        "Pilote les services, libère les requêtages.",
        frozenset(
            {
                _P.SEE_RUNS,
                _P.RELEASE_RUNS,
                _P.TRY_RULES,
                _P.SEE_FAMILIES,
                _P.SEE_SITUATIONS,
                _P.SEE_INTERVENTIONS,
                _P.OPEN_EXCEPTIONALLY,
                _P.SEE_STAFF,
                _P.MANAGE_DEPARTMENT,
                _P.KEEP_DIARIES,
                _P.SEE_FIGURES,
                _P.EXPORT,
            }
        ),
    ),
    Role.TERRITORY_MANAGER: RoleDefinition(
        "Responsable de territoire",
        "Encadre les travailleurs sociaux d'un territoire, relit et libère les requêtages.",
        frozenset(
            {
                _P.SEE_RUNS,
                _P.RELEASE_RUNS,
                _P.TRY_RULES,
                _P.SEE_FAMILIES,
                _P.SEE_SITUATIONS,
                _P.SEE_PROTECTED_ADDRESSES,
                _P.LIFT_PROTECTION,
                _P.MERGE_FAMILIES,
                _P.SEE_INTERVENTIONS,
                _P.OPEN_EXCEPTIONALLY,
                _P.SEE_STAFF,
                _P.MANAGE_TERRITORY,
                _P.KEEP_DIARIES,
                _P.SEE_FIGURES,
                _P.EXPORT,
            }
        ),
    ),
    Role.SOCIAL_WORKER: RoleDefinition(
        "Travailleur social",
        "Rencontre et accompagne les familles.",
        frozenset(
            {
                _P.SEE_FAMILIES,
                _P.SEE_SITUATIONS,
                _P.KEEP_DIARIES,
                _P.WORK_WITH_FAMILIES,
                _P.SEE_INTERVENTIONS,
                _P.OPEN_EXCEPTIONALLY,
                _P.SEE_STAFF,
            }
        ),
    ),
    Role.MEDIATOR: RoleDefinition(
        "Médiateur familial",
        "Conduit les médiations, dont le contenu ne sort pas de son service.",
        frozenset({_P.SEE_FAMILIES, _P.SEE_STAFF}),
    ),
    Role.PSYCHOLOGIST: RoleDefinition(
        "Psychologue",
        "Reçoit les familles ; ce qui s'y dit ne sort pas de son service.",
        frozenset({_P.SEE_FAMILIES, _P.SEE_STAFF}),
    ),
    Role.FINANCIAL_AID_OFFICER: RoleDefinition(
        "Technicien des aides financières",
        "Instruit les aides financières individuelles.",
        frozenset({_P.SEE_FAMILIES, _P.SEE_SITUATIONS, _P.SEE_STAFF}),
    ),
    Role.SECRETARY: RoleDefinition(
        "Secrétaire",
        "Envoie les courriers, répond au téléphone, tient les rendez-vous.",
        frozenset(
            {
                _P.SEE_FAMILIES,
                _P.SEE_PROTECTED_ADDRESSES,
                _P.MERGE_FAMILIES,
                _P.WRITE_TO_FAMILIES,
                _P.KEEP_DIARIES,
                _P.SEE_STAFF,
            }
        ),
    ),
    Role.TARGETING_ANALYST: RoleDefinition(
        "Chargé d'études (SEP)",
        "Dépose l'extraction du mois, lance et vérifie les requêtages.",
        frozenset({_P.SEE_RUNS, _P.MAKE_RUNS, _P.TRY_RULES, _P.EXPORT}),
    ),
    Role.DATA_PROTECTION_OFFICER: RoleDefinition(
        "Délégué à la protection des données",
        "Contrôle qui a vu et changé quoi ; purge ce qui a été gardé assez longtemps.",
        frozenset({_P.SEE_READS, _P.PURGE, _P.SEE_STAFF}),
    ),
    Role.TECHNICAL_ADMINISTRATOR: RoleDefinition(
        "Administrateur technique",
        "Tient les comptes et le serveur ; ne voit aucune famille.",
        frozenset({_P.SEE_STAFF, _P.MANAGE_STAFF}),
    ),
}

# Who controls is not who acts; who keeps the machine sees no family.
_INCOMPATIBLE: Final[tuple[tuple[frozenset[Role], frozenset[Role], str], ...]] = (
    (
        frozenset({Role.TECHNICAL_ADMINISTRATOR}),
        frozenset(Role) - {Role.TECHNICAL_ADMINISTRATOR},
        "l'administrateur technique ne voit aucune donnée de famille",
    ),
    (
        frozenset({Role.DATA_PROTECTION_OFFICER}),
        frozenset(Role) - {Role.DATA_PROTECTION_OFFICER},
        "le délégué à la protection des données contrôle les autres rôles",
    ),
    (
        frozenset({Role.TARGETING_ANALYST}),
        frozenset({Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER}),
        "qui fait un requêtage ne le libère pas",
    ),
    (
        frozenset({Role.PSYCHOLOGIST}),
        frozenset(Role) - {Role.PSYCHOLOGIST},
        "les contenus du service des psychologues ne se croisent avec aucun autre",
    ),
    (
        frozenset({Role.MEDIATOR}),
        frozenset(Role) - {Role.MEDIATOR},
        "la médiation est impartiale et confidentielle",
    ),
)


def conflict(roles: Collection[Role]) -> str | None:
    """Return why these roles cannot be one person's, in French; None where they can."""
    held = set(roles)
    for one, others, reason in _INCOMPATIBLE:
        if held & one and (clash := (held & others) - one):
            first = min(held & one)
            return f"« {first.label} » et « {min(clash).label} » sont incompatibles : {reason}."
    return None


@dataclass(frozen=True)
class Incompatibility:
    """Roles that are never one person's with any of the others, and why."""

    roles: tuple[Role, ...]
    others: tuple[Role, ...]
    reason: str


def incompatibilities() -> list[Incompatibility]:
    """Return what sets roles apart, in the order of the rules."""
    return [
        Incompatibility(tuple(sorted(one)), tuple(sorted(others)), reason)
        for one, others, reason in _INCOMPATIBLE
    ]


def incompatible_pairs() -> dict[tuple[Role, Role], str]:
    """Return each pair of roles that cannot be one person's, both ways round, with the reason."""
    pairs: dict[tuple[Role, Role], str] = {}
    for one, others, reason in _INCOMPATIBLE:
        for first in one:
            for second in others - one:
                pairs.setdefault((first, second), reason)
                pairs.setdefault((second, first), reason)
    return pairs
