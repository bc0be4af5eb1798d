"""Measures redaction and makes the synthetic scans for it; it never redacts and imports no engine."""
