"""The SQL of core/sql: a question a file, with the parts that it shares with others in their places."""

from functools import cache
from pathlib import Path

_SQL = Path(__file__).parent / "sql"


@cache
def question(name: str) -> str:
    """The text of a question, with the parts named in braces (core/sql/parts) put in, and parts of those."""
    sql = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    parts = {"{" + file.stem + "}": file.read_text(encoding="utf-8") for file in (_SQL / "parts").glob("*.sql")}
    while any(slot in sql for slot in parts):
        for slot, part in parts.items():
            sql = sql.replace(slot, part)
    return sql
