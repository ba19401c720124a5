"""What a record leaves out, and why: declared, so that nothing is forgotten in silence."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Why(StrEnum):
    """Why something is left out, as the record itself says it."""

    OTHERS = (
        "Ce qui est à une autre personne, ou pourrait l'être : ses coordonnées, sa date de "
        "naissance, son dossier à la Caf, ce qu'elle a dit, demandé, joint ou reçu, les "
        "droits vus avec elle, les rendez-vous où elle est seule attendue, et, où vit un autre "
        "adulte, les pages lues et le motif d'un accès exceptionnel."
    )
    COPIES = (
        "Les documents joints et les contrats numérisés eux-mêmes : la copie de ceux qui sont à "
        "vous se demande à votre référent, qui la remet à part."
    )
    WHO_SPOKE = "Qui a signalé la famille à notre service, ou l'a orientée vers lui."
    NOTES = (
        "Les notes personnelles que chaque professionnel tient pour lui seul, et ce qu'il est en "
        "train d'écrire : il peut y en avoir, et nul autre que leur auteur ne peut les lire."
    )
    CODES = "Les codes par lesquels on répond à une lettre : ils ouvriraient la page de réponse."
    MANY = "Les fichiers imprimés où d'autres familles figurent ; chaque lettre, elle, est remise."
    FILES = "Les comparaisons avec d'autres dossiers, faites pour ne pas ouvrir deux fois le même."
    MACHINE = "Ce que la machine tire de ce qui précède : index de recherche, empreintes, essais."
    HISTORY = (
        "Le détail de chaque modification : la base de données ne le montre à aucun "
        "professionnel ; le délégué à la protection des données peut le demander."
    )
    READERS = (
        "Le nom de qui a consulté le dossier : le jour, la page et le service sont dits ; le "
        "délégué à la protection des données répond du reste."
    )
    EXAMINED = (
        "Ce qu'un responsable, puis le délégué à la protection des données, ont dit d'un accès "
        "exceptionnel : c'est du travail d'un collègue qu'ils parlent ; le délégué en répond."
    )
    GROUND = (
        "Le motif d'un accès exceptionnel, remplacé par « [passage masqué] », quand le dire "
        "pourrait nuire à une enquête ou à quelqu'un : demandez-le au délégué à la protection des "
        "données."
    )
    STRUCK = (
        "Les passages remplacés par « [passage masqué] » : votre référent les a relus, et ils "
        "disent quelque chose d'une autre personne, ou qui l'a dit."
    )


# Tables left out whole, and columns of those that are told.
TABLES: Final = {
    "families_doubt": Why.FILES,
    "families_merge": Why.FILES,
    "outreach_answercode": Why.CODES,
    "outreach_codeclosing": Why.CODES,
    "outreach_batch": Why.MANY,
    "interventions_privatenote": Why.NOTES,
    "interventions_draft": Why.NOTES,
    "audit_change": Why.HISTORY,
}
COLUMNS: Final = {
    "families_person.search_name": Why.MACHINE,
    "families_person.sounds": Why.MACHINE,
    "families_safetyword.source": Why.WHO_SPOKE,
    "interventions_informationadvice.referrer": Why.WHO_SPOKE,
    "interventions_supportevent.why": Why.MACHINE,  # told in words, as « Pourquoi »
    "outreach_proposal.offer": Why.MACHINE,  # a code, of which the title says what it is
    "outreach_proposal.event_kind": Why.MACHINE,  # told in words, as « Nature du fait »
    "interventions_document.sha256": Why.MACHINE,
    "interventions_contract.scan_sha256": Why.MACHINE,
    "outreach_message.quiet": Why.MACHINE,
    "outreach_message.claimed_at": Why.MACHINE,
    "outreach_messagecontent.body": Why.CODES,  # told without its code, as « Texte »
    # Told in words, as « Quand ».
    **dict.fromkeys(
        (f"agenda_appointment.{name}" for name in ("during", "starts_at", "ends_at")), Why.MACHINE
    ),
    "interventions_contract.scan_size": Why.MACHINE,
    # Told in words, as « Ce qui est noté » and « Ce que le calcul trouve ».
    **dict.fromkeys(
        (f"interventions_rightscheck.{name}" for name in ("said", "otherwise", "result")),
        Why.MACHINE,
    ),
    "interventions_recordexport.reading": Why.MACHINE,
    "interventions_recordexport.struck": Why.MACHINE,
    "audit_exceptionalaccess.staff_id": Why.READERS,
    "audit_exceptionalaccess.until": Why.MACHINE,  # four hours later, always
    **dict.fromkeys(
        (
            f"audit_exceptionalaccess.{name}"
            for name in (
                "finding",
                "examiner_id",
                "examined_at",
                "cleared",
                "clearer_id",
                "cleared_at",
            )
        ),
        Why.EXAMINED,
    ),
}
# What goes where another adult of the family lives: nothing says whose it is, and what is said of
# one's safety may put them in danger.
WHERE_OTHERS_LIVE: Final = {
    "families_contactpoint": Why.OTHERS,
    "families_givencontact": Why.OTHERS,
    "families_safetyword": Why.OTHERS,
    "families_family.protected_address": Why.OTHERS,
    "families_family.protected_address_here": Why.OTHERS,
    "families_family.protected_address_in_register": Why.OTHERS,
    "families_family.do_not_contact": Why.OTHERS,
    "families_family.do_not_contact_here": Why.OTHERS,
    "families_family.do_not_contact_in_register": Why.OTHERS,
    "families_household.protected_address": Why.OTHERS,
    "families_household.do_not_contact": Why.OTHERS,
    "outreach_messagecontent.destination": Why.OTHERS,
    # Where a family lives now, that it is never written to, what it answered last: so is danger
    # told without its name.
    "families_family.commune": Why.OTHERS,
    "outreach_proposal.channel": Why.OTHERS,
    "outreach_proposal.commune": Why.OTHERS,
    **dict.fromkeys(
        (
            f"outreach_approach.{name}"
            for name in (
                *("channel", "in_person_since", "commune", "readdressed", "answer", "answered_at"),
                *("accepted_at", "again_on", "waits_since", "answers_until"),
            )
        ),
        Why.OTHERS,
    ),
    "outreach_message.trouble": Why.OTHERS,
    # What to beware of in a home, and the words for a paper that either may have brought.
    "interventions_homevisit.safety": Why.OTHERS,
    "interventions_document": Why.OTHERS,
    # What each of two lives on, and that one asked what a separation would change: a check that
    # tells of another adult goes even where they live no more (`desk.record.rights`).
    "interventions_rightscheck": Why.OTHERS,
    "interventions_rightsclaim": Why.OTHERS,
    # It may be opened to protect somebody, from who asks for the record perhaps.
    "audit_exceptionalaccess.ground": Why.OTHERS,
    "audit_exceptionalaccess.reason": Why.OTHERS,
}
# What the register says of one's safety, in the row that was read to decide.
SAFETY_READ: Final = frozenset({"protected_address", "do_not_contact"})
