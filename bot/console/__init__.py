"""The admissions console under /staff/: inbox, one request, accounts, audit trail, pictures; rendered here, works without scripts."""
