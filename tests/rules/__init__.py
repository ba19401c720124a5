"""The rule language, shown on small profiles and random rules."""
