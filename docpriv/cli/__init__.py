"""The commands: arguments in, results printed; no rule of redaction."""
