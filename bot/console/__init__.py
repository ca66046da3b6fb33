"""The admissions console under /staff/: inbox, one request, accounts, audit trail, pictures; works without scripts."""
