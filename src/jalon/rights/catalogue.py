"""The rights that are computed: what each is called, what computes it, what founds it in law."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Rhythm(StrEnum):
    """How often a right is paid."""

    MONTH = "par mois"
    YEAR = "une fois par an"
    ONCE = "une fois"


@dataclass(frozen=True)
class RightKind:
    """A right: `variables` of OpenFisca-France that add up to what is paid, net of the CRDS.

    `crds` where that levy is still to be taken off them. `codes` are those of the monthly extract
    for what is paid. `cover` where the right is a health cover, held or not, and no amount.
    `before_birth` where it is computed of the family as it is before a birth that it expects.
    `needs_taxed` where it depends on what the tax notice says; `only_less` where it is less with
    more of it, whatever the rest: nought without any is nought.
    Without variables, the model does not know its rule of today (`unmodelled`).
    `plain` says it to a family in one sentence, and `ask` how to ask for it.
    """

    code: str
    label: str
    variables: tuple[str, ...]
    codes: tuple[str, ...]
    law: str
    plain: str
    ask: str = "À demander à la Caf : sur caf.fr, ou avec nous."
    rhythm: Rhythm = Rhythm.MONTH
    crds: bool = False
    cover: bool = False
    before_birth: bool = False
    needs_taxed: bool = True
    only_less: bool = False


_SOCIAL: Final = "Code de la sécurité sociale"
_DISABILITY: Final = "À demander à la maison du handicap (MDPH), ou avec nous."
# In the order of a page: what supports children, then income, housing, disability and health.
RIGHTS: Final = (
    RightKind(
        "AF",
        "Allocations familiales",
        ("af",),
        ("AF",),
        f"{_SOCIAL}, art. L. 521-1 et suivants",
        plain="De l'argent pour élever deux enfants ou plus.",
        ask="Dites à la Caf quels enfants vivent avec vous : sur caf.fr, ou avec nous.",
        crds=True,
        only_less=True,
    ),
    RightKind(
        "CF",
        "Complément familial",
        ("cf",),
        ("CF",),
        f"{_SOCIAL}, art. L. 522-1 et suivants",
        plain="Un complément pour élever trois enfants ou plus, qui ont au moins 3 ans.",
        crds=True,
        only_less=True,
    ),
    RightKind(
        "ASF",
        "Allocation de soutien familial",
        ("asf",),
        ("ASF",),
        f"{_SOCIAL}, art. L. 523-1 et suivants",
        plain="Une aide pour élever un enfant sans l'aide de l'autre parent.",
        crds=True,
        needs_taxed=False,
    ),
    RightKind(
        "PAJE",
        "Allocation de base du jeune enfant (Paje)",
        ("paje_base",),
        ("PAJE",),
        f"{_SOCIAL}, art. L. 531-1 et L. 531-3",
        plain="Une aide pour un enfant de moins de 3 ans.",
        crds=True,
        only_less=True,
    ),
    RightKind(
        "PRIME",
        "Prime à la naissance ou à l'adoption (Paje)",
        ("paje_naissance", "paje_adoption"),
        (),
        f"{_SOCIAL}, art. L. 531-1, L. 531-2 et D. 531-2",
        plain="Une somme, une fois, quand un enfant va naître ou est adopté.",
        ask="Déclarez la grossesse, ou l'adoption, à la Caf : sur caf.fr, ou avec nous.",
        rhythm=Rhythm.ONCE,
        crds=True,
        only_less=True,
        before_birth=True,
    ),
    RightKind(
        "PREPARE",
        "Prestation partagée d'éducation de l'enfant (PreParE)",
        ("paje_prepare",),
        (),
        f"{_SOCIAL}, art. L. 531-1, L. 531-4 et D. 531-4",
        plain="Un revenu, quand on travaille moins pour élever un jeune enfant.",
        crds=True,
        needs_taxed=False,
    ),
    RightKind(
        "CMG",
        "Complément de libre choix du mode de garde (CMG)",
        (),
        (),
        f"{_SOCIAL}, art. L. 531-1 et L. 531-5 et suivants",
        plain="Une aide pour payer l'assistante maternelle, ou qui garde à domicile.",
        needs_taxed=False,
    ),
    RightKind(
        "ARS",
        "Allocation de rentrée scolaire",
        ("ars",),
        ("ARS",),
        f"{_SOCIAL}, art. L. 543-1 et L. 543-2",
        plain="Une aide pour la rentrée d'un enfant de 6 à 18 ans.",
        ask="Elle arrive en août. Vous ne l'avez pas eue ? Dites-le à la Caf.",
        rhythm=Rhythm.YEAR,
        crds=True,
        only_less=True,
    ),
    RightKind(
        "AEEH",
        "Allocation d'éducation de l'enfant handicapé",
        ("aeeh",),
        ("AEEH",),
        f"{_SOCIAL}, art. L. 541-1 et suivants",
        plain="Une aide pour élever un enfant handicapé.",
        ask=_DISABILITY,
        needs_taxed=False,
    ),
    RightKind(
        "RSA",
        "Revenu de solidarité active",
        ("rsa",),
        ("RSA",),
        "Code de l'action sociale et des familles, art. L. 262-2 et suivants",
        plain="Un revenu minimum, quand on a peu de ressources ou aucune.",
    ),
    RightKind(
        "PPA",
        "Prime d'activité",
        ("ppa",),
        ("PPA",),
        f"{_SOCIAL}, art. L. 841-1 et suivants",
        plain="Un complément, quand on travaille et qu'on gagne peu.",
        crds=True,
    ),
    RightKind(
        "AL",
        "Aide au logement",
        ("apl", "alf", "als"),
        ("APL", "ALF", "ALS"),
        "Code de la construction et de l'habitation, art. L. 821-1 et suivants",
        plain="Une aide pour payer son logement.",
    ),
    RightKind(
        "AAH",
        "Allocation aux adultes handicapés",
        ("aah",),
        ("AAH",),
        f"{_SOCIAL}, art. L. 821-1 et suivants",
        plain="Un revenu pour un adulte handicapé.",
        ask=_DISABILITY,
    ),
    RightKind(
        "CSS",
        "Complémentaire santé solidaire gratuite",
        ("cmu_c",),
        (),
        f"{_SOCIAL}, art. L. 861-1 et suivants",
        plain="Une mutuelle gratuite, pour payer les soins.",
        ask="À demander à l'Assurance maladie : sur ameli.fr, ou avec nous.",
        cover=True,
    ),
)
BY_CODE: Final = {one.code: one for one in RIGHTS}
