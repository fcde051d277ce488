"""The options about peers that several commands take: which table, in which unit, of which segment."""

from __future__ import annotations

import argparse

from xl_perlas.camel_load import Unit
from xl_perlas.peers import PeerTable, read_peers
from xl_perlas.problems import PerlasError, problem

_UNITS = {"porcentaje": Unit.PERCENT, "razon": Unit.RATIO}
#: Options that go with a table of peers only.
_OF_PEERS = ("unidad_pares", "segmento_pares")


def check_peers(args: argparse.Namespace, order: str, *more: str) -> None:
    """Options about peers go with --pares; `more` are those that only some command has. Raises PerlasError (U01)."""
    alone = [f"--{name.replace('_', '-')}" for name in (*_OF_PEERS, *more) if getattr(args, name)]
    if alone and not args.pares:
        raise PerlasError(problem("U01", where=order, detail=f"{', '.join(alone)} va con --pares."))


def peers_asked(args: argparse.Namespace, period: str) -> PeerTable | None:
    """The table of peers that was asked for, of a period; None where none was. Raises as `read_peers`."""
    if not args.pares:
        return None
    return read_peers(args.pares, _UNITS.get(args.unidad_pares or ""), args.segmento_pares or "", period)
