"""How the layer and the functions' packages are made; README.md beside this file tells each step."""
