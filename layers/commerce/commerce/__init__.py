"""Everything the functions share: one package, shipped as the layer."""
