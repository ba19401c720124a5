"""The roles and the database of Jalon, made at the first start and set right at each."""

from __future__ import annotations

from typing import Final

SUPERUSER: Final = "jalon_server"  # for this package alone
OWNER: Final = "jalon_owner"
APP: Final = "jalon_app"
DATABASE: Final = "jalon"

# The application must not be able to become anyone else: what anybody granted it, or the owner,
# is taken back, whoever granted it.
PREPARATION: Final = f"""
\\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I', name) FROM (VALUES ('{OWNER}'), ('{APP}')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
ALTER ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS
    CONNECTION LIMIT -1 PASSWORD NULL VALID UNTIL 'infinity';
ALTER ROLE {APP} LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS
    CONNECTION LIMIT -1 PASSWORD NULL VALID UNTIL 'infinity';
-- RAISE LOG would bring data into the log; the owner and the application cannot change this.
ALTER ROLE {OWNER} SET log_min_messages = fatal;
ALTER ROLE {APP} SET log_min_messages = fatal;
-- A role may set its own defaults: what the application's login left for its next sessions is
-- taken back. What it runs at this moment is not shown, since words that are searched are in it.
ALTER ROLE {APP} RESET ALL;
ALTER ROLE {APP} SET track_activities = off;
SELECT format('REVOKE %I FROM %I GRANTED BY %I CASCADE',
              roleid::regrole::text, member::regrole::text, grantor::regrole::text)
FROM pg_auth_members WHERE member IN ('{OWNER}'::regrole, '{APP}'::regrole) \\gexec
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
ALTER DATABASE {DATABASE} OWNER TO {OWNER};
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {APP};
"""
