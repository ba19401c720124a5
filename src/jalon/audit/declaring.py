"""How a table's fields are declared: about whom, who sees them, how long they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Who sees the personal fields of a table, all roles besides seeing nothing."""

    ANYONE = "anyone"  # whoever opens the sign-in page makes the application read them
    STAFF = "signed-in"
    FAMILIES = "see_families"
    SITUATIONS = "see_situations"
    ADDRESSES = "see_protected_addresses"
    MERGES = "merge_families"
    KEEPERS = "keep_diaries"
    PRACTICE = "work_with_families"
    INTERVENTIONS = "see_interventions"
    LETTERS = "write_to_families"
    FIGURES = "see_figures"
    RUNS = "see_runs"
    ACCOUNTS = "manage_staff"
    CONTROL = "see_reads"
    ANSWERABLE = "its author, who answers for it, and who controls"
    ONESELF = "oneself"
    OWNER = "its owner"  # signed in already, unlike oneself at the door


class Kept(StrEnum):
    """How long a personal field is kept."""

    FAMILY = "deux ans après la dernière proposition ou intervention"
    RUN = "six ans, et autant que la dernière famille qu'il a fait connaître"
    TRIAL = (
        "un jour ; un essai gardé, autant que son requêtage, et les dossiers qu'il nomme, deux ans"
    )
    ACCOUNT = "un an après la fermeture du compte ; ensuite, le nom seul"
    SESSION = "dix heures"
    GUESS = "deux jours"
    PRINTED = "six mois après l'envoi"
    FEED = "jusqu'à ce que son auteur la révoque ; ensuite, sans effet"
    LINK = "trois jours, puis sans effet"
    READS = "trois ans"
    HISTORY = "autant que ce qu'elle raconte, et trois ans au moins ; les connexions, trois ans"
    JOB = "trente jours"
    DRAFT = "jusqu'à ce que le texte soit enregistré ou effacé"
    REPORT = "sans limite : un rapport ne dit rien d'une famille, et porte le nom de ses auteurs"
    NEVER_FILLED = "jamais remplie"


@dataclass(frozen=True)
class Declared:
    """The fields of a table: about somebody, leading to somebody's row, or neither.

    Those that are hidden are about somebody too, and no role sees them.

    Of the rows that go with families, `families` says by which columns they name one, or
    `through` by which column they hang on a row of a table that does, as
    `approach_id outreach_approach`; `goes` is the condition itself, where neither can say it, on
    the numbers `$1` of families. `contact` are the dates at which a family was last in touch by
    such a row, and `holds` the condition under which the row keeps its family, whatever the date:
    SQL over its columns, one without spaces. `shared` is the condition under which a row that
    many families share goes once they are gone, on the day `$1` before which all is due. `struck`
    are the columns of rows that outlive families in which the numbers of their files are written:
    in the lists of a JSON object, or among words.
    """

    table: str
    audience: Audience | None = None
    kept: Kept | None = None
    personal: str = ""
    links: str = ""
    plain: str = "id"
    hidden: str = ""
    families: str = ""
    through: str = ""
    goes: str = ""
    contact: str = ""
    holds: str = ""
    shared: str = ""
    struck: str = ""

    def fields(self) -> Iterator[str]:
        """Return each field declared, as often as it is."""
        for fields in (self.personal, self.links, self.plain, self.hidden):
            yield from fields.split()
