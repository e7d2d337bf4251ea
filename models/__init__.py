"""How news is kept: settings, tables, the engine and the embedded database, one store a noun, reads over the views."""
