"""Pages that are drawn with their truth: synthetic scans, pages for one detector each, the sample documents."""
