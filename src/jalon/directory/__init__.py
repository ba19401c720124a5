"""Staff, teams, roles, sites, territories: who works here, and where."""
