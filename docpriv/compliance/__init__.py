"""What the compliance team gets: reports over records, without text, paths and names of files."""
