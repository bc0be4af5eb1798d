"""Files to pages (`document`) and pages to files (`writing`). A format is a file here that registers itself (`form`)."""
