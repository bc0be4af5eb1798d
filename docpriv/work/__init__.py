"""Supervised worker processes: how they are started, spoken to, limited and replaced, whatever they work on."""
