"""What a profile's login and password may be beside each other (contract: auth.md §4)."""

from __future__ import annotations

from datetime import datetime

from commerce.configuration import PasswordPolicy
from commerce.errors import PasswordPolicyBroken
from commerce.identity.login_records import RAISED, IdentityChange, new_password_attributes
from commerce.identity.passwords import hash_password, policy_allows, policy_expects, verify_password
from commerce.profiles.model import Profile
from commerce.profiles.rules import Draft


def check_new_login(profile: Profile, login: str, policy: PasswordPolicy) -> None:
    """A login that changes may not become the password. Raises PasswordPolicyBroken."""
    renamed = policy.cannot_use_username and login != profile.login
    if renamed and verify_password(login, profile.login_record.password_hash):
        raise PasswordPolicyBroken(about="login", expected="differ from the password")


def administered_identity(
    profile: Profile, draft: Draft, password: str | None, policy: PasswordPolicy, now: datetime
) -> IdentityChange:
    """What an administrator's update changes of the login record (contract: companions.md §7).

    A new password ends every session and a lock; so does deactivation, of the sessions. Raises PasswordPolicyBroken.
    """
    record, ended = profile.login_record, False
    changes: dict[str, str | int | bool] = {}
    if draft.active is not None and draft.active != record.active:
        ended = not draft.active
        changes["active"] = draft.active
        if ended:
            changes["exemptToken"] = ""
    if password is None:
        check_new_login(profile, draft.login, policy)
    elif policy_allows(password, policy, login=draft.login, previous_hashes=record.password_hashes):
        changes |= new_password_attributes(record, hash_password(password), now)
        ended = True
    else:
        raise PasswordPolicyBroken(expected=policy_expects(policy))
    return IdentityChange(changes, RAISED if ended else {})
