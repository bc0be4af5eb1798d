"""Trains what docpriv sees with; nothing at run time imports it."""
