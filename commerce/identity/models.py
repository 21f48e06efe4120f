"""Sessions of customers and colleagues."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from commerce.columns import json_list, moment


class Session(SQLModel, table=True):
    """One browser's or one colleague's session. The token itself is never stored."""

    __tablename__ = "session"

    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    """SHA-256 of the token, hexadecimal."""
    customer_id: str | None = Field(default=None, foreign_key="customer.id", index=True)
    verified_by: str = ""
    """How the customer was recognised: `sign_in`, `identity_token`, `email_and_order` …; empty when not."""
    roles: list[str] = json_list()
    staff_name: str = ""
    attempts: int = 0
    """Failed attempts at verification."""
    created_at: datetime = moment()
    expires_at: datetime = moment()
