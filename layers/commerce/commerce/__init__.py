"""Everything the functions share: one package, shipped as the layer."""

from commerce import cold_start

cold_start.begin()
