"""The operator's one command and its verbs; how each ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from botocore.exceptions import BotoCoreError, ClientError

from backoffice.commands.check import check
from backoffice.commands.compare import compare
from backoffice.commands.convert import convert
from backoffice.commands.delete import delete
from backoffice.commands.diff import diff
from backoffice.commands.export import export
from backoffice.commands.keys import keys
from backoffice.commands.load import load
from backoffice.commands.profiles import index
from backoffice.commands.running import DONE, FOUND, STOPPED, Stopped
from backoffice.commands.shoppers import erase
from backoffice.commands.shoppers import export as export_shopper
from backoffice.commands.smoke import smoke
from backoffice.commands.stack import stack
from backoffice.commands.users import users
from backoffice.deployment import StackError
from backoffice.logins import UserError
from backoffice.records import BadData
from backoffice.writing import PutOff
from commerce.errors import DependencyDown
from commerce.storage import StorageFailure

__all__ = ["operator", "run"]

# What the operator's own doing may mend: the network, AWS, the time of day.
HINDERED = (BotoCoreError, ClientError, DependencyDown, PutOff, StackError, StorageFailure, Stopped)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def operator() -> None:
    r"""Bring a store in, keep it right, take it out.

    Each verb explains itself: python -m backoffice load --help

    \b
    A stack is named by --stack. Region, profile and endpoint are found as the
    AWS CLI finds them: --region or AWS_REGION, --profile or AWS_PROFILE,
    --endpoint-url or AWS_ENDPOINT_URL. For the local cloud:
      make up
      . .local/env.sh
      python -m backoffice load sample_store --stack "$STACK"

    \b
    Exit codes:
      0  done, and nothing to complain of
      1  findings: the data is wrong, differs, or names what there is not
      2  usage: the command line is wrong; nothing was done
      3  stopped: no such stack, AWS refused or did not answer, Ctrl-C;
         what is said to be written is, and repeating the command is safe
    """


for verb in (
    convert,
    check,
    diff,
    load,
    export,
    delete,
    export_shopper,
    erase,
    index,
    users,
    keys,
    smoke,
    compare,
    stack,
):
    operator.add_command(verb)


def _keep_blocks(command: click.Command) -> None:
    """A paragraph that a docstring marks is printed as it stands."""
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    if isinstance(command, click.Group):
        for part in command.commands.values():
            _keep_blocks(part)


_keep_blocks(operator)


def run(arguments: Sequence[str]) -> int:
    """One command line; its exit code. What is wrong goes to standard error, in words."""
    try:
        code: int | None = operator.main(list(arguments), prog_name="python -m backoffice", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return _told("stopped by Ctrl-C; repeating the command is safe", STOPPED)
    except HINDERED as error:
        return _told(str(error) or type(error).__name__, STOPPED)
    except (BadData, UserError) as error:
        return _told(str(error), FOUND)
    return code or DONE


def _told(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
