"""The admissions console, through its pages."""
