"""A channel that is kept by hand: it can do nothing, and says so."""

from .base import Adapter
from .registry import register


@register
class ManualAdapter(Adapter):
    """No protocol: orders are typed in, levels are read off the screen."""

    code = "manual"
    label = "Kept by hand"
