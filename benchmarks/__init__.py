"""What is measured, and how."""

import bot  # noqa: F401  # says which Python to use before anything else is missed
