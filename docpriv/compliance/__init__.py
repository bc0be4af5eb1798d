"""What the compliance team gets: reports over records; refuses text, paths and names of files."""
