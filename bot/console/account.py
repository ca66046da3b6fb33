"""Makes an account from the command line: `python -m bot.console.account add NAME --role lead`."""

from __future__ import annotations

import argparse
import getpass
import sys

from bot.console import passwords
from bot.console.accounts import name_of
from bot.console.view import word
from bot.errors import RecordsError
from bot.records.access import Records, open_records
from bot.records.staff import ROLES
from bot.settings import BadSetting, read

BY = "command"  # who did it, in the audit trail


def _password() -> str:
    """From a terminal without echo, else the first line of the standard input."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\r\n")


def add(records: Records, name: str, role: str, password: str) -> None:
    """Make an account. Raises WeakPassword, Conflict, RecordsError."""
    passwords.check_strength(password, name)
    made = records.add_staff(name, role, passwords.hashed(password))
    records.audit("account:staff:added", BY, made)


def reset(records: Records, name: str, password: str) -> bool:
    """Give an account a new password, no second factor and no lock; False for an unknown name."""
    passwords.check_strength(password, name)
    account = records.staff_by_name(name)
    if account is None:
        return False
    records.change_staff(account.id, password_hash=passwords.hashed(password), totp_secret="", active=True)
    records.staff_succeeded(account.id)
    records.audit("account:staff:password_reset", BY, account.id)
    return True


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.console.account", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    adding = steps.add_parser("add", help="a new account; the password is asked for, or read from the standard input")
    adding.add_argument("name")
    adding.add_argument("--role", choices=ROLES, required=True)
    steps.add_parser("reset", help="a new password for an account, without second factor and lock").add_argument("name")
    steps.add_parser("list", help="names, roles and whether they can sign in")
    return parser.parse_args(arguments)


def _run(records: Records, given: argparse.Namespace) -> str:
    if given.step == "list":
        return "\n".join(f"{one.name:24}{one.role:10}{'' if one.active else 'off'}" for one in records.all_staff())
    name = name_of(given.name)
    if name is None:
        raise passwords.WeakPassword("account_name")
    if given.step == "add":
        add(records, name, given.role, _password())
        return word("command", "added")
    return word("command", "reset" if reset(records, name, _password()) else "unknown")


def main(arguments: list[str] | None = None) -> int:
    """Do it and say so; 1 when it cannot be done."""
    given = _arguments(arguments)
    try:
        print(_run(open_records(read()), given))
    except passwords.WeakPassword as weak:
        print(word("problem", weak.reason), file=sys.stderr)
        return 1
    except (BadSetting, RecordsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
