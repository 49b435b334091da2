"""Custom actions: thin, each calls one function of the assistant."""
