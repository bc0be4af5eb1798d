"""Many documents: finding them, naming them, supervised workers; refuses to let one document's fate touch another's."""
