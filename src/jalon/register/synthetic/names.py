"""Names, streets, telephones and e-mails of nobody: combined at random, none of a real person."""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jalon.register.synthetic.columns import Integers
from jalon.register.synthetic.draw import chance

WOMEN: Final = tuple(
    """Adèle Agathe Aïcha Alice Aminata Anaïs Anna Assia Aurélie Awa Béatrice Camille Carine
    Catherine Céline Chantal Charlotte Chloé Claire Clara Corinne Delphine Diane Élise Élodie Emma
    Estelle Ève Fanta Fatima Fatou Florence Gabrielle Hawa Hélène Inès Ingrid Isabelle Jade Jeanne
    Julie Karima Khadija Laetitia Laura Leïla Léa Léonie Lina Linh Lou Louise Lucie Lydia Maëlle
    Malika Manon Margaux Maria Mariam Marie Marion Mathilde Mélanie Mina Myriam Nadia Nathalie
    Nina Noémie Nour Océane Odile Olga Patricia Pauline Rachel Rita Rose Sabrina Salimata Samia
    Sandrine Sara Sofia Solène Sonia Stéphanie Sylvie Tatiana Thi Valérie Véronique Victoria
    Yasmine Yvonne Zoé""".split()
)
MEN: Final = tuple(
    """Abdoulaye Adam Adrien Ahmed Alain Alexandre Ali Amadou Anthony Antoine Arnaud Arthur Axel
    Baptiste Bastien Benoît Bilal Boubacar Bruno Cédric Charles Christophe Clément Cyril Damien
    Daniel David Denis Diego Dylan Édouard Élias Émile Enzo Éric Étienne Fabien Félix Florian
    Franck François Gabriel Gaël Georges Guillaume Hamza Hugo Ibrahim Idriss Ismaël Jean Jérôme
    João Joseph Jules Julien Karim Kévin Laurent Léo Loïc Louis Lucas Malik Mamadou Marc Mathis
    Mathieu Maxime Mehdi Michel Minh Mohamed Moussa Nathan Nicolas Noah Olivier Omar Oumar Pascal
    Patrick Paul Philippe Pierre Quentin Rachid Raphaël Rayan Rémi Robin Romain Sacha Samuel
    Sébastien Simon Théo Thomas Tom Tristan Victor Vincent Xavier Yanis Youssef Yves""".split()
)
FAMILIES: Final = tuple(
    """Abadie Almeida Amar Arnoult Aubrac Bailly Bamba Barbier Bellanger Benali Benoist Berger
    Bertin Bessis Blanchet Boisson Bonnard Bouchet Bouvier Brunel Camara Carpentier Cissé Clerc
    Colas Cordier Costa Coulibaly Courtin Dacosta Darmon Delaunay Delmas Deschamps Diaby Diallo
    Diarra Diop Doucet Dubreuil Dumont Duval Esteves Fabre Faivre Fall Ferrand Ferreira Fofana
    Fontaine Fournel Gaillard Garnier Gauthier Gimenez Girault Gomes Granger Guérin Guyot Haddad
    Hamadi Hamon Hébert Huynh Jacquet Joly Joubert Kaba Kanté Karoui Keïta Kone Laborde Lacaze
    Lahlou Lambert Langlois Laporte Lebrun Leclercq Lemoine Lenoir Lévêque Lopes Mahé Maillard
    Mansouri Marchal Martel Masson Mbaye Mendes Mercier Meunier Mignot Monnier Moreira Morvan Naudin
    Ndiaye Nguyen Nivelle Ollivier Pacheco Pasquier Pelletier Perrault Pham Picard Pineau
    Poulain Prévost Rahmani Ramos Renard Ribeiro Rivière Rochefort Roussel Sanchez Santos Sarr
    Savary Sissoko Soler Sow Tavares Texier Thibault Touré Tran Traoré Valette Vasseur Vidal Vigier
    Weber Yilmaz""".split()
)
STREETS: Final = tuple(
    f"{way} {name}"
    for way in ("rue", "avenue", "allée", "impasse", "chemin")
    for name in (
        "des Tilleuls",
        "du Vieux Puits",
        "des Trois Moulins",
        "de la Fontaine Claire",
        "des Acacias",
        "du Lavoir",
        "des Grands Champs",
        "de la Passerelle",
        "des Coquelicots",
        "du Verger",
        "de l’Ancienne Gare",
        "des Hirondelles",
        "du Colombier",
        "de la Source",
        "des Quatre Vents",
        "du Pressoir",
        "des Peupliers",
        "de la Tannerie",
        "des Jardiniers",
        "du Clos Fleuri",
    )
)
_HIGHEST_NUMBER: Final = 140
_MOBILE: Final = 0.8
_WITHOUT_PHONE: Final = 0.07
_WITHOUT_EMAIL: Final = 0.15
# The ranges that ARCEP keeps for works of fiction: six digits fixed, four free.
RESERVED_PREFIXES: Final = ("019900", "026191", "035301", "046571", "053649", "063998")
_NUMBERS_A_RANGE: Final = 10_000
_DOMAINS: Final = ("@example.org", "@example.com", "@example.net")


