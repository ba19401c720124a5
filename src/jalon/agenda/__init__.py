"""Agenda: where and when families are received, and the appointments made with them."""
