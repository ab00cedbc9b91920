"""The demonstration's gateway: nothing leaves the machine, messages are read on a page of the platform itself."""

from tiemchung.domain.messaging.model import Waiting


class DemoInbox:
    """Keeps messages where they are."""

    name = "demo"

    async def carry(self, message: Waiting) -> str:
        """Take a message; the receipt it is known by."""
        return f"demo:{message.message_id}"