def _plain(names: tuple[str, ...]) -> pa.Array:
    """Return the names in lower case and without accents, as an e-mail writes them."""
    return pa.array(
        [
            "".join(
                letter
                for letter in unicodedata.normalize("NFD", name.lower())
                if letter.isascii() and letter.isalpha()
            )
            for name in names
        ]
    )


FIRST_NAMES: Final = pa.array(WOMEN + MEN)
LAST_NAMES: Final = pa.array(FAMILIES)
_PLAIN_FIRST_NAMES: Final = _plain(WOMEN + MEN)
_PLAIN_LAST_NAMES: Final = _plain(FAMILIES)
ADDRESSES: Final = pa.array(
    [f"{number} {street}" for street in STREETS for number in range(1, _HIGHEST_NUMBER + 1)]
)
COMPLEMENTS: Final = pa.array(
    [f"Bâtiment {letter}" for letter in "ABCDEFGH"]
    + [f"Appartement {number}" for number in range(1, 60)]
    + [f"Escalier {number}" for number in range(1, 7)]
)
_PHONES: Final = pa.array(
    [f"{prefix}{number:04d}" for prefix in RESERVED_PREFIXES for number in range(_NUMBERS_A_RANGE)]
)
_MOBILES_FROM: Final = RESERVED_PREFIXES.index("063998") * _NUMBERS_A_RANGE


def draw_first_names(generator: np.random.Generator, women: Integers) -> Integers:
    """Draw positions in `FIRST_NAMES` that go with each person's sex (1 for a woman)."""
    size = np.where(women == 1, len(WOMEN), len(MEN))
    start = np.where(women == 1, 0, len(WOMEN))
    return start + np.floor(generator.random(len(women)) * size).astype(np.int64)


def draw_phones(generator: np.random.Generator, count: int) -> pa.Array:
    """Draw telephone numbers, most of them mobiles, some empty."""
    anywhere = generator.integers(0, len(_PHONES), count)
    mobile = _MOBILES_FROM + generator.integers(0, _NUMBERS_A_RANGE, count)
    drawn = np.where(chance(generator, _MOBILE, count), mobile, anywhere)
    return _PHONES.take(pa.array(drawn, mask=chance(generator, _WITHOUT_PHONE, count)))


def draw_emails(generator: np.random.Generator, first: Integers, last: Integers) -> pa.Array:
    """Draw e-mail addresses on domains reserved for examples, some empty."""
    count = len(first)
    return pc.binary_join_element_wise(
        _PLAIN_FIRST_NAMES.take(pa.array(first, mask=chance(generator, _WITHOUT_EMAIL, count))),
        _PLAIN_LAST_NAMES.take(pa.array(last)),
        pc.binary_join_element_wise(
            pa.array(generator.integers(1, 9999, count)).cast(pa.string()),
            pa.array(_DOMAINS).take(pa.array(generator.integers(0, len(_DOMAINS), count))),
            "",
        ),
        ".",
    )
