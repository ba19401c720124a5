"""Proposals made to families, with their windows."""
