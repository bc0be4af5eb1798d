"""Measures redaction on labelled pages, from pixels and label files; it never redacts and imports no engine."""
