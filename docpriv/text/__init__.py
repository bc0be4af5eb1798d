"""What is the same text: one table of signs that look alike, one fold, one search of values for finding and for the check."""
