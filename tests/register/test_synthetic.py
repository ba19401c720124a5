"""One full-size Val-de-Marne extract: its figures, its validity, its plausibility, in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from jalon.register.schema import TABLES, Kind
from jalon.register.synthetic import GeneratedCounts, generate
from jalon.rules.calendar import Month
from jalon.rules.communes import list_of

POPULATION = Path(__file__).parents[2] / "profiles" / "val-de-marne" / "population.toml"
MONTH = Month(2026, 10)
IN_YEAR = "reported_on BETWEEN '2025-11-01' AND '2026-10-31'"
ENDED = "kind IN ('separation', 'divorce')"
DRAWN = "household_id < '00257000'"  # the households on boundaries come last
SEPARATIONS = f"events WHERE {ENDED} AND {DRAWN}"
DELAYED = "events WHERE kind <> 'pregnancy'"
COUNTS: list[GeneratedCounts] = []

# Each household with who lives there on the month's last day.
FAMILIES = """
CREATE TABLE families AS
SELECT households.*, spouses, children, adolescents, under_20
FROM households JOIN (
    SELECT household_id,
        count(*) FILTER (role = 'spouse' AND death_date IS NULL) AS spouses,
        count(*) FILTER (counted) AS children,
        count(*) FILTER (counted AND birth_date <= DATE '2012-10-31') AS adolescents,
        count(*) FILTER (counted AND death_date IS NULL AND birth_date > DATE '2006-10-31')
            AS under_20
    FROM (
        SELECT *, role = 'child' AND birth_date <= DATE '2026-10-31'
            AND coalesce(custody, 'full') <> 'visiting' AS counted
        FROM persons
    )
    GROUP BY household_id
) USING (household_id)
"""
# A household's resources: its quotient times its parts, shared among its consumption units.
STANDARD_OF_LIVING = """
family_quotient * (2 + 0.5 * children + 0.5 * (children > 2)::INT)
/ (1 + 0.5 * (spouses > 0)::INT + 0.3 * children + 0.2 * adolescents
   + 0.2 * (spouses = 0 AND children > 0)::INT)
"""


@pytest.fixture(scope="session")
def department(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a full-size extract as four views and the table of families."""
    folder = tmp_path_factory.mktemp("department")
    COUNTS.append(generate(folder, population=POPULATION, month=MONTH))
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(
            f"CREATE VIEW {table.name} AS SELECT * FROM '{folder / table.name}.parquet'"
        )
    connection.execute(FAMILIES)
    yield connection
    connection.close()


