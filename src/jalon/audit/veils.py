"""Expressions to index what names or reaches somebody by, so that the index tells nothing.

PostgreSQL lets comparisons that leak nothing of what they compare (`=` and `<` of texts and dates)
go into an index before the table's policies are asked, and `EXPLAIN ANALYZE`, like the counters
of each table, says how many rows it found: whoever runs a query would learn whether a telephone
number exists, and letter by letter which do. Joining texts or adding days is not known to leak
nothing, so a comparison of their results waits for the policies. The functions of the schema's
owner, to whom no policy applies, search by the same expressions.
"""

from __future__ import annotations

from django.db.models import DateField, Func, TextField


class VeiledText(Func):
    """A text joined to nothing: the same text, by an index that policies come before."""

    arity = 1
    template = "(%(expressions)s || '')"
    output_field = TextField()


class VeiledDate(Func):
    """A date with no day added: the same date, by an index that policies come before."""

    arity = 1
    template = "(%(expressions)s + 0)"
    output_field = DateField()
