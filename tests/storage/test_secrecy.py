"""What people wrote stays out of errors, and so out of logs."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from storage.engine import Database
from storage.tables import channels


def test_an_error_of_the_database_names_no_values(database: Database) -> None:
    row = {
        "workspace": "nowhere",
        "id": "C1",
        "name": "our secret",
        "is_private": True,
        "is_member": True,
        "is_dm": False,
    }
    with pytest.raises(IntegrityError) as refused, database.writing() as connection:
        connection.execute(insert(channels).values(**row))
    assert "our secret" not in str(refused.value)
