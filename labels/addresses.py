"""Where printers may be reached: only the networks and ports that the administrator allows, and nothing else."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# How long a printer may take to answer or to swallow a label, in seconds.
PATIENCE: Final = 10.0


def reachable(host: str, port: int) -> tuple[str, int]:
    """The numeric address and port of a printer, if it is allowed; connect to this one, never to the name again.

    Refuses (BadInput) a name that nobody knows, and addresses and ports outside RELAIS_PRINTERS and
    RELAIS_PRINTER_PORTS: otherwise the printer's form would be a way to talk to any service of the network.
    """
    if not any(low <= port <= high for low, high in ports()):
        raise BadInput(
            _("Port %(port)s is not allowed for printers here. The administrator allows %(ports)s."),
            field="port",
            port=port,
            ports=", ".join(settings.RELAIS_PRINTER_PORTS),
        )
    addresses = _addresses(host)
    if not addresses:
        raise BadInput(_("Nobody knows the address “%(host)s”. Check its spelling."), field="host", host=host)
    for address in addresses:
        if any(address in network for network in networks()):
            return str(address), port
    raise BadInput(
        _("%(host)s lies outside the networks that the administrator allows for printers (%(networks)s)."),
        field="host",
        host=host,
        networks=", ".join(settings.RELAIS_PRINTERS),
    )


def connected(host: str, port: int) -> socket.socket:
    """An open line to a printer, to be closed by the caller. Refuses as `reachable`; raises OSError when it is off."""
    return socket.create_connection(reachable(host, port), timeout=PATIENCE)


def _addresses(host: str) -> list[_Address]:
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    # An IPv4 address in IPv6's clothes is judged as what it is.
    return [getattr(address, "ipv4_mapped", None) or address for address in addresses]


def networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The networks where printers may stand. Raises ImproperlyConfigured when the setting cannot be read."""
    try:
        return [ipaddress.ip_network(word, strict=False) for word in settings.RELAIS_PRINTERS]
    except ValueError as fault:
        raise ImproperlyConfigured(f"RELAIS_PRINTERS: {fault}; write networks such as 10.1.0.0/16.") from fault


def ports() -> list[tuple[int, int]]:
    """The ports printers may listen on, from and to. Raises ImproperlyConfigured when the setting cannot be read."""
    ranges = [word.partition("-") for word in settings.RELAIS_PRINTER_PORTS]
    try:
        return [(int(low), int(high or low)) for low, _dash, high in ranges]
    except ValueError as fault:
        raise ImproperlyConfigured("RELAIS_PRINTER_PORTS: write ports such as 9100-9109.") from fault
