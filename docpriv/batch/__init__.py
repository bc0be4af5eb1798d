"""Many documents: finding them, naming them, supervised workers, archive jobs and hot folders."""
