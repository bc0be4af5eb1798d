"""The laboratory of docpriv: draws pages, attacks styles, trains the models that ship. No part of docpriv imports it."""
