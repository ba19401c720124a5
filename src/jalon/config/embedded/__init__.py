"""A PostgreSQL of our own in a folder: started when first needed, stopped after its last user."""

from jalon.config.embedded.errors import EmbeddedError
from jalon.config.embedded.server import EmbeddedServer, hold, running

__all__ = ["EmbeddedError", "EmbeddedServer", "hold", "running"]
