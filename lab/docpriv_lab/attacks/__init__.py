"""Attacks on covered areas by one who knows everything but the content; they know the product only as a painter."""
