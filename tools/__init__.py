"""Programs that make data files or start services for development; README.md beside this file tells each."""
