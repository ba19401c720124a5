"""What a family could claim, computed by OpenFisca-France and explained; knows no family."""