def measure(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    found = connection.execute(sql).fetchone()
    assert found is not None
    return float(found[0])


def share(condition: str, among: str = "families") -> str:
    return f"SELECT avg(({condition})::INT) FROM {among}"


def families(condition: str) -> str:
    return f"SELECT count(*) FROM families WHERE {condition}"


def events(kinds: str) -> str:
    return f"SELECT count(*) FROM events WHERE kind IN ({kinds}) AND {IN_YEAR} AND {DRAWN}"


def bonus(condition: str) -> str:
    return (
        "SELECT count(*) FROM families JOIN benefits USING (household_id) "
        f"WHERE code = 'PPA' AND month = '2026-10' AND {condition}"
    )


# Figure, value, relative tolerance (about four standard deviations of the draw), SQL.
# The values are those of population.toml.
FIGURES = [
    # Published: number of households and their types, low income, activity bonus.
    ("households", 257504, 0, "SELECT count(*) FROM households"),
    ("lone parents", 46500, 0.015, families("spouses = 0 AND under_20 > 0")),
    ("single without children", 94000, 0.01, families("spouses = 0 AND under_20 = 0")),
    ("low income", 91411 / 257504, 0.015, share(f"{STANDARD_OF_LIVING} < 1050")),
    ("activity bonus", 44693, 0.025, bonus("true")),
    ("activity bonus, single", 0.437 * 44693, 0.04, bonus("spouses = 0 AND under_20 = 0")),
    ("activity bonus, lone parents", 0.266 * 44693, 0.04, bonus("spouses = 0 AND under_20 > 0")),
    # Ours: marked as assumptions in population.toml.
    ("persons a household", 2.45, 0.01, "SELECT count(*) / 257504 FROM persons"),
    ("RSA", 0.14, 0.02, share("rsa <> 'none'")),
    ("increased RSA", 0.15, 0.05, share("rsa = 'increased'", "families WHERE rsa <> 'none'")),
    ("RSA sanctions", 0.03, 0.12, share("rsa_sanction", "families WHERE rsa <> 'none'")),
    ("housing benefit", 0.46, 0.02, share("housing_benefit <> 'none'")),
    ("separations", 12 * 500, 0.05, events("'separation', 'divorce'")),
    ("divorces among separations", 0.25, 0.09, share("kind = 'divorce'", SEPARATIONS)),
    ("births", 14700, 0.04, events("'birth', 'multiple_birth'")),
    ("multiple births", 0.016 * 14700, 0.3, events("'multiple_birth'")),
    ("pregnancies", 14700, 0.04, events("'pregnancy'")),
    ("adult deaths", 320, 0.25, events("'adult_death'")),
    ("child deaths", 45, 0.7, events("'child_death'")),
    ("stillbirths", 125, 0.35, events("'stillbirth'")),
    ("rent arrears", 2100, 0.09, events("'rent_arrears'")),
    ("openings of AJPP", 110, 0.4, events("'ajpp_opened'")),
    ("urban renewal", 300, 0.25, events("'urban_renewal'")),
    ("indecent housing", 180, 0.3, events("'indecent_housing'")),
    ("overcrowding", 220, 0.3, events("'overcrowding'")),
    ("adoptions", 20, 0.8, events("'adoption'")),
    ("protected addresses", 0.003, 0.15, share("protected_address")),
    ("not to be contacted", 0.005, 0.12, share("do_not_contact")),
    ("in support", 0.01, 0.1, share("in_support")),
    ("quotient unknown", 0.015, 0.1, share("family_quotient IS NULL")),
    ("income unknown", 0.04, 0.06, share("gross_income_n2 IS NULL")),
    ("benefits a household and month", 1.4, 0.1, "SELECT count(*) / 257504 / 2 FROM benefits"),
    ("events after the month", 0.015, 0.2, share("reported_on > '2026-10-31'", DELAYED)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "tolerance", "sql"),
    [pytest.param(*figure[1:], id=figure[0]) for figure in FIGURES],
)
def test_a_calibrated_figure_is_met(
    department: duckdb.DuckDBPyConnection, value: float, tolerance: float, sql: str
) -> None:
    assert measure(department, sql) == pytest.approx(value, rel=tolerance, abs=1e-12)


# What the contract refuses: each query counts the rows at fault.
REQUIRED = [
    (table.name, column.name) for table in TABLES for column in table.columns if column.required
]
CODED = [
    (table.name, column.name, column.codes)
    for table in TABLES
    for column in table.columns
    if column.codes
]
DATED = [
    (table.name, column.name)
    for table in TABLES
    for column in table.columns
    if column.kind is Kind.DATE
]
AMOUNTS = [
    (table.name, column.name)
    for table in TABLES
    for column in table.columns
    if column.kind is Kind.AMOUNT
]
TWICE = "SELECT {1} FROM {0} GROUP BY ALL HAVING count(*) > 1"
FAULTS = {
    **{f"{t}.{c} empty": f"FROM {t} WHERE {c} IS NULL" for t, c in REQUIRED},
    **{f"{t}.{c} code": f"FROM {t} WHERE {c} NOT IN {codes}" for t, c, codes in CODED},
    **{f"{t}.{c} negative": f"FROM {t} WHERE {c} < 0" for t, c in AMOUNTS},
    **{
        f"{t}.{c} out of bounds": f"FROM {t} WHERE {c} < '1900-01-01' OR {c} > '2027-10-31'"
        for t, c in DATED
    },
    "household twice": f"FROM ({TWICE.format('households', 'household_id')})",
    "person twice": f"FROM ({TWICE.format('persons', 'person_id')})",
    "event twice": f"FROM ({TWICE.format('events', 'event_id')})",
    "benefit twice": f"FROM ({TWICE.format('benefits', 'household_id, month, code')})",
    "person of no household": "FROM persons ANTI JOIN households USING (household_id)",
    "event of no household": "FROM events ANTI JOIN households USING (household_id)",
    "benefit of no household": "FROM benefits ANTI JOIN households USING (household_id)",
    "event of a person elsewhere": """
        FROM events ANTI JOIN persons USING (household_id, person_id)
        WHERE person_id IS NOT NULL""",
    "responsible person who is not the household's": """
        FROM households ANTI JOIN (FROM persons WHERE role = 'responsible') AS named
        ON person_id = responsible_person_id AND named.household_id = households.household_id""",
    "not one responsible person": """
        FROM (SELECT household_id FROM persons GROUP BY ALL
        HAVING count(*) FILTER (role = 'responsible') <> 1)""",
    "two living spouses": """
        FROM (SELECT household_id FROM persons WHERE role = 'spouse' AND death_date IS NULL
        GROUP BY ALL HAVING count(*) > 1)""",
    "death before birth": "FROM persons WHERE death_date < birth_date",
    "identifier": "FROM persons WHERE NOT regexp_full_match(person_id, '[0-9]{9}')",
    "commune": "FROM households WHERE NOT regexp_full_match(commune, '94[0-9]{3}')",
    "benefits of another month": "FROM benefits WHERE month NOT IN ('2026-09', '2026-10')",
    # Beyond the contract: what would not be plausible.
    "rsa not paid nor suspended": """
        FROM benefits JOIN households USING (household_id) WHERE code = 'RSA' AND rsa = 'none'""",
    "housing benefit of another kind": """
        FROM benefits JOIN households USING (household_id)
        WHERE code IN ('ALF', 'ALS', 'APL') AND lower(code) <> housing_benefit""",
    "separated after the month": "FROM households WHERE family_status_since > '2026-10-31'",
    "telephone outside the ranges kept for fiction": """
        FROM households
        WHERE left(phone, 6) NOT IN ('019900', '026191', '035301', '046571', '053649', '063998')
        OR length(phone) <> 10""",
    "e-mail on a real domain": """
        FROM households
        WHERE NOT regexp_full_match(email, '[a-z0-9.]+@example\\.(org|com|net)')""",
    "child born to a parent under 15": """
        FROM persons AS child JOIN persons AS parent USING (household_id)
        WHERE child.role = 'child' AND parent.role = 'responsible'
        AND child.birth_date < parent.birth_date + INTERVAL 15 YEAR""",
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_no_row_is_at_fault(department: duckdb.DuckDBPyConnection, fault: str) -> None:
    assert measure(department, f"SELECT count(*) {FAULTS[fault]}") == 0


def test_the_counts_are_those_of_the_files(department: duckdb.DuckDBPyConnection) -> None:
    for table in TABLES:
        rows = measure(department, f"SELECT count(*) FROM {table.name}")
        assert rows == getattr(COUNTS[0], table.name)


@pytest.mark.parametrize("table", ["households", "persons", "events"])
def test_identifiers_rise_with_the_rows(department: duckdb.DuckDBPyConnection, table: str) -> None:
    key = next(each.key[0] for each in TABLES if each.name == table)
    falls = f"""
        SELECT count(*) FROM (
            SELECT {key} <= lag({key}) OVER (ORDER BY file_row_number) AS falls
            FROM (SELECT *, row_number() OVER () AS file_row_number FROM {table})
        ) WHERE falls"""
    assert measure(department, falls) == 0
    assert measure(department, f"SELECT count(DISTINCT length({key})) FROM {table}") == 1


def test_separations_follow_the_seasons(department: duckdb.DuckDBPyConnection) -> None:
    by_month = dict(
        department.execute(
            f"""SELECT month(reported_on), count(*) FROM events
            WHERE {ENDED} AND {IN_YEAR} AND {DRAWN}
            GROUP BY ALL"""
        ).fetchall()
    )
    assert len(by_month) == 12
    weights = {1: 1.1, 8: 0.9, 9: 1.25, 12: 0.85}
    for month, weight in weights.items():
        assert by_month[month] == pytest.approx(500 * weight, rel=0.15)


def test_communes_weigh_what_their_inhabitants_do(department: duckdb.DuckDBPyConnection) -> None:
    communes = list_of("94").as_posix()
    sql = f"""
        SELECT corr(households, population) FROM (
            SELECT code, population, count(*) AS households
            FROM read_csv('{communes}', delim=';', all_varchar=false, types={{'code': 'VARCHAR'}})
            JOIN households ON commune = code GROUP BY ALL)"""
    assert measure(department, sql) > 0.995
    assert measure(department, "SELECT count(DISTINCT commune) FROM households") == 47
    belongs = f"""
        SELECT count(*) FROM households JOIN read_csv('{communes}', delim=';', all_varchar=true)
        ON commune = code
        WHERE city <> name OR NOT list_contains(string_split(postal_codes, ' '), postal_code)"""
    assert measure(department, belongs) == 0


# What each event leaves behind it, outside the households on boundaries (written last).
CONSEQUENCES = {
    "the separated have no spouse": """
        FROM events JOIN families USING (household_id)
        WHERE kind IN ('separation', 'divorce') AND (spouses > 0 OR family_status <>
            CASE kind WHEN 'divorce' THEN 'divorced' ELSE 'separated' END)""",
    "the separation dates the status": """
        FROM events JOIN families USING (household_id)
        WHERE kind = 'separation' AND occurred_on <= '2026-10-31'
        AND family_status_since <> occurred_on""",
    "the newborn is born that day": """
        FROM events JOIN persons USING (person_id)
        WHERE kind IN ('birth', 'multiple_birth')
        AND (role <> 'child' OR birth_date <> occurred_on)""",
    "twins share a birth": """
        FROM events WHERE kind = 'multiple_birth' AND 2 > (
            SELECT count(*) FROM persons
            WHERE persons.household_id = events.household_id AND birth_date = occurred_on)""",
    "the dead adult has a date": """
        FROM events JOIN persons USING (person_id)
        WHERE kind = 'adult_death'
        AND (role NOT IN ('responsible', 'spouse') OR death_date IS NULL)""",
    "the dead child has a date": """
        FROM events JOIN persons USING (person_id)
        WHERE kind = 'child_death' AND (role <> 'child' OR death_date IS NULL)""",
    "arrears are owed": """
        FROM events JOIN households USING (household_id)
        WHERE kind = 'rent_arrears' AND (arrears_amount IS NULL OR arrears_amount = 0)""",
    "only social tenants are renewed": """
        FROM events JOIN households USING (household_id)
        WHERE kind = 'urban_renewal' AND tenure <> 'social_tenant'""",
    "an event is registered after it happens": """
        FROM events
        WHERE occurred_on > reported_on OR occurred_on < reported_on - INTERVAL 60 DAY""",
    "a pregnancy is declared the day it is registered": """
        FROM events JOIN households USING (household_id)
        WHERE kind = 'pregnancy' AND pregnancy_declared_on <> reported_on""",
}  # fmt: skip


@pytest.mark.parametrize("consequence", CONSEQUENCES)
def test_an_event_leaves_its_mark(department: duckdb.DuckDBPyConnection, consequence: str) -> None:
    sql = CONSEQUENCES[consequence]
    assert measure(department, f"SELECT count(*) FROM (SELECT * {sql}) WHERE {DRAWN}") == 0


def test_some_deaths_leave_nobody_to_write_to(department: duckdb.DuckDBPyConnection) -> None:
    alone = """
        SELECT count(*) FROM families JOIN persons
        ON person_id = responsible_person_id WHERE death_date IS NOT NULL AND spouses = 0"""
    assert measure(department, alone) > 20


def test_income_and_benefits_go_together(department: duckdb.DuckDBPyConnection) -> None:
    rsa = measure(department, "SELECT avg(family_quotient) FROM families WHERE rsa <> 'none'")
    without = measure(department, "SELECT avg(family_quotient) FROM families WHERE rsa = 'none'")
    assert rsa < 0.6 * without
    increased = f"families WHERE rsa = 'increased' AND {DRAWN}"
    assert measure(department, share("spouses = 0", increased)) == 1
    # A child born after the month is in the file, and not counted yet.
    assert measure(department, share("children > 0", increased)) > 0.995


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("households", "phone"),
        ("households", "family_status_since"),
        ("households", "income_adjustment"),
        ("households", "rsa"),
        ("households", "rsa_sanction"),
        ("households", "housing_benefit"),
        ("households", "tenure"),
        ("households", "rent_residual"),
        ("households", "arrears_amount"),
        ("households", "responsible_is_student"),
        ("persons", "sex"),
        ("persons", "custody"),
        ("persons", "disabled"),
        ("events", "occurred_on"),
        ("events", "source"),
    ],
)
def test_an_optional_column_is_sometimes_unknown(
    department: duckdb.DuckDBPyConnection, table: str, column: str
) -> None:
    empty = measure(department, f"SELECT avg(({column} IS NULL)::INT) FROM {table}")
    assert 0 < empty < 0.8


def test_school_is_mostly_known_at_school_age(department: duckdb.DuckDBPyConnection) -> None:
    pupils = f"""persons WHERE role = 'child'
        AND birth_date BETWEEN '2011-01-01' AND '2020-01-01' AND {DRAWN}"""
    assert measure(department, share("in_school IS NOT NULL", pupils)) > 0.97
    assert 0 < measure(department, share("NOT in_school", pupils)) < 0.02
